"""Texts: compared without case and accents, and judged readable."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Return ``text`` in lower case, without accents and outer spaces: "Ponta Porã" → "ponta pora"."""
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def readable(text: str) -> bool:
    """Tell whether a database can hold ``text``: no NUL, no half of a character."""
    try:
        return "\x00" not in text and text.encode() is not None
    except UnicodeEncodeError:
        return False
