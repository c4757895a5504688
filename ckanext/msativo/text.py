"""Texts for comparing: without case and accents."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Return ``text`` in lower case, without accents and outer spaces: "Ponta Porã" → "ponta pora"."""
    decomposed = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
