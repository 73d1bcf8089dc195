"""No number and no time is cut in silence: it is read as it is, or it is a reject that says so."""

import datetime as dt
import io
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

import casesim as cs
from casesim.dataset import load
from casesim.engine.codes import contract_value
from casesim.engine.customers import in_units
from casesim.tables import INPUT, DatasetError
from tests.dataset.helpers import column, frames, write

UTC = dt.UTC
MOST = 10**14


def read(table, name, values):
    """What a column is read as, and its rejects."""
    data = frames(**{table: pl.DataFrame({"sys_id": [f"N{n}" for n in range(len(values))]}).with_columns(values)})
    return column(data, table, name), [(row, value, reason) for _, row, _, value, reason in data.rejects.rows()]


# Numbers


@pytest.mark.parametrize(
    ("dtype", "beyond"),
    [
        (pl.Float64, 1.5e14),
        (pl.Int64, MOST + 1),
        (pl.Int64, 2**63 - 1),
        (pl.Int64, -(2**63)),
        (pl.UInt64, 2**64 - 1),
        (pl.Int128, 2**100),
        (pl.Decimal(38, 2), Decimal("100000000000000.01")),
        (pl.Decimal(38, 0), -(Decimal(10) ** 37)),
        (pl.String, "100000000000001"),
        (pl.String, "-1e15"),
        (pl.String, "1e15"),
    ],
)
@pytest.mark.parametrize("form", ["frame", "parquet"])
def test_a_contract_value_beyond_what_is_counted_is_a_reject(tmp_path, dtype, beyond, form):
    values = pl.Series(
        "contract_value", [1, beyond, MOST, None], pl.String if dtype == pl.String else None, strict=False
    )
    values = pl.Series("contract_value", [type(beyond)(1), beyond, type(beyond)(MOST), None], dtype)
    if form == "frame":
        found, rejects = read("customer_account", "contract_value", values)
    else:
        folder = write(tmp_path / "d")
        values.to_frame().with_columns(sys_id=pl.Series(["a", "b", "c", "d"])).write_parquet(
            folder / "customer_account.parquet"
        )
        data = load(folder)
        found = column(data, "customer_account", "contract_value")
        rejects = [(row, value, reason) for _, row, _, value, reason in data.rejects.rows()]
    assert found == [1.0, None, float(MOST), None]
    [(row, value, reason)] = rejects
    assert (row, reason) == (2, "bad_number")
    assert Decimal(value) == Decimal(str(beyond))


@pytest.mark.parametrize("dtype", [pl.Int8, pl.UInt8, pl.Int32, pl.UInt32, pl.Float32])
def test_narrow_numbers_are_all_read(dtype):
    values = pl.Series("contract_value", [1, 0, None, 100], dtype)
    assert read("customer_account", "contract_value", values) == ([1.0, 0.0, None, 100.0], [])


def test_an_order_that_a_number_cannot_tell_from_the_next_is_a_reject():
    values = pl.Series("order", [2**53, 2**53 + 1, 5], pl.Int64)
    data = frames(service_definition=pl.DataFrame({"name": ["a", "b", "c"]}).with_columns(values))
    assert column(data, "service_definition", "order") == [2.0**53, None, 5.0]
    assert data.rejects.rows() == [("service_definition", 2, "order", str(2**53 + 1), "bad_number")]


def test_every_number_column_has_a_bound_that_a_number_reaches_exactly():
    numbers = [c for table in INPUT.values() for c in table.columns if c.kind == "number"]
    assert {c.name for c in numbers} == {"contract_value", "order"}
    assert all(int(float(c.most)) == c.most <= 2**53 for c in numbers)


def decided(*values):
    """The contract value of one incident whose customers have these."""
    names = [f"a{n}" for n in range(len(values))]
    data = frames(
        affected_account={"incident": ["INC1"] * len(values), "account": names},
        customer_account={"sys_id": names, "contract_value": list(values)},
    )
    return cs.simulate(data).decisions["contract_value"].to_list()


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ([2e11], 2e11),
        ([250_000_000_000.25, 1e11], 350_000_000_000.25),
        ([99_999_999_999_999.98], 99_999_999_999_999.98),
        ([1e14, 1e14, 0.5], 200_000_000_000_000.5),
        ([-1e14, 1e14, 0.0001], 0.0001),
        ([1e14] * 9, 9e14),
    ],
)
def test_r2_5_large_contract_values_are_added_exactly(values, total):
    assert decided(*values) == [total]


def test_r2_5_contract_values_that_cannot_be_added_are_refused():
    with pytest.raises(DatasetError, match=r"^table customer_account: the contract values add up to 1,000,0"):
        decided(*[1e14] * 10)


