"""Every rule has a home and a test, every cited rule exists, imports go down and stay few."""

import ast
import re
import subprocess
import sys
from pathlib import Path

from tests.examples import EXAMPLES

ROOT = Path(__file__).parents[1]
CITED = re.compile(r"\bR\d+(?:\.\d+)?\b")
# How many rules each family has below its first.
FAMILIES = {1: 6, 2: 6, 3: 6, 4: 1, 5: 3, 6: 6, 7: 4, 8: 2, 12: 1}
KNOWN = {
    rule for family, below in FAMILIES.items() for rule in [f"R{family}", *(f"R{family}.{n + 1}" for n in range(below))]
}
HOMES = [
    *sorted((ROOT / "casesim" / "engine").glob("*.py")),
    *sorted((ROOT / "casesim" / "policy").glob("*.py")),
    ROOT / "casesim" / "conditions.py",
    ROOT / "casesim" / "template.py",
]
HEAVY = ("pandas", "pyarrow", "plotly", "ipywidgets", "duckdb", "rich", "cyclopts")


def docstrings(path: Path) -> str:
    """Every docstring of a module, one after the other."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return "\n".join(ast.get_docstring(node) or "" for node in nodes if isinstance(node, documented))


def named_by_tests() -> set[str]:
    """The rules that a test function's name or an example names."""
    found = {example.rule for example in EXAMPLES}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for family, below in re.findall(r"def test_r(\d+)(?:_(\d+))?_", path.read_text(encoding="utf-8")):
            found.add(f"R{family}.{below}" if below else f"R{family}")
    return found


def test_every_rule_has_a_home():
    cited = set().union(*(CITED.findall(docstrings(path)) for path in HOMES))
    assert [rule for rule in sorted(KNOWN) if rule not in cited] == []


def test_every_rule_has_a_test():
    named = named_by_tests()
    assert [rule for rule in sorted(KNOWN) if rule not in named] == []
    assert sorted(named - KNOWN) == []


def test_every_cited_rule_exists():
    unknown = {
        f"{path.relative_to(ROOT)}: {rule}"
        for path in sorted((ROOT / "casesim").rglob("*.py"))
        for rule in CITED.findall(path.read_text(encoding="utf-8"))
        if rule not in KNOWN
    }
    assert sorted(unknown) == []


def test_imports_go_down():
    command = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_importing_casesim_loads_nothing_heavy():
    code = f"import sys, casesim; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
