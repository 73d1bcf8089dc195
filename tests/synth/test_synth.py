"""What `synth` promises whatever the figures: the same again, complete or not at all, references that resolve."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from casesim.dataset import load
from casesim.synth import synth
from casesim.tables import INPUT, CasesimError, OutputError
from tests.synth.tables import ALL, HISTORY, SHIPPED, TABLES, read


def test_the_shipped_dataset_is_what_the_command_in_its_readme_makes(tmp_path):
    summary = synth(tmp_path / "telecom", incidents=5_000, profile="telecom", seed=20261)
    assert sorted(path.name for path in SHIPPED.iterdir()) == sorted(f"{table}.parquet" for table in ALL)
    for table in ALL:
        # Frames, not bytes: the writing library puts its version into the file.
        assert_frame_equal(read(summary.out, table), read(SHIPPED, table))


def test_the_shipped_dataset_is_at_most_four_megabytes():
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 4_000_000


def test_the_same_arguments_give_the_same_bytes_and_another_seed_another_dataset(tmp_path):
    one, two, other = (
        synth(tmp_path / name, incidents=300, seed=seed).out for name, seed in (("a", 7), ("b", 7), ("c", 8))
    )
    for table in ALL:
        path = f"{table}.parquet"
        assert (one / path).read_bytes() == (two / path).read_bytes()
    assert read(one, "incident")["sys_id"].is_in(read(other, "incident")["sys_id"].implode()).sum() == 0
    assert read(one, "incident")["opened_at"].to_list() != read(other, "incident")["opened_at"].to_list()


def test_profiles_share_no_keys_by_accident_of_position(tmp_path):
    synth(tmp_path / "a", incidents=50)
    keys = [read(tmp_path / "a", table)["sys_id"] for table in ALL if "sys_id" in read(tmp_path / "a", table).columns]
    together = pl.concat(keys)
    assert together.n_unique() == len(together)
    assert together.str.contains("^[0-9a-f]{32}$").all()


@pytest.mark.parametrize("profile", ["telecom", "service-desk"])
@pytest.mark.parametrize("incidents", [1, 3, 99])
def test_small_datasets_have_all_tables_too(tmp_path, profile, incidents):
    summary = synth(tmp_path / "small", incidents=incidents, profile=profile)
    assert set(summary.rows) == set(ALL)
    assert summary.rows["incident"] == incidents
    assert summary.rows["change_request"] >= 1
    assert summary.story == ()
    assert load(summary.out).rejects.height == 0


def test_tables_have_the_columns_of_the_platform_and_the_loader_rejects_nothing(telecom):
    for table in ALL:
        known = set(INPUT[table].names)
        assert set(read(telecom, table).columns) - known <= {"u_region"}, table
    assert load(telecom).rejects.height == 0


def test_references_resolve_but_for_the_few_contacts_that_are_meant_to_be_unknown(telecom):
    accounts, contacts = read(telecom, "customer_account"), read(telecom, "customer_contact")

    def unknown(table: str, column: str, target: str) -> int:
        used = read(telecom, table)[column].drop_nulls()
        return int((~used.is_in(read(telecom, target)["sys_id"].implode())).sum())

    tasks = pl.concat([read(telecom, "incident")["sys_id"], read(telecom, "change_request")["sys_id"]])
    assert read(telecom, "task_ci")["task"].is_in(tasks.implode()).all()
    assert unknown("task_cmdb_ci_service", "cmdb_ci_service", "cmdb_ci_service") == 0
    assert unknown("incident", "business_service", "cmdb_ci_service") == 0
    assert unknown("incident", "company", "customer_account") == 0
    assert unknown("affected_account", "account", "customer_account") == 0
    assert unknown("affected_account", "consumer", "csm_consumer") == 0
    assert unknown("sn_install_base_item", "account", "customer_account") == 0
    assert unknown("sn_install_base_item", "consumer", "csm_consumer") == 0
    assert unknown("customer_account", "account_parent", "customer_account") == 0
    assert unknown("customer_contact", "account", "customer_account") == 0
    missing = ~accounts["primary_contact"].drop_nulls().is_in(contacts["sys_id"].implode())
    assert 0 < missing.sum() < 0.005 * len(accounts)


def test_no_link_is_written_twice(telecom):
    for table in ("task_ci", "task_cmdb_ci_service", "svc_ci_assoc", "affected_account"):
        rows = read(telecom, table)
        assert rows.n_unique() == len(rows), table


def test_accounts_have_parents_in_two_levels_and_no_cycle(telecom):
    accounts = read(telecom, "customer_account")
    parent = dict(accounts.select("sys_id", "account_parent").iter_rows())
    depth = []
    for first in parent.values():
        steps, above = 0, first
        while above:
            steps, above = steps + 1, parent[above]
            assert steps < 4
        depth.append(steps)
    assert set(depth) == {0, 1, 2}
    assert accounts["name"].n_unique() == len(accounts)


def test_some_contacts_cannot_be_told_for_every_reason_of_r5_1(telecom):
    accounts, contacts = read(telecom, "customer_account"), read(telecom, "customer_contact")
    assert accounts["primary_contact"].is_null().mean() == pytest.approx(0.04, abs=0.01)
    assert contacts["email"].is_null().mean() == pytest.approx(0.02, abs=0.01)
    assert (~contacts["active"]).mean() == pytest.approx(0.015, abs=0.01)
    assert (contacts["notification"] == "1").mean() == pytest.approx(0.03, abs=0.01)
    assert contacts["email"].drop_nulls().str.ends_with("@example.com").all()


def test_install_base_items_are_for_consumers_and_retired_ones_too(telecom):
    items = read(telecom, "sn_install_base_item")
    assert 0.01 < items["consumer"].is_not_null().mean() < 0.06
    assert 0.01 < (items["install_status"] == "7").mean() < 0.05
    assert 0 < (~items["active"]).mean() < 0.03
    assert (items["account"].is_not_null() ^ items["consumer"].is_not_null()).all()
    # An account with two items on one CI counts once (R1.1).
    assert items.select("configuration_item", "account").drop_nulls().is_duplicated().any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"incidents": 0}, "incidents: 0 is too few, at least 1 is accepted."),
        ({"seed": -1}, "seed: -1 is negative, 0 or more is accepted."),
        ({"profile": "telcom"}, "profile: 'telcom' is none. Nearest: telecom. Accepted: telecom, service-desk."),
    ],
)
def test_arguments_that_cannot_be_used_are_refused_in_one_sentence(tmp_path, arguments, message):
    with pytest.raises(CasesimError) as refused:
        synth(tmp_path / "none", **arguments)
    assert str(refused.value) == message
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_refused_and_replaced_only_if_allowed(tmp_path):
    out = synth(tmp_path / "here", incidents=20).out
    with pytest.raises(OutputError, match=r"exists already\. Add --overwrite"):
        synth(out, incidents=30)
    assert read(out, "incident").height == 20
    assert synth(out, incidents=30, overwrite=True).rows["incident"] == 30
    assert read(out, "incident").height == 30


def test_a_folder_with_other_things_in_it_is_never_replaced(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("keep")
    with pytest.raises(OutputError, match=r"holds mine\.txt"):
        synth(tmp_path / "letters", overwrite=True)
    assert (tmp_path / "letters" / "mine.txt").read_text() == "keep"


def test_a_run_that_breaks_leaves_nothing_behind(tmp_path):
    def stop(table: str, done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synth(tmp_path / "half", incidents=20, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_progress_ends_at_the_number_of_incidents(tmp_path):
    seen: list[tuple[str, int, int]] = []
    synth(tmp_path / "a", incidents=20, progress=lambda *step: seen.append(step))
    assert seen == [("incident", 0, 20), ("incident", 20, 20), ("tables", 17, 17)]


def test_without_history_there_are_the_tables_of_what_there_is_alone(tmp_path):
    summary = synth(tmp_path / "a", incidents=200, history=False)
    assert set(summary.rows) == set(TABLES)
    assert sorted(path.stem for path in summary.out.iterdir()) == sorted(TABLES)
    for table in ("task_ci", "task_cmdb_ci_service", "affected_account"):
        assert len(read(summary.out, table).columns) == (3 if table == "affected_account" else 2)
    assert "no history" in repr(summary)
    assert summary.as_json()["history"] is False
    # With history it is replaced as a whole.
    assert set(synth(summary.out, incidents=200, overwrite=True).rows) == {*TABLES, *HISTORY}


def test_the_summary_says_where_what_and_how_much(tmp_path):
    summary = synth(tmp_path / "a", incidents=200)
    text = repr(summary)
    assert "200 rows" in text
    assert "backbone failure" in text
    assert "<td>200 rows</td>" in summary._repr_mimebundle_()["text/html"]
    assert summary.as_json()["rows"]["incident"] == 200
