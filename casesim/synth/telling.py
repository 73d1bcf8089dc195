"""The table `incident`: the numbers of a batch put into words and references."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casesim.synth.columns import chosen, drawn, filled, numbered, picked, times
from casesim.synth.customers import company_names
from casesim.synth.incidents import BACKBONE, CALLER, COMPONENT, STORM, Batch, own_ci
from casesim.synth.keys import generator, sys_ids
from casesim.synth.moves import Moves, recorded_ci
from casesim.synth.population import Population
from casesim.synth.profiles import BUSIEST_GROUPS, CI_CLASSES, Flags, Floats, Ints, Texts
from casesim.synth.vocabulary import Fault, Vocabulary
from casesim.synth.words import REGIONS, TOWNS

_NO_NOTES, _NO_CAUSE, _WITH_SERVICE, _WITH_COMPANY = 0.08, 0.15, 0.7, 0.6  # choice
_CLOSE_CODES = {
    "Solution provided": 0.7,
    "Workaround provided": 0.14,
    "Resolved by caller": 0.08,
    "No resolution provided": 0.05,
    "Known error": 0.03,
}  # choice
# Impact and urgency that give priority 1, 2, 3, 4.
_IMPACT, _URGENCY = (None, "1", "1", "2", "2"), (None, "1", "2", "2", "3")


def incident_table(
    population: Population, words: Vocabulary, names: Texts, batch: Batch, moves: Moves | None = None
) -> pa.Table:
    """The rows of `incident`, with `u_region` beside the platform's columns.

    Args:
        population: what the batch refers to.
        words: of the profile.
        names: of every CI (`network.ci_names`).
        batch: the incidents.
        moves: which of them are on record with a component. Their texts name the CI that fails all the same, as they
            are written when it is known.
    """
    random = generator(population.seed, "telling", batch.part)
    rows, seed = len(batch.index), population.seed
    anchor = batch.anchor
    faults, fault = _faults(words, population.ci_class[anchor], batch.cause, random.random(rows))
    town = chosen(TOWNS, population.town[anchor])
    subject = _subject(population, names, batch)
    with_ci = batch.cause != CALLER
    ended = batch.has_resolved | (batch.state == 7)
    shares = random.random((4, rows))
    recorded = recorded_ci(population, batch, moves)
    service = population.service[recorded]
    region = population.town[anchor] * len(REGIONS) // len(TOWNS)
    alone = (population.size[anchor] == 1) & (batch.cause != COMPONENT)

    def of_fault(field: str, filter_: Flags | None = None) -> Texts:
        return chosen([getattr(each, field) for each in faults], fault, filter_)

    return pa.table(
        {
            "sys_id": sys_ids(seed, "incident", batch.index),
            "number": numbered("INC", batch.index + 10_001, 7),
            "short_description": filled([each.short for each in faults], fault, subject, town),
            "description": filled([each.detail for each in faults], fault, subject, town),
            "state": chosen([str(state) for state in range(9)], batch.state),
            "priority": chosen([str(level) for level in range(5)], batch.priority),
            "impact": chosen(_IMPACT, batch.priority),
            "urgency": chosen(_URGENCY, batch.priority),
            "category": of_fault("category"),
            "subcategory": of_fault("subcategory"),
            "contact_type": _channel(population, batch.cause, random),
            "cmdb_ci": sys_ids(seed, "cmdb_ci", recorded, with_ci),
            "business_service": sys_ids(
                seed, "cmdb_ci_service", service, with_ci & (service >= 0) & (shares[0] < _WITH_SERVICE)
            ),
            "company": sys_ids(
                seed,
                "customer_account",
                population.start[anchor],
                alone & (~with_ci | (shares[1] < _WITH_COMPANY)),
            ),
            "assignment_group": chosen(words.groups, group_of(region, random)),
            "opened_at": times(batch.opened),
            "resolved_at": times(batch.resolved, batch.has_resolved),
            "closed_at": times(batch.closed, batch.has_closed),
            "close_code": chosen(tuple(_CLOSE_CODES), drawn(tuple(_CLOSE_CODES.values()), random, rows), ended),
            "close_notes": of_fault("notes", ended & ((shares[2] >= _NO_NOTES) | (batch.cause == BACKBONE))),
            "cause": of_fault("cause", ended & ((shares[3] >= _NO_CAUSE) | (batch.cause == BACKBONE))),
            "u_region": chosen(REGIONS, region),
        }
    )


def _faults(words: Vocabulary, ci_class: Ints, cause: Ints, chance: Floats) -> tuple[Sequence[Fault], Ints]:
    """All faults in one list, and which one each incident has. Those named first are the commoner ones."""
    groups = [words.faults.get(name, ()) for name in (*CI_CLASSES, "storm", "backbone", "component", "caller")]
    counts = np.array([len(group) for group in groups])
    plain = len(CI_CLASSES)
    group = np.select(
        [cause == STORM, cause == BACKBONE, cause == COMPONENT, cause == CALLER],
        [plain, plain + 1, plain + 2, plain + 3],
        ci_class,
    )
    first = np.cumsum(counts) - counts
    return [fault for each in groups for fault in each], first[group] + (chance**1.4 * counts[group]).astype(np.int64)


def _subject(population: Population, names: Texts, batch: Batch) -> Texts:
    """What the texts name: the CI, or the company of a caller whose line nobody knows."""
    ci = picked(names, own_ci(population, batch))
    return pc.if_else(pa.array(batch.cause == CALLER), company_names(population, population.start[batch.anchor]), ci)


def _channel(population: Population, cause: Ints, random: np.random.Generator) -> Texts:
    channels = population.profile.channels
    channel = drawn(tuple(channels.values()), random, len(cause))
    phone = list(channels).index("phone")
    return chosen(tuple(channels), np.where(cause == CALLER, phone, channel))


def group_of(region: Ints, random: np.random.Generator) -> Ints:
    """A group for each region given: one of the busiest by its share, else one of the region's two field teams."""
    busiest = len(BUSIEST_GROUPS)
    group = drawn((*BUSIEST_GROUPS, 1 - sum(BUSIEST_GROUPS)), random, len(region))
    field = busiest + region * 2 + random.integers(0, 2, len(region))
    return np.where(group == busiest, field, group)
