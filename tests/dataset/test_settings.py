import datetime as dt

import pytest

from casesim.dataset import load
from casesim.dataset.times import time_format
from casesim.tables import DatasetError
from tests.dataset.helpers import column, write


def test_all_settings_together(tmp_path):
    folder = write(
        tmp_path / "d",
        incident_csv="Ticket,Opened,description\nINC1,29/2/2016 01:16,?\nINC2,2016-07-01 12:00:00,n/a\n",
        dataset_toml='missing = ["?", "n/a"]\ndatetime_format = "%d/%m/%Y %H:%M"\ntimezone = "Europe/Berlin"\n'
        '[rename.incident]\nTicket = "number"\n',
    )
    data = load(folder)
    assert data.frame("incident", ["number", "description"]).collect().rows() == [("INC1", None), ("INC2", None)]
    assert column(data, "incident", "opened_at") == [
        dt.datetime(2016, 2, 29, 0, 16, tzinfo=dt.UTC),
        dt.datetime(2016, 7, 1, 10, 0, tzinfo=dt.UTC),
    ]


def test_a_missing_text_is_missing_in_every_column(tmp_path):
    folder = write(
        tmp_path / "d",
        incident_csv="number,opened_at,resolved_at,u_x\nINC1,2026-03-05,?,?\n?,2026-03-05,,y\n",
        customer_account_csv="name,active,contract_value\nA,?,?\n",
        dataset_toml='missing = ["?"]',
    )
    data = load(folder)
    assert data.rejects.rows() == [("incident", 2, "number", None, "no_key")]
    assert data.frame("incident", ["resolved_at", "u_x"]).collect().rows() == [(None, None)]
    assert data.frame("customer_account", ["active", "contract_value"]).collect().rows() == [(True, None)]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("missing = [", "dataset.toml is not valid TOML"),
        ("\udcff", "dataset.toml is not valid TOML"),
        ("mising = []", "unknown key mising. Nearest: missing."),
        ('missing = "?"', 'missing must be a list of texts, e.g. ["?", "N/A"], not "?"'),
        ("missing = [1]", "missing must be a list of texts"),
        ('timezone = "Europe/Berln"', 'unknown timezone "Europe/Berln". Nearest: Europe/Berlin'),
        ('timezone = "here"', "unknown timezone"),
        ("timezone = 5", "timezone must be a text"),
        ("datetime_format = 5", "datetime_format must be a text"),
        ('datetime_format = "%d/%m/%Y %Q"', "%Q is not read. Accepted: %Y, %y"),
        ('datetime_format = "%H:%M"', "does not say which year, month and day it is"),
        ("rename = 5", "rename must be tables"),
        ('rename = {incident = "x"}', "rename must be tables"),
        ('[rename.incidents]\na = "number"', "[rename.incidents]: unknown table. Nearest: incident"),
        ('[rename.incident]\na = "numbr"', '[rename.incident] "a" = "numbr": unknown column. Nearest: number'),
        ('[rename.incident]\na = "number"\nb = "number"', 'gives "number" to several columns'),
    ],
)
def test_bad_settings(tmp_path, text, complaint):
    folder = write(tmp_path / "d", dataset_toml=text.encode("utf-8", "surrogateescape"))
    with pytest.raises(DatasetError) as error:
        load(folder)
    assert complaint in str(error.value)
    assert "dataset.toml" in str(error.value)


def test_all_faults_of_the_settings_at_once(tmp_path):
    folder = write(tmp_path / "d", dataset_toml='missing = 1\ntimezone = "x"\nname = "a"\n[rename.a]\nb = "c"\n')
    with pytest.raises(DatasetError) as error:
        load(folder)
    assert len(str(error.value).splitlines()) == 4


@pytest.mark.parametrize(
    ("pattern", "text", "time"),
    [
        ("%d/%m/%Y %H:%M", "29/2/2016 01:16", "2016-02-29 01:16"),
        ("%d/%m/%Y %H:%M", "05/03/2026 9:05", "2026-03-05 09:05"),
        ("%m/%d/%y %I:%M:%S %p", "3/5/26 1:06:07 pm", "2026-03-05 13:06:07"),
        ("%d.%m.%Y", "5.3.2026", "2026-03-05"),
        ("%d %b %Y", "5 Mar 2026", "2026-03-05"),
        ("%A, %B %d, %Y", "Thursday, March 5, 2026", "2026-03-05"),
        ("%Y%m%d%H%M%S", "20260305101500", "2026-03-05 10:15"),
        ("%Y/%j", "2026/64", "2026-03-05"),
        ("%d/%m/%Y %H:%M:%S.%f", "05/03/2026 10:15:00.1234567", "2026-03-05 10:15:00.123456"),
        ("%d/%m/%Y %H:%M %z", "05/03/2026 10:15 +02:00", "2026-03-05 08:15"),
        ("%d/%m/%Y %H:%M %z", "05/03/2026 10:15 -0130", "2026-03-05 11:45"),
        ("%d/%m/%Y %H:%M %z", "05/03/2026 10:15 Z", "2026-03-05 10:15"),
        ("%Y%%%m%%%d", "2026%3%5", "2026-03-05"),
        # What the format does not match is tried as the platform writes it.
        ("%d/%m/%Y", "2026-03-05T10:15:00Z", "2026-03-05 10:15"),
        ("%Y-%d-%m", "2026-03-05", "2026-05-03"),
        ("%Y-%d-%m", "2026-03-31", "2026-03-31"),
    ],
)
def test_datetime_formats(tmp_path, pattern, text, time):
    folder = write(
        tmp_path / "d", incident_csv=f'number,opened_at\nINC1,"{text}"\n', dataset_toml=f'datetime_format = "{pattern}"'
    )
    assert column(load(folder), "incident", "opened_at") == [dt.datetime.fromisoformat(time).replace(tzinfo=dt.UTC)]


@pytest.mark.parametrize(
    "text",
    [
        "29/2/16 01:16",
        "29/2/2015 01:16",
        " 29/2/2016 01:16",
        "29/2/2016  01:16",
        "29/2/2016 25:16",
        "29/2/0000 01:16",
        "x",
    ],
)
def test_what_the_format_does_not_match_is_no_time(tmp_path, text):
    folder = write(
        tmp_path / "d",
        incident_csv=f"number,opened_at\nINC1,{text}\n",
        dataset_toml='datetime_format = "%d/%m/%Y %H:%M"',
    )
    assert load(folder).rejects.rows() == [("incident", 1, "opened_at", text, "bad_time")]


def test_a_format_with_signs_that_mean_something_in_expressions():
    assert time_format("(%Y.%m.%d)", where="x").shape == r"^\([0-9]{4}\.[0-9]{1,2}\.[0-9]{1,2}\)$"
