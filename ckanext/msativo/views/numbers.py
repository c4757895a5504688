"""Numbers of axes and of methods: with the decimals they need and no more."""

from __future__ import annotations

from babel.numbers import format_decimal
from ckan.lib.i18n import get_lang


def plain(value: float) -> str:
    return format_decimal(value, format="#,##0.###", locale=str(get_lang() or "pt_BR"))
