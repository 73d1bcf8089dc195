"""Policies as files and as variants: reading, writing, hashing, with_ and set."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casesim.policy import Policy
from casesim.policy.names import CASE_SYNC, COMMENT_SYNC, COPY_COMMENTS, SYNC_FIELDS, THRESHOLD
from casesim.tables import PolicyError
from tests.test_policy import SAMPLE

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
WORD = TEXT.filter(bool)
FIELD = st.sampled_from(["priority", "u_region", "short_description", "u_2"])
TEMPLATE = TEXT.map(lambda text: text.replace("{", "{{").replace("}", "}}")) | st.sampled_from(
    ["{priority}", "{a} {b c}"]
)
TABLE = st.dictionaries(WORD, TEXT | st.lists(TEXT, max_size=3) | st.booleans() | st.integers(-9, 9), max_size=3)
CONDITIONS = TABLE | st.just({"opened_at": {"at_least": "2026-03-05T10:15:00.5+01:00", "set": True}})
DURATION = st.integers(0, 10**6).map("{}s".format)
POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "threshold": st.integers(1, 99),
        "customers": st.sampled_from(["accounts", "consumers", "both"]),
        "generation_delay": DURATION,
        "major_resolution_delay": DURATION,
        "copy_comments": st.booleans(),
        "sync_fields": st.lists(st.sampled_from(["state", "priority", "comments"])),
        "mapping": st.dictionaries(
            st.sampled_from(["individual", "major", "child", "proactive"]),
            st.dictionaries(FIELD, TEMPLATE | st.integers(0, 9) | st.booleans(), max_size=3),
        ),
        "trigger": CONDITIONS,
        "overrides": st.lists(st.fixed_dictionaries({"when": CONDITIONS, "threshold": st.integers(1, 9)}), max_size=2),
        "also_major_when": st.fixed_dictionaries(
            {}, optional={"contract_value_at_least": st.floats(-1e9, 1e9), "when": CONDITIONS}
        ),
        "case_types": st.lists(
            st.fixed_dictionaries(
                {"product": WORD, "table": WORD},
                optional={
                    "name": WORD,
                    "all_products": st.booleans(),
                    "defaults": st.dictionaries(
                        FIELD, TEXT | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9), max_size=2
                    ),
                },
            ),
            max_size=2,
        ),
        "notifications": st.dictionaries(
            st.sampled_from(["case_created", "resolved"]),
            st.fixed_dictionaries({}, optional={"enabled": st.booleans(), "subject": TEXT.filter(str.isalnum)}),
        ),
        "notify": st.lists(
            st.fixed_dictionaries({"message": st.just("x"), "when": CONDITIONS, "after": DURATION}), max_size=2
        ),
        "flood": st.just({"quiet_hours": ["22:00", "06:00"], "timezone": "Europe/Berlin"}),
    },
)


@given(POLICIES)
@settings(deadline=None)
def test_a_policy_written_reads_back_the_same(arguments):
    policy = Policy(**arguments)
    for same in (Policy.from_toml(policy.to_toml()), Policy.from_dict(policy.to_dict()), eval(repr(policy))):
        assert same == policy
        assert same.sha256 == policy.sha256
        assert same.to_dict() == policy.to_dict()


@given(POLICIES, POLICIES)
@settings(deadline=None)
def test_a_change_means_the_same_whichever_way_it_is_made(arguments, change):
    policy, flat = Policy(**arguments), {name: value for name, value in change.items() if not isinstance(value, dict)}
    varied = policy.with_(**flat)
    assert varied == Policy(**{**arguments, **flat})
    one_by_one = policy
    for name, value in change.items():
        one_by_one = one_by_one.set(name, value)
    assert one_by_one == Policy(**{**arguments, **change})


@given(POLICIES)
@settings(deadline=None)
def test_no_change_is_none_and_none_takes_everything_away(arguments):
    policy = Policy(**arguments)
    assert policy.with_() == policy
    assert policy.with_(**dict.fromkeys(arguments)) == Policy()


def test_a_full_policy_survives_its_own_toml():
    policy = Policy.from_toml(SAMPLE)
    assert Policy.from_toml(policy.to_toml()) == policy
    assert policy.to_dict()["also_major_when"] == {"contract_value_at_least": 250_000}


def test_only_what_differs_is_written_and_always_the_threshold():
    assert Policy().to_dict() == {"properties": {THRESHOLD: 5}}
    assert (
        Policy(customers="accounts", mapping={"major": {"description": "{description}"}}).to_dict()
        == Policy().to_dict()
    )
    assert Policy(threshold=5, copy_comments=False).to_dict() == {
        "properties": {THRESHOLD: 5},
        "business_rules": {COPY_COMMENTS: False},
    }


def test_the_hash_sees_the_meaning_and_nothing_else():
    one = Policy(sources=["incident", "change_request"], sync_fields="state, priority", generation_delay="60m")
    other = Policy(generation_delay="PT1H", sync_fields=["priority", "state"], sources=["change_request", "incident"])
    assert one.sha256 == other.sha256
    assert Policy(mapping={"child": {"u_a": "1", "u_b": "2"}}) == Policy(mapping={"child": {"u_b": 2, "u_a": 1}})
    assert Policy(overrides=[{"when": {}, "threshold": 2}, {"when": {"a": 1}, "threshold": 3}]) != Policy(
        overrides=[{"when": {"a": 1}, "threshold": 3}, {"when": {}, "threshold": 2}]
    )
    assert len({Policy(threshold=n).sha256 for n in (4, 5, 6)}) == 3


def test_with_meets_tables_key_by_key():
    policy = Policy(mapping={"child": {"u_a": "1"}}, trigger={"category": "network"})
    varied = policy.with_(mapping={"child": {"u_b": "2"}}, trigger={"category": None, "priority": 1})
    assert varied == Policy(mapping={"child": {"u_a": "1", "u_b": "2"}}, trigger={"priority": "1"})
    assert policy == Policy(mapping={"child": {"u_a": "1"}}, trigger={"category": "network"})


@pytest.mark.parametrize(
    ("name", "value", "arguments"),
    [
        ("threshold", "12", {"threshold": 12}),
        ("affected_account_threshold", "3", {"affected_account_threshold": 3}),
        (COMMENT_SYNC, "true", {"additional_comments_sync": True}),
        ("additional_comments_sync", "true", {"sync_comments": True}),
        (f"properties.{CASE_SYNC}", "true", {"parent_child_case_sync": True}),
        (f'properties."{CASE_SYNC}"', "true", {"sync_children": True}),
        (SYNC_FIELDS, "state,priority", {"case_fields_to_sync": ("state", "priority")}),
        (COPY_COMMENTS, "false", {"copy_comments": False}),
        (f"business_rules.{COPY_COMMENTS}", "false", {"copy_comments": False}),
        ("customers", "both", {"choices": {"customers": "both"}}),
        ("choices.customers", '"both"', {"customers": "both"}),
        ("generation_delay", "2h", {"generation_delay": "2h"}),
        ("mapping.individual.priority", "{priority}", {"mapping": {"individual": {"priority": "{priority}"}}}),
        ("mapping.individual.u_code", "1.10", {"mapping": {"individual": {"u_code": "1.10"}}}),
        ("mapping.individual.u_code", "007", {"mapping": {"individual": {"u_code": "007"}}}),
        ("mapping.individual.u_code", "", {"mapping": {"individual": {"u_code": ""}}}),
        ("mapping.individual.u_code", "1\nx = 2", {"mapping": {"individual": {"u_code": "1\nx = 2"}}}),
        ("trigger.category", '["network", "x"]', {"trigger": {"category": ["network", "x"]}}),
        ("trigger.opened_at.at_least", "2026-03-05", {"trigger": {"opened_at": {"at_least": "2026-03-05"}}}),
        ('trigger."a b"', "1", {"trigger": {"a b": "1"}}),
        ("trigger", '{category = "x"}', {"trigger": {"category": "x"}}),
        ("notifications.resolved.enabled", "false", {"notifications": {"resolved": {"enabled": False}}}),
        (
            "also_major_when.contract_value_at_least",
            "250_000",
            {"also_major_when": {"contract_value_at_least": 250000}},
        ),
    ],
)
def test_set_takes_short_full_and_dotted_names(name, value, arguments):
    assert Policy().set(name, value) == Policy(**arguments)
    assert Policy(**arguments).set(name, None) == Policy()


def test_set_replaces_where_with_meets():
    policy = Policy(trigger={"category": "network"})
    assert policy.set("trigger", {"priority": 1}) == Policy(trigger={"priority": 1})
    assert policy.set("trigger.category", None) == Policy()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("treshold", "5", 'policy: "treshold" is no setting. Nearest: threshold.'),
        ("choise.customers", "both", 'policy: "choise.customers" is no setting. Nearest: choices.'),
        (
            "choices.customer",
            "both",
            "policy, [choices]: customer is no setting here. Nearest: customers, late_customers.",
        ),
        ("customers", "account", 'policy, [choices] customers: "account" is not accepted. Nearest: accounts.'),
        ("notify.message", "x", "policy: notify is [{"),
        ("threshold.x", "5", 'policy: "threshold.x" is no setting. Nearest: threshold.'),
    ],
)
def test_set_says_what_it_does_not_know(name, value, sentence):
    with pytest.raises(PolicyError) as error:
        Policy(notify=[{"message": "x"}]).set(name, value)
    assert str(error.value).startswith(sentence)


@pytest.mark.parametrize(
    "name", ["", ".", "a.", "=", "x = 1\ny", '"', "[a]", "properties.", "business_rules", "mapping."]
)
def test_set_refuses_odd_names(name):
    with pytest.raises(PolicyError):
        Policy().set(name, "5")


def test_keywords_that_contradict_each_other_are_refused():
    with pytest.raises(PolicyError, match='customers is given twice, as "both" and as "accounts"'):
        Policy(customers="both", choices={"customers": "accounts"})
    with pytest.raises(PolicyError, match=r"treshold is no setting\. Nearest: threshold\."):
        Policy(treshold=5)
    with pytest.raises(PolicyError, match=r"R2.1"):
        Policy(threshold=5, properties={"major_case_affected_threshold": 6})


def test_read_toml(tmp_path):
    file = tmp_path / "policy.TOML"
    file.write_bytes(b"\xef\xbb\xbf" + SAMPLE.encode())
    assert Policy.read(file) == Policy.from_toml(SAMPLE)
    assert Policy.read(str(file)).where == str(file)


EXPORTS = {
    "comma.csv": f"name,value\n{THRESHOLD},7\nglide.x,1\n",
    "semicolon.csv": f'"Name";"Value";"Type"\r\n"{THRESHOLD}";"7";"integer"\r\n"glide.x";"a;\nb";""\r\n',
    "tab.csv": f"sys_id\tname\tvalue\nx\t{THRESHOLD}\t7\n",
    "list.json": f'[{{"name": "{THRESHOLD}", "value": "7"}}, {{"name": "glide.x", "value": null}}]',
    "records.json": f'{{"records": [{{"name": "{THRESHOLD}", "value": 7}}]}}',
    "result.json": f'{{"result": [{{"name": {{"value": "{THRESHOLD}", "display_value": "T"}}, '
    '"value": {"value": "7"}}]}',
    "unload.xml": f'<?xml version="1.0" encoding="UTF-8"?><unload><sys_properties action="x"><name>{THRESHOLD}</name>'
    "<value><![CDATA[7]]></value></sys_properties><sys_properties><name>a&amp;b</name><value/></sys_properties></unload>",
}


@pytest.mark.parametrize("name", EXPORTS)
def test_read_an_export_of_sys_properties(tmp_path, name):
    file = tmp_path / name
    file.write_text(EXPORTS[name], encoding="utf-8", newline="")
    policy = Policy.read(file)
    assert (policy, policy.threshold_given) == (Policy(threshold=7), True)


def test_read_a_csv_in_cp1252(tmp_path):
    file = tmp_path / "p.csv"
    file.write_bytes(f"name,value\nglide.name,Müller\n{THRESHOLD},7\n".encode("cp1252"))
    assert Policy.read(file).threshold == 7


UNREADABLE = {
    "a.toml": ("threshold = \n", "this is no TOML; invalid value (at line 1, column 13)."),
    "b.toml": ("a = 1\na = 2\n", "this is no TOML; cannot overwrite a value (at line 2"),
    "c.toml": ("a = " + "[" * 9999, "this is no TOML; it is nested too deeply."),
    "d.toml": (b"\n# M\xfcller", "the file is not in UTF-8 (line 2); save it in that encoding."),
    "e.toml": ("a = " + "9" * 9999, "this is no TOML; "),
    "a.csv": ("number,state\n1,2\n", "an export of sys_properties has the columns name and value, this file has not."),
    "b.csv": ("", "an export of sys_properties has the columns name and value, this file has not."),
    "c.csv": (f"name,value\n{THRESHOLD},7\n{THRESHOLD},8\n", f'{THRESHOLD} stands there twice, with "7" and "8".'),
    "d.csv": ("name,value".encode("utf-16"), "the file is not in UTF-8"),
    "e.csv": (f"name,value\n{THRESHOLD},\n", f'[properties] "{THRESHOLD}": "" is not accepted'),
    "a.json": ("{", "this is no json; "),
    "b.json": ("[" * 99999, "this is no json; it is nested too deeply."),
    "c.json": ('{"name": "x"}', "an export of sys_properties is a list of rows with name and value, this is not."),
    "d.json": ("[1]", "an export of sys_properties is a list of rows with name and value, this is not."),
    "a.xml": ("<a>", "this is no xml; no element found"),
    "b.xml": ("<a/>", "there is no element sys_properties with a name"),
    "c.xml": ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "the xml declares a document type"),
    "d.xml": ("<?xml version='1.0' encoding='nonsense'?><a", "this is no xml; "),
    "a.txt": ("x", "a policy is a .toml file or an export of sys_properties as .csv, .json or .xml."),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_files_that_are_no_policy_are_refused_in_one_sentence(tmp_path, name):
    content, sentence = UNREADABLE[name]
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(PolicyError) as error:
        Policy.read(file)
    assert str(error.value).removeprefix(str(file)).lstrip(":, ").startswith(sentence)
    assert "\n" not in str(error.value)


def test_no_file_and_a_folder_are_refused(tmp_path):
    (tmp_path / "policy.toml").write_text("")
    with pytest.raises(PolicyError, match=r"there is no such file. Nearest: policy.toml."):
        Policy.read(tmp_path / "polcy.toml")
    with pytest.raises(PolicyError, match="there is no such file"):
        Policy.read(tmp_path / "nowhere" / "policy.toml")
    with pytest.raises(PolicyError, match="this is a folder; a policy is one file"):
        Policy.read(tmp_path)
    with pytest.raises(PolicyError, match="cannot be read"):
        Policy.read("a\0b.toml")
