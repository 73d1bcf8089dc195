"""Why an incident differs between two runs: what the decisions say, and the settings that make the rest."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from casesim.engine.simulate import Simulation
from casesim.policy import Policy, effective_mapping
from casesim.tables import shown

# Settings that change whom k counts, in words, by the choice's name.
COUNTING: Mapping[str, str | Mapping[bool, str]] = {
    "customers": "{value} are counted (R2.3)",
    "count_retired_install_base": {True: "retired items count (R1.3)", False: "retired items do not count (R1.3)"},
    "count_inactive_accounts": {
        True: "inactive customers count (R1.4)",
        False: "inactive customers do not count (R1.4)",
    },
    "roll_up_to_parent_account": {
        True: "accounts count through their parent (R1.5)",
        False: "accounts count for themselves, not through their parent (R1.5)",
    },
    "late_customers": "late_customers is {value} (R8.1)",
    "generation_delay": "generation_delay is {value} (R3.6)",
}
CASE_TYPE = ("sys_class_name",)
TIMES = ("opened_at",)
ENDING = ("state", "resolved_at", "close_notes", "resolution_code", "cause")
CUSTOMER = ("account", "consumer", "contact")
# What a changed outcome brings along.
OF_OUTCOME = ("kind", "parent", "major_case_state", *ENDING)
# Settings that change mails and journal alone, by the beginning of their dotted name, and their rule.
TELLING = {
    "notifications": "R5.2",
    "flood": "R5.3",
    "notify": "R6",
    "properties.proactive_workflows_for_providers.additional_comments_sync": "R6",
    "business_rules": "R6.2",
    "choices.comment_copy_target": "R6.3",
    "properties.sn_customerservice.parent_child_case_sync": "R7.2",
    "properties.sn_customerservice.case_fields_to_sync": "R7.2",
    "choices.sync_extended_case_types": "R7.2",
}
COUNTS = ("no_customers", "promoted", "at_or_above_threshold", "below_threshold")


def reasons(rows: pl.DataFrame, a: Simulation, b: Simulation) -> pl.Series:
    """One text per changed incident, its parts joined by `; `.

    Args:
        rows: of each side (`_a`, `_b`) `outcome`, `reason`, `counted`, `threshold`, `promoted_at`, `cases`,
            `notifications`; `fields` (List[String]).
        a, b: the runs.
    """
    changes = changed_settings(a.policy, b.policy)
    by_outcome = ~pl.col("outcome_a").eq_missing(pl.col("outcome_b"))
    counting = _counting(a.policy, b.policy)
    why = f": {', '.join(counting)}" if counting else ""
    recounted = pl.col("counted_a") != pl.col("counted_b")
    parts = [
        pl.when(by_outcome).then(_outcome(b.policy, why)),
        pl.when(~by_outcome & recounted).then(pl.format("count {} instead of {}" + why, "counted_b", "counted_a")),
        pl.when(~by_outcome & ~pl.col("promoted_at_a").eq_missing(pl.col("promoted_at_b"))).then(
            pl.lit("promoted at another moment (R8.1)")
        ),
        pl.when(~by_outcome & ~recounted & (pl.col("cases_a") != pl.col("cases_b"))).then(
            pl.format("{} cases instead of {}" + why, "cases_b", "cases_a")
        ),
        *_of_fields(a.policy, b.policy, by_outcome),
    ]
    said = pl.concat_str([part.fill_null("") for part in parts])
    telling = _telling(changes)
    told = (pl.col("notifications_a") != pl.col("notifications_b")) | (said == "")
    parts.append(pl.when(~by_outcome & told).then(pl.lit(telling or "other notes or mails follow from other cases")))
    if telling:
        parts[-1] = pl.when(told | ~by_outcome).then(pl.lit(telling))
    joined = pl.concat_str([part.cast(pl.String) for part in parts], separator="; ", ignore_nulls=True)
    return rows.select(reason=joined)["reason"]


def changed_settings(a: Policy, b: Policy) -> dict[str, tuple[Any, Any]]:
    """Dotted name -> the two values, of all settings that differ; what one policy does not give is None there."""
    left, right = flat(a.to_dict()), flat(b.to_dict())
    names = sorted({*left, *right})
    return {name: (left.get(name), right.get(name)) for name in names if left.get(name) != right.get(name)}


def flat(table: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Settings by dotted name."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{before}{key}"
        found |= flat(value, f"{name}.") if isinstance(value, Mapping) else {name: value}
    return found


def _outcome(policy: Policy, why: str) -> pl.Expr:
    """What made the outcome another."""
    k, threshold = pl.col("counted_b"), pl.col("threshold_b")
    reached = pl.format("count reaches {} ≥ {}" + why, k, threshold)
    missed = pl.format("count no longer reaches: {} < {}" + why, k, threshold)
    by_k = pl.col("reason_a").is_in(COUNTS) & pl.col("reason_b").is_in(COUNTS) & (k > 0)
    by_k &= pl.col("counted_a") > 0
    others = policy.affected_account_threshold if policy.flow == "alerts" else policy.threshold
    by_override = pl.when((threshold != others) & (threshold != pl.col("threshold_a"))).then(
        pl.format("an override asks {} (R2.5)", threshold)
    )
    met = (pl.col("outcome_b") == "major") & (k >= threshold)
    compared = pl.when(met).then(reached).when(k < threshold).then(missed)
    of_k = pl.concat_str([by_override, compared], separator=", ", ignore_nulls=True)
    words = pl.format("{}, before {}", decided_words("b"), decided_words("a")) + pl.lit(why)
    return pl.when(by_k & compared.is_not_null()).then(of_k).otherwise(words)


def decided_words(side: str) -> pl.Expr:
    """A decision in words, from `outcome`, `reason`, `counted`, `threshold` of one side (`a` or `b`)."""
    reason, k, threshold = (pl.col(f"{name}_{side}") for name in ("reason", "counted", "threshold"))
    outcome = pl.col(f"outcome_{side}")
    return (
        pl.when(reason.is_null())
        .then(pl.lit("no source of cases (R12)"))
        .when(reason == "trigger")
        .then(pl.lit("trigger does not match (R2.4)"))
        .when(reason == "not_authorized")
        .then(pl.lit("not authorized (R12.1)"))
        .when(reason == "no_customers")
        .then(pl.concat_str([pl.lit("nobody counts, "), outcome]))
        .when(reason == "promoted")
        .then(pl.format("promoted at {} ≥ {} (R8.1)", k, threshold))
        .when(reason == "at_or_above_threshold")
        .then(pl.format("{} at {} ≥ {}", outcome, k, threshold))
        .when(reason == "below_threshold")
        .then(pl.format("{} at {} < {}", outcome, k, threshold))
        .otherwise(pl.format("major by also_major_when {} (R2.5)", reason.str.strip_prefix("also_major:")))
    )


def _counting(a: Policy, b: Policy) -> list[str]:
    """The choices about whom k counts that differ, as they are in b."""
    found = []
    for name, words in COUNTING.items():
        value = getattr(b.choices, name)
        if value != getattr(a.choices, name):
            found.append(words.format(value=_choice(b, name)) if isinstance(words, str) else words[value])
    if a.flow != b.flow:
        found.append(f"flow is {b.flow} (R2.6)")
    return found


def _choice(policy: Policy, name: str) -> str:
    written = policy.to_dict().get("choices", {}).get(name)
    return str(written if written is not None else getattr(policy.choices, name))


def _of_fields(a: Policy, b: Policy, by_outcome: pl.Expr) -> list[pl.Expr]:
    """What changed the fields of cases, a part for each kind of cause."""
    mapped = sorted(_mapped(a, b))
    changed = pl.col("fields").list.set_intersection(pl.lit(mapped, pl.List(pl.String))).list.sort()
    names = pl.format("mapping changed `{}` (R3.3)", changed.list.join("`, `"))
    parts: list[pl.Expr] = [pl.when(changed.list.len() > 0).then(names)] if mapped else []
    groups = {
        "another case type (R4)": CASE_TYPE,
        "opens at another time (R3.6, R8.1)": TIMES,
        "other customers": CUSTOMER,
    }
    for words, fields in groups.items():
        parts.append(pl.when(_any_of(fields)).then(pl.lit(words)))
    parts.append(pl.when(~by_outcome & _any_of(ENDING)).then(pl.lit("resolution differs (R7 to R7.3)")))
    kinds = _any_of(("kind", "parent", "major_case_state"))
    parts.append(pl.when(~by_outcome & kinds).then(pl.lit("other kind of case (R2.6)")))
    explained = [*mapped, *CASE_TYPE, *TIMES, *CUSTOMER, *OF_OUTCOME]
    rest = pl.col("fields").list.set_difference(pl.lit(explained, pl.List(pl.String))).list.sort()
    left = pl.format("`{}` as {} has it", rest.list.join("`, `"), pl.lit("case type or other mapping"))
    parts.append(pl.when(~by_outcome & (rest.list.len() > 0)).then(left))
    return parts


def _any_of(names: tuple[str, ...]) -> pl.Expr:
    return pl.any_horizontal(pl.col("fields").list.contains(name) for name in names)


def _mapped(a: Policy, b: Policy) -> set[str]:
    """The case fields whose template differs, for any kind of case."""
    found = set()
    for kind in a.mapping:
        was, now = effective_mapping(a, kind), effective_mapping(b, kind)
        found |= {name for name in {*was, *now} if was.get(name) != now.get(name)}
    return found


def _telling(changes: Mapping[str, tuple[Any, Any]]) -> str:
    """The settings about mails and comments that differ, as they are in b."""
    parts = []
    for name, (_, value) in changes.items():
        rule = next((rule for start, rule in TELLING.items() if name == start or name.startswith(f"{start}.")), None)
        if rule is not None:
            given = shown(value) if value is not None else "as by default"
            # A property's own name says enough: its prefix is the plugin that it comes from.
            parts.append(f"{name.rpartition('.')[2] if name.startswith('properties.') else name} = {given} ({rule})")
    return ", ".join(parts)
