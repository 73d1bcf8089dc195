"""What real incident logs look like, as figures: sizes, hours, lives, concentration.

Only aggregate figures were taken over, no rows. Sources, named at each figure:

- UCI: *Incident management process enriched event log*, a ServiceNow instance, 24,918 incidents. C. A. de Assis
  Amaral, M. Fantinato, S. Peres, 2018. CC BY 4.0.
- PG&E: outage map archives 2019 to 2021, 313,548 outages with customer counts.
- BPI 2014: BPI Challenge 2014, Rabobank ITIL, 35,208 incidents with related interactions.
- choice: no source has the figure; it is ours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from statistics import NormalDist
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from casesim.tables import CasesimError

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Texts: TypeAlias = Any  # pyarrow.Array of strings; pyarrow has no types

# Classes of configuration items by how many customers hang on one: (mu, sigma) of the logarithm (PG&E), and the
# share of each class (choice: together they come near the overall shape).
CI_CLASSES: Mapping[str, tuple[float, float]] = {
    "leaf": (0.30, 0.83),
    "access line": (1.68, 1.37),
    "device": (3.04, 2.11),
    "source": (5.12, 2.95),
}
CI_CLASS_SHARE = (0.62, 0.18, 0.14, 0.06)

# UCI: the busiest CI has 8.5 % of all incidents, the ten busiest 36 %, then a rank slope of -1.1.
BUSIEST_CIS = (0.085, 0.062, 0.049, 0.040, 0.032, 0.027, 0.021, 0.017, 0.015, 0.012)
RANK_SLOPE = 1.1
INCIDENTS_PER_CI = 5  # UCI: 24,918 incidents on 2,495 CIs; here about half of the CIs never have one (choice)

# UCI: 98 % of CIs belong to exactly one service. Here 0.5 % of the others belong to none, the rest to two.
ONE_SERVICE, NO_SERVICE = 0.98, 0.005

# UCI: the busiest assignment group has 38 %, the five busiest 61 %.
BUSIEST_GROUPS = (0.38, 0.07, 0.06, 0.05, 0.05)

# UCI: 6 % have no resolved time. Shares of what became of the others are a choice.
CANCELLED, CLOSED_UNRESOLVED, ON_HOLD = 0.015, 0.01, 0.034
CLOSED_AFTER_DAYS = 5  # UCI

# UCI: 1 Critical, 2 High, 4 Low; all others are 3 Moderate. The wider an incident, the likelier 1 or 2 (choice: with
# the power below of the number of customers).
PRIORITY_SHARES: Mapping[str, float] = {"1": 0.0074, "2": 0.0125, "4": 0.03}
PRIORITY_GROWTH = 0.6

# N moves (PG&E). 14 % of the outages that ever reach a threshold, whichever, were first seen below it: they begin with
# the one customer who reports them. Those of the others that shrink, min(highest, base + step * N ** power) of them,
# and what is left, N times chance ** `LEFT_POWER`, are fitted: 4.2 % of all outages, half of them to less than half;
# 1.8 % of those that began with 2 or more fall below 2, 19 % of those that began with 100 or more below 100. When: any
# moment of an incident's life (choice), which comes near PG&E's 1.3 h after the first report at the median and 10.7 h
# at 90 %. No service desk log has the figures; it moves in the same way.
GROWS = 0.14
SHRINKS_BASE, SHRINKS_STEP, SHRINKS_POWER, SHRINKS_AT_MOST = 0.017, 0.005, 0.86, 0.385
LEFT_POWER = 1.4

# Updates of an incident, (median, sigma of the logarithm): UCI 5, 10 at 90 %, 19 at 99 %; of `LARGE` outages 8, 25
# at 90 % (PG&E).
UPDATES, LARGE_UPDATES, LARGE = (5.0, 0.54), (8.0, 0.89), 500
# Choice: four updates in ten leave a work note. BPI 2014: 1 % of activities are customer updates, 0.8 % mails to
# customers. With ten activities for an incident (choice) that is 0.1 comments and 0.08 notify actions for each; the
# wider an incident, the likelier (choice).
NOTE_FOR_UPDATE = 0.4
COMMENT_FOR_UPDATE, COMMENT_FOR_UPDATE_WIDE, COMMENTS_WIDE = 0.006, 0.05, 30
NOTIFY_SHARES: Mapping[int, float] = {5: 0.14, 2: 0.04, 1: 0.01}  # from that many customers on
NOTIFY_TWICE, NOTIFY_EVERYBODY = 0.25, 0.7  # choice
AFTER_RESOLUTION = 0.04  # choice: entries written when all is over

# Choice: replies for an incident, on average, are this times N to the power; about one in eleven incidents has one.
REPLIES, REPLIES_POWER = 0.04, 0.35

# Real cases, all choice: of incidents with at most `CASES_UP_TO` customers, so many have theirs in the dataset.
CASES_SHARE, CASES_UP_TO = 0.10, 60
# What the agents did: a major case from the threshold of 5 on, mostly; a case for most customers, or one that
# the customer opened.
CASES_MAJOR_FROM, CASES_MAJOR, CASES_MAJOR_BELOW = 5, 0.92, 0.04
CASES_PROACTIVE, CASES_REACTIVE = 0.85, 0.07
CASE_CONTACT_COMMENTS, CASE_AGENT_COMMENTS, CASE_NOTES = 0.08, 0.12, 0.10  # for each case

CHANGES = 0.03  # choice: change requests for each incident

# The pairs (incident, affected account) that a dataset aims at, and the fewest for each incident (choice: what an
# engine on one machine can be asked to hold; about 6 to 8 million for a million incidents).
TARGET_PAIRS = 7_000_000
FEWEST_PAIRS_PER_INCIDENT = 7.0
TAIL_FROM = 11  # thinning leaves P(N >= T) alone up to here


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of instance. Shares are 0 to 1, times hours.

    `sizes[n - 1]` is the share of incidents with n affected accounts; `hours` the expected incidents of each hour of
    a usual weekday, relative to one another; `weekend` and `monday` factors on them; `day_spread` the sigma of a
    day's factor; `storm_days` the share of days with a storm; `life` (mu, sigma) of the logarithm of the hours from
    opened to resolved, by priority; `life_growth` the power of the number of customers that lengthens it;
    `without_ci` and `without_customers` the shares of incidents with no configuration item and with no customer.
    """

    name: str
    sizes: Floats
    hours: tuple[float, ...]
    weekend: float
    monday: float
    day_spread: float
    storm_days: float
    life: Mapping[str, tuple[float, float]]
    life_growth: float
    without_ci: float
    without_customers: float
    channels: Mapping[str, float]


