"""A recommendation as text, 80 columns wide, and as html: the verdict first, then why, then how sure."""

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from casesim.analysis.recommend.limits import number
from casesim.analysis.recommend.metrics import METRICS
from casesim.analysis.recommend.resample import FEWEST, RESAMPLES, blocks
from casesim.analysis.verdict import percent, plain, signed, threshold_said
from casesim.analysis.wording import clean, day, folded, many

if TYPE_CHECKING:
    from casesim.analysis.recommend import Recommendation
    from casesim.analysis.recommend.choose import Broken

RULE = "─" * 79
SHOWN = 12


def recommendation_text(found: "Recommendation") -> str:
    """Verdict, limits, the thresholds around it, how sure, what was assumed, the next command."""
    if not found.weeks:
        return f"{_name(found)}: no incidents, so no threshold can be recommended."
    parts = [
        "\n".join(folded(plain(line)) for line in _verdict(found)),
        "\n".join(_main(found)),
        "\n".join(_table(found)),
        "\n".join(folded(line, "", "    ") for line in [*_findings(found), *_basis(found)]),
    ]
    if found.threshold is not None and found.threshold != found.current:
        name = "affected_account_threshold" if found.policy.flow == "alerts" else "threshold"
        parts.append(f"Look at it: casesim preview on the same dataset with --set {name}={found.threshold}")
    return "\n\n".join(part for part in parts if part)


def recommendation_html(found: "Recommendation") -> str:
    """The same; everything escaped."""
    if not found.weeks:
        return f"<p>{escape(recommendation_text(found))}</p>"
    verdict = "<br>".join(escape(line) for line in _verdict(found))
    head = ("threshold", *(METRICS[name] for name in found.metrics), "allowed", "")
    rows = [
        "".join(f"<td>{escape(cell)}</td>" for cell in (_span(found, row), *_figures(found, row), _allowed(row), mark))
        for row, mark in _shown(found)
    ]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    weighed = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in _weighed(found))
    main = "".join(f"<th>{escape(cell)}</th>" for cell in ("", found.standing, "suggested", "change", "", ""))
    weighed = f"<table><tr>{main}</tr>{weighed}</table>" if weighed else ""
    notes = "".join(f"<li>{escape(line)}</li>" for line in [*_findings(found), *_basis(found)])
    heads = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    return f"<div><p>{verdict}</p>{weighed}<table><tr>{heads}</tr>{body}</table><ul>{notes}</ul></div>"


def _name(found: "Recommendation") -> str:
    return clean(found.figures.thresholds.prepared.data.name, 40)


def _verdict(found: "Recommendation") -> Iterator[str]:
    asked = " and ".join(str(limit) for limit in found.limits)
    if found.threshold is None:
        yield f"{_name(found)}: no threshold keeps {asked}."
        yield from _conflict(found)
        return
    if found.threshold == found.current:
        given = ", which is assumed: nothing gives one" if found.policy.assumed else ""
        yield f"{_name(found)}: keep threshold {found.current:,}{given}. It keeps {asked}."
    else:
        step = "raise" if found.threshold > found.current else "lower"
        yield f"{_name(found)}: {step} the threshold from {threshold_said(found.policy)} to {found.threshold:,}."
        yield f"It is the smallest change that keeps {asked}."
        yield from _price(found)
    first, last = found.same or (found.threshold, found.threshold)
    if first < last:
        yield f"Thresholds {_between(first, last, found)} give the same figures."
    stretches = [_between(a, b, found) for a, b in found.admissible]
    left = f" and {len(stretches) - 6:,} more stretches" if len(stretches) > 6 else ""
    yield f"Allowed are {', '.join(stretches[:6])}{left}."


def _price(found: "Recommendation") -> Iterator[str]:
    """What the limits do not ask about and the recommended threshold makes worse."""
    worse = [
        f"{METRICS[name]} {now:,} → {then:,}"
        for name, now, then, bad in found.main.select("metric", "current", "suggested", "worse").iter_rows()
        if bad
    ]
    if worse:
        yield f"It makes worse by more than a tenth: {', '.join(worse)}."
    if found.no_majors:
        yield "No incident would be major any more."


