"""Marks a text for the translation catalogue where it is defined; it is translated where it is shown."""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "mark only"
    """Return ``text`` unchanged; Babel extracts it because of the call's name."""
    return text
