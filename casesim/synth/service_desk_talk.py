"""What a service desk and its users write to each other, and what it plans."""

from casesim.synth.vocabulary import Talk, Work

SERVICE_DESK_TALK = Talk(
    agent="desk",
    notes=(
        (
            "Called back, user described the fault.",
            "Looked for known errors, none fits.",
            "Remote session started.",
            "Screenshot asked for.",
            "Monitoring shows no alarm.",
        ),
        (
            "Passed on to second level.",
            "Log files collected.",
            "Waiting for the user, not reachable.",
            "Waiting for the supplier.",
            "Reproduced on a test machine.",
            "Change needed, planned for tonight.",
        ),
        (
            "Solution applied, user informed.",
            "User confirms that it works.",
            "Knowledge article updated.",
            "No answer after two reminders, to be closed.",
        ),
    ),
    comments=(
        (
            (
                "We have your report and are looking into it.",
                "Colleagues in {town} report the same. We are on it.",
            ),
            (
                "Second level is working on it. Next update tomorrow morning.",
                "The supplier has been called. We expect an answer today.",
                "Please use the web client in the meantime.",
            ),
            (
                "Solved. Please restart and try again.",
                "This should work again. Please tell us if it does not.",
            ),
        ),
    ),
    messages=(
        (
            ("Known fault in {town}: we are working on it, no need to report it again.",),
            ("The fault in {town} is found, repair goes on.",),
            ("The fault in {town} is repaired.",),
        ),
    ),
    replies=(
        (
            (
                "I cannot work. When will it be solved?",
                "Several colleagues here have the same.",
                "Thanks, I will wait.",
            ),
            ("Still the same.", "Now there is another error message.", "I can be reached until four."),
            ("Works now, thank you.", "Solved, please close.", "It came back after the restart."),
        ),
    ),
    contact=(
        "Any news on this?",
        "It happens on my colleague's machine too.",
        "Works again, thank you.",
        "I am away tomorrow, please ask the branch office.",
    ),
    answer=(
        "Please send us a screenshot of the message.",
        "We have reset it. Please sign in again.",
        "Your case is with second level.",
        "Can we connect to your machine now?",
    ),
    case_note=(
        "User called, told about the known fault.",
        "Linked to the incident.",
        "Priority checked with the duty manager.",
    ),
)

SERVICE_DESK_WORKS = (
    Work(
        "Patches for {ci}, {town}",
        "Monthly patches for {ci} in {town}. One restart at night.",
        "Software",
        "Patches installed, restart checked.",
    ),
    Work(
        "Replace disks in {ci}, {town}",
        "Disks of {ci} in {town} have reached their age and are replaced one by one.",
        "Hardware",
        "Disks replaced, rebuild complete.",
    ),
    Work(
        "New release on {ci}, {town}",
        "The new release is installed on {ci}, {town}. No sign-in for two hours.",
        "Software",
        "Release installed, tests passed.",
    ),
)
