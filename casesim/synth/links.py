"""The tables that tie incidents to CIs, services and customers, about three `task_ci` rows for each incident.

Most of these CIs and services add no customer: they are components, or lie below the incident's own CI. With moves
(R8) the tables have `added_at` and `removed_at`, empty for what is there from the start and stays.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from casesim.synth.columns import times, within
from casesim.synth.incidents import BACKBONE, CALLER, COMPONENT, Batch, served
from casesim.synth.keys import generator, sys_ids
from casesim.synth.moves import Moves
from casesim.synth.population import COMPONENTS_PER_SITE, Population
from casesim.synth.profiles import Flags, Ints, Profile, Texts

_CIS, _MORE_BY_SIZE = 3.0, 0.3  # choice: rows for an incident on average, and more for each unit of log(customers)
_WITH_SERVICE_ROW, _WITH_SERVICE_ROW_WIDE, _WIDE = 0.1, 0.35, 100
_CONFIRMED, _ADDED, _ADDED_FROM = 0.06, 0.1, 30  # shares whose list repeats affected accounts, or adds one
_CONSUMER_LISTED = 0.01


def task_ci(population: Population, batch: Batch, moves: Moves | None = None) -> pa.Table:
    """The rows of `task_ci`, by incident: of its own CI, components of the site, CIs below; none twice.

    An incident that moves has a row of the CI that its customers hang on, whatever else it has.
    """
    random = generator(population.seed, "task_ci", batch.part)
    size = population.size[batch.anchor]
    below = population.below[batch.anchor]
    # A round of candidates for each incident: its own CI, components, CIs below. Rows take some in turn.
    nobody = batch.cause == COMPONENT
    candidates = np.where(nobody, COMPONENTS_PER_SITE, 1 + COMPONENTS_PER_SITE + (below >= 0).sum(axis=1))
    wanted = 1 + random.poisson(_usual_extra(population.profile) + _MORE_BY_SIZE * np.log(size))
    count = np.where(
        batch.cause == CALLER, 0, np.where(batch.cause == BACKBONE, candidates, np.minimum(wanted, candidates))
    )
    begin = (random.random(len(size)) * candidates).astype(np.int64)
    row = np.repeat(np.arange(len(size)), count)
    turn = (begin[row] + within(count)) % candidates[row] + nobody[row]
    if moves is not None:
        lacks = moves.moved & (np.bincount(row[turn == 0], minlength=len(size)) == 0)
        own = np.zeros(int(lacks.sum()), dtype=np.int64)
        row, turn = _by_row(np.concatenate([row, np.flatnonzero(lacks)]), np.concatenate([turn, own]))
    anchor = batch.anchor[row]
    which_below = np.clip(turn - 1 - COMPONENTS_PER_SITE, 0, below.shape[1] - 1)
    component = population.component(anchor, np.maximum(turn - 1, 0))
    ci = np.select([turn == 0, turn <= COMPONENTS_PER_SITE], [anchor, component], below[row, which_below])
    columns = {
        "task": sys_ids(population.seed, "incident", batch.index[row]),
        "ci_item": sys_ids(population.seed, "cmdb_ci", ci),
    }
    if moves is None:
        return pa.table(columns)
    leads = (turn == 0) | (turn > COMPONENTS_PER_SITE)
    added = np.where(turn == 0, moves.at[row], moves.step[row])
    return pa.table(columns | _moments(added, leads & moves.grows[row], moves.at[row], leads & moves.shrinks[row]))


def task_service(population: Population, batch: Batch, moves: Moves | None = None) -> pa.Table:
    """The rows of `task_cmdb_ci_service`, by incident: the CI's service, and that of a CI below."""
    random = generator(population.seed, "task_cmdb_ci_service", batch.part)
    size = population.size[batch.anchor]
    chance = random.random((2, len(size)))
    share = np.where(size >= _WIDE, _WITH_SERVICE_ROW_WIDE, _WITH_SERVICE_ROW)
    chosen = ((chance[0] < share) & (batch.cause != CALLER)) | (batch.cause == BACKBONE)
    own = served(population, batch)
    # Position -1 of the last axis stands for no CI below; its service is overwritten.
    lower = np.where(population.below[batch.anchor, 0] >= 0, population.service[population.below[batch.anchor, 0]], -1)
    lower = np.where((batch.cause == COMPONENT) | (lower == own), -1, lower)
    first = np.flatnonzero(chosen & (own >= 0))
    second = np.flatnonzero(chosen & (lower >= 0) & ((chance[1] < 0.4) | (batch.cause == BACKBONE)))
    row, service = _by_row(np.concatenate([first, second]), np.concatenate([own[first], lower[second]]))
    columns = {
        "task": sys_ids(population.seed, "incident", batch.index[row]),
        "cmdb_ci_service": sys_ids(population.seed, "cmdb_ci_service", service),
    }
    if moves is None:
        return pa.table(columns)
    return pa.table(columns | _moments(moves.at[row], moves.grows[row], moves.at[row], moves.shrinks[row]))


