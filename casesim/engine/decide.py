"""R2 to R2.6: which outcome an incident leads to. k meets T here and nowhere else."""

from collections.abc import Callable, Sequence

import narwhals.stable.v2 as nw

from casesim.conditions import Condition, Conditions
from casesim.engine.codes import contract_value
from casesim.policy import Override, Policy
from casesim.tables import Frame

AT_ONCE = 64  # overrides that are tested side by side before the first that matches is taken


def text(field: str) -> nw.Expr:
    """The column that holds an incident field as stored text, which conditions and mixed templates read."""
    return nw.col(f"text.incident.{field}")


def condition_fields(policy: Policy) -> tuple[str, ...]:
    """Every incident field that a decision's conditions ask for (R2.4, R2.5)."""
    also = policy.also_major_when
    asked = [policy.trigger, *(override.when for override in policy.overrides)]
    asked += [also.when] if also is not None and also.when is not None else []
    return tuple(dict.fromkeys(field for each in asked for field in each.fields))


def outcome(decisions: Frame) -> Frame:
    """R2: none for k = 0, individual for 0 < k < T, major for k >= T.

    Args:
        decisions: one row per incident; `counted` (k, customers, no nulls) and `threshold` (T, customers, >= 1).
            Other columns are kept.

    Returns:
        The same rows with `outcome` (none | individual | major), in no promised order.

    Raises:
        Nothing of its own: Policy has refused T < 1 already (R2.2).

    Example:
        >>> import polars as pl
        >>> seen = nw.from_native(pl.LazyFrame({"counted": [0, 4, 5], "threshold": [5, 5, 5]}))
        >>> outcome(seen).collect()["outcome"].to_list()
        ['none', 'individual', 'major']
    """
    k, threshold = nw.col("counted"), nw.col("threshold")
    return decisions.with_columns(
        outcome=nw.when(k == 0)
        .then(nw.lit("none"))
        .otherwise(nw.when(k < threshold).then(nw.lit("individual")).otherwise(nw.lit("major")))
    )


def on_all(records: Frame, policy: Policy) -> Frame:
    """R2.3, R8.1 `known`: everyone who was ever affected counts, at t₀.

    Args:
        records: `accounts`, `consumers`, `value` (affected customers, contract value in ten-thousandths), `start`.

    Returns:
        The same rows with `k`, `k_value` and `moment`, as `decide` asks for them.
    """
    k = {
        "accounts": nw.col("accounts"),
        "consumers": nw.col("consumers"),
        "both": nw.col("accounts") + nw.col("consumers"),
    }[policy.choices.customers]
    value = nw.lit(0, nw.Int64) if policy.choices.customers == "consumers" else nw.col("value")
    return records.with_columns(k=k, k_value=value, moment=nw.col("start"))


def decide(records: Frame, policy: Policy) -> Frame:
    """R2 to R2.6, R12.1: the decision on every record, with the reason.

    Args:
        records: one row per record: `authorized`, `k` (customers that count at the decision), `k_value` (their contract
            value, ten-thousandths), `moment` (when that is, epoch microseconds; R8.1), `critical` (impacted critical
            services, where R2.5 asks), and the condition fields as `text.incident.<field>`.

    Returns:
        The same rows with `asked` (the trigger holds and the record is authorized), `counted`, `threshold`, `outcome`,
        `reason`, `contract_value`, and `decided_at` (epoch microseconds, R8.2: empty when nothing is decided).
    """
    triggered, zero = policy.trigger.matches(text), nw.lit(0)
    rows = with_threshold(records, policy, text)
    rows = rows.with_columns(triggered=triggered, asked=triggered & nw.col("authorized"))
    rows = rows.with_columns(
        counted=nw.when(nw.col("asked")).then(nw.col("k")).otherwise(zero),
        contract_value=contract_value(nw.when(nw.col("asked")).then(nw.col("k_value")).otherwise(zero)),
    )
    decided = outcome(rows)
    also = {} if policy.flow == "alerts" else _also_major(policy)
    below = nw.col("outcome") == nw.lit("individual")
    reason = nw.when(below).then(nw.lit("below_threshold")).otherwise(nw.lit("at_or_above_threshold"))
    for key, holds in reversed(also.items()):
        reason = nw.when(below & holds).then(nw.lit(f"also_major:{key}")).otherwise(reason)
    for refusal, holds in (
        ("no_customers", nw.col("counted") == 0),
        ("not_authorized", ~nw.col("authorized")),
        ("trigger", ~nw.col("triggered")),
    ):
        reason = nw.when(holds).then(nw.lit(refusal)).otherwise(reason)
    decided = decided.with_columns(reason=reason, decided_at=nw.when(nw.col("counted") > 0).then(nw.col("moment")))
    if policy.flow == "alerts":
        return of_alerts(decided, policy)
    raised = nw.col("reason").str.starts_with("also_major:")
    return decided.with_columns(outcome=nw.when(raised).then(nw.lit("major")).otherwise(nw.col("outcome")))


