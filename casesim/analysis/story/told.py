"""R5, R5.3: the notifications of one record, as they come out in the whole run."""

from collections.abc import Mapping

import polars as pl

from casesim.analysis.story.values import Told
from casesim.engine import outputs
from casesim.engine.simulate import Simulation

# What flood control decides, which counts a contact's mails of all incidents.
ACROSS = ("status", "reason", "deliver_at", "digested")


def notifications(run: Simulation, whole: Simulation | None) -> pl.DataFrame:
    """The record's rows of the table `notifications`.

    Args:
        run: a run over one record.
        whole: the run over all of them, if flood control makes what is sent depend on the others.
    """
    if whole is None:
        return run.notifications.frame()
    names = run.decisions.only("incident", "incident_number", "source").frame().row(0)
    own = whole.sides.incident.select("id", "number", "source").with_row_index("incident")
    codes = own.filter(pl.col("id") == names[0], pl.col("number") == names[1], pl.col("source") == names[2])["incident"]
    every = whole.notification_codes
    rows = every.filter(pl.col("incident") == codes[0])
    decided = [rows[name] for name in ACROSS if name in rows.columns]
    # Both runs have the record's rows in one order; all that differs is what the flood made of them.
    told = run.notification_codes.drop(ACROSS, strict=False).with_columns(decided)
    return outputs.notifications(told, run.sides, run.cases, run.policy, run.talk).frame()


def told_by_case(notifications: pl.DataFrame, journal: pl.DataFrame) -> Mapping[str, tuple[Told, ...]]:
    """The notifications of each case, by its number, in order of time.

    Args:
        notifications, journal: the record's rows of these tables.
    """
    made = journal.drop_nulls("copied_from")
    root = dict(zip(made["id"], made["copied_from"], strict=True))
    columns = ("case_number", "event", "status", "reason", "email", "created_at", "deliver_at", "unintended")
    found: dict[str, list[Told]] = {}
    for row in notifications.select(*columns, "journal_id").iter_rows(named=True):
        told = Told(
            event=row["event"],
            status=row["status"],
            reason=row["reason"],
            email=row["email"],
            at=row["created_at"],
            deliver_at=row["deliver_at"],
            unintended=row["unintended"],
            said=root.get(row["journal_id"], row["journal_id"]),
        )
        found.setdefault(row["case_number"], []).append(told)
    return {case: tuple(each) for case, each in found.items()}
