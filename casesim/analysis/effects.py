"""What a run comes to, record by record, in counts that can be added: the ground of `sweep` and `compare`.

Where nobody's comments and no parent-child sync play a part, R2 to R7.1 say in closed form what a record comes to, and
no case is listed for it. Everything else is counted from the cases and notifications of the run.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from casesim.engine.people import people
from casesim.engine.simulate import Simulation
from casesim.engine.talk import WRITTEN
from casesim.policy import Policy

HOUR = 3_600_000_000
OUTCOMES = ("none", "individual", "major")
CASES = ("major_cases", "child_cases", "individual_cases", "cases", "auto_resolved_cases", "manual_closures")
# What a sweep adds up per threshold; a comparison counts more.
SWEPT = (*(f"incidents_{outcome}" for outcome in OUTCOMES), *CASES, "notifications_sent", "notifications_suppressed")
STATUSES = ("sent", "suppressed", "digested", "blocked")
COUNTED = (*SWEPT, "notifications_digested", "notifications_blocked", "notifications_unintended")
# Kept by a run and the same for one that differs in the threshold alone.
SHARED = ("order", "pairs", "served", "_base", "mapped")

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Effects:
    """counts: one row per record in order of number, a column for each of `COUNTED`, Int64.

    hours: `record`, `hour` (clock hours since 1970, UTC), `sent`: notifications sent, by `created_at`.
    """

    counts: pl.DataFrame
    hours: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Cells:
    """Parts of records, to count them apart; without cells a record is one part.

    frame: `record`, `segment`, a row per part, each once.
    of_customer: the segment of each customer code, UInt32.
    A case without customer stands in every part of its record.
    """

    frame: pl.DataFrame
    of_customer: pl.Series


def sharing(run: Simulation, policy: Policy) -> Simulation:
    """The run under a policy that differs from its own in the threshold (R2.1, R2.6) or flood control alone.

    What the two have in common is not worked out again.
    """
    other = Simulation(run.prepared, policy)
    # These are the run's cached properties: the one place where they are kept.
    vars(other).update({name: value for name, value in vars(run).items() if name in SHARED})
    return other


def restricted(run: Simulation, keep: pl.Series) -> Simulation:
    """The same run without the cases of all records but some; its decisions read outcome none there.

    Args:
        run: the simulation.
        keep: Boolean, a row per record in order of number.
    """
    part = sharing(run, run.policy)
    masked = {name: pl.when(keep).then(name).otherwise(False).alias(name) for name in ("head", "each", "lone")}
    outcome = pl.when(keep).then("outcome").otherwise(pl.lit("none")).alias("outcome")
    decided_at = pl.when(keep).then("decided_at").alias("decided_at")
    pairs = run.pairs.filter(keep.gather(run.pairs["incident"]))
    served = None if run.served is None else run.served.filter(keep.gather(run.served["incident"]))
    decided = run.decided.with_columns(*masked.values(), outcome, decided_at)
    vars(part).update(order=run.order, pairs=pairs, served=served, decided=decided)
    return part


def closed_form(run: Simulation) -> bool:
    """Whether what a record comes to follows from its decision and its customers alone (R2 to R7.1)."""
    policy = run.policy
    written = bool(policy.notify) or any(run.prepared.data.height(table) for table in WRITTEN)
    passes_on = policy.sync_children and policy.choices.major_resolution_delay is not None
    comments = written and policy.notifications["comment"].enabled
    return policy.flow == "incident" and run.served is None and policy.flood is None and not (passes_on or comments)


def effects(run: Simulation) -> Effects:
    """What each record comes to; in closed form where there is one."""
    return worked_out(run, reachable_customers(run)) if closed_form(run) else counted(run)


def reachable_customers(run: Simulation) -> Counts:
    """R5.1: how many of each record's counted customers can be told, in order of number."""
    prepared, order = run.prepared, run.order
    first = prepared.customers.first_consumer
    sent = people(prepared, ())["sent"].cast(pl.Int64).to_numpy().copy()
    match run.policy.choices.customers:
        case "accounts":
            sent[first:] = 0
        case "consumers":
            sent[:first] = 0
    members, shared, single = prepared.members, prepared.shared, prepared.single
    of_node = _sums(members["node"], sent[members["customer"].to_numpy()], members.height + 1)
    found = _sums(shared["incident"], sent[shared["customer"].to_numpy()], prepared.records.height)
    found[single["incident"].to_numpy()] = of_node[single["node"].to_numpy()]
    return found if order is None else found[order.to_numpy()]


