"""Synthetic datasets without history, made once and kept in benchmarks/data/ until the generator changes."""

import argparse
import hashlib
import inspect
import shutil
from pathlib import Path

from casesim.synth import synth

FOLDER = Path(__file__).parent / "data"
SEED = 20261

# What each task needs of each table; the references in these datasets are all sys_ids.
DECIDE = {
    "incident": ["sys_id", "cmdb_ci", "business_service"],
    "task_ci": ["task", "ci_item"],
    "task_cmdb_ci_service": ["task", "cmdb_ci_service"],
    "svc_ci_assoc": ["service_id", "ci_id"],
    "sn_install_base_item": ["configuration_item", "account", "install_status", "active"],
    "affected_account": ["incident", "account"],
}
INCIDENT = ["number", "state", "short_description", "description", "contact_type", "opened_at", "resolved_at"]
INCIDENT += ["closed_at", "close_code", "close_notes", "cause"]
RUN = {
    **DECIDE,
    "incident": [*DECIDE["incident"], *INCIDENT],
    "sn_install_base_item": [*DECIDE["sn_install_base_item"], "consumer", "product"],
    "affected_account": [*DECIDE["affected_account"], "consumer"],
    "customer_account": ["sys_id", "primary_contact", "contract_value"],
    "customer_contact": ["sys_id", "email", "active", "notification"],
    "service_definition": ["name", "product", "all_products", "table", "order"],
}

# What R6 and R8 read besides, where the dataset has it.
JOURNAL = {
    "sys_journal_field": ["element_id", "name", "element", "value", "sys_created_on", "sys_created_by"],
    "notify_customers": ["incident", "account", "consumer", "message", "created_at", "created_by"],
    "customer_reply": ["incident", "account", "consumer", "value", "created_at", "created_by"],
    "sn_customerservice_case": ["sys_id", "number", "account", "consumer", "incident"],
}


def dataset(profile: str, incidents: int) -> Path:
    """The folder of a dataset, made if there is none from this very generator. Older ones of that size are removed.

    Args:
        profile: a profile of the generator; with `+journal` its incidents grow and shrink, and people write.
        incidents: how many.
    """
    folder = FOLDER / f"{profile}-{incidents}-{_generator()}"
    if not folder.exists():
        for old in FOLDER.glob(f"{profile}-{incidents}-*"):
            shutil.rmtree(old)
        own, _, journal = profile.partition("+")
        synth(folder, incidents=incidents, profile=own, seed=SEED, history=bool(journal))
    return folder


def _generator() -> str:
    """The generator's source, as eight characters."""
    digest = hashlib.sha256(str(SEED).encode())
    for path in sorted(Path(inspect.getfile(synth)).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.data", description=dataset.__doc__)
    parser.add_argument("profile")
    parser.add_argument("incidents", type=float)
    arguments = parser.parse_args()
    print(dataset(arguments.profile, int(arguments.incidents)))
