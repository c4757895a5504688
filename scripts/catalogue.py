"""Extracts every text of the extension into the catalogues and compiles them.

``python scripts/catalogue.py`` updates the ``.po`` files (known translations stay, new texts come in empty, gone
ones go out) and writes the ``.mo`` beside them; with ``--check`` it only says what is missing, and then fails.

What CKAN's own catalogue and the bundled ones of its extensions leave in English is completed in ours, which CKAN reads
after its own: those texts are taken from the installed packages. What CKAN says badly is named in ``ckan_texts.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import polib
import yaml
from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "ckanext" / "msativo"
I18N = PACKAGE / "i18n"
DOMAIN = "ckanext-msativo"
LANGUAGES = ("pt_BR",)
METHODS = [("**/tests/**", "ignore"), ("**.py", "python"), ("**/templates/**.html", "ckan")]
KEYWORDS = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2), "ungettext": (1, 2)}
# Keys of a scheming schema that people read; scheming translates them when it shows them.
SCHEMA_TEXTS = ("label", "repeating_label", "help_text", "about", "upload_label")

Text = tuple[str, str | None]


def texts() -> dict[Text, list[str]]:
    """Every text (singular, plural or None) with the files that use it."""
    found: dict[Text, list[str]] = {}
    for text, place in [*_code_texts(PACKAGE), *_schema_texts(), *_platform_texts()]:
        found.setdefault(text, [])
        if place not in found[text]:
            found[text].append(place)
    return found


def _code_texts(package: Path) -> Iterator[tuple[Text, str]]:
    options = {"**/templates/**.html": {"encoding": "utf-8"}}
    for name, _line, message, _comments, _context in extract_from_dir(
        str(package), METHODS, options, keywords=KEYWORDS
    ):
        text: Text = (message, None) if isinstance(message, str) else (message[0], message[1])
        if text[0]:
            yield text, name


def _schema_texts() -> Iterator[tuple[Text, str]]:
    def walk(node: object, place: str) -> Iterator[tuple[Text, str]]:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in SCHEMA_TEXTS and isinstance(value, str):
                    yield (value, None), place
                else:
                    yield from walk(value, place)
        elif isinstance(node, list):
            for item in node:
                yield from walk(item, place)

    for path in sorted((PACKAGE / "schemas").glob("*.yaml")):
        yield from walk(yaml.safe_load(path.read_text(encoding="utf-8")), f"schemas/{path.name}")


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"error: {package} is not installed here: run `make bootstrap`.")
    return Path(next(iter(spec.submodule_search_locations)))


def ckan_catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(_folder("ckan") / "i18n" / language / "LC_MESSAGES" / "ckan.po"))


def _platform_texts() -> Iterator[tuple[Text, str]]:
    """What CKAN and ckanext-scheming say and CKAN's catalogue does not translate."""
    done: set[str] = set()
    for entry in ckan_catalogue(LANGUAGES[0]):
        if _is_whole(entry):
            done.add(entry.msgid)
        elif not entry.obsolete:
            yield (entry.msgid, entry.msgid_plural or None), "ckan"
    for text, _place in _code_texts(_folder("ckanext.scheming")):
        if text[0] not in done:
            yield text, "ckanext-scheming"


def _is_whole(entry: polib.POEntry) -> bool:
    """Whether CKAN's entry is translated, as it is read with the two plural forms of our catalogue."""
    forms = [entry.msgstr_plural.get(n) for n in (0, 1)] if entry.msgid_plural else [entry.msgstr]
    return not (entry.fuzzy or entry.obsolete) and all(forms) and entry.msgid_plural not in forms


def catalogue(language: str) -> Path:
    return I18N / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def updated(path: Path, found: dict[Text, list[str]]) -> polib.POFile:
    """Return the catalogue of today's texts with the translations that are known."""
    known = (
        {(entry.msgid, entry.msgid_plural or None): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    )
    result = polib.POFile(wrapwidth=110)
    result.metadata = {
        "Project-Id-Version": "ckanext-msativo",
        "Language": path.parents[1].name,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n > 1);",
    }
    for text in sorted(found, key=lambda item: (item[0].casefold(), item[0])):
        old = known.get(text)
        entry = polib.POEntry(msgid=text[0], occurrences=[(place, "") for place in sorted(found[text])])
        if text[1]:
            entry.msgid_plural = text[1]
            entry.msgstr_plural = old.msgstr_plural if old else {0: "", 1: ""}
        elif old:
            entry.msgstr = old.msgstr
        result.append(entry)
    return result


def untranslated(result: polib.POFile) -> list[str]:
    return [entry.msgid for entry in result if not entry.translated()]


def main(argv: list[str]) -> int:
    found, missing = texts(), []
    for language in LANGUAGES:
        path = catalogue(language)
        result = updated(path, found)
        missing += [f"{language}: {text}" for text in untranslated(result)]
        if "--check" not in argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            result.save(str(path))
            result.save_as_mofile(str(path.with_suffix(".mo")))
    print(f"{len(found)} texts, {len(missing)} without a translation")
    for line in missing:
        print(f"  {line}")
    return 1 if missing and "--check" in argv else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
