"""A story as text: 80 columns, readable without colour; what the data hold is made harmless to show."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from casesim.analysis.story.values import NOUN, Case, Customer, Route, Told
from casesim.analysis.story.words import MOST
from casesim.analysis.wording import WIDTH, clean, folded, listed, many, moment
from casesim.tables import CHOICES

if TYPE_CHECKING:
    from casesim.analysis.story import Story

MOST_CUSTOMERS = 10
MOST_ROUTES = 4
RULE = "─" * 72
STATES = {"1": "New", "6": "Resolved", "7": "Cancelled"}
NODE = {"ci": "CI", "service": "service"}
ORIGINS = {
    "cmdb_ci": "the record's own CI",
    "business_service": "the record's own service",
    "task_ci": "in its list of CIs",
    "task_cmdb_ci_service": "in its list of services",
}
SYS_ID = re.compile("[0-9a-f]{32}")
REASONS = {
    "no_contact": "no contact",
    "inactive_contact": "contact inactive",
    "opted_out": "opted out",
    "no_email": "no e-mail",
    "flood": "flood control",
    "sync_off": "the sync of comments is off",
    "no_case_yet": "the case did not exist yet",
}
EVENTS = {"case_created": "on opening", "comment": "on comment", "resolved": "on resolution"}
RULES = {"flood": "R5.3", "sync_off": "R6", "no_case_yet": "R6"}
# The longest line of the timeline: a few names of records that may be odd.
LONGEST_LINE = 1200


def story_text(story: "Story") -> str:
    """The story as a person reads it; of many customers the first few, `to_dict` has them all."""
    parts = [_heading(story), _timeline(story), _fired(story)]
    counted = [customer for customer in story.customers if customer.counted]
    others = [customer for customer in story.customers if not customer.counted]
    if counted:
        parts.append(_customers(f"Customers that count: {len(counted):,}", counted))
    if others:
        parts.append(_customers(f"Customers that do not count: {len(others):,}", others))
    if story.major is not None:
        title = "Major case" if story.major.kind == "major" else "Proactive case of the alert flow"
        parts.append("\n".join([title, RULE, *_case(story.major, None)]))
    return "\n\n".join(parts)


def _heading(story: "Story") -> str:
    facts, decided = story.incident, story.decision
    title = clean(facts["short_description"] or "", WIDTH)
    lines = [f"{clean(facts['number'], 60)}{': ' if title else ''}{title}"]
    if decided.source != "incident":
        lines.append(f"a {NOUN[decided.source]} request")
    labels = {value: label for label, value in CHOICES[decided.source]["state"].items()}
    named = [
        ("state", labels.get(facts["state"], facts["state"])),
        ("priority", facts["priority"]),
        ("category", facts["category"]),
        ("CI", facts["cmdb_ci"]),
        ("service", facts["business_service"]),
    ]
    own = ", ".join(f"{name} {_short(value)}" for name, value in named if value is not None)
    if own:
        lines.append(own)
    outcome = decided.outcome.capitalize() if decided.outcome != "none" else "No case"
    lines += ["", f"{outcome}: {clean(decided.because)}."]
    return "\n".join(folded(line, more="  ") for line in lines)


def _timeline(story: "Story") -> str:
    rows = [
        folded(f"{moment(line.at):<21}{line.rule:<6}{clean(line.what, LONGEST_LINE)}", more=" " * 27)
        for line in story.timeline
    ]
    return "\n".join(["Timeline (UTC)", RULE, *rows])


def _fired(story: "Story") -> str:
    rows = [folded(f"{each.rule:<6}{clean(each.what)}", more=" " * 6) for each in story.fired]
    return "\n".join(["Rules", RULE, *rows])


def _customers(title: str, found: Sequence[Customer]) -> str:
    lines = [title, RULE]
    for customer in found[:MOST_CUSTOMERS]:
        lines += _customer(customer)
    if len(found) > MOST_CUSTOMERS:
        lines.append(f"... {len(found) - MOST_CUSTOMERS:,} more; --json lists all.")
    return "\n".join(lines)


def _customer(customer: Customer) -> Iterable[str]:
    known_as = f"{customer.kind} {clean(customer.id, 60)}"
    yield folded(f"{clean(customer.name, 60)} ({known_as})" if customer.name else known_as, more="  ")
    if customer.because:
        yield _line(f"not counted: {customer.because}")
    if not customer.known:
        yield _line("not in the dataset, kept as it is named (R1.6)")
    if customer.stands_for:
        yield _line(f"stands for {listed(_short(one) for one in customer.stands_for)} below it (R1.5)")
    if customer.counted and (customer.added_at or customer.removed_at):
        ends = [f"from {moment(customer.added_at)}"] if customer.added_at else []
        ends += [f"until {moment(customer.removed_at)}"] if customer.removed_at else []
        yield _line(f"affected {' '.join(ends)} (R8)")
    # One item may be reached in several ways; people look for what the customer owns.
    ways: dict[Route, list[Route]] = {}
    for route in customer.routes:
        ways.setdefault(replace(route, origins=(), through=None), []).append(route)
    for way, routes in list(ways.items())[:MOST_ROUTES]:
        yield _line(_way(way))
        yield from (_line(note, "      ") for note in [_notes(way, routes)] if note)
    if len(ways) > MOST_ROUTES:
        yield _line(f"... {many(len(ways) - MOST_ROUTES, 'more route')}")
    if customer.case:
        yield from _case(customer.case, customer)


def _way(route: Route) -> str:
    if route.via == "listed":
        return f"affected list -> {_short(route.named)}"
    node = f"service {clean(route.node_name, 40)}" if route.node_name else f"{NODE[route.via]} {_short(route.node)}"
    item = " ".join(
        ["item", *([_short(route.item)] if route.item else []), *([route.product] if route.product else [])]
    )
    return f"{node} -> {clean(item, 60)} -> {_short(route.named)}"


def _notes(way: Route, routes: Iterable[Route]) -> str:
    """How the CI or service comes to be the incident's, when, and why the route does not count."""
    own = dict.fromkeys(ORIGINS[origin] for route in routes for origin in route.origins if origin in ORIGINS)
    inside = [_short(route.through) for route in routes if route.through is not None]
    notes = [
        *own,
        f"contains CI {listed(inside, 2)}" if inside else "",
        f"from {moment(way.added_at)}" if way.added_at else "",
        f"until {moment(way.removed_at)}" if way.removed_at else "",
        f"not counted: {way.ignored}" if way.ignored else "",
    ]
    return ", ".join(note for note in notes if note)


