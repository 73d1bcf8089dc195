"""R3.3: which fields pass from the incident to the case."""

from tests.examples.example import Example, at, incident, listed, threshold
from tests.reference import Policy


def mapping(**fields: str) -> Policy:
    return {"mapping": {"individual": fields}}


ONE = listed("a1")

EXAMPLES = [
    Example(
        "r3_3_each_kind_has_its_own_mapping",
        "R3.3",
        {"incident": [incident(priority="2", u_region="EMEA")], "affected_account": ONE},
        # A field that one kind alone maps is a column of all, and missing on the others.
        {
            "cases": [
                {"kind": "child", "priority": "2", "u_region": None},
                {"kind": "major", "priority": None, "u_region": "EMEA"},
            ]
        },
        threshold(1) | {"mapping": {"child": {"priority": "{priority}"}, "major": {"u_region": "{u_region}"}}},
    ),
    Example(
        "r3_3_a_lone_placeholder_copies_value_and_type",
        "R3.3",
        {"incident": [incident(u_count=3, u_vip=True, u_ratio=0.5)], "affected_account": ONE},
        {"cases": [{"u_a": 3, "u_b": True, "u_c": 0.5, "u_d": at("10:00")}]},
        mapping(u_a="{u_count}", u_b="{u_vip}", u_c="{u_ratio}", u_d="{opened_at}"),
    ),
    Example(
        "r3_3_mixed_text_renders",
        "R3.3",
        {
            "incident": [incident(u_count=3, u_vip=False, u_ratio=250000.0, short_description="cut")],
            "affected_account": ONE,
        },
        {"cases": [{"u_a": "3/250000 false at 2026-03-05 10:00:00", "description": "Reported: cut"}]},
        mapping(u_a="{u_count}/{u_ratio} {u_vip} at {opened_at}", description="Reported: {short_description}"),
    ),
    Example(
        "r3_3_text_without_braces_is_a_constant",
        "R3.3",
        {"incident": [incident()], "affected_account": ONE},
        {"cases": [{"u_region": "EMEA", "u_odd": "=1+1"}]},
        mapping(u_region="EMEA", u_odd="=1+1"),
    ),
    Example(
        "r3_3_doubled_braces_are_literal",
        "R3.3",
        {"incident": [incident(category="x")], "affected_account": ONE},
        {"cases": [{"u_a": "{category}", "u_b": "{x}", "u_c": "}{"}]},
        mapping(u_a="{{category}}", u_b="{{{category}}}", u_c="}}{{"),
    ),
    Example(
        "r3_3_values_are_put_in_once",
        "R3.3",
        {"incident": [incident(short_description="{priority} {{", priority="1")], "affected_account": ONE},
        {"cases": [{"short_description": "{priority} {{", "u_a": "{priority} {{!"}]},
        mapping(u_a="{short_description}!"),
    ),
    Example(
        "r3_3_a_missing_value_renders_empty_and_an_empty_result_is_missing",
        "R3.3",
        {"incident": [incident(category="", cause="")], "affected_account": ONE},
        {"cases": [{"u_a": "[]", "u_b": None, "u_c": None, "description": None}]},
        mapping(u_a="[{category}]", u_b="{category}{cause}", u_c="{category}", description=""),
    ),
    Example(
        "r3_3_account_and_contact_are_sources",
        "R3.3",
        {
            "incident": [incident()],
            "affected_account": listed("Acme", "ghost"),
            "customer_account": [
                {"sys_id": "a1", "name": "Acme", "contract_value": "12.50", "active": "", "primary_contact": "Ann"}
            ],
            "customer_contact": [{"sys_id": "p1", "name": "Ann", "email": "ann@example.com"}],
        },
        # A reference is as written; active that says nothing is yes; the unknown account has nothing.
        {
            "cases": [
                {"account": "a1", "u_a": 12.5, "u_b": True, "u_c": "ann@example.com", "u_d": "Acme: Ann", "u_e": "Ann"},
                {"account": "ghost", "u_a": None, "u_b": None, "u_c": None, "u_d": ": ", "u_e": None},
            ]
        },
        mapping(
            u_a="{account.contract_value}",
            u_b="{account.active}",
            u_c="{contact.email}",
            u_d="{account.name}: {contact.name}",
            u_e="{account.primary_contact}",
        ),
    ),
    Example(
        "r3_3_a_field_of_several_types_is_text",
        "R3.3",
        {"incident": [incident(u_count=3, u_vip=True)], "affected_account": ONE},
        # Number and yes/no do not agree: both as text. Number on both kinds: a number.
        {"cases": [{"kind": "child", "u_a": "3", "u_b": 3}, {"kind": "major", "u_a": "true", "u_b": 3}]},
        threshold(1)
        | {
            "mapping": {
                "child": {"u_a": "{u_count}", "u_b": "{u_count}"},
                "major": {"u_a": "{u_vip}", "u_b": "{u_count}"},
            }
        },
    ),
    Example(
        "r3_3_the_three_text_fields_stay_text",
        "R3.3",
        {"incident": [incident(u_count=3)], "affected_account": ONE},
        {"cases": [{"short_description": "3", "description": "2026-03-05 10:00:00"}]},
        mapping(short_description="{u_count}", description="{opened_at}"),
    ),
    Example(
        "r3_3_a_reference_is_mapped_as_it_is_written",
        "R3.3",
        {
            "incident": [incident(business_service="Fibre", state="In Progress")],
            "affected_account": ONE,
            "cmdb_ci_service": [{"sys_id": "s1", "name": "Fibre"}],
        },
        {"cases": [{"u_a": "Fibre", "u_b": "2"}]},
        mapping(u_a="{business_service}", u_b="{state}"),
    ),
]
