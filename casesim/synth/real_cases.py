"""The table `sn_customerservice_case`: what really happened in some incidents, and what was written on those cases.

Agents here follow the threshold mostly, forget a few customers, and close child cases after the incident, or never.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casesim.synth.arrivals import HOUR, SECOND
from casesim.synth.columns import chosen, numbered, one_of, picked, times, told, within
from casesim.synth.incidents import CALLER
from casesim.synth.journal import ELEMENTS
from casesim.synth.keys import sys_ids
from casesim.synth.moves import between, spread
from casesim.synth.profiles import (
    CASE_AGENT_COMMENTS,
    CASE_CONTACT_COMMENTS,
    CASE_NOTES,
    CASES_MAJOR,
    CASES_MAJOR_BELOW,
    CASES_MAJOR_FROM,
    CASES_PROACTIVE,
    CASES_REACTIVE,
    CASES_SHARE,
    CASES_UP_TO,
    CLOSED_AFTER_DAYS,
    Flags,
    Ints,
)
from casesim.synth.scene import Scene, agents, soon
from casesim.synth.vocabulary import BACKBONE_DOWN

# All choice. Hours (median, sigma of the logarithm) until agents open cases, a customer does, a major case is closed.
_OPENED, _CALLED, _MAJOR_DONE = (0.2, 0.8), (0.4, 0.9), (2.0, 1.0)
_ATTACHED, _FORGOTTEN = 0.5, 0.15  # calls that become children of the major case; children left open
_OPEN_STATES, _OPEN_SHARES = ("1", "10", "18"), (0.2, 0.8)  # the second ends there
_CANCELLED, _CLOSED, _RESOLVED = 3, 4, 5
_STATES = (*_OPEN_STATES, "7", "3", "6")
_OPEN_FOR = 5 * 24 * HOUR  # entries on a case that stays open come within this


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Real cases, by incident, the major one first. `row` is the incident's position in the batch.

    `account` -1 is the major case's. `parent` is a position among these cases, -1 for none; `state` a position in the
    list of states. `resolved` counts where `has_resolved` says so.
    """

    row: Ints
    account: Ints
    parent: Ints
    proactive: Flags
    opened: Ints
    resolved: Ints
    has_resolved: Flags
    state: Ints


def real_cases(here: Scene, first: int) -> tuple[pa.Table, pa.Table]:
    """The real cases of a batch, and what was written on them.

    Args:
        here: the incidents.
        first: how many cases there are in the parts before.

    Returns:
        Rows of `sn_customerservice_case`, and rows of `sys_journal_field` as `incident_journal` has them: comments by
        contacts and agents, work notes, none on a major case.
    """
    cases = _cases(here)
    seed, index = here.population.seed, first + np.arange(len(cases.row))
    major = cases.account < 0
    table = pa.table(
        {
            "sys_id": sys_ids(seed, "sn_customerservice_case", index),
            "number": numbered("CS", index + 10_001, 7),
            "account": sys_ids(seed, "customer_account", cases.account, ~major),
            "consumer": pa.nulls(len(index), pa.string()),
            "incident": sys_ids(seed, "incident", here.batch.index[cases.row]),
            "parent": sys_ids(seed, "sn_customerservice_case", first + cases.parent, cases.parent >= 0),
            "proactive": pa.array(cases.proactive),
            "opened_at": times(cases.opened),
            "resolved_at": times(cases.resolved, cases.has_resolved),
            "state": chosen(_STATES, cases.state),
            "major_case_state": chosen(("accepted",), np.zeros(len(index), dtype=np.int64), major),
        }
    )
    return table, _case_journal(here, cases, first)


