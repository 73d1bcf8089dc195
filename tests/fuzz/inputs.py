"""Sound files, small, of every kind that is read: what the spoilt ones are made of."""

import csv
import datetime as dt
import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from functools import cache

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

ROWS = [
    {"number": "INC1", "opened_at": "2026-03-05 10:15:00", "priority": "1", "description": 'a "b", c\nd', "u_x": "5"},
    {
        "number": "INC2",
        "opened_at": "2026-03-06T08:00:00Z",
        "priority": "3 - Moderate",
        "description": "Ü €",
        "u_x": "0.5",
    },
    {"number": "INC3", "opened_at": "2026-03-07", "priority": "", "description": "", "u_x": "true"},
]
ACCOUNTS = "sys_id,name,contract_value,active\nA,Alpha,1500.5,true\nB,Beta,,no\n"
LISTED = "incident,account,added_at\nINC1,A,\nINC1,B,2026-03-05 11:00:00\nINC2,A,\n"
T = "sn_ind_tsm_core.major_case_affected_account_threshold"
DATASET = 'missing = ["?", "N/A"]\ndatetime_format = "%d/%m/%Y %H:%M"\ntimezone = "Europe/Berlin"\n'
DATASET += '[rename.incident]\n"Ticket" = "number"\n'
POLICY = f"""
flow = "incident"
[properties]
"{T}" = 5
"proactive_workflows_for_providers.additional_comments_sync" = true
[mapping.individual]
description = "Reported: {{short_description}} {{{{x}}}}"
[choices]
customers = "both"
generation_delay = "1h30m"
[trigger]
category = ["network", "sd-wan"]
[[overrides]]
when = {{ priority = ["1"] }}
threshold = 3
[also_major_when]
contract_value_at_least = 250000
[[notify]]
when = {{ outcome = "major" }}
message = "We are working on {{short_description}}."
after = "30m"
[flood]
max_per_contact = 3
window = "1h"
quiet_hours = ["22:00", "06:00"]
timezone = "Europe/Berlin"
"""
RULES = """
policy = { properties = { major_case_affected_account_threshold = 2 } }
[[test]]
name = "two"
given.incident = [{ number = "INC1", opened_at = 2026-03-05 10:00:00 }]
given.affected_account = [{ incident = "INC1", account = "a1" }, { incident = "INC1", account = "a2" }]
expect.outcomes = { INC1 = "major" }
expect.cases = 3
[[budget]]
name = "few"
dataset = "data"
set = { threshold = 2 }
since = 2026-01-01
at_most = { cases = 10 }
"""


@cache
def inputs() -> Mapping[str, tuple[bytes, ...]]:
    """Kind -> sound files. The kind is the name that the file has where it is read."""
    table = _table()
    text = {"csv": _csv(), "json": json.dumps({"records": _objects()}).encode()}
    text["ndjson"] = "\n".join(map(json.dumps, _objects())).encode()
    folder = {"incident.csv": text["csv"], "affected_account.csv": LISTED.encode(), "dataset.toml": b'missing = ["?"]'}
    zips = [_zip(folder, how) for how in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2)]
    zips.append(_zip({f"d/{name}": content for name, content in folder.items()} | {"d/incident/a.parquet": _parquet()}))
    properties = [{"name": T, "value": "5"}, {"name": "sn_customerservice.parent_child_case_sync", "value": "true"}]
    return {
        "incident.csv": (text["csv"], text["csv"].replace(b",", b";"), text["csv"].decode().encode("cp1252")),
        "incident.json": (text["json"], json.dumps(ROWS).encode(), json.dumps({"result": ROWS}).encode()),
        "incident.ndjson": (text["ndjson"],),
        "incident.csv.gz": (gzip.compress(text["csv"]),),
        "incident.json.gz": (gzip.compress(text["json"]),),
        "incident.csv.zst": (pa.compress(text["csv"], codec="zstd", asbytes=True),),
        "incident.ndjson.zst": (pa.compress(text["ndjson"], codec="zstd", asbytes=True),),
        "incident.xlsx": (_xlsx(), _xlsx("notes", "incident")),
        "incident.parquet": (
            _parquet(),
            _parquet(compression="uncompressed", statistics=True, row_group_size=1),
            _arrow_parquet(table, use_deprecated_int96_timestamps=True, store_schema=False),
            _arrow_parquet(table, compression="zstd", data_page_version="2.0", use_dictionary=False),
        ),
        "incident.arrow": (_arrow(table), _arrow(table, pa.ipc.new_stream), _arrow_polars(), _arrow_polars("lz4")),
        "data.zip": tuple(zips),
        "dataset.toml": (DATASET.encode(),),
        "policy.toml": (POLICY.encode(),),
        "policy.csv": (("name,value\n" + "".join(f"{p['name']},{p['value']}\n" for p in properties)).encode(),),
        "policy.json": (json.dumps({"records": properties}).encode(),),
        "policy.xml": (_xml(properties),),
        "sys_properties.csv": (f"name,value\n{T},5\n".encode(),),
        "customer_account.csv": (ACCOUNTS.encode(),),
        "rules.toml": (RULES.encode(),),
    }