def _telecom_sizes() -> Floats:
    """PG&E: N = 1 for 61.4 %, else a lognormal rounded to whole customers, from 2 to 8,000."""
    spread = NormalDist(2.09, 2.454)
    cumulated = np.array([spread.cdf(float(np.log(edge))) for edge in np.arange(1.5, 8001.0)])
    tail = np.diff(cumulated)
    return np.concatenate([[0.614], 0.386 * tail / tail.sum()])


def _service_desk_sizes() -> Floats:
    """BPI 2014: P(N >= 2) 6.9 %, 3: 1.4 %, 5: 0.35 %; from 5 on a power law of exponent 2, at most 370."""
    tail = np.arange(5, 371, dtype=np.float64) ** -2.0
    return np.concatenate([[0.931, 0.055, 0.0080, 0.0025], 0.0035 * tail / tail.sum()])


PROFILES: Mapping[str, Profile] = {
    "telecom": Profile(
        name="telecom",
        sizes=_telecom_sizes(),
        # PG&E: nights .3, 9 h 1.9, 11 to 16 h 1.6 of the mean, planned work a spike at 8 h.
        hours=(*[0.3] * 6, 0.55, 0.9, 2.2, 1.9, 1.8, *[1.6] * 6, 1.2, 0.95, 0.8, 0.7, 0.6, 0.45, 0.35),
        weekend=0.8,  # choice
        monday=1.05,  # choice
        day_spread=0.498,  # PG&E
        storm_days=0.01,  # PG&E
        # PG&E: N = 1 lasts 1.5 h at the median, N >= 500 8.6 h. The spread is a choice.
        life=dict.fromkeys("1234", (0.405, 1.2)),
        life_growth=0.245,
        without_ci=0.05,  # choice
        without_customers=0.01,  # choice
        channels={"monitoring": 0.38, "phone": 0.32, "email": 0.14, "self-service": 0.12, "chat": 0.04},  # choice
    ),
    "service-desk": Profile(
        name="service-desk",
        sizes=_service_desk_sizes(),
        # UCI: 353 on a weekday; peaks at 8 to 11 and 14 to 16 h, a dip at 12 h, 1 to 3 an hour at night.
        hours=(*[1] * 5, 2, 6, 20, 38, 42, 40, 33, 20, 26, 36, 34, 24, 12, 5, 3, 3, 2, 1, 1),
        weekend=46 / 353,  # UCI
        monday=1.12,  # UCI says highest; the factor is a choice
        day_spread=0.1,  # choice
        storm_days=0.0,
        life={"1": (3.70, 2.20), "2": (3.50, 2.26), "3": (2.22, 3.21), "4": (1.56, 3.70)},  # UCI
        life_growth=0.0,
        without_ci=0.12,  # choice
        without_customers=0.01,  # choice
        channels={"phone": 0.62, "email": 0.16, "self-service": 0.14, "chat": 0.05, "walk-in": 0.03},  # choice
    ),
}


