"""The e-mail of one or several notices: headers, text and HTML, in the portal's language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from ckan.config import middleware
from flask import current_app, has_app_context

from ckanext.msativo.logic import leaving
from ckanext.msativo.logic.told import told
from ckanext.msativo.programme import notices as kinds

DIGEST_PREFIX = "resumo-"


class Notice(Protocol):
    """What a mail needs of a notice."""

    @property
    def id(self) -> str: ...
    @property
    def tipo(self) -> str: ...
    @property
    def fatos(self) -> Mapping[str, Any]: ...
    @property
    def url(self) -> str: ...


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]


@contextmanager
def portal_language() -> Iterator[None]:
    """A request of the portal's own language and of nobody, for texts and addresses, wherever we are."""
    app: Any = current_app if has_app_context() else getattr(middleware._internal_test_request_context, "app", None)
    with app.test_request_context(base_url=tk.config["ckan.site_url"]):
        yield


def letter(user_id: str, notices: Sequence[Notice], *, digest: bool) -> Letter:
    """Write the e-mail; within `portal_language`. Its Message-ID is the same however often it is written."""
    items = [_item(notice) for notice in notices]
    leave = address(f"/avisos/sair/{leaving.token(user_id)}")
    shown = {
        "items": items,
        "digest": digest,
        "subject": _subject(items, digest),
        "site": tk.config["ckan.site_title"],
        "all": address("/avisos"),
        "leave": leave,
        "lang": str(tk.config["ckan.locale_default"]).replace("_", "-"),
    }
    return Letter(
        shown["subject"],
        tk.render("msativo/avisos/email.txt", shown),
        tk.render("msativo/avisos/email.html", shown),
        {
            "Message-ID": message_id([notice.id for notice in notices], digest=digest),
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Precedence": "bulk",
        },
    )


def _item(notice: Notice) -> dict[str, str]:
    return {
        "title": told(kinds.title(notice.tipo, notice.fatos)),
        "text": told(kinds.text(notice.tipo, notice.fatos)),
        "href": address(notice.url),
        "weight": kinds.kind(notice.tipo).weight,
        "label": tk._(kinds.WEIGHT_LABELS[kinds.kind(notice.tipo).weight]),
    }


def _subject(items: Sequence[Mapping[str, str]], digest: bool) -> str:
    if not digest:
        return items[0]["title"]
    text = tk.ungettext("{n} notice of {site}", "{n} notices of {site}", len(items))
    return text.format(n=len(items), site=tk.config["ckan.site_title"])


def message_id(identifiers: Sequence[str], *, digest: bool) -> str:
    """Of one notice by its id, of a digest by the ids of all that is in it."""
    name = identifiers[0]
    if digest:
        name = DIGEST_PREFIX + hashlib.sha256("\n".join(sorted(identifiers)).encode()).hexdigest()[:32]
    return f"<msativo-{name}@{urlsplit(tk.config['ckan.site_url']).hostname or 'localhost'}>"


def address(path: str) -> str:
    """A path of the portal as an address that works everywhere, in the portal's own language."""
    return tk.h.url_for(path, locale="default", qualified=True)
