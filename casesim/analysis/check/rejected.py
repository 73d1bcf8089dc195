"""What was rejected when the dataset was read, or finds no case (R6), and what that does."""

from collections.abc import Iterable

import polars as pl

from casesim.analysis.check.values import Finding
from casesim.analysis.wording import clean, many
from casesim.tables import INPUT, shown

SHOWN = 3
REASONS = {
    "no_key": "without {column}",
    "duplicate_key": "whose {column} an earlier row has",
    "bad_time": "whose {column} is no time",
    "bad_number": "whose {column} is no number",
    "no_case": "whose customer has no case",
    "no_case_yet": "from before the case opens",
    "unknown_record": "on a record that the dataset lacks",
}
UNHEARD = ("no_case", "no_case_yet", "unknown_record")
# What a value that is taken as missing comes to.
MISSING = {
    "resolved_at": ("The closing time is used if there is one, else the incident is not resolved.", "R7"),
    "closed_at": ("An incident that needs it to be resolved or cancelled is not.", "R7"),
    "added_at": ("The customer counts as there from the start.", "R8"),
    "removed_at": ("The customer counts as there to the end.", "R8"),
    "contract_value": ("It counts as 0.", "R2.5"),
    "order": ("The definition comes last.", "R4.1"),
}


def rejected(rejects: pl.DataFrame) -> Iterable[Finding]:
    """Rejects of a run by table, column and reason: rows that are not used, and values that are taken as missing."""
    groups = rejects.group_by("table", "column", "reason", maintain_order=True).agg(
        count=pl.len(), rows=pl.col("row").head(SHOWN), value=pl.col("value").first()
    )
    for table, column, reason, count, rows, value in groups.iter_rows():
        known = INPUT[table].column(column)
        unheard = reason in UNHEARD
        lost = not unheard and (reason in {"no_key", "duplicate_key"} or (known is not None and known.required))
        words = REASONS.get(reason, f"rejected for {{column}}: {reason}").format(column=column)
        example = f", e.g. {shown(clean(value, 40))}" if value is not None else ""
        more = f" and {count - SHOWN:,} more" if count > SHOWN else ""
        where = f"row{'s' if count > 1 else ''} {', '.join(map(str, rows))}{more}"
        if unheard:
            effect, rule = "Nobody is told of it, and it is copied nowhere.", "R6"
        elif lost:
            what = "incidents" if table == "incident" else "rows"
            effect, rule = f"These {what} are not used.", INPUT[table].rule
        else:
            effect, rule = MISSING.get(column, ("The value is taken as missing, the row is used.", INPUT[table].rule))
        yield Finding(
            severity="error" if lost else "warning",
            table=table,
            column=column,
            what=f"{many(count, 'row')} {words}{example} ({where})",
            count=count,
            effect=effect,
            rule=rule,
        )
