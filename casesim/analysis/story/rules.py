"""The rules that had a part in the story of one record, and what each did."""

from collections.abc import Iterable, Sequence

import polars as pl

from casesim.analysis.story.decision import conditions_in_words
from casesim.analysis.story.values import NOUN, Case, Customer, Decision, Fired, Said
from casesim.analysis.wording import by_count, many
from casesim.engine.notify import EVENTS
from casesim.engine.simulate import Simulation

OUTCOMES = {"none": "no case", "individual": "individual cases", "major": "a major case"}
KINDS = ("major", "proactive", "child", "individual")
NOUNS = {"reply": ("reply", "replies")}
WHEN = {"case_created": "when cases open", "comment": "on comments", "resolved": "when cases are resolved"}


def fired(
    run: Simulation, found: Sequence[Customer], cases: Iterable[Case], decided: Decision, spoken: Sequence[Said]
) -> tuple[Fired, ...]:
    """The rules that had a part, in their order, with what each did."""
    every = [*cases]
    return (
        *_who(found),
        *_outcome(run, decided, every),
        *_cases(run, every),
        *_told(run, every),
        *_said(run, spoken),
        *_resolved(run, every, NOUN[decided.source]),
        *_times(run, found, decided),
        *_source(run, decided),
    )


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


def _outcome(run: Simulation, decided: Decision, cases: Sequence[Case]) -> Iterable[Fired]:
    """R2 to R2.6."""
    policy = run.policy
    if decided.reason == "not_authorized":
        return
    if decided.reason == "trigger":
        yield Fired("R2.4", decided.because.removesuffix(" (R2.4)"))
        return
    if policy.trigger.tests:
        yield Fired("R2.4", f"the trigger holds: {conditions_in_words(policy.trigger)}")
    if policy.flow == "incident":
        what = "no customer" if not decided.counted else OUTCOMES[decided.outcome]
        yield Fired("R2", f"{decided.comparison}: {what}")
    source, rule = _with_rule(decided.threshold_from)
    yield Fired(rule, f"threshold {decided.threshold:,}: {source}")
    other = decided.affected_consumers if policy.choices.customers == "accounts" else decided.affected_accounts
    if policy.choices.customers != "both" and other:
        word = "consumer" if policy.choices.customers == "accounts" else "account"
        yield Fired("R2.3", f"{many(other, word)} not counted: customers = {policy.choices.customers}")
    if decided.reason.startswith("also_major:"):
        yield Fired("R2.5", decided.because.removesuffix(" (R2.5)"))
    if policy.flow == "alerts":
        status = policy.major_case_status
        state = f"major_case_state {status}" if decided.outcome == "major" else "no major_case_state"
        yield Fired("R2.6", f"alert flow, {decided.comparison}, major_case_status = {status}: one -A case, {state}")
        if any(case.kind == "proactive" and case.told for case in cases):
            yield Fired("R2.6", "its one account is put on the -A case and told")


def _with_rule(sentence: str) -> tuple[str, str]:
    """A sentence that ends in its rule, apart."""
    words, _, rule = sentence.rpartition(" (")
    return words, rule.rstrip(")")


def _cases(run: Simulation, cases: Sequence[Case]) -> Iterable[Fired]:
    """R3 to R4.1."""
    if not cases:
        return
    kinds = [kind for kind in KINDS if any(case.kind == kind for case in cases)]
    yield Fired("R3", ", ".join(many(sum(case.kind == kind for case in cases), f"{kind} case") for kind in kinds))
    if any(run.policy.mapping[kind] for kind in kinds):
        yield Fired("R3.3", "fields mapped as the policy says")
    if run.policy.choices.generation_delay:
        yield Fired("R3.6", "cases open after the generation delay")
    if tables := by_count(pl.Series([case.table for case in cases if case.kind != "major"], dtype=pl.String)):
        yield Fired("R4", ", ".join(f"{count:,} in {table}" for table, count in tables))


def _told(run: Simulation, cases: Sequence[Case]) -> Iterable[Fired]:
    """R5 to R5.3."""
    told = [each for case in cases for each in case.told]
    if not cases:
        return
    suppressed = [each.reason for each in told if each.status == "suppressed" and each.reason != "flood"]
    for event, rule in (("case_created", "R5"), ("comment", "R5.2"), ("resolved", "R5.2")):
        own = [each for each in told if each.event == event and each.status != "blocked"]
        if own:
            sent = sum(each.status == "sent" for each in own)
            yield Fired(rule, f"{many(sent, 'mail')} {WHEN[event]}{_kept(each.status for each in own)}")
        if event == "case_created" and suppressed:
            reasons = by_count(pl.Series(suppressed))
            yield Fired("R5.1", "suppressed: " + ", ".join(f"{reason} {count:,}" for reason, count in reasons))
    if off := [event for event in EVENTS if not run.policy.notifications[event].enabled]:
        yield Fired("R5.2", f"no mail for {' and '.join(off)}: switched off")
    if run.policy.flood is not None:
        held = sum(each.reason == "flood" for each in told)
        later = sum(each.status == "sent" and each.deliver_at != each.at for each in told)
        yield Fired(
            "R5.3",
            f"flood control, over all incidents' mails: {held:,} held back, {later:,} delivered after quiet hours",
        )


