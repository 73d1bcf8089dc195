"""What a profile's words are made of: faults, products, platforms, groups, and what people write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Fault(NamedTuple):
    """One kind of trouble: the texts and codes that its incidents get."""

    short: str
    detail: str
    category: str
    subcategory: str
    cause: str
    notes: str


class Work(NamedTuple):
    """One kind of planned work: the texts and codes that its change requests get. {ci} and then {town}, once each."""

    short: str
    detail: str
    category: str
    notes: str


# What is written in some situation, stage by stage: early, in the middle, when it is over.
Stages = Sequence[Sequence[str]]

# What is written one after the other: (minutes after the incident opened, text).
Script = Sequence[tuple[int, str]]

# Situations of an incident, by position. A profile without texts for one uses the first; the last has scripts.
USUAL, STORMY, BUSY, BACKBONE_DOWN = range(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What people write. A text may name the {town}, once.

    `agent` begins the names of those who work on incidents. By situation: `comments` (to customers), `messages` (of
    notify actions) and `replies` (of customers); `notes` (among themselves) are the same in all. On real cases:
    `contact`, `answer` (of the agent), `case_note`.
    """

    agent: str
    notes: Stages
    comments: Sequence[Stages]
    messages: Sequence[Stages]
    replies: Sequence[Stages]
    backbone_comments: Script = ()
    backbone_messages: Script = ()
    backbone_replies: Script = ()
    contact: Sequence[str]
    answer: Sequence[str]
    case_note: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one profile.

    `faults` by CI class, and under "component" (hits no customer), "caller" (no CI known, {ci} is the company), "storm"
    (any CI) and "backbone" (the story's long one). `ci_codes` by class.
    `products`: (model, case table or None); `general_table` is for all products. `works` of change requests.
    """

    ci_codes: Mapping[str, tuple[str, ...]]
    component_codes: tuple[str, ...]
    faults: Mapping[str, tuple[Fault, ...]]
    products: tuple[tuple[str, str | None], ...]
    general_table: str
    platforms: tuple[str, ...]
    groups: tuple[str, ...]
    works: tuple[Work, ...]
    talk: Talk
