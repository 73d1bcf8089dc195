"""What happened to one record, line by line in order of time."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import polars as pl

from casesim.analysis.story.mails import mails_of_event
from casesim.analysis.story.spoken import spoken_lines
from casesim.analysis.story.values import NOUN, Case, Customer, Decision, Moment, Said
from casesim.analysis.story.words import MOST, listed_cases, named
from casesim.analysis.wording import many, moment
from casesim.engine.simulate import Simulation

# Of what happens at one time, people read first what the rest follows from.
BEGIN, TURN, DECIDE, OPEN, TOLD, SAID, END, LAST = range(8)


def timeline(
    run: Simulation, found: Sequence[Customer], cases: Sequence[Case], decided: Decision, spoken: Sequence[Said]
) -> tuple[Moment, ...]:
    """Opened, decided, promoted, cases, what people wrote, mails, resolved or cancelled: each with its rule.

    Mails of one time and event are one line. Of what happens at many times the first few are told, the rest counted.

    Args:
        run: a run over one record.
        found: its customers.
        cases: its cases in order of number.
        decided: its decision.
        spoken: what people wrote.
    """
    parts: list[tuple[int, Iterable[Moment]]] = [
        (BEGIN, _begun(run, decided)),
        (TURN, _turning_up(run, found, decided)),
        (DECIDE, _decided(run, cases, decided)),
        (OPEN, _opened(cases, decided)),
        (TOLD, mails_of_event(cases, "case_created")),
        (SAID, spoken_lines(spoken, cases, NOUN[decided.source])),
        (END, _ended(run, cases, decided)),
        (LAST, mails_of_event(cases, "resolved")),
    ]
    lines = [(line.at, rank, line) for rank, part in parts for line in part]
    return tuple(line for _, _, line in sorted(lines, key=lambda each: each[:2]))


def _begun(run: Simulation, decided: Decision) -> Iterable[Moment]:
    """R12.1: opened, and of a change when it reaches Authorize."""
    opened = run.decisions.only("opened_at").frame()["opened_at"][0]
    yield Moment(opened, f"{NOUN[decided.source]} opened", "")
    if decided.source == "change_request" and decided.reason != "not_authorized":
        yield Moment(_start(run), "change authorized, its cases are due from here on", "R12.1")


def _decided(run: Simulation, cases: Sequence[Case], decided: Decision) -> Iterable[Moment]:
    outcome = decided.outcome if decided.outcome != "none" else "no case"
    opened = run.decisions.only("opened_at").frame()["opened_at"][0]
    at = decided.decided_at or (_start(run) if run.decided["asked"][0] else opened)
    if decided.promoted_at is not None:
        # Before it is promoted an incident has an individual outcome, on those who were there when it was decided.
        first = [case for case in cases if case.kind == "child" and case.opened_at == at]
        yield Moment(at, f"decided: individual, {len(first)} < {decided.threshold}", "R2")
        turned = [case for case in cases if case.kind == "child" and case.opened_at < decided.promoted_at]
        become = (
            f", {many(len(turned), 'individual case')} become{'s its child' if len(turned) == 1 else ' its children'}"
        )
        yield Moment(decided.promoted_at, f"promoted: major, {decided.comparison}{become}", "R8.1")
        return
    why, _, rule = decided.because.rpartition(" (")
    plain = decided.reason in {"below_threshold", "at_or_above_threshold"} and rule == "R2)"
    yield Moment(at, f"decided: {outcome}, {decided.comparison if plain else why}", rule.rstrip(")"))


def _turning_up(run: Simulation, found: Sequence[Customer], decided: Decision) -> Iterable[Moment]:
    """R8, R8.1: customers that are added and removed while the record runs, and those too late for a case."""
    if not run.prepared.timed or not run.decided["asked"][0]:
        return
    met = [each for each in found if each.counted or "R8" in (each.because or "")]
    for column, one, several in (("added_at", "turns up", "turn up"), ("removed_at", *GONE)):
        by_time: dict[datetime, list[Customer]] = {}
        for each in met:
            at = getattr(each, column)
            if at is not None:
                by_time.setdefault(at, []).append(each)
        moments = sorted(by_time.items())
        for at, own in moments[:MOST]:
            late = sum(each.because is not None for each in own) if column == "added_at" else 0
            mode = run.policy.choices.late_customers
            ignored = f", {late:,} of them without a case: late_customers = {mode}" if late else ""
            words = one if len(own) == 1 else several
            who = named(each.id for each in own)
            yield Moment(at, f"{many(len(own), 'customer')} {words} ({who}){ignored}", "R8.1" if late else "R8")
        if moments[MOST:]:
            rest = sum(len(own) for _, own in moments[MOST:])
            words = one if rest == 1 else several
            yield Moment(moments[MOST][0], f"{rest:,} more {words}, the last {moment(moments[-1][0])}", "R8")


GONE = ("is no longer affected", "are no longer affected")


def _opened(cases: Sequence[Case], decided: Decision) -> Iterable[Moment]:
    """R3, R8.1: cases by when they open, and what they are then."""
    groups: dict[tuple[datetime, int, str], list[Case]] = {}
    order = ("major", "proactive", "child", "individual")
    for case in cases:
        early = decided.promoted_at is not None and case.opened_at < decided.promoted_at
        kind = "individual" if early and case.kind == "child" else case.kind
        groups.setdefault((case.opened_at, order.index(kind), kind), []).append(case)
    moments = sorted(groups.items())
    for (at, _, kind), own in moments[:MOST]:
        late = decided.decided_at is not None and at > decided.decided_at and kind in {"child", "individual"}
        rule = "R2.6" if kind == "proactive" else "R8.1" if late else "R3"
        yield Moment(at, f"{listed_cases(own, kind)} {'opens' if len(own) == 1 else 'open'}", rule)
    if moments[MOST:]:
        rest = sum(len(own) for _, own in moments[MOST:])
        opens = "opens" if rest == 1 else "open"
        last = moment(moments[-1][0][0])
        yield Moment(moments[MOST][0][0], f"{many(rest, 'more case')} {opens}, the last {last}", "R8.1")


def _ended(run: Simulation, cases: Sequence[Case], decided: Decision) -> Iterable[Moment]:
    """R7 to R7.3: what the end of the record does to the cases."""
    row, noun = run.decided.row(0, named=True), NOUN[decided.source]
    if row["cancelled"] is not None:
        at = _time(row["cancelled"])
        yield Moment(at, f"{noun} cancelled", "R7.3")
        gone = [case for case in cases if case.state == "7"]
        if gone:
            yield Moment(at, f"{listed_cases(gone)} cancelled with it", "R7.3")
        elif cases:
            yield Moment(at, f"{many(len(cases), 'case')} left as they are", "R7.3")
    if row["resolved"] is None:
        return
    at = _time(row["resolved"])
    how = ", by its closing time" if row["resolved_at"] is None and noun == "incident" else ""
    yield Moment(at, f"{noun} resolved{how}", "R7")
    if closed := [case for case in cases if case.resolved_by == "incident"]:
        yield Moment(at, f"{listed_cases(closed)} resolved with it", "R7")
    informed = sum(case.informed and case.resolved_by != "incident" for case in cases)
    if informed:
        yield Moment(at, f"resolution copied to {many(informed, 'case')}, none resolved", "R7.1")
    if by_hand := sum(case.by_hand for case in cases):
        yield Moment(at, f"{many(by_hand, 'case')} to close by hand", "R7.1" if informed else "R7")
    if _noted(run):
        yield Moment(at, f"work note on the {noun}: there is a major case", "R7.1")
    for case in cases:
        if case.resolved_by == "manager" and case.resolved_at is not None:
            yield Moment(case.resolved_at, f"{listed_cases([case], case.kind)} resolved by a manager", "R7.2")
    passed = [case for case in cases if case.resolved_by == "major case"]
    if passed and passed[0].resolved_at is not None:
        yield Moment(passed[0].resolved_at, f"{listed_cases(passed, 'child')} resolved with the major case", "R7.2")


def _noted(run: Simulation) -> bool:
    """R7.1: whether the record got the note that there is a major case."""
    notes = run.journal_codes.filter(pl.col("case").is_null())
    return bool(notes.filter(pl.col("root").is_null()).height if "root" in notes.columns else notes.height)


def _start(run: Simulation) -> datetime:
    return _time(run.decided["start"][0])


def _time(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).replace(microsecond=microseconds % 1_000_000)
