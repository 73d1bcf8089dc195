"""What an example is, and short words to write one with."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.reference import Policy, Row, Tables

DAY = "2026-03-05"


@dataclass(frozen=True)
class Example:
    """A small dataset, a policy, and what must come out, worked by hand.

    `expect` has, by result table, all its rows in order; of a row only the fields that matter. A table that is not
    named may hold anything.
    """

    name: str
    rule: str
    tables: Tables
    expect: Tables
    policy: Policy = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    def faults(self, result: Tables) -> list[str]:
        """How a result differs from what is expected; empty if it does not."""
        found = []
        for table, wanted in self.expect.items():
            got = result[table]
            if len(got) != len(wanted):
                found.append(f"{table}: {len(wanted)} rows expected, got {len(got)}: {got}")
            for place, (want, have) in enumerate(zip(wanted, got, strict=False)):
                for name, value in want.items():
                    if name not in have or have[name] != value:
                        found.append(
                            f"{table} row {place} {name}: {value!r} expected, got {have.get(name, 'no column')!r}"
                        )
        return found


def at(clock: str, day: str = DAY) -> datetime:
    """A UTC time on the day of the examples: `at("10:15")`."""
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=UTC)


def incident(number: str = "INC1", **fields: object) -> Row:
    """An incident, opened at 10:00 unless told otherwise."""
    return {"number": number, "opened_at": f"{DAY} 10:00:00", **fields}


def listed(*accounts: str, incident: str = "INC1", **fields: object) -> list[Row]:
    """Rows of the affected-account list."""
    return [{"incident": incident, "account": account, **fields} for account in accounts]


def items(ci: str, *accounts: str, **fields: object) -> list[Row]:
    """Install base items that tie a CI or service to accounts, one each."""
    return [{"configuration_item": ci, "account": account, **fields} for account in accounts]


def accounts(*ids: str, **fields: object) -> list[Row]:
    return [{"sys_id": one, **fields} for one in ids]


def threshold(number: object) -> Policy:
    """Only the threshold, by its property."""
    return {"properties": {"sn_ind_tsm_core.major_case_affected_account_threshold": number}}


def choices(**chosen: object) -> Policy:
    return {"choices": chosen}


def decision(**fields: object) -> Tables:
    """Expect exactly one decision."""
    return {"decisions": [fields]}


def numbers(*cases: str) -> list[Row]:
    """Expect exactly these cases."""
    return [{"number": number} for number in cases]
