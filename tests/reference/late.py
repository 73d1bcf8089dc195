"""R8: customers who turn up later, by the times of their routes: who is counted, and who gets a case when."""

from datetime import datetime

from tests.reference.affected import Customer


def present(customer: Customer, moment: datetime) -> bool:
    """R8: added_at <= x < removed_at; without a time from the start, and for good."""
    added = customer.added_at is None or customer.added_at <= moment
    return added and (customer.removed_at is None or moment < customer.removed_at)


def arrival(customer: Customer, start: datetime) -> datetime:
    """When the customer is there, from t0 on."""
    return start if customer.added_at is None else max(start, customer.added_at)


def ever_present(customer: Customer, start: datetime) -> bool:
    """R8: present at some time from t0 on."""
    return present(customer, arrival(customer, start))


def served(customers: list[Customer], mode: str, start: datetime) -> list[tuple[Customer, datetime]]:
    """R8.1: who gets a case if there is one, and when it is opened, by mode.

    In the order of the numbers (R3.1): opened_at, accounts before consumers, customer id.
    """
    if mode == "known":
        found = [(customer, start) for customer in customers]
    elif mode == "first":
        found = [(customer, start) for customer in customers if present(customer, start)]
    else:
        found = [(customer, arrival(customer, start)) for customer in customers if ever_present(customer, start)]
    return sorted(found, key=lambda one: (one[1], one[0].kind, one[0].id))


def reaches(arrivals: list[tuple[Customer, datetime]], threshold: int) -> datetime | None:
    """R8.1: when the number of customers with a case first reaches T; None if it never does."""
    moments = sorted(moment for _, moment in arrivals)
    return moments[threshold - 1] if len(moments) >= threshold else None


def first_count(customers: list[Customer], start: datetime) -> int:
    """R8.2: present at t0."""
    return sum(present(customer, start) for customer in customers)


def final_count(customers: list[Customer]) -> int:
    """R8.2: without removed_at."""
    return sum(customer.removed_at is None for customer in customers)


def peak_count(customers: list[Customer], start: datetime) -> int:
    """R8.2: the highest number present at once from t0 on: it can only rise when somebody is added."""
    moments = [start, *(arrival(customer, start) for customer in customers)]
    return max(sum(present(customer, moment) for customer in customers) for moment in moments)