def _csv() -> bytes:
    content = io.StringIO(newline="")
    writer = csv.DictWriter(content, ROWS[0])
    writer.writeheader()
    writer.writerows(ROWS)
    return content.getvalue().encode()


def _objects() -> list[dict[str, object]]:
    fields = {"display_value": "Network", "value": "network", "link": "https://x.example"}
    return [{**row, "category": fields, "u_list": [1, {"a": None}], "u_n": n + 0.5 * n} for n, row in enumerate(ROWS)]


def _frame() -> pl.DataFrame:
    times = [dt.datetime(2026, 3, 5, 10, 15), dt.datetime(2026, 3, 6), dt.datetime(2026, 3, 7)]
    return pl.DataFrame(ROWS).with_columns(
        pl.Series("opened_at", times),
        pl.Series("u_x", [1, None, 3]),
        pl.Series("u_f", [0.5, float("nan"), None]),
        pl.Series("u_d", ["a", "b", "a"], pl.Categorical),
        pl.Series("u_l", [[1], [], None]),
        pl.Series("u_b", [True, None, False]),
    )


def _table() -> pa.Table:
    table = _frame().drop("u_d").to_arrow(compat_level=pl.CompatLevel.oldest())
    return table.append_column("u_d", pa.array(["a", "b", "a"]).dictionary_encode())


def _parquet(**how: object) -> bytes:
    content = io.BytesIO()
    _frame().write_parquet(content, **how)
    return content.getvalue()


def _arrow_parquet(table: pa.Table, **how: object) -> bytes:
    content = io.BytesIO()
    pq.write_table(table, content, **how)
    return content.getvalue()


def _arrow(table: pa.Table, kind: object = pa.ipc.new_file) -> bytes:
    content = io.BytesIO()
    with kind(content, table.schema) as writer:
        writer.write_table(table)
    return content.getvalue()


def _arrow_polars(compression: str = "uncompressed") -> bytes:
    content = io.BytesIO()
    _frame().write_ipc(content, compression=compression)
    return content.getvalue()


def _xlsx(*sheets: str) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        for name in sheets or ("Page 1",):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, list(ROWS[0]))
            for at, row in enumerate(ROWS, 1):
                sheet.write_row(at, 0, [row["number"], dt.datetime(2026, 3, at), at, row["description"], at * 0.5])
    return content.getvalue()


def _zip(members: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", how) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, how)
    return content.getvalue()


def _xml(properties: list[dict[str, str]]) -> bytes:
    rows = "".join(
        f"<sys_properties><name>{p['name']}</name><value>{p['value']}</value></sys_properties>" for p in properties
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><xml>{rows}</xml>'.encode()
