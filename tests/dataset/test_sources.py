import io
import zipfile

import polars as pl
import pytest

from casesim.dataset import load, source
from casesim.tables import DatasetError
from tests.dataset.helpers import INCIDENT, LISTED, column, frames, write


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


BOTH = {"incident.csv": INCIDENT, "affected_account.csv": LISTED}


# A dataset is a folder of tables (any mix of formats), one zip of it, or a mapping of frames


def test_a_folder_of_mixed_formats(tmp_path):
    folder = write(
        tmp_path / "mine", incident_csv=INCIDENT, affected_account_json='[{"incident": "INC1", "account": "A"}]'
    )
    data = load(folder)
    assert data.name == "mine"
    assert [(file.table, file.name, file.rows) for file in data.files] == [
        ("incident", "incident.csv", 1),
        ("affected_account", "affected_account.json", 1),
    ]
    assert load(str(folder), name="other").name == "other"


def test_one_zip_of_a_folder(tmp_path):
    data = load(zipped(tmp_path / "mine.zip", BOTH))
    assert data.name == "mine"
    assert column(data, "incident", "number") == ["INC1"]
    assert data.files[0].sha256() == load(write(tmp_path / "folder", incident_csv=INCIDENT)).files[0].sha256()


def test_a_zip_may_hold_the_folder_itself_with_settings_and_parts(tmp_path):
    part = io.BytesIO()
    pl.DataFrame({"number": ["INC2"], "opened_at": ["?"]}).write_parquet(part)
    inside = {**BOTH, "incident/a.parquet": part.getvalue(), "dataset.toml": 'missing = ["?"]'}
    data = load(zipped(tmp_path / "x.zip", {f"mine/{name}": content for name, content in inside.items()}))
    assert data.rejects.rows() == [("incident", 1, "opened_at", None, "no_key")]
    assert [file.name for file in data.files] == ["incident.csv", "incident/a.parquet", "affected_account.csv"]


def test_nothing_is_written_to_read_a_zip(tmp_path):
    path = zipped(tmp_path / "mine.zip", BOTH)
    load(path).frame("incident", ["number"]).collect()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["../incident.csv", "/incident.csv", "a/../../incident.csv", "C:\\incident.csv"])
def test_a_zip_that_reaches_outside_is_refused(tmp_path, name):
    path = zipped(tmp_path / "bad.zip", {**BOTH, name: INCIDENT})
    with pytest.raises(DatasetError, match="points outside the zip"):
        load(path)


def test_a_zip_with_one_name_twice_is_refused(tmp_path):
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("incident.csv", INCIDENT)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("incident.csv", INCIDENT)
    with pytest.raises(DatasetError, match=r'"incident.csv" more than once'):
        load(path)


def test_what_is_no_zip_or_damaged_is_refused(tmp_path):
    (tmp_path / "no.zip").write_bytes(b"no zip")
    with pytest.raises(DatasetError, match="is not a zip"):
        load(tmp_path / "no.zip")
    path = zipped(tmp_path / "cut.zip", BOTH)
    content = path.read_bytes()
    where = content.index(b"INC1") if b"INC1" in content else 45
    path.write_bytes(content[:where] + b"\xff\xff\xff" + content[where + 3 :])
    with pytest.raises(DatasetError, match=r"cut.zip: incident.csv cannot be unpacked"):
        load(path)


# A table's file is named after the platform table; a * may hold parts


def test_parts_are_read_in_name_order(tmp_path):
    def rows(*numbers):
        return "number,opened_at\n" + "".join(f"{number},2026-03-05\n" for number in numbers)

    folder = write(
        tmp_path / "d",
        incident_csv=rows("1"),
        incident_2026_csv=rows("5"),
        incident_2025_csv=rows("4"),
        incident__b_csv=rows("3"),
        incident__a_csv=rows("2"),
    )
    data = load(folder)
    assert [f.name for f in data.files if f.table == "incident"] == [
        "incident.csv",
        "incident/a.csv",
        "incident/b.csv",
        "incident_2025.csv",
        "incident_2026.csv",
    ]
    assert column(data, "incident", "number") == ["1", "2", "3", "4", "5"]


def test_partitioned_parquet(tmp_path):
    folder = write(tmp_path / "d")
    (folder / "incident.csv").unlink()
    for region in ("emea", "amer"):
        part = folder / "incident" / f"u_region={region}" / "State=6"
        part.mkdir(parents=True)
        pl.DataFrame({"number": [region], "opened_at": ["2026-03-05"]}).write_parquet(part / "0.parquet")
    (folder / "incident" / "_SUCCESS").touch()
    data = load(folder)
    assert data.frame("incident", ["number", "u_region", "state"]).collect().rows() == [
        ("amer", "amer", "6"),
        ("emea", "emea", "6"),
    ]
    assert data.columns("incident") == ("number", "state", "opened_at", "u_region")
    assert data.ignored == ("incident/_SUCCESS",)


