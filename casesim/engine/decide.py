"""R2 to R2.5: which outcome an incident leads to. k meets T here and nowhere else."""

from collections.abc import Callable

import narwhals.stable.v2 as nw

from casesim.policy import Policy
from casesim.tables import Frame


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


def decide(records: Frame, policy: Policy) -> Frame:
    """R2 to R2.5: the decision on every incident, with the reason.

    Args:
        records: one row per incident: `opened_at` (epoch microseconds), `accounts`, `consumers` (affected customers),
            `value` (contract value, ten-thousandths), `critical` (impacted critical services, where R2.5 asks), and
            the condition fields as `text.incident.<field>`.

    Returns:
        The same rows with `triggered`, `counted`, `threshold`, `outcome`, `reason`, `contract_value`, and `decided_at`
        (epoch microseconds, R8.2: empty when nothing is decided).
    """
    k = {
        "accounts": nw.col("accounts"),
        "consumers": nw.col("consumers"),
        "both": nw.col("accounts") + nw.col("consumers"),
    }[policy.choices.customers]
    value = nw.lit(0) if policy.choices.customers == "consumers" else nw.col("value")
    asked = records.with_columns(triggered=policy.trigger.matches(text), threshold=threshold(policy, text))
    zero = nw.lit(0)
    # A column, as Polars multiplies by the inverse of a constant, which makes 3.3000000000000003 of 33,000.
    unit = nw.col("accounts").cast(nw.Int64) * 0 + 10_000
    asked = asked.with_columns(
        counted=nw.when(nw.col("triggered")).then(k).otherwise(zero),
        contract_value=nw.when(nw.col("triggered")).then(value).otherwise(zero).cast(nw.Float64) / unit,
    )
    decided = outcome(asked)
    also = _also_major(policy)
    below = nw.col("outcome") == nw.lit("individual")
    reason = (
        nw.when(~nw.col("triggered"))
        .then(nw.lit("trigger"))
        .otherwise(
            nw.when(nw.col("counted") == 0)
            .then(nw.lit("no_customers"))
            .otherwise(nw.when(below).then(nw.lit("below_threshold")).otherwise(nw.lit("at_or_above_threshold")))
        )
    )
    for key, holds in reversed(also.items()):
        reason = nw.when(below & holds).then(nw.lit(f"also_major:{key}")).otherwise(reason)
    decided = decided.with_columns(reason=reason)
    raised = nw.col("reason").str.starts_with("also_major:")
    return decided.with_columns(
        outcome=nw.when(raised).then(nw.lit("major")).otherwise(nw.col("outcome")),
        decided_at=nw.when(nw.col("counted") > 0).then(nw.col("opened_at") + nw.lit(policy.choices.generation_delay)),
    )


def threshold(policy: Policy, field: Callable[[str], nw.Expr]) -> nw.Expr:
    """R2.1, R2.5: the threshold that applies to an incident; the first override that matches wins, else T."""
    applies = nw.lit(policy.threshold)
    for override in reversed(policy.overrides):
        applies = nw.when(override.when.matches(field)).then(nw.lit(override.threshold)).otherwise(applies)
    return applies


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
