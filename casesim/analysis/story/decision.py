"""R2 for one record: the comparison with the threshold, in words, and why it came out as it did."""

from typing import Any

from casesim.analysis.story.values import Decision
from casesim.analysis.wording import many
from casesim.conditions import Condition, Conditions
from casesim.engine.backend import lazy
from casesim.engine.decide import text
from casesim.engine.simulate import Simulation
from casesim.tables import shown

WHOM = {"accounts": "account", "consumers": "consumer", "both": "customer"}
# What gives a threshold, where that is neither a file nor a flag.
GIVEN_BY = {"sys_properties": "the instance's sys_properties", "policy": "the policy"}
KEPT = (
    *("source", "outcome", "reason", "affected_accounts", "affected_consumers", "counted", "threshold"),
    *("contract_value", "decided_at", "promoted_at", "first_count", "final_count", "peak_count"),
)


def decision(run: Simulation) -> Decision:
    """R2 to R2.6, R8.1, R12.1: the decision on a run's one record, and why."""
    row = run.decisions.frame().row(0, named=True)
    k, threshold = row["counted"], row["threshold"]
    return Decision(
        **{name: row[name] for name in KEPT},
        threshold_from=_threshold_from(run),
        comparison=f"{k} {'>=' if k >= threshold else '<'} {threshold}",
        because=_because(run, row["reason"], k, threshold),
    )


def conditions_in_words(conditions: Conditions) -> str:
    """Conditions as a person says them.

    Example:
        >>> conditions_in_words(Conditions.parse({"priority": [1, 2], "state": {"set": True}}, where="[trigger]"))
        'priority = "1" or "2" and state is set'
    """
    return " and ".join(_in_words(test) for test in conditions.tests) or "always"


def _in_words(test: Condition) -> str:
    match test.operator, test.value:
        case "any_of", tuple(values):
            return f"{test.field} = {' or '.join(shown(value) for value in values) or 'nothing'}"
        case "set", wanted:
            return f"{test.field} is {'set' if wanted else 'not set'}"
    words = {"starts_with": "starts with", "at_least": ">=", "at_most": "<="}
    return f"{test.field} {words[test.operator]} {shown(test.written())}"


def _threshold_from(run: Simulation) -> str:
    """R2.1, R2.5, R2.6: what gives the threshold that applies."""
    if run.policy.flow == "alerts":
        return "affected_account_threshold of the alert flow (R2.6)"
    for place, override in enumerate(run.policy.overrides, 1):
        if _hold(run, override.when):
            return f"override {place}, {conditions_in_words(override.when)} (R2.5)"
    if run.policy.threshold_given:
        origin = run.policy.threshold_from
        return f"given by {GIVEN_BY.get(origin, origin)} (R2.1)"
    return "assumed, nothing gives one (R2.1)"


def _because(run: Simulation, reason: str, k: int, threshold: int) -> str:  # noqa: PLR0911 - one for each reason
    """The reason of a decision as a sentence."""
    policy = run.policy
    whom = WHOM[policy.choices.customers]
    rule = "R2.6" if policy.flow == "alerts" else "R2"
    compared = f"{'>=' if k >= threshold else '<'} threshold {threshold:,}"
    counted = f"{many(k, f'affected {whom}')} {compared}"
    match reason:
        case "trigger":
            failed = [test for test in policy.trigger.tests if not _hold(run, Conditions((test,)))]
            return (
                "; ".join(f"{_in_words(test)} does not hold, {_value(run, test.field)}" for test in failed) + " (R2.4)"
            )
        case "not_authorized":
            state = run.prepared.data.collect(run.prepared.records.frame(["state"]))["state"][0]
            return f"the change request has not reached Authorize, its state is {_shown(state)} (R12.1)"
        case "no_customers":
            return f"no affected {whom} ({rule})"
        case "promoted":
            return f"{many(k, whom)} with a case {compared} (R8.1)"
        case "also_major:contract_value_at_least":
            value, bound = run.decided["contract_value"][0], policy.also_major_when.contract_value_at_least
            return f"{counted}, but contract value {value:,.2f} >= {bound:,.2f} (R2.5)"
        case "also_major:critical_services_at_least":
            count, bound = run.decided["critical"][0], policy.also_major_when.critical_services_at_least
            return f"{counted}, but {many(count, 'critical service')} >= {bound} (R2.5)"
        case "also_major:when" if policy.also_major_when.when is not None:
            return f"{counted}, but {conditions_in_words(policy.also_major_when.when)} (R2.5)"
    status = f", major_case_status = {policy.major_case_status}" if rule == "R2.6" and k >= threshold else ""
    return f"{counted}{status} ({rule})"


def _hold(run: Simulation, conditions: Conditions) -> bool:
    """Whether conditions hold for a run's one record."""
    held = lazy(run.decided).select(held=conditions.matches(text)).collect()
    return bool(held["held"][0])


def _value(run: Simulation, field: str) -> str:
    value = run.decided[f"text.incident.{field}"][0]
    return "it is empty" if value is None else f"it is {shown(value)}"


def _shown(value: Any) -> str:
    return "empty" if value is None else shown(value)
