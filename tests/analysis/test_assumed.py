"""R2.1: a threshold that nothing gave is no `now`, wherever one stands; and no way back is written to it."""

import json
import re
from xml.etree import ElementTree as ET

import polars as pl
import pytest

import casesim as cs
from casesim import charts
from casesim.cli import main
from casesim.export.change_file import change_files
from casesim.policy.names import COMMENT_SYNC, THRESHOLD
from casesim.tables import OutputError
from tests.analysis_sweep.test_by_hand import TABLES
from tests.export.test_report import read

NOW = re.compile(r"\bnow\b", re.IGNORECASE)


@pytest.fixture
def data():
    return cs.load(TABLES, name="three")


@pytest.fixture
def folders(tmp_path):
    """The same dataset twice: nothing gives a threshold, and the instance's own property does."""
    for name in ("assumed", "given"):
        (tmp_path / name).mkdir()
        for table, frame in TABLES.items():
            frame.write_csv(tmp_path / name / f"{table}.csv")
    (tmp_path / "given" / "sys_properties.csv").write_text(f"name,value\n{THRESHOLD},5\n")
    return tmp_path / "assumed", tmp_path / "given"


def test_a_policy_knows_which_properties_were_given():
    assert cs.Policy().given == frozenset()
    assert cs.Policy(threshold=5, sync_comments=False).given == {THRESHOLD, COMMENT_SYNC}
    # Values as by default and what was given apart from them stay known through changes.
    assert cs.Policy(sync_comments=False).with_(customers="both").given == {COMMENT_SYNC}
    assert cs.Policy(sync_comments=False).set("threshold", "7").given == {THRESHOLD, COMMENT_SYNC}
    assert cs.Policy(threshold=5, sync_comments=False).with_(threshold=None).given == {COMMENT_SYNC}
    assert [cs.Policy().assumed, cs.Policy(threshold=5).assumed, cs.Policy(flow="alerts").assumed] == [
        True,
        False,
        False,
    ]


def test_a_result_is_asked_with_a_threshold_that_somebody_gave(data):
    # The two policies mean the same; what stands for now is another matter.
    result = cs.simulate(data, cs.Policy())
    assert cs.sweep(result, cs.Policy(threshold=5)).policy.assumed is False
    assert cs.sweep(result).policy.assumed is True


def test_sweep(data):
    given, assumed = cs.sweep(data, cs.Policy(threshold=5)), cs.sweep(data, cs.Policy())
    for found, words in ((given, "now"), (assumed, "assumed 5")):
        assert f"  {words}\n" in repr(found)
        assert f"<td>{words}</td>" in found._repr_mimebundle_()["text/html"]
        assert found.to_dict()["assumed"] is (words != "now")
        assert max(len(line) for line in repr(found).splitlines()) <= 80
        labels = [shape.label.text for shape in found.plot().layout.shapes if shape.label.text]
        assert labels == [f"<b>{'now 5' if words == 'now' else words}: 0</b>"]
    assert not NOW.search(repr(assumed))
    assert assumed.plot().layout.title.text == "At threshold an assumed 5: 0 major cases"


def test_recommend(data):
    given, assumed = (
        cs.sweep(data, policy).recommend(min_major_cases=1) for policy in (cs.Policy(threshold=5), cs.Policy())
    )
    for found, words in ((given, "now"), (assumed, "assumed 5")):
        assert found.standing == words
        assert f"<th>{words}</th>" in found._repr_mimebundle_()["text/html"]
        assert found.to_dict()["assumed"] is (words != "now")
    assert "lower the threshold from an assumed 5 to 3." in repr(assumed)
    assert "lower the threshold from 5 to 3." in repr(given)
    assert not NOW.search(repr(assumed))
    kept = cs.sweep(data, cs.Policy()).recommend(max_major_cases=9)
    assert "keep threshold 5, which is assumed: nothing gives one." in " ".join(repr(kept).split())
    drawn = charts.recommendation(
        assumed.table, {"major_cases": (1, "major cases")}, current=5, recommended=3, assumed=True
    )
    assert drawn.layout.title.text.startswith("Threshold 3 instead of an assumed 5")


def test_the_commands(folders, capsys):
    for folder, words in zip(folders, ("assumed 5", "now"), strict=True):
        for command in (["sweep"], ["recommend", "--min", "major_cases=1"], ["preview", "--set", "threshold=3"]):
            assert main([command[0], str(folder), *command[1:]]) == 0
            said = capsys.readouterr().out
            assert words in said
            assert bool(NOW.search(said)) is (words == "now"), said
        assert main(["preview", str(folder), "--set", "threshold=3", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["a_assumed"] is (words != "now")


def test_the_report_says_it_first_and_nowhere_now(data, tmp_path):
    wrote = cs.compare(data, cs.Policy(), cs.Policy(threshold=3)).report(
        tmp_path / "impact.html", change_file=tmp_path / "update.xml"
    )
    _, words = read(tmp_path / "impact.html")
    # After the style sheet.
    words = words[words.index("Change request:") :]
    assert not NOW.search(words), words[NOW.search(words).start() - 80 :][:200]
    for said in (
        "Lower the major-case threshold from an assumed 5 to 3",
        "Setting Assumed 5 Proposed",
        f"{THRESHOLD} assumed 5 3 2 fewer customers make an incident major",
        "assumed 5 (hollow)",
        "Assumed 5 → proposed",
        "The threshold as it is, is assumed",
        "Assumptions and data Nothing gives a threshold: 5 is assumed (R2.1), and was read from no instance.",
        f"Note on the instance, before the change, what nothing gave here, and set that again by hand: {THRESHOLD}.",
    ):
        assert said in words, said
    # No value is written that was never seen.
    assert "update.rollback.xml" not in {path.name for path in wrote}
    assert not (tmp_path / "update.rollback.xml").exists()
    assert "assumed 5, read from no instance" in (tmp_path / "update.xml").read_text()
    assert len(ET.parse(tmp_path / "update.xml").getroot()) == 1


def test_only_what_was_seen_is_in_the_way_back(tmp_path):
    files = change_files(cs.Policy(threshold=5), cs.Policy(threshold=6, sync_comments=True))
    assert [each.findtext("name") for each in ET.fromstring(files.rollback)] == [THRESHOLD]
    assert (len(ET.fromstring(files.new)), files.unseen) == (2, (COMMENT_SYNC,))
    none = change_files(cs.Policy(), cs.Policy(threshold=6))
    assert (none.rollback, none.unseen) == (None, (THRESHOLD,))


def test_a_way_back_of_another_change_is_not_left_beside_a_new_one(data, tmp_path):
    cs.compare(data, cs.Policy(threshold=5), cs.Policy(threshold=3)).change_file(tmp_path / "update.xml")
    before = (tmp_path / "update.xml").read_bytes()
    with pytest.raises(OutputError, match="takes another change back"):
        cs.compare(data, cs.Policy(), cs.Policy(threshold=4)).change_file(tmp_path / "update.xml")
    assert (tmp_path / "update.xml").read_bytes() == before


def test_the_threshold_of_the_alert_flow_has_a_documented_default():
    listed = pl.DataFrame({"incident": ["INC1"], "account": ["a1"]})
    data = cs.load({"incident": TABLES["incident"], "affected_account": listed})
    policy = cs.Policy(flow="alerts")
    assert "now" in repr(cs.sweep(data, policy))
    assert "assumed" not in repr(cs.compare(data, policy, policy.with_(affected_account_threshold=3)))
