"""R7.4: the journal. It holds the work notes that resolution writes; R6's comments have their place here."""

import narwhals.stable.v2 as nw

from casesim.engine.resolve import case_notes, incident_notes
from casesim.tables import Frame


def entries(cases: Frame, decisions: Frame) -> Frame:
    """Every journal entry of a run.

    Args:
        cases: `case` (place in output), `incident`, `state`, `resolved_at`.
        decisions: `incident`, `outcome`, `decided_at`, `resolved`.

    Returns:
        `incident`, `case` (null = an entry on the incident itself), `created_at` (epoch microseconds).
    """
    on_cases = case_notes(cases)
    on_incidents = incident_notes(decisions).with_columns(case=nw.lit(None, nw.UInt32))
    return nw.concat(
        [on_cases.select("incident", "case", "created_at"), on_incidents.select("incident", "case", "created_at")]
    )
