"""The parts of the screen as HTML, from figures and words; every text of the data is escaped."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from casesim.analysis.effects import Counts
from casesim.analysis.findings import Finding, cliff, few_told
from casesim.analysis.intervals import alike, threshold_of
from casesim.analysis.verdict import NOTHING_READ, percent, sent, signed, standing, threshold_said
from casesim.analysis.wording import clean, many
from casesim.policy import Policy

# What has not been counted yet is not there.
Figures = Mapping[str, int]
LONGEST = 400
# A figure of more signs is written smaller, so that it stays on one line.
SIZES = ((10, "tiny"), (7, "small"))
# Figure, words, and what belongs to them; what changes has a tile of its own before them.
TILES = (
    ("major_cases", "Major cases", ""),
    ("child_cases", "Child cases", ""),
    ("individual_cases", "Individual cases", ""),
    ("manual_closures", "To close by hand", ""),
    ("notifications_sent", "Notifications sent", ""),
    ("notifications_peak_hour", "Sent in one hour", ""),
    ("busiest_contact", "Busiest contact", " in one hour"),
)


def text(value: object, width: int = LONGEST) -> str:
    """A text of the data, harmless in HTML and not too long."""
    return escape(clean(value, width))


def problem(said: str) -> str:
    """An error in the verdict's place: one paragraph."""
    return f'<div class="cs-problem" role="alert">{escape(clean(said, 1_000))}</div>'


def refused(said: object) -> str:
    """What cannot be taken, beside the control that it is about."""
    return f'<div class="cs-error" role="alert">{text(said)}</div>'


def verdict(
    now: Figures,
    proposed: Figures,
    policies: tuple[Policy, Policy],
    *,
    only_threshold: bool,
    changed: int | None,
    unintended: int,
) -> str:
    """One sentence on what changes, and one that explains it: first of all what reaches customers nobody chose."""
    a, b, here = now["threshold"], proposed["threshold"], threshold_said(policies[0])
    majors, after = now["incidents_major"], proposed["incidents_major"]
    by_hand = proposed["manual_closures"] - now["manual_closures"]
    if not any(now.get(f"incidents_{each}") for each in ("none", "individual", "major")):
        return _said(NOTHING_READ, "The tab Data says what was read.")
    if only_threshold:
        if a == b:
            return _said(f"Nothing is changed: {as_set(policies[0])} {makes(majors)}.", "Move the slider.")
        if changed == 0:
            return _said(f"No incident changes between {here} and {b:,}.", "Every case and notification is the same.")
        who = f"{'Raising' if b > a else 'Lowering'} the threshold from {here} to {b:,}"
    else:
        who = "The proposed settings"
    verb = "s" if only_threshold else ""
    head = f"{who} make{verb} <b>{_more(after - majors, 'incident')} major</b>"
    if majors == after:
        head = f"{who} leave{verb} as many incidents major"
    means = [
        *([f"<b>{many(unintended, 'message')} would reach customers whom nobody chose</b>"] if unintended else []),
        f"<b>{_more(by_hand, 'case')}</b> to close by hand" if by_hand else "as many cases to close by hand",
        *_sent(now, proposed, policies[1] if only_threshold else None),
    ]
    return _said(f"{head}: {majors:,} → {after:,}.", f"{_upper('; '.join(means))}.")


def _sent(now: Figures, proposed: Figures, policy: Policy | None) -> list[str]:
    """How many more notifications go out, where that is known."""
    if "notifications_sent" not in now or "notifications_sent" not in proposed:
        return []
    return [sent(now["notifications_sent"], proposed["notifications_sent"], policy) or "as many notifications sent"]


def as_it_is(now: Figures, policy: Policy) -> str:
    """The verdict while the screen shows no proposal at all."""
    return _said(f"{_as_it_is(policy)}: {as_set(policy)} {makes(now['incidents_major'])}.", "Compare is pressed.")


def as_set(policy: Policy) -> str:
    """The threshold as the subject of a sentence: `threshold 5`, or `the assumed threshold 5`."""
    return f"{'the assumed ' if policy.assumed else ''}threshold {threshold_of(policy):,}"


