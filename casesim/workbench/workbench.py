"""The workbench: which part tells which, and what a change sets off.

A threshold reads arrays, moves shapes and is done. Any other setting makes another policy: its arrays are made in the
background, and until they are there the figures shown are dimmed and stay those of the settings before.
"""

import os
from collections.abc import Mapping
from typing import Any

import ipywidgets as w

from casesim.analysis.compare.reasons import changed_settings
from casesim.analysis.intervals import alike, at, threshold_of
from casesim.analysis.ran import Ran, run_of
from casesim.analysis.recommend import Recommendation, recommend
from casesim.analysis.verdict import standing
from casesim.engine.sources import known_fields
from casesim.policy import Policy
from casesim.tables import CasesimError
from casesim.workbench import pieces
from casesim.workbench.answers import Answers, steps, thresholds_alone
from casesim.workbench.background import Background, told_here
from casesim.workbench.board import Board, board, whole_board
from casesim.workbench.changes import Changes
from casesim.workbench.choices import ChoicesRegion
from casesim.workbench.conditions import ConditionsRegion
from casesim.workbench.counting import Counting
from casesim.workbench.figures import Charts
from casesim.workbench.groups import CUSTOMERS, ITEMS
from casesim.workbench.handing import HandOver
from casesim.workbench.layout import header, heading, page, tabs
from casesim.workbench.looked import Later, checked, mails
from casesim.workbench.mapping import MappingRegion
from casesim.workbench.more import SCENARIO, Scenarios, Suggest
from casesim.workbench.page import Page, tell_again
from casesim.workbench.records import Chosen
from casesim.workbench.settings import check_fields, line_check, proposed, unseen
from casesim.workbench.threshold import ThresholdRegion


