"""The colours of the light theme, for what is drawn outside a page: read from `assets/tokens.css`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

TOKENS = Path(__file__).parent.parent / "assets" / "tokens.css"
_TOKEN = re.compile(r"--ms-([a-z0-9-]+):\s*(#[0-9a-fA-F]{6})\b")


@lru_cache(maxsize=1)
def tokens() -> Mapping[str, str]:
    """Name without ``--ms-`` → colour, of the first block: the light one."""
    return dict(_TOKEN.findall(TOKENS.read_text(encoding="utf-8").split("}", 1)[0]))


def colour(css: str) -> str:
    """The fill of a class of figures: ``is-critico``, ``is-v3`` …"""
    return tokens()[css.removeprefix("is-")]
