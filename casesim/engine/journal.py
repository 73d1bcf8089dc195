"""R7.4: the journal. It holds the work notes that resolution writes; R6's comments have their place here."""

import narwhals.stable.v2 as nw

from casesim.engine.resolve import case_notes, incident_notes
from casesim.tables import Frame


def entries(cases: Frame, decisions: Frame) -> Frame:
    """Every journal entry of a run.

    Args:
        cases: `case` (position in output), `incident`, `place`, `state`, `resolved_at`.
        decisions: `incident`, `outcome`, `decided_at`, `resolved`.

    Returns:
        `incident`, `case` and `place` (null: on the incident itself), `created_at` (epoch microseconds).
    """
    columns = ("incident", "case", "place", "created_at")
    nowhere = {"case": nw.lit(None, nw.UInt32), "place": nw.lit(None, nw.Int32)}
    on_incidents = incident_notes(decisions).with_columns(**nowhere)
    return nw.concat([case_notes(cases).select(columns), on_incidents.select(columns)])
