"""Names, arguments and values that would act on a terminal: whatever a command says of them, nothing does."""

import os
import shlex

import pytest

import casesim as cs
from casesim.cli import main
from casesim.visible import harmful
from tests.cli.bad_input import zip_of

# The title of a window, a cleared screen, C1 controls, text turned round, hidden or blank signs, a line of its own.
SIGNS = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp\u2066\u200b\u2028\u00ad\x7f\U000e0041\ufeff\u3164\x85\x08"
H = f"a{SIGNS}\r\nFORGED LINE\nrest"
NAME = f"n{SIGNS}\nFORGED LINE\nrest"
# A file's name may have any byte; one that is no UTF-8 is read as a surrogate.
BYTES = os.fsdecode(b"other \xff.csv")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder of a hostile name that has a dataset of hostile values, and is gone into."""
    monkeypatch.chdir(tmp_path)
    quoted = '"' + H + '"'
    tables = {
        "incident": (
            "number,sys_id,opened_at,resolved_at,state,priority,category,cmdb_ci,short_description,u_" + "x",
            [
                f'"INC1{H}",i1,2026-03-05 10:00:00,2026-03-05 12:00:00,6,{quoted},{quoted},{quoted},{quoted},{quoted}',
                f'"INC2{H}",i2,2026-03-06 10:00:00,,2,{quoted},{quoted},{quoted},{quoted},{quoted}',
                f"INC3,i3,{quoted},,2,1,x,c,x,x",
            ],
        ),
        "affected_account": ("incident,account", [f"i1,{quoted}", "i1,a2", "i1,a3", "i2,a2", f"i2,{quoted}"]),
        "sn_install_base_item": ("sys_id,configuration_item,account,product", [f"b1,{quoted},a2,{quoted}"]),
        "customer_account": ("sys_id,name,primary_contact", [f"{quoted},{quoted},{quoted}", f"a2,{quoted},{quoted}"]),
        "customer_contact": ("sys_id,name,email", [f"{quoted},{quoted},{quoted}"]),
        "sys_journal_field": (
            "element_id,element,value,sys_created_on,sys_created_by",
            [f"i1,comments,{quoted},2026-03-05 10:30:00,{quoted}", f"{quoted},comments,x,{quoted},y"],
        ),
        "customer_reply": ("incident,account,value,created_at", [f"i1,{quoted},{quoted},2026-03-05 11:00:00"]),
        "notify_customers": ("incident,account,message,created_at", [f"i1,a2,{quoted},2026-03-05 10:45:00"]),
        "service_definition": ("name,product,table", [f"{quoted},{quoted},{quoted}"]),
        f"other{SIGNS}": ("x", ["1"]),
    }
    folder = tmp_path / NAME
    folder.mkdir()
    (folder / BYTES).write_text("x")
    for name, (heading, rows) in tables.items():
        (folder / f"{name}.csv").write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8", newline="")
    return folder


def said(capfd, *words: str, code: int | None = None) -> str:
    """All that a command puts on the screen: nothing acts there, and no line was begun by a value."""
    found = main(list(words))
    shown = capfd.readouterr()
    text = shown.out + shown.err
    assert text.strip(), words
    assert "casesim failed" not in text, text
    assert_harmless(text)
    assert code is None or found == code, text
    return text


def assert_harmless(text: str) -> None:
    assert [sign for sign in text if sign != "\n" and harmful(sign)] == [], text
    assert "FORGED LINE" not in text.split("\n"), text


# What is typed after the command where the dataset is hostile and all goes well.
SOUND = {
    "run": ["--set", "additional_comments_sync=true", "--threshold", "2"],
    "run unwell": ["--set", "mapping.child.u_y=\"{category}: '{short_description}'\"", "--strict"],
    "check": [],
    "check policy": ["--set", "trigger.u_x=3", "--set", "threshold=2"],
    "explain": [f"INC1{H}", "--set", "threshold=2", "--set", "additional_comments_sync=true"],
    "explain another": ["i2", "--set", f"trigger.category={H}"],
    "sweep": ["--out", f"{NAME}.csv", "--set", f"trigger.category={H}"],
    "recommend": ["--max", "major_cases=1", "--out", f"r{NAME}.csv"],
    "preview": ["--set", "threshold=2", "--out", f"p{NAME}.parquet", "--report", f"p{NAME}.html"],
    "preview of a mapping": ["--set", "mapping.child.short_description={category}{category}", "--set", "threshold=2"],
    "compare": ["--b", f"{NAME}.toml", "--out", f"c{NAME}.csv"],
    "synth": [],
    "test": [],
}


@pytest.mark.parametrize("how", SOUND)
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_nothing_in_a_hostile_dataset_acts_on_the_terminal(here, capfd, how, more):
    (here.parent / f"{NAME}.toml").write_text(
        '[mapping.child]\nshort_description = "{category}"\n[trigger]\ncategory = ["x", ' + toml(H) + "]\n"
    )
    command = how.split()[0]
    words = [command, str(here), *SOUND[how], *more]
    if command == "run":
        words += ["--out", f"out{NAME}"]
    if command == "synth":
        words = ["synth", "--out", f"new{NAME}", "--incidents", "5", *more]
    if command == "test":
        write_test(here)
        words = ["test", f"t{NAME}.toml", "--junit", f"t{NAME}.xml", *more]
    said(capfd, *words, code=3 if "--strict" in words else 1 if command == "test" else 0)


def write_test(here):
    (here.parent / f"t{NAME}.toml").write_text(
        f"""
