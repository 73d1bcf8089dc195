"""R5 to R5.3: lines of the timeline about mails: sent to whom, suppressed, digested, delivered later."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from casesim.analysis.story.values import Case, Moment, Told
from casesim.analysis.story.words import MOST, named
from casesim.analysis.wording import many, moment

ABOUT = {"case_created": "on opening", "resolved": "on resolution"}
RULES = {"case_created": "R5", "resolved": "R5.2"}


def mails_of_event(cases: Iterable[Case], event: str) -> Iterable[Moment]:
    """R5, R5.2: what was told of cases that open or are resolved, a line for each time."""
    by_time: dict[datetime, list[Told]] = {}
    for case in cases:
        for told in case.told:
            if told.event == event:
                by_time.setdefault(told.at, []).append(told)
    moments = sorted(by_time.items())
    for at, own in moments[:MOST]:
        yield Moment(at, mails(own, ABOUT[event]), RULES[event])
    if moments[MOST:]:
        rest = [told for _, own in moments[MOST:] for told in own]
        about = f"{ABOUT[event]} until {moment(moments[-1][0])}"
        yield Moment(moments[MOST][0], mails(rest, about), RULES[event])


def mails(told: Sequence[Told], about: str) -> str:
    """Mails in one line: how many were sent, to whom, and what became of the others.

    Example:
        >>> at = datetime(2026, 3, 5, 10)
        >>> kept = Told(event="case_created", status="suppressed", reason="no_email", email=None, at=at,
        ...     deliver_at=None, unintended=False, said=None)
        >>> mails([kept], "on opening")
        '0 mails sent on opening, 1 suppressed (no_email 1)'
    """
    by_status = {status: [each for each in told if each.status == status] for status in STATUSES}
    sent, suppressed, digested = by_status.values()
    parts = [f"{many(len(sent), 'mail')} sent {about}"]
    if unintended := sum(each.unintended for each in sent):
        parts.append(f"{unintended:,} of them unintended")
    if later := [each.deliver_at for each in sent if each.deliver_at is not None and each.deliver_at != each.at]:
        parts.append(f"{len(later):,} delivered at {moment(max(later))} (R5.3)")
    if suppressed:
        reasons = [each.reason for each in suppressed]
        counts = sorted((-reasons.count(reason), reason or "") for reason in {*reasons})
        parts.append(f"{len(suppressed):,} suppressed ({', '.join(f'{name} {-count:,}' for count, name in counts)})")
    if digested:
        until = max(each.deliver_at for each in digested if each.deliver_at is not None)
        parts.append(f"{len(digested):,} digested (flood) for {moment(until)}")
    to = f"; to {named(each.email for each in sent)}" if sent else ""
    return f"{', '.join(parts)}{to}"


STATUSES = ("sent", "suppressed", "digested")
