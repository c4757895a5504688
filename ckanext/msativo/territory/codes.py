"""IBGE municipality codes: how they are written and how they are checked."""

from __future__ import annotations

import re
import unicodedata

# Codes in use whose last digit does not follow the rule (IBGE, DTB).
CHECK_DIGIT_EXCEPTIONS = frozenset(
    {
        "2201919", "2201988", "2202251", "2611533", "3117836",
        "3152131", "4305871", "5203939", "5203962",
    }
)  # fmt: skip

_PLAIN = re.compile(r"[0-9]{6,7}")
_DOTTED = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")  # SNIS writes codes as if they were amounts


def check_digit(code6: str) -> int:
    """Return the IBGE check digit of 6 digits (weights 1 2 1 2 1 2, digit sums, modulo 10)."""
    total = 0
    for position, digit in enumerate(code6):
        product = int(digit) * (1 + position % 2)
        total += product // 10 + product % 10
    return -total % 10


def has_valid_check_digit(code: str) -> bool:
    """Tell whether a 7-digit code ends in its check digit, or is a known exception."""
    return code in CHECK_DIGIT_EXCEPTIONS or int(code[6]) == check_digit(code[:6])


def digits_of(code: object) -> str | None:
    """Return the 6 or 7 digits of ``code``, or None when it cannot be an IBGE code.

    Accepts ``5002704``, ``"5002704"``, ``"500270"``, ``" 5.002.704 "`` and any integer type.
    """
    if isinstance(code, bool):
        return None
    if not isinstance(code, str):
        if not hasattr(code, "__index__"):
            return None
        code = str(int(code))  # pyright: ignore[reportArgumentType]
    text = code.strip()
    if _DOTTED.fullmatch(text):
        text = text.replace(".", "")
    return text if _PLAIN.fullmatch(text) else None


def without_accents(text: str) -> str:
    """Return ``text`` without diacritics, for ordering and slugs."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def slugify(name: str) -> str:
    """Return an ASCII slug: ``"Paraíso das Águas"`` gives ``"paraiso-das-aguas"``."""
    plain = without_accents(name).lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def sort_key(name: str) -> str:
    """Key that orders names as a Brazilian reader expects, accents and case aside."""
    return without_accents(name).casefold()
