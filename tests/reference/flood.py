"""R5.3: flood control, over the notifications of all incidents."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.reference.policy import Policy
from tests.reference.values import Row, read_duration, read_flag


def control_flood(policy: Policy, notifications: list[Row]) -> None:
    """R5.3: moves what is sent out of the quiet hours, then holds back what is too much for one contact or consumer."""
    flood: Row = policy.get("flood", {})
    sent = [row for row in notifications if row["status"] == "sent"]
    for row in sent:
        row["deliver_at"] = after_quiet_hours(flood, row["created_at"])
    if "max_per_contact" not in flood:
        return
    people: dict[tuple[object, object], list[Row]] = {}
    for row in sent:
        people.setdefault((row["contact"], row["consumer"]), []).append(row)
    for rows in people.values():
        limit(flood, sorted(rows, key=sending_order))


def sending_order(row: Row) -> tuple[object, ...]:
    return (row["created_at"], row["case_number"], row["event"], row["journal_id"] or "")


def limit(flood: Row, rows: list[Row]) -> None:
    """R5.3: the first n of each window go out. A row is in the window that its deliver_at, after quiet hours, is in."""
    window = read_duration(flood["window"])
    begin: datetime | None = None
    gone_out = 0
    for row in rows:
        if begin is None or row["deliver_at"] >= begin + window:
            begin, gone_out = row["deliver_at"], 0
        gone_out += 1
        if gone_out <= int(flood["max_per_contact"]):
            continue
        row["reason"] = "flood"
        if read_flag(flood.get("digest"), missing=False):
            row["status"] = "digested"
            row["deliver_at"] = after_quiet_hours(flood, begin + window)
        else:
            row["status"] = "suppressed"
            row["deliver_at"] = row["email"] = None


def after_quiet_hours(flood: Row, moment: datetime) -> datetime:
    """The moment itself, or the first one after it at which the clock on the wall says that it is not quiet.

    Only the clock on the wall counts: quiet hours that come twice are quiet twice, skipped ones never. An end that is
    skipped is the moment of the jump.
    """
    if "quiet_hours" not in flood or not is_quiet(flood, moment):
        return moment
    # They begin and end on whole minutes of the wall, and zones are whole seconds off.
    end = moment.replace(microsecond=0)
    for step in (timedelta(minutes=1), timedelta(seconds=1)):
        while is_quiet(flood, end + step):
            end += step
    return end + timedelta(seconds=1)


def is_quiet(flood: Row, moment: datetime) -> bool:
    """Begin included, end not; over midnight if the end is the earlier of the two."""
    begin, end = (time.fromisoformat(text) for text in flood["quiet_hours"])
    clock = moment.astimezone(ZoneInfo(flood.get("timezone", "UTC"))).time()
    return begin <= clock < end if begin < end else clock >= begin or clock < end
