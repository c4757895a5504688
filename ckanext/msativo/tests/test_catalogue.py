"""Every text of the extension has its Portuguese, whole and compiled."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
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


def pairs(portuguese: polib.POFile) -> Iterator[tuple[str, str]]:
    """Each English text beside its Portuguese; of a plural, singular and plural apart."""
    for entry in portuguese:
        if entry.msgid_plural:
            yield entry.msgid, entry.msgstr_plural.get(0, "")
            yield entry.msgid_plural, entry.msgstr_plural.get(1, "")
        else:
            yield entry.msgid, entry.msgstr


def places(text: str) -> list[str]:
    """The placeholders of a text, each as often as it occurs; "{{" is a brace, not a placeholder."""
    plain = text.replace("{{", "").replace("}}", "")
    return sorted(re.findall(r"\{[^{}]*\}|%\(\w+\)s", plain))


def edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def test_a_plural_has_all_its_forms(portuguese: polib.POFile) -> None:
    # polib calls a plural translated when a form is absent, as long as those present are filled in.
    declared = re.search(r"nplurals=(\d+)", portuguese.metadata["Plural-Forms"])
    assert declared
    forms = set(range(int(declared[1])))
    plurals = [entry for entry in portuguese if entry.msgid_plural]
    assert plurals
    assert [
        entry.msgid for entry in plurals if set(entry.msgstr_plural) != forms or not all(entry.msgstr_plural.values())
    ] == []


def test_a_translation_has_the_places_of_its_text(portuguese: polib.POFile) -> None:
    assert [text for text, translation in pairs(portuguese) if places(text) != places(translation)] == []


def test_a_translation_begins_and_ends_with_the_spaces_of_its_text(portuguese: polib.POFile) -> None:
    assert [text for text, translation in pairs(portuguese) if edges(text) != edges(translation)] == []


def test_the_compiled_catalogue_is_the_written_one(script: ModuleType, portuguese: polib.POFile) -> None:
    compiled = polib.mofile(str(script.catalogue("pt_BR").with_suffix(".mo")))

    def content(entries: polib.POFile | polib.MOFile) -> dict[str, object]:
        return {entry.msgid: entry.msgstr_plural or entry.msgstr for entry in entries}

    assert content(compiled) == content(portuguese)
