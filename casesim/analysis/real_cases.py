"""The real cases of a dataset beside the simulated ones of a run: matched, missing, surplus, and why."""

import polars as pl

from casesim.engine import keys
from casesim.engine.customers import KINDS
from casesim.engine.records import references
from casesim.engine.simulate import Simulation
from casesim.engine.written import Known
from casesim.tables import CASE_TABLE

# Why a real case has no simulated one, the first that holds.
MISSING = {
    "no_incident": "it names no incident",
    "unknown_incident": "it names an incident that the dataset lacks",
    "no_source": "its record is no source of the policy (R12)",
    "no_customer": "it has neither account nor consumer, and is no major case",
    "unknown_customer": "its customer is in no table and on no list",
    "second_case": "an earlier proactive case of this incident has the same customer",
    "second_major": "the incident has an earlier major case",
    "trigger": "the incident does not match the trigger (R2.4)",
    "not_authorized": "the change has not reached Authorize (R12.1)",
    "no_customers": "nobody counts as affected by the incident (R2)",
    "below_threshold": "people made it major below the threshold (R2)",
    "excluded": "the customer is inactive, which the policy leaves out (R1.4)",
    "not_counted": "the policy does not count customers of this kind (R2.3)",
    "not_present": "the customer is affected, but not when it counts (R8)",
    "not_affected": "no install base item, service or list leads to the customer (R1)",
    "no_head": "the policy gives the incident no such case (R2.6)",
}
# Why a simulated case has no real one.
SURPLUS = {
    "no_real_case": "the incident has no real proactive case at all",
    "no_real_major": "people opened single cases and no major one",
    "reactive_case": "the customer opened a case itself, nobody did it for them",
    "left_out": "other customers of the incident got a case, this one did not",
}
MATCHED = {
    "as_predicted": "as predicted",
    "kind": "another kind: child of a major case or single",
    "end": "another end: open, resolved or cancelled",
    "kind_and_end": "another kind and another end",
}
WORDS = {**MATCHED, **MISSING, **SURPLUS}
RESOLVED, CANCELLED = ("6", "3"), "7"
COLUMNS = (
    *("sys_id", "number", "account", "consumer", "incident", "parent", "proactive", "opened_at", "resolved_at"),
    *("state", "major_case_state"),
)


def real_cases(run: Simulation) -> pl.DataFrame:
    """The real cases, with what their references mean.

    Returns:
        A row per real case: `real` (its row), `name` (number, else sys_id), `incident` (code), `customer` (code of what
        it counts as, the account if it names both), `proactive`, `head` (a major case, or in the alert flow one without
        customer), `kind_real` (major | child | individual | proactive), `end_real` (open | resolved | cancelled, null:
        not told), `opened_real`, `resolved_real` (epoch microseconds), and `why`: what stands against comparing it.
    """
    data = run.prepared.data
    rows = data.collect(data.frame(CASE_TABLE, COLUMNS).with_row_index("real"))
    hashed = keys.hashed(rows.lazy(), "incident", "parent", *KINDS).collect()
    code = run.prepared.records.codes
    if run.order is not None:
        code = run.order.arg_sort().cast(pl.UInt32).gather(code)
    known = Known(run.prepared, references(data), code, run.case_codes)
    record = known.references.rows(hashed["incident"])
    of_kind = {kind: known.customers(kind, hashed[kind]) for kind in KINDS}
    parents = keys.lookup(data, CASE_TABLE).rows(hashed["parent"]).drop_nulls().unique()
    nobody = pl.col("account").is_null() & pl.col("consumer").is_null()
    major = pl.col("major_case_state").is_in(["accepted", "proposed"]).fill_null(False)
    major = major | pl.col("real").is_in(parents.implode())
    alone = nobody if run.policy.flow == "alerts" else pl.lit(False)
    kind = (
        pl.when(major)
        .then(pl.lit("major"))
        .when(alone)
        .then(pl.lit("proactive"))
        .when(pl.col("parent").is_not_null())
        .then(pl.lit("child"))
        .otherwise(pl.lit("individual"))
    )
    state = pl.col("state")
    end = (
        pl.when(state.is_in(RESOLVED) | (state.is_null() & pl.col("resolved_at").is_not_null()))
        .then(pl.lit("resolved"))
        .when(state == CANCELLED)
        .then(pl.lit("cancelled"))
        .when(state.is_not_null())
        .then(pl.lit("open"))
    )
    customer = pl.when(pl.col("account").is_null()).then(of_kind["consumer"]).otherwise(of_kind["account"])
    found = rows.with_columns(record=record, code=code.gather(record), of=customer, head=major | alone)
    why = (
        pl.when(pl.col("incident").is_null())
        .then(pl.lit("no_incident"))
        .when(pl.col("record").is_null())
        .then(pl.lit("unknown_incident"))
        .when(pl.col("code").is_null())
        .then(pl.lit("no_source"))
        .when(~pl.col("head") & nobody)
        .then(pl.lit("no_customer"))
        .when(~pl.col("head") & pl.col("of").is_null())
        .then(pl.lit("unknown_customer"))
    )
    return found.select(
        "real",
        name=pl.coalesce("number", "sys_id"),
        incident="code",
        customer=pl.when(~pl.col("head")).then("of"),
        proactive="proactive",
        head="head",
        kind_real=kind,
        end_real=end,
        opened_real=pl.col("opened_at").dt.epoch("us"),
        resolved_real=pl.col("resolved_at").dt.epoch("us"),
        why=why,
    )


