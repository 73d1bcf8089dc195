"""The tables of what customers have: services, which CI is in which, install base items. And the names of CIs."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casesim.synth.columns import chosen, drawn, joined, numbered
from casesim.synth.customers import company_names
from casesim.synth.keys import generator, sys_ids
from casesim.synth.population import Population
from casesim.synth.profiles import CI_CLASSES, Flags, Ints, Texts
from casesim.synth.vocabulary import Vocabulary
from casesim.synth.words import CRITICALITY, TOWN_CODES, TOWNS

# Shares of install base items, all choice.
_TWICE = 0.08  # the account has a second item on the same CI: it counts once (R1.1)
_CONSUMER_ON_CI, _CONSUMER_ON_COMPONENT = 0.02, 0.06
_RETIRED = 0.03  # of a neighbour that is not served any more (R1.3)
_CRITICAL_FROM = (300, 30, 3)  # accounts that make a service 1, 2, 3


def ci_names(population: Population, words: Vocabulary) -> Texts:
    """The name of every CI, such as OLT-MIH-00412: those with customers, then the components."""
    random = generator(population.seed, "cmdb_ci")
    codes = [code for name in CI_CLASSES for code in words.ci_codes[name]]
    each = len(codes) // len(CI_CLASSES)
    kind = population.ci_class * each + random.integers(0, each, population.cis)
    component = np.arange(population.components)
    town = np.concatenate([population.town, component * len(TOWN_CODES) // population.components])
    code = np.concatenate([kind, len(codes) + random.integers(0, len(words.component_codes), population.components)])
    number = np.arange(len(code)) + 1
    return joined(
        chosen((*codes, *words.component_codes), code), "-", chosen(TOWN_CODES, town), numbered("-", number, 5)
    )


def service_table(population: Population, words: Vocabulary) -> pa.Table:
    """The rows of `cmdb_ci_service`: platforms, then the services that customers subscribe to."""
    random = generator(population.seed, "cmdb_ci_service")
    platform = np.arange(population.platforms)
    town = random.integers(0, len(TOWNS), population.platforms)
    names = joined(
        chosen(words.platforms, platform % len(words.platforms)),
        " ",
        chosen(TOWNS, town),
        numbered(" ", platform + 1, 3),
    )
    ci = np.flatnonzero(population.own_service)
    size, start = population.size[ci], population.start[ci]
    owner = pa.array(size == 1)
    shared = joined("Shared VPN ", chosen(TOWNS, population.town[ci]))
    subscribed = joined(
        _either(owner, joined("Managed service ", company_names(population, start)), shared), numbered(" ", ci + 1, 5)
    )
    level = np.concatenate(
        [
            drawn((0.1, 0.3, 0.4, 0.2), random, population.platforms),
            np.select([size >= least for least in _CRITICAL_FROM], [0, 1, 2], 3),
        ]
    )
    return pa.table(
        {
            "sys_id": sys_ids(population.seed, "cmdb_ci_service", np.arange(len(level))),
            "name": pa.concat_arrays([names, subscribed]),
            "busines_criticality": chosen(CRITICALITY, level),
        }
    )


def association_table(population: Population) -> pa.Table:
    """The rows of `svc_ci_assoc`, by CI."""
    first, second = np.flatnonzero(population.service >= 0), np.flatnonzero(population.second_service >= 0)
    ci = np.concatenate([first, second])
    service = np.concatenate([population.service[first], population.second_service[second]])
    order = np.argsort(ci, kind="stable")
    return pa.table(
        {
            "service_id": sys_ids(population.seed, "cmdb_ci_service", service[order]),
            "ci_id": sys_ids(population.seed, "cmdb_ci", ci[order]),
        }
    )


def install_base(population: Population, words: Vocabulary, rows: int) -> Iterator[pa.Table]:
    """The rows of `sn_install_base_item`, by CI, in parts of about that many rows.

    An account that a CI serves has an item there, or on the CI's own service if it has one. A CI may have one item
    for more rows than asked for: a part holds whole CIs.
    """
    ends = np.cumsum(population.size)
    edges = np.unique(
        np.concatenate([[0], np.searchsorted(ends, np.arange(rows, int(ends[-1]), rows)) + 1, [population.cis]])
    )
    first = 0
    for part, (low, high) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        table = _items(population, words, np.arange(low, high), part, first)
        first += len(table)
        yield table
    yield _component_items(population, words, len(edges), first)


def _items(population: Population, words: Vocabulary, cis: Ints, part: int, first: int) -> pa.Table:
    random = generator(population.seed, "sn_install_base_item", part)
    ci = np.repeat(cis, population.size[cis])
    offset = np.arange(len(ci)) - np.repeat(
        np.cumsum(population.size[cis]) - population.size[cis], population.size[cis]
    )
    account = population.start[ci] + offset
    twice, gone = random.random(len(ci)) < _TWICE, random.random(len(ci)) < _RETIRED
    household = random.random(len(ci)) < _CONSUMER_ON_CI
    # A neighbour just past the stretch is no customer of this CI any more.
    past = (population.start[ci] + population.size[ci] + offset % 7) % population.accounts
    all_ci = np.concatenate([ci, ci[twice], ci[gone], ci[household]])
    none = np.full(int(household.sum()), -1)
    all_account = np.concatenate([account, account[twice], past[gone], none])
    consumer = np.where(all_account >= 0, -1, 0)
    consumer[len(all_ci) - len(none) :] = account[household] * population.consumers // population.accounts
    retired = np.zeros(len(all_ci), dtype=bool)
    retired[len(ci) + int(twice.sum()) : len(all_ci) - len(none)] = True
    order = np.argsort(all_ci, kind="stable")
    return _item_table(
        population,
        words,
        random,
        first=first,
        ci=all_ci[order],
        account=all_account[order],
        consumer=consumer[order],
        retired=retired[order],
    )


def _component_items(population: Population, words: Vocabulary, part: int, first: int) -> pa.Table:
    random = generator(population.seed, "sn_install_base_item", part)
    component = np.flatnonzero(random.random(population.components) < _CONSUMER_ON_COMPONENT)
    consumer = component * population.consumers // population.components
    return _item_table(
        population,
        words,
        random,
        first=first,
        ci=population.cis + component,
        account=np.full(len(component), -1),
        consumer=consumer,
        retired=np.zeros(len(component), dtype=bool),
    )


def _item_table(
    population: Population,
    words: Vocabulary,
    random: np.random.Generator,
    *,
    first: int,
    ci: Ints,
    account: Ints,
    consumer: Ints,
    retired: Flags,
) -> pa.Table:
    rows, seed = len(ci), population.seed
    service = population.service[ci]
    on_service = service >= population.platforms
    # Retired in either of the two ways in which instances say so.
    by_status = random.random(rows) < 0.7
    product = np.minimum((random.random(rows) ** 1.5 * len(words.products)).astype(np.int64), len(words.products) - 1)
    return pa.table(
        {
            "sys_id": sys_ids(seed, "sn_install_base_item", first + np.arange(rows)),
            "configuration_item": _either(
                pa.array(on_service), sys_ids(seed, "cmdb_ci_service", service), sys_ids(seed, "cmdb_ci", ci)
            ),
            "account": sys_ids(seed, "customer_account", account, account >= 0),
            "consumer": sys_ids(seed, "csm_consumer", consumer, consumer >= 0),
            "product": chosen([model for model, _ in words.products], product),
            "install_status": chosen(("1", "7"), (retired & by_status).astype(np.int64)),
            "active": pa.array(~retired | by_status),
        }
    )


def _either(condition: pa.Array, yes: Texts, no: Texts) -> Texts:
    return pc.if_else(condition, yes, no)
