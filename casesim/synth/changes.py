"""The table `change_request` and its rows of `task_ci`: planned work at night, on wider CIs than incidents (R12)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from casesim.synth.arrivals import HOUR, SECOND, Calendar
from casesim.synth.columns import chosen, drawn, filled, numbered, picked, times
from casesim.synth.keys import generator, sys_ids
from casesim.synth.moves import spread
from casesim.synth.population import COMPONENTS_PER_SITE, Population
from casesim.synth.profiles import CHANGES, Flags, Floats, Ints, Texts
from casesim.synth.telling import group_of
from casesim.synth.vocabulary import Vocabulary
from casesim.synth.words import REGIONS, TOWNS

# All choice. CIs above this share of incidents: four in ten of the changes affect one customer, of the incidents six.
_WIDER = 0.35
_LEAD = (5 * 24.0, 0.7)  # hours from opened to the planned start, median and sigma of the logarithm
_LASTS = (2, 6)  # hours of the work
_DONE = (20.0, 0.8)  # hours from its end to closed
# What becomes of them: withdrawn before and after Authorize, left in New, Assess, Authorize, Implement, Review; the
# rest goes on.
_FATES = (0.04, 0.04, 0.04, 0.06, 0.04, 0.03, 0.07, 0.68)
_WITHDRAWN, _WITHDRAWN_LATE, *_LEFT_IN = range(7)
_SAYS_WHEN, _HAS_DATES, _WITH_SERVICE, _WITH_BELOW = 0.75, 0.95, 0.7, 0.5
_STATES = ("-5", "-4", "-3", "-2", "-1", "0", "3", "4")
_NEW, _ASSESS, _AUTHORIZE, _SCHEDULED, _IMPLEMENT, _REVIEW, _CLOSED, _CANCELED = range(8)
_CODES = {"successful": 0.88, "successful_issues": 0.09, "unsuccessful": 0.03}
_UNDONE = "Broken off and undone, to be planned again."
_DAY = 24 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """Change requests, by opening time. Times in microseconds since 1970; `state` a position in the list of states.

    `authorized` counts where `was_authorized`; `begin` and `until` are the planned work, `closed` counts in the states
    Closed and Canceled.
    """

    part: int
    index: Ints
    anchor: Ints
    opened: Ints
    authorized: Ints
    was_authorized: Flags
    begin: Ints
    until: Ints
    closed: Ints
    state: Ints


def changes(
    population: Population, calendar: Calendar, words: Vocabulary, names: Texts, rows: int
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """The change requests, in parts of about that many rows: rows of `change_request`, and of `task_ci` for them.

    Args:
        population: whom they affect: those on the change's CI.
        calendar: the period.
        words: of the profile.
        names: of every CI (`network.ci_names`).
        rows: in a part, about.
    """
    count = max(round(population.incidents * CHANGES), 1)
    parts = -(-count // rows)
    days = np.linspace(0, len(calendar.counts) // 24, parts + 1).astype(np.int64)
    edges = np.linspace(0, count, parts + 1).astype(np.int64)
    for part in range(parts):
        random = generator(population.seed, "change_request", part)
        plans = _plans(
            population,
            calendar,
            part=part,
            index=np.arange(edges[part], edges[part + 1]),
            days=(int(days[part]), int(days[part + 1])),
            random=random,
        )
        yield _table(population, words, names, plans, random), _task_ci(population, plans)


def _plans(
    population: Population,
    calendar: Calendar,
    *,
    part: int,
    index: Ints,
    days: tuple[int, int],
    random: np.random.Generator,
) -> Plans:
    rows, now = len(index), calendar.end
    # Office hours; weekends are no different.
    second = random.integers(*days, rows) * 86_400 + random.integers(8 * 3_600, 17 * 3_600, rows)
    opened = calendar.start + np.sort(second) * SECOND
    start = opened + _hours(spread(_LEAD, random.standard_normal(rows)))
    # From 22 h on, in the night after.
    begin = start - start % _DAY + 22 * HOUR + random.integers(0, 5 * 4, rows) * (HOUR // 4)
    until = begin + random.integers(*_LASTS, rows) * HOUR
    # In office hours of some day before the work.
    day = opened + _hours((begin - opened) / HOUR * random.uniform(0.2, 0.7, rows))
    authorized = np.maximum(day - day % _DAY + _hours(random.uniform(9, 17, rows)), opened + HOUR)
    fate = drawn(_FATES, random, rows)
    done = until + _hours(spread(_DONE, random.standard_normal(rows)))
    withdrawn = np.where(fate == _WITHDRAWN, _halfway(opened, authorized), _halfway(authorized, begin))
    canceled = (fate <= _WITHDRAWN_LATE) & (withdrawn <= now)
    left_in = [fate == each for each in _LEFT_IN]
    state = np.select(
        [
            canceled,
            (now < opened + 8 * HOUR) | left_in[0],
            (now < authorized) | left_in[1],
            (now < authorized + 4 * HOUR) | left_in[2],
            now < begin,
            (now < until) | left_in[3],
            (now < done) | left_in[4],
        ],
        [_CANCELED, _NEW, _ASSESS, _AUTHORIZE, _SCHEDULED, _IMPLEMENT, _REVIEW],
        _CLOSED,
    )
    reached = np.where(canceled, fate == _WITHDRAWN_LATE, state >= _AUTHORIZE)
    chance = _WIDER + (1 - _WIDER) * random.random(rows)
    return Plans(
        part=part,
        index=index,
        anchor=np.minimum(np.searchsorted(population.share, chance, side="right"), population.cis - 1),
        opened=opened,
        authorized=authorized,
        # Reached, but when is not always on record (R12.1).
        was_authorized=reached & ((random.random(rows) < _SAYS_WHEN) | canceled),
        begin=begin,
        until=until,
        closed=np.where(canceled, withdrawn, done),
        state=state,
    )


def _table(
    population: Population, words: Vocabulary, names: Texts, plans: Plans, random: np.random.Generator
) -> pa.Table:
    rows, seed, works = len(plans.index), population.seed, words.works
    work = random.integers(0, len(works), rows)
    town = population.town[plans.anchor]
    ci, place = picked(names, plans.anchor), chosen(TOWNS, town)
    region = town * len(REGIONS) // len(TOWNS)
    service = population.service[plans.anchor]
    dated = random.random(rows) < _HAS_DATES
    ended = plans.state == _CLOSED
    code = drawn(tuple(_CODES.values()), random, rows)
    notes = np.where(code == list(_CODES).index("unsuccessful"), len(works), work)
    return pa.table(
        {
            "sys_id": sys_ids(seed, "change_request", plans.index),
            "number": numbered("CHG", plans.index + 10_001, 7),
            "short_description": filled([each.short for each in works], work, ci, place),
            "description": filled([each.detail for each in works], work, ci, place),
            "state": chosen(_STATES, plans.state),
            "priority": chosen(("3", "4"), (random.random(rows) < 0.8).astype(np.int64)),
            "category": chosen([each.category for each in works], work),
            "cmdb_ci": sys_ids(seed, "cmdb_ci", plans.anchor),
            "business_service": sys_ids(
                seed, "cmdb_ci_service", service, (service >= 0) & (random.random(rows) < _WITH_SERVICE)
            ),
            "assignment_group": chosen(words.groups, group_of(region, random)),
            "opened_at": times(plans.opened),
            "authorized_at": times(plans.authorized, plans.was_authorized),
            "start_date": times(plans.begin, dated),
            "end_date": times(plans.until, dated),
            "closed_at": times(plans.closed, ended | (plans.state == _CANCELED)),
            "close_code": chosen(tuple(_CODES), code, ended),
            "close_notes": chosen([*(each.notes for each in works), _UNDONE], notes, ended),
            "u_region": chosen(REGIONS, region),
        }
    )


def _task_ci(population: Population, plans: Plans) -> pa.Table:
    """A component of the site for each change, and of the CIs below every second one."""
    random = generator(population.seed, "change_request.task_ci", plans.part)
    each = np.arange(len(plans.index))
    component = population.component(plans.anchor, random.integers(0, COMPONENTS_PER_SITE, len(each)))
    below = population.below[plans.anchor]
    row, which = np.nonzero((below >= 0) & (random.random(below.shape) < _WITH_BELOW))
    rows, ci = np.concatenate([each, row]), np.concatenate([component, below[row, which]])
    order = np.argsort(rows, kind="stable")
    never = np.zeros(len(rows), dtype=bool)
    return pa.table(
        {
            "task": sys_ids(population.seed, "change_request", plans.index[rows[order]]),
            "ci_item": sys_ids(population.seed, "cmdb_ci", ci[order]),
            "added_at": times(rows, never),
            "removed_at": times(rows, never),
        }
    )


def _halfway(first: Ints, second: Ints) -> Ints:
    return first + (second - first) // (2 * SECOND) * SECOND


def _hours(hours: Floats) -> Ints:
    return np.round(hours * 3_600).astype(np.int64) * SECOND
