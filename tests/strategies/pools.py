"""What cells are drawn from. The simplest value comes first: shrinking goes there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.reference.values import as_text

Pool = Sequence[object]


@dataclass(frozen=True)
class To:
    """A reference, filled in when all rows are drawn: to some row by one of its keys, to nothing known, or missing."""

    table: str
    place: int


def to(table: str) -> list[To]:
    return [To(table, place) for place in range(12)]


@dataclass(frozen=True)
class AsListed:
    """Stands for an incident: the incident, and where the row names a customer the customer, of a row of the list."""

    place: int


@dataclass(frozen=True, eq=False)
class Kit:
    """What a dataset is drawn from, everything by table.

    `records` are the choices of record tables. `often` has the columns that every row has, `often_typed` those of them
    whose cells depend on the type, `times` what they are drawn from where it is not all moments alike, `seldom` other
    columns of text whose values matter, `dealt` the keys, `extra` columns that only the file has. A dataset without the
    columns `never_dropped` is refused, not read. A reference is one of `repeats` times all that are known, one that is
    not, and none. Up to `most_missing` of the tables that `may_miss` are missing.
    """

    records: Sequence[tuple[str, ...]]
    dealt: Mapping[str, Mapping[str, Pool]]
    often: Mapping[str, Mapping[str, Pool]]
    often_typed: Mapping[str, tuple[str, ...]]
    times: Mapping[str, Mapping[str, Pool]]
    seldom: Mapping[str, Mapping[str, Pool]]
    extra: Mapping[str, Mapping[str, str]]
    least_rows: Mapping[str, int]
    most_rows: Mapping[str, int]
    most_extras: Mapping[str, int]
    never_dropped: Mapping[str, tuple[str, ...]]
    repeats: int
    may_miss: Sequence[str]
    most_missing: int


UNKNOWN = "unknown one"
# At least one of these tables is there.
WAYS = ("affected_account", "sn_install_base_item")

START = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
# Few, so that times tie; they are apart by the delays that policies draw.
MOMENTS: Pool = [
    *(START + timedelta(minutes=minutes) for minutes in (0, 30, 120, 60, 1440, -60)),
    START + timedelta(microseconds=250_000),
]
TIME_TEXTS: Pool = [*(as_text(moment) for moment in MOMENTS), "2026-03-05 10:00:00.2500009"]
BAD_TIMES: Pool = ["soon", "2026-02-30 10:00:00"]
BAD_NUMBER = "many"

# Commas, quotes, newlines, braces, formulas, blanks, other alphabets, and what looks like something else.
TEXTS: Pool = [
    "light",
    "",
    " ",
    'no "light", none',
    "two\nlines",
    "{number}",
    "}} {{",
    "=1+1",
    " padded ",
    "Störung 🚧",
    "null",
    "3",
    "2026-03-05 10:00:00",
    None,
]
FLAG_TEXTS: Pool = ["false", "true", "NO", "0", "1", "perhaps", None]
CIS: Pool = ["ci1", "ci1", "ci1", "ci2", None, "ci é", "s1"]
PRODUCTS: Pool = ["Fibre 1000", "Voice", "voice", None]
CASE_TABLES: Pool = ["sn_fibre_case", "sn_voice_case", "sn_customerservice_case"]
OPT_OUTS: Pool = ["1", "Disable", "DISABLED", "disable", "2", "Enable", "odd", None]
INCIDENTS = to("incident")
ACCOUNTS = to("customer_account")
CONSUMERS = to("csm_consumer")
CONTACTS = to("customer_contact")
SERVICES = to("cmdb_ci_service")

# Key columns are dealt: row after row gets the next value, so that most rows have keys of their own. One's number is
# another's sys_id, one begins as another does, names repeat, some are missing.
DEALT: dict[str, dict[str, Pool]] = {
    "incident": {
        "number": ["INC1", "INC10", "INC1-0001", "INC1 A", "INC2", None, "INC1-M", "inc1", "Ä1", 'I"1,{0}'],
        "sys_id": [None, "i1", "i2", "INC10", "i3", "i4", None],
    },
    "cmdb_ci_service": {"sys_id": ["s1", "s2", None, "s3"], "name": ["Fibre", "Voice", "Fibre", "s1", None]},
    "sn_install_base_item": {"sys_id": [None, None, *(f"ib{place}" for place in range(1, 11))]},
    "customer_account": {
        "sys_id": ["a1", "a2", "a3", "A1", None],
        "number": [None, "ACCT1", "a2", "ACCT2"],
        "name": ["Acme", "Müller, Söhne", "Acme", "a3", None],
    },
    "customer_contact": {"sys_id": ["p1", "p2", None, "a1"], "name": ["Ann", "p1", "Ann", None]},
    "csm_consumer": {"sys_id": ["c1", "a1", None, "c2"], "name": ["Bob", "c1", "Bob", None]},
}

# Columns that every row has; the rest of the columns come now and then.
OFTEN: dict[str, dict[str, Pool]] = {
    "incident": {
        "cmdb_ci": CIS,
        "business_service": [None, *SERVICES[:4]],
        "state": [None, "6", "8", "Resolved", "8", "7", "Canceled", "Closed", "2", "odd"],
    },
    "affected_account": {"incident": INCIDENTS, "account": ACCOUNTS, "consumer": [None, *CONSUMERS[:4]]},
    "task_ci": {"task": INCIDENTS, "ci_item": CIS},
    "task_cmdb_ci_service": {"task": INCIDENTS, "cmdb_ci_service": SERVICES},
    "svc_ci_assoc": {"service_id": SERVICES, "ci_id": CIS},
    "cmdb_ci_service": {"busines_criticality": ["1", "1 - most critical", None, "2", "10", "1-x"]},
    "sn_install_base_item": {
        "configuration_item": [*["ci1"] * 5, "ci2", *SERVICES[:4], "ci é", None],
        "account": ACCOUNTS,
        "consumer": [None, *CONSUMERS[:4]],
        "product": PRODUCTS,
    },
    "customer_account": {"account_parent": [*[None] * 8, *ACCOUNTS], "primary_contact": CONTACTS},
    "customer_contact": {"email": ["ann@example.com", "ann+1@example.com", "Ann <ann@example.com>", None]},
    "csm_consumer": {"email": ["bob@example.com", None]},
    "service_definition": {"product": PRODUCTS, "table": CASE_TABLES},
}

OFTEN_TYPED = {"incident": ("opened_at", "resolved_at", "closed_at"), "customer_account": ("contract_value",)}

# Of the rest, columns of text whose values matter; other columns of text draw from TEXTS.
SELDOM: dict[str, dict[str, Pool]] = {
    "incident": {
        "priority": ["1", "1 - Critical", "2", "10", "3 - Moderate", "high", ""],
        "impact": ["1 - High", "2"],
        "urgency": ["3 - Low", "1"],
        "category": ["network", "sd-wan", "Network", ""],
        "contact_type": ["phone", "Phone", "Self-service", "odd"],
        "company": ACCOUNTS,
    },
    "sn_install_base_item": {
        "install_status": ["7", "Retired", "rETIRED", "1", ""],
        "state": ["Retired", "7", "1"],
    },
    "customer_contact": {"account": ACCOUNTS, "notification": OPT_OUTS},
    "csm_consumer": {"notification": OPT_OUTS},
}

# Columns that only the file has: text, a whole number, a number, yes/no, a time.
EXTRA: dict[str, dict[str, str]] = {
    "incident": {"u_region": "text", "u_count": "whole", "u_ratio": "number", "u_vip": "flag", "u_seen": "time"},
    "customer_account": {"u_segment": "text", "u_size": "whole"},
    "customer_contact": {"u_language": "text"},
}
NUMBERS: dict[str, Pool] = {
    "u_count": [3, 0, -1, 10],
    "u_size": [3, 0, -1, 10],
    "u_ratio": [0.5, 100.0, 2.25, -1.0],
    # Halves and quarters: their sums are exact in any order.
    "contract_value": [100.0, 250000.0, 0.5, -50.25],
    "order": [1.0, 2.0, 10.0, None],
}

# The tables of the rules that every run simulates.
CORE = Kit(
    records=[("incident",)],
    dealt=DEALT,
    often=OFTEN,
    often_typed=OFTEN_TYPED,
    times={},
    seldom=SELDOM,
    extra=EXTRA,
    least_rows={},
    most_rows={"incident": 6, "affected_account": 8, "sn_install_base_item": 10, "customer_account": 6},
    most_extras={"incident": 5},
    never_dropped={"incident": ("number", "opened_at")},
    repeats=2,
    may_miss=[table for table in OFTEN if table not in ("incident", *WAYS)],
    most_missing=2,
)
