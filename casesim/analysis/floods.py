"""Floods: how many mails each contact gets in an hour and in a day, with and without flood control (R5.3).

A mail is a notification that goes out (`sent`, at its `deliver_at`), and a digest: the one mail that stands for all
that a contact has `digested` at one moment. Hours are clock hours, days are calendar days, both UTC. Everything is
counted in integer codes; names and addresses are looked up only where they are asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec
import polars as pl

from casesim.analysis.floods_text import control_html, control_text, floods_html, floods_text
from casesim.analysis.mails import DAY, HOUR, MOMENT, busiest, counted, distribution, mails, marked, told
from casesim.analysis.ran import Ran, run_of
from casesim.engine.simulate import Simulation
from casesim.policy import Flood, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakHour:
    """The clock hour with the most mails, the earliest of several; `hour` is None where nothing goes out."""

    hour: datetime | None
    mails: int
    contacts: int


@dataclass(frozen=True, eq=False, repr=False)
class Floods:
    """The mails of one run under one flood control. Counts, never rates.

    run: the simulation; flood: the control that these figures are for, None = none.
    """

    run: Simulation
    flood: Flood | None

    @cached_property
    def _told(self) -> pl.DataFrame:
        return told(self.run, self.flood)

    @cached_property
    def _mails(self) -> pl.DataFrame:
        return mails(self._told)

    @cached_property
    def _per_hour(self) -> pl.DataFrame:
        return counted(self._mails, HOUR)

    @cached_property
    def _per_day(self) -> pl.DataFrame:
        return counted(self._mails, DAY)

    @cached_property
    def contacts(self) -> pl.DataFrame:
        """One row per contact or consumer who gets a mail, the worst hit first: by most_in_an_hour, mails, contact.

        Columns: contact (id), kind (contact | consumer), mails, most_in_an_hour, busiest_hour (its begin, the earliest
        of several), most_in_a_day, busiest_day. Neither names nor addresses; `worst(personal=True)` adds them.
        """
        return self._people.drop("person")

    @cached_property
    def _people(self) -> pl.DataFrame:
        hours = busiest(self._per_hour, "most_in_an_hour", "busiest_hour", HOUR)
        days = busiest(self._per_day, "most_in_a_day", "busiest_day", DAY)
        sums = self._per_hour.group_by("person").agg(pl.col("mails").sum())
        who = self.run.sides.customer.drop_nulls("person").unique("person", keep="first", maintain_order=True)
        named = who.select(
            "person",
            contact=pl.when(pl.col("consumer").is_null()).then("contact").otherwise("consumer"),
            kind=pl.when(pl.col("consumer").is_null()).then(pl.lit("contact")).otherwise(pl.lit("consumer")),
        )
        rows = sums.join(hours, on="person").join(days, on="person").join(named, on="person")
        columns = (
            *("person", "contact", "kind", "mails", "most_in_an_hour", "busiest_hour", "most_in_a_day"),
            "busiest_day",
        )
        order = ("most_in_an_hour", "mails", "contact", "person")
        return rows.select(columns).sort(order, descending=[True, True, False, False])

    def worst(self, most: int = 10, *, personal: bool = False) -> pl.DataFrame:
        """The first rows of `contacts`.

        Args:
            most: how many.
            personal: add `name` and `email`, after `kind`.
        """
        rows = self._people.head(most)
        if not personal:
            return rows.drop("person")
        data, columns = self.run.prepared.data, ["name", "email"]
        every = [data.frame(table, columns) for table in ("customer_contact", "csm_consumer")]
        people = data.collect(pl.concat(every))[rows["person"]]
        wide = pl.concat([rows, people], how="horizontal")
        return wide.select("contact", "kind", "name", "email", *(n for n in rows.columns[3:]))

    @cached_property
    def hours(self) -> pl.DataFrame:
        """How full the hours are: mails (that one contact gets in one hour), contact_hours (how often); ascending."""
        return distribution(self._per_hour, "contact_hours")

    @cached_property
    def days(self) -> pl.DataFrame:
        """How full the days are: mails (that one contact gets on one day), contact_days (how often); ascending."""
        return distribution(self._per_day, "contact_days")

    @cached_property
    def peak(self) -> PeakHour:
        """The hour in which most mails go out to everybody together, and to how many contacts."""
        per_hour = self._per_hour.group_by("slot").agg(mails=pl.col("mails").sum(), contacts=pl.len())
        if not per_hour.height:
            return PeakHour(hour=None, mails=0, contacts=0)
        top = per_hour.sort(["mails", "slot"], descending=[True, False]).head(1)
        moment = top.select((pl.col("slot") * HOUR).cast(MOMENT)).item()
        return PeakHour(hour=moment, mails=int(top["mails"][0]), contacts=int(top["contacts"][0]))

    @property
    def totals(self) -> dict[str, int]:
        """mails (digests among them), digests, contacts, suppressed (held back by flood control and never sent),
        digested (held back and told in a digest), moved (sent later than created: quiet hours), most_in_an_hour,
        most_in_a_day (to one contact), peak_hour (to everybody).
        """
        every, people = self._told, self._people
        fates = dict(every["fate"].value_counts().iter_rows())
        return {
            "mails": self._mails.height,
            "digests": self._mails.height - fates.get("sent", 0),
            "contacts": people.height,
            "suppressed": fates.get("suppressed", 0),
            "digested": fates.get("digested", 0),
            "moved": every.filter(pl.col("fate") == "sent", pl.col("deliver_at") > pl.col("created_at")).height,
            "most_in_an_hour": _most(people["most_in_an_hour"]),
            "most_in_a_day": _most(people["most_in_a_day"]),
            "peak_hour": self.peak.mails,
        }

    @cached_property
    def unintended(self) -> pl.DataFrame:
        """R6.2: customers who see what was not meant for them, most mails first.

        Columns: account, consumer (ids), entries (journal entries on their cases), mails (the notifications of these
        that would go out without flood control: it holds mails back, not what can be read on the case).
        """
        return marked(self.run, self._told, "unintended")

    @cached_property
    def duplicates(self) -> pl.DataFrame:
        """R6.2, R7.2: customers whose cases hold a message more than once; columns as in `unintended`."""
        return marked(self.run, self._told, "duplicate")

    def with_control(self, flood: Flood | Mapping[str, Any] | None) -> "FloodControl":
        """These mails beside those under another flood control. Nothing is simulated again.

        Args:
            flood: a Flood, or a table as a policy's `[flood]`; None = no control.

        Raises:
            PolicyError: the table is not accepted.
        """
        if flood is not None and not isinstance(flood, Flood):
            flood = Policy(flood=flood).flood
        return FloodControl(before=self, after=Floods(self.run, flood))

    def to_dict(self, *, most: int = 20) -> dict[str, Any]:
        """Figures, peak, both distributions and the first rows of the three tables, as plain values for JSON."""
        frames = {"contacts": self.contacts, "unintended": self.unintended, "duplicates": self.duplicates}
        found: dict[str, Any] = msgspec.to_builtins(
            {
                "dataset": self.run.prepared.data.name,
                "totals": self.totals,
                "peak": self.peak,
                "hours": self.hours.to_dicts(),
                "days": self.days.to_dicts(),
                **{name: frame.head(most).to_dicts() for name, frame in frames.items()},
                "unintended_customers": self.unintended.height,
                "duplicate_customers": self.duplicates.height,
            }
        )
        return found

    def __repr__(self) -> str:
        return floods_text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": floods_html(self)}


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FloodControl:
    """The same notifications under two flood controls, side by side."""

    before: Floods
    after: Floods

    @cached_property
    def totals(self) -> pl.DataFrame:
        """metric (as `Floods.totals`), before, after, change; one row each."""
        rows = {"metric": list(self.before.totals), "before": list(self.before.totals.values())}
        after = pl.Series("after", list(self.after.totals.values()))
        return pl.DataFrame(rows).with_columns(after).with_columns(change=pl.col("after") - pl.col("before"))

    @cached_property
    def contacts(self) -> pl.DataFrame:
        """Every contact with a mail on either side: contact, kind, then mails, most_in_an_hour, most_in_a_day, each
        also as `<name>_after`; the worst hit before first.
        """
        counts = ("mails", "most_in_an_hour", "most_in_a_day")
        keys = ["person", "contact", "kind"]
        before, after = (each._people.select(*keys, *counts) for each in (self.before, self.after))
        both = before.join(after, on=keys, how="full", coalesce=True, suffix="_after")
        names = [name for count in counts for name in (count, f"{count}_after")]
        rows = both.with_columns(pl.col(names).fill_null(0)).select(*keys, *names)
        order = ["most_in_an_hour", "mails", "contact", "person"]
        return rows.sort(order, descending=[True, True, False, False]).drop("person")

    @cached_property
    def hours(self) -> pl.DataFrame:
        """Mails in an hour → contact_hours, contact_hours_after; ascending."""
        both = self.before.hours.join(self.after.hours, on="mails", how="full", coalesce=True, suffix="_after")
        return both.with_columns(pl.col("contact_hours", "contact_hours_after").fill_null(0)).sort("mails")

    def to_dict(self, *, most: int = 20) -> dict[str, Any]:
        """Totals, distribution and the first contacts as plain values, for JSON."""
        return {
            "dataset": self.before.run.prepared.data.name,
            "totals": self.totals.to_dicts(),
            "hours": self.hours.to_dicts(),
            "contacts": self.contacts.head(most).to_dicts(),
        }

    def __repr__(self) -> str:
        return control_text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": control_html(self)}


def floods(data: Ran, policy: Policy | None = None) -> Floods:
    """R5, R5.3: the mails of a run by contact, hour and day, under the flood control of its policy.

    Args:
        data: a Result or what it was made from.
        policy: the settings; none = those of the run, else the dataset's own.

    Raises:
        PolicyError: the policy cannot be used with this dataset.
        DatasetError: something that a rule needs cannot be read.
    """
    run = run_of(data, policy)
    return Floods(run, run.policy.flood)


def _most(counts: pl.Series) -> int:
    found = counts.max()
    return found if isinstance(found, int) else 0
