"""No page says in English what has its Portuguese, nor the other way round; CKAN's own texts included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import ckan
import polib
import pytest
from bs4 import BeautifulSoup, NavigableString

import ckanext.msativo
from ckanext.msativo.tests.every_page.pages import PAGES
from ckanext.msativo.tests.every_page.reader import Reader
from ckanext.msativo.tests.every_page.world import Portal

OURS = Path(next(iter(ckanext.msativo.__path__))) / "i18n/pt_BR/LC_MESSAGES/ckanext-msativo.po"
CKANS = Path(next(iter(ckan.__path__))) / "i18n/pt_BR/LC_MESSAGES/ckan.po"
SPOKEN = ("title", "alt", "aria-label", "placeholder", "content")
UNSEEN = {"script", "style", "code", "pre", "textarea", "template"}
PLACE = re.compile(r"\{[^}]*\}|%\([^)]*\)\w|%\w|<[^>]+>")
STORED = {
    # The name of a field, which CKAN makes of its key.
    "pt_BR": ("Position",),
    # Texts that were written into the database, in the language of who wrote them: titles, labels of columns, licences.
    "en": (
        "Plano de ação de",
        "Ação em rascunho",
        "Contatar",
        "Atualizar os dados de",
        "Não há dados.",
        "Creative Commons Atribuição",
        "Indicador",
        "Desafio",
        "Numerador",
        "Denominador",
        "Ano da observação",
        "Código IBGE do município",
        "Por que falta um valor",
        "Valor do indicador",
    ),
}
SHORTEST = 12
"""A piece of a text that is looked for within another has as many letters; a shorter one must be the whole."""


def pieces(texts: Iterable[str]) -> Iterator[str]:
    """What stands in a text between its placeholders."""
    for text in texts:
        yield from (" ".join(part.split()) for part in PLACE.split(text))


class Tongue:
    """What is said in one language and not in the other: whole texts, and pieces long enough to be no accident."""

    def __init__(self, said: list[str], instead: list[str]) -> None:
        other = "\n".join(" ".join(text.split()) for text in instead)
        parts = {part for part in pieces(said) if part and part not in other}
        self.whole = {part for part in parts if " " in part or len(part) > 6} & {" ".join(t.split()) for t in said}
        self.long = [part for part in parts if len(part) >= SHORTEST and part.count(" ") >= 2]

    def found(self, text: str) -> list[str]:
        return [text] if text in self.whole else [part for part in self.long if part in text]


@pytest.fixture(scope="module")
def tongues() -> dict[str, Tongue]:
    """By the language of a page, what must not be read on it."""
    english, portuguese = [], []
    for path in (CKANS, OURS):
        for entry in polib.pofile(str(path)):
            if not entry.obsolete and entry.translated():
                english += [entry.msgid, *filter(None, [entry.msgid_plural])]
                portuguese += [entry.msgstr, *entry.msgstr_plural.values()]
    return {"pt_BR": Tongue(english, portuguese), "en": Tongue(portuguese, english)}


def texts(soup: BeautifulSoup) -> set[str]:
    """All that the page says, seen or heard."""
    said: set[str] = set()
    for node in soup.find_all(string=True):
        if type(node) is NavigableString and node.parent and node.parent.name not in UNSEEN:
            said.add(" ".join(node.split()))
    for name in SPOKEN:
        said |= {" ".join(str(tag[name]).split()) for tag in soup.select(f"[{name}]")}
    # The list of languages names each in its own.
    return said - {""}


@pytest.mark.parametrize(("language", "prefix"), [("pt_BR", ""), ("en", "/en")])
def test_no_page_speaks_the_other_language(
    every: Portal, app: Any, tongues: dict[str, Tongue], language: str, prefix: str
) -> None:
    reader, tongue = Reader(every, app), tongues[language]
    told: dict[str, set[str]] = {}
    for page in PAGES:
        for text in texts(reader.read(page, prefix).soup):
            if tongue.found(text) and not any(one in text for one in STORED[language]):
                told.setdefault(text, set()).add(page.name)
    assert not told, "\n".join(
        f"{text[:160]} – {sorted(names)[0]} and {len(names) - 1} more" for text, names in told.items()
    )
