"""The files that change properties, and change them back."""

import pytest

from casesim.export.change_file import change_files
from casesim.policy import Policy
from casesim.tables import PolicyError

THRESHOLD = "sn_ind_tsm_core.major_case_affected_account_threshold"


def test_the_new_value_and_the_way_back(tmp_path):
    current, proposed = Policy(threshold=5), Policy(threshold=12)
    files = change_files(current, proposed)
    assert files.new == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<unload>\n  <sys_properties action="INSERT_OR_UPDATE">\n'
        f"    <name>{THRESHOLD}</name>\n    <value>12</value>\n  </sys_properties>\n</unload>\n"
    )
    assert files.rollback == files.new.replace("12", "5")
    assert files.by_hand == ()
    (tmp_path / "new.xml").write_text(files.new)
    (tmp_path / "rollback.xml").write_text(files.rollback)
    # What is written is what is read back.
    assert Policy.read(tmp_path / "new.xml").threshold == 12
    assert Policy.read(tmp_path / "rollback.xml").threshold == 5


def test_switches_are_words_and_texts_are_escaped():
    files = change_files(
        Policy(additional_comments_sync=False), Policy(additional_comments_sync=True, case_fields_to_sync="state,<b>&")
    )
    assert "<value>true</value>" in files.new
    assert "state,&lt;b&gt;&amp;" in files.new
    assert "<value>false</value>" in files.rollback


def test_what_no_file_carries_is_named():
    rule = {"Update case worknote for comments change": False}
    files = change_files(Policy(), Policy(threshold=6, business_rules=rule, late_customers="add"))
    assert files.by_hand == (
        "business rule Update case worknote for comments change: active now, inactive proposed",
        "choices: a setting of the preview, not of the platform",
    )


def test_nothing_to_change_is_refused():
    with pytest.raises(PolicyError, match="No property differs"):
        change_files(Policy(), Policy(customers="both"))
