"""The property-change package: what stands on the page, that data stay data, and the one hash that ties the files."""

import hashlib
import json
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import polars as pl
import pytest

import casesim as cs
from casesim.cli import main
from casesim.export.report import svg
from casesim.tables import CasesimError, OutputError, PolicyError
from tests.analysis_sweep.test_by_hand import TABLES

HOSTILE = "<script>alert(1)</script>\"'&\N{RIGHT-TO-LEFT OVERRIDE}"
TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "span",
        "b",
        "h1",
        "h2",
        "h3",
        "p",
        "section",
        "table",
    ),
    *(
        "thead",
        "tr",
        "th",
        "td",
        "code",
        "div",
        "figure",
        "svg",
        "path",
        "rect",
        "circle",
        "text",
        "i",
        "ul",
        "ol",
        "li",
    ),
    *("br", "footer"),
}


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


def read(path) -> tuple[Page, str]:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page, " ".join(" ".join(page.words).split())


@pytest.fixture
def change():
    return cs.compare(cs.load(TABLES, name="three"), cs.Policy(threshold=3), cs.Policy(threshold=4))


def test_the_page_says_what_changes_in_order(change, tmp_path):
    change.report(tmp_path / "impact.html", change_file=tmp_path / "update.xml")
    _, words = read(tmp_path / "impact.html")
    expected = [
        "Raise the major-case threshold from 3 to 4",
        "makes 1 fewer incident major: 1 → 0 (−100.0 %). 4 fewer cases to close by hand.",
        "Look first: 2 findings to weigh before approval No incident is major any more; 1 incident reaches nobody.",
        "sn_ind_tsm_core.major_case_affected_account_threshold 3 4 1 more customer makes an incident major",
        "Cases to close by hand Major and child cases stay open",
        "(R7.1) 4 0 −4 (−100.0 %)",
        "Evidence Major cases at every threshold",
        "What to look at",
        "1 incident that changes",
        "INC1 5 Mar 2026 3 major → individual 4 → 0 count no longer reaches: 3 < 4",
        "Assumptions and data",
        "Import update.rollback.xml, or set sn_ind_tsm_core.major_case_affected_account_threshold to 3.",
        "Messages that were sent cannot be recalled.",
        "Made from",
        "Approved by, date",
    ]
    at = [words.find(each) for each in expected]
    assert -1 not in at, [each for each in expected if each not in words]
    assert at == sorted(at)


def test_one_hash_ties_report_evidence_and_change_files(change, tmp_path):
    wrote = change.report(tmp_path / "impact.html", change_file=tmp_path / "update.xml")
    names = ["impact.html", "impact.incidents.csv", "impact.totals.csv", "impact.fields.csv", "impact.recipients.csv"]
    names += ["update.xml", "update.rollback.xml", "impact.manifest.json"]
    assert [path.name for path in wrote] == names
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    told = json.loads((tmp_path / "impact.manifest.json").read_text())
    assert told["files"] == {
        name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in names if "manifest" not in name
    }
    for name in ("impact.html", "update.xml", "update.rollback.xml"):
        assert told["evidence"] in (tmp_path / name).read_text()
    assert pl.read_csv(tmp_path / "impact.incidents.csv")["incident_number"].to_list() == ["INC1"]


def test_the_same_change_gives_the_same_bytes_and_another_another_hash(tmp_path):
    data = cs.load(TABLES, name="three")
    hashes = []
    for place, threshold in enumerate((4, 4, 5)):
        folder = tmp_path / str(place)
        folder.mkdir()
        cs.compare(data, cs.Policy(threshold=3), cs.Policy(threshold=threshold)).report(folder / "impact.html")
        hashes.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert hashes[0] == hashes[1]
    manifests = [json.loads(files["impact.manifest.json"]) for files in hashes]
    assert manifests[0]["evidence"] != manifests[2]["evidence"]


def test_the_change_file_and_the_way_back(change, tmp_path):
    change.change_file(tmp_path / "update.xml")
    values = {}
    for name in ("update.xml", "update.rollback.xml"):
        [record] = ET.parse(tmp_path / name).getroot()
        values[name] = (record.findtext("name"), record.findtext("value"))
    threshold = "sn_ind_tsm_core.major_case_affected_account_threshold"
    assert values == {"update.xml": (threshold, "4"), "update.rollback.xml": (threshold, "3")}


