"""Floods as text, 80 columns wide, and as html; no names, no addresses, what the data hold made harmless to show."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

import polars as pl

from casesim.analysis.wording import clean, day, folded, many
from casesim.policy import Flood
from casesim.policy.values import duration_text

if TYPE_CHECKING:
    from casesim.analysis.floods import FloodControl, Floods

RULE = "─" * 72
SHOWN = 5
HOURS = "contact_hours"
BANDS = ((1, 1), (2, 2), (3, 5), (6, 10), (11, 20), (21, 50), (51, None))
WORDS = {
    "mails": "mails",
    "digests": "  digests among them",
    "contacts": "contacts who get any",
    "suppressed": "held back, never sent",
    "digested": "held back, told in a digest",
    "moved": "moved out of the quiet hours",
    "most_in_an_hour": "most to one contact in an hour",
    "most_in_a_day": "most to one contact in a day",
    "peak_hour": "most in one hour, to everybody",
}


def floods_text(found: "Floods") -> str:
    """The peak, the worst-hit contacts, the distribution, the effect of the comment switches."""
    parts = ["\n".join(folded(line) for line in said(found)), _worst(found), _bands({"contact-hours": found.hours})]
    parts.append("\n".join(folded(line, more="    ") for line in marks(found)))
    return "\n\n".join(part for part in parts if part)


def control_text(both: "FloodControl") -> str:
    """Two flood controls side by side."""
    before, after = (flood_words(each.flood) for each in (both.before, both.after))
    lines = [
        folded(f"{clean(both.before.run.prepared.data.name, 40)}: mails before ({before}) and after ({after})"),
        "",
        f"{'':<34}{'before':>12}{'after':>12}{'change':>12}",
        RULE,
    ]
    lines += [
        f"{WORDS[metric]:<34}{was:>12,}{now:>12,}{f'{change:+,}' if change else '=':>12}"
        for metric, was, now, change in both.totals.iter_rows()
    ]
    hours_after = both.hours.select("mails", pl.col(f"{HOURS}_after").alias(HOURS))
    return "\n".join(lines) + "\n\n" + _bands({"before": both.hours, "after": hours_after})


def floods_html(found: "Floods") -> str:
    """Heading, the worst-hit contacts and the effect of the switches as html; everything escaped."""
    heading = "<br>".join(escape(line) for line in said(found))
    names = ("contact", "mails", "most_in_an_hour", "busiest_hour", "most_in_a_day")
    rows = found.worst().select(names).rows()
    notes = "".join(f"<li>{escape(note)}</li>" for note in marks(found))
    return f"<div><p>{heading}</p>{_table(names, rows)}<ul>{notes}</ul></div>"


def control_html(both: "FloodControl") -> str:
    """The totals side by side as html."""
    rows = [(WORDS[row[0]].strip(), *row[1:]) for row in both.totals.iter_rows()]
    return f"<div>{_table(('', 'before', 'after', 'change'), rows)}</div>"


def flood_words(flood: Flood | None) -> str:
    """A flood control in words."""
    if flood is None:
        return "no flood control"
    parts = []
    if flood.max_per_contact is not None and flood.window is not None:
        rest = "the rest in a digest" if flood.digest else "the rest never"
        parts.append(f"at most {flood.max_per_contact} in {duration_text(flood.window)}, {rest}")
    if flood.quiet_hours is not None:
        begin, end = (f"{at // 60:02}:{at % 60:02}" for at in flood.quiet_hours)
        parts.append(f"quiet from {begin} to {end} {flood.timezone}")
    return "; ".join(parts)


def said(found: "Floods") -> list[str]:
    """How many mails to how many contacts, and the fullest hour of all: a sentence each."""
    totals, peak = found.totals, found.peak
    lines = [
        f"{clean(found.run.prepared.data.name, 40)}: {many(totals['mails'], 'mail')} to "
        f"{many(totals['contacts'], 'contact')}, {flood_words(found.flood)}"
    ]
    if peak.hour is not None:
        lines.append(
            f"Peak: {many(peak.mails, 'mail')} to {many(peak.contacts, 'contact')} in one hour, {hour(peak.hour)}."
        )
    return lines


def _worst(found: "Floods") -> str:
    rows = found.worst(SHOWN)
    if not rows.height:
        return ""
    lines = [f"{'worst-hit contacts':<34}{'mails':>8}{'in an hour':>12}{'':>18}{'a day':>8}", RULE + "─" * 8]
    for row in rows.iter_rows(named=True):
        when = f"{row['busiest_hour']:%Y-%m-%d %H:%M}"
        lines.append(
            f"{clean(row['contact'], 33):<34}{row['mails']:>8,}{row['most_in_an_hour']:>12,}"
            f"{when:>18}{row['most_in_a_day']:>8,}"
        )
    left = found.contacts.height - rows.height
    return "\n".join([*lines, *([f"... {left:,} more"] if left else [])])


def bands(hours: pl.DataFrame) -> list[tuple[str, int]]:
    """The distribution in bands: mails to one contact in an hour, in words, and how often.

    Args:
        hours: `mails`, `contact_hours`.
    """
    found = []
    for low, high in BANDS:
        inside = (pl.col("mails") >= low) if high is None else pl.col("mails").is_between(low, high)
        label = f"{low}" if low == high else f"{low} to {high}" if high else f"{low} or more"
        found.append((label, int(hours.filter(inside)[HOURS].sum())))
    return found


def _bands(sides: Mapping[str, pl.DataFrame]) -> str:
    """The distribution in bands, side by side."""
    lines = [f"{'mails to one contact in an hour':<34}" + "".join(f"{name:>16}" for name in sides), RULE]
    for every in zip(*(bands(hours) for hours in sides.values()), strict=True):
        if any(count for _, count in every):
            lines.append(f"{every[0][0]:>34}" + "".join(f"{count:>16,}" for _, count in every))
    return "\n".join(lines) if len(lines) > 2 else ""


def marks(found: "Floods") -> Iterator[str]:
    """What customers would get that was not meant for them, or more than once: a sentence each."""
    for frame, what, rule in (
        (found.unintended, "what was not meant for them", "R6.2"),
        (found.duplicates, "a message more than once", "R6.2, R7.2"),
    ):
        if frame.height:
            entries, mails = int(frame["entries"].sum()), int(frame["mails"].sum())
            yield (
                f"[!] {many(frame.height, 'customer')} would get {what}: "
                f"{many(entries, 'entry', 'entries')}, {many(mails, 'mail')} ({rule})."
            )


def hour(at: datetime) -> str:
    """An hour by its begin."""
    return f"{day(at)} {at:%H:%M} UTC"


def _table(names: Iterable[str], rows: Iterable[Sequence[object]]) -> str:
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{escape(_cell(value))}</td>' for value in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return hour(value)
    return f"{value:,}" if isinstance(value, int) else clean(value)
