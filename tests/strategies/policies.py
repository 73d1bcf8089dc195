"""Policies as their TOML reads; all of them valid."""

from functools import cache

from hypothesis import strategies as st

from tests.reference import Policy, Row
from tests.reference.policy import THRESHOLD_NAMES
from tests.strategies.pools import CASE_TABLES, MOMENTS, PRODUCTS, Pool
from tests.strategies.settings import (
    COMMENT_TEMPLATES,
    RULE,
    alert_settings,
    both,
    floods,
    later_choices,
    notify_actions,
    some,
    sync_properties,
)

# What conditions may ask of a field, by field; policies take the fields that are known.
ASKED: dict[str, Pool] = {
    "category": ["network", ["network", "sd-wan"], "", {"set": True}, {"starts_with": "n"}, ["", "sd-wan"]],
    "priority": ["1", ["1", "2"], {"at_least": 2}, {"at_most": 3, "set": True}, {"starts_with": "1"}, {"set": False}],
    "state": ["6", ["7", "8"], {"set": False}, {"at_least": 6.5}],
    "contact_type": ["phone", ["odd", ""]],
    "number": [{"starts_with": "INC1"}, "INC10", ["Ä1", "i1"]],
    "short_description": [" ", "}} {{", {"starts_with": "S"}],
    "business_service": ["s1", ["Fibre", "s2"]],
    "company": ["Acme", {"set": True}],
    "opened_at": [{"at_least": "2026-03-05 10:30:00"}, {"at_most": MOMENTS[0]}, "2026-03-05 10:00:00"],
    "resolved_at": [{"set": True}, {"set": False}, {"at_most": "2026-03-05 11:00:00"}, {"at_least": 1}],
    "u_region": ["light", {"set": True}],
    "u_count": [3, "3", {"at_least": 0, "at_most": 5}, {"set": False}],
    "u_ratio": [0.5, "100", {"at_most": 1.5}],
    "u_vip": [True, "false", {"set": True}],
    "u_seen": [{"at_least": MOMENTS[1]}, {"set": True}],
}

# Templates, and templates that only cases with an account can have.
TEMPLATES = [
    "{short_description}",
    "EMEA",
    "",
    "Reported: {description}",
    "{{{number}}} {{literal}}",
    "{opened_at}",
    "{priority}/{state} at {opened_at}",
    "{close_notes}{cause}",
    "{business_service}",
    "{company}",
    "{resolved_at}",
    "=1+1",
]
EXTRA_TEMPLATES = [
    "{u_region}",
    "{u_count}",
    "{u_ratio}",
    "{u_vip}",
    "{u_seen}",
    "{u_count} {u_ratio} {u_vip} {u_seen}",
]
CUSTOMER_TEMPLATES = [
    "{account.name}",
    "{account.contract_value}",
    "{account.active}",
    "{contact.email}",
    "{contact.active}",
    "{contact.name} of {account.customer_tier}",
    "{account.primary_contact}",
    "{contact.notification}",
    "{account.account_parent}",
]
EXTRA_CUSTOMER_TEMPLATES = ["{account.u_segment}", "{account.u_size}", "{contact.u_language}!"]
MAIL_TEMPLATES = [
    "{case.number}: {case.short_description}",
    "{case.state} {case.proactive} {case.opened_at} {case.resolved_at}",
    "{incident.number} {incident.priority} {incident.opened_at}",
    "{account.name}, {contact.name}: {{x}}",
    "{account.contract_value} {contact.active}",
    "{case.sys_class_name} {case.contact} {case.close_notes}",
    "{contact.email}",
    "",
]
TARGETS = ["u_region", "u_copy", "u_other", "priority", "short_description", "description", "contact_type"]
CONSTANTS: Pool = ["fibre", "", "{braces}", 3, 2.5, True, False]
THRESHOLDS: Pool = [2, 3, 5, 1, "3"]


def uses_known(template: str, known: frozenset[str]) -> bool:
    """Whether a template asks only for extra fields that there are."""
    names = [part.split("}")[0] for part in template.split("{")[1:]]
    return all(name in known for name in names if name.rpartition(".")[2].startswith("u_"))


def conditions(known: frozenset[str]) -> st.SearchStrategy[Row]:
    """Conditions on one or two fields."""
    asked = [
        {field: asked} for field in ASKED if not field.startswith("u_") or field in known for asked in ASKED[field]
    ]
    one = st.sampled_from(asked)
    return st.one_of(one, one, st.tuples(one, one).map(lambda two: two[0] | two[1]))


def mappings(known: frozenset[str], *, customer: bool) -> st.SearchStrategy[Row]:
    """R3.3: up to three fields. A major case has no account and no contact to take from."""
    templates = [template for template in [*TEMPLATES, *EXTRA_TEMPLATES] if uses_known(template, known)]
    if customer:
        own = [*CUSTOMER_TEMPLATES, *EXTRA_CUSTOMER_TEMPLATES]
        templates += [template for template in own if uses_known(template, known)]
    return st.dictionaries(st.sampled_from(TARGETS), st.sampled_from(templates), max_size=3)


