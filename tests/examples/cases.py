"""R3: which cases."""

from tests.examples.example import Example, at, choices, incident, listed, numbers, threshold

ACME = [{"sys_id": "a1", "name": "Acme", "primary_contact": "Ann"}]
ANN = [{"sys_id": "p1", "name": "Ann", "email": "ann@example.com"}]
TEXTS = {"short_description": "No light", "description": "Fibre cut", "contact_type": "phone"}

EXAMPLES = [
    Example(
        "r3_individual_cases_one_per_customer",
        "R3",
        {"incident": [incident()], "affected_account": listed("a2", "a1")},
        {"cases": [{"kind": "individual", "account": "a1", "parent": None}, {"kind": "individual", "account": "a2"}]},
    ),
    Example(
        "r3_a_major_case_and_its_children",
        "R3",
        {"incident": [incident()], "affected_account": listed("a2", "a1")},
        {
            "cases": [
                {"kind": "child", "account": "a1", "parent": "INC1-M"},
                {"kind": "child", "account": "a2", "parent": "INC1-M"},
                {"kind": "major", "account": None, "parent": None},
            ]
        },
        threshold(2),
    ),
    Example(
        "r3_1_numbers_are_keys",
        "R3.1",
        {"incident": [incident(sys_id="i1")], "affected_account": listed("a1")},
        {
            "cases": [
                {"number": "INC1-0001", "correlation_id": "INC1-0001", "incident": "i1", "incident_number": "INC1"},
                {"number": "INC1-M", "correlation_id": "INC1-M", "incident": "i1", "source": "incident"},
            ]
        },
        threshold(1),
    ),
    Example(
        "r3_1_output_is_ordered_by_code_point_of_the_whole_number",
        "R3.1",
        {
            "incident": [incident(number) for number in ("inc1", "INC10", "INC1", "INC1 A", "INC1-0001")],
            "affected_account": [
                row for n in ("inc1", "INC10", "INC1", "INC1 A", "INC1-0001") for row in listed("a1", incident=n)
            ],
        },
        # A blank comes before a hyphen, a hyphen before a digit, capitals before small letters.
        {
            "decisions": [{"incident_number": n} for n in ("INC1", "INC1 A", "INC1-0001", "INC10", "inc1")],
            "cases": numbers("INC1 A-0001", "INC1-0001", "INC1-0001-0001", "INC10-0001", "inc1-0001"),
        },
    ),
    Example(
        "r3_1_customers_are_numbered_by_id_by_code_point",
        "R3.1",
        {"incident": [incident()], "affected_account": listed("b", "Ä", "B", "10", "9")},
        {
            "cases": [
                {"number": f"INC1-000{n}", "account": a} for n, a in enumerate(["10", "9", "B", "b", "Ä"], start=1)
            ]
        },
        threshold(9),
    ),
    Example(
        "r3_1_the_tenth_case_comes_after_the_ninth",
        "R3.1",
        {"incident": [incident()], "affected_account": listed(*(f"a{n:02}" for n in range(10)))},
        {"cases": [{"number": f"INC1-{n + 1:04}", "account": f"a{n:02}"} for n in range(10)]},
        threshold(11),
    ),
    Example(
        "r3_2_default_values_of_an_individual_case",
        "R3.2",
        {
            "incident": [incident(**TEXTS)],
            "affected_account": listed("a1"),
            "customer_account": ACME,
            "customer_contact": ANN,
        },
        {
            "cases": [
                {
                    **TEXTS,
                    "proactive": True,
                    "account": "a1",
                    "contact": "p1",
                    "consumer": None,
                    "major_case_state": None,
                }
            ]
        },
    ),
    Example(
        "r3_2_default_values_of_major_and_child",
        "R3.2",
        {
            "incident": [incident(**TEXTS)],
            "affected_account": listed("a1"),
            "customer_account": ACME,
            "customer_contact": ANN,
        },
        {
            "cases": [
                {
                    **TEXTS,
                    "proactive": True,
                    "account": "a1",
                    "contact": "p1",
                    "parent": "INC1-M",
                    "major_case_state": None,
                },
                {
                    **TEXTS,
                    "proactive": True,
                    "major_case_state": "accepted",
                    "account": None,
                    "contact": None,
                    "consumer": None,
                },
            ]
        },
        threshold(1),
    ),
    Example(
        "r3_2_a_primary_contact_that_the_dataset_lacks_is_kept",
        "R3.2",
        {
            "incident": [incident()],
            "affected_account": listed("a1", "ghost"),
            "customer_account": [{"sys_id": "a1", "primary_contact": "p9"}],
        },
        {"cases": [{"account": "a1", "contact": "p9"}, {"account": "ghost", "contact": None}]},
    ),
    Example(
        "r3_4_channel_is_that_of_the_incident_or_of_the_mapping",
        "R3.4",
        {"incident": [incident(contact_type="phone")], "affected_account": listed("a1")},
        {"cases": [{"kind": "child", "contact_type": "phone"}, {"kind": "major", "contact_type": "web"}]},
        threshold(1) | {"mapping": {"major": {"contact_type": "web"}}},
    ),
    Example(
        "r3_5_cases_begin_as_new",
        "R3.5",
        {"incident": [incident(state="3")], "affected_account": listed("a1")},
        {"cases": [{"state": "1", "resolved_at": None}, {"state": "1", "resolved_at": None}]},
        threshold(1),
    ),
    *(
        Example(
            f"r3_6_generation_delay_{delay.lower()}",
            "R3.6",
            {"incident": [incident()], "affected_account": listed("a1")},
            {
                "decisions": [{"opened_at": at("10:00"), "decided_at": opened}],
                "cases": [{"opened_at": opened}],
                "notifications": [{"created_at": opened}],
            },
            choices(generation_delay=delay),
        )
        # 10:00 and the delay
        for delay, opened in (
            ("90s", at("10:01:30")),
            ("30m", at("10:30")),
            ("2h", at("12:00")),
            ("1d", at("10:00", "2026-03-06")),
            ("PT2H", at("12:00")),
        )
    ),
]
