"""What breaks in an office and how its service desk words it.

The texts of a fault have {ci} and then {town}, once each.
"""

from casesim.synth.service_desk_talk import SERVICE_DESK_TALK, SERVICE_DESK_WORKS
from casesim.synth.vocabulary import Fault, Vocabulary
from casesim.synth.words import REGIONS

SERVICE_DESK = Vocabulary(
    ci_codes={
        "leaf": ("WKS", "LAP", "TEL"),
        "access line": ("PRN", "SWI", "WAP"),
        "device": ("SRV", "APP", "DBS"),
        "source": ("DCR", "STO", "IDM"),
    },
    component_codes=("DSK", "NIC", "PSU", "MEM"),
    faults={
        "leaf": (
            Fault(
                "{ci} does not start, {town}",
                "{ci} in {town} stays black after the self test.",
                "hardware",
                "workstation",
                "Hardware failure",
                "Replaced from the pool, profile moved.",
            ),
            Fault(
                "Application hangs on {ci}, {town}",
                "The order screen freezes on {ci}, {town}, several times a day.",
                "software",
                "client",
                "Outdated client",
                "Client updated, no freeze since.",
            ),
            Fault(
                "Cannot sign in on {ci}, {town}",
                "Sign-in on {ci} in {town} is refused after the password change.",
                "access",
                "password",
                "Account locked",
                "Account unlocked, sign-in tested.",
            ),
            Fault(
                "Mailbox full on {ci}, {town}",
                "The shared mailbox used on {ci}, {town}, takes no more mail.",
                "software",
                "mail",
                "Quota reached",
                "Archive rule set, quota raised.",
            ),
        ),
        "access line": (
            Fault(
                "{ci} prints nothing, {town}",
                "Jobs to {ci} in {town} stay in the queue.",
                "hardware",
                "printer",
                "Spooler stopped",
                "Spooler restarted, driver updated.",
            ),
            Fault(
                "No network behind {ci}, {town}",
                "All desks behind {ci} in {town} are without network.",
                "network",
                "switch",
                "Hardware failure",
                "Switch replaced, configuration restored.",
            ),
        ),
        "device": (
            Fault(
                "{ci} answers slowly, {town}",
                "Users of {ci}, hosted in {town}, wait more than 20 seconds for a page.",
                "software",
                "application",
                "Missing index",
                "Index added, response normal.",
            ),
            Fault(
                "Night batch failed on {ci}, {town}",
                "The night batch on {ci} in {town} stopped with an error, today's figures are missing.",
                "software",
                "batch",
                "Disk full",
                "Space freed, batch repeated.",
            ),
        ),
        "source": (
            Fault(
                "Sign-in service {ci} unavailable, {town}",
                "{ci} in {town} refuses all sign-ins.",
                "access",
                "directory",
                "Expired certificate",
                "Certificate renewed on all nodes.",
            ),
            Fault(
                "Storage {ci} degraded, {town}",
                "{ci} in {town} lost a controller, writes are slow for all systems on it.",
                "hardware",
                "storage",
                "Hardware failure",
                "Controller replaced, rebuild complete.",
            ),
        ),
        "component": (
            Fault(
                "Spare part {ci} defective, {town}",
                "{ci} in {town} failed its test in the store. Nobody is affected.",
                "hardware",
                "component",
                "Hardware failure",
                "Part returned under warranty.",
            ),
        ),
        "caller": (
            Fault(
                "{ci} asks for help with a report, {town}",
                "Caller from {ci} in {town} cannot find the monthly report.",
                "inquiry",
                "how to",
                "Missing instruction",
                "Shown by screen share, instruction added to the knowledge base.",
            ),
        ),
    },
    products=(
        ("Managed Workplace", "sn_customerservice_workplace_case"),
        ("Mailbox", None),
        ("ERP Hosting", "sn_customerservice_hosting_case"),
        ("Office Network", None),
    ),
    general_table="sn_customerservice_it_case",
    platforms=("Workplace", "Office network", "Mail", "ERP", "Storage", "Directory"),
    groups=(
        "Service desk",
        "Workplace",
        "Office network",
        "Applications",
        "Directory and access",
        *(f"On-site support {region} {n}" for region in REGIONS for n in (1, 2)),
    ),
    works=SERVICE_DESK_WORKS,
    talk=SERVICE_DESK_TALK,
)
