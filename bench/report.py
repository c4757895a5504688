"""Shows rows as one table, and what they were measured with."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import resource
import sys
from collections.abc import Callable, Sequence
from typing import Any

from bench.rows import Row

PACKAGES = ("numpy", "scipy", "pandas", "polars", "duckdb", "esda", "libpysal", "mapclassify", "numba")


def machine() -> dict[str, Any]:
    """What the numbers depend on: interpreter, processors, versions (None = not installed)."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processors": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "packages": {name: _version(name) for name in PACKAGES},
    }


def described(facts: dict[str, Any]) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in facts["packages"].items() if version)
    absent = ", ".join(name for name, version in facts["packages"].items() if not version)
    load = " ".join(map(str, facts["load"]))
    lines = [
        f"Python {facts['python']}, {facts['platform']}, {facts['processors']} processors, load {load}",
        packages + (f"; without {absent}" if absent else ""),
    ]
    return "\n".join(lines)


def _amount(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:.0f} {unit}"
    for size, name in ((1.0, "s"), (1e-3, "ms")):
        if value >= size:
            return f"{value / size:.3g} {name}"
    return f"{value * 1e6:.3g} µs"


COLUMNS: dict[str, Callable[[Row], str]] = {
    "operation": lambda row: row.operation,
    "scale": lambda row: row.scale,
    "ours": lambda row: _amount(row.ours, row.unit),
    "reference": lambda row: row.reference,
    "theirs": lambda row: _amount(row.theirs, row.unit),
    "ratio": lambda row: f"{row.ratio:.2f}",
    "of": lambda row: row.reading,
    "min–max": lambda row: f"{row.low:.2f}–{row.high:.2f}",
    "pairs": lambda row: str(row.pairs),
    "goal": lambda row: "–" if row.goal is None else str(row.goal),
    "met": lambda row: {None: "–", True: "yes", False: "NO"}[row.met],
    "same answer": lambda row: row.same,
}


def table(rows: Sequence[Row]) -> str:
    """A Markdown table that is also readable as it is."""
    cells = [list(COLUMNS), *([text(row) for text in COLUMNS.values()] for row in rows)]
    widths = [max(3, *map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    return "\n".join(f"| {' | '.join(map(str.ljust, line, widths))} |" for line in cells)


def peak_of_all() -> float:
    """Highest resident size of this process in GB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e9 if sys.platform == "darwin" else 1e6 / 1.024)


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
