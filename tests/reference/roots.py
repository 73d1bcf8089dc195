"""R6: what people wrote, the root entries of an incident, and what of it finds nothing."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.reference.affected import top_account
from tests.reference.cases import customer_cases, opened
from tests.reference.conditions import all_hold
from tests.reference.keys import COLUMNS, Dataset, identity, resolve
from tests.reference.policy import Policy, chosen
from tests.reference.records import TABLES, find_record, is_source
from tests.reference.template import render_text
from tests.reference.values import Row, as_text, read_duration

# R6.6: the kinds in the order of their numbers.
KINDS = ("incident comment", "incident work note", "notify", "reply", "agent comment")
REAL_CASES = "sn_customerservice_case"
ELEMENTS = {"comments": "incident comment", "work_notes": "incident work note"}


@dataclass
class Root:
    """One thing that somebody wrote. `cases`: those an action chose, or the one of a reply or agent comment."""

    kind: str
    created_at: datetime
    value: str
    author: str | None
    cases: list[Row] = field(default_factory=list)
    id: str = ""


@dataclass
class Handled:
    """An incident that was decided on, with its cases and, by and by, its roots."""

    incident: Row
    decision: Row
    cases: list[Row]
    roots: list[Root] = field(default_factory=list)


def read_roots(data: Dataset, policy: Policy, handled: list[Handled]) -> None:
    """R6: all roots of all incidents, numbered (R6.6). What finds nothing goes to the dataset's rejects.

    A row on a known record whose table is not in `sources` is left out, and so is one on a real case of such a record.
    """
    for place, row in numbered(data, "sys_journal_field"):
        read_journal_row(data, policy, handled, place, row)
    for place, row in numbered(data, "customer_reply"):
        read_reply(data, policy, handled, place, row)
    actions = planned(policy, handled)
    for place, row in numbered(data, "notify_customers"):
        actions += read_notify_row(data, policy, handled, place, row)
    for one in handled:
        one.roots += grouped([action for of, action in actions if of is one])
        one.roots.sort(key=root_order)
        for number, root in enumerate(one.roots, start=1):
            root.id = f"{one.incident['number']}-J{number:04d}"


def numbered(data: Dataset, table: str) -> list[tuple[int, Row]]:
    """The rows of a table with their places in the input."""
    return list(zip(data.places[table], data.rows[table], strict=True))


def handled_of(data: Dataset, policy: Policy, handled: list[Handled], incident: Row) -> Handled | None:
    """What came of a known record; None if its table is not in the sources."""
    if not is_source(data, policy, incident):
        return None
    return next(one for one in handled if one.incident is incident)


def read_journal_row(data: Dataset, policy: Policy, handled: list[Handled], place: int, row: Row) -> None:
    """R6: a row of sys_journal_field. On an unknown record it is rejected, whatever its element."""
    found = [(table, resolve(data, table, row["element_id"])) for table in looked_up_in(row["name"])]
    table, record = next((one for one in found if one[1] is not None), ("", None))
    if record is None:
        reject(data, "sys_journal_field", place, row, "element_id", "unknown_record")
    elif table == REAL_CASES:
        read_real_comment(data, policy, handled, place, row, record)
    elif row["element"] in ELEMENTS:
        one = handled_of(data, policy, handled, record)
        if one:
            kind = ELEMENTS[row["element"]]
            one.roots.append(Root(kind, row["sys_created_on"], row["value"], row["sys_created_by"]))


def looked_up_in(name: str | None) -> list[str]:
    """R6: where a journal row's record is looked up, by the table it names.

    `incident` and `change_request` there alone, any other name among the real cases. Without a name all incidents come
    first (by sys_id, then number), then all changes, then the real cases.
    """
    if name is None:
        return [*TABLES, REAL_CASES]
    return [name if name in TABLES else REAL_CASES]


def read_real_comment(data: Dataset, policy: Policy, handled: list[Handled], place: int, row: Row, real: Row) -> None:
    """R6: a comment on a real case, by a customer or by an agent. All other elements are left out first of all."""
    if row["element"] != "comments":
        return
    incident = find_record(data, real["incident"])
    if incident is None:
        reject(data, "sys_journal_field", place, row, "element_id", "no_case")
        return
    one = handled_of(data, policy, handled, incident)
    if one is None:
        return
    case = case_of(data, policy, one, real)
    kind = "reply" if is_customer(data, row["sys_created_by"]) else "agent comment"
    root = Root(kind, row["sys_created_on"], row["value"], row["sys_created_by"])
    put_on_case(data, one, root, case, "sys_journal_field", place, row, "element_id")


def read_reply(data: Dataset, policy: Policy, handled: list[Handled], place: int, row: Row) -> None:
    """R6: a row of customer_reply. One that names nobody is rejected by its column `incident`."""
    incident = find_record(data, row["incident"])
    if incident is None:
        reject(data, "customer_reply", place, row, "incident", "no_case")
        return
    one = handled_of(data, policy, handled, incident)
    if one is None:
        return
    root = Root("reply", row["created_at"], row["value"], row["created_by"])
    put_on_case(data, one, root, case_of(data, policy, one, row), "customer_reply", place, row, customer_column(row))


def put_on_case(
    data: Dataset, one: Handled, root: Root, case: Row | None, table: str, place: int, row: Row, column: str
) -> None:
    """R6: a reply or agent comment needs its case, and that the case exists. Otherwise it is no root, and rejected."""
    if case is None:
        reject(data, table, place, row, column, "no_case")
    elif root.created_at < opened(case):
        reject(data, table, place, row, column, "no_case_yet")
    else:
        root.cases = [case]
        one.roots.append(root)


def case_of(data: Dataset, policy: Policy, one: Handled, row: Row) -> Row | None:
    """R6: the case of the customer that a row names, of the account if it names both."""
    kind = customer_column(row)
    return None if kind == "incident" else case_for(data, policy, one, kind, row[kind])


def customer_column(row: Row) -> str:
    """The column that names the customer: account, else consumer, else none but the incident's."""
    return next((column for column in ("account", "consumer") if row[column] is not None), "incident")