@settings(deadline=None)
@given(st.integers(-MOST, MOST) | st.floats(-1e14, 1e14).map(lambda value: round(value, 2)))
def test_r2_5_a_contract_value_of_cents_comes_back_as_it_is(value):
    frame = pl.DataFrame({"value": [float(value)]}).select(units=in_units(pl.col("value")))
    import narwhals.stable.v2 as nw

    back = nw.from_native(frame.lazy()).select(value=contract_value(nw.col("units"))).collect()
    assert back["value"].to_list() == [float(value)]


# Columns that several files have


def test_whole_numbers_of_any_width_side_by_side_keep_their_digits(tmp_path):
    folder = write(tmp_path / "d")
    (folder / "incident.csv").unlink()
    for name, values in (
        ("a", pl.Series("u_x", [2**64 - 1], pl.UInt64)),
        ("b", pl.Series("u_x", [-(2**63)], pl.Int64)),
        ("c", pl.Series("u_x", [7], pl.Int8)),
    ):
        frame = values.to_frame().with_columns(number=pl.lit(name), opened_at=pl.lit("2026-03-05"))
        frame.write_parquet(folder / f"incident_{name}.parquet")
    assert column(load(folder), "incident", "u_x") == [str(2**64 - 1), str(-(2**63)), "7"]


def json_of(*values):
    return "".join(
        f'{{"number": "{n}", "opened_at": "2026-03-05", "u_x": {value}}}\n' for n, value in enumerate(values)
    )


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["12345678901234567", "0.5"], ["12345678901234567", "0.5"]),
        (["9007199254740992", "0.5"], [2.0**53, 0.5]),
        (["9" * 400, "0.5"], ["9" * 400, "0.5"]),
        (["12345678901234567", *["7"] * 50_000, "0.5"], ["12345678901234567", *["7"] * 50_000, "0.5"]),
        (["1", *["7"] * 50_000, "0.5"], [1.0, *[7.0] * 50_000, 0.5]),
    ],
    ids=["large", "exact", "larger", "large, in another batch", "exact, in another batch"],
)
def test_json_numbers_keep_their_digits(tmp_path, values, found):
    assert column(load(write(tmp_path / "d", incident_ndjson=json_of(*values))), "incident", "u_x") == found


# Times


@pytest.mark.parametrize("way", ["file", "zip"])
def test_times_in_96_bits(tmp_path, way):
    times = [dt.datetime(1600, 1, 1), dt.datetime(2026, 3, 5, 10, 15, 0, 123456), dt.datetime(9999, 12, 31, 23, 59, 59)]
    table = pa.table({"number": ["A", "B", "C"], "opened_at": pa.array(times, pa.timestamp("us"))})
    folder = write(tmp_path / "d")
    (folder / "incident.csv").unlink()
    pq.write_table(table, folder / "incident.parquet", use_deprecated_int96_timestamps=True, store_schema=False)
    if way == "zip":
        import shutil

        folder = shutil.make_archive(str(tmp_path / "d"), "zip", folder)
    assert column(load(folder), "incident", "opened_at") == [time.replace(tzinfo=UTC) for time in times]


def test_nanoseconds_are_read_as_they_are(tmp_path):
    values = pl.Series("opened_at", [2**63 - 1, -(2**63) + 1, 0], pl.Int64).cast(pl.Datetime("ns"))
    frame = values.to_frame().with_columns(number=pl.Series(["A", "B", "C"]))
    folder = write(tmp_path / "d")
    (folder / "incident.csv").unlink()
    frame.write_parquet(folder / "incident.parquet")
    assert [time.year for time in column(load(folder), "incident", "opened_at")] == [2262, 1677, 1970]


def test_xlsx_dates_that_no_calendar_has_are_rejects(tmp_path):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet, form = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, ["number", "opened_at", "resolved_at"])
        for row, (opened, resolved) in enumerate(
            [(46086.5, 46087), (46086.25, 1e10), (1e300, 46087), (46088, None)], 1
        ):
            sheet.write(row, 0, f"INC{row}")
            sheet.write_number(row, 1, opened, form)
            if resolved is not None:
                sheet.write_number(row, 2, resolved, form)
    data = load(write(tmp_path / "d", incident_xlsx=content.getvalue()))
    assert [(row, name, reason) for _, row, name, _, reason in data.rejects.rows()] == [
        (2, "resolved_at", "bad_time"),
        (3, "opened_at", "bad_time"),
    ]
    assert column(data, "incident", "opened_at") == [
        dt.datetime(2026, 3, 5, 12, tzinfo=UTC),
        dt.datetime(2026, 3, 5, 6, tzinfo=UTC),
        dt.datetime(2026, 3, 7, tzinfo=UTC),
    ]
    assert column(data, "incident", "resolved_at")[0] == dt.datetime(2026, 3, 6, tzinfo=UTC)
