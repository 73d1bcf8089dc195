"""What a network operator and its customers write to each other, and what it plans."""

from casesim.synth.vocabulary import Talk, Work

TELECOM_TALK = Talk(
    agent="noc",
    notes=(
        (
            "Alarm acknowledged, first checks running.",
            "Polled all neighbours, fault confined to this element.",
            "Called the site contact, nobody answers.",
            "Matched with open alarms, no duplicate found.",
            "Remote restart tried, no change.",
            "Customers behind it looked up.",
        ),
        (
            "Handed over to field service.",
            "Technician on the way, arrival in about an hour.",
            "Technician on site, measuring.",
            "Waiting for a spare part from the depot.",
            "Waiting for the power company.",
            "Access to the building arranged for this afternoon.",
            "Escalated to the manufacturer, log files sent.",
            "Shift handover: state unchanged, next check at the full hour.",
            "Traffic moved to the other path, error counters watched.",
            "Light level measured at the hand-over point, within limits.",
        ),
        (
            "Part swapped, element comes up.",
            "All lines synchronised, error counters at zero.",
            "Watched for an hour, stable.",
            "Alarm cleared. Ready to be closed.",
            "Test call passed both ways.",
            "Documentation of the site corrected.",
        ),
    ),
    comments=(
        (
            (
                "We see a fault in {town} and are looking into it. Next update within the hour.",
                "Your service in {town} may be down or slow. Our engineers are on it.",
                "We have found the fault behind the trouble in {town}. No repair time yet.",
            ),
            (
                "A technician is on the way to {town}. We expect service to be back in two to three hours.",
                "The faulty part is known, a spare is on its way.",
                "Repair in {town} takes longer than planned. Next update in two hours.",
                "Part of the traffic runs over another path. Some services may be slow.",
            ),
            (
                "Service in {town} is restored. Please restart your router if you are still offline.",
                "The fault is repaired and we keep watching it. Please tell us if you still have trouble.",
                "All services are back to normal. We are sorry for the interruption.",
            ),
        ),
        (
            (
                "Storm damage around {town}. Crews go out as soon as it is safe.",
                "The storm took down lines near {town}. We have no time of repair yet.",
            ),
            (
                "Roads near {town} are still closed. The crew waits for the fire brigade.",
                "Mains power in {town} is down, our site there has no supply. We wait for the power company.",
                "More than one line is damaged near {town}. Repairs go on through the night.",
            ),
            (
                "Lines near {town} are repaired after the storm. Please tell us if yours is still dead.",
                "Power is back in {town} and with it your service.",
            ),
        ),
        (
            (
                "We see your line in {town} down again and are measuring it.",
                "Your line dropped again. We have opened a new incident and will compare it with the last ones.",
            ),
            (
                "Same joint as last week. A new cable section is ordered for {town}.",
                "The technician has found water in the joint once more.",
            ),
            (
                "Your line is up. The cable section is still to be replaced.",
                "The line holds for now. We keep this under watch until the cable is replaced.",
            ),
        ),
    ),
    messages=(
        (
            (
                "Services in {town} are disturbed. We are working on it and will keep you informed.",
                "Known fault in {town}: you may have no internet or telephone. No need to report it again.",
            ),
            (
                "A technician is on site in {town}. We expect service to be back today.",
                "Repair in {town} goes on. Next news in two hours.",
            ),
            (
                "Services in {town} are back to normal.",
                "The fault in {town} is repaired. Please tell us if your service is not back.",
            ),
        ),
        (
            ("Storm warning has come true: lines around {town} are down. Crews are out, we cannot say how long.",),
            ("Crews work around {town} through the night. Please keep away from lines on the ground.",),
            ("Lines around {town} are repaired after the storm.",),
        ),
        (
            ("Your line is down again, we are on it.",),
            ("Your line is being measured.",),
            ("Your line is up again.",),
        ),
    ),
    replies=(
        (
            (
                "We are offline. When will it be back?",
                "Our card terminals do not work. Please hurry.",
                "Half of our branch has no telephone. Is this the same fault?",
                "Not only internet, the telephones are dead too.",
                "Thanks for letting us know.",
                "Which of our sites are affected?",
                "We have switched to mobile backup. How long do we have to hold?",
            ),
            (
                "Still down here. Any news?",
                "It was up for ten minutes and is down again.",
                "The technician was here but could not get into the cellar. Please send him again.",
                "We need a time for our management.",
                "Your technician is here now, thank you.",
            ),
            (
                "Works again, thank you.",
                "All back. Please send us the reason for our report.",
                "Still slow on our side. Please check again.",
                "Confirmed, please close.",
            ),
        ),
        (
            (
                "A tree lies on the line in front of our building.",
                "No power and no line here. The shop is closed.",
                "We are offline since the storm. Are we on your list?",
            ),
            ("Power is back here, the line is not.", "No crew seen yet in our street."),
            ("Line is up again. Thanks to the crew.", "Up again, but noisy."),
        ),
        (
            (
                "Again! Third time this week.",
                "Down again. We lose orders.",
                "Same line, same fault. When is this repaired for good?",
            ),
            ("Nobody has come yet.", "It comes and goes every few minutes."),
            ("It is up. For how long?", "Up for now. Please replace that cable."),
        ),
    ),
    backbone_comments=(
        (18, "Major outage: a fire in a power room took down a core site in {town}. All services behind are down."),
        (48, "The fire is out. The power room in {town} is closed until it is inspected. Next update in 30 minutes."),
        (80, "Inspection goes on. A bridge call is open for all account teams."),
        (150, "The rectifiers are burnt. New ones are on the way to {town}, we expect them at eight."),
        (320, "The rectifiers have arrived in {town} and are being mounted."),
        (560, "First rectifiers carry load. The core is restarted on one plane this afternoon."),
        (790, "The core in {town} runs on one plane. Services come back one after the other, without protection."),
        (900, "Voice and internet are back for about half of you. VPN follows."),
        (1080, "All services are back but some VPN. If yours is still down, please tell us."),
        (1290, "All services run on one plane. The second plane is tested during the night."),
        (1560, "Both planes are in service and tested."),
        (1640, "The outage in {town} is over. You get the report within five working days."),
    ),
    backbone_messages=(
        (
            25,
            "Major outage in {town} after a fire: internet, voice and VPN are down. More every 30 minutes.",
        ),
        (1600, "The outage in {town} is over, all services are back. A report will follow."),
    ),
    backbone_replies=(
        (39, "All our sites are down. This is critical for us."),
        (52, "We have no telephone either. Is this the same fault?"),
        (66, "Our emergency number is not reachable. What can you do at once?"),
        (95, "Please call our duty manager."),
        (171, "We have switched to mobile backup. How long do we have to hold?"),
        (305, "It is five hours now. We need a time for our management."),
        (410, "Card terminals in all branches are dead. Please hurry."),
        (577, "Our customers cannot reach us. Who informs the press?"),
        (815, "Internet is back, VPN is not."),
        (926, "Telephones are back. Data is still down."),
        (1101, "VPN is still down here."),
        (1322, "Everything is back here, thank you."),
        (1615, "All services back since this morning."),
        (1713, "When do we get the report?"),
    ),
    contact=(
        "Please keep us informed by mail as well.",
        "Do you need access to our building? We are here until six.",
        "Still no service on our side.",
        "Our router shows a red light.",
        "Back since a few minutes. Thank you.",
        "We ask for a credit for this month.",
    ),
    answer=(
        "Thank you for your message. Your line is part of a known fault, we will tell you when it is repaired.",
        "Please restart your router and tell us what the lights show.",
        "A technician will call you before he comes.",
        "Your service is up on our side. Can you confirm?",
        "Your claim is passed on to the accounts department.",
    ),
    case_note=(
        "Customer called, told about the known fault.",
        "Contract checked: four hours to repair.",
        "Linked to the incident.",
        "Tried to call back, no answer.",
    ),
)

TELECOM_WORKS = (
    Work(
        "Software update on {ci}, {town}",
        "Software of {ci} in {town} is updated at night. Two interruptions of up to ten minutes.",
        "Software",
        "Update done, all services checked.",
    ),
    Work(
        "Replace power supply of {ci}, {town}",
        "The old power supply of {ci} in {town} is replaced. Service runs on battery meanwhile.",
        "Hardware",
        "Power supply replaced, batteries charged.",
    ),
    Work(
        "Move fibres of {ci} to new closure, {town}",
        "Fibres behind {ci} in {town} are moved to a new closure, one after the other. Up to an hour each.",
        "Network",
        "All fibres moved, levels noted.",
    ),
    Work(
        "Enlarge uplink of {ci}, {town}",
        "A second uplink for {ci} in {town} is put into service. Short interruption while traffic is moved.",
        "Network",
        "Second uplink in service, load is shared.",
    ),
    Work(
        "Retire old cards in {ci}, {town}",
        "Lines on old cards in {ci}, {town}, are moved to new ones.",
        "Hardware",
        "Lines moved, old cards taken out.",
    ),
)
