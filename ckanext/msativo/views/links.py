"""Addresses: every state of a page is in its query string, and what is the default is left out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan.common import g


@dataclass(frozen=True)
class Address:
    """A page's address with what is asked for now; calling it gives the address with some of it changed."""

    base: str
    current: Mapping[str, Any]
    defaults: Mapping[str, Any]

    def __call__(self, anchor: str = "", **changes: Any) -> str:
        asked = {**self.current, **changes}
        kept = {key: value for key, value in asked.items() if value not in (None, "", self.defaults.get(key))}
        query = urlencode(kept)
        return self.base + (f"?{query}" if query else "") + (f"#{anchor}" if anchor else "")

    def others(self, *names: str) -> list[tuple[str, Any]]:
        """What a form that sets ``names`` must carry along in hidden fields."""
        return [
            (key, value)
            for key, value in self.current.items()
            if key not in names and value not in (None, "", self.defaults.get(key))
        ]


def prefix(endpoint: str, **values: Any) -> str:
    """The address of an endpoint, made once per request: `url_for` is slow when asked for each row of a table."""
    known = g.setdefault("msativo_prefixes", {})
    key = (endpoint, *sorted(values.items()))
    if key not in known:
        known[key] = tk.url_for(endpoint, **values).rstrip("/")
    return known[key]


def municipality(slug: str) -> str:
    return f"{prefix('msativo_municipios.index')}/{slug}"


def compare(slugs: Sequence[str], **changes: Any) -> str:
    """The page that puts municipalities side by side; a comma needs no escape and keeps the address readable."""
    rest = urlencode({key: value for key, value in changes.items() if value})
    query = "&".join(part for part in ("municipios=" + ",".join(slugs) if slugs else "", rest) if part)
    return prefix("msativo_comparar.index") + (f"?{query}" if query else "")


def indicator(name: str) -> str:
    return f"{prefix('indicador.search')}/{name}"


def challenge(name: str) -> str:
    return f"{prefix('desafio.search')}/{name}"


def focus(name: str, slug: str) -> str:
    """A municipality in a challenge."""
    return f"{prefix('msativo_foco.index')}/{name}/{slug}"


def download(name: str, extension: str, **filters: Any) -> str:
    """Address of a download; `FORMATS` and `LISTS` say which there are."""
    return Address(f"{prefix('msativo_dados.index')}/{name}.{extension}", filters, {})()