[[test]]
name = {toml(H)}
[test.given]
incident = [{{ number = {toml("INC" + H)}, category = {toml(H)}, opened_at = 2026-03-05 10:00:00 }}]
affected_account = [{{ incident = {toml("INC" + H)}, account = {toml(H)} }}]
[test.expect]
cases = [{{ short_description = {toml(H)} }}]
[[budget]]
name = {toml(H)}
dataset = {toml(here.name)}
set = {{ threshold = 2 }}
[budget.at_most]
flipped = 0
"""
    )


def toml(text: str) -> str:
    """A text as TOML writes it, in escapes."""
    return '"' + "".join(f"\\U{ord(sign):08x}" if not sign.isalnum() else sign for sign in text) + '"'


REFUSED = {
    "no such dataset": ["run", f"no{NAME}"],
    "a name of bytes": ["run", BYTES],
    "an output of bytes": ["run", "--out", BYTES],
    "no such folder at all": ["check", f"no{NAME}/below"],
    "an unknown command": [f"comm{H}"],
    "an unknown flag": ["run", f"--flag{H}"],
    "a setting of no name": ["run", "--set", H],
    "an unknown setting": ["run", "--set", f"{H}=3"],
    "a threshold that is none": ["run", "--threshold", H],
    "a value that is none": ["sweep", "--set", f"customers={H}"],
    "a field that is none": ["sweep", "--set", f"trigger.{H}=1"],
    "a template of no field": ["compare", "--a", "data.toml", "--set", f"mapping.child.u_x={{{H}}}"],
    "no such policy": ["run", "--policy", f"{NAME}.toml"],
    "a policy of an unknown kind": ["run", f"--policy={NAME}"],
    "an engine": ["run", "--engine", H],
    "a format": ["run", "--format", H],
    "an output in no folder": ["sweep", "--out", f"no{NAME}/x.csv"],
    "an output of no kind": ["preview", "--set", "threshold=2", "--out", f"x{NAME}"],
    "an output that is a file": ["run", "--out", "data.toml/x" + NAME],
    "an unknown incident": ["explain", f"INC{H}"],
    "an unknown limit": ["recommend", "--max", f"{H}=3"],
    "a limit of no number": ["recommend", "--max", f"cases={H}"],
    "no such test": ["test", f"{NAME}.toml"],
    "a profile": ["synth", "--out", "x", "--profile", H],
    "a seed": ["synth", "--out", "x", "--seed", H],
    "a port": ["lab", "--port", H],
    "an app of no dataset": ["app", f"no{NAME}"],
    "a lab of no policy": ["lab", "--policy", f"{NAME}.toml"],
    "a hostile policy": ["run", "--policy", "policy.toml"],
    "a policy that is no TOML": ["run", "--policy", "broken.toml"],
    "a hostile sys_properties": ["run", "--policy", "properties.csv"],
    "a hostile dataset.toml": ["run", "settings"],
    "a table of a hostile name": ["run", "table"],
    "hostile columns": ["run", "columns"],
    "hostile names in a zip": ["run", "names.zip"],
    "a hostile test": ["test", "test.toml"],
}


@pytest.mark.parametrize("more", [[], ["--debug"]])
@pytest.mark.parametrize("how", REFUSED)
def test_nothing_in_what_is_refused_acts_on_the_terminal(tmp_path, monkeypatch, capfd, how, more):
    monkeypatch.chdir(tmp_path)
    incident = "number,opened_at\nINC1,2026-03-05\n"
    files: dict[str, str | bytes] = {
        "data.toml": "",
        f"neighbour{NAME}.toml": "",
        "policy.toml": f"{toml(H)} = 1\n[choices]\ncustomers = {toml(H)}\n[mapping.child]\n{toml(H)} = {toml(H)}\n",
        "broken.toml": f"[choices]\n{H}",
        "properties.csv": f'name,value\nmajor_case_affected_threshold,"{H}"\n',
        "settings/incident.csv": incident,
        "settings/dataset.toml": f"{toml(H)} = 1\ntimezone = {toml(H)}\n[rename.{toml(H)}]\n{toml(H)} = {toml(H)}\n",
        f"table/incident_{NAME}.csv": incident,
        "columns/incident.csv": f'"number{H}","opened_at{H}","x{H}"\n1,2,3\n',
        "names.zip": zip_of({f"../{H}.csv": incident}),
        "test.toml": f"[[test]]\nname = {toml(H)}\n{toml(H)} = 1\n",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    said(capfd, *REFUSED[how], *more, code=1 if "output" in how and "bytes" not in how and "kind" not in how else 2)


def test_what_python_shows_is_harmless_too(here):
    data = cs.load(here)
    result = cs.simulate(data, cs.Policy(threshold=2, additional_comments_sync=True))
    change = cs.preview(data, threshold=2)
    shown = [data, result, result.explain("i1"), cs.sweep(data), change, cs.workload(result), cs.floods(result)]
    for value in shown:
        assert_harmless(repr(value))
        assert_harmless(value._repr_mimebundle_()["text/plain"])
    with pytest.raises(cs.CasesimError) as fault:
        cs.load(f"no{SIGNS}")
    assert_harmless(str(fault.value))


def test_every_command_is_tried():
    from casesim.cli import app

    commands = {name for name in app if not name.startswith("-")}
    tried = {how.split()[0] for how in SOUND} | {shlex.split(words[0])[0] for words in REFUSED.values()}
    assert commands <= tried
