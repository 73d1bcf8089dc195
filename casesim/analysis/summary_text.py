"""A run's summary as text, 80 columns wide, readable without colour."""

import textwrap
from collections.abc import Iterable
from datetime import datetime
from html import escape
from pathlib import Path

import polars as pl

from casesim.analysis.summary import OUTCOMES, Totals
from casesim.analysis.wording import by_count, clean
from casesim.engine.simulate import Simulation
from casesim.visible import visible

RULE = "─" * 72
WITHOUT = {
    "no_customers": "nobody who counts is affected (R2)",
    "trigger": "the trigger does not hold (R2.4)",
    "not_authorized": "not authorized (R12.1)",
}
REASONS = {
    "no_contact": "no contact",
    "inactive_contact": "contact inactive",
    "opted_out": "opted out",
    "no_email": "no e-mail",
    "flood": "flood control",
}


def summary_text(run: Simulation, totals: Totals, out: Path | None = None) -> str:
    """The summary a person reads: what came of it, who was told, what is left to do by hand, what was assumed.

    Args:
        run: the simulation, for what it was made from.
        totals: its counts.
        out: where the result was written, if it was.
    """
    parts = [_heading(run, totals), _outcomes(totals), _figures(run, totals)]
    notes = list(_notes(run, totals))
    if notes:
        parts.append("\n".join(notes))
    if out is not None:
        names = "decisions, cases, notifications, journal, rejects, manifest.json"
        wrote = f"Wrote {visible(str(out))}/: {names}"
        wrote = textwrap.fill(wrote, 80, subsequent_indent="  ", break_on_hyphens=False)
        parts.append(f"{wrote}\nSimulation only: no case was written, no notification sent.")
    return "\n\n".join(parts)


def summary_html(run: Simulation, totals: Totals) -> str:
    """The same summary for a notebook: a heading, one table, the notes; everything escaped."""
    heading = "<br>".join(escape(line) for line in _heading(run, totals).splitlines())
    kinds = {"major": totals.cases.get("major", 0) + totals.cases.get("child", 0)}
    kinds["individual"] = totals.cases.get("individual", 0)
    rows = [
        (outcome, totals.incidents[outcome], kinds.get(outcome, 0), *_told(totals, outcome)) for outcome in OUTCOMES
    ]
    names = ("outcome", "incidents", "cases", "sent on opening", "suppressed")
    head = "".join(f"<th>{name}</th>" for name in names)
    body = "".join(f"<tr><th>{row[0]}</th>{''.join(f'<td>{cell:,}</td>' for cell in row[1:])}</tr>" for row in rows)
    figures = f"{totals.by_hand:,} cases to close by hand, {totals.sent.get('resolved', 0):,} mails on resolution"
    notes = "".join(f"<li>{escape(note)}</li>" for note in _notes(run, totals))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<div><p>{heading}</p>{table}<p>{figures}</p><ul>{notes}</ul></div>"


def _told(totals: Totals, outcome: str) -> tuple[int, int]:
    return totals.created_sent.get(outcome, 0), totals.created_suppressed.get(outcome, 0)


def _heading(run: Simulation, totals: Totals) -> str:
    data = run.prepared.data
    incidents = sum(totals.incidents.values())
    period = f", {_day(totals.first)} to {_day(totals.last)}" if totals.first and totals.last else ""
    rejected = run.rejects.height
    threshold, alerts = totals.threshold, run.policy.flow == "alerts"
    customers = {"accounts": "account", "consumers": "consumer", "both": "customer"}[run.policy.choices.customers]
    given = "" if totals.threshold_given else " (assumed: nothing gives one)"
    becomes = f"an incident with {threshold} or more affected {customers}s becomes major."
    if alerts:
        status = run.policy.major_case_status
        becomes = f"from {threshold} affected {customers}s on the major case status is {status} (R2.6)."
    what = "incident" if run.prepared.records.tables == ("incident",) else "record"
    lines = (
        f"{clean(data.name)}: {_many(incidents, what)}{period}, {_many(rejected, 'value')} rejected",
        f"Threshold {threshold}{given}: {becomes}",
    )
    return "\n".join(textwrap.fill(line, 80, break_on_hyphens=False) for line in lines)


def _outcomes(totals: Totals) -> str:
    def line(outcome: str, incidents: str, cases: str, sent: str, suppressed: str) -> str:
        return f"{outcome:<12}{incidents:>12}{cases:>20}{sent:>12}{suppressed:>13}"

    kinds = {"major": ("major", "child"), "individual": ("individual",), "none": ()}
    rows = [line("outcome", "incidents", "cases", "sent", "suppressed"), RULE]
    for outcome in OUTCOMES:
        incidents = f"{totals.incidents[outcome]:,}"
        told = [f"{number:,}" for number in _told(totals, outcome)]
        if outcome == "major":
            rows.append(line(outcome, incidents, f"{totals.cases.get('major', 0):,} major", "none", "-"))
            rows.append(line("", "", f"{totals.cases.get('child', 0):,} child", *told))
        else:
            cases = " ".join(f"{totals.cases.get(kind, 0):,} {kind}" for kind in kinds[outcome]) or "0"
            rows.append(line(outcome, incidents, cases, *told))
    if proactive := totals.cases.get("proactive"):
        rows.append(line("", "", f"{proactive:,} proactive", "", "").rstrip())
    every = sum(totals.incidents.values()), sum(totals.cases.values())
    told_all = sum(totals.created_sent.values()), sum(totals.created_suppressed.values())
    rows += ["", line("all", *(f"{number:,}" for number in (*every, *told_all)))]
    return "\n".join(rows)


