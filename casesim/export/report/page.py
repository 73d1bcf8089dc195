"""What stands in the impact report, as words and figures; the page itself escapes every one of them."""

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from casesim.analysis.compare import Comparison
from casesim.analysis.compare.text import SELDOM, WORDS, customers_of, drawn
from casesim.analysis.findings import findings, priority
from casesim.analysis.intervals import threshold_of
from casesim.analysis.sweep import thresholds
from casesim.analysis.verdict import MINUS, only_threshold, percent, signed, standing, threshold_said, verdict
from casesim.analysis.weighed import worse
from casesim.analysis.wording import clean, day, many
from casesim.export.change_file import ChangeFiles
from casesim.export.report import svg
from casesim.export.report.setting_words import settings, way_back
from casesim.policy.write import whole

SHOWN = 12
NOTES = {
    "manual_closures": "Major and child cases stay open when their incident is resolved (R7.1)",
    "notifications_suppressed": "Nobody there who can be told (R5.1)",
    "notifications_unintended": "Their readers were chosen by nobody (R6.2)",
}
MARKS = {"block": "✕", "warn": "!", "inform": "i"}


def impact_report(
    found: Comparison, *, evidence: str, attached: Mapping[str, str], change: ChangeFiles | None, rollback: str | None
) -> str:
    """The impact report as one HTML page that loads nothing and runs nothing.

    Args:
        found: the comparison of now and proposed.
        evidence: the hash that ties report, files and input together.
        attached: name of a table (`incidents`) -> the file beside the report that has all of it.
        change: what the platform would import; None where no property changes.
        rollback: the name of the file that takes it back, if one is written.
    """
    env = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    source = files("casesim.export.report").joinpath("page.html.jinja").read_text(encoding="utf-8")
    said, means = verdict(found)
    every = findings(found)
    curve, weeks, moves = _charts(found)
    now = standing(found.a)
    return env.from_string(source).render(
        title=_title(found),
        verdict=said,
        means=means,
        blocks=[each for each in every if each.severity == "block"],
        warnings=[each for each in every if each.severity == "warn"],
        others=[each for each in every if each.severity != "block"],
        marks=MARKS,
        settings=list(settings(found)),
        period=_period(found),
        totals=list(_totals(found)),
        curve=curve,
        weeks=weeks,
        moves=moves,
        now=now[0].upper() + now[1:],
        now_at=f"now {threshold_of(found.a):,}" if now == "now" else now,
        proposed=f"{threshold_of(found.b):,}",
        changed_title=f"{many(found.changed.height, 'incident')} that change{'s' if found.changed.height == 1 else ''}",
        changed=list(_changed(found)),
        more=f"{found.changed.height - SHOWN:,} more. Full list: {attached['incidents']}"
        if found.changed.height > SHOWN
        else "",
        assumptions=list(_assumptions(found)),
        rollback=list(way_back(found, change, rollback)),
        inputs=list(_inputs(found)),
        policies=[
            {"name": f"policy {now}", "sha256": found.a.sha256},
            {"name": "policy proposed", "sha256": found.b.sha256},
        ],
        evidence=evidence,
        version=version("casesim"),
    )


def _title(found: Comparison) -> str:
    a, b = threshold_of(found.a), threshold_of(found.b)
    if only_threshold(found):
        return f"{'Raise' if b > a else 'Lower'} the major-case threshold from {threshold_said(found.a)} to {b:,}"
    changes = len(found.changes)
    return f"Change {many(changes, 'setting')}" if changes else "No change"


def _period(found: Comparison) -> str:
    opened = found.now.decided["opened_at"].cast(pl.Datetime("us", "UTC"))
    count = many(opened.len(), "incident")
    if not opened.len():
        return count
    first, last = opened.dt.date().min(), opened.dt.date().max()
    return f"{day(first)} – {day(last)}, {count}"  # type: ignore[arg-type]


def _totals(found: Comparison) -> Iterator[dict[str, str]]:
    for metric, a, b, change in found.totals.iter_rows():
        if metric in SELDOM and not a and not b:
            continue
        share = percent(a, change)
        words = WORDS[metric]
        yield {
            "words": words[0].upper() + words[1:],
            "note": NOTES.get(metric, ""),
            "worse": _worse(found, metric, a, b),
            "now": f"{a:,}",
            "proposed": f"{b:,}",
            "change": f"{signed(change)}{f' ({share})' if share else ''}",
        }


