"""The proposed policy as the controls have it, and the check of one mapped field."""

from collections.abc import Callable, Mapping
from typing import Any

from casesim.analysis.compare.reasons import changed_settings
from casesim.analysis.intervals import at
from casesim.analysis.wording import many
from casesim.engine.outputs import case_fields
from casesim.engine.prepare import Prepared
from casesim.engine.records import records
from casesim.engine.sources import known_fields
from casesim.policy import Policy
from casesim.policy.files import parse_properties
from casesim.policy.names import THRESHOLD
from casesim.tables import PolicyError
from casesim.workbench.choices import DELAYS, FLAGS
from casesim.workbench.conditions import apart

# What the controls say whole; everything else of the current policy stays.
SAID = ("mapping", "trigger", "overrides")
# What the controls show, by the beginnings of dotted names.
SEEN = (
    *("trigger", "overrides", "mapping.individual", "mapping.major", "mapping.child", "business_rules"),
    *(f"choices.{name}" for name in ("customers", "late_customers", *FLAGS, *DELAYS)),
    "properties.proactive_workflows_for_providers.additional_comments_sync",
    "properties.sn_customerservice.parent_child_case_sync",
    f"properties.{THRESHOLD}",
)
ACCEPTED = (".toml", ".csv", ".json", ".xml")


def proposed(current: Policy, threshold: int, settings: Mapping[str, Any]) -> Policy:
    """The current policy with what the controls say.

    Args:
        threshold: that of its flow (R2.1, R2.6).
        settings: keyword arguments of a policy; `mapping`, `trigger` and `overrides` replace what is there.

    Raises:
        PolicyError: a value is not accepted.
    """
    rest = {name: value for name, value in current.to_dict().items() if name not in SAID}
    mapping = {kind: dict(fields) for kind, fields in current.to_dict().get("mapping", {}).items()}
    mapping |= {kind: dict(fields) for kind, fields in settings.get("mapping", {}).items()}
    given = {**settings, "mapping": mapping}
    given = {name: value for name, value in given.items() if value is not None or name not in SAID}
    return at(Policy.from_dict(rest, where="the settings").with_(**given), threshold)


def check_fields(prepared: Prepared, policy: Policy) -> None:
    """Refuse a policy that names a field which the dataset does not have (R3.3, R2.4).

    Raises:
        PolicyError: with the nearest names.
    """
    known = known_fields(records(prepared.data, policy.sources))
    policy.check_fields({**known, "case": case_fields(policy)})


def unseen(policy: Policy) -> list[str]:
    """The settings that a policy gives and that no control shows, by their dotted names.

    Example:
        >>> unseen(Policy(threshold=7, customers="both", also_major_when={"contract_value_at_least": 250_000}))
        ['also_major_when.contract_value_at_least']
    """
    found = [name for name in changed_settings(Policy(), policy) if not name.startswith(SEEN)]
    several = sum(len(apart(each["when"])) > 1 for each in policy.to_dict().get("overrides", []))
    return [*found, f"{many(several, 'override')} with several conditions"] if several else found


def line_check(prepared: Prepared) -> Callable[[str, str, str], str | None]:
    """What is wrong with one mapped field, as a function of kind, field and template; None if nothing is."""

    def check(kind: str, field: str, template: str) -> str | None:
        try:
            check_fields(prepared, Policy(mapping={kind: {field: template}}))
        except PolicyError as fault:
            # The line itself says which field it is about.
            return str(fault).partition(f"{field}: ")[2] or str(fault)
        return None

    return check


def taken(written: str, ending: str) -> Policy:
    """A policy from text: TOML, or an export of sys_properties by its ending.

    Raises:
        PolicyError: it is none, or another ending.
    """
    if ending not in ACCEPTED:
        raise PolicyError(f"A file that ends in {ending} is no policy. Accepted: {', '.join(ACCEPTED)}.")
    if ending == ".toml":
        return Policy.from_toml(written, where="the text")
    return Policy.from_properties(parse_properties(written, ending, "the file"), where="the file")