def case_for(data: Dataset, policy: Policy, one: Handled, kind: str, reference: object) -> Row | None:
    """The case of an account or consumer; R1.5: of the account above it, if accounts are rolled up."""
    table = "customer_account" if kind == "account" else "csm_consumer"
    customer = identity(data, table, reference)
    if customer is not None and kind == "account" and chosen(policy, "roll_up_to_parent_account"):
        customer = top_account(data, customer)
    return next((case for case in one.cases if customer is not None and case[kind] == customer), None)


def is_customer(data: Dataset, author: object) -> bool:
    """R6: whether an author is a known contact or consumer, whoever's case it is.

    By sys_id, email, user_name (of contacts alone) or name, in any case.
    """
    if author is None:
        return False
    known = [
        row[column]
        for table in ("customer_contact", "csm_consumer")
        for row in data.rows[table]
        for column in ("sys_id", "email", "user_name", "name")
        if column in COLUMNS[table] and row[column] is not None
    ]
    return str(author).lower() in [str(name).lower() for name in known]


@dataclass
class ActionRow:
    """One row of notify_customers, or a planned one, and the cases it chooses."""

    message: str
    created_at: datetime
    author: str | None
    cases: list[Row]


Action = tuple[Handled, ActionRow]


def read_notify_row(data: Dataset, policy: Policy, handled: list[Handled], place: int, row: Row) -> list[Action]:
    """R6: a row of notify_customers. It is rejected if it finds none of the cases it names, whenever they are opened.

    A rejected row still belongs to its action: it may be the one that says whose the action is.
    """
    incident = find_record(data, row["incident"])
    if incident is None:
        reject(data, "notify_customers", place, row, "incident", "no_case")
        return []
    one = handled_of(data, policy, handled, incident)
    if one is None:
        return []
    named = [kind for kind in ("account", "consumer") if row[kind] is not None]
    found = [case_for(data, policy, one, kind, row[kind]) for kind in named]
    cases = [case for case in found if case is not None] if named else customer_cases(one.cases)
    if not cases:
        reject(data, "notify_customers", place, row, customer_column(row), "no_case")
    return [(one, ActionRow(row["message"], row["created_at"], row["created_by"], cases))]


def planned(policy: Policy, handled: list[Handled]) -> list[Action]:
    """R6: what the policy plans, by `system`, for every customer case, `after` the decision.

    Only where something was decided (decided_at), and where the message is not empty.
    """
    actions = []
    for one in handled:
        for plan in policy.get("notify", []):
            message = render_text(plan["message"], one.incident)
            seen = one.incident | {"outcome": one.decision["outcome"]}
            if message is None or one.decision["decided_at"] is None or not all_hold(plan.get("when", {}), seen):
                continue
            moment = one.decision["decided_at"] + read_duration(plan.get("after", "0s"))
            actions.append((one, ActionRow(message, moment, "system", customer_cases(one.cases))))
    return actions


def grouped(rows: list[ActionRow]) -> list[Root]:
    """R6: rows alike in message and time are one action, by the first author, a missing one before all others.

    An action that chooses no case is none. Planned rows and given ones are grouped together.
    """
    actions: dict[tuple[str, datetime], list[ActionRow]] = {}
    for row in rows:
        actions.setdefault((row.message, row.created_at), []).append(row)
    roots = []
    for (message, moment), alike in actions.items():
        author = min((row.author for row in alike), key=text_order)
        cases = {str(case["number"]): case for row in alike for case in row.cases}
        if cases:
            roots.append(Root("notify", moment, message, author, list(cases.values())))
    return roots


def text_order(text: object) -> tuple[bool, str]:
    """By code point, missing first."""
    return (text is not None, as_text(text) or "")


def root_order(root: Root) -> tuple[object, ...]:
    """R6.6: time, kind, value, author, customer id. An account and a consumer of one id: by case number.

    Roots that are alike in all of this leave the same entries, whichever is first.
    """
    case = root.cases[0] if root.kind in ("reply", "agent comment") else None
    customer = (case["account"] or case["consumer"]) if case else None
    return (
        root.created_at,
        KINDS.index(root.kind),
        root.value,
        text_order(root.author),
        text_order(customer),
        text_order(case["number"] if case else None),
    )


def reject(data: Dataset, table: str, place: int, row: Row, column: str, reason: str) -> None:
    data.rejects.append(
        {"table": table, "row": place, "column": column, "value": as_text(row[column]), "reason": reason}
    )