def compared(run: Simulation, real: pl.DataFrame, since: int) -> pl.DataFrame:
    """Real proactive cases and simulated cases side by side, by incident and customer; heads by incident alone.

    Args:
        run: the simulation.
        real: its dataset's real cases, as `real_cases` has them.
        since: only incidents opened then or later (epoch microseconds) are compared; a real case of no known incident
            goes by when it was opened itself.

    Returns:
        A row per real proactive case and per simulated case that found none: `incident`, `customer`, `real`, `name`,
        `case` (null: missing), `kind_real`, `kind_simulated`, `end_real`, `end_simulated` (open | resolved | cancelled
        | by_hand), `opened_real`, `opened`, `resolved_real`, `resolved`, `status` (matched | missing | surplus),
        `reason` (a key of WORDS), `there` (the incident has a real proactive case).
    """
    key = ["incident", "customer", "head"]
    opened = run.decided["opened_at"]
    asked = real.filter("proactive").with_columns(of=opened.gather(real.filter("proactive")["incident"]))
    asked = asked.filter((pl.coalesce("of", "opened_real") >= since).fill_null(True)).drop("of")
    asked = asked.sort(["opened_real", "real"], nulls_last=True)
    usable = asked.filter(pl.col("why").is_null()).with_columns(first=pl.int_range(pl.len()).over(key) == 0)
    again = usable.filter(~pl.col("first")).with_columns(
        why=pl.when("head").then(pl.lit("second_major")).otherwise(pl.lit("second_case"))
    )
    usable, again = usable.filter("first").drop("first"), again.drop("first")
    cases = _simulated(run).filter(opened.gather(run.case_codes["incident"]) >= since)
    both = usable.join(cases, on=key, how="full", coalesce=True, nulls_equal=True)
    rows = pl.concat([both, again, asked.filter(pl.col("why").is_not_null())], how="diagonal")
    status = (
        pl.when(pl.col("real").is_null())
        .then(pl.lit("surplus"))
        .when(pl.col("case").is_null())
        .then(pl.lit("missing"))
        .otherwise(pl.lit("matched"))
    )
    there = pl.col("incident").is_in(asked["incident"].drop_nulls().unique().implode()).fill_null(True)
    rows = rows.with_columns(status=status, there=there)
    return rows.with_columns(reason=_reason(run, real, rows)).drop("why", "proactive")


