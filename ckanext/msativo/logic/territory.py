"""The configured territory, read once per process and setting."""

from __future__ import annotations

from functools import lru_cache

from ckanext.msativo import config
from ckanext.msativo.territory import Territory, load_territory


def territory() -> Territory:
    """Return the territory of ``msativo.territory``; raises `TerritoryError` naming what a broken one lacks."""
    return _load(config.territory())


@lru_cache(maxsize=4)
def _load(where: str) -> Territory:
    return load_territory(where)
