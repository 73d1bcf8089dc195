"""R1: who is affected."""

from tests.examples.example import Example, accounts, choices, decision, incident, items, listed

ONE_CI = [incident(cmdb_ci="ci1")]
FAMILY = [
    {"sys_id": "a1", "name": "Top"},
    {"sys_id": "a2", "name": "Middle", "account_parent": "a1"},
    {"sys_id": "a3", "name": "Low", "account_parent": "Middle"},
]

EXAMPLES = [
    Example(
        "r1_own_ci_reaches_the_accounts_of_its_items",
        "R1",
        {"incident": ONE_CI, "sn_install_base_item": items("ci1", "a1", "a2") + items("ci2", "a3")},
        # ci1 belongs to a1 and a2; a3 has another CI: k = 2.
        decision(affected_accounts=2, affected_consumers=0, counted=2)
        | {"cases": [{"account": "a1"}, {"account": "a2"}]},
    ),
    Example(
        "r1_affected_cis_of_task_ci_count_too",
        "R1",
        {
            "incident": [incident(sys_id="i1", cmdb_ci="ci1"), incident("INC2")],
            # One refers by sys_id, one by number, one to the other incident, one to none that is known.
            "task_ci": [
                {"task": "i1", "ci_item": "ci2"},
                {"task": "INC1", "ci_item": "ci3"},
                {"task": "INC2", "ci_item": "ci4"},
                {"task": "INC9", "ci_item": "ci4"},
            ],
            "sn_install_base_item": [row for n in "1234" for row in items(f"ci{n}", f"a{n}")],
        },
        {"decisions": [{"incident": "i1", "counted": 3}, {"incident": "INC2", "counted": 1}]},
    ),
    Example(
        "r1_services_of_the_record_of_the_list_and_around_an_affected_ci",
        "R1",
        {
            "incident": [incident(cmdb_ci="ci1", business_service="s1")],
            "task_cmdb_ci_service": [{"task": "INC1", "cmdb_ci_service": "s2"}],
            "svc_ci_assoc": [{"service_id": "s3", "ci_id": "ci1"}, {"service_id": "s4", "ci_id": "ci2"}],
            "sn_install_base_item": [row for n in "1234" for row in items(f"s{n}", f"a{n}")],
        },
        # s1 own, s2 listed, s3 contains ci1; s4 contains only ci2, which is not affected.
        decision(counted=3) | {"cases": [{"account": "a1"}, {"account": "a2"}, {"account": "a3"}]},
    ),
    Example(
        "r1_a_service_by_its_name_is_the_service_of_its_sys_id",
        "R1",
        {
            "incident": [incident(business_service="Fibre")],
            "cmdb_ci_service": [{"sys_id": "s1", "name": "Fibre"}],
            "sn_install_base_item": items("s1", "a1") + items("Fibre", "a2"),
        },
        # Both items and the incident mean s1.
        decision(counted=2),
    ),
    Example(
        "r1_consumers_are_counted_apart_from_accounts",
        "R1",
        {
            "incident": ONE_CI,
            # One id, two customers: an account x and a consumer x.
            "sn_install_base_item": [
                {"configuration_item": "ci1", "account": "x"},
                {"configuration_item": "ci1", "consumer": "x"},
                {"configuration_item": "ci1", "consumer": "y"},
            ],
        },
        decision(affected_accounts=1, affected_consumers=2, counted=1),
    ),
    Example(
        "r1_1_an_account_reached_by_many_routes_counts_once",
        "R1.1",
        {
            "incident": [incident(cmdb_ci="ci1", business_service="s1")],
            "customer_account": [{"sys_id": "a1", "number": "ACCT1", "name": "Acme"}],
            # Twice by the CI, once by the service, once by the list; by sys_id, number and name.
            "sn_install_base_item": items("ci1", "a1", "ACCT1") + items("s1", "Acme"),
            "affected_account": listed("a1"),
        },
        decision(affected_accounts=1, counted=1) | {"cases": [{"account": "a1"}]},
    ),
    Example(
        "r1_2_the_list_adds_to_the_set",
        "R1.2",
        {
            "incident": ONE_CI,
            "sn_install_base_item": items("ci1", "a1"),
            "affected_account": listed("a1", "a2") + listed("a3", incident="INC9"),
        },
        # a1 by the CI and listed, a2 listed, a3 listed for an incident that is not there.
        decision(counted=2),
    ),
    Example(
        "r1_2_a_row_with_both_adds_an_account_and_a_consumer",
        "R1.2",
        {
            "incident": ONE_CI,
            "sn_install_base_item": [{"configuration_item": "ci1", "account": "a1", "consumer": "c1"}],
            "affected_account": [{"incident": "INC1", "account": "a2", "consumer": "c2"}],
        },
        decision(affected_accounts=2, affected_consumers=2),
    ),
    Example(
        "r1_3_retired_items_do_not_count",
        "R1.3",
        {
            "incident": ONE_CI,
            "sn_install_base_item": items("ci1", "a1", install_status="7")
            + items("ci1", "a2", install_status="rETIRED")
            + items("ci1", "a3", active="false")
            + items("ci1", "a4", install_status="")
            + items("ci1", "a5", install_status="1", active="yes"),
        },
        # a1 and a2 retired, a3 not active; an empty status and an active one count.
        decision(counted=2) | {"cases": [{"account": "a4"}, {"account": "a5"}]},
    ),
    Example(
        "r1_3_state_speaks_without_a_column_install_status",
        "R1.3",
        {
            "incident": ONE_CI,
            "sn_install_base_item": items("ci1", "a1", state="Retired") + items("ci1", "a2", state="1"),
        },
        decision(counted=1) | {"cases": [{"account": "a2"}]},
    ),
    Example(
        "r1_3_state_is_not_asked_beside_an_empty_install_status",
        "R1.3",
        {"incident": ONE_CI, "sn_install_base_item": items("ci1", "a1", state="7", install_status="")},
        decision(counted=1),
    ),
    Example(
        "r1_3_retired_items_count_if_chosen",
        "R1.3",
        {
            "incident": ONE_CI,
            "sn_install_base_item": items("ci1", "a1", install_status="7") + items("ci1", "a2", active="no"),
        },
        decision(counted=2),
        choices(count_retired_install_base=True),
    ),
    Example(
        "r1_4_inactive_accounts_count_by_default",
        "R1.4",
        {
            "incident": [incident()],
            "affected_account": listed("a1"),
            "customer_account": accounts("a1", active="false"),
        },
        decision(counted=1),
    ),
    Example(
        "r1_4_inactive_customers_are_dropped_if_chosen",
        "R1.4",
        {
            "incident": [incident()],
            "affected_account": [*listed("a1", "a2", "a3"), {"incident": "INC1", "consumer": "c1"}],
            "customer_account": accounts("a1", active="No") + accounts("a2", active=""),
            "csm_consumer": [{"sys_id": "c1", "active": "0"}],
        },
        # a1 and c1 are inactive; a2 says nothing and a3 is unknown: both are taken as active.
        decision(affected_accounts=2, affected_consumers=0, counted=2),
        choices(count_inactive_accounts=False, customers="both"),
    ),
    Example(
        "r1_5_accounts_count_as_their_topmost_parent",
        "R1.5",
        {
            "incident": [incident()],
            "affected_account": listed("a2", "a3", "a4"),
            "customer_account": [*FAMILY, {"sys_id": "a4", "account_parent": "ghost"}],
        },
        # a3 > a2 > a1; the parent of a4 is not known, so a4 is its own top: a1 and a4.
        decision(affected_accounts=2) | {"cases": [{"account": "a1"}, {"account": "a4"}]},
        choices(roll_up_to_parent_account=True),
    ),
    Example(
        "r1_5_without_roll_up_parents_play_no_part",
        "R1.5",
        {"incident": [incident()], "affected_account": listed("a2", "a3"), "customer_account": FAMILY},
        decision(affected_accounts=2),
    ),
    Example(
        "r1_5_accounts_below_a_cycle_stand_for_themselves",
        "R1.5",
        {
            "incident": [incident()],
            "affected_account": listed("a1", "a2", "a3", "a4"),
            # a1 > a2 > a1 is a cycle; a3 leads into it; a4 is its own parent.
            "customer_account": [
                {"sys_id": "a1", "account_parent": "a2"},
                {"sys_id": "a2", "account_parent": "a1"},
                {"sys_id": "a3", "account_parent": "a1"},
                {"sys_id": "a4", "account_parent": "a4"},
            ],
        },
        decision(affected_accounts=4),
        choices(roll_up_to_parent_account=True),
    ),
    Example(
        "r1_6_an_unknown_account_is_kept_as_it_is_written",
        "R1.6",
        {
            "incident": [incident()],
            "affected_account": listed("Ghost Ltd", "a1", "Acme"),
            "customer_account": [{"sys_id": "a1", "name": "Acme"}],
        },
        decision(counted=2) | {"cases": [{"account": "Ghost Ltd"}, {"account": "a1"}], "rejects": []},
    ),
    Example(
        "r1_6_of_several_accounts_of_a_name_the_lowest_key_is_meant",
        "R1.6",
        {
            "incident": [incident()],
            "affected_account": listed("Acme"),
            "customer_account": [{"sys_id": "a2", "name": "Acme"}, {"sys_id": "a1", "name": "Acme"}],
        },
        {"cases": [{"account": "a1"}], "rejects": []},
    ),
]