def _case(case: Case, customer: Customer | None) -> Iterable[str]:
    state = STATES.get(case.state, case.state)
    by_hand = ", to close by hand" if case.by_hand else ""
    if case.resolved_by == "manager":
        by_hand = " by a manager, by hand"
    yield _line(f"case {clean(case.number, 60)}: {case.kind}, {state}{by_hand}")
    yield _line(f"{clean(case.table, 60)}: {clean(case.table_because)}", "      ")
    if customer is None:
        yield _line(f"notifies nobody ({'R5' if case.kind == 'major' else 'R2.6'})")
    elif who := _contact(customer, case):
        yield _line(f"contact {who}")
    if case.comments or case.unintended or case.duplicates:
        yield _line(_written(case))
    for told in case.told[:MOST]:
        yield _line(_told(told))
    if len(case.told) > MOST:
        yield _line(f"... {many(len(case.told) - MOST, 'more mail')}")


def _written(case: Case) -> str:
    """R6.1, R6.2: what was written on a case."""
    flags = [
        f"{many(case.replies, 'reply', 'replies')} of its customer" if case.replies else "",
        f"{case.unintended:,} that nobody chose" if case.unintended else "",
        f"{case.duplicates:,} twice" if case.duplicates else "",
    ]
    return ", ".join([many(case.comments, "comment"), *(flag for flag in flags if flag)]) + " (R6)"


def _told(told: Told) -> str:
    """One mail: of what, when, and what became of it."""
    about = f"{EVENTS.get(told.event, told.event)}{f' {clean(told.said, 60)}' if told.said else ''}"
    nobody = ", nobody chose this case (R6.2)" if told.unintended else ""
    mail = f"mail {about} {moment(told.at)}: {told.status}{nobody}"
    later = f" at {moment(told.deliver_at)}" if told.deliver_at and told.deliver_at != told.at else ""
    match told.status:
        case "sent":
            return f"{mail}, delivered{later} (R5.3)" if later else mail
        case "digested":
            return f"{mail}, in one mail{later} (R5.3)"
    kept = REASONS.get(told.reason or "", told.reason)
    return f"{mail}, {kept} ({RULES.get(told.reason or '', 'R5.1')})"


def _contact(customer: Customer, case: Case) -> str:
    """Who is told of a case: the contact, or the consumer itself; the address where mail is sent to it."""
    who = _short(customer.contact_name or customer.contact) if customer.contact else ""
    address = next((clean(told.email, 60) for told in case.told if told.email), "")
    return ", ".join(part for part in (who, address) if part)


def _short(identity: str | None) -> str:
    """An id as it may stand in a line: of a sys_id the first digits, which tell it apart."""
    text = clean(identity, 40)
    return f"{text[:8]}…" if SYS_ID.fullmatch(text) else text


def _line(text: str, indent: str = "  ") -> str:
    return folded(text, indent=indent, more=f"{indent}    ")
