"""What the tables of what people write have in common: the incidents, who may write about them, and when."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casesim.synth.arrivals import SECOND
from casesim.synth.columns import chosen, one_of, told
from casesim.synth.incidents import BACKBONE, COMPONENT, STORM, Batch
from casesim.synth.keys import generator
from casesim.synth.moves import Moves, between, last_moment, spread
from casesim.synth.population import Population
from casesim.synth.profiles import AFTER_RESOLUTION, Flags, Ints, Texts
from casesim.synth.vocabulary import BACKBONE_DOWN, BUSY, STORMY, USUAL, Script, Stages, Talk, Vocabulary
from casesim.synth.words import TOWNS

# Of an incident's course, in parts of it (choice).
_EARLY, _OVER = 0.3, 0.8
EARLY, MIDDLE, OVER = range(3)
_AFTERWARDS = (2.0, 1.0)  # choice: hours after resolution, median and sigma of the logarithm
_SOONEST = 0.05  # choice: hours until somebody writes, at least
_AGENTS = 60  # choice; a few of them do most of the work


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Some incidents and all that writing about them takes, one position each in every array but `users`.

    `end` of the period; `last` moment of each incident (resolved, or the end); `known`: when all its customers are
    affected; `size`: how many these are, 0 for none; `mood`: USUAL, STORMY, BACKBONE_DOWN or BUSY. Times in
    microseconds since 1970. `users`: the name under which each account writes, null for nobody
    (`customers.contact_users`).
    """

    population: Population
    words: Vocabulary
    batch: Batch
    moves: Moves
    users: Texts
    end: int
    last: Ints
    known: Ints
    size: Ints
    mood: Ints

    @property
    def talk(self) -> Talk:
        """The words of the profile."""
        return self.words.talk

    def random(self, stream: str) -> np.random.Generator:
        """Random numbers for this part of a table."""
        return generator(self.population.seed, stream, self.batch.part)

    def town(self, row: Ints) -> Texts:
        """The town of each row's incident."""
        return chosen(TOWNS, self.population.town[self.batch.anchor[row]])

    def account(self, row: Ints, offset: Ints) -> Ints:
        """The account at an offset within the stretch that the incident's CI serves, a position."""
        return self.population.start[self.batch.anchor[row]] + offset

    def writes(self, account: Ints) -> Flags:
        """Whether an account has a contact who can write."""
        has: Flags = pc.is_valid(self.users).to_numpy(zero_copy_only=False)
        return has[account]


def scene(
    population: Population, words: Vocabulary, batch: Batch, moves: Moves, *, users: Texts, end: int, story: bool
) -> Scene:
    """A batch as a scene. With a story the busiest CI has a customer with a temper."""
    busy = story & (batch.anchor == 0)
    return Scene(
        population=population,
        words=words,
        batch=batch,
        moves=moves,
        users=users,
        end=end,
        last=last_moment(batch, end),
        known=np.where(moves.grows, moves.at, batch.opened),
        size=np.where(batch.cause == COMPONENT, 0, population.size[batch.anchor]),
        mood=np.select([batch.cause == BACKBONE, batch.cause == STORM, busy], [BACKBONE_DOWN, STORMY, BUSY], USUAL),
    )


def moments(here: Scene, row: Ints, random: np.random.Generator) -> tuple[Ints, Ints]:
    """When entries of each row's incident are written: most in its course, a few when it is resolved already.

    Args:
        here: the incidents.
        row: of each entry.
        random: where times come from.

    Returns:
        Microseconds since 1970, whole seconds, from `opened` to the end of the period; and the stage.
    """
    opened, last = here.batch.opened[row], here.last[row]
    course = random.random(len(row))
    chance = random.random(len(row))
    normal = random.standard_normal(len(row))
    when = opened + ((last - opened) / SECOND * course).astype(np.int64) * SECOND
    later = here.batch.resolved[row] + np.round(spread(_AFTERWARDS, normal) * 3_600).astype(np.int64) * SECOND
    over = here.batch.has_resolved[row] & (chance < AFTER_RESOLUTION) & (later <= here.end)
    stage = np.select([over | (course >= _OVER), course >= _EARLY], [OVER, MIDDLE], EARLY)
    return np.where(over, later, when), stage


def soon(here: Scene, row: Ints, hours: tuple[float, float], random: np.random.Generator) -> Ints:
    """When something is written to or by customers: some hours (median, sigma of the logarithm) after all are known."""
    normal, chance = random.standard_normal(len(row)), random.random(len(row))
    later = np.maximum(spread(hours, normal), _SOONEST)
    return between(here.known[row], here.last[row], later, chance)


def said(moods: Sequence[Stages], mood: Ints, stage: Ints, town: Texts, random: np.random.Generator) -> Texts:
    """A text for each row, by mood and stage; a mood without texts of its own has the first one's."""
    mood = np.where(mood < len(moods), mood, USUAL)
    texts, index = one_of([each for stages in moods for each in stages], mood * 3 + stage, random.random(len(mood)))
    return told(texts, index, town)


def scripted_when(here: Scene, row: Ints, nth: Ints, script: Script, when: Ints) -> Ints:
    """The times, of the backbone failure those of its script; `nth` is each row's position within its incident."""
    if not script:
        return when
    minutes = np.array([each for each, _ in script])[np.minimum(nth, len(script) - 1)]
    told_at = np.minimum(here.batch.opened[row] + minutes * 60 * SECOND, here.end)
    return np.where(here.mood[row] == BACKBONE_DOWN, told_at, when)


def scripted_text(here: Scene, row: Ints, nth: Ints, script: Script, text: Texts) -> Texts:
    """The texts, of the backbone failure those of its script."""
    if not script:
        return text
    own = told([each for _, each in script], np.minimum(nth, len(script) - 1), here.town(row))
    return pc.if_else(pa.array(here.mood[row] == BACKBONE_DOWN), own, text)


def agents(here: Scene, row: Ints, random: np.random.Generator) -> Texts:
    """Who of the agents writes: mostly the one who has the incident."""
    own = here.random("agents").random(len(here.size))[row]
    other = np.where(random.random(len(row)) < 0.7, own, random.random(len(row)))
    names = [f"{here.talk.agent}{101 + n}" for n in range(_AGENTS)]
    return chosen(names, (other**2 * _AGENTS).astype(np.int64))