def makes(majors: int) -> str:
    """How many incidents a threshold makes major."""
    return f"makes {many(majors, 'incident')} major" if majors else "makes no incident major"


def _as_it_is(policy: Policy) -> str:
    return _upper(standing(policy)) if policy.assumed else "As it is now"


def direction(majors: tuple[int, int, int], policy: Policy, proposed: Policy) -> str:
    """What the threshold does, in one line beside it.

    Args:
        majors: major incidents under the policy as it is now, under the proposed one, and under that at the highest
            threshold.
        policy, proposed: the two.
    """
    (was, after, least), now, then = majors, threshold_of(policy), threshold_of(proposed)
    if not alike(policy, proposed):
        return (
            f"{_as_it_is(policy)}: other settings make {was:,} → {after:,} incidents major."
            if now == then
            else (f"From {_at(policy)} to {then:,}, and other settings: {was:,} → {after:,} incidents major.")
        )
    if now == then:
        are = f"{many(after, 'incident')} {'is' if after == 1 else 'are'} major"
        more = "A higher one makes fewer" if least < after else "A higher one makes as many"
        return f"{_as_it_is(policy)}: {are}. {more if after else 'None is at a higher one either'}."
    step = "Raising" if then > now else "Lowering"
    return f"{step} it: {was:,} major at {_at(policy)} → {after:,} at {then:,}."


def _at(policy: Policy) -> str:
    return f"{'assumed ' if policy.assumed else ''}{threshold_of(policy):,}"


def proposal(changed: Mapping[str, object], faults: int, unseen: Sequence[str]) -> str:
    """How many settings are proposed, by name on demand, how many lines are wrong, and what no control shows."""
    names = text(", ".join(name.rpartition(".")[2] for name in changed))
    said = many(len(changed), "change") if changed else "nothing changed"
    chips = f'<span class="cs-tag{" new" if changed else ""}" title="{names}">{said}</span>'
    if faults:
        chips += f'<span class="cs-tag bad">{many(faults, "error")}</span>'
    also = f'<div class="cs-also">Also in force: {text(", ".join(unseen))}</div>' if unseen else ""
    return f'<div class="cs-proposal"><span>Proposed policy</span>{chips}</div>{also}'


def _said(first: str, second: str) -> str:
    return f'<div class="cs-verdict">{first}</div><div class="cs-means">{second}</div>'


def _upper(said: str) -> str:
    return said[:1].upper() + said[1:]


def _more(change: int, word: str) -> str:
    return f"{abs(change):,} {'more' if change > 0 else 'fewer'} {word}{'' if abs(change) == 1 else 's'}"


def tiles(now: Figures, proposed: Figures, policy: Policy, *, changed: int | None, every: int) -> str:
    """Eight numbers: value, change and per cent, as `policy` has it now. What is not counted yet on a side says so."""
    here = f"at {standing(policy)}:" if policy.assumed else "now"
    share = f"{100 * changed / every:.1f} % of {every:,}" if changed is not None and every else f"of {every:,}"
    count = "counting…" if changed is None else f"{changed:,}"
    parts = [_tile("Incidents changed", count, share, _without(now, proposed), lead=True)]
    for name, words, of in TILES:
        if name in now and name in proposed:
            a, b = now[name], proposed[name]
            parts.append(_tile(words, f"{b:,}", _change(a, b), f"{here} {a:,}{of}"))
        else:
            parts.append(_tile(words, "counting…", "&nbsp;", of or "&nbsp;"))
    return f'<div class="cs-tiles">{"".join(parts)}</div>'


def _without(now: Figures, proposed: Figures) -> str:
    """How many incidents have no case: nobody is reached, or the trigger leaves them out."""
    a, b = (figures.get("incidents_none") for figures in (now, proposed))
    if a is None or b is None:
        return "&nbsp;"
    return f"{b:,} without a case{f' ({signed(b - a)})' if a != b else ''}"


def _change(a: int, b: int) -> str:
    share = percent(a, b - a).replace(" ", "&nbsp;")
    return f"{signed(b - a)}{f' ({share})' if share else ''}"


