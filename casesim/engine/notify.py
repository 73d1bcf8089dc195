"""R5, R5.1, R5.2: who is told, and why somebody is not."""

import narwhals.stable.v2 as nw

from casesim.policy import Policy
from casesim.tables import Frame

OPTED_OUT = ("disabled", "disable", "1")
EVENTS = ("case_created", "comment", "resolved")


def reachable(people: Frame) -> Frame:
    """R5.1: whether the contact of an account, or a consumer, can be told, and the first reason if not.

    Args:
        people: `known` (the dataset has the contact or consumer), `person_active`, `notification`, `email`.

    Returns:
        The same rows with `status` (sent | suppressed) and `reason` (null where sent).
    """
    opted_out = nw.col("notification").str.to_lowercase().is_in(OPTED_OUT).fill_null(False)
    reason = (
        nw.when(~nw.col("known"))
        .then(nw.lit("no_contact"))
        .otherwise(
            nw.when(~nw.col("person_active"))
            .then(nw.lit("inactive_contact"))
            .otherwise(
                nw.when(opted_out)
                .then(nw.lit("opted_out"))
                .otherwise(nw.when(nw.col("email").is_null()).then(nw.lit("no_email")))
            )
        )
    )
    return people.with_columns(reason=reason).with_columns(
        status=nw.when(nw.col("reason").is_null()).then(nw.lit("sent")).otherwise(nw.lit("suppressed"))
    )


def notifications(cases: Frame, policy: Policy) -> Frame:
    """R5, R5.2: one row per event and customer case; a major case notifies nobody.

    Args:
        cases: `case` (position in output), `incident`, `place`, `customer` (null on major cases), `opened_at`,
            `resolved_at`, `state`.

    Returns:
        `case`, `incident`, `customer`, `place`, `event`, `created_at` (epoch microseconds), by event in order of name,
        then as the cases stand. An event that is switched off leaves no row.
    """
    told = cases.filter(~nw.col("customer").is_null())
    when = {
        "case_created": told.with_columns(created_at=nw.col("opened_at")),
        "resolved": told.filter(nw.col("state") == "6").with_columns(created_at=nw.col("resolved_at")),
    }
    columns = ("case", "incident", "customer", "place", "event", "created_at")
    parts = [
        rows.with_columns(event=nw.lit(event)).select(columns)
        for event, rows in when.items()
        if policy.notifications[event].enabled
    ]
    if parts:
        return nw.concat(parts)
    return told.head(0).with_columns(event=nw.lit(""), created_at=nw.col("opened_at")).select(columns)
