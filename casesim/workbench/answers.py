"""What changes: a sentence, eight numbers, what to look at; read from arrays, so that they follow a slider."""

from collections.abc import Sequence

import ipywidgets as w
import polars as pl

from casesim.analysis.compare import Comparison
from casesim.analysis.findings import Finding, of_data
from casesim.analysis.intervals import alike, threshold_of
from casesim.analysis.verdict import signed
from casesim.policy import Policy
from casesim.workbench import pieces
from casesim.workbench.board import Board
from casesim.workbench.layout import dim


class Answers:
    """Verdict, tiles and checks, now against proposed."""

    def __init__(self) -> None:
        self.verdict = w.HTML().add_class("cs-live")
        self.tiles, self.checks = w.HTML(), w.HTML()
        # What the data of a board are like, found once for all its thresholds.
        self._known: tuple[Board | None, list[Finding]] = (None, [])

    def show(
        self,
        now: Board,
        proposed: Board,
        a: Policy,
        b: Policy,
        *,
        comparison: Comparison | None,
        stale: bool,
    ) -> None:
        """The figures of two policies at their thresholds, and until `check` comes with all findings those of arrays.

        Args:
            now, proposed: the boards; a, b: their policies.
            comparison: of the two, where whole runs have been compared.
            stale: the proposed board is that of other settings, and theirs is being made.
        """
        if stale:
            # Nothing is known of these settings; what is shown stays, dimmed, rather than being half of each.
            return
        before, after, only = threshold_of(a), threshold_of(b), alike(a, b)
        old, new = now.figures(before), proposed.figures(after)
        # Incidents that change, and critical ones among them; None while that is being counted.
        changed, critical = proposed.incidents.counts(before, after) if thresholds_alone(a, b) else (None, None)
        unintended = 0
        if comparison is not None:
            changed = comparison.incidents.height
            unintended = comparison.totals.filter(pl.col("metric") == "notifications_unintended")["b"].item()
        self.verdict.value = pieces.verdict(
            old, new, (a, b), only_threshold=only, changed=changed, unintended=unintended
        )
        every = now.incidents.frame.height if comparison is None else comparison.height
        self.tiles.value = pieces.tiles(old, new, a, changed=changed, every=every)
        if comparison is None:
            found = pieces.quick_checks(proposed.thresholds.turns, proposed.incidents.frame.height, new, critical)
            self.check([*found, *self._of_data(proposed)])

    def _of_data(self, board: Board) -> list[Finding]:
        if self._known[0] is not board:
            self._known = board, of_data(board.thresholds.low)
        return self._known[1]

    def show_now(self, board: Board, policy: Policy) -> None:
        """Things as they are, with nothing proposed."""
        threshold = threshold_of(policy)
        figures = board.figures(threshold)
        self.verdict.value = pieces.as_it_is(figures, policy)
        self.tiles.value = pieces.tiles(figures, figures, policy, changed=0, every=board.incidents.frame.height)
        # They speak of what is proposed.
        self.checks.add_class("cs-stale")

    def dim(self, stale: bool) -> None:
        """Whether what is shown is of other settings than those asked for."""
        dim(stale, self.verdict, self.tiles, self.checks)

    def check(self, found: Sequence[Finding]) -> None:
        """The gravest of some findings."""
        self.checks.value = pieces.checks(found)

    def fail(self, said: str) -> None:
        """An error in the verdict's place; the last good numbers stay, dimmed."""
        self.verdict.value = pieces.problem(said)
        self.verdict.remove_class("cs-stale")


def thresholds_alone(a: Policy, b: Policy) -> bool:
    """Whether arrays tell which incidents change: the thresholds differ alone, and nothing looks across incidents.

    Flood control does (R5.3): what one incident no longer sends another one may.
    """
    return a == b or (alike(a, b) and a.flood is None)


def steps(board: Board, threshold: int, stop: int) -> str:
    """How many more or fewer incidents are major at a stop than at a threshold."""
    majors = board.columns["incidents_major"]
    return signed(int(majors[board.place(stop)]) - int(majors[board.place(threshold)]))
