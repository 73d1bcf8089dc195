"""Synthetic datasets of any size, calibrated on real logs, the same for the same seed. Writing only.

```
profiles      what real logs look like: sizes, hours, lives, concentration, each with its source
population    accounts side by side, CIs that serve stretches of them: N per incident comes out of it
arrivals      when incidents open: weekdays, busy days, storms
incidents     what happens in each: CI, cause, priority, life
story         the storm, the backbone failure, the busy small customer
customers     tables customer_account, customer_contact, csm_consumer
network       tables cmdb_ci_service, svc_ci_assoc, sn_install_base_item
telling       table incident
moves         which incidents grow or shrink, when and how far
links         tables task_ci, task_cmdb_ci_service, affected_account
scene         who may write about an incident, and when
journal       table sys_journal_field: comments and work notes on incidents
exchange      tables notify_customers, customer_reply
real_cases    table sn_customerservice_case, and what was written there
changes       table change_request, and its CIs
settings      tables service_definition, sys_properties
make          the order of it all, table by table
write         a folder of parquet tables, complete or not at all
keys, columns sys_ids, random numbers and text columns
words, vocabulary, telecom_words, service_desk_words, telecom_talk, service_desk_talk
              names and what people write
```
"""

from collections.abc import Callable
from pathlib import Path

from casesim.synth.summary import SynthSummary

__all__ = ["SynthSummary", "synth"]

Progress = Callable[[str, int, int], None]


def synth(
    out: Path,
    *,
    incidents: int = 1_000,
    profile: str = "telecom",
    seed: int = 20261,
    story: bool = True,
    history: bool = True,
    overwrite: bool = False,
    shared: bool = False,
    progress: Progress | None = None,
) -> SynthSummary:
    """Write a synthetic dataset: one parquet file for each platform table, references by sys_id, times in UTC.

    The same arguments give the same tables, whatever the machine. Memory does not grow with the number of incidents.
    How many accounts an incident affects follows the profile; beyond some 130,000 telecom incidents its far tail is
    thinned (`profiles.sizes_for`).

    Args:
        out: the folder to be; there must be none of that name yet.
        incidents: how many, at least 1.
        profile: `telecom` or `service-desk`.
        seed: 0 or more.
        story: weave a storm, a backbone failure and a busy small customer in. Only telecom has a story, and only
            from 100 incidents on.
        history: times at which customers are added and removed (R8), comments, replies and notify actions (R6), real
            cases, change requests (R12). Who is ever affected by an incident is the same without; an incident that
            grows or shrinks is then on record with its widest configuration item from the start.
        overwrite: replace the folder `out` if it holds tables of a dataset and nothing else.
        shared: for others to read, as far as the umask lets them; else for its owner alone.
        progress: called with a table's name, rows or incidents done, and how many there are.

    Returns:
        What was written.

    Raises:
        CasesimError: fewer than one incident, a negative seed, an unknown profile.
        OutputError: `out` is there already, holds other things, cannot be written, or is being written by another run.
            What was there stays, and nothing else is left behind.
    """
    from casesim.synth.make import make  # noqa: PLC0415 - pyarrow is loaded when something is written

    return make(
        out,
        incidents=incidents,
        profile=profile,
        seed=seed,
        story=story,
        history=history,
        overwrite=overwrite,
        shared=shared,
        progress=progress,
    )
