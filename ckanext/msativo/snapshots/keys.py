"""The key by which the portal knows a challenge's result."""

from __future__ import annotations

from ckanext.msativo.analysis.method import canonical_hash


def challenge_result_key(identifier: str, cycle: str, key: str) -> str:
    """Of the challenge's id, its cycle and its `challenge_key`: equal numbers of another one are another result."""
    return canonical_hash([identifier, cycle, key])
