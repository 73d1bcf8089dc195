"""The journal: the work notes that resolution writes (R7.4), and what people wrote with its copies (R6)."""

import narwhals.stable.v2 as nw

from casesim.engine.resolve import case_notes, incident_notes
from casesim.tables import Frame

# The rank of a work note of resolution among the entries of its record at one time, by id: `-R` stands before `-J`
# where digits or `-A` go before it, else after. Comments lie between.
FIRST, LAST = -1, 2**62


def resolution_notes(cases: Frame, decisions: Frame, head_first: bool) -> Frame:
    """R7.4: every work note of resolution.

    Args:
        cases: `case` (position in output), `incident`, `place`, `closes`, `resolved_at`.
        decisions: `incident`, `outcome`, `decided_at`, `promoted_at`, `resolved`.
        head_first: whether what follows the number in the number of a head sorts before `-J`.

    Returns:
        `incident`, `case` and `place` (null: on the record itself), `created_at` (epoch microseconds), `rank`.
    """
    columns = ("incident", "case", "place", "created_at")
    nowhere = {"case": nw.lit(None, nw.UInt32), "place": nw.lit(None, nw.Int32)}
    on_records = incident_notes(decisions).with_columns(**nowhere)
    notes = nw.concat([case_notes(cases).select(columns), on_records.select(columns)])
    before = (nw.col("place") > 0) | ((nw.col("place") == 0) & nw.lit(head_first))
    rank = nw.when(before.fill_null(False)).then(nw.lit(FIRST, nw.Int64)).otherwise(nw.lit(LAST, nw.Int64))
    return notes.with_columns(rank=rank)


def by_id(entries: Frame) -> Frame:
    """The order of comments and their copies by id (R6.6), among those on one record at one time.

    Args:
        entries: `number` (the place of their root's number as text), `form` (0 the root itself, 1 `:`, 2 `+`, 3 `++`
            before the record's number) and `twice` (whether `+` and the record's number sort before that number).

    Returns:
        The same rows with `rank` instead of `number` and `twice`.
    """
    third = nw.when(nw.col("twice")).then(nw.lit(1)).otherwise(nw.lit(3))
    named = nw.when(nw.col("form") == 1).then(nw.lit(4)).otherwise(nw.col("form").cast(nw.Int64))
    form = nw.when(nw.col("form") == 3).then(third).otherwise(named)
    return entries.with_columns(rank=nw.col("number").cast(nw.Int64) * 8 + form).drop("number", "twice")
