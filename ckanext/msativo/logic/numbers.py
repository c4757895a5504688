"""Numbers as the reader's language writes them."""

from __future__ import annotations

from functools import lru_cache

import ckan.lib.i18n as i18n
from babel.numbers import format_decimal, format_percent

MISSING = "–"


def _locale() -> str:
    return str(i18n.get_lang() or "pt_BR")


# A page writes hundreds of numbers, mostly those of the page before: to format one takes longer than to look it up.
_KEPT = 1 << 16
_decimal = lru_cache(_KEPT)(format_decimal)
_percent = lru_cache(_KEPT)(format_percent)


def number(value: float | None, decimals: int = 1) -> str:
    """Write a number with a fixed number of decimals: ``1.234,5`` in Portuguese; a dash when there is none."""
    if value is None:
        return MISSING
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    # Plus 0: a zero with a minus sign is the same key as one without, and is written like it.
    return _decimal(value + 0, format=pattern, locale=_locale())


def percent(share: float | None, decimals: int = 0) -> str:
    """Write a share from 0 to 1 in percent: ``25 %``."""
    if share is None:
        return MISSING
    return _percent(share, format="#,##0" + ("." + "0" * decimals if decimals else "") + " %", locale=_locale())
