"""Draws the pictures of the documentation from real runs: `python -m docs.make_images` in the top folder."""

import io
from pathlib import Path

from rich.console import Console
from rich.text import Text

import casesim as cs
from casesim.analysis.summary_text import summary_text
from tests.engine.running import engine_rows
from tests.examples.both_ways import EXAMPLES
from tests.reference import Row, Tables

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"

BLUE, ORANGE, VERMILION, GREY = "#0072B2", "#E69F00", "#D55E00", "#6B6B6B"  # Okabe-Ito; every mark has its own shape
INK, PAPER, RULE = "#1B1B1B", "#FFFFFF", "#C9C9C9"

# The examples stand in this order: P off, B off; P off, B on; P on, B off; P on, B on.
SWITCHES = [(False, False), (False, True), (True, False), (True, True)]
RECORDS = ["INC1", "INC1-M", *(f"INC1-000{customer}" for customer in range(1, 6))]
HEADS = ["incident", "major", "1", "2", "3", "4", "5"]
ROOTS = {"INC1-J0001": "action for 2 and 4", "INC1-J0002": "reply of 3"}
VERDICTS = {
    (False, False): "nothing is passed on",
    (False, True): "nothing is passed on either",
    (True, False): "as intended",
    (True, True): "everything reaches everybody",
}

LEGEND = {
    "written": "where the customer wrote it",
    "meant": "entry that was meant",
    "duplicate": "the same entry again",
    "unintended": "case that nobody chose",
    "blocked": "blocked, no mail",
}

PANEL, HIGH, LEFT, STEP, LINE = 580, 196, 180, 58, 58


def demo_text() -> str:
    """What `casesim run` prints on the shipped dataset."""
    result = cs.simulate(cs.load(ROOT / "datasets" / "telecom"))
    return summary_text(result.run, result.summary, Path("out/demo"))


def demo_svg() -> str:
    """The first screen of the README: the command and what it prints."""
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True)
    console.print(Text("$ casesim run datasets/telecom --out out/demo", style="bold"))
    console.print()
    console.print(Text(demo_text()))
    svg = console.export_svg(title="casesim run", unique_id="demo")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def both_ways() -> dict[tuple[bool, bool], Tables]:
    """What the engine makes of the example, by (P, B)."""
    return {
        switch: engine_rows(example.tables, example.policy) for switch, example in zip(SWITCHES, EXAMPLES, strict=True)
    }


def both_ways_svg() -> str:
    """Who receives what, a panel for each setting of the two switches."""
    parts = []
    for place, (switch, result) in enumerate(both_ways().items()):
        x, y = 10 + (place % 2) * (PANEL + 10), 10 + (place // 2) * (HIGH + 10)
        parts.append(f'<g transform="translate({x},{y})">{_panel(switch, result)}</g>')
    wide, high = 2 * PANEL + 30, 2 * HIGH + 88
    parts.append(f'<g transform="translate(10,{2 * HIGH + 33})">{_legend()}</g>')
    title = "Who receives a notify action for two of five customers, and a reply, under the four settings of P and B"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img" '
        f'font-family="Helvetica, Arial, sans-serif" font-size="14" fill="{INK}">\n'
        f'<title>{title}</title>\n<rect width="{wide}" height="{high}" rx="8" fill="{PAPER}"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _panel(switch: tuple[bool, bool], result: Tables) -> str:
    p, b = ("on" if on else "off" for on in switch)
    parts = [
        f'<rect width="{PANEL}" height="{HIGH}" rx="6" fill="none" stroke="{RULE}"/>',
        f'<text x="14" y="26"><tspan font-weight="bold">P {p}, B {b}</tspan>: {VERDICTS[switch]}</text>',
        *(_words(head, LEFT + STEP * column, 60, GREY) for column, head in enumerate(HEADS)),
    ]
    for line, (root, head) in enumerate(ROOTS.items()):
        y = 92 + LINE * line
        parts.append(f'<line x1="14" x2="{PANEL - 14}" y1="{y - 22}" y2="{y - 22}" stroke="{RULE}"/>')
        parts.append(f'<text x="14" y="{y + 5}">{head}</text>')
        for column, record in enumerate(RECORDS):
            parts.append(_cell(result, root, record, LEFT + STEP * column, y))
    return "\n".join(parts)


def _cell(result: Tables, root: str, record: str, x: int, y: int) -> str:
    """The entries of one root on one record side by side, and the mails that they come to."""
    entries = [row for row in result["journal"] if row["record"] == record and root in (row["id"], row["copied_from"])]
    told = [row for row in result["notifications"] if row["case_number"] == record and row["journal_id"][:10] == root]
    sent = sum(row["status"] == "sent" for row in told)
    marks = sorted((_mark(row) for row in entries), key=list(LEGEND).index) or (["blocked"] if told else [])
    parts = [
        f'<use href="#{mark}" x="{x + 20 * place - 10 * (len(marks) - 1)}" y="{y}"/>'
        for place, mark in enumerate(marks)
    ]
    if sent:
        parts.append(_words("1 mail" if sent == 1 else f"{sent} mails", x, y + 26, GREY, size=12))
    return "".join(parts)


def _mark(entry: Row) -> str:
    if entry["unintended"]:
        return "unintended"
    if entry["duplicate"]:
        return "duplicate"
    return "written" if entry["origin"] == "reply" else "meant"


def _legend() -> str:
    shapes = {
        "written": f'<circle r="6.5" fill="{PAPER}" stroke="{BLUE}" stroke-width="3"/>',
        "meant": f'<circle r="8" fill="{BLUE}"/>',
        "duplicate": f'<rect x="-7" y="-7" width="14" height="14" fill="{ORANGE}" stroke="{INK}"/>',
        "unintended": f'<path d="M0 -10 10 0 0 10 -10 0Z" fill="{VERMILION}"/>',
        "blocked": f'<path d="M-7 -7 7 7M7 -7 -7 7" stroke="{GREY}" stroke-width="3"/>',
    }
    marks = "".join(f'<g id="{name}">{shape}</g>' for name, shape in shapes.items())
    shown = [
        f'<use href="#{name}" x="{24 + 232 * place}" y="24"/><text x="{42 + 232 * place}" y="29">{word}</text>'
        for place, (name, word) in enumerate(LEGEND.items())
    ]
    return f"<defs>{marks}</defs>{''.join(shown)}"


def _words(text: str, x: int, y: int, fill: str, size: int = 14) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="middle" font-size="{size}" fill="{fill}">{text}</text>'


if __name__ == "__main__":
    for name, svg in (("demo", demo_svg()), ("both_ways", both_ways_svg())):
        (IMAGES / f"{name}.svg").write_text(svg, encoding="utf-8")
        print(f"docs/images/{name}.svg")