class Workbench:
    """Tune a threshold, a mapping, a switch; see at once what would have happened; hand it over.

    Args:
        data: from `load` or `prepare`, or a Result.
        policy: as it is now; none = that of the Result, else the dataset's own.
        out: the folder that files are written into when a button asks for it.
        shared: what is written is for others to read, as far as the umask lets them; else for its owner alone.

    Raises:
        PolicyError: the policy names a field that the dataset does not have.
        DatasetError: something that a rule needs cannot be read.
    """

    def __init__(
        self,
        data: Ran,
        policy: Policy | None = None,
        *,
        out: str | os.PathLike[str] = "casesim-out",
        shared: bool = False,
    ) -> None:
        run = run_of(data, policy)
        self.current = run.policy
        self._prepared = run.prepared
        self._now = self._board = board(run.prepared, run.policy)
        self._settings: dict[str, Any] = {}
        # What the controls say; what was loaded into them, as some of it no control shows; what the board is of, which
        # is another while the proposed one is being made.
        self._valid = self._base = self._counted = self.current
        now = threshold_of(self.current)
        known = list(run.prepared.records.known)
        largest = self._now.top - 1
        self.threshold = ThresholdRegion(self._now.stops, now, self._threshold, standing(self.current))
        self.choices = ChoicesRegion(self.current, self.current, largest, self._change)
        self.conditions = ConditionsRegion(self.current, known, self._change)
        self.mapping = MappingRegion(self.current, known, line_check(run.prepared), self._change)
        accounts = [f"account.{each}" for each in known_fields(run.prepared.records)["account"]]
        self.page = Page()
        self.page.on_drag(self.threshold.set)
        self.page.on_ready(lambda: tell_again(self.view))
        self.chosen = Chosen(run.prepared, self.mapping)
        self.mapping.on_kind(self.chosen.preview)
        self.changes = Changes(self._now, [*known, *accounts], self._list, self._why, standing(self.current))
        self.charts = Charts(self._now, now, standing(self.current), self.changes.narrowing.show_week)
        self.suggest = Suggest(self._suggested, self.threshold.set)
        self.scenarios = Scenarios(self._kept, self.load)
        mend = self.mapping.mend_first
        self.hand_over = HandOver(str(out), run.prepared, self._policies, self.load, mend, shared=shared)
        self.changes.on_open(self._incidents)
        self.changes.csv.on_click(lambda _: self.changes.save(self.hand_over.where, shared=shared))
        self.looked = {"Mails": mails(run.prepared, self._policies), "Data": checked(run.prepared, self._policies)}
        self.answers, self.made, self.counting = Answers(), w.HTML(), Counting(self._cancel)
        self.compare = w.ToggleButton(description="Compare", tooltip="show things as they are now while pressed")
        self.compare.observe(lambda _: self._swap(), "value")
        self._heavy = Background(self.counting.busy)
        self.later = Later(run.prepared, self.current, self._known, self._failed)
        self._stale = False
        self.view = self._layout()
        for control in (self.charts.measure, self.charts.as_tables):
            control.observe(lambda _: self._charts(), "value")
        self._show()

    @property
    def policy(self) -> Policy:
        """What the controls say now; a line with an error is left out."""
        return at(self._valid, self.threshold.value)

    def load(self, policy: Policy) -> None:
        """Put the controls to another policy's settings, as the proposed ones.

        Raises:
            PolicyError: it names a field that the dataset does not have.
        """
        check_fields(self._prepared, policy)
        self._settings = {}
        self._base = self._valid = policy
        self.choices.show(policy)
        self.conditions.show(policy)
        self.mapping.show(policy)
        self._apply(policy)
        self.threshold.set(threshold_of(policy))

    def _change(self, settings: Mapping[str, Any]) -> None:
        """Another setting than the threshold: judged at once, worked out in the background."""
        self._settings.update(settings)
        try:
            own = {**self.choices.settings(), **self.conditions.settings(), **self.mapping.settings()}
            found = proposed(self._base, self.threshold.value, {**own, **self._settings})
            check_fields(self._prepared, found)
        except CasesimError as fault:
            self.conditions.fail(str(fault))
            return
        self.conditions.fail("")
        self._proposal()
        if found != self._valid:
            self._apply(found)

    def _apply(self, policy: Policy) -> None:
        self.compare.value = False
        self._valid = policy
        self._stale = True
        self.suggest.outdated()
        kept = [board for board, of in ((self._now, self.current), (self._board, self._counted)) if alike(policy, of)]
        if kept:
            self._heavy.stop()
            self._arrived((kept[0], policy))
        else:
            self._figures()
            self._list()
            told = told_here(self.counting.step)
            self._heavy.run(lambda: (whole_board(self._prepared, policy, told), policy), self._arrived, self._lost)
        self._why(self.changes.incident)

    def _arrived(self, found: tuple[Board, Policy]) -> None:
        self._board, self._counted = found
        self._stale = False
        self.threshold.set_stops(self._board.stops)
        self._show()

    def _failed(self, said: str) -> None:
        self.answers.fail(said)

    def _lost(self, said: str) -> None:
        """Nothing is known of these settings."""
        self._failed(said)
        self.changes.wait("These settings have not been counted.")

    def _cancel(self) -> None:
        """Back to the settings that the figures are of; the threshold stays."""
        self.load(at(self._counted, self.threshold.value))

    def _threshold(self, _: int) -> None:
        self.compare.value = False
        self.changes.first = 0
        self._show()
        self._why(self.changes.incident)

    @property
    def _thresholds_alone(self) -> bool:
        return thresholds_alone(*self._policies())

    def _show(self) -> None:
        """Everything that arrays can tell now; then what takes longer."""
        self.later.forget()
        # Charts first: a browser draws what has come by its next frame, and they take longest.
        self._charts()
        self._figures()
        self._list()
        self._later()

    def _figures(self) -> None:
        """Answers first, then the words beside the controls: a browser draws what has come by its next frame."""
        now, value = threshold_of(self.current), self.threshold.value
        stale = self._stale and not self.compare.value
        for region in (self.answers, self.charts, self.threshold):
            region.dim(stale)
        if self.compare.value:
            self.answers.show_now(self._now, self.current)
        else:
            policies = self._policies()
            self.answers.show(self._now, self._board, *policies, comparison=self.later.comparison, stale=self._stale)
        self.threshold.show(
            pieces.direction(
                (self._now.majors(now), self._board.majors(value), self._board.majors(self._board.top)),
                self.current,
                self.policy,
            ),
            lambda stop: steps(self._board, value, stop),
        )
        self._proposal()

    def _proposal(self) -> None:
        self.made.value = pieces.proposal(
            changed_settings(self.current, self.policy), len(self.mapping.faults), unseen(self.policy)
        )

    def _charts(self) -> None:
        now, pressed = threshold_of(self.current), self.compare.value
        board, threshold = (self._now, now) if pressed else (self._board, self.threshold.value)
        self.charts.show(board, self._now, now, threshold)
        self.page.top = self._board.top
        self.page.curve, self.page.weeks = self.charts.said

    def _list(self) -> None:
        """A page of the incidents that change."""
        if self._stale:
            self.changes.wait()
        elif self._thresholds_alone:
            self.changes.show_thresholds(self._board, threshold_of(self.current), self.threshold.value)
        elif self.later.comparison is None:
            self.changes.wait()
        else:
            self.changes.show_comparison(self.later.comparison, self._board)

    def _later(self) -> None:
        """What needs whole runs, beside the screen."""
        if self.tabs.value in self.looked:
            self.looked[self.tabs.value].look()
        if not self._stale:
            self.later.follow(self.policy, (self._now, self._board))

    def _known(self) -> None:
        """More of what takes whole runs is there."""
        if self.later.comparison is not None:
            self.answers.check(self.later.findings)
        self._figures()
        if not self._thresholds_alone:
            self._list()

    def _why(self, number: str) -> None:
        self.chosen.show(number, self.current, self.policy)

    def _policies(self) -> tuple[Policy, Policy]:
        return self.current, self.policy

    def _fresh(self) -> Board:
        """The board of the proposed settings.

        Raises:
            CasesimError: it is still being made.
        """
        if self._stale:
            raise CasesimError("Still counting with these settings: ask again when the figures are there.")
        return self._board

    def _kept(self) -> tuple[Policy, Mapping[str, int]]:
        figures = self._fresh().figures(self.threshold.value)
        if not {name for name, _ in SCENARIO} <= figures.keys():
            raise CasesimError("Still counting notifications: keep it when the figures are there.")
        return self.policy, figures

    def _suggested(self, limits: Mapping[str, str]) -> Recommendation:
        return recommend(self._fresh().thresholds, self.current, limits)

    def _tab(self, words: str) -> None:
        if words in self.looked:
            self.looked[words].look()
        self.changes.group({"CIs": ITEMS, "Customers": CUSTOMERS}.get(words))

    def _layout(self) -> w.VBox:
        data, own = self._prepared.data, self._now.incidents.frame
        actions = {
            "Reset": lambda: self.load(self.current),
            "Save policy": lambda: self._handed("policy"),
            "Export result": lambda: self._handed("result"),
            "Impact report": lambda: self._handed("report"),
        }
        said = heading(data.name, own["opened_at"], data.rejects.height)
        views = {
            **dict.fromkeys(("Incidents", "CIs", "Customers"), self.changes.view),
            "Mails": self.looked["Mails"].view,
            "Suggest": self.suggest.view,
            "Scenarios": self.scenarios.view,
            "Data": self.looked["Data"].view,
            "Hand over": self.hand_over.view,
        }
        self.tabs = tabs(views, self._tab)
        return page(
            header(said, self.counting.view, actions, self.compare),
            [self.made, self.threshold.view, self.choices.view, self.conditions.view, self.mapping.view],
            [self.answers.verdict, self.answers.tiles, self.answers.checks, self.charts.view, self.page.view],
            tools=[self.tabs],
            views=list({id(view): view for view in views.values()}.values()),
            side=self.chosen.view,
        )

    def _incidents(self) -> None:
        self.tabs.value = "Incidents"

    def _handed(self, what: str) -> None:
        self.tabs.value = "Hand over"
        self.hand_over.write(what)

    def _swap(self) -> None:
        """While Compare is pressed the figures and the charts are those of now; the controls stay as they are."""
        self._figures()
        self._charts()
        # It lists what the proposal changes.
        self.changes.dim(self.compare.value)

    def __repr__(self) -> str:
        here = self._board.at(self.threshold.value)
        return (
            f"Workbench on {self._prepared.data.name}: threshold {self.threshold.value:,}, "
            f"{here['incidents_major']:,} major incidents, {here['manual_closures']:,} cases to close by hand"
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        found = self.view._repr_mimebundle_()
        data, *rest = found if isinstance(found, tuple) else (found,)
        # A notebook opened without a kernel still shows where things stood.
        data = {**data, "text/plain": repr(self)}
        return (data, *rest) if rest else data