def profile_named(name: str) -> Profile:
    """The profile of that name.

    Raises:
        CasesimError: no profile is called that; names the nearest and all.
    """
    if name in PROFILES:
        return PROFILES[name]
    near = get_close_matches(name, PROFILES, n=1)
    hint = f" Nearest: {near[0]}." if near else ""
    raise CasesimError(f"profile: {name!r} is none.{hint} Accepted: {', '.join(PROFILES)}.")


def sizes_for(profile: Profile, incidents: int) -> Floats:
    """The shares of N for a dataset of that many incidents: the profile's, or with a thinner tail if they are many.

    A utility's own tail makes 54 pairs (incident, account) for each incident. Where that comes to more than
    `TARGET_PAIRS`, the shares of `TAIL_FROM` customers and more are multiplied by a falling power of n, so that the
    dataset has `TARGET_PAIRS`, but never fewer than `FEWEST_PAIRS_PER_INCIDENT`. P(N >= T) stays as it is up to
    T = `TAIL_FROM`, and the largest possible N stays too.

    Args:
        profile: whose sizes.
        incidents: how many the dataset has, at least 1.

    Returns:
        As `Profile.sizes`, of the same length, sum 1.
    """
    wanted = max(FEWEST_PAIRS_PER_INCIDENT, TARGET_PAIRS / incidents)
    if _mean(profile.sizes) <= wanted:
        return profile.sizes
    low, high = 0.0, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _mean(_thinned(profile.sizes, middle)) > wanted else (low, middle)
    return _thinned(profile.sizes, high)


def tail_shares(sizes: Floats) -> Callable[[int], float]:
    """P(N >= T) as a function of T, from shares of N."""
    at_least = sizes[::-1].cumsum()[::-1]
    return lambda threshold: float(at_least[threshold - 1]) if threshold <= len(sizes) else 0.0


def _mean(sizes: Floats) -> float:
    return float((sizes * np.arange(1, len(sizes) + 1)).sum())


def _thinned(sizes: Floats, power: float) -> Floats:
    head, tail = sizes[: TAIL_FROM - 1], sizes[TAIL_FROM - 1 :]
    lighter = tail * np.arange(TAIL_FROM, len(sizes) + 1, dtype=np.float64) ** -power
    return np.concatenate([head, lighter * (tail.sum() / lighter.sum())])
