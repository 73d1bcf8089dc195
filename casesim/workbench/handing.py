"""What the hand-over buttons write, and where it went."""

from datetime import UTC, datetime
from pathlib import Path

from casesim.engine.simulate import Simulation
from casesim.results.comparison import Comparison
from casesim.results.result import Result
from casesim.tables import OutputError
from casesim.workbench.pieces import text


def handed(what: str, now: Simulation, proposed: Simulation, folder: Path, format: str) -> str:
    """Write one thing into a folder.

    Args:
        what: result | report | change | policy.
        now, proposed: the two runs.
        folder: made if it is not there.
        format: of a result: parquet | csv | xlsx | ndjson.

    Returns:
        A sentence with the files, as HTML.

    Raises:
        OutputError: something cannot be written; nothing is left half written.
        PolicyError: a change file is asked for and no property changes.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise OutputError(f"{folder}: cannot be made ({fault.strerror or fault}).") from fault
    match what:
        case "result":
            wrote = [Result(proposed, datetime.now(UTC)).write(folder / "result", format=format, overwrite=True)]
        case "report":
            wrote = Comparison(now, proposed).report(folder / "impact.html")
        case "change":
            wrote = Comparison(now, proposed).change_file(folder / "update.xml")
        case _:
            wrote = [folder / "policy.toml"]
            try:
                wrote[0].write_text(proposed.policy.to_toml(), encoding="utf-8")
            except OSError as fault:
                raise OutputError(f"{wrote[0]}: cannot be written ({fault.strerror or fault}).") from fault
    names = "".join(f"<li><code>{text(path.resolve(), 300)}</code></li>" for path in wrote)
    return f'<div role="status">Wrote<ul>{names}</ul></div>'