def case_types() -> st.SearchStrategy[list[Row]]:
    """R4: definitions for a product or for all, with and without defaults."""
    defaults = st.dictionaries(st.sampled_from(TARGETS), st.sampled_from(CONSTANTS), min_size=1, max_size=2)
    table = st.sampled_from(CASE_TABLES)
    product = st.sampled_from([product for product in PRODUCTS if product])
    of_product = st.fixed_dictionaries({"product": product, "table": table}, optional={"defaults": defaults})
    of_all = st.fixed_dictionaries({"all_products": st.just(True), "table": table}, optional={"defaults": defaults})
    return st.lists(st.one_of(of_product, of_product, of_all), max_size=3)


def properties(thresholds: Pool) -> st.SearchStrategy[Row]:
    """R2.1: the threshold by one of its spellings, or twice with one value."""
    one = st.tuples(st.sampled_from(THRESHOLD_NAMES), st.sampled_from(thresholds)).map(lambda pair: {pair[0]: pair[1]})
    twice = st.sampled_from(thresholds).map(lambda number: dict.fromkeys(THRESHOLD_NAMES[:2], number))
    return st.one_of(one, one, twice)


DELAYS = ["0s", "30m", "90s", "1h", "2h", "1d", "PT2H", "PT30M"]


def chosen(delays: list[str]) -> st.SearchStrategy[Row]:
    return some(
        customers=st.sampled_from(["accounts", "both", "consumers"]),
        count_retired_install_base=st.booleans(),
        count_inactive_accounts=st.booleans(),
        roll_up_to_parent_account=st.booleans(),
        cancel_cases_with_incident=st.sampled_from([True, True, False]),
        generation_delay=st.sampled_from(delays),
        late_customers=st.just("known"),
    )


def mail(templates: list[str]) -> st.SearchStrategy[Row]:
    """R5.2: one event, with or without words."""
    words = st.sampled_from(templates)
    return some(enabled=st.booleans(), subject=words, body=words)


def seldom(known: frozenset[str]) -> dict[str, st.SearchStrategy[object]]:
    """Sections that every other policy has."""
    override = st.fixed_dictionaries({"when": conditions(known), "threshold": st.sampled_from([1, 2, 3, 4])})
    return {
        "trigger": st.one_of(st.just({}), conditions(known)),
        "overrides": st.lists(override, max_size=2),
        "also_major_when": some(
            contract_value_at_least=st.sampled_from([100, 0.5, 250000, 1000000]),
            critical_services_at_least=st.sampled_from([1, 2]),
            when=conditions(known),
        ),
        "mapping": some(
            individual=mappings(known, customer=True),
            major=mappings(known, customer=False),
            child=mappings(known, customer=True),
        ),
        "case_types": case_types(),
        "notifications": some(case_created=mail(MAIL_TEMPLATES), resolved=mail(MAIL_TEMPLATES)),
    }


@cache
def policies(known: frozenset[str] = frozenset()) -> st.SearchStrategy[Policy]:
    """Policies of the core rules. `known`: fields beyond the contract's that the dataset has."""
    often: dict[str, st.SearchStrategy[object]] = {
        "properties": st.one_of(properties(THRESHOLDS), properties(THRESHOLDS), st.just({})),
        "choices": chosen(DELAYS),
    }
    return st.fixed_dictionaries(often, optional=seldom(known))


@cache
def whole_policies(known: frozenset[str] = frozenset()) -> st.SearchStrategy[Policy]:
    """Policies of all rules but for `sources`, which depend on the tables that there are."""
    often: dict[str, st.SearchStrategy[object]] = {
        "properties": both(properties([2, 3, 2, "3", 1, 5]), sync_properties()),
        # Mostly early, so that people write when the cases are there.
        "choices": both(chosen(["0s", "0s", "30m", "1h"]), later_choices()),
    }
    plain = {name: setting for name, setting in seldom(known).items() if name not in ("mapping", "notifications")}
    asked = conditions(known)
    plain["trigger"] = st.sampled_from([False, False, False, True]).flatmap(lambda some: asked if some else st.just({}))
    messages = [template for template in [*TEMPLATES, *EXTRA_TEMPLATES] if template and uses_known(template, known)]
    words = mail(MAIL_TEMPLATES)
    more: dict[str, st.SearchStrategy[object]] = {
        "mapping": some(
            individual=mappings(known, customer=True),
            major=mappings(known, customer=False),
            child=mappings(known, customer=True),
            proactive=mappings(known, customer=True),
        ),
        "notifications": some(
            case_created=words, comment=mail([*COMMENT_TEMPLATES, *MAIL_TEMPLATES[:4]]), resolved=words
        ),
        "business_rules": st.sampled_from([{RULE: False}, {RULE: True}]),
        "notify": notify_actions(messages, conditions(known)),
    }
    flood = st.one_of(st.just({}), some(flood=floods()), st.fixed_dictionaries({"flood": floods()}))
    return both(both(st.fixed_dictionaries(often, optional=plain | more), flood), alert_settings())
