"""Who and what there is: customers side by side in one row, and CIs that each serve a stretch of that row.

Accounts stand in a row ordered by region and town. A configuration item (CI) that has customers serves `size`
neighbours from `start` on, so CIs nest as a network does: whoever hangs on a street cabinet hangs on the exchange
above it too. Incidents fall on CIs by a cumulated share, CIs in ascending order of size; a CI's size is the
calibrated quantile at the middle of its share. So the distribution of affected customers per incident comes out of
the configuration itself. CIs beyond these, the components, have no account of their own.
"""

from dataclasses import dataclass

import numpy as np

from casesim.synth.keys import generator
from casesim.synth.profiles import (
    BUSIEST_CIS,
    CI_CLASS_SHARE,
    CI_CLASSES,
    INCIDENTS_PER_CI,
    NO_SERVICE,
    ONE_SERVICE,
    PRIORITY_GROWTH,
    PRIORITY_SHARES,
    RANK_SLOPE,
    Flags,
    Floats,
    Ints,
    Profile,
    sizes_for,
)
from casesim.synth.words import REGIONS, TOWNS

COMPONENTS_PER_CI, COMPONENTS_PER_SITE = 2, 5
_WIDE_SHARE = 0.2  # of the CIs with customers, those with two or more
_OWN_SERVICE = 0.2  # of the CIs with customers, those whose customers subscribe to a service of its own instead


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Everything that tables refer to, by position. CIs: those with customers first, then the components.

    `accounts` in the row, then `groups` (parents), then `holdings` (parents of groups). For each CI with customers:
    `size` (accounts), `start` (first of them), `region`, `town`, `ci_class`, `share` (cumulated share of incidents),
    `below` (three CIs inside its stretch, -1 for none, those last), `own_service`, `odds` (of priority 1, of 2).
    `regional` lists these CIs region by region, `regional_share` cumulates their shares within each region with the
    busiest CIs made even, region r covering r to r + 1. `service` and `second_service`: of every CI, -1 for none;
    the first `platforms` services have no install base items, the others belong to one CI each.
    """

    seed: int
    profile: Profile
    incidents: int
    accounts: int
    groups: int
    holdings: int
    consumers: int
    components: int
    size: Ints
    start: Ints
    region: Ints
    town: Ints
    ci_class: Ints
    share: Floats
    below: Ints
    own_service: Flags
    odds: tuple[Floats, Floats]
    regional: Ints
    regional_share: Floats
    platforms: int
    service: Ints
    second_service: Ints

    @property
    def cis(self) -> int:
        """CIs with customers."""
        return len(self.size)

    def component(self, anchor: Ints, which: int | Ints) -> Ints:
        """A component (a position among all CIs) at the site of each CI; `which` 0 to 4 are different ones."""
        site = self.start[anchor] * self.components // self.accounts
        return self.cis + (site + which) % self.components


def populate(profile: Profile, incidents: int, seed: int) -> Population:
    """The population for a dataset of that many incidents: one CI with customers for five incidents, 200 to 200,000.

    Args:
        profile: calibrated figures.
        incidents: at least 1.
        seed: at least 0.
    """
    random = generator(seed, "population")
    cis = min(max(incidents // INCIDENTS_PER_CI, 200), 200_000)
    wide = round(cis * _WIDE_SHARE)
    sizes = sizes_for(profile, incidents)
    size, weight = _sizes(sizes, cis, wide, random)
    accounts = min(max(round(size[-1] * 1.25), incidents // 5, 2 * len(TOWNS)), 200_000)
    accounts += -accounts % len(TOWNS)
    region = _regions(cis, random)
    start = _starts(size, region, accounts, random)
    own_service = random.random(cis) < _OWN_SERVICE
    components = COMPONENTS_PER_CI * cis
    platforms = max(8, cis // 8)
    service, second = _services(own_service, components, platforms, random)
    regional, regional_share = _by_region(region, np.where(size == 1, sizes[0] / (cis - wide), weight), random)
    groups = min(max(accounts // 60, 1), 2_000)
    return Population(
        seed=seed,
        profile=profile,
        incidents=incidents,
        accounts=accounts,
        groups=groups,
        holdings=max(groups // 5, 1),
        consumers=max(accounts // 20, 20),
        components=components,
        size=size,
        start=start,
        region=region,
        town=start * len(TOWNS) // accounts,
        ci_class=_classes(size, random),
        share=np.cumsum(weight),
        below=_below(size, start, random),
        own_service=own_service,
        odds=(_odds(size, weight, PRIORITY_SHARES["1"]), _odds(size, weight, PRIORITY_SHARES["2"])),
        regional=regional,
        regional_share=regional_share,
        platforms=platforms,
        service=service,
        second_service=second,
    )


def _sizes(sizes: Floats, cis: int, wide: int, random: np.random.Generator) -> tuple[Ints, Floats]:
    """Size (ascending) and share of incidents of each CI. The busiest have one customer."""
    narrow = _ranked(cis - wide, sizes[0])
    # Flatter than the narrow ones: the share of one wide CI is the step by which P(N >= T) can be off.
    weight = (np.arange(wide) + 6.0) ** -0.8
    weight = random.permutation(weight) * ((1 - sizes[0]) / weight.sum())
    middle = sizes[0] + np.cumsum(weight) - weight / 2
    size = np.searchsorted(np.cumsum(sizes), middle) + 1
    return np.concatenate([np.ones(cis - wide, dtype=np.int64), size]), np.concatenate([narrow, weight])


def _ranked(cis: int, total: float) -> Floats:
    """Shares by rank: the busiest as counted, the others by the rank slope, together `total`."""
    top = np.array(BUSIEST_CIS)
    rest = np.arange(len(top) + 1, cis + 1, dtype=np.float64) ** -RANK_SLOPE
    return np.concatenate([top, rest * ((total - top.sum()) / rest.sum())])


def _regions(cis: int, random: np.random.Generator) -> Ints:
    # In every run of eight CIs of about the same size each region has one: all regions are alike in size.
    runs = -(-cis // len(REGIONS))
    order = np.argsort(random.random((runs, len(REGIONS))), axis=1)
    return order.reshape(-1)[:cis].astype(np.int64)


def _starts(size: Ints, region: Ints, accounts: int, random: np.random.Generator) -> Ints:
    # The power makes the first accounts of a region own many lines each, the others few or none of their own.
    drawn = random.random(len(size))
    within = np.where(size == 1, drawn**2.5, drawn)
    width = accounts // len(REGIONS)
    return np.minimum(region * width + (within * width).astype(np.int64), accounts - size)


def _classes(size: Ints, random: np.random.Generator) -> Ints:
    """Which class each CI is of, drawn by how likely each class has that many customers."""
    mu, sigma = np.array(list(CI_CLASSES.values())).T
    odds = np.array(CI_CLASS_SHARE) / sigma * np.exp(-(((np.log(size)[:, None] - mu) / sigma) ** 2) / 2)
    edges = np.cumsum(odds, axis=1)
    chosen: Ints = (random.random((len(size), 1)) * edges[:, -1:] > edges[:, :-1]).sum(axis=1)
    chosen[0] = 0  # the busiest is one customer's own line
    return chosen


def _below(size: Ints, start: Ints, random: np.random.Generator) -> Ints:
    """Up to three CIs within each CI's stretch of accounts: found by position, kept if they end within it too."""
    order = np.argsort(start, kind="stable")
    begins = start[order]
    first = np.searchsorted(begins, start)
    last = np.searchsorted(begins, start + size)
    guess = order[first + (random.random((3, len(size))) * (last - first)).astype(np.int64)].T
    inside = (start[guess] + size[guess] <= (start + size)[:, None]) & (size[guess] < size[:, None])
    guess = -np.sort(-np.where(inside, guess, -1), axis=1)
    guess[:, 1:][guess[:, 1:] == guess[:, :-1]] = -1
    return -np.sort(-guess, axis=1)


