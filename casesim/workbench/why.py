"""Why one incident changes, drawn: who is affected by which way, and what happens now and as proposed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from casesim.analysis.story import Case, Customer, Moment, Route, Story
from casesim.analysis.wording import many
from casesim.workbench.pieces import text

# Chips, ways and lines that can be taken in at a glance; `casesim explain` has all of them.
CHIPS, WAYS, LINES = 12, 3, 14
# Where on its lane an incident is resolved: what comes afterwards needs some room.
RESOLVED = 68.0
CANCELLED = "7"
ARRIVES = frozenset({"sent", "digested"})
VIA = {"ci": "CI", "service": "service", "listed": "affected list"}


def why(number: str, now: Story, proposed: Story, *, assumed: bool = False) -> str:
    """One incident under both policies: who is affected and by which way, what is decided, and what happens when.

    Args:
        number: the incident's; now, proposed: its stories.
        assumed: whether nothing gave the threshold of now (R2.1).
    """
    words = "Assumed" if assumed else "Now"
    a, b = now.decision, proposed.decision
    same = _cases(now) == _cases(proposed) and a.outcome == b.outcome
    head = f"{text(number, 40)} {'keeps its outcome' if same else 'changes'}"
    title = text(proposed.incident.get("short_description") or "", 160)
    return (
        f'<div class="cs-why"><div class="cs-h">Why {head} '
        f"<small>{_compared(a.comparison)} → {_compared(b.comparison)} {_rule('R2')}</small></div>"
        f"<div>{title}</div>{_affected(proposed)}"
        f'<div class="cs-h">What happens</div>{_lanes(words, now, proposed)}'
        f"<details><summary>Every line of both</summary>{_lines(words, now)}{_lines('Proposed', proposed)}"
        "</details></div>"
    )


def _rule(name: str) -> str:
    return f'<span class="cs-rule">{text(name, 8)}</span>'


def _compared(said: str) -> str:
    return text(said.replace(">=", "≥"))


def _affected(found: Story) -> str:
    """R1: the incident, what leads from it to customers, and the customers themselves."""
    counted = [each for each in found.customers if each.counted]
    several = sum(sum(way.ignored is None for way in each.routes) > 1 for each in counted)
    ways = "each by one way" if not several else f"{several:,} by several ways"
    said = f"{many(len(counted), 'customer')}, {ways}" if counted else "nobody"
    boxes = "".join(_way(*each) for each in _ways(counted))
    chips = "".join(_chip(each) for each in counted[:CHIPS])
    if len(counted) > CHIPS:
        chips += f"<span class='cs-muted'>and {len(counted) - CHIPS:,} more</span>"
    drawn = f'<div class="cs-route"><div class="cs-ways">{boxes}</div><div class="cs-chips">{chips}</div></div>'
    return (
        f'<div class="cs-h">Who is affected <small>{said} {_rule("R1")}</small></div>'
        f"{drawn if counted else ''}{_left_out(found.customers)}"
    )


def _ways(counted: Sequence[Customer]) -> Iterator[tuple[Route, int]]:
    """What leads to most customers first: a way to them, and to how many."""
    firsts = [next(way for way in each.routes if way.ignored is None) for each in counted if _goes(each)]
    by_node = {(way.via, way.node): way for way in reversed(firsts)}
    for key, count in Counter((way.via, way.node) for way in firsts).most_common(WAYS):
        yield by_node[key], count


def _goes(customer: Customer) -> bool:
    return any(way.ignored is None for way in customer.routes)


def _way(way: Route, count: int) -> str:
    node = text(way.node_name or way.node or "", 16)
    by = many(count, "install base item") if way.item is not None else many(count, "customer")
    code = f"<code>{node}</code> " if node else ""
    return f"<div><b>{VIA[way.via]}</b> {code}<small>{by}</small></div>"


def _chip(customer: Customer) -> str:
    """A customer; crossed where nobody there can be told."""
    name = text(customer.name or customer.id, 32)
    told = customer.case.told if customer.case else ()
    mute = next((each.reason for each in told if each.status == "suppressed"), None)
    if mute is not None and not any(each.status in ARRIVES for each in told):
        return f'<span class="cs-who mute" title="{name} is not told: {text(mute)}">{name} ✕</span>'
    return f'<span class="cs-who" title="{name}">{name}</span>'


def _left_out(customers: Sequence[Customer]) -> str:
    """Those that a way leads to and that do not count, by reason."""
    reasons = Counter(each.because for each in customers if not each.counted and each.because)
    return "".join(
        f'<div class="cs-muted">{many(count, "customer")} left out: {text(because)}</div>'
        for because, count in reasons.most_common(WAYS)
    )


def _lanes(words: str, now: Story, proposed: Story) -> str:
    """Both policies on one scale of time, from opening to what stays open after the resolution."""
    opened, end = proposed.incident["opened_at"], _end(proposed)
    ends = [f'<span style="left:0">opened {_time(opened)}</span>']
    if end is not None:
        how = "cancelled" if end.rule == "R7.3" else "resolved"
        ends.append(f'<span style="left:{RESOLVED}%">{how} {_time(end.at)}</span>')
    lanes = _lane("now", words, now, opened, end) + _lane("new", "Proposed", proposed, opened, end)
    return f'<div class="cs-time"><div class="cs-ends">{"".join(ends)}</div>{lanes}</div>'


def _end(found: Story) -> Moment | None:
    """The line that says how the record ends: it is resolved (R7) or cancelled (R7.3); None where it goes on."""
    return next((line for line in found.timeline if line.rule in {"R7", "R7.3"}), None)


def _lane(kind: str, words: str, found: Story, opened: datetime, last: Moment | None) -> str:
    cases, resolved = _cases_of(found), last.at if last is not None else None
    places = {each.number: _place(each.resolved_at, opened, resolved) for each in cases if each.resolved_at is not None}
    start = min((_place(each.opened_at, opened, resolved) for each in cases), default=0.0)
    opens = any(each.resolved_at is None and each.state != CANCELLED for each in cases)
    end = 100.0 if opens else max(places.values(), default=start)
    # An arrow where a case stays open, a dot where the last one is closed.
    bar = f'<i class="{"on" if opens else "done"}" style="left:{start:.1f}%;width:{max(end - start, 1):.1f}%"></i>'
    first, then = "; ".join(_beginning(found, cases)), "; ".join(_ending(found, cases, last))
    return (
        f'<div class="cs-lane {kind}"><b>{words}<small>at {found.decision.threshold:,}</small></b>'
        f'<div><div class="cs-track">{bar if cases else ""}</div>'
        f"<div class='cs-said'><p>{first}</p><p>{then}</p></div></div></div>"
    )


def _place(at: datetime, opened: datetime, resolved: datetime | None) -> float:
    """Where a time stands on a lane, in per cent of its width."""
    span = (resolved - opened) if resolved is not None else timedelta(0)
    if span <= timedelta(0):
        return 0.0 if at <= opened else RESOLVED
    return float(min(max((at - opened) / span, 0.0) * RESOLVED, 96.0))


def _cases_of(found: Story) -> list[Case]:
    own = [each.case for each in found.customers if each.case is not None]
    return [*([found.major] if found.major is not None else []), *own]


def _cases(found: Story) -> Counter[str]:
    return Counter(case.kind for case in _cases_of(found))


def _beginning(found: Story, cases: Sequence[Case]) -> Iterator[str]:
    """R3, R5: which cases open, and who is told."""
    if not cases:
        yield f"no case: {text(found.decision.because)}"
        return
    kinds = _cases(found)
    some = [f"{kinds[kind]:,} {kind}" for kind in ("major", "proactive", "child", "individual") if kinds[kind]]
    yield f"{' + '.join(some)} {'case' if len(cases) == 1 else 'cases'} {_rule('R3')}"
    sent, mute = _mails(cases, "case_created", "sent", "digested"), _mails(cases, "case_created", "suppressed")
    yield f"{sent:,} told{f', {mute:,} suppressed' if mute else ''} {_rule('R5')}"


def _ending(found: Story, cases: Sequence[Case], last: Moment | None) -> Iterator[str]:
    """R7: which cases the resolution closes, which people have to, and who is told of it."""
    if not cases:
        return
    if last is None:
        yield "not resolved in these data"
    elif last.rule == "R7.3":
        cancelled = sum(case.state == CANCELLED for case in cases)
        said = f"{cancelled:,} cancelled with it" if cancelled else "left as they are"
        yield f"{said} {_rule('R7.3')}"
    with_it = sum(case.resolved_by == "incident" for case in cases)
    by_hand = sum(case.by_hand for case in cases)
    later = sum(case.resolved_by in {"manager", "major case"} for case in cases)
    if with_it:
        yield f"{with_it:,} resolved {_rule('R7')}"
    if later:
        yield f"{later:,} resolved by people or with their major case {_rule('R7.2')}"
    if by_hand:
        yield f"<b>{by_hand:,} to close by hand</b> {_rule('R7.1' if found.decision.outcome == 'major' else 'R7')}"
    if again := _mails(cases, "resolved", "sent", "digested"):
        yield f"{again:,} told again {_rule('R5.2')}"
    if unchosen := sum(case.unintended for case in cases):
        yield f"{unchosen:,} unintended entries {_rule('R6.2')}"


def _mails(cases: Iterable[Case], event: str, *status: str) -> int:
    return sum(each.event == event and each.status in status for case in cases for each in case.told)


def _lines(words: str, found: Story) -> str:
    rows = "".join(map(_line, found.timeline[:LINES]))
    left = len(found.timeline) - LINES
    more = f'<div class="cs-muted">… {many(left, "more line")}; casesim explain has all</div>' if left > 0 else ""
    said = f'<div class="cs-h">{words} <small>{text(found.decision.because)}</small></div>'
    return f'{said}<table class="cs-plain">{rows}</table>{more}'


def _line(line: Moment) -> str:
    said = f"{text(line.what, 220)} <small class='cs-muted'>{text(line.rule, 8)}</small>"
    return f"<tr><td class='cs-muted'>{_time(line.at)}</td><td>{said}</td></tr>"


def _time(at: datetime) -> str:
    return f"{at.day} {at:%b %H:%M}"
