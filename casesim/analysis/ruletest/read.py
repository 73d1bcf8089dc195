"""From TOML to tests and budgets. Every name is checked; all faults of a file are told at once."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from casesim.analysis.ruletest.budget import METRICS
from casesim.analysis.ruletest.values import Budget, Expected, Row, RuleFile, RuleTest
from casesim.conditions import stored_text
from casesim.files import LARGEST_SETTINGS, content, reason
from casesim.policy import Policy, extra_case_fields
from casesim.policy.files import parse_toml
from casesim.policy.values import Reader, each, mapping_of, number, raise_all, table, text
from casesim.tables import INPUT, OUTPUT, CasesimError, PolicyError, nearest, shown

OUTCOMES = ("none", "individual", "major")
EXPECT = (*OUTPUT, "mails")


def read_file(path: Path, *, given: Policy | None = None, settings: Mapping[str, object] | None = None) -> RuleFile:
    """Read a file of rule tests.

    Args:
        path: a TOML file; the package's docstring has its form.
        given: stands in for the file's own `policy`.
        settings: changed in the file's policy, by name, before its tests change it further.

    Raises:
        CasesimError: the file cannot be read, or a line for each thing in it that is not accepted.
    """
    where = str(path)
    raw = parse_toml(_text_of(path), where)
    faults: list[str] = []
    base: Policy | None = None
    try:
        base = given if given is not None else policy_of(raw.get("policy"), path.parent, f"{where}, policy")
        for name, value in (settings or {}).items():
            base = (base or Policy()).set(name, value)
    except CasesimError as fault:
        faults.append(str(fault))
    test = _test(path.parent, base or Policy())
    budget = _budget(path.parent, base)
    readers: Mapping[str, Reader] = {"policy": _anything, "test": each(test), "budget": each(budget)}
    found: dict[str, Any] = {}
    for key, value in raw.items():
        if key not in readers:
            faults.append(f"{where}: {shown(key)} is nothing that a file of tests has. {nearest(key, readers)}")
            continue
        try:
            found[key] = readers[key](value, f"{where}, {'policy' if key == 'policy' else f'[[{key}]]'}")
        except CasesimError as fault:
            faults.append(str(fault))
    if not faults and not found.get("test") and not found.get("budget"):
        faults.append(f"{where}: there is neither a [[test]] nor a [[budget]] in it.")
    raise_all(faults)
    return RuleFile(path=where, tests=found.get("test", ()), budgets=found.get("budget", ()))


def policy_of(value: object, folder: Path, where: str) -> Policy | None:
    """A policy as a file of tests gives it: the name of a policy file beside it, or the settings themselves."""
    if value is None:
        return None
    if isinstance(value, str):
        return Policy.read(folder / value)
    return Policy.from_dict(mapping_of(value, where), where=where)


def _test(folder: Path, base: Policy) -> Reader:
    def read(value: object, where: str) -> RuleTest:
        entries = table(_TEST, required=("name", "given", "expect"))(value, where)
        place = f"{where} {shown(entries['name'])}"
        policy = _changed(base, entries, folder, place)
        expect = dict(entries["expect"])
        outcomes = expect.pop("outcomes", {})
        _check_fields(expect, policy, place)
        return RuleTest(name=entries["name"], policy=policy, given=entries["given"], outcomes=outcomes, expect=expect)

    return read


def _changed(base: Policy, entries: Mapping[str, Any], folder: Path, where: str) -> Policy:
    """The policy of a test: the file's, or one of its own by file; tables and `set` change it."""
    policy, own = base, entries.get("policy")
    if isinstance(own, str):
        policy = Policy.read(folder / own)
    elif own is not None:
        # What is wrong is told with the place where it stands.
        Policy.from_dict(own, where=f"{where} policy")
        policy = policy.with_(**own)
    return _set(policy, entries.get("set", {}), where)


def _set(policy: Policy, changes: Mapping[str, object], where: str) -> Policy:
    for name, value in changes.items():
        try:
            policy = policy.set(name, value)
        except PolicyError as fault:
            told = str(fault).removeprefix(policy.where).lstrip(",: ")
            raise PolicyError(f"{where} set: {told}") from fault
    return policy


def _budget(folder: Path, base: Policy | None) -> Reader:
    def read(value: object, where: str) -> Budget:
        entries = table(_BUDGET, required=("name", "dataset", "at_most"))(value, where)
        place = f"{where} {shown(entries['name'])}"
        before = policy_of(entries.get("before"), folder, f"{place} before")
        after = policy_of(entries.get("after"), folder, f"{place} after")
        after = after if after is not None else base
        changes = entries.get("set", {})
        if after is None and not changes:
            raise PolicyError(f"{place}: nothing changes; write after, set, or a policy at the top of the file.")
        if after is not None:
            after, changes = _set(after, changes, place), {}
        elif before is not None:
            after, changes = _set(before, changes, place), {}
        return Budget(
            name=entries["name"],
            dataset=folder / entries["dataset"],
            before=before,
            after=after,
            changes=changes,
            since=entries.get("since"),
            until=entries.get("until"),
            at_most=entries["at_most"],
        )

    return read


