"""The table `sys_journal_field` of incidents: comments to customers and work notes (R6)."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casesim.synth.columns import chosen, times, within
from casesim.synth.keys import sys_ids
from casesim.synth.moves import spread
from casesim.synth.profiles import (
    COMMENT_FOR_UPDATE,
    COMMENT_FOR_UPDATE_WIDE,
    COMMENTS_WIDE,
    LARGE,
    LARGE_UPDATES,
    NOTE_FOR_UPDATE,
    UPDATES,
    Ints,
)
from casesim.synth.scene import Scene, agents, moments, said, scripted_text, scripted_when
from casesim.synth.vocabulary import BACKBONE_DOWN, BUSY, STORMY, USUAL

ELEMENTS = ("comments", "work_notes")
_MOST_UPDATES = 80
# Of the story, all choice: comments for an update, and work notes of the backbone failure.
_STORM_COMMENTS, _BUSY_COMMENTS = 0.03, 0.05
_BACKBONE_NOTES = 24


def incident_journal(here: Scene) -> pa.Table:
    """The rows of `sys_journal_field` on incidents, by incident and time.

    Columns: element_id, name (`incident`), element (`comments` | `work_notes`), value, sys_created_on, sys_created_by.
    """
    random = here.random("sys_journal_field")
    notes, comments = _counts(here, random)
    each = np.arange(len(here.size))
    row = np.concatenate([np.repeat(each, comments), np.repeat(each, notes)])
    nth = np.concatenate([within(comments), within(notes)])
    note = np.arange(len(row)) >= int(comments.sum())
    when, stage = moments(here, row, random)
    when = np.where(note, when, scripted_when(here, row, nth, here.talk.backbone_comments, when))
    order = np.lexsort((when, row))
    row, nth, note, when, stage = row[order], nth[order], note[order], when[order], stage[order]
    # Notes come after the comments of all moods.
    texts = (*here.talk.comments, here.talk.notes)
    mood = np.where(here.mood[row] < len(here.talk.comments), here.mood[row], USUAL)
    value = said(texts, np.where(note, len(texts) - 1, mood), stage, here.town(row), random)
    comment = scripted_text(here, row, nth, here.talk.backbone_comments, value)
    return pa.table(
        {
            "element_id": sys_ids(here.population.seed, "incident", here.batch.index[row]),
            "name": chosen(("incident",), np.zeros(len(row), dtype=np.int64)),
            "element": chosen(ELEMENTS, note.astype(np.int64)),
            "value": pc.if_else(pa.array(note), value, comment),
            "sys_created_on": times(when),
            "sys_created_by": agents(here, row, random),
        }
    )


def _counts(here: Scene, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Work notes and comments of each incident."""
    normal = random.standard_normal(len(here.size))
    usual = np.where(here.size >= LARGE, spread(LARGE_UPDATES, normal), spread(UPDATES, normal))
    updates = np.clip(np.rint(usual), 1, _MOST_UPDATES).astype(np.int64)
    chance = np.select(
        [here.mood == STORMY, here.mood == BUSY, here.size >= COMMENTS_WIDE],
        [_STORM_COMMENTS, _BUSY_COMMENTS, COMMENT_FOR_UPDATE_WIDE],
        COMMENT_FOR_UPDATE,
    )
    notes, comments = random.binomial(updates, NOTE_FOR_UPDATE), random.binomial(updates, chance)
    story = here.mood == BACKBONE_DOWN
    return np.where(story, _BACKBONE_NOTES, notes), np.where(story, len(here.talk.backbone_comments), comments)
