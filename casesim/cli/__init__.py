"""The command line: `casesim COMMAND [DATASET] [options]`. Thin: a command says what to run and prints what came of it.

Exit codes: 0 done, 1 the run failed, 2 bad usage, policy or dataset, 3 rejects under `--strict`; 130 and 143
stopped by Ctrl+C and by SIGTERM.
"""

import sys
from collections.abc import Sequence

import cyclopts
from polars.exceptions import PanicException

from casesim.cli import commands
from casesim.cli.console import fail
from casesim.cli.stopping import Stop, stoppable
from casesim.tables import CasesimError, OutputError
from casesim.visible import visible

app = cyclopts.App(
    name="casesim",
    help="A preview of proactive cases: what an incident log would have led to. Simulation only; nothing is sent.",
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,
)
for command in (
    *(commands.run, commands.sweep, commands.compare, commands.preview, commands.recommend),
    *(commands.check, commands.synth, commands.lab, commands.app),
):
    app.command(command)
app.command(commands.rule_test, name="test")
app.command(commands.explain, usage="Usage: casesim explain [DATASET] INCIDENT [OPTIONS]")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code and never shows a traceback unless `--debug` asks for it."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    with stoppable() as stop:
        try:
            _refuse_other_encodings(words)
            code = app(words, exit_on_error=False, print_error=False, result_action="return_value")
        except (Exception, KeyboardInterrupt, PanicException) as fault:  # a panic is no Exception
            said, code = _sentence(fault, stop)
            return fail(said, code, words, debug="--debug" in words)
    return code if isinstance(code, int) else 0


def _refuse_other_encodings(words: Sequence[str]) -> None:
    """Names on disk are bytes; what is no text cannot be written into a manifest, nor handed to the libraries."""
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError:
            raise CasesimError(f"{visible(word)}: not in UTF-8, which is the only encoding of names here.") from None


def _sentence(fault: BaseException, stop: Stop) -> tuple[str, int]:
    """What to say of a fault, and the exit code."""
    match fault:
        case cyclopts.CycloptsError():
            return f"{fault} See: casesim --help", 2
        case OutputError():
            return str(fault), 1
        case CasesimError():
            return str(fault), 2
        case KeyboardInterrupt():
            return "Stopped. Nothing was kept.", stop.code
        case MemoryError():
            return "Out of memory. Nothing was kept.", 1
    return f"casesim failed: {type(fault).__name__}: {fault} (--debug shows where).", 1
