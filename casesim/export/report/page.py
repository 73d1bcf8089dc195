"""What stands in the impact report, as words and figures; the page itself escapes every one of them."""

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from casesim.analysis.compare import Comparison
from casesim.analysis.compare.reasons import flat
from casesim.analysis.compare.text import SELDOM, WORDS, customers_of, drawn
from casesim.analysis.findings import findings, priority
from casesim.analysis.intervals import threshold_of
from casesim.analysis.sweep import thresholds
from casesim.analysis.verdict import MINUS, only_threshold, percent, signed, standing, threshold_said, verdict
from casesim.analysis.weighed import worse
from casesim.analysis.wording import clean, day, listed, many
from casesim.export.change_file import ChangeFiles
from casesim.export.report import svg
from casesim.policy.names import CASE_SYNC, COMMENT_SYNC, COPY_COMMENTS, SYNC_FIELDS, THRESHOLD
from casesim.policy.write import whole

SHOWN = 12
# What an instance has; all else are settings of the preview.
PLATFORM = ("properties", "business_rules")
NOTES = {
    "manual_closures": "Major and child cases stay open when their incident is resolved (R7.1)",
    "notifications_suppressed": "Nobody there who can be told (R5.1)",
    "notifications_unintended": "Their readers were chosen by nobody (R6.2)",
}
# What a setting does with its new value: where it is true, and where it is false.
DOES: dict[str, tuple[str, str | None]] = {
    COMMENT_SYNC: (
        "notify actions reach the cases, replies the incident (R6, R6.1)",
        "notify actions are refused, replies stay on their case (R6, R6.1)",
    ),
    CASE_SYNC: ("child cases follow their major case (R7.2)", "child cases do not follow their major case (R7.2)"),
    SYNC_FIELDS: ("other fields follow from a major case to its children (R7.2)", None),
    COPY_COMMENTS: (
        "comments on an incident are copied to all its cases (R6.2)",
        "comments on an incident are not copied to its cases (R6.2)",
    ),
}
MARKS = {"block": "✕", "warn": "!", "inform": "i"}
CANNOT = (
    "Cases made in between stay as they are: nothing is promoted, demoted or deleted. They are the proactive ones "
    "opened since the change.",
    "Messages that were sent cannot be recalled.",
)


def impact_report(
    found: Comparison, *, evidence: str, attached: Mapping[str, str], change: ChangeFiles | None, rollback: str | None
) -> str:
    """The impact report as one HTML page that loads nothing and runs nothing.

    Args:
        found: the comparison of now and proposed.
        evidence: the hash that ties report, files and input together.
        attached: name of a table (`incidents`) -> the file beside the report that has all of it.
        change: what the platform would import; None where no property changes.
        rollback: the name of the file that takes it back, if one is written.
    """
    env = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    source = files("casesim.export.report").joinpath("page.html.jinja").read_text(encoding="utf-8")
    said, means = verdict(found)
    every = findings(found)
    curve, weeks, moves = _charts(found)
    now = standing(found.a)
    return env.from_string(source).render(
        title=_title(found),
        verdict=said,
        means=means,
        blocks=[each for each in every if each.severity == "block"],
        warnings=[each for each in every if each.severity == "warn"],
        others=[each for each in every if each.severity != "block"],
        marks=MARKS,
        settings=list(_settings(found)),
        period=_period(found),
        totals=list(_totals(found)),
        curve=curve,
        weeks=weeks,
        moves=moves,
        now=now[0].upper() + now[1:],
        now_at=f"now {threshold_of(found.a):,}" if now == "now" else now,
        proposed=f"{threshold_of(found.b):,}",
        changed_title=f"{many(found.changed.height, 'incident')} that change{'s' if found.changed.height == 1 else ''}",
        changed=list(_changed(found)),
        more=f"{found.changed.height - SHOWN:,} more. Full list: {attached['incidents']}"
        if found.changed.height > SHOWN
        else "",
        assumptions=list(_assumptions(found)),
        rollback=list(_rollback(found, change, rollback)),
        inputs=list(_inputs(found)),
        policies=[
            {"name": f"policy {now}", "sha256": found.a.sha256},
            {"name": "policy proposed", "sha256": found.b.sha256},
        ],
        evidence=evidence,
        version=version("casesim"),
    )


