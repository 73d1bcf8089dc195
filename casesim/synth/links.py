"""The tables that tie incidents to CIs, services and customers, about three `task_ci` rows for each incident.

Most of these CIs and services add no customer: they are components, or lie below the incident's own CI.
"""

import numpy as np
import pyarrow as pa

from casesim.synth.incidents import BACKBONE, CALLER, COMPONENT, Batch, served
from casesim.synth.keys import generator, sys_ids
from casesim.synth.population import COMPONENTS_PER_SITE, Population
from casesim.synth.profiles import Ints, Profile

_CIS, _MORE_BY_SIZE = 3.0, 0.3  # choice: rows for an incident on average, and more for each unit of log(customers)
_WITH_SERVICE_ROW, _WITH_SERVICE_ROW_WIDE, _WIDE = 0.1, 0.35, 100
_CONFIRMED, _ADDED, _ADDED_FROM = 0.06, 0.1, 30  # shares whose list repeats affected accounts, or adds one
_CONSUMER_LISTED = 0.01


def task_ci(population: Population, batch: Batch) -> pa.Table:
    """The rows of `task_ci`, by incident: of its own CI, components of the site, CIs below; none twice."""
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
    turn = (begin[row] + _within(count)) % candidates[row] + nobody[row]
    anchor = batch.anchor[row]
    which_below = np.clip(turn - 1 - COMPONENTS_PER_SITE, 0, below.shape[1] - 1)
    component = population.component(anchor, np.maximum(turn - 1, 0))
    ci = np.select([turn == 0, turn <= COMPONENTS_PER_SITE], [anchor, component], below[row, which_below])
    return pa.table(
        {
            "task": sys_ids(population.seed, "incident", batch.index[row]),
            "ci_item": sys_ids(population.seed, "cmdb_ci", ci),
        }
    )


def task_service(population: Population, batch: Batch) -> pa.Table:
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
    row = np.concatenate([first, second])
    service = np.concatenate([own[first], lower[second]])
    order = np.argsort(row, kind="stable")
    return pa.table(
        {
            "task": sys_ids(population.seed, "incident", batch.index[row[order]]),
            "cmdb_ci_service": sys_ids(population.seed, "cmdb_ci_service", service[order]),
        }
    )


def affected_account(population: Population, batch: Batch) -> pa.Table:
    """The rows of `affected_account`, by incident (R1.2).

    The caller's account where no CI is known; one to three accounts that are affected anyway; for wide incidents
    sometimes one more that no CI leads to; some consumers.
    """
    random = generator(population.seed, "affected_account", batch.part)
    size, start = population.size[batch.anchor], population.start[batch.anchor]
    chance = random.random((4, len(size)))
    on_ci = (batch.cause != CALLER) & (batch.cause != COMPONENT)
    confirmed = np.where(on_ci & (chance[0] < _CONFIRMED), np.minimum(1 + (chance[1] * 3).astype(np.int64), size), 0)
    again = np.repeat(np.arange(len(size)), confirmed)
    offset = ((chance[2, again] * size[again]).astype(np.int64) + _within(confirmed)) % size[again]
    added = np.flatnonzero((on_ci & (size >= _ADDED_FROM) & (chance[3] < _ADDED)) | (batch.cause == BACKBONE))
    caller = np.flatnonzero(batch.cause == CALLER)
    past = (start[added] + size[added] + 7) % population.accounts
    home = np.flatnonzero(random.random(len(size)) < _CONSUMER_LISTED)
    row = np.concatenate([caller, again, added, home])
    account = np.concatenate([start[caller], start[again] + offset, past, np.full(len(home), -1)])
    consumer = np.full(len(row), -1)
    consumer[len(row) - len(home) :] = start[home] * population.consumers // population.accounts
    order = np.argsort(row, kind="stable")
    account, consumer = account[order], consumer[order]
    return pa.table(
        {
            "incident": sys_ids(population.seed, "incident", batch.index[row[order]]),
            "account": sys_ids(population.seed, "customer_account", account, account >= 0),
            "consumer": sys_ids(population.seed, "csm_consumer", consumer, consumer >= 0),
        }
    )


def _usual_extra(profile: Profile) -> float:
    """Rows beyond the first for one customer, so that all incidents, those without a CI too, have `_CIS` on average."""
    log_size = float((profile.sizes * np.log(np.arange(1, len(profile.sizes) + 1))).sum())
    return _CIS / (1 - profile.without_ci) - 1 - _MORE_BY_SIZE * log_size


def _within(counts: Ints) -> Ints:
    """0, 1, 2 … for each run of that many rows."""
    return np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
