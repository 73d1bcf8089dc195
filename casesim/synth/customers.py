"""The tables of who is told: accounts with their parents, contacts (roles, not persons), consumers.

Small shares of contacts cannot be told (R5.1): none, unknown, inactive, opted out, without an e-mail address.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casesim.synth.columns import chosen, joined, numbered, picked
from casesim.synth.keys import generator, sys_ids
from casesim.synth.population import Population
from casesim.synth.profiles import Flags, Ints, Texts
from casesim.synth.words import COMPANY_NAMES, PLACES, ROLE_CODES, ROLES, TIERS, TOWNS, TRADES

# Shares and values, all choice.
_NO_CONTACT, _UNKNOWN_CONTACT, _SHARED_CONTACT = 0.04, 0.002, 0.3
_INACTIVE_CONTACT, _OPTED_OUT, _NO_EMAIL = 0.015, 0.03, 0.02
_WITH_PARENT, _GROUP_WITH_HOLDING, _INACTIVE_ACCOUNT, _NO_VALUE = 0.25, 0.6, 0.01, 0.03
_TIER_SHARES = np.array([0.08, 0.30])  # Gold, Silver; the rest Bronze
_TIER_VALUE = np.array([180_000.0, 42_000.0, 9_000.0])  # a year, at the median


def account_table(population: Population, bronze: int | None) -> pa.Table:
    """The rows of `customer_account`: the accounts, then groups, then holdings.

    Args:
        population: how many there are.
        bronze: the account that is a small customer whatever is drawn, if any.
    """
    random = generator(population.seed, "customer_account")
    everyone = np.arange(_everyone(population))
    rows, seed = len(everyone), population.seed
    tier = np.searchsorted(np.cumsum(_TIER_SHARES), random.random(rows), side="right")
    value = np.round(_TIER_VALUE[tier] * np.exp(0.8 * random.standard_normal(rows)), -2)
    if bronze is not None:
        tier[bronze], value[bronze] = 2, 4_800.0
    parent, contact = _parents(population), _primary_contacts(population)
    return pa.table(
        {
            "sys_id": sys_ids(seed, "customer_account", everyone),
            "number": numbered("ACCT", everyone + 10_001, 7),
            "name": account_names(population),
            "active": pa.array(random.random(rows) >= _INACTIVE_ACCOUNT),
            "account_parent": sys_ids(seed, "customer_account", parent, parent >= 0),
            "primary_contact": sys_ids(seed, "customer_contact", contact, contact >= 0),
            "contract_value": pa.array(value, mask=random.random(rows) < _NO_VALUE),
            "customer_tier": chosen(TIERS, tier),
        }
    )


def contact_table(population: Population) -> pa.Table:
    """The rows of `customer_contact`: one for each account whose primary contact is its own."""
    random = generator(population.seed, "customer_contact")
    contact = _primary_contacts(population)
    account = np.flatnonzero(contact == np.arange(_everyone(population)))
    rows, seed = len(account), population.seed
    role, user = _roles(random, account)
    email = joined(user, "@example.com")
    return pa.table(
        {
            "sys_id": sys_ids(seed, "customer_contact", account),
            "name": joined(chosen(ROLES, role), ", ", account_names(population).take(pa.array(account))),
            "user_name": user,
            "email": _null(email, random.random(rows) < _NO_EMAIL),
            "account": sys_ids(seed, "customer_account", account),
            "active": pa.array(random.random(rows) >= _INACTIVE_CONTACT),
            "notification": chosen(("1", "2"), (random.random(rows) >= _OPTED_OUT).astype(np.int64)),
        }
    )


def consumer_table(population: Population) -> pa.Table:
    """The rows of `csm_consumer`: households by number."""
    random = generator(population.seed, "csm_consumer")
    consumer = np.arange(population.consumers)
    rows = len(consumer)
    town = consumer * len(TOWNS) // population.consumers
    return pa.table(
        {
            "sys_id": sys_ids(population.seed, "csm_consumer", consumer),
            "name": joined(numbered("Household ", consumer + 10_001, 6), ", ", chosen(TOWNS, town)),
            "email": _null(
                joined(numbered("household", consumer + 10_001, 6), "@example.com"), random.random(rows) < _NO_EMAIL
            ),
            "active": pa.array(random.random(rows) >= _INACTIVE_CONTACT),
            "notification": chosen(("1", "2"), (random.random(rows) >= _OPTED_OUT).astype(np.int64)),
        }
    )


def contact_users(population: Population) -> Texts:
    """The `user_name` of the primary contact of each account, group and holding; null for none or an unknown one."""
    contact, everyone = _primary_contacts(population), _everyone(population)
    account = np.flatnonzero(contact == np.arange(everyone))
    _, user = _roles(generator(population.seed, "customer_contact"), account)
    place = np.full(everyone, -1)
    place[account] = np.arange(len(account))
    known = (contact >= 0) & (contact < everyone)
    return picked(user, place[np.where(known, contact, 0)], known)


def company_names(population: Population, account: Ints) -> Texts:
    """The names of accounts in the row, without their town."""
    width = population.accounts // len(TOWNS)
    # The factor has no divisor in common with the number of names, so a town has none twice.
    name = (account % width * 1_117 + account // width * 389) % COMPANY_NAMES
    return joined(chosen(PLACES, name // len(TRADES)), " ", chosen(TRADES, name % len(TRADES)))


def account_names(population: Population) -> Texts:
    """The names of all accounts, groups and holdings; no two alike."""
    account = np.arange(population.accounts)
    town = chosen(TOWNS, account * len(TOWNS) // population.accounts)
    group = np.arange(population.groups + population.holdings)
    name = (group * 1_117 + 77) % COMPANY_NAMES
    kind = chosen((" Group", " Holding"), (group >= population.groups).astype(np.int64))
    above = joined(chosen(PLACES, name // len(TRADES)), " ", chosen(TRADES, name % len(TRADES)), kind)
    return pa.concat_arrays([joined(company_names(population, account), ", ", town), above])


def _roles(random: np.random.Generator, account: Ints) -> tuple[Ints, Texts]:
    """What contacts are and their user names: the first numbers drawn for `customer_contact`."""
    role = random.integers(0, len(ROLES), len(account))
    return role, joined(numbered("acct", account + 10_001, 7), ".", chosen(ROLE_CODES, role))


def _everyone(population: Population) -> int:
    return population.accounts + population.groups + population.holdings


def _parents(population: Population) -> Ints:
    """The parent of each account (a position), -1 for none. A parent comes after its children: no cycles."""
    random = generator(population.seed, "account_parent")
    account = np.arange(population.accounts)
    # Half of the chains are local, half are spread over the country.
    local = account * population.groups // population.accounts
    spread = random.integers(0, population.groups, population.accounts)
    group = population.accounts + np.where(random.random(population.accounts) < 0.5, local, spread)
    holding = population.accounts + population.groups + random.integers(0, population.holdings, population.groups)
    return np.concatenate(
        [
            np.where(random.random(population.accounts) < _WITH_PARENT, group, -1),
            np.where(random.random(population.groups) < _GROUP_WITH_HOLDING, holding, -1),
            np.full(population.holdings, -1),
        ]
    )


def _primary_contacts(population: Population) -> Ints:
    """Whose contact each account uses: its own, its parent's, none (-1), or one that the dataset lacks."""
    random = generator(population.seed, "primary_contact")
    parent, rows = _parents(population), _everyone(population)
    chance = random.random(rows)
    own = np.arange(rows)
    accounts = own < population.accounts
    shared = accounts & (parent >= 0) & (random.random(rows) < _SHARED_CONTACT)
    return np.select(
        [accounts & (chance < _NO_CONTACT), accounts & (chance < _NO_CONTACT + _UNKNOWN_CONTACT), shared],
        [-1, rows + own, parent],
        own,
    )


def _null(texts: Texts, missing: Flags) -> Texts:
    return pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), texts)
