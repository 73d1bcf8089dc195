"""Work for people, as text 80 columns wide and as html: the verdict, the fullest weeks, what was assumed."""

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from casesim.analysis.wording import clean, day, folded, many, moment

if TYPE_CHECKING:
    from casesim.analysis.workload import Workload

RULE = "─" * 79
SHOWN = 10
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HEADS = ("week of", "due", "closed", "waiting", "hours needed", "hours there")


def workload_text(found: "Workload") -> str:
    """Verdict, the weeks with most work, what was assumed."""
    parts = ["\n".join(folded(line) for line in _verdict(found))]
    if found.cases.height:
        lines = [
            f"{HEADS[0]:<16}" + "".join(f"{head:>12}" for head in HEADS[1:4]) + f"{HEADS[4]:>14}{HEADS[5]:>13}",
            RULE,
        ]
        for row in _worst(found):
            counts = "".join(f"{row[name]:>12,}" for name in ("due", "closed", "waiting"))
            lines.append(f"{day(row['week']):<16}{counts}{row['hours_needed']:>14,.0f}{row['hours_available']:>13,.0f}")
        left = found.weeks.height - SHOWN
        lines += [f"... {left:,} more weeks in .weeks"] if left > 0 else []
        parts.append("\n".join(lines))
    parts.append(folded(_assumed(found), "[i] ", "    "))
    return "\n\n".join(parts)


def workload_html(found: "Workload") -> str:
    """The same; everything escaped."""
    verdict = "<br>".join(escape(line) for line in _verdict(found))
    head = "".join(f"<th>{escape(name)}</th>" for name in HEADS)
    body = "".join(
        f"<tr><td>{escape(day(row['week']))}</td>"
        + "".join(f"<td>{row[name]:,}</td>" for name in ("due", "closed", "waiting"))
        + f"<td>{row['hours_needed']:,.0f}</td><td>{row['hours_available']:,.0f}</td></tr>"
        for row in _worst(found)
    )
    return f"<div><p>{verdict}</p><table><tr>{head}</tr>{body}</table><p>{escape(_assumed(found))}</p></div>"


def _worst(found: "Workload") -> Iterator[dict[str, Any]]:
    """The weeks with most hours needed, in order of time."""
    rows = found.weeks.sort("hours_needed", "week", descending=[True, False]).head(SHOWN).sort("week")
    yield from rows.iter_rows(named=True)


def _verdict(found: "Workload") -> Iterator[str]:
    totals, name = found.totals, clean(found.run.prepared.data.name, 40)
    if not totals["due"]:
        yield f"{name}: no case is left for people to close."
        return
    cost = "" if totals["cost"] is None else f", which costs {totals['cost']:,.0f}"
    yield f"{name}: {many(totals['due'], 'case')} to close by hand take {totals['hours_needed']:,.0f} hours{cost}."
    yield (
        f"Most work falls due in the week of {day(totals['peak_week'])}: {totals['peak_hours']:,.0f} hours, "
        f"where the team has {totals['peak_available']:,.0f}."
    )
    if totals["most_waiting"]:
        yield f"Up to {totals['most_waiting']:,} wait, at the end of the week of {day(totals['most_waiting_week'])}."
    if totals["never_closed"]:
        yield f"The team never catches up: {totals['never_closed']:,} are still open after ten years."
    else:
        longest = totals["longest_wait_hours"]
        words = f"{longest:,.1f} hours" if longest < 72 else f"{longest / 24:,.0f} days"
        yield f"The last is closed {moment(totals['clears'])} UTC; the longest wait is {words}."


def _assumed(found: "Workload") -> str:
    team = found.team
    minutes = ", ".join(f"{kind} {value:g}" for kind, value in team.minutes.items())
    days = " ".join(DAYS[each] for each in team.weekdays)
    return (
        f"Assumed: minutes for a case: {minutes}; {many(team.people, 'person', 'people')}, {team.begin:%H:%M} to "
        f"{team.end:%H:%M} {team.timezone}, {days}; first in, first out; history replayed."
    )
