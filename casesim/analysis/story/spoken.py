"""R6 to R6.4, R7.2: lines of the timeline about what people wrote, and the way it took."""

from collections.abc import Iterable, Mapping, Sequence

from casesim.analysis.story.mails import mails
from casesim.analysis.story.values import Case, Copy, Moment, Said, Told
from casesim.analysis.story.words import MOST, named
from casesim.analysis.wording import clean, many, moment
from casesim.tables import shown

QUOTED = 60
PLURAL = {"reply": "replies"}
BECAUSE = {"sync_off": "the sync of comments is off", "no_case_yet": "not opened yet"}


def spoken_lines(spoken: Sequence[Said], cases: Iterable[Case], noun: str) -> Iterable[Moment]:
    """Each root with its way and its mails; of many the first few, the rest counted.

    Args:
        spoken: what people wrote, in order of time.
        cases: the cases, with what they were told.
        noun: what the record is called.
    """
    told: dict[str, list[Told]] = {}
    for case in cases:
        for each in case.told:
            if each.event == "comment" and each.said is not None and each.status != "blocked":
                told.setdefault(each.said, []).append(each)
    for root in spoken[:MOST]:
        yield from _way(root, noun)
        if root.id in told:
            yield Moment(root.at, mails(told[root.id], f"on {_id(root)}"), "R5.2")
    if spoken[MOST:]:
        yield from _rest(spoken[MOST:], told)


def _way(root: Said, noun: str) -> Iterable[Moment]:
    """Who wrote what, and where it was copied, by which rule."""
    by = f" by {clean(root.by, QUOTED)}" if root.by is not None else ""
    place = f" on {clean(root.record, QUOTED)}" if root.kind in {"reply", "agent comment"} else ""
    place = f" on the {noun}" if root.kind in {"comment", "work note"} else place
    rule = "R6.1" if root.kind == "reply" else "R6"
    yield Moment(root.at, f"{root.kind}{place}{by}: {shown(clean(root.value, QUOTED))} ({_id(root)})", rule)
    by_rule: dict[str, list[Copy]] = {}
    for copy in root.copies:
        by_rule.setdefault(copy.rule, []).append(copy)
    if root.kind == "notify action" and root.record is not None:
        on_cases = by_rule.get("R6", [])
        chosen = f" and on {_cases(on_cases, 'chosen ')}" if on_cases else ", no chosen case exists yet"
        yield Moment(root.at, f"{_id(root)} put on the {noun}{chosen}", "R6")
    if root.blocked:
        why = BECAUSE.get(root.blocked_because or "", root.blocked_because)
        blocked = many(len(root.blocked), "case")
        yield Moment(root.at, f"{_id(root)} blocked on {blocked}, {why}: {named(root.blocked)}", "R6")
    if "R6.1" in by_rule:
        yield Moment(root.at, f"{_id(root)} copied to the {noun}", "R6.1")
    if copies := by_rule.get("R6.2"):
        notes = " as work notes" if copies[0].element == "work_notes" else ""
        way = f"copied from the {noun} to {_cases(copies)}{notes}{_flags(copies)}"
        yield Moment(root.at, f"{_id(root)} {way}", "R6.2")
    if copies := by_rule.get("R7.2"):
        yield Moment(root.at, f"{_id(root)} passed on by the major case to {_cases(copies)}{_flags(copies)}", "R7.2")


def _cases(copies: Sequence[Copy], which: str = "") -> str:
    return f"{many(len(copies), f'{which}case')} ({named(copy.record for copy in copies)})"


def _flags(copies: Sequence[Copy]) -> str:
    """Whether anybody chose these copies, and how many cases had the comment already."""
    unintended, twice = sum(copy.unintended for copy in copies), sum(copy.duplicate for copy in copies)
    parts = [
        f"; nobody chose {unintended:,} of them" if unintended else "",
        f"; {twice:,} had it already" if twice else "",
    ]
    return "".join(parts)


def _rest(spoken: Sequence[Said], told: Mapping[str, list[Told]]) -> Iterable[Moment]:
    """The roots that are not told one by one."""
    kinds = dict.fromkeys(root.kind for root in spoken)
    counts = ", ".join(many(sum(r.kind == kind for r in spoken), kind, PLURAL.get(kind)) for kind in kinds)
    copies = [copy for root in spoken for copy in root.copies]
    blocked = sum(len(root.blocked) for root in spoken)
    way = f", {many(len(copies), 'copy', 'copies')}{_flags(copies)}" if copies else ""
    kept = f"; blocked on {many(blocked, 'case')}" if blocked else ""
    yield Moment(spoken[0].at, f"and {counts} more, until {moment(spoken[-1].at)}{way}{kept}", "R6")
    if mailed := [each for root in spoken for each in told.get(root.id, ())]:
        yield Moment(spoken[0].at, mails(mailed, "on these"), "R5.2")


def _id(root: Said) -> str:
    return clean(root.id, QUOTED)