def _title(found: Comparison) -> str:
    a, b = threshold_of(found.a), threshold_of(found.b)
    if only_threshold(found):
        return f"{'Raise' if b > a else 'Lower'} the major-case threshold from {threshold_said(found.a)} to {b:,}"
    changes = len(found.changes)
    return f"Change {many(changes, 'setting')}" if changes else "No change"


def _settings(found: Comparison) -> Iterator[dict[str, str]]:
    for name, (now, proposed) in _changes(found).items():
        table, _, rest = name.partition(".")
        shown = rest if table in PLATFORM else name
        values = [
            f"{'assumed ' if rest == THRESHOLD and policy.assumed else ''}{_value(value)}"
            for policy, value in ((found.a, now), (found.b, proposed))
        ]
        yield {
            "name": clean(shown),
            "now": values[0],
            "proposed": values[1],
            "does": _does(rest, now, proposed) if table in PLATFORM else "a setting of the preview: to be made by hand",
        }


def _does(setting: str, now: object, proposed: object) -> str:
    """What a property or business rule with another value does."""
    if setting == THRESHOLD and isinstance(now, int) and isinstance(proposed, int):
        more = "more" if proposed > now else "fewer"
        customer = "customer makes" if abs(proposed - now) == 1 else "customers make"
        return f"{abs(proposed - now):,} {more} {customer} an incident major"
    on, off = DOES[setting]
    return on if proposed is True or off is None else off


def _changes(found: Comparison) -> dict[str, tuple[object, object]]:
    """The settings that differ, with the default where a policy leaves it at that."""
    known = [flat(whole(policy)) for policy in (found.a, found.b)]
    return {
        name: (
            known[0].get(name) if now is None else now,
            known[1].get(name) if proposed is None else proposed,
        )
        for name, (now, proposed) in found.changes.items()
    }


def _value(value: object) -> str:
    if value is None:
        return "default"
    return str(value).lower() if isinstance(value, bool) else clean(value, 120)


def _period(found: Comparison) -> str:
    opened = found.now.decided["opened_at"].cast(pl.Datetime("us", "UTC"))
    count = many(opened.len(), "incident")
    if not opened.len():
        return count
    first, last = opened.dt.date().min(), opened.dt.date().max()
    return f"{day(first)} – {day(last)}, {count}"  # type: ignore[arg-type]


def _totals(found: Comparison) -> Iterator[dict[str, str]]:
    for metric, a, b, change in found.totals.iter_rows():
        if metric in SELDOM and not a and not b:
            continue
        share = percent(a, change)
        words = WORDS[metric]
        yield {
            "words": words[0].upper() + words[1:],
            "note": NOTES.get(metric, ""),
            "worse": _worse(found, metric, a, b),
            "now": f"{a:,}",
            "proposed": f"{b:,}",
            "change": f"{signed(change)}{f' ({share})' if share else ''}",
        }


def _worse(found: Comparison, metric: str, a: int, b: int) -> str:
    return "Worse by more than a tenth" if found.changes and worse(metric, a, b) else ""


def _charts(found: Comparison) -> tuple[Markup | None, Markup, str]:
    """The curve where the threshold alone changes, major cases by week, and what the ochre part of these is."""
    curve = None
    a, b = threshold_of(found.a), threshold_of(found.b)
    if drawn(found):
        majors = thresholds(found.now).table["major_cases"].to_list()
        curve = Markup(svg.curve(majors, a, b))  # noqa: S704 - numbers alone
    now, proposed = ((run.decided["outcome"] == "major").to_numpy() for run in (found.now, found.proposed))
    weeks, majors_of = _by_week(found, now, proposed)
    chart = Markup(svg.weeks(weeks, *majors_of))  # noqa: S704 - numbers and dates alone
    fewer = majors_of[1].sum() <= majors_of[0].sum()
    return curve, chart, "no longer major" if fewer else "newly major"


