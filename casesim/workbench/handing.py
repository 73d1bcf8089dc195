"""Hand over: what leaves the workbench and where it went, and settings that come in as text or file."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import ipywidgets as w
import polars as pl

from casesim.analysis.wording import many
from casesim.disk import make_folder, write_file
from casesim.engine.prepare import Prepared
from casesim.engine.simulate import Simulation, simulate
from casesim.export.change_file import importable
from casesim.export.one_table import write_table
from casesim.policy import Policy
from casesim.results.comparison import Comparison
from casesim.results.result import Result
from casesim.tables import CasesimError
from casesim.workbench.background import Background, told_here
from casesim.workbench.pieces import refused, text
from casesim.workbench.settings import taken


class HandOver:
    """A folder, a button for each thing that can be written there, and a box for settings as text.

    Args:
        folder: where files go unless another is typed.
        prepared: who is affected.
        policies: as it is now, and as proposed.
        load: puts the controls to a policy.
        wrong: goes to a line of the mapping that has to be mended first and says so; None if all are right.
        shared: what is written is for others to read, as far as the umask lets them; else for its owner alone.
    """

    def __init__(
        self,
        folder: str,
        prepared: Prepared,
        policies: Callable[[], tuple[Policy, Policy]],
        load: Callable[[Policy], None],
        wrong: Callable[[], str | None],
        *,
        shared: bool = False,
    ) -> None:
        self._prepared, self._policies, self._load, self._wrong = prepared, policies, load, wrong
        self.shared = shared
        self._writer = Background()
        self._writing = False
        self.folder = w.Text(
            value=folder, description="Folder", style={"description_width": "50px"}, layout=w.Layout(width="380px")
        )
        self.format = w.Dropdown(
            options=["parquet", "csv", "xlsx", "ndjson"], value="csv", layout=w.Layout(width="100px")
        )
        self.said = w.HTML(layout=w.Layout(max_width="100%"))
        self.toml = w.Textarea(placeholder="a policy as TOML", layout=w.Layout(width="100%", height="110px"))
        self.buttons = {
            "result": w.Button(description="Cases and notifications"),
            "report": w.Button(description="Impact report"),
            "change": w.Button(description="Change file"),
            "policy": w.Button(description="Policy as TOML"),
            "show": w.Button(description="Show policy below"),
        }
        for name, button in self.buttons.items():
            button.on_click(lambda _, name=name: self.write(name))
        apply = w.Button(description="Apply the text").add_class("cs-primary")
        apply.on_click(lambda _: self.take(self.toml.value, ".toml"))
        self.file = w.FileUpload(accept=".toml,.csv,.json,.xml", multiple=False, description="Import file")
        self.file.observe(lambda change: self._took(change["new"]), "value")
        self.view = w.VBox(
            [
                w.HBox([self.folder, self.format]).add_class("cs-row"),
                w.HBox(list(self.buttons.values())).add_class("cs-row").add_class("cs-wrap"),
                self.said,
                self.toml,
                w.HBox(
                    [apply, self.file, w.HTML("<span class='cs-muted'>TOML, or an export of sys_properties</span>")]
                ).add_class("cs-row"),
            ]
        )

    @property
    def where(self) -> Path:
        """The folder that files go to."""
        return Path(self.folder.value.strip() or ".")

    def write(self, what: str) -> None:
        """What one of the buttons writes (`handed`), beside the screen, or shows below; or why it cannot."""
        if self._writing:
            return
        if (wrong := self._wrong()) is not None:
            self._refuse(wrong)
            return
        now, proposed = self._policies()
        if what == "show":
            self.toml.value = proposed.to_toml()
            self._said("The policy stands below; change it and apply the text.")
            return
        folder, format, said = self.where, self.format.value, told_here(self._step)
        self._busy(True)
        self._step("what the settings come to")

        def work() -> str:
            a, b = (simulate(self._prepared, policy) for policy in (now, proposed))
            return handed(what, a, b, folder, format, shared=self.shared, progress=said)

        self._writer.run(work, self._wrote, self._refuse, pause=0)

    def _step(self, name: str) -> None:
        if self._writing:
            slow = (
                self.format.value == "xlsx"
                and " A workbook takes minutes where rows are many; csv and parquet, seconds."
            )
            self._said(f"Writing: {name} …{slow or ''}")

    def _wrote(self, said: str) -> None:
        self._busy(False)
        self.said.value = said

    def _busy(self, busy: bool) -> None:
        self._writing = busy
        for button in self.buttons.values():
            button.disabled = busy

    def _said(self, words: str) -> None:
        self.said.value = f'<div role="status">{text(words)}</div>'

    def take(self, written: str, ending: str) -> None:
        """Settings as text, of the kind that a file's ending names, become the proposed ones."""
        try:
            self._load(taken(written, ending))
        except CasesimError as fault:
            self._refuse(str(fault))
        else:
            self._said("Applied as the proposed policy.")

    def _refuse(self, said: str) -> None:
        self._busy(False)
        self.said.value = refused(said)

    def _took(self, files: tuple[Mapping[str, object], ...]) -> None:
        for file in files:
            name, content = str(file["name"]), file["content"]
            raw = bytes(content) if isinstance(content, memoryview | bytes) else b""
            try:
                written = raw.decode("utf-8-sig")
            except UnicodeDecodeError:
                self._refuse(f"{name} is not UTF-8 text.")
                continue
            self.take(written, "." + name.rpartition(".")[2].lower())
        # So that the same file can be taken again.
        self.file.value = ()


def handed(
    what: str,
    now: Simulation,
    proposed: Simulation,
    folder: Path,
    format: str,
    *,
    shared: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> str:
    """Write one thing into a folder.

    Args:
        what: result | report | change | policy.
        now, proposed: the two runs.
        folder: made if it is not there.
        format: of a result: parquet | csv | xlsx | ndjson.
        shared: for others to read, as far as the umask lets them; else for their owner alone.
        progress: told each table's name before it is written.

    Returns:
        A sentence with the files, as HTML.

    Raises:
        OutputError: something cannot be written; nothing is left half written.
        PolicyError: a change file is asked for and no property changes.
    """
    make_folder(folder, shared=shared)
    match what:
        case "result":
            result = Result(proposed, datetime.now(UTC))
            wrote = [result.write(folder / "result", format=format, overwrite=True, shared=shared, progress=progress)]
        case "report":
            # With what it reports on beside it, so that no older change file seems to belong to it.
            change = folder / "update.xml" if importable(now.policy, proposed.policy) else None
            wrote = Comparison(now, proposed).report(folder / "impact.html", change_file=change, shared=shared)
        case "change":
            wrote = Comparison(now, proposed).change_file(folder / "update.xml", shared=shared)
        case _:
            wrote = [folder / "policy.toml"]
            write_file(wrote[0], proposed.policy.to_toml().encode(), shared=shared)
    names = "".join(f"<li><code>{text(path.resolve(), 300)}</code></li>" for path in wrote)
    return f'<div role="status">Wrote<ul>{names}</ul></div>'


def saved(table: pl.DataFrame, folder: Path, name: str, *, shared: bool = False) -> str:
    """Write a list as csv into a folder; a sentence with the file, as HTML.

    Raises:
        OutputError: it cannot be written; an older one stays then.
    """
    make_folder(folder, shared=shared)
    write_table(table, folder / name, shared=shared)
    rows, path = many(table.height, "row"), text((folder / name).resolve(), 300)
    return f'<div role="status">Wrote {rows}: <code>{path}</code></div>'
