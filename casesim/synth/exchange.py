"""The tables `notify_customers` and `customer_reply`: what agents send, what customers answer (R6, R6.1)."""

import numpy as np
import pyarrow as pa

from casesim.synth.columns import picked, times, within
from casesim.synth.keys import sys_ids
from casesim.synth.profiles import (
    NOTIFY_EVERYBODY,
    NOTIFY_SHARES,
    NOTIFY_TWICE,
    REPLIES,
    REPLIES_POWER,
    Flags,
    Ints,
    Texts,
)
from casesim.synth.scene import EARLY, MIDDLE, OVER, Scene, agents, said, scripted_text, scripted_when, soon
from casesim.synth.vocabulary import BACKBONE_DOWN, BUSY, STORMY

# All choice: hours until an action, a second one and a reply (median, sigma of the logarithm).
_ACTION, _SECOND_ACTION, _REPLY = (0.5, 0.8), (3.0, 0.8), (1.5, 1.0)
_MOST_NAMED = 5
# Of the story, all choice: share of storm incidents that affect ten or more and of the busy customer's that have an
# action; how many more replies storms bring, and replies for an incident of the busy customer.
_STORM_ACTIONS, _STORM_FROM, _BUSY_ACTIONS = 0.5, 10, 0.08
_STORM_REPLIES, _BUSY_REPLIES = 2.0, 0.25


def notify_customers(here: Scene) -> pa.Table:
    """The rows of `notify_customers`, by incident and time: one without customer for everybody, else one for each.

    Columns: incident, account, consumer (always empty), message, created_at, created_by.
    """
    random = here.random("notify_customers")
    acts, again = _acts(here, random)
    row = np.concatenate([np.flatnonzero(acts), np.flatnonzero(again)])
    second = np.arange(len(row)) >= int(acts.sum())
    when = np.where(second, soon(here, row, _SECOND_ACTION, random), soon(here, row, _ACTION, random))
    script = here.talk.backbone_messages
    when = scripted_when(here, row, second.astype(np.int64), script, when)
    order = np.lexsort((when, row))
    row, second, when = row[order], second[order], when[order]
    over = random.random(len(row)) < 0.5
    stage = np.where(second, np.where(over, OVER, MIDDLE), EARLY)
    message = said(here.talk.messages, here.mood[row], stage, here.town(row), random)
    message = scripted_text(here, row, second.astype(np.int64), script, message)
    author = agents(here, row, random)
    everybody = (random.random(len(row)) < NOTIFY_EVERYBODY) | (here.mood[row] == BACKBONE_DOWN)
    named = np.minimum(1 + random.integers(0, _MOST_NAMED, len(row)), here.size[row])
    first = (random.random(len(row)) * here.size[row]).astype(np.int64)
    count = np.where(everybody, 1, named)
    action = np.repeat(np.arange(len(row)), count)
    account = here.account(row[action], (first[action] + within(count)) % here.size[row[action]])
    return pa.table(
        _customers(here, row[action], account, ~everybody[action])
        | {
            "message": picked(message, action),
            "created_at": times(when[action]),
            "created_by": picked(author, action),
        }
    )


def customer_reply(here: Scene) -> pa.Table:
    """The rows of `customer_reply`, by incident and time: of contacts whose account is affected.

    Columns: incident, account, consumer (always empty), value, created_at, created_by (the contact's `user_name`).
    """
    random = here.random("customer_reply")
    expected = REPLIES * here.size.astype(np.float64) ** REPLIES_POWER
    expected = np.where(here.mood == STORMY, expected * _STORM_REPLIES, expected)
    expected = np.where((here.mood == BUSY) & (here.size > 0), _BUSY_REPLIES, expected)
    script = here.talk.backbone_replies
    count = np.where(here.mood == BACKBONE_DOWN, len(script), random.poisson(expected))
    row, nth = np.repeat(np.arange(len(here.size)), count), within(count)
    account = here.account(row, (random.random(len(row)) * here.size[row]).astype(np.int64))
    when, stage = _written(here, row, random)
    when = scripted_when(here, row, nth, script, when)
    order = np.lexsort((when, row))
    order = order[here.writes(account[order])]
    row, nth, account, when, stage = row[order], nth[order], account[order], when[order], stage[order]
    value = said(here.talk.replies, here.mood[row], stage, here.town(row), random)
    value = scripted_text(here, row, nth, script, value)
    return pa.table(
        _customers(here, row, account)
        | {"value": value, "created_at": times(when), "created_by": picked(here.users, account)}
    )


def _acts(here: Scene, random: np.random.Generator) -> tuple[Flags, Flags]:
    """Which incidents have a notify action, and which a second one."""
    shares = [here.size >= least for least in NOTIFY_SHARES]
    share = np.select(shares, list(NOTIFY_SHARES.values()), 0.0)
    share = np.where((here.mood == STORMY) & (here.size >= _STORM_FROM), _STORM_ACTIONS, share)
    share = np.where((here.mood == BUSY) & (here.size > 0), _BUSY_ACTIONS, share)
    story = here.mood == BACKBONE_DOWN
    acts = (random.random(len(share)) < share) | story
    return acts, acts & ((random.random(len(share)) < NOTIFY_TWICE) | story)


def _written(here: Scene, row: Ints, random: np.random.Generator) -> tuple[Ints, Ints]:
    """When customers reply, and at which stage of the incident that is: it is over for those who write afterwards."""
    when = soon(here, row, _REPLY, random)
    after = here.batch.resolved[row] + (when - here.known[row])
    over = here.batch.has_resolved[row] & (random.random(len(row)) < 0.2) & (after <= here.end)
    course = (when - here.batch.opened[row]) / np.maximum(here.last[row] - here.batch.opened[row], 1)
    return np.where(over, after, when), np.select([over, course >= 0.5], [OVER, MIDDLE], EARLY)


def _customers(here: Scene, row: Ints, account: Ints, named: Flags | None = None) -> dict[str, Texts]:
    """The columns that say which customer of which incident; without an account where `named` is false."""
    seed = here.population.seed
    return {
        "incident": sys_ids(seed, "incident", here.batch.index[row]),
        "account": sys_ids(seed, "customer_account", account, named),
        "consumer": pa.nulls(len(row), pa.string()),
    }