def test_an_engine_s_folder_of_parts(tmp_path):
    folder = write(tmp_path / "d")
    (folder / "task_ci.parquet").mkdir()
    pl.DataFrame({"task": ["INC1"], "ci_item": ["CI1"]}).write_parquet(folder / "task_ci.parquet" / "part-0.parquet")
    assert load(folder).height("task_ci") == 1


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("INCIDENT", "incident"),
        ("incident-part-0001", "incident"),
        ("incident (1)", "incident"),
        ("task_cmdb_ci_service", "task_cmdb_ci_service"),
        ("task_ci_2", "task_ci"),
        ("sn_customerservice_case", "sn_customerservice_case"),
        ("incidents", None),
        ("incident_task", None),
        ("cmdb_ci_service_auto", None),
        ("notes", None),
    ],
)
def test_which_table_a_name_means(name, table):
    assert source.table_of(name) == table


# Files that are no table are listed; a table in a format that is not read is refused


def test_other_files_are_listed_as_ignored(tmp_path):
    folder = write(
        tmp_path / "d", README_md="x", other_csv="a\n1\n", task_ci_pdf="x", docs__a_txt="x", task_ci__a_md="x"
    )
    assert load(folder).ignored == ("README.md", "docs/", "other.csv", "task_ci.pdf", "task_ci/a.md")


def test_xml_is_refused_with_a_clear_sentence(tmp_path):
    folder = write(tmp_path / "d", task_ci_xml="<xml/>", svc_ci_assoc_xls="x")
    with pytest.raises(DatasetError) as error:
        load(folder)
    assert str(error.value).splitlines()[1] == (
        "task_ci.xml: .xml files are not read. Save table task_ci as "
        "csv, json, ndjson (also .gz, .zst), xlsx, parquet, arrow or feather."
    )
    assert "svc_ci_assoc.xls" in str(error.value)


# What is required and absent is an error that names it, the rule, and what would provide it


def test_no_incidents(tmp_path):
    with pytest.raises(DatasetError) as error:
        load(write(tmp_path / "d", incidents_csv=INCIDENT))
    assert "no table incident and no change_request" in str(error.value)
    assert "(R1, R12)" in str(error.value)
    assert "incident.csv" in str(error.value)
    assert "Nearest names here: incidents.csv." in str(error.value)


def test_no_way_to_customers(tmp_path):
    with pytest.raises(DatasetError) as error:
        load(write(tmp_path / "d", incident_csv=INCIDENT, sn_install_base_items_csv="a\n"))
    assert "no table sn_install_base_item and no affected_account" in str(error.value)
    assert "(R1, R1.2)" in str(error.value)
    assert "Nearest names here: sn_install_base_items.csv." in str(error.value)


def test_both_faults_and_an_empty_folder(tmp_path):
    with pytest.raises(DatasetError) as error:
        load(tmp_path)
    assert str(error.value).count("Found here: no file.") == 2


def test_a_change_request_is_enough(tmp_path):
    data = load(write(tmp_path / "d", change_request_csv="number,opened_at\nCHG1,2026-03-05\n"))
    assert not data.has("incident")
    assert data.height("incident") == 0


@pytest.mark.parametrize("table", ["incident", "change_request"])
@pytest.mark.parametrize(("header", "absent"), [("sys_id", "opened_at"), ("opened_at", "number or sys_id")])
def test_a_required_column_that_is_absent(tmp_path, table, header, absent):
    with pytest.raises(DatasetError) as error:
        load(write(tmp_path / "d", **{f"{table}_csv": f"{header}\nx\n"}))
    rule = "R1" if table == "incident" else "R12"
    assert f"table {table} has no column {absent} ({rule})." in str(error.value)
    assert f"[rename.{table}]" in str(error.value)


@pytest.mark.parametrize("absent", ["element_id", "value", "sys_created_on"])
def test_a_required_column_of_the_journal_that_is_absent(absent):
    there = {name: ["x"] for name in ("element_id", "value", "sys_created_on") if name != absent}
    with pytest.raises(DatasetError, match=f"table sys_journal_field has no column {absent}"):
        frames(sys_journal_field=there)


# Places that cannot be read


def test_a_folder_that_is_not_there(tmp_path):
    (tmp_path / "itsm").mkdir()
    with pytest.raises(DatasetError, match=r"itms: there is no such folder\. Nearest: itsm\."):
        load(tmp_path / "itms")
    with pytest.raises(DatasetError, match="Nor is there a folder"):
        load(tmp_path / "no" / "where")


def test_a_file_in_place_of_a_folder(tmp_path):
    folder = write(tmp_path / "d")
    with pytest.raises(DatasetError, match=r"incident.csv: is a file\. A dataset is a folder of tables, or one zip"):
        load(folder / "incident.csv")
