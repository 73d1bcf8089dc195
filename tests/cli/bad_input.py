"""The table of bad input: what stands in the folder, what is typed, and what the program has to say to it.

Every command runs in a folder of its own that holds a small sound dataset `data` and a sound policy `policy.toml`; a
case adds files to it, changes them, or takes them away.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

T = "sn_ind_tsm_core.major_case_affected_account_threshold"
INCIDENTS = "number,opened_at,priority,category\nINC1,2026-03-05 10:15:00,1,network\nINC2,2026-03-06 08:00:00,3,radio\n"
LISTED = "incident,account\nINC1,A\nINC1,B\nINC2,A\n"
ACCOUNTS = "sys_id,name,primary_contact\nA,Alpha,C\nB,Beta,\n"
SOUND: Mapping[str, str | bytes] = {
    "data/incident.csv": INCIDENTS,
    "data/affected_account.csv": LISTED,
    "data/customer_account.csv": ACCOUNTS,
    "policy.toml": f'[properties]\n"{T}" = 2\n',
}


@dataclass(frozen=True)
class Bad:
    """One case.

    files: path -> content, beside the sound ones or in their place; None takes one away.
    typed: the words after `casesim`.
    says: what the message must contain: where, what, what is accepted, the nearest name.
    code: the exit code.
    lines: how many it may take to say it; two faults take more.
    """

    typed: str
    says: tuple[str, ...]
    files: Mapping[str, str | bytes | None] = field(default_factory=dict)
    code: int = 2
    lines: int = 6


def zipped(**members: str | bytes) -> bytes:
    """A zip; `__` in a name is `/`, the last `_` is the dot before the ending."""
    return zip_of({".".join(name.replace("__", "/").rsplit("_", 1)): content for name, content in members.items()})


def zip_of(members: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def parquet(rows: str) -> bytes:
    """A csv text as a Parquet file."""
    file = io.BytesIO()
    pl.read_csv(io.StringIO(rows), infer_schema=False).write_parquet(file)
    return file.getvalue()


def policy(text: str) -> dict[str, str | bytes | None]:
    return {"policy.toml": text}


def incidents(content: str | bytes) -> dict[str, str | bytes | None]:
    return {"data/incident.csv": content}


RUN = "run data --policy policy.toml --out out"

DATASETS = {
    "there is no such dataset": Bad("run dta --out out", ("dta", "no such folder", "Nearest: data.")),
    "no such dataset, nor its folder": Bad("check no/where", ("no/where", "no such folder", "Nor is there a folder")),
    "a dataset that is some file": Bad("run data/incident.csv", ("incident.csv", "is a file", "folder", "zip")),
    "a zip that is no zip": Bad("check data.zip", ("data.zip", "not a zip"), {"data.zip": b"PK but no zip"}),
    "a zip that reaches outside": Bad(
        "run data.zip",
        ("data.zip", '"../incident.csv"', "points outside"),
        {"data.zip": zip_of({"../incident.csv": INCIDENTS})},
    ),
    "a zip with an absolute name": Bad(
        "run data.zip", ("data.zip", "points outside"), {"data.zip": zip_of({"/etc/incident.csv": INCIDENTS})}
    ),
    "a zip bomb": Bad(
        "run data.zip",
        ("data.zip", "would unpack to", "Accepted", "bomb"),
        {"data.zip": zipped(incident_csv=b"0" * (65 * 2**20))},
    ),
    "an empty zip": Bad(
        "run data.zip", ("data", "no table incident", "accepted: csv"), {"data.zip": zip_of({})}, lines=8
    ),
    "an empty folder": Bad(
        "run hollow", ("hollow", "no table incident", "sn_install_base_item", "accepted"), {"hollow/.keep": ""}, lines=8
    ),
    "no incidents, a name that comes near": Bad(
        "run data",
        ("no table incident", "R1", "Nearest names here: incidnt.csv"),
        {"data/incident.csv": None, "data/incidnt.csv": INCIDENTS},
    ),
    "no way to customers": Bad(
        "run data",
        ("no table sn_install_base_item", "affected_account", "R1.2", "accepted"),
        {"data/affected_account.csv": None},
    ),
    "an xml table": Bad(
        "run data", ("incident.xml", ".xml files are not read", "Save", "csv"), {"data/incident.xml": "<xml/>"}
    ),
    "an empty file": Bad("run data", ("incident.csv", "is empty", "column names"), incidents("")),
    "an empty parquet file": Bad("run data", ("task_ci.parquet", "is empty"), {"data/task_ci.parquet": b""}),
    "a file of spaces": Bad("run data", ("incident.csv", "column"), incidents("  \n \n")),
    "an encoding that is none": Bad("run data", ("incident.csv", "UTF-16"), incidents(INCIDENTS.encode("utf-16"))),
    "bytes that are no text": Bad("run data", ("incident.csv",), incidents(bytes(range(256)) * 4)),
    "two columns of one name": Bad(
        "run data",
        ("incident.csv", "number", "several columns"),
        incidents("number,opened_at,number\nINC1,2026-03-05,INC2\n"),
    ),
    "two columns that mean the same": Bad(
        "run data",
        ("incident.csv", "number", "Number"),
        incidents("number,opened_at,Number\nINC1,2026-03-05,INC2\n"),
    ),
    "incidents without opened_at": Bad(
        "run data",
        ("incident", "no column opened_at", "Columns here: number, priority", "[rename.incident]"),
        incidents("number,priority\nINC1,1\n"),
    ),
    "incidents without number or sys_id": Bad(
        "run data", ("no column number or sys_id", "Columns here"), incidents("opened_at\n2026-03-05\n")
    ),
    "json that is none": Bad(
        "run data",
        ("incident.json", "json"),
        {"data/incident.csv": None, "data/incident.json": '{"records": ['},
    ),
    "json that is no table": Bad(
        "run data",
        ("incident.json", "records"),
        {"data/incident.csv": None, "data/incident.json": '{"rows": 5}'},
    ),
    "ndjson with a broken line": Bad(
        "run data",
        ("incident.ndjson: line 2: Input data was truncated. Expected: one JSON object a line.",),
        {"data/incident.csv": None, "data/incident.ndjson": '{"number": "INC1"}\n{"number": \n'},
    ),
    "an xlsx that is none": Bad(
        "run data", ("incident.xlsx", "workbook"), {"data/incident.csv": None, "data/incident.xlsx": INCIDENTS}
    ),
    "a truncated parquet file": Bad(
        "run data",
        ("incident.parquet", "parquet", "cannot be read"),
        {"data/incident.csv": None, "data/incident.parquet": parquet(INCIDENTS)[:200]},
    ),
    "a truncated gz": Bad(
        "run data",
        ("incident.csv.gz", "gzip"),
        {"data/incident.csv": None, "data/incident.csv.gz": b"\x1f\x8b\x08\x00"},
    ),
    "dataset.toml that is no TOML": Bad("run data", ("dataset.toml",), {"data/dataset.toml": "missing = ["}),
    "dataset.toml with an unknown key": Bad(
        "run data", ("dataset.toml", "timezne", "Nearest: timezone"), {"data/dataset.toml": "timezne = 'UTC'"}
    ),
    "dataset.toml with an unknown zone": Bad(
        "run data",
        ("dataset.toml", "Europe/Berln", "Europe/Berlin"),
        {"data/dataset.toml": "timezone = 'Europe/Berln'"},
    ),
    "dataset.toml that renames an unknown table": Bad(
        "run data", ("dataset.toml", "incidnt", "Nearest: incident"), {"data/dataset.toml": "[rename.incidnt]\na = 'b'"}
    ),
    "the instance's own threshold is no number": Bad(
        "run data",
        ("sys_properties", "five", "whole number", "R2.2"),
        {"data/sys_properties.csv": f"name,value\n{T},five\n"},
    ),
}

REFUSED_THRESHOLDS = {
    "0": "0",
    "-3": "-3",
    "1e99": "1e+99",
    "5.5": "5.5",
    "five": '"five"',
    "true": "true",
    "2147483648": "2147483648",
    "[5]": "[5]",
    "nan": "NaN",
    "５": '"５"',
    "": '""',
    " ": '" "',
}
THRESHOLDS = {
    f"threshold {told}": Bad(
        f"run data --set 'threshold={value}'",
        (f"--set threshold={value}: [properties]", T, f"{told} is not accepted", "whole number of 1 or more", "R2.2"),
    )
    for value, told in REFUSED_THRESHOLDS.items()
} | {
    "--threshold 0": Bad("run data --threshold 0", ("--threshold 0:", "whole number of 1 or more", "R2.2")),
    "--threshold five": Bad("run data --threshold five", ("--threshold five:", '"five"', "whole number of 1 or more")),
    "threshold '' in a file": Bad(RUN, ("policy.toml", T, '""', "whole number"), policy(f'[properties]\n"{T}" = ""')),
    "threshold true in a file": Bad(
        RUN, ("policy.toml", T, "true", "whole number"), policy(f'[properties]\n"{T}" = true')
    ),
    "threshold 5.5 in a file": Bad(
        RUN, ("policy.toml", T, "5.5", "whole number"), policy(f'[properties]\n"{T}" = 5.5')
    ),
    "two spellings that disagree": Bad(
        RUN,
        ("policy.toml", T, "major_case_affected_threshold", "R2.1", "5", "6"),
        policy(f'[properties]\n"{T}" = 5\nmajor_case_affected_threshold = 6'),
    ),
    "an override without threshold": Bad(
        RUN, ("[[overrides]] 1", "threshold is missing"), policy('[[overrides]]\nwhen = {priority = "1"}')
    ),
}

POLICIES = {
    "no such policy": Bad("run data --policy polcy.toml", ("polcy.toml", "no such file")),
    "a policy that is a folder": Bad("run data --policy data", ("data", "folder")),
    "a policy that is no TOML": Bad(RUN, ("policy.toml", "TOML", "line 2"), policy("flow = 'incident'\n[choices\n")),
    "a policy that is no text": Bad(RUN, ("policy.toml", "UTF-8"), {"policy.toml": b"\xff\xfe\x00"}),
    "a policy in another format": Bad("run data --policy p.yaml", ("p.yaml", "toml"), {"p.yaml": "threshold: 5"}),
    "a properties export without values": Bad(
        "run data --policy p.csv", ("p.csv", "name", "value"), {"p.csv": "nme,valu\na,b\n"}
    ),
    "an unknown key": Bad(RUN, ("policy.toml", "overides", "Nearest: overrides"), policy("overides = []")),
    "an unknown choice": Bad(
        RUN,
        ("policy.toml", "[choices] customers", '"account"', "Nearest: accounts"),
        policy("[choices]\ncustomers='account'"),
    ),
    "a choice of the wrong type": Bad(
        RUN, ("count_inactive_accounts", "1", "true or false"), policy("[choices]\ncount_inactive_accounts = 1")
    ),
    "a delay that is none": Bad(
        RUN, ("generation_delay", '"2 hours"', '"2h"'), policy("[choices]\ngeneration_delay = '2 hours'")
    ),
    "a mapping of an unknown field": Bad(
        RUN,
        ("[mapping.child] u_a", "{priorty}", "R3.3", "Nearest: priority"),
        policy('[mapping.child]\nu_a = "{priorty}"'),
    ),
    "an account field on a major case": Bad(
        RUN,
        ("[mapping.major] u_a", "{account.name}", "major case has no account"),
        policy('[mapping.major]\nu_a = "{account.name}"'),
    ),
    "an unbalanced brace": Bad(
        RUN, ("[mapping.child] u_a", "brace", "{{"), policy('[mapping.child]\nu_a = "{priority"')
    ),
    "a field that casesim owns": Bad(
        RUN, ("[mapping.child] state", "sets state itself", "contact_type"), policy('[mapping.child]\nstate = "6"')
    ),
    "a trigger on an unknown field": Bad(
        RUN, ("[trigger]", "categry", "R2.4", "Nearest: category"), policy('[trigger]\ncategry = "network"')
    ),
    "a condition of an unknown kind": Bad(
        RUN, ("[trigger] category", "like", "starts_with"), policy('[trigger]\ncategory = {like = "n"}')
    ),
    "three faults at once": Bad(
        RUN,
        ("flow", "customers", "generation_delay"),
        policy("flow = 'x'\n[choices]\ncustomers = 'x'\ngeneration_delay = 'x'"),
    ),
    "--set without =": Bad("run data --set threshold", ("--set threshold", "NAME=VALUE")),
    "--set of an unknown name": Bad("run data --set treshold=5", ("--set", "treshold", "Nearest: threshold")),
    "--set of an unknown choice": Bad("run data --set choices.customers=none", ("customers", '"none"', "accounts")),
    "--set below a value": Bad("run data --set choices.customers.x=1", ("customers", "x")),
}

# Comments, floods, alerts, late customers.
SETTINGS = {
    "a window of zero": Bad(RUN, ("[flood] window", "0s"), policy("[flood]\nmax_per_contact = 3\nwindow = '0s'")),
    "a limit without a window": Bad(RUN, ("[flood]", "window"), policy("[flood]\nmax_per_contact = 3")),
    "a limit of zero": Bad(
        RUN, ("[flood] max_per_contact", "0"), policy("[flood]\nmax_per_contact = 0\nwindow = '1h'")
    ),
    "an unknown time zone": Bad(
        RUN,
        ("[flood] timezone", "Europe/Berln", "Nearest: Europe/Berlin"),
        policy("[flood]\nquiet_hours = ['22:00', '06:00']\ntimezone = 'Europe/Berln'"),
    ),
    "a text with an unknown name": Bad(
        RUN,
        ("[notifications.comment] body", "coment.value"),
        policy("[notifications.comment]\nbody = '{coment.value}'"),
    ),
    "a comment's text where there is no comment": Bad(
        RUN,
        ("[notifications.case_created] body", "comment.value"),
        policy("[notifications.case_created]\nbody = '{comment.value}'"),
    ),
    "an action with an unknown field": Bad(
        RUN, ("[[notify]] 1 message", "short_descripton"), policy("[[notify]]\nmessage = '{short_descripton}'")
    ),
    "an action without a message": Bad(RUN, ("[[notify]]", "message"), policy("[[notify]]\nafter = '5m'")),
    "late customers of an unknown kind": Bad("run data --set late_customers=adds", ("late_customers", "adds", "add")),
    "an unknown flow": Bad("run data --set flow=alert", ("flow", "alert", "alerts")),
    "an unknown status": Bad("run data --set major_case_status=accept", ("major_case_status", "accept", "accepted")),
    "an unknown source": Bad("run data --set 'sources=[\"change\"]'", ("sources", "change", "change_request")),
}

USAGE = {
    "an unknown command": Bad("rnu data", ("rnu", "run", "--help")),
    "an unknown flag": Bad("run data --ot out", ("--ot", "--help")),
    "an unknown format": Bad("run data --format xml", ("xml", "parquet", "ndjson")),
    "an unknown engine": Bad("run data --engine spork", ("spork", "polars", "spark")),
    "the engine duckdb": Bad("run data --engine duckdb", ("--engine duckdb", "does not work yet", "polars")),
    "the engine spark in check": Bad("check data --engine spark", ("--engine spark", "does not work yet", "polars")),
    "--set that is bad beside a policy that is not": Bad(
        "run data --policy policy.toml --set customers=none", ("--set customers=none: [choices] customers", "accounts")
    ),
    "a flag without its value": Bad("run data --out", ("--out", "--help")),
    "one dataset too many": Bad("run data data", ("data", "--help")),
    "explain without an incident": Bad("explain data", ("explain data", "which incident")),
    "explain without anything": Bad("explain", ("--help",)),
    "explain of an unknown incident": Bad("explain data INC11", ("INC11", "Nearest: INC1")),
    "explain of an empty incident": Bad("explain data ''", ("incident",)),
    "synth of no incidents": Bad("synth --out made --incidents 0", ("incidents", "0", "at least 1")),
    "synth of minus one incident": Bad("synth --out made --incidents -1", ("incidents", "-1", "at least 1")),
    "synth of some incidents": Bad("synth --out made --incidents many", ("--incidents", "many", "--help")),
    "synth of a negative seed": Bad("synth --out made --seed -1", ("seed", "-1", "0 or more")),
    "synth of an unknown profile": Bad("synth --out made --profile telecon", ("telecon", "telecom")),
    "synth to nowhere": Bad("synth --incidents 5", ("--out", "--help")),
}

RESULT: dict[str, str | bytes | None] = {"out/manifest.json": "{}", "out/cases.parquet": b"old"}
OUTPUTS = {
    "the result is there": Bad("run data --out out", ("out", "exists already", "--overwrite", "--out"), RESULT, code=1),
    "an empty folder is there": Bad(
        "run data --out out", ("out", "exists already", "--overwrite"), {"out/": None}, code=1
    ),
    "what is there is no result": Bad(
        "run data --out out --overwrite", ("out", "other files than a result", "--out"), {"out/thesis.doc": "x"}, code=1
    ),
    "the output is a file": Bad("run data --out out", ("out", "is a file", "folder"), {"out": "x"}, code=1),
    "the output is a file, overwrite": Bad(
        "run data --out out --overwrite", ("out", "is a file", "folder"), {"out": "x"}, code=1
    ),
    "a manifest.json beside other files": Bad(
        "run data --out out --overwrite",
        ("out", "other files than a result", "thesis.doc"),
        {"out/manifest.json": "{}", "out/thesis.doc": "x"},
        code=1,
    ),
    "the output is below a file": Bad("run data --out file/a/b", ("file is a file", "--out"), {"file": "x"}, code=1),
    "the output is the dataset": Bad(
        "run data --out data --overwrite", ("data", "other files than a result", "--out"), code=1
    ),
    "the output is below a device": Bad(
        "run data --out /dev/null/x", ("/dev/null/x", "no folder can be made in it"), code=1
    ),
    "the output is in /proc": Bad("run data --out /proc/casesim", ("/proc/casesim", "cannot be written"), code=1),
    "the output is the folder we are in": Bad("run data --out . --overwrite", ("no name of its own", "--out"), code=1),
    "the output is the folder above": Bad("run data --out data/.. --overwrite", ("no name of its own",), code=1),
    "the output is the root": Bad("run data --out / --overwrite", ("no name of its own",), code=1),
    "the output is empty": Bad("run data --out ''", ("no name of its own", "--out"), code=1),
    "the output's name is too long": Bad(
        f"run data --out {'x' * 300}", ("cannot be written", "name too long", "--out"), code=1, lines=8
    ),
    "synth over something": Bad("synth --out data --incidents 5", ("data: exists already. Add --overwrite",), code=1),
    "synth over other files": Bad(
        "synth --out data --incidents 5 --overwrite", ("data", "no table of a dataset"), code=1
    ),
    "synth below a device": Bad("synth --out /dev/null/x --incidents 5", ("/dev/null/x", "cannot be written"), code=1),
}

GROUPS = (DATASETS, THRESHOLDS, POLICIES, SETTINGS, USAGE, OUTPUTS)
CASES = {name: case for group in GROUPS for name, case in group.items()}