def _by_week(found: Comparison, now: Any, proposed: Any) -> tuple[list[Any], list[Any]]:
    mondays = []
    for run, major in ((found.now, now), (found.proposed, proposed)):
        opened = run.decided["opened_at"].cast(pl.Datetime("us", "UTC")).dt.truncate("1w").dt.date()
        mondays.append(opened.filter(pl.Series(major)))
    every = pl.concat(mondays)
    if not every.len():
        return [], [np.zeros(0, np.int64)] * 2
    weeks = pl.date_range(pl.lit(every.min()), pl.lit(every.max()), "1w", eager=False)
    spread = pl.select(week=weeks)
    counts = [
        spread.join(each.to_frame("week").group_by("week").len(), on="week", how="left", maintain_order="left")["len"]
        .fill_null(0)
        .cast(pl.Int64)
        .to_numpy()
        for each in mondays
    ]
    return spread["week"].to_list(), counts


def _changed(found: Comparison) -> Iterator[dict[str, str]]:
    for row in found.changed.head(SHOWN).iter_rows(named=True):
        a, b = row["outcome_a"] or MINUS, row["outcome_b"] or MINUS
        by_hand = row["manual_closures_a"], row["manual_closures_b"]
        yield {
            "number": clean(row["incident_number"], 40),
            "opened": "" if row["opened_at"] is None else day(row["opened_at"]),
            "priority": priority(row["priority"]),
            "customers": customers_of(row),
            "outcomes": a if a == b else f"{a} → {b}",
            "by_hand": f"{by_hand[0]:,}" if by_hand[0] == by_hand[1] else f"{by_hand[0]:,} → {by_hand[1]:,}",
            "why": clean(row["reason"]),
        }


def _assumptions(found: Comparison) -> Iterator[str]:
    policy, data = found.b, found.now.prepared.data
    late = {
        "known": "Everybody affected is known at the start (R8).",
        "first": "Only customers who are there at the start count (R8).",
        "add": "Customers who come later get a case then (R8).",
        "promote": "Customers who come later can make an incident major (R8).",
    }
    if found.a.assumed:
        yield (
            f"Nothing gives a threshold: {threshold_of(found.a)} is assumed (R2.1), and was read from no instance. "
            f"Every figure under {standing(found.a)} rests on it."
        )
    yield f"Who counts: {policy.choices.customers} (R2.3)."
    yield late[policy.choices.late_customers]
    delay = whole(policy)["choices"].get("generation_delay")
    yield (
        f"A case opens {delay} after its incident (R3.6)."
        if policy.choices.generation_delay
        else "A case opens when its incident does (R3.6)."
    )
    flood = "No flood control" if policy.flood is None else "Flood control is on"
    trigger = "a trigger" if whole(policy)["trigger"] else "no trigger"
    yield f"{flood}, {trigger}, {many(len(policy.overrides), 'override')}."
    yield f"{many(data.rejects.height, 'value')} of the dataset rejected."
    yield "History replayed: people are taken to do what they did, whatever the settings."


def _rollback(found: Comparison, change: ChangeFiles | None, file: str | None) -> Iterator[str]:
    """How to go back, from what an import carries to what nothing can undo."""
    changes = {name.partition(".")[::2]: now for name, (now, _) in _changes(found).items()}
    unseen = change.unseen if change else ()
    back = [
        f"{clean(name, 100)} to {_value(now)}"
        for (table, name), now in changes.items()
        if table == "properties" and name not in unseen
    ]
    if back:
        how = f"Import {file}, or set" if file else "Set"
        yield f"{how} {listed(back, 10)}. It takes effect for the next incident."
    if unseen:
        names = listed((clean(name, 100) for name in unseen), 10)
        yield f"Note on the instance, before the change, what nothing gave here, and set that again by hand: {names}."
    rules = [
        f'Set the business rule "{clean(name, 100)}" {"active" if now else "inactive"} by hand: no file carries it.'
        for (table, name), now in changes.items()
        if table == "business_rules"
    ]
    yield from rules
    if not (back or unseen or rules):
        yield "Nothing of the platform changes: there is nothing to import and nothing to take back."
    ours = sorted({table for table, _ in changes} - {*PLATFORM})
    if ours:
        yield f"A setting of the preview, not of the platform: {listed(ours, 10)}."
    yield from CANNOT


def _inputs(found: Comparison) -> Iterator[dict[str, str]]:
    for file in found.now.prepared.data.files:
        yield {"name": clean(file.name, 80), "rows": f"{file.rows:,}", "sha256": file.sha256() or "in memory"}
