"""R6.1 to R6.6, R7.2: from root entries to the journal, and the notifications that are blocked."""

from tests.reference.cases import existing
from tests.reference.policy import Policy, choice, comments_sync, copy_rule, synced_fields
from tests.reference.roots import Handled, Root
from tests.reference.sync import children_open_at
from tests.reference.values import Row

Blocked = tuple[Root, Row, str]  # what was not told, about which case, why


def comments_of(policy: Policy, one: Handled) -> tuple[list[Row], list[Blocked]]:
    """R6: the journal of an incident and its cases but for the notes of the resolution, and what is blocked."""
    entries: list[Row] = []
    blocked: list[Blocked] = []
    for root in one.roots:
        if root.kind == "notify" and not comments_sync(policy):
            blocked += [(root, case, "sync_off") for case in root.cases]
            continue
        written = first_entries(policy, one, root)
        if root.kind == "notify":
            there = existing(root.cases, root.created_at)
            blocked += [(root, case, "no_case_yet") for case in root.cases if case not in there]
        # R6.2: every comment that appears on the incident; there is at most one of each root.
        if copy_rule(policy) and any(row["table"] == "incident" and row["element"] == "comments" for row in written):
            written += copies(policy, one, root, written)
        entries += written
    return entries, blocked


def first_entries(policy: Policy, one: Handled, root: Root) -> list[Row]:
    """R6, R6.1: where a root is written, and the copy of a reply on the incident."""
    number = one.incident["number"]
    if root.kind == "incident comment":
        return [entry(root, "incident", number, "input", root.id)]
    if root.kind == "incident work note":
        return [entry(root, "incident", number, "input", root.id, element="work_notes")]
    if root.kind == "notify":
        chosen = [
            entry(root, "case", case["number"], "notify", f"{root.id}:{case['number']}")
            for case in existing(root.cases, root.created_at)
        ]
        return [entry(root, "incident", number, "notify", root.id), *chosen]
    case = root.cases[0]
    if root.kind == "agent comment":
        return [entry(root, "case", case["number"], "input", root.id)]
    on_incident = [entry(root, "incident", number, "copy", f"{root.id}:{number}")] if comments_sync(policy) else []
    return [entry(root, "case", case["number"], "reply", root.id), *on_incident]


def copies(policy: Policy, one: Handled, root: Root, written: list[Row]) -> list[Row]:
    """R6.2, R6.3: the comment on the incident copied to all its cases, and R7.2: from a major case to its children."""
    element = str(choice(policy, "comment_copy_target"))
    holders = [row["record"] for row in written if row["table"] == "case"]
    meant = None if root.kind == "incident comment" else [case["number"] for case in root.cases]
    found = []
    for case in existing(one.cases, root.created_at):
        number = case["number"]
        copy = entry(root, "case", number, "copy", f"{root.id}+{number}", element=element)
        found.append(copy | {"unintended": is_unintended(case, meant), "duplicate": number in holders})
        if case["kind"] == "major" and element in synced_fields(policy):
            for child in children_open_at(policy, one.incident, one.cases, case, root.created_at):
                passed = entry(root, "case", child["number"], "copy", f"{root.id}++{child['number']}", element=element)
                found.append(passed | {"unintended": is_unintended(child, meant), "duplicate": True})
    return found


def is_unintended(case: Row, meant: list[object] | None) -> bool:
    """R6.2: none of the cases that the root chose; None: it chose everybody."""
    return meant is not None and case["number"] not in meant


def entry(root: Root, table: str, record: object, origin: str, key: str, element: str = "comments") -> Row:
    """R6.6: a journal entry: time, value and author are the root's."""
    return {
        "id": key,
        "table": table,
        "record": record,
        "element": element,
        "value": root.value,
        "created_at": root.created_at,
        "created_by": root.author,
        "origin": origin,
        "copied_from": None if key == root.id else root.id,
        "unintended": False,
        "duplicate": False,
    }
