"""R4: which case type."""

from tests.examples.example import Example, accounts, choices, incident, items, listed, threshold
from tests.reference import Policy, Row

FIBRE, VOICE, BASE = "sn_ind_tmt_fibre_case", "sn_ind_tmt_voice_case", "sn_customerservice_case"
ONE_CI = [incident(cmdb_ci="ci1")]


def types(*definitions: Row) -> Policy:
    return {"case_types": list(definitions)}


EXAMPLES = [
    Example(
        "r4_the_product_selects_table_and_defaults",
        "R4",
        {
            "incident": ONE_CI,
            "sn_install_base_item": items("ci1", "a1", product="Fibre 1000") + items("ci1", "a2", product="fibre 1000"),
        },
        # Product models are compared exactly.
        {"cases": [{"sys_class_name": FIBRE, "u_line": "fibre"}, {"sys_class_name": BASE, "u_line": None}]},
        types({"product": "Fibre 1000", "table": FIBRE, "defaults": {"u_line": "fibre"}}),
    ),
    Example(
        "r4_defaults_fill_only_what_the_mapping_leaves_missing",
        "R4",
        {
            "incident": [incident(cmdb_ci="ci1", category="", priority="2")],
            "sn_install_base_item": items("ci1", "a1", product="Fibre"),
        },
        # A default is a constant: its braces are braces.
        {"cases": [{"priority": "2", "u_cat": "{none}", "contact_type": "web", "short_description": "Fibre is down"}]},
        types(
            {
                "product": "Fibre",
                "table": FIBRE,
                "defaults": {
                    "priority": "9",
                    "u_cat": "{none}",
                    "contact_type": "web",
                    "short_description": "Fibre is down",
                },
            }
        )
        | {"mapping": {"individual": {"priority": "{priority}", "u_cat": "{category}"}}},
    ),
    Example(
        "r4_an_empty_default_is_a_missing_value",
        "R4",
        {"incident": ONE_CI, "sn_install_base_item": items("ci1", "a1", product="Fibre")},
        {"cases": [{"contact_type": None, "u_line": None}]},
        types({"product": "Fibre", "table": FIBRE, "defaults": {"contact_type": "", "u_line": ""}}),
    ),
    Example(
        "r4_defaults_of_the_text_fields_become_text",
        "R4",
        {"incident": ONE_CI, "sn_install_base_item": items("ci1", "a1", product="Fibre")},
        {"cases": [{"description": "true", "short_description": "2.5"}]},
        types({"product": "Fibre", "table": FIBRE, "defaults": {"description": True, "short_description": 2.5}}),
    ),
    Example(
        "r4_defaults_keep_their_type_where_all_agree",
        "R4",
        {
            "incident": ONE_CI,
            "sn_install_base_item": items("ci1", "a1", product="Fibre") + items("ci1", "a2", product="Voice"),
        },
        # u_a is a number in both; u_b a number here and text there: text.
        {"cases": [{"u_a": 5, "u_b": "1"}, {"u_a": 7, "u_b": "two"}]},
        types(
            {"product": "Fibre", "table": FIBRE, "defaults": {"u_a": 5, "u_b": 1}},
            {"product": "Voice", "table": VOICE, "defaults": {"u_a": 7, "u_b": "two"}},
        ),
    ),
    Example(
        "r4_whole_and_other_numbers_are_of_one_type",
        "R4",
        {
            "incident": ONE_CI,
            "sn_install_base_item": items("ci1", "a1", product="Fibre") + items("ci1", "a2", product="Voice"),
        },
        {"cases": [{"u_a": 3}, {"u_a": 2.5}]},
        types(
            {"product": "Fibre", "table": FIBRE, "defaults": {"u_a": 3}},
            {"product": "Voice", "table": VOICE, "defaults": {"u_a": 2.5}},
        ),
    ),
    Example(
        "r4_1_a_major_case_has_no_defaults_of_a_definition_for_all_products_either",
        "R4.1",
        {"incident": [incident()], "affected_account": listed("a1")},
        {
            "cases": [
                {"kind": "child", "sys_class_name": FIBRE, "u_line": "fibre", "description": "Fibre"},
                {"kind": "major", "sys_class_name": FIBRE, "u_line": None, "description": None},
            ]
        },
        threshold(1)
        | types({"all_products": True, "table": FIBRE, "defaults": {"u_line": "fibre", "description": "Fibre"}}),
    ),
    Example(
        "r4_1_the_first_definition_that_matches_any_product_wins",
        "R4.1",
        {
            "incident": ONE_CI,
            "sn_install_base_item": items("ci1", "a1", product="Fibre") + items("ci1", "a1", product="Voice"),
        },
        {"cases": [{"sys_class_name": VOICE}]},
        types({"product": "Voice", "table": VOICE}, {"product": "Fibre", "table": FIBRE}),
    ),
    Example(
        "r4_1_all_products_is_tried_last_and_matches_everyone",
        "R4.1",
        {
            "incident": ONE_CI,
            "sn_install_base_item": items("ci1", "a1", product="Fibre"),
            "affected_account": listed("a2"),
        },
        # a2 is known only from the list and has no product.
        {"cases": [{"account": "a1", "sys_class_name": FIBRE}, {"account": "a2", "sys_class_name": VOICE}]},
        types({"all_products": True, "table": VOICE}, {"product": "Fibre", "table": FIBRE}),
    ),
    Example(
        "r4_1_the_datasets_definitions_by_order_name_product_table",
        "R4.1",
        {
            "incident": [incident(f"INC{n}", cmdb_ci=f"ci{n}") for n in (1, 2, 3)],
            "sn_install_base_item": items("ci1", "a1", product="P1")
            + items("ci2", "a1", product="P2")
            + items("ci3", "a1", product="P3"),
            "service_definition": [
                # A missing order comes last, 2 before 10, a missing name before a name.
                {"name": "a", "product": "P1", "table": "t_none", "order": ""},
                {"name": "b", "product": "P1", "table": "t_10", "order": "10"},
                {"name": "c", "product": "P1", "table": "t_2", "order": "2"},
                {"name": "b", "product": "P2", "table": "t_b", "order": "1"},
                {"name": "", "product": "P2", "table": "t_no_name", "order": "1"},
                {"name": "c", "product": "P3", "table": "t_later", "order": "1"},
                {"name": "c", "product": "P3", "table": "t_first", "order": "1"},
            ],
        },
        {"cases": [{"sys_class_name": "t_2"}, {"sys_class_name": "t_no_name"}, {"sys_class_name": "t_first"}]},
    ),
    Example(
        "r4_1_the_policys_definitions_replace_the_datasets",
        "R4.1",
        {
            "incident": ONE_CI,
            "sn_install_base_item": items("ci1", "a1", product="Fibre"),
            "service_definition": [{"product": "Fibre", "table": FIBRE}],
        },
        {"cases": [{"sys_class_name": BASE}]},
        types({"product": "Voice", "table": VOICE}),
    ),
    Example(
        "r4_1_a_missing_all_products_is_no",
        "R4.1",
        {
            "incident": ONE_CI,
            "sn_install_base_item": items("ci1", "a1", product="Fibre"),
            "service_definition": [
                {"product": "Voice", "table": VOICE, "all_products": ""},
                {"product": "", "table": FIBRE, "all_products": "yes"},
            ],
        },
        {"cases": [{"sys_class_name": FIBRE}]},
    ),
    Example(
        "r4_1_a_major_case_is_of_the_table_of_most_children_without_defaults",
        "R4.1",
        {
            "incident": ONE_CI,
            "sn_install_base_item": items("ci1", "a1", "a2", product="Voice") + items("ci1", "a3", product="Fibre"),
        },
        # Voice 2, fibre 1.
        {
            "cases": [
                {"sys_class_name": VOICE, "u_line": "voice"},
                {"sys_class_name": VOICE, "u_line": "voice"},
                {"sys_class_name": FIBRE, "u_line": None},
                {"kind": "major", "sys_class_name": VOICE, "u_line": None},
            ]
        },
        threshold(3)
        | types(
            {"product": "Fibre", "table": FIBRE},
            {"product": "Voice", "table": VOICE, "defaults": {"u_line": "voice"}},
        ),
    ),
    Example(
        "r4_1_a_tie_goes_to_the_definition_tried_first_and_the_base_table_is_last",
        "R4.1",
        {
            "incident": ONE_CI,
            "sn_install_base_item": items("ci1", "a1", product="Voice") + items("ci1", "a2", product="Fibre"),
            "affected_account": listed("a3"),
        },
        # One child each of voice, fibre and the base table: fibre is defined first.
        {
            "cases": [
                {"sys_class_name": VOICE},
                {"sys_class_name": FIBRE},
                {"sys_class_name": BASE},
                {"kind": "major", "sys_class_name": FIBRE},
            ]
        },
        threshold(3) | types({"product": "Fibre", "table": FIBRE}, {"product": "Voice", "table": VOICE}),
    ),
    Example(
        "r4_products_of_items_that_do_not_count_select_nothing",
        "R4",
        {
            "incident": ONE_CI,
            "sn_install_base_item": items("ci1", "a1", product="Fibre", install_status="7")
            + items("ci2", "a1", product="Fibre")
            + items("ci1", "a1", product="Voice"),
        },
        # The first is retired, the second not on an affected CI.
        {"cases": [{"sys_class_name": VOICE}]},
        types({"product": "Fibre", "table": FIBRE}, {"product": "Voice", "table": VOICE}),
    ),
    Example(
        "r4_and_r1_5_a_top_account_has_the_products_of_all_below_it",
        "R4",
        {
            "incident": ONE_CI,
            "sn_install_base_item": items("ci1", "a2", product="Fibre"),
            "customer_account": accounts("a1") + accounts("a2", account_parent="a1"),
        },
        {"cases": [{"account": "a1", "sys_class_name": FIBRE}]},
        types({"product": "Fibre", "table": FIBRE}) | choices(roll_up_to_parent_account=True),
    ),
]
