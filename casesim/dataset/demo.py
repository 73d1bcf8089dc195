"""The dataset that the package ships."""

import functools
from pathlib import Path


@functools.cache
def demo() -> Path:
    """Where the shipped dataset is: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    shipped = package / "demo" / "telecom"
    return shipped if shipped.exists() else package.parent / "datasets" / "telecom"
