"""Rule tests: what they compare, what they say of a difference, and what a file may not have."""

import json
import xml.etree.ElementTree as ET
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casesim.analysis.ruletest import read_file, run_files
from casesim.analysis.ruletest.check import matched
from casesim.cli import main

EXAMPLE = Path(__file__).parents[1] / "rules" / "telecom.toml"
GIVEN = """
given.incident = [{ number = "INC1", opened_at = 2026-03-05 10:00:00 }]
given.affected_account = [{ incident = "INC1", account = "a1" }, { incident = "INC1", account = "a2" }]
"""


@pytest.fixture
def write(tmp_path):
    def written(text: str, name: str = "rules.toml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


def one(expect: str, *, given: str = GIVEN, more: str = "") -> str:
    """A file of one test."""
    return f'[[test]]\nname = "one"\n{more}\n{given}\n{expect}\n'


def faults(path: Path) -> list[str]:
    [verdict] = run_files([path]).verdicts
    return [" ".join([fault.what, *fault.records]) for fault in verdict.faults]


def refused(capsys, *words: object) -> str:
    assert main(["test", *(str(word) for word in words)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    return " ".join(shown.err.split())


def test_the_example_passes_and_writes_junit(tmp_path, capsys):
    report = tmp_path / "sub" / "report.xml"
    assert main(["test", str(EXAMPLE), "--junit", str(report)]) == 0
    assert "5 passed, 0 failed." in capsys.readouterr().out
    root = ET.parse(report).getroot()
    assert (root.get("tests"), root.get("failures")) == ("5", "0")
    assert [case.get("classname") for case in root.iter("testcase")] == [f"{EXAMPLE}.test"] * 4 + [f"{EXAMPLE}.budget"]


def test_a_changed_policy_fails_the_example_and_names_the_records(tmp_path, capsys):
    # The example's first test expects single cases for two customers; with T = 2 there is a major case instead.
    report = tmp_path / "report.xml"
    assert main(["test", str(EXAMPLE), "--set", "threshold=2", "--junit", str(report)]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "INC1: outcome individual expected, got major (at_or_above_threshold, 2 counted, threshold 2)" in shown
    assert 'cases INC1-0001: kind "individual" expected, got "child", parent nothing expected, got "INC1-M"' in shown
    assert "cases: 1 row not expected INC1-M" in shown
    failed = [
        case.get("name") for case in ET.parse(report).getroot().iter("testcase") if case.find("failure") is not None
    ]
    assert failed[0] == "Below the threshold each customer gets a case of its own and a mail"


def test_rows_are_compared_in_any_order_by_the_fields_that_matter(write):
    rows = 'expect.cases = [{ account = "a2" }, { account = "a1", parent = "", opened_at = 2026-03-05T11:00:00+01:00 }]'
    assert faults(write(one(rows))) == []


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("expect.cases = 3", "cases: 3 rows expected, got 2 INC1-0001 INC1-0002"),
        ('expect.cases = [{ account = "a1" }]', "cases: 1 row not expected INC1-0002"),
        (
            'expect.cases = [{ account = "a1" }, { account = "a2" }, { account = "a3" }]',
            'cases: no row with account "a3"',
        ),
        (
            'expect.cases = [{ account = "a1" }, { account = "a2", kind = "child" }]',
            'cases INC1-0002: kind "child" expected, got "individual"',
        ),
        ("expect.mails = 1", "mails: 1 row expected, got 0"),
        (
            'expect.decisions = [{ outcome = "individual", counted = 3 }]',
            'decisions INC1: counted "3" expected, got "2"',
        ),
        ('expect.outcomes = { INC2 = "none" }', "INC2: none expected, but there is no such incident"),
    ],
)
def test_what_differs_is_said_with_its_record(write, expect, said):
    assert faults(write(one(expect))) == [said]


def test_a_given_value_that_is_not_used_fails_unless_it_is_expected(write):
    given = 'given.incident = [{ number = "INC1", opened_at = "soon" }, { number = "INC2", opened_at = 2026-03-05 }]'
    assert faults(write(one("expect.cases = 0", given=given))) == [
        "rejects: 1 given value not used incident 1 opened_at bad_time"
    ]
    expected = 'expect.rejects = [{ table = "incident", reason = "bad_time" }]'
    assert faults(write(one(expected, given=given))) == []


def test_policies_of_a_file_of_a_test_and_of_the_command_line(write, tmp_path):
    (tmp_path / "two.toml").write_text("[properties]\nmajor_case_affected_account_threshold = 2\n", encoding="utf-8")
    major, single = 'expect.outcomes = { INC1 = "major" }', 'expect.outcomes = { INC1 = "individual" }'
    assert faults(write('policy = "two.toml"\n' + one(major))) == []
    assert faults(write(one(major, more='policy = "two.toml"'))) == []
    assert faults(write('policy = "two.toml"\n' + one(single, more="set = { threshold = 3 }"))) == []
    own = "policy.properties.major_case_affected_account_threshold = 2"
    assert faults(write(one(major, more=own))) == []
    path = write(one(major))
    assert main(["test", str(path)]) == 1
    assert main(["test", str(path), "--policy", str(tmp_path / "two.toml")]) == 0
    assert main(["test", str(path), "--set", "threshold=2"]) == 0


def test_json_is_one_object(write, capsys):
    path = write(one("expect.cases = 3"))
    assert main(["test", str(path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["passed"], found["failed"]) == (0, 1)
    assert found["verdicts"][0]["faults"][0]["records"] == ["INC1-0001", "INC1-0002"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[test]", "this is no TOML"),
        ("", "there is neither a [[test]] nor a [[budget]] in it."),
        ("[[tests]]", '"tests" is nothing that a file of tests has. Nearest: test.'),
        ("[test]", "it must be a list of tables"),
        (one("expct.cases = 2"), "[[test]] 1: expct is no setting here. Nearest: expect."),
        (one("expct.cases = 2"), "[[test]] 1: expect is missing."),
        (one("expect.case = 2"), "[[test]] 1 expect: case is no setting here. Nearest: cases"),
        (one("expect.cases = -1"), "[[test]] 1 expect cases: -1 is not accepted"),
        (one('expect.cases = [{ acount = "a1" }]'), 'expect cases: "acount" is no column of it. Nearest: account'),
        (one('expect.outcomes = { INC1 = "mayor" }'), 'outcomes INC1: "mayor" is no outcome. Nearest: major.'),
        (one("expect.cases = 2", given="given.incidents = []"), '"incidents" is no table. Nearest: incident'),
        (
            one("expect.cases = 2", given='given.incident = [{ numbr = "INC1" }]'),
            'given incident: "numbr" is no column of ours. Nearest: number.',
        ),
        (one("expect.cases = 2", more="set = { treshold = 2 }"), '"treshold" is no setting. Nearest: threshold'),
        (one("expect.cases = 2", more="set = { threshold = 0 }"), "it must be a whole number of 1 or more"),
        (one("expect.cases = 2", more="policy = { flw = 1 }"), "flw is no setting. Nearest: flow"),
        (one("expect.cases = 2", more='policy = "no.toml"'), "there is no such file"),
        ("policy = 3\n" + one("expect.cases = 2"), "policy: 3 is not accepted"),
        ('[[budget]]\nname = "b"\ndataset = "d"\nat_most.flips = 1', "flips is no setting here. Nearest: flipped"),
        (
            '[[budget]]\nname = "b"\ndataset = "d"\nat_most.flipped = 1',
            "nothing changes; write after, set, or a policy",
        ),
        ('[[budget]]\nname = "b"\ndataset = "d"\nat_most = {}', "there is no limit in it. Known: cases, flipped"),
        (
            '[[budget]]\nname = "b"\ndataset = "d"\nset = { threshold = 3 }\nat_most.cases = 1\nsince = "May"',
            'since: "May" is not accepted; write a day or a time without quotes',
        ),
        (
            '[[budget]]\nname = "b"\ndataset = "nowhere"\nset = { threshold = 3 }\nat_most.cases = 1',
            'rules.toml, budget "b": ',
        ),
        (one("expect.cases = 2", more='set = { "trigger.colour" = "red" }'), 'rules.toml, test "one": '),
    ],
)
def test_what_cannot_be_used_is_one_sentence(write, capsys, text, said):
    assert said in refused(capsys, write(text))


def test_all_faults_of_a_file_are_told_at_once(write, capsys):
    told = refused(capsys, write(one("expect.case = 2") + one("expect.cases = 2", more="set = { treshold = 2 }")))
    assert "[[test]] 1" in told
    assert "[[test]] 2" in told


def test_a_file_that_is_not_there_and_none_at_all(tmp_path, capsys):
    assert "there is no such file" in refused(capsys, tmp_path / "no.toml")
    refused(capsys)
    assert "expected NAME=VALUE" in refused(capsys, EXAMPLE, "--set", "threshold")
    assert main(["test", str(EXAMPLE), "--junit", str(tmp_path)]) == 1


def test_hostile_texts_are_harmless_in_every_form(write):
    name = "<b>\\u0007\\u001b[31m&"
    text = one('expect.cases = [{ account = "<i>\\u001b" }]').replace('"one"', f'"{name}"')
    report = run_files([write(text)])
    ET.fromstring(report.junit())
    html = report._repr_mimebundle_()["text/html"]
    assert "<b>" not in html
    assert "<i>" not in html
    assert "\x1b" not in html + repr(report) + report.junit()
    assert max(len(line) for line in repr(report).splitlines()) <= 80


def test_the_form_that_the_package_documents_can_be_read(tmp_path):
    from casesim.analysis import ruletest

    text = ruletest.__doc__.split("```toml\n")[1].split("```")[0]
    (tmp_path / "rules.toml").write_text(text, encoding="utf-8")
    for name, t in (("current.toml", 5), ("proposed.toml", 12)):
        (tmp_path / name).write_text(f"[properties]\nmajor_case_affected_account_threshold = {t}\n", encoding="utf-8")
    found = read_file(tmp_path / "rules.toml")
    assert [len(found.tests), len(found.budgets)] == [1, 1]
    [budget] = found.budgets
    assert (budget.before.threshold, budget.after.threshold, budget.since.isoformat()) == (
        5,
        12,
        "2026-01-01T00:00:00+00:00",
    )
    assert faults(write_tests_alone(tmp_path, text)) == []


def write_tests_alone(folder: Path, text: str) -> Path:
    path = folder / "tests.toml"
    path.write_text(text.split("[[budget]]", maxsplit=1)[0], encoding="utf-8")
    return path


ROWS = st.lists(st.fixed_dictionaries({"x": st.sampled_from("ab"), "y": st.sampled_from("ab")}), max_size=4)
WANTED = st.lists(st.dictionaries(st.sampled_from("xy"), st.sampled_from("ab")), max_size=4)


@given(WANTED, ROWS)
def test_as_many_expectations_are_met_as_can_be(wanted, got):
    def fits(want: dict, row: dict) -> bool:
        return want.items() <= row.items()

    pairs = matched(wanted, got)
    assert all(fits(wanted[want], got[at]) for want, at in pairs.items())
    assert len(set(pairs.values())) == len(pairs)
    padded = [*got, *[{}] * len(wanted)]
    every = permutations(range(len(padded)), len(wanted))
    best = max(
        sum(at < len(got) and fits(want, padded[at]) for want, at in zip(wanted, order, strict=True)) for order in every
    )
    assert len(pairs) == best