def _worse(found: Comparison, metric: str, a: int, b: int) -> str:
    return "Worse by more than a tenth" if found.changes and worse(metric, a, b) else ""


def _charts(found: Comparison) -> tuple[Markup | None, Markup, str]:
    """The curve where the threshold alone changes, major cases by week, and what the ochre part of these is."""
    curve = None
    a, b = threshold_of(found.a), threshold_of(found.b)
    if drawn(found):
        majors = thresholds(found.now).table["major_cases"].to_list()
        curve = Markup(svg.curve(majors, a, b))  # noqa: S704 - numbers alone
    now, proposed = ((run.decided["outcome"] == "major").to_numpy() for run in (found.now, found.proposed))
    weeks, majors_of = _by_week(found, now, proposed)
    chart = Markup(svg.weeks(weeks, *majors_of))  # noqa: S704 - numbers and dates alone
    fewer = majors_of[1].sum() <= majors_of[0].sum()
    return curve, chart, "no longer major" if fewer else "newly major"


def _by_week(found: Comparison, now: Any, proposed: Any) -> tuple[list[Any], list[Any]]:
    mondays = []
    for run, major in ((found.now, now), (found.proposed, proposed)):
        opened = run.decided["opened_at"].cast(pl.Datetime("us", "UTC")).dt.truncate("1w").dt.date()
        mondays.append(opened.filter(pl.Series(major)))
    every = pl.concat(mondays)
    if not every.len():
        return [], [np.zeros(0, np.int64)] * 2
    weeks = pl.date_range(pl.lit(every.min()), pl.lit(every.max()), "1w", eager=False)
    spread = pl.select(week=weeks)
    counts = [
        spread.join(each.to_frame("week").group_by("week").len(), on="week", how="left", maintain_order="left")["len"]
        .fill_null(0)
        .cast(pl.Int64)
        .to_numpy()
        for each in mondays
    ]
    return spread["week"].to_list(), counts


def _changed(found: Comparison) -> Iterator[dict[str, str]]:
    for row in found.changed.head(SHOWN).iter_rows(named=True):
        a, b = row["outcome_a"] or MINUS, row["outcome_b"] or MINUS
        by_hand = row["manual_closures_a"], row["manual_closures_b"]
        yield {
            "number": clean(row["incident_number"], 40),
            "opened": "" if row["opened_at"] is None else day(row["opened_at"]),
            "priority": priority(row["priority"]),
            "customers": customers_of(row),
            "outcomes": a if a == b else f"{a} → {b}",
            "by_hand": f"{by_hand[0]:,}" if by_hand[0] == by_hand[1] else f"{by_hand[0]:,} → {by_hand[1]:,}",
            "why": clean(row["reason"]),
        }


def _assumptions(found: Comparison) -> Iterator[str]:
    policy, data = found.b, found.now.prepared.data
    late = {
        "known": "Everybody affected is known at the start (R8).",
        "first": "Only customers who are there at the start count (R8).",
        "add": "Customers who come later get a case then (R8).",
        "promote": "Customers who come later can make an incident major (R8).",
    }
    if found.a.assumed:
        yield (
            f"Nothing gives a threshold: {threshold_of(found.a)} is assumed (R2.1), and was read from no instance. "
            f"Every figure under {standing(found.a)} rests on it."
        )
    yield f"Who counts: {policy.choices.customers} (R2.3)."
    yield late[policy.choices.late_customers]
    delay = whole(policy)["choices"].get("generation_delay")
    yield (
        f"A case opens {delay} after its incident (R3.6)."
        if policy.choices.generation_delay
        else "A case opens when its incident does (R3.6)."
    )
    flood = "No flood control" if policy.flood is None else "Flood control is on"
    trigger = "a trigger" if whole(policy)["trigger"] else "no trigger"
    yield f"{flood}, {trigger}, {many(len(policy.overrides), 'override') if policy.overrides else 'no override'}."
    rejected = data.rejects.height
    yield f"{many(rejected, 'value') if rejected else 'No value'} of the dataset rejected."
    yield "History replayed: people are taken to do what they did, whatever the settings."


def _inputs(found: Comparison) -> Iterator[dict[str, str]]:
    for file in found.now.prepared.data.files:
        yield {"name": clean(file.name, 80), "rows": f"{file.rows:,}", "sha256": file.sha256() or "in memory"}