def test_data_never_become_markup(tmp_path):
    incidents = TABLES["incident"].with_columns(
        number=pl.Series([f"INC1{HOSTILE}", "INC2", "INC3"]), priority=pl.Series([HOSTILE, "2", "3"])
    )
    listed = TABLES["affected_account"].with_columns(
        incident=pl.Series([f"INC1{HOSTILE}"] * 3 + ["INC2"]), account=pl.Series(["a1", "a2", "a3", "a1"])
    )
    contacts = TABLES["customer_contact"].with_columns(name=pl.lit(HOSTILE))
    data = cs.load(
        {**TABLES, "incident": incidents, "affected_account": listed, "customer_contact": contacts}, name=HOSTILE
    )
    found = cs.preview(data, cs.Policy(threshold=4), threshold=3, mapping={"individual": {"u_x": HOSTILE}})
    found.report(tmp_path / "impact.html")
    page, words = read(tmp_path / "impact.html")
    assert {tag for tag, _ in page.tags} <= TAGS
    assert "script>alert(1)" in words
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in words
    for _, attributes in page.tags:
        assert not {name for name in attributes if name.startswith("on") or name in ("src", "href")}


def test_a_page_that_loads_nothing(change, tmp_path):
    change.report(tmp_path / "impact.html")
    text = (tmp_path / "impact.html").read_text()
    assert "http://" not in text
    assert "https://" not in text
    assert "default-src 'none'" in text
    assert "url(" not in text


def test_formulas_in_the_evidence_are_neutralised(tmp_path):
    incidents = TABLES["incident"].with_columns(number=pl.Series(["=1+1", "INC2", "INC3"]))
    listed = TABLES["affected_account"].with_columns(incident=pl.Series(["=1+1"] * 3 + ["INC2"]))
    data = cs.load({**TABLES, "incident": incidents, "affected_account": listed})
    cs.compare(data, cs.Policy(threshold=3), cs.Policy(threshold=4)).report(tmp_path / "impact.html")
    assert '\n"\'=1+1",' in (tmp_path / "impact.incidents.csv").read_text()


def test_nothing_changes(tmp_path):
    same = cs.compare(cs.load(TABLES), cs.Policy(threshold=8), cs.Policy(threshold=9))
    same.report(tmp_path / "impact.html")
    _, words = read(tmp_path / "impact.html")
    assert "No incident changes between 8 and 9." in words
    assert "Every case, notification and note is the same." in words


def test_ready_look_first_and_not_ready(tmp_path):
    # INC3, which reaches nobody, would be something to look at.
    data = cs.load({**TABLES, "incident": TABLES["incident"].head(2)})
    states = {
        "Ready for approval": cs.compare(data, cs.Policy(threshold=8), cs.Policy(threshold=9)),
        "Look first: ": cs.compare(data, cs.Policy(threshold=3), cs.Policy(threshold=4)),
        "Not ready: 1 finding": cs.compare(data, cs.Policy(), cs.Policy(trigger={"priority": "Critical"})),
    }
    for place, (state, change) in enumerate(states.items()):
        file = tmp_path / f"{place}.html"
        change.report(file)
        _, words = read(file)
        assert [each in words for each in states] == [each == state for each in states]


def test_no_proposal_no_report(tmp_path):
    same = cs.compare(cs.load(TABLES), cs.Policy(threshold=8), cs.Policy(threshold=8))
    with pytest.raises(PolicyError, match="nothing is proposed"):
        same.report(tmp_path / "impact.html")
    assert list(tmp_path.iterdir()) == []


def test_a_setting_of_the_preview_is_to_be_made_by_hand(tmp_path):
    found = cs.preview(cs.load(TABLES), cs.Policy(threshold=3), customers="both")
    found.report(tmp_path / "impact.html")
    _, words = read(tmp_path / "impact.html")
    assert "choices.customers accounts both a setting of the preview: to be made by hand" in words
    assert "there is nothing to import and nothing to take back" in words
    with pytest.raises(PolicyError, match="No property differs"):
        found.change_file(tmp_path / "update.xml")
    assert not (tmp_path / "update.xml").exists()


def test_other_endings_and_missing_folders_are_refused(change, tmp_path):
    with pytest.raises(CasesimError, match=r"ends in \.html"):
        change.report(tmp_path / "impact.pdf")
    with pytest.raises(OutputError, match="there is no folder"):
        change.report(tmp_path / "none" / "impact.html")
    assert not list(tmp_path.iterdir())


def test_nothing_is_replaced_when_one_file_cannot_be_written(change, tmp_path):
    (tmp_path / "impact.html").write_text("before")
    (tmp_path / "impact.manifest.json").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        change.report(tmp_path / "impact.html")
    assert not list(tmp_path.glob(".*partial*"))
    assert (tmp_path / "impact.html").read_text() == "before"