def _simulated(run: Simulation) -> pl.DataFrame:
    """The simulated cases in the words of the real ones."""
    single = pl.col("kind") == "proactive"
    lone = single & pl.col("customer").is_not_null()
    outcome = run.decided["outcome"].gather(run.case_codes["incident"])
    kind = (
        pl.when(lone)
        .then(pl.lit("individual"))
        .when(single & (outcome == "major"))
        .then(pl.lit("major"))
        .otherwise("kind")
    )
    end = (
        pl.when("by_hand")
        .then(pl.lit("by_hand"))
        .when(pl.col("state") == "6")
        .then(pl.lit("resolved"))
        .when(pl.col("state") == CANCELLED)
        .then(pl.lit("cancelled"))
        .otherwise(pl.lit("open"))
    )
    return run.case_codes.select(
        "incident",
        "customer",
        "case",
        "place",
        head=pl.col("customer").is_null(),
        kind_simulated=kind,
        end_simulated=end,
        opened="opened_at",
        resolved="resolved_at",
    )


def _reason(run: Simulation, real: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """A key of WORDS for each row."""
    kind = (pl.col("kind_real") != pl.col("kind_simulated")).fill_null(False)
    hand = (pl.col("end_simulated") == "by_hand") & pl.col("end_real").is_in(["open", "resolved"])
    end = (pl.col("end_real") != pl.col("end_simulated")).fill_null(False) & ~hand.fill_null(False)
    matched = (
        pl.when(kind & end)
        .then(pl.lit("kind_and_end"))
        .when(kind)
        .then(pl.lit("kind"))
        .when(end)
        .then(pl.lit("end"))
        .otherwise(pl.lit("as_predicted"))
    )
    pair = ["incident", "customer"]
    called = real.filter(~pl.col("proactive") & pl.col("why").is_null()).select(pair).drop_nulls().unique()
    affected = run.prepared.pairs.select(incident=_codes(run), customer="customer").unique()
    told = rows.select(pair)
    decided, who = run.decided, run.prepared.customers.frame
    facts = rows.with_columns(
        called=told.join(called.with_columns(hit=True), on=pair, how="left", maintain_order="left")["hit"],
        affected=told.join(affected.with_columns(hit=True), on=pair, how="left", maintain_order="left")["hit"],
        decision=decided["reason"].gather(rows["incident"]),
        outcome=decided["outcome"].gather(rows["incident"]),
        excluded=who["excluded"].gather(rows["customer"]),
        counted=_counted(run).gather(rows["customer"]),
    )
    surplus = (
        pl.when(~pl.col("there"))
        .then(pl.lit("no_real_case"))
        .when("head")
        .then(pl.lit("no_real_major"))
        .when("called")
        .then(pl.lit("reactive_case"))
        .otherwise(pl.lit("left_out"))
    )
    missing = (
        pl.when(pl.col("why").is_not_null())
        .then("why")
        .when(pl.col("decision").is_in(["trigger", "not_authorized"]))
        .then("decision")
        .when(pl.col("head") & (pl.col("decision") == "no_customers"))
        .then(pl.lit("no_customers"))
        .when(pl.col("head") & (pl.col("outcome") == "individual") & pl.lit(run.policy.flow == "incident"))
        .then(pl.lit("below_threshold"))
        .when("head")
        .then(pl.lit("no_head"))
        .when("excluded")
        .then(pl.lit("excluded"))
        .when(pl.col("affected") & ~pl.col("counted"))
        .then(pl.lit("not_counted"))
        .when(pl.col("affected") & pl.lit(run.policy.flow == "alerts"))
        .then(pl.lit("no_head"))
        .when("affected")
        .then(pl.lit("not_present"))
        .otherwise(pl.lit("not_affected"))
    )
    status = pl.col("status")
    chosen = pl.when(status == "surplus").then(surplus).when(status == "missing").then(missing).otherwise(matched)
    return facts.select(reason=chosen).to_series()


def _codes(run: Simulation) -> pl.Series:
    """The record of each prepared pair, as a place in the order of numbers."""
    incident = run.prepared.pairs["incident"]
    return incident if run.order is None else run.order.arg_sort().cast(pl.UInt32).gather(incident)


def _counted(run: Simulation) -> pl.Series:
    """R2.3: whether each customer is of a kind that counts."""
    kind, chosen = run.prepared.customers.frame["kind"], run.policy.choices.customers
    return pl.Series([True]).new_from_index(0, kind.len()) if chosen == "both" else kind + "s" == chosen