def _tile(words: str, value: str, change: str, now: str, *, lead: bool = False) -> str:
    size = next((f" {name}" for most, name in SIZES if len(value) > most), "")
    return (
        f'<div class="cs-tile{" lead" if lead else ""}"><div>{words}</div><div class="cs-num{size}">{value}</div>'
        f"<div>{change}</div><div>{now}</div></div>"
    )


def quick_checks(turns: Counts, every: int, proposed: Figures, critical: int | None) -> list[Finding]:
    """What arrays alone can find: critical incidents that change, a cliff within one step, many suppressed.

    Args:
        turns: as `cliff` takes them; every: all incidents; proposed: the figures, with `threshold`; critical: how many
            critical incidents change.
    """
    found: list[Finding] = []
    if critical:
        title = f"{many(critical, 'critical incident')} change{'s' if critical == 1 else ''} outcome"
        first = "It is the first in the list." if critical == 1 else "They are the first in the list."
        found.append(Finding("warn", title, first, "R2"))
    found += cliff(turns, every, proposed["threshold"])
    found += few_told(*(proposed.get(f"notifications_{status}", 0) for status in ("sent", "suppressed")))
    return found


def checks(found: Iterable[Finding]) -> str:
    """Up to four findings, the gravest first."""
    rank = {"block": 0, "warn": 1, "inform": 2}
    marks = {"block": "⊘", "warn": "△", "inform": "○"}
    some = sorted(found, key=lambda each: rank[each.severity])[:4]
    if not some:
        said = "<i>✓</i><b>Nothing found</b><span>No check speaks against it.</span>"
        return f'<div class="cs-checks"><div class="cs-check">{said}</div></div>'
    parts = [
        f'<div class="cs-check {each.severity}" title="{text(each.text)}">'
        f"<i>{marks[each.severity]}</i><b>{text(each.title, 80)}</b><span>{text(each.text)}</span></div>"
        for each in some
    ]
    return f'<div class="cs-checks">{"".join(parts)}</div>'


def reached(customers: int, sync: tuple[bool, bool], copy: tuple[bool, bool]) -> str:
    """R6: who reads what on an incident with so many customers, under the switches as they are and as proposed.

    Args:
        customers: of the incident taken as the example.
        sync, copy: now and proposed: comment sync, and the rule that copies an incident's comments to its cases.
    """
    rows = [
        ("Incident comment", *(_comment(customers, c) for c in copy)),
        ("Notify 1 of them", *(_notify(customers, s, c) for s, c in zip(sync, copy, strict=True))),
        ("A customer replies", *(_reply(customers, s, c) for s, c in zip(sync, copy, strict=True))),
    ]
    both = sync[1] and copy[1] and customers > 1
    head = "<b>Together they reach customers nobody chose</b>" if both else "Who reads what"
    body = "".join(f"<tr><td>{words}</td><td class='n'>{a}</td><td class='n'>{b}</td></tr>" for words, a, b in rows)
    heads = f"<tr><th>{many(customers, 'customer')}</th><th class='n'>now</th><th class='n'>proposed</th></tr>"
    return f'<div class="cs-box{" block" if both else ""}">{head}<table class="cs-plain">{heads}{body}</table></div>'


def _comment(customers: int, copy: bool) -> str:
    return f"all {customers:,}" if copy else "nobody"


def _notify(customers: int, sync: bool, copy: bool) -> str:
    if not sync:
        return "refused"
    return f"{customers - 1:,} others too" if copy and customers > 1 else "the one chosen"


def _reply(customers: int, sync: bool, copy: bool) -> str:
    if not sync:
        return "nobody"
    return f"{customers - 1:,} others" if copy and customers > 1 else "the incident's team"


def plain_table(head: Sequence[str], rows: Iterable[Sequence[object]], numbers: frozenset[int] = frozenset()) -> str:
    """A small table; everything in it is escaped."""
    heads = "".join(f"<th{_side(at, numbers)}>{text(cell)}</th>" for at, cell in enumerate(head))
    body = "".join(
        f"<tr>{''.join(f'<td{_side(at, numbers)}>{text(cell)}</td>' for at, cell in enumerate(row))}</tr>"
        for row in rows
    )
    return f'<table class="cs-plain"><tr>{heads}</tr>{body}</table>'


def _side(at: int, numbers: frozenset[int]) -> str:
    return ' class="n"' if at in numbers else ""