def test_the_command(tmp_path, capsys):
    report, change = tmp_path / "impact.html", tmp_path / "update.xml"
    flags = ["--set", "threshold=12", "--report", str(report), "--change-file", str(change)]
    assert main(["preview", *flags]) == 0
    assert "Wrote " in capsys.readouterr().out
    assert report.exists()
    assert change.with_name("update.rollback.xml").exists()
    assert main(["preview", "--set", "threshold=12", "--report", str(tmp_path / "impact.txt")]) == 2
    assert ".html" in capsys.readouterr().err


@pytest.mark.parametrize(("now", "proposed"), [(1, 1), (1, 9), (9, 1), (3, 2)])
def test_the_curve_is_drawn_for_any_two_thresholds(now, proposed):
    drawn = ET.fromstring(svg.curve([5, 3, 0], now, proposed))
    assert drawn.get("aria-label").startswith("Major cases: ")
    assert len(drawn.findall("circle")) == 2


def test_a_curve_without_majors_and_weeks_without_any():
    assert ET.fromstring(svg.curve([0], 5, 6)) is not None
    empty = pl.Series([], dtype=pl.Int64).to_numpy()
    assert "no week has any" in svg.weeks([], empty, empty)


def test_every_setting_says_what_it_does_and_how_to_take_it_back(tmp_path):
    rule = "Update case worknote for comments change"
    now = cs.Policy(threshold=4, sync_comments=False)
    found = cs.preview(
        cs.load(TABLES), now, threshold=3, sync_comments=True, sync_children=True, copy_comments=False, customers="both"
    )
    found.report(tmp_path / "impact.html", change_file=tmp_path / "update.xml")
    _, words = read(tmp_path / "impact.html")
    for said in (
        "additional_comments_sync false true notify actions reach the cases, replies the incident",
        "parent_child_case_sync false (default) true child cases follow their major case",
        f"{rule} true false comments on an incident are not copied to its cases",
        "account_threshold 4 3 1 fewer customer makes an incident major",
        # The file has what it names, and nothing else is said to be in it.
        "Import update.rollback.xml, or set proactive_workflows_for_providers.additional_comments_sync to false, "
        "sn_ind_tsm_core.major_case_affected_account_threshold to 4. It takes",
        "set that again by hand: sn_customerservice.parent_child_case_sync.",
        f'Set the business rule "{rule}" active by hand: no file carries it.',
        "A setting of the preview, not of the platform: choices.",
    ):
        assert said in words, said
    back = ET.parse(tmp_path / "update.rollback.xml").getroot()
    assert {each.findtext("name").rpartition(".")[2] for each in back} == {
        "additional_comments_sync",
        "major_case_affected_account_threshold",
    }


def test_a_business_rule_alone_has_a_way_back_too(tmp_path):
    cs.preview(cs.load(TABLES), cs.Policy(threshold=3), copy_comments=False).report(tmp_path / "impact.html")
    _, words = read(tmp_path / "impact.html")
    assert 'Set the business rule "Update case worknote for comments change" active by hand' in words
    assert "nothing to take back" not in words


def test_what_gets_worse_by_more_than_a_tenth_is_marked(tmp_path):
    cs.compare(cs.load(TABLES), cs.Policy(threshold=4), cs.Policy(threshold=3)).report(tmp_path / "impact.html")
    _, words = read(tmp_path / "impact.html")
    assert "(R7.1) ! Worse by more than a tenth 0 4 +4" in words
    assert "Notifications sent 5 3 −2" in words


def test_customers_who_count_stand_in_the_list_consumers_too(tmp_path):
    listed = pl.DataFrame(
        {"incident": ["INC1"] * 4, "account": ["a1", "a2", None, None], "consumer": [None, None, "c1", "c2"]}
    )
    data = cs.load({**TABLES, "affected_account": listed})
    for place, (customers, shown) in enumerate((("accounts", "2 of 4"), ("both", "4"), ("consumers", "2 of 4"))):
        policy = cs.Policy(threshold=9, customers=customers)
        found = cs.compare(data, policy, policy.with_(threshold=2))
        found.report(tmp_path / f"{place}.html")
        _, words = read(tmp_path / f"{place}.html")
        assert f"INC1 5 Mar 2026 {shown} individual → major" in words
        assert f" {shown}   individual -> major" in next(line for line in repr(found).splitlines() if "INC1 " in line)
        assert f"<td>{shown}</td>" in found._repr_mimebundle_()["text/html"]
