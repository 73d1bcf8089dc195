"""What a change comes to, in one sentence and one that explains it: for the terminal, the report and the screen.

Texts have the minus sign and the arrow of print; `plain` turns them into what any terminal shows.
"""

import math
from typing import TYPE_CHECKING

from casesim.analysis.intervals import alike, threshold_of
from casesim.analysis.wording import many
from casesim.policy import Policy

if TYPE_CHECKING:
    from casesim.analysis.compare import Comparison

NOTHING_READ = "No incident was read: nothing can be said about this change."
MINUS = "\N{MINUS SIGN}"


def signed(change: float, decimals: int = 0) -> str:
    """A change with its sign, thousands separators; `=` for none.

    Example:
        >>> signed(1234), signed(-5), signed(0), signed(-2.25, 1)
        ('+1,234', '−5', '=', '−2.2')
    """
    if not change:
        return "="
    return f"{'+' if change > 0 else MINUS}{abs(change):,.{decimals}f}"


def percent(a: float, change: float) -> str:
    """A change in per cent of what was, with one decimal; nothing where nothing was or nothing changes.

    A very small one has as many decimals as it takes.

    Example:
        >>> percent(11939, -2911), percent(0, 5), percent(7, 0), percent(11939, -1)
        ('−24.4 %', '', '', '−0.008 %')
    """
    if not a or not change:
        return ""
    share = 100 * change / a
    return f"{signed(share, 1 if abs(share) >= 0.05 else math.ceil(-math.log10(abs(share))))} %"


def plain(text: str) -> str:
    """The same for a terminal.

    Example:
        >>> plain("5 → 12, −3")
        '5 -> 12, -3'
    """
    return text.replace("→", "->").replace(MINUS, "-").replace("≥", ">=")


def standing(policy: Policy) -> str:
    """What is said where the figures of a policy stand beside proposed ones: `now`, or that its threshold is a guess.

    Example:
        >>> standing(Policy(threshold=5)), standing(Policy())
        ('now', 'assumed 5')
    """
    return f"assumed {threshold_of(policy):,}" if policy.assumed else "now"


def today(policy: Policy) -> str:
    """The same within a sentence: `now`, or `at an assumed 5`."""
    return f"at an {standing(policy)}" if policy.assumed else "now"


def threshold_said(policy: Policy) -> str:
    """The threshold of a policy within a sentence: `5`, or `an assumed 5`."""
    return f"{'an assumed ' if policy.assumed else ''}{threshold_of(policy):,}"


def by_resolution(policy: Policy) -> bool:
    """Whether a threshold moves the notifications of resolutions and no others (R5, R7, R7.1).

    Everybody with a case is told when it opens, whatever its kind. An individual case resolves with its incident and
    tells so; a case of a major incident stays open. Sync between major and child cases, planned notify actions, late
    customers, flood control and the alert flow make more of a difference.
    """
    plain = policy.flow == "incident" and policy.choices.late_customers == "known"
    return plain and not policy.sync_children and not policy.notify and policy.flood is None


def sent(now: int, then: int, policy: Policy | None) -> str:
    """How many more or fewer notifications are sent; nothing where as many are.

    Args:
        policy: of a change of the threshold alone the proposed one, so that it can be said why; None: of others.

    Example:
        >>> sent(100, 186, Policy())
        '86 more notifications sent (+86.0 %): individual cases tell when they resolve, major and child cases stay open'
    """
    if now == then:
        return ""
    share = percent(now, then - now)
    why = ": individual cases tell when they resolve, major and child cases stay open"
    of = f" ({share})" if share else ""
    return f"{_more(then - now, 'notification')} sent{of}{why if policy is not None and by_resolution(policy) else ''}"


def verdict(found: "Comparison") -> tuple[str, str]:
    """A sentence that says what changes, and one that says what that means for people; the second may be empty.

    What reaches customers whom nobody chose (R6.2) comes first there.
    """
    if not found.height:
        return NOTHING_READ, ""
    figures = {metric: (a, b) for metric, a, b, _ in found.totals.iter_rows()}
    majors, after = figures["incidents_major"]
    by_hand = figures["manual_closures"][1] - figures["manual_closures"][0]
    means = f"{_more(by_hand, 'case')} to close by hand." if by_hand else "As many cases to close by hand as before."
    unintended = figures["notifications_unintended"][1]
    if unintended:
        means = f"{many(unintended, 'message')} would reach customers whom nobody chose. {means}"
    count = found.incidents.height
    if only_threshold(found):
        mails = sent(*figures["notifications_sent"], found.b)
        told = f"{means} {mails}." if mails else means
        return _step(found, majors, after), told if count else ""
    if not count:
        return "Nothing changes: every case, notification and note is the same.", ""
    change = "changes" if count == 1 else "change"
    of = f"{many(len(found.changes), 'setting')} changed: {many(count, 'incident')} of {found.height:,} {change}"
    if majors != after:
        return f"{of}, {_more(after - majors, 'incident')} major: {majors:,} → {after:,}.", means
    return f"{of}, none of them in being major or not.", means


def _step(found: "Comparison", majors: int, after: int) -> str:
    """What another threshold alone changes: so many incidents are major, and would be."""
    a, b, now = threshold_of(found.a), threshold_of(found.b), threshold_said(found.a)
    count = found.incidents.height
    if not count:
        return f"No incident changes between {now} and {b:,}."
    step = f"{'Raising' if b > a else 'Lowering'} the threshold from {now} to {b:,}"
    if majors == after:
        return f"{step} changes {many(count, 'incident')}, none of them in being major or not."
    share = percent(majors, after - majors)
    more = _more(after - majors, "incident")
    return f"{step} makes {more} major: {majors:,} → {after:,}{f' ({share})' if share else ''}."


def only_threshold(found: "Comparison") -> bool:
    """Whether the two policies differ in the threshold of their flow and in nothing else (R2.1, R2.6)."""
    a, b = found.a, found.b
    return alike(a, b) and threshold_of(a) != threshold_of(b)


def _more(change: int, word: str) -> str:
    return f"{abs(change):,} {'more' if change > 0 else 'fewer'} {word}{'' if abs(change) == 1 else 's'}"