def _cases(here: Scene) -> Cases:
    random = here.random("sn_customerservice_case")
    rows = len(here.size)
    wanted = (random.random(rows) < CASES_SHARE) & (here.size > 0) & (here.size <= CASES_UP_TO)
    wanted |= here.mood == BACKBONE_DOWN
    chance = np.where(here.size >= CASES_MAJOR_FROM, CASES_MAJOR, np.where(here.size > 1, CASES_MAJOR_BELOW, 0.0))
    major = wanted & (random.random(rows) < chance)
    begun = soon(here, np.arange(rows), _OPENED, random)
    done = (
        here.batch.resolved + np.round(spread(_MAJOR_DONE, random.standard_normal(rows)) * 3_600).astype(int) * SECOND
    )
    row, offset, proactive = _who(here, np.where(wanted, here.size, 0), random)
    # Agents open the cases of an incident together, after its major case; customers theirs when they notice.
    after_major = np.where(major[row], random.integers(10, 300, len(row)), 0) * SECOND
    opened = np.where(proactive, begun[row] + after_major, _called(here, row, offset, random))
    child = major[row] & (proactive | (random.random(len(row)) < _ATTACHED))
    ends = np.where(child, done[row], _ended(here)[row])
    goes_on = child & (random.random(len(row)) < _FORGOTTEN)
    # The major cases, then all in order.
    of_major = np.flatnonzero(major)
    row = np.concatenate([of_major, row])
    offset = np.concatenate([np.full(len(of_major), -1), offset])
    order = np.lexsort((offset, row))
    row, offset = row[order], offset[order]
    child = np.concatenate([np.zeros(len(of_major), dtype=bool), child])[order]
    opened = np.minimum(np.concatenate([begun[of_major], opened])[order], here.end)
    ends = np.maximum(np.concatenate([done[of_major], ends])[order], opened + 60 * SECOND)
    goes_on = np.concatenate([np.zeros(len(of_major), dtype=bool), goes_on])[order]
    place = np.full(rows, -1)
    place[row[offset < 0]] = np.flatnonzero(offset < 0)
    cancelled = here.batch.state[row] == 8
    over = (here.batch.has_resolved | (here.batch.state == 7))[row] & ~goes_on & (ends <= here.end)
    state = np.select(
        [cancelled, over & (ends + CLOSED_AFTER_DAYS * 24 * HOUR <= here.end), over],
        [_CANCELLED, _CLOSED, _RESOLVED],
        np.searchsorted(_OPEN_SHARES, random.random(len(row)), side="right"),
    )
    return Cases(
        row=row,
        account=np.where(offset < 0, -1, here.account(row, offset)),
        parent=np.where(child, place[row], -1),
        proactive=np.concatenate([np.ones(len(of_major), dtype=bool), proactive])[order],
        opened=opened,
        resolved=ends,
        has_resolved=over,
        state=state,
    )


def _who(here: Scene, count: Ints, random: np.random.Generator) -> tuple[Ints, Ints, Flags]:
    """Incident, offset and whether proactive, for every customer who has a case."""
    row = np.repeat(np.arange(len(count)), count)
    chance = random.random(len(row))
    # Whoever calls about an unknown line has a case from that call.
    proactive = (chance < CASES_PROACTIVE) & (here.batch.cause[row] != CALLER)
    has = chance < CASES_PROACTIVE + CASES_REACTIVE
    return row[has], within(count)[has], proactive[has]


def _called(here: Scene, row: Ints, offset: Ints, random: np.random.Generator) -> Ints:
    """When customers would open a case themselves: soon after they are affected."""
    reports = here.moves.grows[row] & (offset == here.moves.reporter[row])
    noticed = np.where(reports, here.batch.opened[row], here.known[row])
    hours, chance = spread(_CALLED, random.standard_normal(len(row))), random.random(len(row))
    return between(noticed, here.last[row], hours, chance)


def _ended(here: Scene) -> Ints:
    """When the incident ends for its cases: resolved, or closed without."""
    return np.where(here.batch.has_resolved, here.batch.resolved, here.batch.closed)


def _case_journal(here: Scene, cases: Cases, first: int) -> pa.Table:
    random = here.random("sn_customerservice_case.journal")
    customer = cases.account >= 0
    can_write = customer & here.writes(np.maximum(cases.account, 0))
    kinds = (CASE_CONTACT_COMMENTS * can_write, CASE_AGENT_COMMENTS * customer, CASE_NOTES * customer)
    each = np.arange(len(cases.row))
    of = [np.repeat(each, random.poisson(share)) for share in kinds]
    case = np.concatenate(of)
    kind = np.repeat(np.arange(len(of)), [len(part) for part in of])
    last = np.where(cases.has_resolved, cases.resolved, np.minimum(cases.opened + _OPEN_FOR, here.end))
    span = (last - cases.opened)[case] / SECOND
    when = cases.opened[case] + (span * random.random(len(case))).astype(np.int64) * SECOND
    order = np.lexsort((when, case))
    case, kind, when = case[order], kind[order], when[order]
    talk, row = here.talk, cases.row[case]
    texts, index = one_of((talk.contact, talk.answer, talk.case_note), kind, random.random(len(case)))
    # Some mail programs shout; names are compared whatever their case (R6).
    user = picked(here.users, cases.account[case])
    user = pc.if_else(pa.array(random.random(len(case)) < 0.15), pc.utf8_upper(user), user)
    return pa.table(
        {
            "element_id": sys_ids(here.population.seed, "sn_customerservice_case", first + case),
            "name": chosen(("sn_customerservice_case",), np.zeros(len(case), dtype=np.int64)),
            "element": chosen(ELEMENTS, (kind == 2).astype(np.int64)),
            "value": told(texts, index, here.town(row)),
            "sys_created_on": times(when),
            "sys_created_by": pc.if_else(pa.array(kind == 0), user, agents(here, row, random)),
        }
    )
