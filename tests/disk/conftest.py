"""A disk that need not hold anything."""

import pytest

from casesim.disk import files, folder


@pytest.fixture
def unheld(monkeypatch):
    """Nothing waits for the disk."""
    for home in (files, folder):
        monkeypatch.setattr(home, "hold", lambda path: None)
