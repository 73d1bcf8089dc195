"""Fidelity: the simulated cases beside the real ones of the same dataset, so that one knows how far to trust a preview.

Real cases are the rows of `sn_customerservice_case` with `proactive` (missing = yes). A customer case is matched by
incident and customer, a major case (`major_case_state` accepted or proposed, or parent of another case) by incident.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import msgspec
import polars as pl

from casesim.analysis.fidelity_text import fidelity_html, fidelity_text, follow_up_html, follow_up_text
from casesim.analysis.ran import Ran, run_of
from casesim.analysis.real_cases import WORDS, compared, real_cases
from casesim.dataset import Dataset
from casesim.engine.prepare import Prepared
from casesim.engine.simulate import Simulation, simulate
from casesim.policy import Policy

MINUTE, WEEK = 60_000_000, 7 * 86_400_000_000
OUTCOMES = {
    "same": "as predicted",
    "major_below": "people made it major below the threshold",
    "no_major": "at or above the threshold, yet nobody opened a major case",
    "alone": "the policy makes no case for it",
}
PREDICTED = ("incidents", "major_incidents", "major_cases", "customer_cases")


@dataclass(frozen=True, eq=False, repr=False)
class Fidelity:
    """A run beside the real cases of its dataset.

    run: the simulation; since: only incidents opened then or later are compared, None = all.
    """

    run: Simulation
    since: datetime | None = None

    @cached_property
    def _first(self) -> int:
        """`since` as epoch microseconds; without one, before everything."""
        if self.since is None:
            return -(2**63)
        begin = self.since.replace(tzinfo=self.since.tzinfo or UTC)
        return int(pl.select(pl.lit(begin).dt.epoch("us")).item())

    @cached_property
    def _opened(self) -> pl.Series:
        """When the records that are compared were opened."""
        opened = self.run.decided["opened_at"]
        return opened.filter(opened >= self._first)

    @cached_property
    def _real(self) -> pl.DataFrame:
        return real_cases(self.run)

    @cached_property
    def _rows(self) -> pl.DataFrame:
        return compared(self.run, self._real, self._first)

    @cached_property
    def cases(self) -> pl.DataFrame:
        """One row per real proactive case, and per simulated case without one.

        Columns: status (matched | missing: real alone | surplus: simulated alone), reason, words (the reason in words),
        incident_number, account, consumer, real, simulated (case numbers), kind_real, kind_simulated (major | child |
        individual; proactive: R2.6's), end_real, end_simulated (open | resolved | cancelled; by_hand: left for people
        to close, R7.1), opened_after, resolved_after (minutes from the simulated to the real time, matched ones).
        Ascending by incident_number, simulated (those without last), real.
        """
        sides, rows = self.run.sides, self._rows
        who = sides.customer.select("account", "consumer")[rows["customer"]]
        number = sides.incident["number"].gather(rows["incident"])
        simulated = number + sides.place["ending"].gather(rows["place"])
        table = pl.concat([rows, who], how="horizontal").select(
            "status",
            "reason",
            words=pl.col("reason").replace_strict(WORDS, return_dtype=pl.String),
            incident_number=number,
            account="account",
            consumer="consumer",
            real="name",
            simulated=simulated,
            kind_real="kind_real",
            kind_simulated="kind_simulated",
            end_real="end_real",
            end_simulated="end_simulated",
            opened_after=(pl.col("opened_real") - pl.col("opened")) / MINUTE,
            resolved_after=(pl.col("resolved_real") - pl.col("resolved")) / MINUTE,
        )
        return table.sort("incident_number", "simulated", "real", nulls_last=True)

    @cached_property
    def reasons(self) -> pl.DataFrame:
        """status, reason, words, cases: how often each reason holds, by status, most cases first."""
        counts = self._rows.group_by("status", "reason").agg(cases=pl.len().cast(pl.Int64))
        named = counts.with_columns(words=pl.col("reason").replace_strict(WORDS, return_dtype=pl.String))
        named = named.sort(["status", "cases", "reason"], descending=[False, True, False])
        return named.select("status", "reason", "words", "cases")

    @cached_property
    def incidents(self) -> pl.DataFrame:
        """The incidents with real proactive cases, by number.

        Columns: incident_number, outcome_real (major: it has a major case; else individual), outcome_simulated, counted
        and threshold (R2), real_cases, simulated_cases, matched, reason and words (why the outcomes differ).
        """
        rows, decided = self._rows.filter("there").drop_nulls("incident"), self.run.decided
        found = (
            rows.group_by("incident")
            .agg(
                major=(pl.col("kind_real") == "major").any(),
                real_cases=pl.col("real").count().cast(pl.Int64),
                simulated_cases=pl.col("case").count().cast(pl.Int64),
                matched=(pl.col("status") == "matched").sum().cast(pl.Int64),
            )
            .sort("incident")
        )
        own = decided.select("outcome", "counted", "threshold", why="reason")[found["incident"]]
        real = pl.when("major").then(pl.lit("major")).otherwise(pl.lit("individual"))
        joined = pl.concat([found, own], how="horizontal").with_columns(outcome_real=real)
        reason = (
            pl.when(pl.col("outcome_real") == pl.col("outcome"))
            .then(pl.lit("same"))
            .when(pl.col("outcome") == "none")
            .then(pl.lit("alone"))
            .when("major")
            .then(pl.lit("major_below"))
            .otherwise(pl.lit("no_major"))
        )
        return joined.select(
            incident_number=self.run.sides.incident["number"].gather(joined["incident"]),
            outcome_real="outcome_real",
            outcome_simulated="outcome",
            counted=pl.col("counted").cast(pl.Int64),
            threshold=pl.col("threshold").cast(pl.Int64),
            real_cases="real_cases",
            simulated_cases="simulated_cases",
            matched="matched",
            reason=reason,
        ).with_columns(words=pl.col("reason").replace_strict(OUTCOMES, return_dtype=pl.String))

    @cached_property
    def outcomes(self) -> pl.DataFrame:
        """outcome_real, outcome_simulated, reason, words, incidents: how often the outcomes agree."""
        keys = ["outcome_real", "outcome_simulated", "reason", "words"]
        return self.incidents.group_by(keys).agg(incidents=pl.len().cast(pl.Int64)).sort(keys)

    @cached_property
    def times(self) -> pl.DataFrame:
        """How much later matched cases were really opened and resolved than simulated, in minutes.

        Columns: what (opened | resolved), cases (with both times), p10, median, p90; negative = really earlier.
        """
        matched = self._rows.filter(pl.col("status") == "matched")
        parts = []
        for what in ("opened", "resolved"):
            gap = (pl.col(f"{what}_real") - pl.col(what)).drop_nulls() / MINUTE
            marks = {name: gap.quantile(q, "linear") for name, q in (("p10", 0.1), ("median", 0.5), ("p90", 0.9))}
            parts.append(matched.select(what=pl.lit(what), cases=gap.len().cast(pl.Int64), **marks))
        return pl.concat(parts)

    @cached_property
    def totals(self) -> dict[str, int]:
        """real_cases (all in the table), proactive (compared), incidents (compared), incidents_with_cases, matched,
        missing, surplus (on incidents with real cases), surplus_elsewhere, same_kind, same_outcome (incidents).
        """
        rows, count = self._rows, dict(self._rows["status"].value_counts().iter_rows())
        near = rows.filter(pl.col("status") == "surplus", "there").height
        same = rows.filter(pl.col("status") == "matched", pl.col("kind_real") == pl.col("kind_simulated")).height
        return {
            "real_cases": self._real.height,
            "proactive": count.get("matched", 0) + count.get("missing", 0),
            "incidents": self._opened.len(),
            "incidents_with_cases": self.incidents.height,
            "matched": count.get("matched", 0),
            "missing": count.get("missing", 0),
            "surplus": near,
            "surplus_elsewhere": count.get("surplus", 0) - near,
            "same_kind": same,
            "same_outcome": self.incidents.filter(pl.col("reason") == "same").height,
        }

    @property
    def agreement(self) -> float | None:
        """The matched cases as a share of all cases, real or simulated, of incidents with real ones; None: there is
        none.
        """
        totals = self.totals
        every = totals["matched"] + totals["missing"] + totals["surplus"]
        return totals["matched"] / every if every else None

    def followed_by(self, later: Dataset | Prepared, *, since: datetime | None = None) -> "FollowUp":
        """What this run predicts beside what a later export shows after the change.

        Args:
            later: the export; the same policy is run over it too.
            since: when the change was made; only incidents opened then or later are looked at.

        Raises:
            PolicyError: the policy names a field that the later dataset does not have.
            DatasetError: something that a rule needs cannot be read.
        """
        return FollowUp(before=self, after=Fidelity(simulate(later, self.run.policy), since))

    def to_dict(self, *, most: int = 20) -> dict[str, Any]:
        """Everything but the matched cases as plain values, for JSON; of the cases that differ the first `most`."""
        differs = self.cases.filter(pl.col("reason") != "as_predicted", pl.col("reason") != "no_real_case")
        found: dict[str, Any] = msgspec.to_builtins(
            {
                "dataset": self.run.prepared.data.name,
                "since": self.since,
                "totals": self.totals,
                "agreement": self.agreement,
                "reasons": self.reasons.to_dicts(),
                "outcomes": self.outcomes.to_dicts(),
                "times": self.times.to_dicts(),
                "cases": differs.head(most).to_dicts(),
            }
        )
        return found

    def __repr__(self) -> str:
        return fidelity_text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": fidelity_html(self)}


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FollowUp:
    """A prediction made before a change, and what a later export shows. Both are of one policy, the changed one.

    before: the prediction; after: the same policy over the later export, beside its real cases.
    """

    before: Fidelity
    after: Fidelity

    @cached_property
    def rates(self) -> pl.DataFrame:
        """Each figure a week, as the two periods differ in length and in incidents.

        Columns: metric (incidents, major_incidents, major_cases, customer_cases), predicted (simulated before the
        change), simulated (over the later export), actual (its real proactive cases), gap (actual - predicted).
        """
        predicted, simulated, actual = (
            _a_week(self.before, real=False),
            _a_week(self.after, real=False),
            _a_week(self.after, real=True),
        )
        columns = {"predicted": predicted, "simulated": simulated, "actual": actual}
        return pl.DataFrame({"metric": PREDICTED, **columns}).with_columns(gap=pl.col("actual") - pl.col("predicted"))

    def to_dict(self) -> dict[str, Any]:
        """The rates, and the fidelity of the later export, as plain values for JSON."""
        return {"rates": self.rates.to_dicts(), "after": self.after.to_dict()}

    def __repr__(self) -> str:
        return follow_up_text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": follow_up_html(self)}


def fidelity(data: Ran, policy: Policy | None = None, *, since: datetime | None = None) -> Fidelity:
    """Compare what a policy simulates with what really happened.

    Args:
        data: a dataset with `sn_customerservice_case` (without that table nothing matches), or a result of it.
        policy: the settings that were in force; none = the dataset's own (or those of the run).
        since: compare only incidents opened then or later (UTC unless it names a zone).

    Raises:
        PolicyError: the policy cannot be used with this dataset.
        DatasetError: something that a rule needs cannot be read.
    """
    return Fidelity(run_of(data, policy), since)


def _a_week(found: Fidelity, *, real: bool) -> list[float]:
    """PREDICTED as counts a week, of the real cases or of the simulated ones; a period is a week at least."""
    rows = found._rows.filter(pl.col("real" if real else "case").is_not_null())
    kind = "kind_real" if real else "kind_simulated"
    major = rows.filter(pl.col(kind) == "major")
    counts = (
        found.totals["incidents"],
        major["incident"].n_unique(),
        major.height,
        rows.filter(pl.col(kind).is_in(["child", "individual"])).height,
    )
    first, last = found._opened.min(), found._opened.max()
    span = last - first if isinstance(first, int) and isinstance(last, int) else 0
    return [count / max(span / WEEK, 1.0) for count in counts]
