"""Answers that take whole runs: what changes and what speaks against it; and, when somebody looks, mails and data."""

from collections.abc import Callable, Hashable, Sequence

import ipywidgets as w

from casesim.analysis.check import Check, data_check
from casesim.analysis.compare import Comparison
from casesim.analysis.findings import Finding, findings
from casesim.analysis.floods import Floods, floods
from casesim.analysis.floods_text import bands, marks, said
from casesim.analysis.intervals import threshold_of
from casesim.analysis.verdict import standing
from casesim.engine.prepare import Prepared
from casesim.engine.simulate import Simulation, simulate
from casesim.policy import Policy
from casesim.workbench.background import Background
from casesim.workbench.board import Board
from casesim.workbench.pieces import plain_table, problem, text

# As many contacts as are looked at one by one.
WORST = 20
Work = Callable[[], str]
Policies = Callable[[], tuple[Policy, Policy]]


class Looked:
    """An answer as HTML, for as long as it is in front; dimmed while it is worked out for other settings.

    Args:
        ask: what it depends on, and what works it out beside the screen.
    """

    def __init__(self, ask: Callable[[], tuple[Hashable, Work]]) -> None:
        self._ask = ask
        self._reader = Background()
        self._asked: Hashable = None
        self.view = w.HTML().add_class("cs-told")

    def look(self) -> None:
        """Somebody looks at it, or the settings have changed while somebody does."""
        asked, work = self._ask()
        if asked == self._asked:
            return
        self._asked = asked
        if self.view.value:
            self.view.add_class("cs-stale")
        else:
            self.view.value = '<span class="cs-muted" role="status">counting…</span>'
        self._reader.run(work, self._show, self._fault)

    def _show(self, said: str) -> None:
        self.view.remove_class("cs-stale")
        self.view.value = said

    def _fault(self, said: str) -> None:
        # It can be asked for again.
        self._asked = None
        self._show(problem(said))


class Later:
    """What takes whole runs and follows by itself: which incidents change, what speaks against it, the busiest contact.

    comparison: of now and proposed, None until it is there and where nothing is proposed; findings: what it says.

    Args:
        prepared: who is affected; now: the policy as it is.
        shown: what to do when more is known.
        failed: told what went wrong.
    """

    def __init__(
        self, prepared: Prepared, now: Policy, shown: Callable[[], None], failed: Callable[[str], None]
    ) -> None:
        self._prepared, self._now, self._shown, self._failed = prepared, now, shown, failed
        self._comparing, self._counting = Background(), Background()
        self.comparison: Comparison | None = None
        self.findings: list[Finding] = []

    def forget(self) -> None:
        """The proposal is another one."""
        self.comparison, self.findings = None, []

    def follow(self, proposed: Policy, boards: Sequence[Board]) -> None:
        """Compare with a proposed policy; then count on both boards what takes longest.

        Args:
            proposed: the policy.
            boards: of now, and of the proposed one.
        """
        policies = (self._now, proposed)
        runs = [simulate(self._prepared, policy) for policy in policies]

        def compared() -> tuple[Comparison | None, list[Finding]]:
            if proposed == self._now:
                return None, []
            found = Comparison(*runs)
            # Read by the list, which must not wait for it.
            _ = found.incidents
            return found, findings(found)

        def then(found: tuple[Comparison | None, list[Finding]]) -> None:
            self.comparison, self.findings = found
            self._shown()
            if not all(board.counted(threshold_of(policy)) for board, policy in zip(boards, policies, strict=True)):
                self._counting.run(counted, lambda _: self._shown(), self._failed, pause=0)

        def counted() -> bool:
            for board, run in zip(boards, runs, strict=True):
                if not board.counted(threshold_of(run.policy)):
                    board.count(run)
            return True

        self._comparing.run(compared, then, self._failed, pause=0.8)


def mails(prepared: Prepared, policies: Policies) -> Looked:
    """The mails under the policies as they are now and as proposed."""

    def ask() -> tuple[Hashable, Work]:
        now, proposed = policies()
        return (now, proposed), lambda: mails_html(simulate(prepared, now), simulate(prepared, proposed))

    return Looked(ask)


def checked(prepared: Prepared, policies: Policies) -> Looked:
    """The data as the proposed policy uses them."""

    def ask() -> tuple[Hashable, Work]:
        _, proposed = policies()
        return proposed, lambda: check_html(data_check(prepared.data, proposed))

    return Looked(ask)


def mails_html(now: Simulation, proposed: Simulation) -> str:
    """Who gets most mails under the proposed settings, and how full everybody's hours are under both.

    Args:
        now, proposed: the two runs.
    """
    a, b = floods(now), floods(proposed)
    heading = "".join(f"<p>{text(line)}</p>" for line in said(b))
    notes = "".join(f'<p class="cs-error">{text(line)}</p>' for line in marks(b))
    heads = ("to one in an hour", standing(now.policy), "proposed")
    right = plain_table(heads, _bands(a, b), frozenset({1, 2}))
    return f'<div class="cs-two"><div>{heading}{notes}{_worst(b)}</div><div>{right}</div></div>'


def _worst(found: Floods) -> str:
    counts = ("most_in_an_hour", "most_in_a_day", "mails")
    rows = [
        (row["name"] or row["contact"], *(f"{row[name]:,}" for name in counts))
        for row in found.worst(WORST, personal=True).iter_rows(named=True)
    ]
    return plain_table(("most mails to", "in an hour", "a day", "in all"), rows, frozenset({1, 2, 3}))


def _bands(a: Floods, b: Floods) -> list[tuple[str, str, str]]:
    both = zip(bands(a.hours), bands(b.hours), strict=True)
    return [(label, f"{was:,}", f"{will:,}") for (label, was), (_, will) in both if was or will]


def check_html(found: Check) -> str:
    """What was found in the data and what each of it does to a result, the worst first; then what was read."""
    marks = {"error": "⊘", "warning": "△", "note": "○"}
    rows = [
        (marks[each.severity], f"{each.table}.{each.column}" if each.column else each.table, each.what, each.effect)
        for each in found.findings
    ]
    read = [
        (table.table, f"{table.rows:,}", f"{table.rows - table.used:,}", ", ".join(table.files))
        for table in found.tables
    ]
    tables = plain_table(("table", "rows", "not used", "files"), read, frozenset({1, 2}))
    return plain_table(("", "where", "what", "what it does"), rows) + tables