def worked_out(run: Simulation, reachable: Counts) -> Effects:
    """What each record comes to, in closed form.

    Args:
        run: one for which `closed_form` holds.
        reachable: from `reachable_customers`.
    """
    decided, policy = run.decided, run.policy
    enabled = {event: policy.notifications[event].enabled for event in ("case_created", "resolved")}
    due = decided["outcome"] != "none"
    k = (decided["counted"] * due).to_numpy().astype(np.int64)
    major = (decided["outcome"] == "major").to_numpy()
    resolved = decided["resolved"].is_not_null().to_numpy()
    # R7: cases opened after the resolution are left alone.
    closes = (due & (decided["decided_at"] <= decided["resolved"]).fill_null(False)).to_numpy() & ~major
    sent = reachable * due.to_numpy()
    events = enabled["case_created"] * np.ones(len(k), np.int64) + enabled["resolved"] * closes
    columns: dict[str, Counts] = {
        **_outcomes(decided),
        "major_cases": major.astype(np.int64),
        "child_cases": k * major,
        "individual_cases": k * ~major,
        "cases": k + major,
        "auto_resolved_cases": k * closes,
        "manual_closures": (k + major) * (resolved & ~closes),
        "notifications_sent": sent * events,
        "notifications_suppressed": (k - sent) * events,
    }
    counts = pl.DataFrame({**columns, **dict.fromkeys(COUNTED[len(SWEPT) :], 0)}).select(pl.col(COUNTED).cast(pl.Int64))
    told = decided.select("decided_at", "resolved", sent=pl.Series(sent)).with_row_index("record")
    moments = {"case_created": ("decided_at", sent > 0), "resolved": ("resolved", closes & (sent > 0))}
    parts = [
        told.filter(pl.Series(holds)).select("record", hour=pl.col(at) // HOUR, sent="sent")
        for event, (at, holds) in moments.items()
        if enabled[event]
    ]
    return Effects(counts, pl.concat(parts) if parts else told.select("record", hour="resolved", sent="sent").head(0))


def counted(run: Simulation, cells: Cells | None = None) -> Effects:
    """What each record (or each part of one) comes to, from the cases and notifications of the run."""
    width = run.decided.height if cells is None else cells.frame.height
    cases = _in_cells(run.case_codes, cells)
    told = _in_cells(_told(run), cells)
    kind, resolved = pl.col("kind"), pl.col("state") == "6"
    of_cases = {
        "major_cases": kind == "major",
        "child_cases": kind == "child",
        "individual_cases": kind == "individual",
        "cases": pl.lit(True),
        "auto_resolved_cases": resolved & (kind != "major"),
        "manual_closures": pl.col("by_hand"),
    }
    of_told = {f"notifications_{status}": pl.col("status") == status for status in STATUSES}
    of_told["notifications_unintended"] = pl.col("unintended") & (pl.col("status") == "sent")
    decided = run.decided if cells is None else run.decided[cells.frame["record"]]
    columns = {**_outcomes(decided), **_counts(cases, of_cases, width), **_counts(told, of_told, width)}
    sent = told.filter(pl.col("status") == "sent")
    hours = sent.group_by("record", hour=pl.col("created_at") // HOUR).agg(sent=pl.len().cast(pl.Int64))
    return Effects(pl.DataFrame(columns).select(COUNTED), hours)


def summed(found: Effects) -> dict[str, int]:
    """`COUNTED` of all records together, and `notifications_peak_hour`."""
    counts = {name: int(found.counts[name].sum()) for name in COUNTED}
    return counts | {"notifications_peak_hour": peak(found.hours)}


def peak(hours: pl.DataFrame) -> int:
    """The most sent in one clock hour: `hour`, `sent`."""
    most = hours.group_by("hour").agg(pl.col("sent").sum())["sent"].max()
    return most if isinstance(most, int) else 0


def sent_rows(run: Simulation) -> pl.DataFrame:
    """R5: the notifications that are sent: `incident` and `customer` (codes), `created_at`."""
    return _told(run).filter(pl.col("status") == "sent").select("incident", "customer", "created_at")


def unintended_rows(run: Simulation) -> pl.DataFrame:
    """R6.2: the notifications sent to somebody nobody chose: `incident` and `customer` (codes), `created_at`."""
    rows = _told(run).filter(pl.col("status") == "sent", "unintended")
    return rows.select("incident", "customer", "created_at")


def _told(run: Simulation) -> pl.DataFrame:
    """R5: the run's notifications with their final `status`, and `unintended`."""
    codes = run.notification_codes
    own = run.sides.customer["status"].gather(codes["customer"]).alias("own")
    status = pl.coalesce("status", "own") if "status" in codes.columns else pl.col("own")
    unintended = pl.col("unintended").fill_null(False) if "unintended" in codes.columns else pl.lit(False)
    return codes.with_columns(own).select("incident", "customer", "created_at", status=status, unintended=unintended)


def _in_cells(rows: pl.DataFrame, cells: Cells | None) -> pl.DataFrame:
    """Rows of cases or notifications with `record`: the code of their record, or of their part of it."""
    if cells is None:
        return rows.with_columns(record="incident")
    parts = cells.frame.with_row_index("cell").select("cell", incident="record", segment="segment")
    own = rows.with_columns(segment=cells.of_customer.gather(rows["customer"]), row=pl.int_range(pl.len()))
    named = own.filter(pl.col("customer").is_not_null()).join(parts, on=["incident", "segment"])
    nobody = own.filter(pl.col("customer").is_null()).drop("segment").join(parts, on="incident")
    return pl.concat([named, nobody.select(named.columns)]).rename({"cell": "record"})


def _outcomes(decided: pl.DataFrame) -> dict[str, Counts]:
    return {f"incidents_{name}": (decided["outcome"] == name).to_numpy().astype(np.int64) for name in OUTCOMES}


def _counts(rows: pl.DataFrame, wanted: Mapping[str, pl.Expr], width: int) -> dict[str, Counts]:
    """How many rows of each record meet each test; nulls do not."""
    record = rows["record"].to_numpy()
    met = rows.with_columns(test.fill_null(False).alias(name) for name, test in wanted.items())
    return {name: np.bincount(record[met[name].to_numpy()], minlength=width).astype(np.int64) for name in wanted}


def _sums(codes: pl.Series, weights: Counts, width: int) -> Counts:
    """Weights added up by code; rows stand by code, so a sum is a difference of running sums."""
    rows = np.bincount(codes.to_numpy(), minlength=width)
    ends = np.cumsum(rows)
    running = np.zeros(len(weights) + 1, np.int64)
    np.cumsum(weights, out=running[1:])
    found: Counts = running[ends] - running[ends - rows]
    return found