def _main(found: "Recommendation") -> Iterator[str]:
    """The main figures side by side, those that get worse by more than a tenth marked."""
    rows = list(_weighed(found))
    if rows:
        yield f"{'':<36}{found.standing:>11}{'suggested':>11}{'change':>11}"
        yield RULE
    for words, now, then, change, share, mark in rows:
        sign = "[!]" if mark else "   "
        yield f"{sign} {words:<32}{now:>11}{then:>11}{plain(change):>11} {plain(share):>10}".rstrip()


def _weighed(found: "Recommendation") -> Iterator[tuple[str, ...]]:
    """Rows of words, as it is, as suggested, change, per cent, mark; none where nothing else is suggested."""
    if found.threshold is None or found.threshold == found.current:
        return
    for name, now, then, bad in found.main.iter_rows():
        change = then - now
        yield METRICS[name], f"{now:,}", f"{then:,}", signed(change), percent(now, change), "worse" if bad else ""


def _conflict(found: "Recommendation") -> Iterator[str]:
    conflict = found.conflict
    if conflict is None:
        return
    near = conflict.nearest
    if len(conflict.limits) == 1:
        yield f"None keeps {conflict.limits[0]}: the nearest is {number(near.figure)} at threshold {near.threshold:,}."
        return
    words = [str(limit) for limit in conflict.limits]
    together = f"{words[0]} and {words[1]}" if len(words) == 2 else f"{', '.join(words[:-1])} and {words[-1]}"
    what = "These conflict" if len(words) == 2 else "Any two of these can be kept, not all"
    yield f"{what}: {together}. They come nearest at threshold {near.threshold:,}, where {_broken(near)}."


def _broken(broken: "Broken") -> str:
    than = "too few" if broken.limit.at_least else "too many"
    return f"{METRICS[broken.limit.metric]} are {number(broken.figure)}, {number(broken.by)} {than}"


def _table(found: "Recommendation") -> Iterator[str]:
    names = list(found.metrics)
    for place, limit in enumerate(found.limits):
        yield f"({place + 1}) {limit}"
    yield ""
    yield f"{'threshold':>15}" + "".join(f"{f'({names.index(name) + 1})':>15}" for name in names[:3]) + "  allowed"
    yield RULE
    for row, mark in _shown(found):
        figures = "".join(f"{figure:>15}" for figure in _figures(found, row)[:3])
        yield f"{_span(found, row):>15}{figures}  {_allowed(row):<8}{mark}".rstrip()


def _shown(found: "Recommendation") -> Iterator[tuple[dict[str, object], str]]:
    """The rows around the current and the recommended threshold, with what each is."""
    stops = found.figures
    marks: dict[int, str] = {stops.stop_of(found.current): found.standing}
    if found.threshold is not None and found.threshold != found.current:
        marks[stops.stop_of(found.threshold)] = "recommended"
    if found.conflict is not None:
        marks.setdefault(stops.stop_of(found.conflict.nearest.threshold), "nearest")
    places = {near for place in marks for near in range(place - 2, place + 3)}
    kept = sorted(place for place in places if 0 <= place < found.table.height)[:SHOWN]
    for place in kept:
        yield found.table.row(place, named=True), marks.get(place, "")


def _span(found: "Recommendation", row: dict[str, object]) -> str:
    return _between(row["threshold"], row["until"], found)


def _between(first: object, last: object, found: "Recommendation") -> str:
    """A stretch of thresholds; beyond the last one nothing changes any more."""
    return f"{first:,} and more" if last == found.figures.thresholds.top else _range(first, last)


def _range(first: object, last: object) -> str:
    return f"{first:,}" if first == last else f"{first:,} to {last:,}"