def _figures(run: Simulation, totals: Totals) -> str:
    reasons = sorted(totals.suppressed_because.items(), key=lambda each: (-each[1], each[0]))
    because = ", ".join(f"{REASONS[reason]} {count:,}" for reason, count in reasons)
    busiest = totals.peak_contact
    who = f"{clean(_contact_name(run, busiest.contact))}, {_hour(busiest.hour)}" if busiest.sent else ""
    rows = [
        _figure("Sent when a case opens", totals.sent.get("case_created", 0)),
        *_comments(totals),
        _figure("Sent when it is resolved", totals.sent.get("resolved", 0)),
        _figure("Suppressed", sum(totals.suppressed.values()), because),
        *_held(totals),
        _figure("Most in one hour", totals.peak_hour.sent, _hour(totals.peak_hour.hour)),
        _figure("Most to one contact in an hour", busiest.sent, who),
        _figure("Cases to close by hand", totals.by_hand, "resolved incident, open case (R7.1)"),
    ]
    return "\n".join(rows)


def _comments(totals: Totals) -> Iterable[str]:
    """R6: only where anybody wrote anything."""
    told = totals.notifications["comment"]
    if sum(told.values()):
        blocked = f"{told['blocked']:,} blocked: comment sync is off (R6)" if told["blocked"] else ""
        yield _figure("Sent for a comment", told["sent"], blocked)


def _held(totals: Totals) -> Iterable[str]:
    digested = sum(told["digested"] for told in totals.notifications.values())
    if digested:
        yield _figure("Digested", digested, "one mail for each window stands for them (R5.3)")


def _figure(words: str, number: int, more: str = "") -> str:
    """One figure with what explains it, wrapped in a column of its own."""
    left = f"{words:<31}{number:>10,}"
    lines = textwrap.wrap(more, 80 - len(left) - 2) or [""]
    return "\n".join([f"{left}  {lines[0]}".rstrip(), *(" " * (len(left) + 2) + line for line in lines[1:])])


def _notes(run: Simulation, totals: Totals) -> Iterable[str]:
    """What was assumed or is odd about the data, a line each."""
    data, decided = run.prepared.data, run.decided
    if not decided.height:
        yield "[!] No incident was read that can be used: nothing can be said."
        return
    closed = decided.filter(pl.col("resolved").is_not_null() & pl.col("resolved_at").is_null()).height
    if closed:
        yield f"[i] {_many(closed, 'incident')} without resolution time: closing time used (R7)."
    ended = pl.col("resolved").is_not_null() | pl.col("cancelled").is_not_null()
    lost = decided.filter(~ended & (pl.col("outcome") != "none")).height
    if lost:
        yield f"[i] {_many(lost, 'incident')} with cases never resolved: the cases stay open."
    unknown = run.prepared.customers.frame["row"].is_null().sum()
    if unknown:
        yield f"[!] {_many(int(unknown), 'customer')} not in the dataset, counted all the same (R1.6)."
    for reason, count in by_count(decided.filter(pl.col("outcome") == "none")["reason"]):
        what = "incident" if run.prepared.records.tables == ("incident",) else "record"
        yield f"[i] {_many(count, what)} without a case: {WITHOUT.get(reason, 'no outcome')}."
    if totals.promoted:
        yield f"[i] {_many(totals.promoted, 'incident')} made major later, as customers turned up (R8.1)."
    if totals.unintended:
        whom = _many(totals.unintended_customers, "customer")
        yield f"[!] {_many(totals.unintended, 'mail')} to {whom} whom their writer did not choose (R6.2)."
    if totals.duplicates:
        yield f"[!] {_many(totals.duplicates, 'copy', 'copies')} of what a case had already (R6.2)."
    if totals.replied:
        yield f"[i] {_many(totals.replied, 'customer')} replied."
    shared = run.prepared.records.shared_numbers.len()
    if shared:
        yield f"[!] {_many(shared, 'number')} shared by incident and change: case numbers repeat (R3.1)."
    changes = data.height("change_request")
    if changes and "change_request" not in run.policy.sources:
        yield f"[i] {_many(changes, 'change request')} left out: sources has incident alone (R12)."
    rejects = run.rejects
    if rejects.height:
        reasons = ", ".join(
            f"{reason} {count:,}" for reason, count in sorted(rejects["reason"].value_counts().iter_rows())
        )
        yield f"[!] {_many(rejects.height, 'value')} rejected: {_cut(reasons, 40)}"


def _contact_name(run: Simulation, contact: str | None) -> str:
    if contact is None:
        return ""
    data = run.prepared.data
    for table in ("customer_contact", "csm_consumer"):
        people = data.frame(table, ["sys_id", "name"])
        found = data.collect(people.filter(pl.coalesce("sys_id", "name") == contact))
        if found.height:
            return found["name"][0] or contact
    return contact


def _many(count: int, word: str, words: str | None = None) -> str:
    return f"{count:,} {word if count == 1 else words or word + 's'}"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"


def _hour(moment: datetime | None) -> str:
    return f"{_day(moment)} {moment:%H:%M} UTC" if moment else ""


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
