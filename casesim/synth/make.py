"""How a synthetic dataset comes about, table by table."""

from collections.abc import Callable
from pathlib import Path

from casesim.synth import story as stories
from casesim.synth.arrivals import Calendar, arrivals, parts
from casesim.synth.changes import changes
from casesim.synth.customers import account_table, consumer_table, contact_table, contact_users
from casesim.synth.exchange import customer_reply, notify_customers
from casesim.synth.incidents import draw
from casesim.synth.journal import incident_journal
from casesim.synth.links import affected_account, task_ci, task_service
from casesim.synth.moves import movement
from casesim.synth.network import association_table, ci_names, install_base, service_table
from casesim.synth.population import Population, populate
from casesim.synth.profiles import profile_named
from casesim.synth.real_cases import real_cases
from casesim.synth.scene import Scene, scene
from casesim.synth.service_desk_words import SERVICE_DESK
from casesim.synth.settings import definition_table, property_table
from casesim.synth.summary import SynthSummary
from casesim.synth.telecom_words import TELECOM
from casesim.synth.telling import incident_table
from casesim.synth.vocabulary import Vocabulary
from casesim.synth.write import Folder, new_folder
from casesim.tables import CasesimError

Progress = Callable[[str, int, int], None]

_VOCABULARIES = {"telecom": TELECOM, "service-desk": SERVICE_DESK}
_PART = 100_000  # rows held at a time; part of what the seed means, so not a setting
_FEWEST_FOR_STORY = 100


def make(
    out: Path,
    *,
    incidents: int,
    profile: str,
    seed: int,
    story: bool,
    history: bool,
    overwrite: bool,
    shared: bool,
    progress: Progress | None,
) -> SynthSummary:
    """Write a synthetic dataset; see `casesim.synth.synth`, whose arguments these are."""
    _check(incidents, seed)
    figures, report = profile_named(profile), progress or _silent
    words = _VOCABULARIES[profile]
    with new_folder(out, overwrite=overwrite, shared=shared) as folder:
        population = populate(figures, incidents, seed)
        told = story and profile == "telecom" and incidents >= _FEWEST_FOR_STORY
        calendar = arrivals(figures, incidents, seed, story=told)
        plot = stories.plot(population, calendar) if told else None
        examples = _write_incidents(folder, population, calendar, words, plot=plot, history=history, report=report)
        _write_others(folder, population, words, plot=plot, report=report)
    return SynthSummary(
        out=out,
        profile=profile,
        seed=seed,
        incidents=incidents,
        history=history,
        first_day=calendar.day(0).isoformat(),
        last_day=calendar.day(len(calendar.counts) // 24 - 1).isoformat(),
        rows=dict(folder.rows),
        story=(*stories.told(population, calendar, plot), *examples) if plot else (),
    )


def _write_incidents(
    folder: Folder,
    population: Population,
    calendar: Calendar,
    words: Vocabulary,
    *,
    plot: stories.Story | None,
    history: bool,
    report: Progress,
) -> tuple[tuple[str, str], ...]:
    """The tables that grow with the incidents, part by part. Returns examples of incidents that move."""
    names = ci_names(population, words)
    users = contact_users(population) if history else None
    examples: tuple[tuple[str, str], ...] = ()
    report("incident", 0, population.incidents)
    for part, hours in enumerate(parts(calendar, _PART)):
        batch = draw(population, calendar, hours, part)
        if plot:
            batch = stories.woven(batch, plot)
        moves = movement(population, batch, calendar.end) if history else None
        folder.append("incident", incident_table(population, words, names, batch, moves))
        folder.append("task_ci", task_ci(population, batch, moves))
        folder.append("task_cmdb_ci_service", task_service(population, batch, moves))
        folder.append("affected_account", affected_account(population, batch, moves))
        if moves is not None:
            examples = examples or stories.moved(population, batch, moves)
            here = scene(population, words, batch, moves, users=users, end=calendar.end, story=plot is not None)
            _write_talk(folder, here)
        report("incident", folder.rows["incident"], population.incidents)
    if history:
        for plans, links in changes(population, calendar, words, names, _PART):
            folder.append("change_request", plans)
            folder.append("task_ci", links)
    return examples


def _write_talk(folder: Folder, here: Scene) -> None:
    """What people wrote about a part of the incidents, and what really happened."""
    folder.append("sys_journal_field", incident_journal(here))
    folder.append("notify_customers", notify_customers(here))
    folder.append("customer_reply", customer_reply(here))
    cases, journal = real_cases(here, folder.rows.get("sn_customerservice_case", 0))
    folder.append("sn_customerservice_case", cases)
    folder.append("sys_journal_field", journal)


def _write_others(
    folder: Folder, population: Population, words: Vocabulary, *, plot: stories.Story | None, report: Progress
) -> None:
    """The tables of what there is, apart from what happens."""
    for part in install_base(population, words, _PART):
        folder.append("sn_install_base_item", part)
    tables = {
        "svc_ci_assoc": association_table(population),
        "cmdb_ci_service": service_table(population, words),
        "customer_account": account_table(population, plot.busy_account if plot else None),
        "customer_contact": contact_table(population),
        "csm_consumer": consumer_table(population),
        "service_definition": definition_table(words),
        "sys_properties": property_table(),
    }
    for name, table in tables.items():
        folder.append(name, table)
    report("tables", len(folder.rows), len(folder.rows))


def _check(incidents: int, seed: int) -> None:
    faults = []
    if incidents < 1:
        faults.append(f"incidents: {incidents} is too few, at least 1 is accepted.")
    if seed < 0:
        faults.append(f"seed: {seed} is negative, 0 or more is accepted.")
    if faults:
        raise CasesimError(" ".join(faults))


def _silent(table: str, done: int, total: int) -> None:
    pass