def _odds(size: Ints, weight: Floats, wanted: float) -> Floats:
    """Chance of a priority for each CI: grows with the customers, `wanted` on average over incidents."""
    shape: Floats = size.astype(np.float64) ** PRIORITY_GROWTH
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        mean = float((weight * np.minimum(middle * shape, 0.85)).sum())
        low, high = (middle, high) if mean < wanted else (low, middle)
    return np.minimum(high * shape, 0.85)


def _by_region(region: Ints, weight: Floats, random: np.random.Generator) -> tuple[Ints, Floats]:
    order = np.lexsort((random.random(len(region)), region))
    totals = np.bincount(region, weights=weight, minlength=len(REGIONS))
    scaled = np.cumsum(weight[order] / totals[region[order]])
    return order, scaled


def _services(own: Flags, components: int, platforms: int, random: np.random.Generator) -> tuple[Ints, Ints]:
    """The service of every CI, and of a few a second one; -1 for none."""
    cis = len(own) + components
    shares = np.cumsum(np.arange(1, platforms + 1, dtype=np.float64) ** -RANK_SLOPE)
    shares /= shares[-1]
    service = np.searchsorted(shares[:-1], random.random(cis), side="right")
    second = (service + 1 + (random.random(cis) * (platforms - 1)).astype(np.int64)) % platforms
    chance = random.random(cis)
    service[chance >= 1 - NO_SERVICE] = -1
    second[(chance < ONE_SERVICE) | (chance >= 1 - NO_SERVICE)] = -1
    with_own = np.flatnonzero(own)
    service[with_own] = platforms + np.arange(len(with_own))
    second[with_own] = -1
    return service, second
