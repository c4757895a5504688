"""Reads what a page is asked for in its address; what cannot be read ends in a page that says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NoReturn

import ckan.plugins.toolkit as tk
import flask
from ckan.common import g

from ckanext.msativo.logic import pages
from ckanext.msativo.logic.territory import find_region
from ckanext.msativo.text import fold

ORDER = "ordem"
"""The name of what a table is ordered by."""
MAX_TEXT = 200
"""Longest search text that is looked at."""


def refuse(status: int, message: str) -> NoReturn:
    """End the request with an error page that says ``message``."""
    # What a page that was begun has collected of styles and scripts is the error page's to send again.
    g.pop("_webassets", None)
    # Not through CKAN's own abort: it would also queue the message for the next page that shows messages.
    flask.abort(status, message)


def choice(args: Mapping[str, str], name: str, choices: Collection[str], default: str) -> str:
    """One of ``choices``, an order also turned around by a minus sign; another value is refused."""
    value = args.get(name) or default
    if (value.removeprefix("-") if name == ORDER else value) not in choices:
        refuse(
            400,
            tk._("“{value}” is not a choice of “{name}”. The choices are: {choices}.").format(
                value=value[:MAX_TEXT], name=name, choices=", ".join(choices)
            ),
        )
    return value


def search_text(args: Mapping[str, str], name: str = "q", most: int = MAX_TEXT) -> str:
    return (args.get(name) or "").replace("\x00", "").strip()[:most]


def matches(wanted: str, *texts: Any) -> bool:
    """Whether each word of ``wanted`` is in one of the texts; case and accents are ignored."""
    hay = " ".join(fold(str(text)) for text in texts)
    return all(word in hay for word in fold(wanted).split())


def region(args: Mapping[str, str]) -> tuple[str, Sequence[str] | None]:
    """The region asked for and its municipalities' codes, None for the whole state; an unknown one is refused."""
    text = search_text(args, "regiao")
    try:
        return text, find_region(text) if text else None
    except tk.ObjectNotFound as error:
        refuse(404, str(error))


def analysis(args: Mapping[str, str]) -> Any:
    """The analysis that ``analise`` names, by number or id; without it the newest, None before the first."""
    reference = search_text(args, "analise")
    found = pages.snapshot(reference or None)
    if found is None and reference:
        refuse(404, tk._("There is no analysis “{id}”.").format(id=reference[:60]))
    return found
