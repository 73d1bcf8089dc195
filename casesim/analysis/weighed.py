"""The main figures of a threshold, and which way each of them gets worse for the people behind it."""

from collections.abc import Iterator, Mapping

# 1: more of it is worse, -1: fewer are, 0: neither; a step to another threshold trades one against another.
MAIN: Mapping[str, int] = {
    "major_cases": 1,
    "individual_cases": 0,
    "manual_closures": 1,
    "auto_resolved_cases": -1,
    "notifications_sent": 1,
    "notifications_peak_hour": 1,
}
# By more than this share of what it was a figure is marked.
TENTH = 0.1


def worse(metric: str, now: float, then: float) -> bool:
    """Whether a main figure gets worse by more than a tenth; any other metric never does.

    Example:
        >>> worse("manual_closures", 100, 111), worse("manual_closures", 100, 110), worse("auto_resolved_cases", 10, 8)
        (True, False, True)
    """
    return MAIN.get(metric, 0) * (then - now) > TENTH * now


def weighed(now: Mapping[str, int], then: Mapping[str, int]) -> Iterator[tuple[str, int, int, bool]]:
    """The main figures: metric, as it is, as it would be, and whether that is worse by more than a tenth."""
    return ((name, now[name], then[name], worse(name, now[name], then[name])) for name in MAIN)