def _figures(found: "Recommendation", row: dict[str, object]) -> list[str]:
    return [number(float(str(row[name]))) for name in found.metrics]


def _allowed(row: dict[str, object]) -> str:
    return "yes" if row["admissible"] else "no"


def _findings(found: "Recommendation") -> Iterator[str]:
    for side, broken in zip(("below", "above"), found.neighbours, strict=True):
        if broken is not None:
            last = found.figures.last_of(found.figures.stop_of(broken.threshold))
            are = "is" if last == broken.threshold else "are"
            some = _between(broken.threshold, last, found)
            yield f"[i] Not {some}, the next {side} that {are} not allowed: {_broken(broken)}."
    interval, backtest, drift = found.interval, found.backtest, found.drift
    if interval is None or backtest is None or drift is None:
        yield (
            f"[!] How sure this is cannot be said from {many(found.weeks, 'week')} of data; that takes {FEWEST}. "
            "Neither resampling nor a test on later weeks was done."
        )
        return
    current = "the assumed threshold" if found.policy.assumed else "the current threshold"
    what = "the recommended threshold" if found.threshold is not None else current
    sure = "[i]" if interval.holds >= 0.9 else "[!]"
    reach = (
        ""
        if interval.low is None
        else f" Nine in ten of those with an answer say {_range(interval.low, interval.high)}."
    )
    yield (
        f"{sure} In {interval.holds:.0%} of {RESAMPLES:,} resamples of the weeks (blocks of {blocks(found.weeks)}) "
        f"{what} keeps the limits; in {interval.none:.0%} none does.{reach}"
    )
    if any(metric.how == "max" for metric in found.metrics.values()):
        yield (
            "[i] Resampled weeks hold no busier week or hour than those that were seen: for such a limit the test on "
            "later weeks says more."
        )
    yield _backtest(found)
    if drift.quarter != found.threshold:
        said = "would allow none" if drift.quarter is None else f"alone would have said {drift.quarter:,}"
        yield f"[!] Drift: the last weeks {said}."
    for name, (monday, change) in drift.changes.items():
        yield (
            f"[!] {METRICS[name]} a week at threshold {found.current:,} changed level in the week of {day(monday)}: "
            f"{number(round(change.before, 1))} before, {number(round(change.after, 1))} since (Pettitt's test, "
            f"{_chance(change.p)})."
        )


def _chance(p: float) -> str:
    """How likely so much of a change is by chance alone; never none at all."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _backtest(found: "Recommendation") -> str:
    test = found.backtest
    if test is None or test.threshold is None:
        weeks = 0 if test is None else test.weeks
        return f"[!] Backtest: the first {many(weeks, 'week')} alone would have allowed no threshold."
    chosen = f"Backtest: chosen on the first {many(test.weeks, 'week')} it would have been {test.threshold:,}"
    if not test.broken:
        return f"[i] {chosen}, and it keeps the limits in the other {test.rest:,}."
    return f"[!] {chosen}; in the other {test.rest:,} {'; '.join(_broken(each) for each in test.broken)}."


def _basis(found: "Recommendation") -> Iterator[str]:
    weekly = found.figures.weeks
    total = int(weekly.incidents.sum())
    rejected = found.figures.thresholds.prepared.data.rejects.height
    yield (
        f"[i] From {many(total, 'incident')} in {many(found.weeks, 'week')} from {day(weekly.weeks[0])}; "
        f"{many(rejected, 'value')} rejected. Cases to close count in the week in which their incident is resolved, "
        "notifications before flood control."
    )
    busy = sorted(weekly.incidents.tolist(), reverse=True)
    needed = next((at + 1 for at in range(len(busy)) if sum(busy[: at + 1]) >= 0.95 * total), len(busy))
    if total and needed < found.weeks / 2:
        few = f"[!] Sparse: {needed:,} of {many(found.weeks, 'week')} hold 95 % of the incidents"
        yield f"{few}; averages over weeks mislead."
