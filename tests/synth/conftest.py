from pathlib import Path

import pytest

from casesim.synth import synth


@pytest.fixture(scope="session")
def telecom(tmp_path_factory) -> Path:
    return synth(tmp_path_factory.mktemp("synth") / "telecom", incidents=20_000).out


@pytest.fixture(scope="session")
def bare(tmp_path_factory) -> Path:
    """The same as `telecom`, without history."""
    return synth(tmp_path_factory.mktemp("synth") / "bare", incidents=20_000, history=False).out


@pytest.fixture(scope="session")
def service_desk(tmp_path_factory) -> Path:
    return synth(tmp_path_factory.mktemp("synth") / "desk", incidents=20_000, profile="service-desk").out
