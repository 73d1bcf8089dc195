"""R2 for one incident: the comparison with the threshold, in words, and every rule that had a part in the story."""

from collections.abc import Iterable, Sequence

import polars as pl

from casesim.analysis.story.values import Case, Customer, Decision, Fired
from casesim.analysis.wording import many
from casesim.conditions import Condition, Conditions
from casesim.engine.backend import lazy
from casesim.engine.decide import text
from casesim.engine.simulate import Simulation
from casesim.tables import shown

OUTCOMES = {"none": "no case", "individual": "individual cases", "major": "a major case"}


def decision(run: Simulation) -> Decision:
    """R2 to R2.5: the decision on a run's one incident, and why."""
    row = run.decisions.frame().row(0, named=True)
    k, threshold = row["counted"], row["threshold"]
    kept = ("outcome", "reason", "affected_accounts", "affected_consumers", "counted", "threshold", "contract_value")
    times = ("decided_at", "first_count", "final_count", "peak_count")
    return Decision(
        **{name: row[name] for name in (*kept, *times)},
        threshold_from=_threshold_from(run),
        comparison=f"{k} {'>=' if k >= threshold else '<'} {threshold}",
        because=_because(run, row["reason"], k, threshold),
    )


def fired(run: Simulation, found: Sequence[Customer], cases: Iterable[Case], decided: Decision) -> tuple[Fired, ...]:
    """The rules that had a part, in their order, with what each did."""
    every = [*cases]
    return (
        *_who(found),
        *_outcome(run, decided),
        *_cases(run, every),
        *_told(run, every),
        *_resolved(run, every),
        *_times(run, decided),
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
    """R2.1, R2.5: what gives the threshold that applies."""
    for place, override in enumerate(run.policy.overrides, 1):
        if _hold(run, override.when):
            return f"override {place}, {conditions_in_words(override.when)} (R2.5)"
    if run.policy.threshold_given:
        return "set by its property (R2.1)"
    return "assumed, nothing gives one (R2.1)"


def _because(run: Simulation, reason: str, k: int, threshold: int) -> str:
    """The reason of a decision as a sentence."""
    policy = run.policy
    whom = {"accounts": "account", "consumers": "consumer", "both": "customer"}[policy.choices.customers]
    counted = f"{many(k, f'affected {whom}')} {'>=' if k >= threshold else '<'} threshold {threshold:,}"
    match reason:
        case "trigger":
            failed = [test for test in policy.trigger.tests if not _hold(run, Conditions((test,)))]
            return (
                "; ".join(f"{_in_words(test)} does not hold, {_value(run, test.field)}" for test in failed) + " (R2.4)"
            )
        case "no_customers":
            return f"no affected {whom} (R2)"
        case "also_major:contract_value_at_least":
            value, bound = run.decided["contract_value"][0], policy.also_major_when.contract_value_at_least
            return f"{counted}, but contract value {value:,.2f} >= {bound:,.2f} (R2.5)"
        case "also_major:critical_services_at_least":
            count, bound = run.decided["critical"][0], policy.also_major_when.critical_services_at_least
            return f"{counted}, but {many(count, 'critical service')} >= {bound} (R2.5)"
        case "also_major:when" if policy.also_major_when.when is not None:
            return f"{counted}, but {conditions_in_words(policy.also_major_when.when)} (R2.5)"
    return f"{counted} (R2)"


def _hold(run: Simulation, conditions: Conditions) -> bool:
    """Whether conditions hold for a run's one incident."""
    held = lazy(run.decided).select(held=conditions.matches(text)).collect()
    return bool(held["held"][0])


def _value(run: Simulation, field: str) -> str:
    value = run.decided[f"text.incident.{field}"][0]
    return "it is empty" if value is None else f"it is {shown(value)}"


def _who(found: Sequence[Customer]) -> Iterable[Fired]:
    """R1 to R1.6."""
    live = [customer for customer in found if any(route.ignored is None for route in customer.routes)]
    owned = [route for customer in live for route in customer.routes if route.via != "listed" and not route.ignored]
    by_item = [customer for customer in live if any(r.via != "listed" and not r.ignored for r in customer.routes)]
    if by_item:
        nodes = {(route.via, route.node) for route in owned}
        cis = sum(via == "ci" for via, _ in nodes)
        ways = [many(cis, "CI")] * bool(cis) + [many(len(nodes) - cis, "service")] * (len(nodes) > cis)
        yield Fired("R1", f"{many(len(by_item), 'customer')} by what they own, through {' and '.join(ways)}")
    if several := [customer for customer in live if sum(route.ignored is None for route in customer.routes) > 1]:
        yield Fired("R1.1", f"{many(len(several), 'customer')} reached by several routes, counted once")
    if listed := [customer for customer in live if any(route.via == "listed" for route in customer.routes)]:
        yield Fired("R1.2", f"{many(len(listed), 'customer')} on the affected list")
    if retired := sum(route.ignored is not None for customer in found for route in customer.routes):
        yield Fired("R1.3", f"{many(retired, 'route')} by retired items, not counted")
    if inactive := sum("R1.4" in (customer.because or "") for customer in found):
        yield Fired("R1.4", f"{many(inactive, 'inactive customer')} not counted")
    if rolled := [customer for customer in live if customer.stands_for]:
        below = sum(len(customer.stands_for) for customer in rolled)
        yield Fired("R1.5", f"{many(below, 'account')} counted as {many(len(rolled), 'top-most parent')}")
    if unknown := sum(not customer.known for customer in live):
        yield Fired("R1.6", f"{many(unknown, 'customer')} not in the dataset, kept")


def _outcome(run: Simulation, decided: Decision) -> Iterable[Fired]:
    """R2 to R2.5."""
    policy = run.policy
    if decided.reason == "trigger":
        yield Fired("R2.4", decided.because.removesuffix(" (R2.4)"))
        return
    if policy.trigger.tests:
        yield Fired("R2.4", f"the trigger holds: {conditions_in_words(policy.trigger)}")
    yield Fired("R2", f"{decided.comparison}: {'no customer' if not decided.counted else OUTCOMES[decided.outcome]}")
    rule = "R2.5" if "R2.5" in decided.threshold_from else "R2.1"
    source = decided.threshold_from.removesuffix(f" ({rule})")
    yield Fired(rule, f"threshold {decided.threshold:,}: {source}")
    other = decided.affected_consumers if policy.choices.customers == "accounts" else decided.affected_accounts
    if policy.choices.customers != "both" and other:
        word = "consumer" if policy.choices.customers == "accounts" else "account"
        yield Fired("R2.3", f"{many(other, word)} not counted: customers = {policy.choices.customers}")
    if decided.reason.startswith("also_major:"):
        yield Fired("R2.5", decided.because.removesuffix(" (R2.5)"))


def _cases(run: Simulation, cases: Sequence[Case]) -> Iterable[Fired]:
    """R3 to R4.1."""
    if not cases:
        return
    kinds = [kind for kind in ("major", "child", "individual") if any(case.kind == kind for case in cases)]
    yield Fired("R3", ", ".join(many(sum(case.kind == kind for case in cases), f"{kind} case") for kind in kinds))
    if any(run.policy.mapping[kind] for kind in kinds):
        yield Fired("R3.3", "fields mapped from the incident as the policy says")
    if run.policy.choices.generation_delay:
        yield Fired("R3.6", "cases open after the generation delay")
    tables = pl.Series([case.table for case in cases if case.kind != "major"]).value_counts(sort=True)
    yield Fired("R4", ", ".join(f"{count:,} in {table}" for table, count in tables.iter_rows()))


def _told(run: Simulation, cases: Sequence[Case]) -> Iterable[Fired]:
    """R5 to R5.2."""
    told = [each for case in cases for each in case.told]
    if not cases:
        return
    created = [each for each in told if each.event == "case_created"]
    if created:
        sent = sum(each.status == "sent" for each in created)
        yield Fired("R5", f"{many(sent, 'mail')} when cases open, {len(created) - sent:,} suppressed")
    if suppressed := [each.reason for each in told if each.status == "suppressed"]:
        reasons = pl.Series(suppressed).value_counts(sort=True).iter_rows()
        yield Fired("R5.1", "suppressed: " + ", ".join(f"{reason} {count:,}" for reason, count in reasons))
    if resolved := [each for each in told if each.event == "resolved"]:
        sent = sum(each.status == "sent" for each in resolved)
        yield Fired("R5.2", f"{many(sent, 'mail')} when cases are resolved, {len(resolved) - sent:,} suppressed")
    if off := [event for event in ("case_created", "resolved") if not run.policy.notifications[event].enabled]:
        yield Fired("R5.2", f"no mail for {' and '.join(off)}: switched off")


def _resolved(run: Simulation, cases: Sequence[Case]) -> Iterable[Fired]:
    """R7 to R7.4."""
    states = {state: sum(case.state == state for case in cases) for state in ("6", "7")}
    if states["6"]:
        yield Fired("R7", f"{many(states['6'], 'case')} resolved with the incident")
    if by_hand := sum(case.by_hand for case in cases):
        major = any(case.kind == "major" for case in cases)
        yield Fired("R7.1" if major else "R7", f"{many(by_hand, 'case')} stay open, to close by hand")
    if states["7"]:
        yield Fired("R7.3", f"{many(states['7'], 'case')} cancelled with the incident")
    if notes := run.journal.codes.height:
        yield Fired("R7.4", many(notes, "work note"))


def _times(run: Simulation, decided: Decision) -> Iterable[Fired]:
    """R8.2."""
    if run.prepared.timed and decided.counted:
        counts = f"{decided.first_count:,} at first, {decided.peak_count:,} at most, {decided.final_count:,} in the end"
        yield Fired("R8.2", f"customers present: {counts}")
