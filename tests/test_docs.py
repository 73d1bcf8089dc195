"""The documentation says what is so: links, settings, rules, figures, pictures."""

import re
from collections import Counter
from html import unescape
from pathlib import Path

import polars as pl
import pytest

import casesim as cs
from casesim.policy import Policy
from casesim.policy.names import BUSINESS_RULES, CHOICES, PLACES, PROPERTIES, TOP_LEVEL
from docs.make_images import RECORDS, both_ways, both_ways_svg, demo_text
from tests.test_rules import KNOWN, ROOT

PAGES = sorted(
    [*ROOT.glob("*.md"), *(path for folder in ("docs", "datasets") for path in (ROOT / folder).glob("*.md"))]
)
REDRAW = "run .venv/bin/python -m docs.make_images"


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def tables(text: str) -> list[list[list[str]]]:
    """Every table of a page as rows of cells; its head is the first row."""
    found = re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE)
    return [[cells(line) for line in table.splitlines() if not re.fullmatch(r"[|:\- ]+", line)] for table in found]


def tables_headed(name: str, *head: str) -> list[list[list[str]]]:
    """The rows below the heads of a page's tables that begin with these columns."""
    return [table[1:] for table in tables(page(name)) if table[0][: len(head)] == list(head)]


def code(text: str) -> str:
    """What stands between the first two backticks."""
    return re.search("`([^`]+)`", text)[1]


