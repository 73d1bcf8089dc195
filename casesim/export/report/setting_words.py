"""The settings that a change sets, what each of them does, and the way back, in words for the impact report."""

from collections.abc import Iterator

from casesim.analysis.compare import Comparison
from casesim.analysis.compare.reasons import flat
from casesim.analysis.wording import clean, listed
from casesim.export.change_file import ChangeFiles
from casesim.policy import Policy
from casesim.policy.names import CASE_SYNC, COMMENT_SYNC, COPY_COMMENTS, SYNC_FIELDS, THRESHOLD
from casesim.policy.write import whole

# What an instance has; all else are settings of the preview.
PLATFORM = ("properties", "business_rules")
# What a setting does with its new value: where it is true, and where it is false.
DOES: dict[str, tuple[str, str | None]] = {
    COMMENT_SYNC: (
        "notify actions reach the cases, replies the incident (R6, R6.1)",
        "notify actions are refused, replies stay on their case (R6, R6.1)",
    ),
    CASE_SYNC: ("child cases follow their major case (R7.2)", "child cases do not follow their major case (R7.2)"),
    SYNC_FIELDS: ("other fields follow from a major case to its children (R7.2)", None),
    COPY_COMMENTS: (
        "comments on an incident are copied to all its cases (R6.2)",
        "comments on an incident are not copied to its cases (R6.2)",
    ),
}
CANNOT = (
    "Cases made in between stay as they are: nothing is promoted, demoted or deleted. They are the proactive ones "
    "opened since the change.",
    "Messages that were sent cannot be recalled.",
)


def settings(found: Comparison) -> Iterator[dict[str, str]]:
    """Each setting that differs: name, now, proposed, and what it does."""
    for name, (now, proposed) in _changes(found).items():
        table, _, rest = name.partition(".")
        shown = rest if table in PLATFORM else name
        values = [_given(policy, table, rest, value) for policy, value in ((found.a, now), (found.b, proposed))]
        yield {
            "name": clean(shown),
            "now": values[0],
            "proposed": values[1],
            "does": _does(rest, now, proposed) if table in PLATFORM else "a setting of the preview: to be made by hand",
        }


def _given(policy: Policy, table: str, setting: str, value: object) -> str:
    """A value, and of a property that nothing gave that it is assumed or the default."""
    if table != "properties" or setting in policy.given:
        return _value(value)
    return f"assumed {_value(value)}" if setting == THRESHOLD else f"{_value(value)} (default)"


def _does(setting: str, now: object, proposed: object) -> str:
    """What a property or business rule with another value does."""
    if setting == THRESHOLD and isinstance(now, int) and isinstance(proposed, int):
        more = "more" if proposed > now else "fewer"
        customer = "customer makes" if abs(proposed - now) == 1 else "customers make"
        return f"{abs(proposed - now):,} {more} {customer} an incident major"
    on, off = DOES[setting]
    return on if proposed is True or off is None else off


def _changes(found: Comparison) -> dict[str, tuple[object, object]]:
    """The settings that differ, with the default where a policy leaves it at that."""
    known = [flat(whole(policy)) for policy in (found.a, found.b)]
    return {
        name: (
            known[0].get(name) if now is None else now,
            known[1].get(name) if proposed is None else proposed,
        )
        for name, (now, proposed) in found.changes.items()
    }


def _value(value: object) -> str:
    if value is None:
        return "default"
    return str(value).lower() if isinstance(value, bool) else clean(value, 120)


def way_back(found: Comparison, change: ChangeFiles | None, file: str | None) -> Iterator[str]:
    """How to go back, from what an import carries to what nothing can undo."""
    changes = {name.partition(".")[::2]: now for name, (now, _) in _changes(found).items()}
    unseen = change.unseen if change else ()
    back = [
        f"{clean(name, 100)} to {_value(now)}"
        for (table, name), now in changes.items()
        if table == "properties" and name not in unseen
    ]
    if back:
        how = f"Import {file}, or set" if file else "Set"
        yield f"{how} {listed(back, 10)}. It takes effect for the next incident."
    if unseen:
        names = listed((clean(name, 100) for name in unseen), 10)
        yield f"Note on the instance, before the change, what nothing gave here, and set that again by hand: {names}."
    rules = [
        f'Set the business rule "{clean(name, 100)}" {"active" if now else "inactive"} by hand: no file carries it.'
        for (table, name), now in changes.items()
        if table == "business_rules"
    ]
    yield from rules
    if not (back or unseen or rules):
        yield "Nothing of the platform changes: there is nothing to import and nothing to take back."
    ours = sorted({table for table, _ in changes} - {*PLATFORM})
    if ours:
        yield f"A setting of the preview, not of the platform: {listed(ours, 10)}."
    yield from CANNOT
