"""A change of properties as files that the platform imports: the new values, and the way back.

The form is the platform's own for unloaded records. It carries `sys_properties` alone, by name: a business rule is
recognised by its sys_id, which a dataset does not have, so importing one by name would make a second rule.
"""

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from casesim.policy import Policy
from casesim.policy.write import whole
from casesim.tables import PolicyError


@dataclass(frozen=True, slots=True)
class ChangeFiles:
    """new, rollback: XML texts; by_hand: changed settings that no such file carries, each with both values.

    unseen: changed properties whose value now nothing gave. They are in no rollback, as what would be written there was
    never seen on an instance; where all are, there is none.
    """

    new: str
    rollback: str | None
    by_hand: tuple[str, ...]
    unseen: tuple[str, ...] = ()


def change_files(current: Policy, proposed: Policy) -> ChangeFiles:
    """The files that take an instance from one policy's properties to another's, and back.

    Args:
        current, proposed: two policies; what is alike in both is in neither file.

    Raises:
        PolicyError: no property differs, so that there is nothing to import.
    """
    before, after = whole(current), whole(proposed)
    changed = importable(current, proposed)
    if not changed:
        raise PolicyError("No property differs between the two policies: there is nothing that an import could change.")
    rules = before["business_rules"]
    by_hand = [
        f"business rule {name}: {_active(rules[name])} now, {_active(value)} proposed"
        for name, value in after["business_rules"].items()
        if rules[name] != value
    ]
    by_hand += [
        f"{name}: a setting of the preview, not of the platform"
        for name in after.keys() | before.keys()
        if name not in ("properties", "business_rules") and before.get(name) != after.get(name)
    ]
    seen = [name for name in changed if name in current.given]
    rollback = _unload(seen, before) if seen else None
    unseen = tuple(name for name in changed if name not in current.given)
    return ChangeFiles(_unload(changed, after), rollback, tuple(sorted(by_hand)), unseen)


def importable(current: Policy, proposed: Policy) -> list[str]:
    """The properties whose values differ between two policies, by name; without any there is nothing to import."""
    before, after = whole(current)["properties"], whole(proposed)["properties"]
    return [name for name, value in after.items() if before[name] != value]


def _active(value: bool) -> str:
    return "active" if value else "inactive"


def _unload(names: list[str], settings: dict[str, dict[str, object]]) -> str:
    root = ET.Element("unload")
    for name in names:
        value = settings["properties"][name]
        record = ET.SubElement(root, "sys_properties", action="INSERT_OR_UPDATE")
        ET.SubElement(record, "name").text = name
        ET.SubElement(record, "value").text = str(value).lower() if isinstance(value, bool) else str(value)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
