"""The commands, a module each; `options` has the flags they share."""

from casesim.cli.check import check
from casesim.cli.explain import explain
from casesim.cli.run import run
from casesim.cli.synth import synth

__all__ = ["check", "explain", "run", "synth"]