def _kept(statuses: Iterable[str]) -> str:
    """What was not sent, by status."""
    every = [*statuses]
    counts = {status: every.count(status) for status in ("suppressed", "digested")}
    return f", {counts['suppressed']:,} suppressed" + (
        f", {counts['digested']:,} digested" if counts["digested"] else ""
    )


def _said(run: Simulation, spoken: Sequence[Said]) -> Iterable[Fired]:
    """R6 to R6.3."""
    kinds = dict.fromkeys(each.kind for each in spoken)
    if kinds:
        written = [
            many(sum(each.kind == kind for each in spoken), kind, NOUNS.get(kind, (None, None))[1]) for kind in kinds
        ]
        switch = "on" if run.policy.sync_comments else "off"
        yield Fired("R6", f"{', '.join(written)}; the sync of comments is {switch}")
    copies = [copy for each in spoken for copy in each.copies]
    if back := sum(copy.rule == "R6.1" for copy in copies):
        yield Fired("R6.1", f"{many(back, 'reply', 'replies')} copied to the record")
    for rule, words in (("R6.2", "copied from the record to cases"), ("R7.2", "passed on by the major case")):
        own = [copy for copy in copies if copy.rule == rule]
        if own:
            flags = f"{sum(c.unintended for c in own):,} that nobody chose, {sum(c.duplicate for c in own):,} twice"
            yield Fired(rule, f"{many(len(own), 'entry', 'entries')} {words}: {flags}")
    if any(copy.rule == "R6.2" and copy.element == "work_notes" for copy in copies):
        yield Fired("R6.3", "copies are work notes and notify nobody")
    if lost := by_count(run.talk.rejects["reason"]) if run.talk is not None else []:
        reasons = [f"{reason} {count:,}" for reason, count in lost]
        yield Fired("R6", f"rows that found no case, not used: {', '.join(reasons)}")


def _resolved(run: Simulation, cases: Sequence[Case], noun: str) -> Iterable[Fired]:
    """R7 to R7.4."""
    if with_it := sum(case.resolved_by == "incident" for case in cases):
        yield Fired("R7", f"{many(with_it, 'case')} resolved with the {noun}")
    if by_hand := sum(case.by_hand for case in cases):
        major = any(case.kind == "major" for case in cases)
        yield Fired("R7.1" if major else "R7", f"{many(by_hand, 'case')} to close by hand")
    if any(case.resolved_by == "manager" for case in cases):
        passed = sum(case.resolved_by == "major case" for case in cases)
        yield Fired("R7.2", f"the major case resolved by a manager, {many(passed, 'child case')} with it")
    if cancelled := sum(case.state == "7" for case in cases):
        yield Fired("R7.3", f"{many(cancelled, 'case')} cancelled with the {noun}")
    notes = run.journal.codes.height - (run.talk.entries.height if run.talk is not None else 0)
    if notes:
        yield Fired("R7.4", many(notes, "work note"))


def _times(run: Simulation, found: Sequence[Customer], decided: Decision) -> Iterable[Fired]:
    """R8.1, R8.2."""
    if decided.promoted_at is not None:
        yield Fired("R8.1", f"promoted to a major case: {decided.because.removesuffix(' (R8.1)')}")
    if lost := sum("R8" in (customer.because or "") for customer in found):
        mode = run.policy.choices.late_customers
        yield Fired("R8.1", f"{many(lost, 'customer')} without a case: late_customers = {mode}")
    if run.prepared.timed and decided.counted:
        counts = f"{decided.first_count:,} at first, {decided.peak_count:,} at most, {decided.final_count:,} in the end"
        yield Fired("R8.2", f"customers present: {counts}")


def _source(run: Simulation, decided: Decision) -> Iterable[Fired]:
    """R12, R12.1."""
    if decided.source != "change_request":
        return
    if decided.reason == "not_authorized":
        yield Fired("R12.1", decided.because.removesuffix(" (R12.1)"))
    else:
        yield Fired("R12", "a change request: it plays the part of an incident from Authorize on")
