"""What a policy refuses: a fault says where it stands, what it is and what is accepted, and all are told at once."""

import pytest

from casesim.policy import Policy, effective_mapping
from casesim.policy.files import parse_properties
from casesim.policy.names import THRESHOLD
from casesim.tables import PolicyError


def refused(text):
    """The lines of the error that a policy file of this text raises, without the file's name."""
    with pytest.raises(PolicyError) as error:
        Policy.from_toml(text, where="policy.toml")
    return [line.removeprefix("policy.toml, ").removeprefix("policy.toml: ") for line in str(error.value).splitlines()]


FAULTS = {
    "threshold = 5": f'threshold is no setting. It is written under [properties] as "{THRESHOLD}".',
    "customers = 'both'": "customers is no setting. It is written under [choices] as customers.",
    "customer = 'both'": "customer is no setting. Nearest: customers under [choices].",
    "overides = []": "overides is no setting. Nearest: overrides, properties.",
    "mapping = 'x'": '[mapping]: "x" is not accepted; it must be a table of names and values.',
    "trigger = 3": "[trigger]: 3 is not accepted; it must be a table of names and values.",
    "overrides = {}": "[[overrides]]: {} is not accepted; it must be a list of tables.",
    "overrides = [{threshold = 3}]": "[[overrides]] 1: when is missing.",
    "sources = 'incident'": 'sources: "incident" is not accepted; it must be a list such as ["incident"].',
    "sources = []": 'sources: [] is not accepted; it must be a list such as ["incident"].',
    "sources = ['changes']": 'sources: "changes" is not accepted. Nearest: change_request.',
    "flow = 'alert'": 'flow: "alert" is not accepted. Nearest: alerts.',
    "[choices]\ncustomers = 'account'": '[choices] customers: "account" is not accepted. Nearest: accounts.',
    "[choices]\ncustomers = 1": "[choices] customers: 1 is not accepted. Known: accounts, consumers, both.",
    "[choices]\nlate_customer = 1": "[choices]: late_customer is no setting here. Nearest: late_customers, customers.",
    "[choices]\nflow = 'x'": (
        "[choices]: flow is no setting here. It belongs at the top of the policy, not in this section."
    ),
    "[choices]\ncount_inactive_accounts = 1": (
        "[choices] count_inactive_accounts: 1 is not accepted; it must be true or false."
    ),
    "[properties]\nsn_customerservice.parent_child_case_sync = true": (
        "[properties] sn_customerservice.parent_child_case_sync: the name has a dot and needs quotes, "
        '"sn_customerservice.parent_child_case_sync".'
    ),
    "[properties]\n'sn_customerservice.parent_child_case_sinc' = true": (
        '[properties]: "sn_customerservice.parent_child_case_sinc" is no setting here. '
        "Nearest: sn_customerservice.parent_child_case_sync, sn_customerservice.case_fields_to_sync."
    ),
    "[business_rules]\n'Update case work note for comments change' = true": (
        '[business_rules]: "Update case work note for comments change" is no setting here. '
        "Nearest: Update case worknote for comments change."
    ),
    "[mapping.majr]": "[mapping]: majr is no kind of case. Nearest: major.",
    "[mapping.major]\nstate = '3'": (
        "[mapping.major] state: casesim sets state itself (R3.3); of the fixed fields only short_description, "
        "description, contact_type can be mapped."
    ),
    "[mapping.major]\nu_x = '{account.name}'": (
        "[mapping.major] u_x: {account.name} has no value, a major case has no account (R3.3)."
    ),
    "[mapping.child]\n'Short description' = 'x'": (
        '[mapping.child] "Short description": a case field is named in lower-case letters, digits and underscores '
        "(R3.3). Nearest: short_description."
    ),
    "[mapping.child]\nu_x = ['x']": (
        '[mapping.child] u_x: ["x"] is not accepted; write a text such as "{priority}" (R3.3).'
    ),
    "[mapping.child]\nu_x = inf": (
        '[mapping.child] u_x: Infinity is not accepted; write a text such as "{priority}" (R3.3).'
    ),
    "[also_major_when]\ncontract_value_at_least = '1'": (
        '[also_major_when] contract_value_at_least: "1" is not accepted; it must be a number.'
    ),
    "[also_major_when.when]\nf = {}": (
        "[also_major_when] when f: the table is empty. Known: set, starts_with, at_least, at_most (R2.4)."
    ),
    "case_types = [{table = 't'}]": (
        "[[case_types]] 1: product is missing; without one all_products = true must stand here (R4)."
    ),
    "case_types = [{product = 'p'}]": "[[case_types]] 1: table is missing.",
    "case_types = [{product = 'p', table = 't', defaults = {state = '1'}}]": (
        "[[case_types]] 1 defaults state: casesim sets state itself (R3.3); of the fixed fields only "
        "short_description, description, contact_type can be mapped."
    ),
    "case_types = [{product = 'p', table = 't', defaults = {u_x = [1]}}]": (
        "[[case_types]] 1 defaults u_x: [1] is not accepted; a default is a text, a number, true or false (R4)."
    ),
    "[notifications.created]": "[notifications]: created is no event (R5.2). Nearest: case_created.",
    "[notifications.resolved]\nbody = '{number}'": (
        "[notifications.resolved] body: {number} does not say whose field it is; write one of {case.number}, "
        "{incident.number}, {account.number}, {contact.number}."
    ),
    "[notifications.resolved]\nbody = '{comment.value}'": (
        '[notifications.resolved] body: {comment.value}: "comment" cannot stand before the dot. '
        "Known: account, case, contact, incident."
    ),
    "[notifications.comment]\nbody = '{comment.text}'": (
        "[notifications.comment] body: {comment.text} is no field of a comment (R5.2). Nearest: comment.value."
    ),
    "notify = [{when = {}}]": "[[notify]] 1: message is missing.",
    "notify = [{message = '{account.name}'}]": (
        "[[notify]] 1 message: {account.name}: only fields of the incident can stand here, and their names have no dot."
    ),
    "[flood]": "[flood]: nothing is limited; write max_per_contact and window, or quiet_hours (R5.3).",
    "[flood]\nwindow = '1h'": "[flood]: max_per_contact is missing; max_per_contact and window belong together (R5.3).",
    "[flood]\nmax_per_contact = 0\nwindow = '0s'": None,
    "[flood]\nquiet_hours = ['22:00', '25:00']": (
        '[flood] quiet_hours: "25:00" is not accepted; a time of day is written "22:00".'
    ),
    "[flood]\nquiet_hours = ['22:00', '22:00']": (
        '[flood] quiet_hours: ["22:00", "22:00"] is not accepted; it must be two different times such as '
        '["22:00", "06:00"] (R5.3).'
    ),
    "[flood]\ntimezone = 'Europe/Berln'": (
        '[flood] timezone: "Europe/Berln" is no time zone. Nearest: Europe/Berlin, Europe/Belfast, Europe/Helsinki.'
    ),
    "[flood]\ntimezone = '../etc'": None,
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_says_where_what_and_what_is_accepted(text):
    lines = refused(text)
    assert FAULTS[text] is None or lines == [FAULTS[text]]


def test_all_faults_of_a_policy_are_told_at_once():
    fine = {text: fault for text, fault in FAULTS.items() if fault and "\n" not in text and "=" in text}
    singles = {text.split(" ")[0]: (text, fault) for text, fault in fine.items()}  # each key once
    assert len(singles) >= 10
    assert sorted(refused("\n".join(text for text, _ in singles.values()))) == sorted(f for _, f in singles.values())


def test_r3_3_r2_4_unknown_fields_are_told_at_once_with_the_nearest():
    policy = Policy.from_toml(
        """
        trigger = {categry = "x", Priority = 1}
        overrides = [{when = {u_y = 1}, threshold = 3}]
        also_major_when = {when = {u_z = 1}}
        notify = [{when = {outcome = "major", u_w = 1}, message = "{number}"}]
        [mapping.child]
        u_a = "{priorty} {account.nam}"
        [notifications.case_created]
        subject = "{case.number} {case.u_a} {case.u_b} {incident.category}"
        """,
        where="policy.toml",
    )
    with pytest.raises(PolicyError) as error:
        policy.check_fields(
            {"incident": ["priority", "category", *effective_mapping(policy, "major")], "account": ["name"]}
        )
    lines = str(error.value).splitlines()
    assert lines[0] == "policy.toml, [mapping.child] u_a: {priorty} is no field of incident (R3.3). Nearest: priority."
    assert [line.split(" is no field")[0].removeprefix("policy.toml, ") for line in lines[1:]] == [
        "[mapping.child] u_a: {nam}",
        '[trigger]: "categry"',
        '[[overrides]] 1 when: "u_y"',
        '[also_major_when] when: "u_z"',
        "[notifications.case_created] subject: {u_b}",
        '[[notify]] 1 when: "u_w"',
        "[[notify]] 1 message: {number}",
    ]


def test_a_text_of_many_lines_in_an_xml_export_is_read_in_pieces_once():
    """100,000 lines were put together one by one, each time from the beginning: 13 seconds."""
    lines = "a\n" * 100_000
    rows = f"<name>{THRESHOLD}</name><value>{lines}</value>"
    found = parse_properties(f"<u><sys_properties>{rows}</sys_properties></u>", ".xml", "it")
    assert found == {THRESHOLD: lines}


def test_a_name_of_any_length_is_cut_in_a_sentence():
    with pytest.raises(PolicyError) as fault:
        Policy.from_dict({"a" * 500_000: 1})
    assert len(str(fault.value)) < 1_000
