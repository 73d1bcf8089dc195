"""The commands, a module each; `options` has the flags they share."""

from casesim.cli.check import check
from casesim.cli.compare import compare
from casesim.cli.explain import explain
from casesim.cli.lab import app, lab
from casesim.cli.preview import preview
from casesim.cli.recommend import recommend
from casesim.cli.run import run
from casesim.cli.sweep import sweep
from casesim.cli.synth import synth
from casesim.cli.test import rule_test

__all__ = ["app", "check", "compare", "explain", "lab", "preview", "recommend", "rule_test", "run", "sweep", "synth"]