def anchors(text: str) -> set[str]:
    """What a page's headings are called in links."""
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path):
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        if not there.exists() or (anchor and anchor not in anchors(there.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("name", ["docs/policy.md", "docs/comments.md"])
def test_every_policy_shown_is_accepted(name: str):
    blocks = re.findall(r"```toml\n(.*?)```", page(name), flags=re.DOTALL)
    assert blocks
    for block in blocks:
        assert Policy.from_toml(block) != Policy()


def test_every_setting_in_a_table_is_accepted_with_the_default_it_states():
    rows = [row for table in tables_headed("docs/policy.md", "setting") for row in table]
    assert rows
    for row in rows:
        default = row[-3]
        value = code(default) if "`" in default else None
        assert Policy().set(code(row[0]), value) == Policy(), row[0]
        if len(row) == 5:  # with a short name
            assert PLACES[code(row[1])] == PLACES[code(row[0])]


def test_every_setting_is_in_the_documentation():
    text = page("docs/policy.md")
    missing = [name for name in (*CHOICES, *PROPERTIES, *BUSINESS_RULES) if name not in text]
    sections = (
        *(f"{name} = " for name in TOP_LEVEL[:5]),
        *(f"[{name}" for name in TOP_LEVEL[5:]),
        *(f"[mapping.{kind}]" for kind in ("individual", "major", "child", "proactive")),
        *(f"[notifications.{event}]" for event in ("case_created", "comment", "resolved")),
    )
    missing += [section for section in sections if section not in text]
    assert missing == []


def test_every_part_of_a_section_is_in_an_example():
    seen: set[str] = set()
    for block in re.findall(r"```toml\n(.*?)```", page("docs/policy.md"), flags=re.DOTALL):
        seen |= set(re.findall(r"^(\w+) = ", block, flags=re.MULTILINE))
    parts = {"contract_value_at_least", "critical_services_at_least", "when", "threshold", "message", "after"}
    parts |= {"name", "product", "all_products", "table", "defaults", "enabled", "subject", "body"}
    parts |= {"max_per_contact", "window", "digest", "quiet_hours", "timezone"}
    assert sorted(parts - seen) == []


def test_every_rule_is_in_the_documentation_with_a_home():
    rows = [row for table in tables_headed("docs/rules.md", "id", "rule", "source", "home") for row in table]
    named = [rule for row in rows for rule in row[0].split(", ")]
    assert sorted(named) == sorted(KNOWN)
    for row in rows:
        for home in re.findall("`([^`]+)`", row[3]):
            assert_home(home)


def assert_home(home: str) -> None:
    """`engine/` is left out; `module.function` names a function of a module."""
    if home.startswith("casesim/"):
        assert (ROOT / home).exists(), home
        return
    module, name = home.split(".")
    file = ROOT / "casesim" / "engine" / f"{module}.py"
    assert file.exists(), home
    assert name == "py" or f"\ndef {name}(" in file.read_text(encoding="utf-8"), home


def switches(row: list[str]) -> tuple[bool, bool]:
    return row[0] == "on", row[1] == "on"


def numbers(row: list[str]) -> list[int]:
    return [int(cell.replace(",", "")) for cell in row[2:]]


def test_r6_the_figures_of_both_switches_are_those_of_the_engine():
    [rows] = tables_headed("docs/comments.md", "P", "B", "entries on the incident")
    results = both_ways()
    assert [switches(row) for row in rows] == list(results)
    for row in rows:
        result = results[switches(row)]
        journal, told = result["journal"], result["notifications"]
        sent = [mail for mail in told if mail["status"] == "sent"]
        assert numbers(row) == [
            sum(entry["table"] == "incident" for entry in journal),
            sum(entry["table"] == "case" for entry in journal),
            sum(entry["unintended"] for entry in journal),
            sum(entry["duplicate"] for entry in journal),
            len(sent),
            sum(mail["unintended"] for mail in sent),
            sum(mail["status"] == "blocked" for mail in told),
        ], switches(row)
        assert len(told) == len(sent) + numbers(row)[-1]


def test_r6_the_mails_to_each_customer_are_those_of_the_engine():
    [rows] = tables_headed("docs/comments.md", "P", "B", "1")
    for row in rows:
        told = both_ways()[switches(row)]["notifications"]
        sent = Counter(mail["case_number"] for mail in told if mail["status"] == "sent")
        assert numbers(row) == [sent[case] for case in RECORDS[2:]], switches(row)


@pytest.mark.slow
def test_r6_the_figures_of_the_shipped_dataset_are_those_of_a_run():
    [rows] = tables_headed("docs/comments.md", "P", "B", "sent")
    prepared = cs.prepare(cs.load(ROOT / "datasets" / "telecom"))
    for row in rows:
        p, b = switches(row)
        result = cs.simulate(prepared, Policy(threshold=5, sync_comments=p, copy_comments=b))
        told = result.notifications.filter(event="comment").select("status", "unintended", id="journal_id")
        sent = told.filter(status="sent")
        twice = result.journal.filter(pl.col("duplicate")).select("id")
        assert numbers(row) == [
            sent.height,
            sent["unintended"].sum(),
            sent.join(twice, on="id", how="semi").height,
            told.filter(status="suppressed").height,
            told.filter(status="blocked").height,
        ], (p, b)


def test_the_picture_of_both_switches_shows_what_the_engine_does():
    assert page("docs/images/both_ways.svg") == both_ways_svg(), REDRAW


@pytest.mark.slow
def test_the_picture_of_the_demo_shows_what_a_run_prints():
    drawn = re.findall(r"<text class[^>]*-r\d+\"[^>]*>([^<]*)</text>", page("docs/images/demo.svg"))
    words = " ".join(unescape(text).replace("\xa0", " ") for text in drawn).split()
    command = "$ casesim run datasets/telecom --out out/demo"
    assert words == f"{command} {demo_text()}".split(), REDRAW


@pytest.mark.slow
def test_the_readme_of_the_datasets_counts_what_is_there():
    text, shipped = " ".join(page("datasets/README.md").split()), ROOT / "datasets" / "telecom"
    files = list(shipped.glob("*.parquet"))
    assert f"{len(files)} tables, {sum(file.stat().st_size for file in files) / 1e6:.1f} MB" in text
    journal = pl.read_parquet(shipped / "sys_journal_field.parquet")
    actions = pl.read_parquet(shipped / "notify_customers.parquet")
    cases = pl.read_parquet(shipped / "sn_customerservice_case.parquet")
    changes = pl.read_parquet(shipped / "change_request.parquet")
    said = {
        "541 comments and 11,784 work notes on incidents": journal.filter(name="incident"),
        "541 comments and 252 work": journal.filter(name="sn_customerservice_case"),
    }
    for words, rows in said.items():
        comments, notes = (rows.filter(element=element).height for element in ("comments", "work_notes"))
        assert words in text
        assert words.startswith(f"{comments:,} comments and {notes:,} work")
    each = actions.select("incident", "message", "created_at").unique().height
    replies = pl.read_parquet(shipped / "customer_reply.parquet").height
    told, proactive = cases["incident"].n_unique(), cases["proactive"]
    for words in (
        f"{each} actions on {actions['incident'].n_unique()} incidents, `customer_reply` {replies} replies",
        f"{cases.height:,} real cases of {told} incidents: {proactive.sum():,} proactive",
        f"{cases['major_case_state'].count()} of them major, and {(~proactive).sum()} that customers opened",
        f"{changes.height}, in every state, {changes['authorized_at'].count()} with `authorized_at`",
    ):
        assert words in text


def test_the_example_of_rule_tests_passes(tmp_path: Path):
    from casesim.analysis.ruletest import run_files

    [example] = list(re.findall(r"```toml\n(.*?)```", page("docs/questions.md"), flags=re.DOTALL))
    file = tmp_path / "rules.toml"
    there = example.replace("../../datasets/telecom", (ROOT / "datasets/telecom").as_posix())
    file.write_text(there.replace('policy = "current.toml"', ""), encoding="utf-8")
    report = run_files([file])
    assert report.passed, repr(report)


def test_every_limit_of_a_budget_is_documented():
    from casesim.analysis.ruletest.budget import METRICS

    documented = re.findall(r"`([a-z_]+)`", " ".join(row[0] for row in tables_headed("docs/questions.md", "limit")[0]))
    assert sorted(documented) == sorted(METRICS)


def test_every_column_of_a_sweep_is_documented():
    from casesim.analysis.intervals import COLUMNS

    documented = re.findall(r"`([a-z_]+)`", " ".join(row[0] for row in tables_headed("docs/questions.md", "column")[0]))
    assert documented == list(COLUMNS)


def test_r7_1_what_the_threshold_does_to_notifications_is_what_a_sweep_says():
    swept = cs.sweep(cs.load(cs.demo()))
    last = swept.table.height
    sent = [f"{swept.row(threshold)['notifications_sent']:,}" for threshold in (5, 12, last)]
    said = "on the shipped dataset {} notifications at 5, {} at 12, and {} where nothing is major".format(*sent)
    assert said in " ".join(page("docs/questions.md").split())
    assert not swept.row(last)["incidents_major"]
