"""The settings of a run: what they are called, what they accept, and the one value that holds them.

names     what each setting is called and where it stands
values    single values: whole numbers, durations, words, tables of them
parts     the parts of a policy as values
mapping   R3.3: case field → template, and what holds by default
sections  every section's keys and how each is read
keywords  settings by short and dotted names, and how changes meet them
files     TOML files, and exports of table sys_properties
write     a policy as tables, as TOML, as a hash
fields    whether the fields that a policy names are known
model     Policy
"""

from casesim.policy.fields import resolve_field
from casesim.policy.mapping import effective_mapping, extra_case_fields
from casesim.policy.model import Policy
from casesim.policy.parts import AlsoMajor, CaseType, Choices, Event, Flood, Notify, Override

__all__ = [
    "AlsoMajor",
    "CaseType",
    "Choices",
    "Event",
    "Flood",
    "Notify",
    "Override",
    "Policy",
    "effective_mapping",
    "extra_case_fields",
    "resolve_field",
]
