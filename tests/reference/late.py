"""R8.2: how many customers were there when, by the times of their routes."""

from datetime import datetime

from tests.reference.affected import Customer


def present(customer: Customer, moment: datetime) -> bool:
    """R8: added_at <= x < removed_at; without a time from the start, and for good."""
    added = customer.added_at is None or customer.added_at <= moment
    return added and (customer.removed_at is None or moment < customer.removed_at)


def first_count(customers: list[Customer], start: datetime) -> int:
    """Present at t0."""
    return sum(present(customer, start) for customer in customers)


def final_count(customers: list[Customer]) -> int:
    """Without removed_at."""
    return sum(customer.removed_at is None for customer in customers)


def peak_count(customers: list[Customer], start: datetime) -> int:
    """The highest number present at once from t0 on: it can only rise when somebody is added."""
    moments = [start] + [customer.added_at for customer in customers if customer.added_at and customer.added_at > start]
    return max(sum(present(customer, moment) for customer in customers) for moment in moments)
