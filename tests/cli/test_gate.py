"""Which kernel makes room for another."""

from datetime import UTC, datetime, timedelta

from casesim.cli.gate import spare

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def kernel(name: str, connections: int, minutes: float) -> dict[str, object]:
    # As the server writes times.
    last = (NOW - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
    return {"id": name, "connections": connections, "last_activity": last}


def test_a_kernel_that_a_page_is_connected_to_stays_however_long_it_sleeps():
    assert spare([kernel("asleep", 1, 10_000)], NOW) is None
    assert spare([], NOW) is None


def test_the_one_left_for_longest_makes_room():
    some = [kernel("open", 1, 500), kernel("left", 0, 3), kernel("longest", 0, 90), kernel("opening", 0, 1)]
    assert spare(some, NOW) == "longest"
    # What is being opened is not connected yet.
    assert spare(some[-1:], NOW) is None
