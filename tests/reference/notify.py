"""R5: who is told about which case, and with which words."""

from tests.reference.cases import customer_cases, people
from tests.reference.comments import Blocked
from tests.reference.keys import Dataset, by_key
from tests.reference.policy import Policy
from tests.reference.sync import CASE_RESOLVED
from tests.reference.template import named, render_text
from tests.reference.values import Row


def notifications_of(
    data: Dataset, policy: Policy, incident: Row, cases: list[Row], entries: list[Row], blocked: list[Blocked]
) -> list[Row]:
    """R5, R5.2: per customer case one on creation, one per comment on it, and one when its state becomes Resolved.

    Before flood control. `entries` are the journal's; `blocked` is what a notify action could not tell (R6).
    """
    rows = []
    told = customer_cases(cases)
    for case in told:
        rows.append(notification(data, policy, incident, case, "case_created", case["opened_at"]))
        if case["state"] == CASE_RESOLVED:
            rows.append(notification(data, policy, incident, case, "resolved", case["resolved_at"]))
        for entry in entries:
            on_case = entry["table"] == "case" and entry["record"] == case["number"]
            if on_case and entry["element"] == "comments" and entry["origin"] != "reply":
                row = notification(data, policy, incident, case, "comment", entry["created_at"], entry["value"])
                rows.append(row | {"unintended": entry["unintended"], "journal_id": entry["id"]})
    for root, case, reason in blocked:
        row = notification(data, policy, incident, case, "comment", root.created_at, root.value)
        rows.append(row | BLOCKED | {"reason": reason, "journal_id": root.id})
    return [row for row in rows if words(policy, str(row["event"])).get("enabled", True)]


# R6: whoever the contact is. Its subject and body are those that it would have had.
BLOCKED = {"status": "blocked", "email": None, "deliver_at": None}


def words(policy: Policy, event: str) -> Row:
    """R5.2: the settings of one event."""
    return dict(policy.get("notifications", {}).get(event, {}))


def notification(
    data: Dataset, policy: Policy, incident: Row, case: Row, event: str, moment: object, comment: str | None = None
) -> Row:
    """One message, sent or suppressed. A suppressed one is kept, with the reason and without address and delivery."""
    told = recipient(data, case)
    reason = suppressed_because(told)
    sources = named("case", case) | named("incident", incident) | people(data, case) | {"comment.value": comment}
    texts = {
        part: render_text(str(template), sources)
        for part, template in words(policy, event).items()
        if part in ("subject", "body")
    }
    return {
        "case_number": case["number"],
        "incident_number": case["incident_number"],
        "account": case["account"],
        "consumer": case["consumer"],
        "contact": case["contact"],
        "email": told["email"] if told and reason is None else None,
        "event": event,
        "status": "sent" if reason is None else "suppressed",
        "reason": reason,
        "unintended": False,
        "created_at": moment,
        "deliver_at": moment if reason is None else None,
        "subject": texts.get("subject"),
        "body": texts.get("body"),
        "journal_id": None,
    }


def recipient(data: Dataset, case: Row) -> Row | None:
    """R5: the account's primary contact; for a consumer, the consumer."""
    if case["consumer"] is not None:
        return by_key(data, "csm_consumer", case["consumer"])
    return by_key(data, "customer_contact", case["contact"])


def suppressed_because(told: Row | None) -> str | None:
    """R5.1: the first reason that applies."""
    if told is None:
        return "no_contact"
    if not told["active"]:
        return "inactive_contact"
    if str(told["notification"] or "").lower() in ("disabled", "disable", "1"):
        return "opted_out"
    if told["email"] is None:
        return "no_email"
    return None
