"""What happened to one incident, line by line in order of time."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import polars as pl

from casesim.analysis.story.values import Case, Decision, Moment
from casesim.analysis.wording import many
from casesim.engine.codes import FROM_START, NEVER
from casesim.engine.simulate import Simulation

MOST_LINES = 5


def timeline(run: Simulation, cases: Sequence[Case], decided: Decision) -> tuple[Moment, ...]:
    """Opened, decided, cases, mails, resolved or cancelled, each with its rule; mails of one time are one line.

    Args:
        run: a run over one incident.
        cases: its cases in order of number.
        decided: its decision.
    """
    opened = run.decisions.frame()["opened_at"][0]
    lines = [
        Moment(opened, "incident opened", ""),
        *_turning_up(run, decided),
        *_decided(run, opened, decided),
        *_opened(cases),
        *_ended(run, cases),
        *_mails(cases),
    ]
    return tuple(sorted(lines, key=lambda line: (line.at, LATER.get(line.rule, 0))))


# Of what happens at one time, mails come after what they are about.
LATER = {"R5": 1, "R5.2": 2}


def _decided(run: Simulation, opened: datetime, decided: Decision) -> Iterable[Moment]:
    outcome = decided.outcome if decided.outcome != "none" else "no case"
    at = decided.decided_at or opened
    rule = decided.because.rpartition("(")[2].rstrip(")")
    plain = decided.reason in {"below_threshold", "at_or_above_threshold"}
    why = decided.comparison if plain else decided.because.rpartition(" (")[0]
    yield Moment(at, f"decided: {outcome}, {why}", rule)


def _turning_up(run: Simulation, decided: Decision) -> Iterable[Moment]:
    """R8: customers that are added and removed while the incident runs."""
    if not run.prepared.timed or decided.reason == "trigger":
        return
    for column, never, words in (("added", FROM_START, "turn up"), ("removed", NEVER, "are no longer affected")):
        times = run.pairs.filter(pl.col(column) != never)[column].value_counts().sort(column)
        if times.height > MOST_LINES:
            last = _time(times[column][-1])
            total = int(times["count"].sum())
            yield Moment(
                _time(times[column][0]), f"the first of {many(total, 'customer')} {words}, the last {last}", "R8"
            )
            continue
        for at, count in times.iter_rows():
            yield Moment(_time(at), f"{many(count, 'customer')} {words if count > 1 else SINGLE[words]}", "R8")


SINGLE = {"turn up": "turns up", "are no longer affected": "is no longer affected"}


def _opened(cases: Sequence[Case]) -> Iterable[Moment]:
    for kind in ("major", "child", "individual"):
        own = [case for case in cases if case.kind == kind]
        if own:
            yield Moment(own[0].opened_at, f"{_cases(own, kind)} {'opens' if len(own) == 1 else 'open'}", "R3")


def _ended(run: Simulation, cases: Sequence[Case]) -> Iterable[Moment]:
    """R7, R7.1, R7.3: what the end of the incident does to the cases."""
    row = run.decided.row(0, named=True)
    if row["cancelled"] is not None:
        at = _time(row["cancelled"])
        yield Moment(at, "incident cancelled", "R7.3")
        gone = [case for case in cases if case.state == "7"]
        if gone:
            yield Moment(at, f"{_cases(gone)} cancelled with it", "R7.3")
        elif cases:
            yield Moment(at, f"{many(len(cases), 'case')} left as they are", "R7.3")
    if row["resolved"] is not None:
        at = _time(row["resolved"])
        how = "" if row["resolved_at"] is not None else ", by its closing time"
        yield Moment(at, f"incident resolved{how}", "R7")
        closed = [case for case in cases if case.state == "6"]
        if closed:
            yield Moment(at, f"{_cases(closed)} resolved with it", "R7")
        informed = int((run.case_codes["informed"] & run.case_codes["by_hand"]).sum())
        if informed:
            yield Moment(at, f"resolution copied to {many(informed, 'case')}, none resolved", "R7.1")
        if by_hand := sum(case.by_hand for case in cases):
            yield Moment(at, f"{many(by_hand, 'case')} to close by hand", "R7.1" if informed else "R7")
        if run.journal.codes.filter(pl.col("case").is_null()).height:
            yield Moment(at, "work note on the incident: there is a major case", "R7.1")


def _mails(cases: Sequence[Case]) -> Iterable[Moment]:
    """R5, R5.1, R5.2: what was sent and what was not, by time and event."""
    told = [each for case in cases for each in case.told]
    for at, event in dict.fromkeys((each.at, each.event) for each in told):
        own = [each for each in told if (each.at, each.event) == (at, event)]
        sent = sum(each.status == "sent" for each in own)
        reasons = pl.Series([each.reason for each in own if each.reason], dtype=pl.String).value_counts(sort=True)
        why = ", ".join(f"{reason} {count:,}" for reason, count in reasons.iter_rows())
        kept = f", {len(own) - sent:,} suppressed ({why})" if why else ""
        what = "opening" if event == "case_created" else "resolution"
        yield Moment(at, f"{many(sent, 'mail')} sent on {what}{kept}", "R5" if event == "case_created" else "R5.2")


def _cases(cases: Sequence[Case], kind: str = "") -> str:
    word = f"{kind} case".strip()
    if len(cases) == 1:
        return f"{word} {cases[0].number}"
    return f"{many(len(cases), word)}, {cases[0].number} to -{cases[-1].number.rpartition('-')[2]},"


def _time(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).replace(microsecond=microseconds % 1_000_000)
