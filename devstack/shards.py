"""Which test files run in which of the two processes of ``make test``.

A file's weight is its size: a longer one takes longer, by and large. A test that has a portal made for it takes many
times longer than one that computes, so that size counts ``PORTAL`` times. Nothing is measured or kept: a new file is
found and weighed by itself, and the same tree is always split alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

# Folders whose tests share one portal: apart, each process would have to make it.
TOGETHER = ("ckanext/msativo/tests/views", "ckanext/msativo/tests/browser")
PORTAL = 15
_ASKS_FOR_A_PORTAL = re.compile(
    r"^(import|from) ckan\b|^from ckanext\.msativo\.tests(\.factories|\.[\w.]*world)? import|\bportal: ", re.MULTILINE
)


def test_files(root: Path, folders: Iterable[str]) -> list[str]:
    """Every test file below ``folders`` by its path from ``root``, in pytest's order of folders."""
    found = (path for folder in folders for path in sorted((root / folder).rglob("test_*.py")))
    return [path.relative_to(root).as_posix() for path in found]


def weight(path: Path) -> int:
    """How long a file's tests take, in bytes of a file that only computes."""
    text = path.read_text(encoding="utf-8")
    return len(text) * (PORTAL if _ASKS_FOR_A_PORTAL.search(text) else 1)


def split(weights: dict[str, int], shards: int = 2) -> list[list[str]]:
    """Deal the files, the heaviest first, each to the shard that has least; a shard keeps the order of ``weights``."""
    bundles: dict[str, list[str]] = {}
    for name in weights:
        bundle = next((folder for folder in TOGETHER if name.startswith(f"{folder}/")), name)
        bundles.setdefault(TOGETHER[0] if bundle in TOGETHER else bundle, []).append(name)
    heaviest_first = sorted(bundles.values(), key=lambda names: (-sum(weights[name] for name in names), names))
    loads: list[set[str]] = [set() for _ in range(shards)]
    for names in heaviest_first:
        min(loads, key=lambda load: sum(weights[name] for name in load)).update(names)
    return [[name for name in weights if name in load] for load in loads]