def _given(value: object, where: str) -> dict[str, tuple[Row, ...]]:
    """Tables of records. A column that is not ours is kept, but not one that looks like a slip of the pen."""
    tables = mapping_of(value, where)
    found: dict[str, tuple[Row, ...]] = {}
    faults = []
    for name, rows in tables.items():
        if name not in INPUT:
            faults.append(f"{where}: {shown(name)} is no table. {nearest(name, INPUT)}")
            continue
        try:
            found[name] = each(_row)(rows, f"{where} {name}")
        except PolicyError as fault:
            faults.append(str(fault))
            continue
        ours = INPUT[name].names
        for column in dict.fromkeys(column for row in found[name] for column in row if column not in ours):
            near = get_close_matches(column, ours, n=1, cutoff=0.8)
            if near:
                faults.append(f"{where} {name}: {shown(column)} is no column of ours. Nearest: {near[0]}.")
    raise_all(faults)
    return found


def _row(value: object, where: str) -> Row:
    """A record, every value as stored text; an empty text is a missing value."""
    cells: dict[str, str | None] = {}
    faults = []
    for name, cell in mapping_of(value, where).items():
        stored = stored_text(cell)
        if stored is None:
            faults.append(
                f"{where} {name}: {shown(cell)} is not accepted; it must be a text, a number, a time, yes/no."
            )
        cells[name] = stored or None
    raise_all(faults)
    return cells


def _expect(value: object, where: str) -> dict[str, Any]:
    entries = mapping_of(value, where)
    if not entries:
        raise PolicyError(f"{where}: nothing is expected. Known: {', '.join(sorted((*EXPECT, 'outcomes')))}.")
    readers: Mapping[str, Reader] = {"outcomes": _outcomes, **dict.fromkeys(EXPECT, _rows)}
    return dict(table(readers)(value, where))


def _outcomes(value: object, where: str) -> dict[str, str]:
    found = {}
    faults = []
    for number_, outcome in mapping_of(value, where).items():
        if outcome not in OUTCOMES:
            near = nearest(outcome if isinstance(outcome, str) else "", OUTCOMES)
            faults.append(f"{where} {number_}: {shown(outcome)} is no outcome. {near}")
        found[number_] = str(outcome)
    raise_all(faults)
    return found


def _rows(value: object, where: str) -> Expected:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if not isinstance(value, list):
        raise PolicyError(f"{where}: {shown(value)} is not accepted; it must be a number of rows or a list of them.")
    rows: tuple[Row, ...] = each(_row)(value, where)
    return rows


def _check_fields(expect: Mapping[str, Expected], policy: Policy, where: str) -> None:
    """Refuse fields that the tables of the result do not have."""
    faults = []
    for name, rows in expect.items():
        known = [*OUTPUT["notifications" if name == "mails" else name]]
        if name == "cases":
            known += extra_case_fields(policy)
        for column in dict.fromkeys(column for row in (rows if isinstance(rows, tuple) else ()) for column in row):
            if column not in known:
                faults.append(f"{where} expect {name}: {shown(column)} is no column of it. {nearest(column, known)}")
    raise_all(faults)


def _at_most(value: object, where: str) -> dict[str, float]:
    entries = mapping_of(value, where)
    if not entries:
        raise PolicyError(f"{where}: there is no limit in it. Known: {', '.join(sorted(METRICS))}.")
    return dict(table(dict.fromkeys(METRICS, number))(value, where))


def _moment(value: object, where: str) -> datetime:
    """A time, or the begin of a day; UTC unless it names a zone."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime):
        raise PolicyError(f"{where}: {shown(value)} is not accepted; write a day or a time without quotes: 2026-01-01.")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _policy(value: object, where: str) -> str | dict[str, object]:
    return text(value, where) if isinstance(value, str) else mapping_of(value, where)


def _anything(value: object, where: str) -> object:
    return value


def _text_of(path: Path) -> str:
    where = str(path)
    try:
        return content(path, most=LARGEST_SETTINGS).decode("utf-8-sig")
    except FileNotFoundError:
        raise CasesimError(f"{where}: there is no such file.") from None
    except UnicodeDecodeError:
        raise CasesimError(f"{where}: the file is not in UTF-8; save it in that encoding.") from None
    except OSError as fault:
        raise CasesimError(f"{where}: the file cannot be read; {reason(fault)}.") from None


_TEST: Mapping[str, Callable[[object, str], Any]] = {
    "name": text,
    "policy": _policy,
    "set": mapping_of,
    "given": _given,
    "expect": _expect,
}
_BUDGET: Mapping[str, Callable[[object, str], Any]] = {
    "name": text,
    "dataset": text,
    "before": _policy,
    "after": _policy,
    "set": mapping_of,
    "since": _moment,
    "until": _moment,
    "at_most": _at_most,
}