def of_alerts(decisions: Frame, policy: Policy) -> Frame:
    """R2.6: in the alert flow a record that is asked is `major` only if its case gets a status, else `individual`.

    Args:
        decisions: `asked`, and `outcome` as k and the threshold have it.
    """
    given = nw.col("outcome") == "major"
    major = given & nw.lit(policy.major_case_status != "none")
    kept = nw.when(major).then(nw.lit("major")).otherwise(nw.lit("individual"))
    return decisions.with_columns(outcome=nw.when(nw.col("asked")).then(kept).otherwise(nw.lit("none")))


def with_threshold(records: Frame, policy: Policy, field: Callable[[str], nw.Expr]) -> Frame:
    """R2.1, R2.5: the records with the `threshold` that applies; the first override that matches wins, else T.

    R2.6 has a threshold of its own, and no overrides.
    """
    if policy.flow == "alerts" or not policy.overrides:
        applies = policy.affected_account_threshold if policy.flow == "alerts" else policy.threshold
        return records.with_columns(threshold=nw.lit(applies))
    looked_up, others = _places(policy.overrides)
    places = [
        field(name).fill_null("").replace_strict(first, default=None, return_dtype=nw.Int64)
        for name, first in looked_up.items()
    ]
    # Some at a time and side by side: nested, hundreds are too deep for any engine; at once, each takes a column.
    for start in range(0, len(others), AT_ONCE):
        tested = (nw.when(others[at].matches(field)).then(nw.lit(at)) for at in list(others)[start : start + AT_ONCE])
        so_far = [nw.col("threshold")] if start else []
        records = records.with_columns(threshold=nw.coalesce(*so_far, *tested).cast(nw.Int64))
    if others:
        places.append(nw.col("threshold"))
    thresholds = {at: each.threshold for at, each in enumerate(policy.overrides)}
    records = records.with_columns(threshold=nw.min_horizontal(*places))
    return records.with_columns(
        threshold=nw.col("threshold").replace_strict(thresholds, default=policy.threshold, return_dtype=nw.Int64)
    )


def _places(overrides: Sequence[Override]) -> tuple[dict[str, dict[str, int]], dict[int, Conditions]]:
    """R2.5: those that compare one field with texts, as field → text → the first place; the others by place.

    A policy of thousands has one for each text of a field, which is then looked up and not compared thousands of times.
    """
    looked_up: dict[str, dict[str, int]] = {}
    others: dict[int, Conditions] = {}
    for place, override in enumerate(overrides):
        match override.when.tests:
            case (Condition(name, "any_of", tuple(texts)),):
                first = looked_up.setdefault(name, {})
                for text in texts:
                    first.setdefault(str(text), place)
            case _:
                others[place] = override.when
    return looked_up, others


def _also_major(policy: Policy) -> dict[str, nw.Expr]:
    """R2.5: what makes an incident below T major all the same, in the order in which it is asked."""
    also = policy.also_major_when
    tests: dict[str, nw.Expr] = {}
    if also is None:
        return tests
    if also.contract_value_at_least is not None:
        tests["contract_value_at_least"] = nw.col("contract_value") >= nw.lit(also.contract_value_at_least)
    if also.critical_services_at_least is not None:
        tests["critical_services_at_least"] = nw.col("critical") >= nw.lit(also.critical_services_at_least)
    if also.when is not None:
        tests["when"] = also.when.matches(text)
    return tests