def affected_account(population: Population, batch: Batch, moves: Moves | None = None) -> pa.Table:
    """The rows of `affected_account`, by incident (R1.2).

    The caller's account where no CI is known; one to three accounts that are affected anyway; for wide incidents
    sometimes one more that no CI leads to; some consumers. With moves also the account that reports an incident which
    grows, and those that stay when one shrinks, listed from then on.
    """
    random = generator(population.seed, "affected_account", batch.part)
    size, start = population.size[batch.anchor], population.start[batch.anchor]
    chance = random.random((4, len(size)))
    on_ci = (batch.cause != CALLER) & (batch.cause != COMPONENT)
    confirmed = np.where(on_ci & (chance[0] < _CONFIRMED), np.minimum(1 + (chance[1] * 3).astype(np.int64), size), 0)
    again = np.repeat(np.arange(len(size)), confirmed)
    offset = ((chance[2, again] * size[again]).astype(np.int64) + within(confirmed)) % size[again]
    added = np.flatnonzero((on_ci & (size >= _ADDED_FROM) & (chance[3] < _ADDED)) | (batch.cause == BACKBONE))
    caller = np.flatnonzero(batch.cause == CALLER)
    past = (start[added] + size[added] + 7) % population.accounts
    home = np.flatnonzero(random.random(len(size)) < _CONSUMER_LISTED)
    row = np.concatenate([caller, again, added, home])
    account = np.concatenate([start[caller], start[again] + offset, past, np.full(len(home), -1)])
    consumer = np.full(len(row), -1)
    consumer[len(row) - len(home) :] = start[home] * population.consumers // population.accounts
    if moves is None:
        return pa.table(_listed(population, batch, *_by_row(row, account, consumer)))
    return _moved_list(population, batch, moves, (row, account, consumer))


def _moved_list(population: Population, batch: Batch, moves: Moves, listed: tuple[Ints, Ints, Ints]) -> pa.Table:
    """What is listed (rows, accounts, consumers) and what moves add to it, with times."""
    row, account, consumer = listed
    more_row, more_account = _listed_by_moves(population, batch, moves)
    # Who is on the list already is not listed twice, but is there from the start and stays.
    key, more = row * population.accounts + account, more_row * population.accounts + more_account
    known, new = np.isin(key, more) & (account >= 0), ~np.isin(more, key[account >= 0])
    more_row, more_account = more_row[new], more_account[new]
    nobody, never = np.full(len(more_row), -1), np.zeros(len(more_row), dtype=bool)
    row, account, consumer, added, removed = _by_row(
        np.concatenate([row, more_row]),
        np.concatenate([account, more_account]),
        np.concatenate([consumer, nobody]),
        np.concatenate([moves.grows[row] & ~known, moves.shrinks[more_row]]),
        np.concatenate([moves.shrinks[row] & ~known, never]),
    )
    return pa.table(
        _listed(population, batch, row, account, consumer) | _moments(moves.at[row], added, moves.at[row], removed)
    )


def _listed_by_moves(population: Population, batch: Batch, moves: Moves) -> tuple[Ints, Ints]:
    """Rows and accounts of those that report what grows, then of those that stay when it shrinks."""
    start = population.start[batch.anchor]
    grown = np.flatnonzero(moves.grows)
    left = np.where(moves.shrinks, moves.left, 0)
    shrunk = np.repeat(np.arange(len(left)), left)
    stays = (start + moves.left_from)[shrunk] + within(left)
    return np.concatenate([grown, shrunk]), np.concatenate([(start + moves.reporter)[grown], stays])


def _listed(population: Population, batch: Batch, row: Ints, account: Ints, consumer: Ints) -> dict[str, Texts]:
    return {
        "incident": sys_ids(population.seed, "incident", batch.index[row]),
        "account": sys_ids(population.seed, "customer_account", account, account >= 0),
        "consumer": sys_ids(population.seed, "csm_consumer", consumer, consumer >= 0),
    }


def _moments(added: Ints, is_added: Flags, removed: Ints, is_removed: Flags) -> dict[str, Texts]:
    return {"added_at": times(added, is_added), "removed_at": times(removed, is_removed)}


def _by_row(row: Ints, *columns: Any) -> Any:
    """Row numbers in ascending order, and the columns in the same order; alike ones stay as they are."""
    order = np.argsort(row, kind="stable")
    return row[order], *(column[order] for column in columns)


def _usual_extra(profile: Profile) -> float:
    """Rows beyond the first for one customer, so that all incidents, those without a CI too, have `_CIS` on average."""
    log_size = float((profile.sizes * np.log(np.arange(1, len(profile.sizes) + 1))).sum())
    return _CIS / (1 - profile.without_ci) - 1 - _MORE_BY_SIZE * log_size
