"""Every text of the extension has its Portuguese, whole and compiled."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import polib
import pytest

import ckanext.msativo

ROOT = Path(next(iter(ckanext.msativo.__path__))).parents[1]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue_script", ROOT / "scripts" / "catalogue.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def portuguese(script: ModuleType) -> polib.POFile:
    return polib.pofile(str(script.catalogue("pt_BR")))


def test_no_text_is_without_a_translation(script: ModuleType) -> None:
    found = script.texts()
    assert len(found) > 500
    assert script.untranslated(script.updated(script.catalogue("pt_BR"), found)) == []


def test_no_translation_is_a_guess_or_of_a_text_that_is_gone(script: ModuleType, portuguese: polib.POFile) -> None:
    texts = {text for text, _plural in script.texts()}
    assert [entry.msgid for entry in portuguese if entry.fuzzy or entry.obsolete or entry.msgid not in texts] == []


def test_a_translation_has_the_places_of_its_text(portuguese: polib.POFile) -> None:
    def places(text: str) -> set[str]:
        return set(re.findall(r"\{\w*\}|%\(\w+\)s", text))

    for entry in portuguese:
        wanted = places(entry.msgid) | places(entry.msgid_plural)
        for translation in entry.msgstr_plural.values() or [entry.msgstr]:
            assert places(translation) <= wanted, entry.msgid
            if not entry.msgid_plural:
                assert places(translation) == wanted, entry.msgid


def test_the_compiled_catalogue_is_the_written_one(script: ModuleType, portuguese: polib.POFile) -> None:
    compiled = polib.mofile(str(script.catalogue("pt_BR").with_suffix(".mo")))

    def content(entries: polib.POFile | polib.MOFile) -> dict[str, object]:
        return {entry.msgid: entry.msgstr_plural or entry.msgstr for entry in entries}

    assert content(compiled) == content(portuguese)
