"""The settings that a run would use: those of the dataset or of a policy, and what of them is not accepted."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from casesim.analysis.check.values import Finding
from casesim.analysis.wording import clean
from casesim.dataset import Dataset
from casesim.engine.outputs import case_fields
from casesim.engine.records import records
from casesim.engine.sources import known_fields
from casesim.policy import Policy
from casesim.policy.names import PROPERTIES, THRESHOLD
from casesim.tables import CasesimError, PolicyError, shown

RULE = re.compile(r"R[0-9]+(?:\.[0-9]+)?")
REFUSED = "A run with these settings is refused."


def settings(data: Dataset, policy: Policy | None) -> tuple[Policy, list[Finding]]:
    """The policy that a run would use (the default one if the dataset's own is not accepted), and what is wrong."""
    found: list[Finding] = []
    place = "policy" if policy is not None else "sys_properties"
    if policy is None:
        try:
            policy = data.policy
        except CasesimError as fault:
            policy = Policy()
            found += [_refused(line, place) for line in str(fault).splitlines()]
    try:
        _refuse_fields(data, policy)
    except PolicyError as fault:
        found += [_refused(line, place) for line in str(fault).splitlines()]
    if policy.assumed and not found:
        found.append(
            Finding(
                severity="warning",
                table=place,
                what=f"nothing gives a threshold: no property {THRESHOLD}",
                effect=f"{policy.threshold} is assumed.",
                rule="R2.1",
            )
        )
    found += _misspelt(data)
    return policy, found


def _refuse_fields(data: Dataset, policy: Policy) -> None:
    policy.check_fields({**known_fields(records(data, policy.sources)), "case": case_fields(policy)})


def _refused(line: str, place: str) -> Finding:
    """What the error says; it names its rule itself."""
    named = RULE.findall(line)
    said = clean(line, 300).removeprefix(f"{place}, ").removeprefix(f"{place}: ").rstrip(".")
    return Finding(severity="error", table=place, what=said, effect=REFUSED, rule=named[-1] if named else "R2.1")


def _misspelt(data: Dataset) -> Iterable[Finding]:
    """Properties that look like one of ours but are not read."""
    named = data.frame("sys_properties", ["name"]).drop_nulls().unique(maintain_order=True)
    names = data.collect(named)["name"]
    for name in names.filter(~names.is_in(PROPERTIES)):
        close = get_close_matches(name[:200], PROPERTIES, n=1, cutoff=0.9)
        if close:
            yield Finding(
                severity="warning",
                table="sys_properties",
                column="name",
                what=f"property {shown(clean(name))} is not known, nearest: {close[0]}",
                count=1,
                effect="It is not read.",
                rule="R2.1",
            )
