"""What of a dataset goes into the search index."""

from __future__ import annotations

import json
from typing import Any

REPEATING = ("indicadores", "rejeitados")
LONGEST = 5000
"""Solr refuses a string of more than 32 KB."""


def flat(document: dict[str, Any]) -> dict[str, Any]:
    """Repeating fields as one text each: Solr takes no nested values, and searches find their words so."""
    for name in REPEATING:
        value = document.get(name)
        rows = json.loads(value) if isinstance(value, str) and value.startswith("[") else value
        if isinstance(rows, list) and rows:
            words = [str(part) for row in rows for part in row.values() if part]
            document[name] = " ".join(words)[:LONGEST]
    return document
