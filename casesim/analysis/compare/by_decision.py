"""The incidents that change where two runs differ in decisions alone and R2 to R7.1 have a closed form: no case listed.

Then all cases of an incident differ alike. An incident that is major in one run and individual in the other keeps the
numbers of its customers' cases (R3.1); their kind and parent differ (R3), and if resolution closes the individual ones
(R7, R7.1) their state and time of resolution. An incident that gets cases in one run alone has none to compare.
"""

import numpy as np
import polars as pl

from casesim.analysis.compare.both import differs_in_decisions_alone
from casesim.analysis.effects import closed_form, worked_out
from casesim.engine.simulate import Simulation

DECISION = ("outcome", "reason", "counted", "threshold", "promoted_at")
# What a reason is worded from (`reasons`), beside the policies.
WORDED = (*(f"{name}_{side}" for side in "ab" for name in (*DECISION, "cases", "notifications")), "fields")
# In the order of the columns of `cases`.
OF_KIND, OF_END = ("kind", "parent"), ("state", "resolved_at")


def decided_apart(a: Simulation, b: Simulation) -> bool:
    """Whether two runs over one dataset differ in what decisions say alone, all of it in closed form."""
    same = a.prepared is b.prepared and differs_in_decisions_alone(a.policy, b.policy)
    return same and closed_form(a) and closed_form(b) and all(_alike(run) for run in (a, b))


def _alike(run: Simulation) -> bool:
    """Whether a child case has the mapped fields of an individual one (R3.3)."""
    texts = ([each.templates[kind] for kind in ("individual", "child")] for each in run.mapped)
    return all((one and one.text) == (other and other.text) for one, other in texts)


def changed_decisions(a: Simulation, b: Simulation) -> pl.DataFrame:
    """A row per record that changes, in order of number.

    Args:
        a, b: runs for which `decided_apart` holds.

    Returns:
        `record` (its place in that order), `incident_number`, `affected_accounts`, `affected_consumers`, `opened_at`
        (epoch microseconds), `priority`, `fields`, and of each side `DECISION`, `cases`, `notifications`,
        `manual_closures`.
    """
    changed = a.decided["outcome"].ne_missing(b.decided["outcome"])
    places = changed.arg_true()
    columns = {"record": places.cast(pl.Int64)}
    for name, run in (("a", a), ("b", b)):
        decided = run.decided[places]
        columns |= {f"{column}_{name}": decided[column] for column in DECISION}
        part = Simulation(run.prepared, run.policy)
        vars(part)["decided"] = decided
        # Whoever cannot be told has a suppressed row (R5.1), so how many can be told does not matter.
        counts = worked_out(part, np.zeros(decided.height, np.int64)).counts
        columns |= {f"{metric}_{name}": counts[metric] for metric in ("cases", "manual_closures")}
        columns[f"notifications_{name}"] = counts["notifications_sent"] + counts["notifications_suppressed"]
        columns[f"closes_{name}"] = counts["auto_resolved_cases"] > 0
    rows = pl.DataFrame([series.alias(name) for name, series in columns.items()])
    both = (pl.col("outcome_a") != "none") & (pl.col("outcome_b") != "none")
    closes = pl.col("closes_a") | pl.col("closes_b")
    differing = [pl.lit(list(names), pl.List(pl.String)) for names in ((), OF_KIND, (*OF_KIND, *OF_END))]
    fields = pl.when(~both).then(differing[0]).when(~closes).then(differing[1]).otherwise(differing[2])
    affected = {f"affected_{kind}": pl.col(kind).cast(pl.Int64) for kind in ("accounts", "consumers")}
    known = b.decided[places].select(**affected, opened_at="opened_at")
    texts = _texts(a)[places]
    return pl.concat([rows.with_columns(fields=fields), known, texts], how="horizontal")


def _texts(run: Simulation) -> pl.DataFrame:
    """`incident_number` and `priority` (as text), a row per record in order of number."""
    number, priority = pl.coalesce("number", "sys_id"), pl.col("priority").cast(pl.String)
    frame = run.prepared.records.frame(["number", "sys_id", "priority"])
    rows = run.prepared.data.collect(frame.select(incident_number=number, priority=priority), "streaming")
    return rows if run.order is None else rows[run.order]
