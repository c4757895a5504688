"""Reads catalogues of indicators: YAML files that describe each indicator as its dataset will.

A file is a mapping with ``indicadores`` (a list of entries) and ``fontes`` (what several entries
share, named by an entry's ``fonte``), either or both; sources are known across all files read.
All that is wrong is reported at once, each with file, line and key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.sources.catalogo_campos import (
    DEFAULT_VOCABULARY,
    FIELDS,
    Vocabulary,
    broken_rules,
    refused,
)
from ckanext.msativo.sources.yaml_lines import Located, YamlFault, read_mapping

PROBLEMS: Mapping[str, str] = {
    "no_file": N_("no catalogue file (*.yaml) was found here"),
    "yaml_invalid": N_("the file cannot be read as YAML: {reason}"),
    "key_repeated": N_("the key is written twice: keep one"),
    "not_a_list": N_("this must be a list of indicators"),
    "not_a_mapping": N_("this must be a mapping of keys and values"),
    "key_unknown": N_("the key is not known: remove it or mend its spelling"),
    "key_missing": N_("the key is missing: add it"),
    "value_invalid": N_("{found} is not valid: expected {expected}"),
    "source_unknown": N_("the source {found} is not described under fontes in any file"),
    "name_repeated": N_("the name {found} is used by another indicator ({other})"),
    "limiar_without_cuts": N_("the rule limiar needs corte_verde and corte_vermelho"),
    "cuts_apart": N_("give corte_verde and corte_vermelho together, or neither"),
    "cuts_order": N_("corte_verde must be better than corte_vermelho, as the polarity reads"),
    "rule_refused": N_("the rule does not take this: {reason}"),
    "goal_apart": N_("give meta and meta_base_legal together, or neither"),
    "events_without_factor": N_("a taxa_eventos needs fator, the population its rate is per"),
}


@dataclass(frozen=True)
class CatalogueProblem:
    """One thing wrong in a catalogue and its place; ``line`` counts from 1."""

    file: str
    line: int
    key: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def msgid(self) -> str:
        return PROBLEMS[self.code]

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Return what is wrong, translated (what was expected, or refused, is itself a msgid)."""
        params = dict(self.params)
        if "expected" in params:
            params["expected"] = translate(params["expected"])
        if isinstance(params.get("reason"), AnalysisError):
            params["reason"] = translate(params["reason"].msgid).format(**params["reason"].params)
        return translate(self.msgid).format(**params)

    def __str__(self) -> str:
        key = f" {self.key}:" if self.key else ""
        return f"{self.file}:{self.line}:{key} {self.text()}"


class CatalogueError(ValueError):
    """A catalogue that cannot be used; ``problems`` names everything wrong, file by file."""

    def __init__(self, problems: Iterable[CatalogueProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.line, p.key)))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class IndicatorEntry(Mapping[str, Any]):
    """An indicator's dataset fields, readable as a mapping; optional ones may be absent.

    Dates are ISO text. ``fonte`` (the key of the shared source) is not among the fields.
    """

    values_by_key: Mapping[str, Any]
    file: str
    line: int

    @property
    def name(self) -> str:
        return self.values_by_key["name"]

    def __getitem__(self, key: str) -> Any:
        return self.values_by_key[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_key)

    def __len__(self) -> int:
        return len(self.values_by_key)


def read_catalogue(
    where: str | Path | Iterable[str | Path], vocabulary: Vocabulary = DEFAULT_VOCABULARY
) -> list[IndicatorEntry]:
    """Read a folder's ``*.yaml`` files, or the files given, into entries ordered by name.

    Raises :class:`CatalogueError` with every problem found.
    """
    problems: list[CatalogueProblem] = []
    documents = {path.name: document for path in _paths(where, problems)
                 if (document := _read(path, problems)) is not None}  # fmt: skip
    sources: dict[str, dict[str, Located]] = {}
    for file, document in documents.items():
        sources |= _read_sources(file, document, vocabulary, problems)
    entries = [
        entry
        for file, document in documents.items()
        for entry in _read_entries(file, document, sources, vocabulary, problems)
    ]
    problems += _repeated_names(entries)
    if problems:
        raise CatalogueError(problems)
    return sorted(entries, key=lambda entry: entry.name)


def _paths(where: str | Path | Iterable[str | Path], problems: list[CatalogueProblem]) -> list[Path]:
    if isinstance(where, str | Path):
        folder = Path(where)
        found = sorted(folder.glob("*.yaml")) if folder.is_dir() else [folder]
    else:
        found = [Path(path) for path in where]
    if not found:
        problems.append(CatalogueProblem(str(where), 1, "", "no_file"))
    return found


def _read(path: Path, problems: list[CatalogueProblem]) -> Mapping[str, Located] | None:
    try:
        document, repeated = read_mapping(path.read_bytes())
    except OSError as error:
        params = {"reason": error.strerror or type(error).__name__}
        problems.append(CatalogueProblem(path.name, 1, "", "yaml_invalid", params))
        return None
    except YamlFault as fault:
        params = {"reason": fault.reason}
        problems.append(CatalogueProblem(path.name, fault.line, "", "yaml_invalid", params))
        return None
    problems += [CatalogueProblem(path.name, k.line, k.value, "key_repeated") for k in repeated]
    problems += [
        CatalogueProblem(path.name, item.line, key, "key_unknown")
        for key, item in document.items()
        if key not in ("fontes", "indicadores")
    ]
    return document


def _read_sources(
    file: str,
    document: Mapping[str, Located],
    vocabulary: Vocabulary,
    problems: list[CatalogueProblem],
) -> dict[str, dict[str, Located]]:
    item = document.get("fontes")
    if item is None:
        return {}
    if not isinstance(item.value, dict):
        problems.append(CatalogueProblem(file, item.line, "fontes", "not_a_mapping"))
        return {}
    sources: dict[str, dict[str, Located]] = {}
    for name, source in item.value.items():
        sources[name] = {}
        if isinstance(source.value, dict):
            sources[name] = source.value
            problems += _check_values(file, source.value, vocabulary)
        else:
            problems.append(CatalogueProblem(file, source.line, f"fontes.{name}", "not_a_mapping"))
    return sources


def _read_entries(
    file: str,
    document: Mapping[str, Located],
    sources: Mapping[str, Mapping[str, Located]],
    vocabulary: Vocabulary,
    problems: list[CatalogueProblem],
) -> Iterator[IndicatorEntry]:
    item = document.get("indicadores")
    if item is None:
        return
    if not isinstance(item.value, list):
        problems.append(CatalogueProblem(file, item.line, "indicadores", "not_a_list"))
        return
    for row in item.value:
        if isinstance(row.value, dict):
            yield _read_entry(file, row, sources, vocabulary, problems)
        else:
            problems.append(CatalogueProblem(file, row.line, "indicadores", "not_a_mapping"))


def _read_entry(
    file: str,
    row: Located,
    sources: Mapping[str, Mapping[str, Located]],
    vocabulary: Vocabulary,
    problems: list[CatalogueProblem],
) -> IndicatorEntry:
    own: dict[str, Located] = dict(row.value)
    named = own.pop("fonte", None)
    shared: Mapping[str, Located] = {}
    if named is not None:
        shared = sources.get(str(named.value), {})
        if str(named.value) not in sources:
            params = {"found": named.value}
            problems.append(CatalogueProblem(file, named.line, "fonte", "source_unknown", params))
    faults = list(_check_values(file, own, vocabulary))
    merged = {**shared, **own}
    values = {key: merged[key].value for key in FIELDS if key in merged}
    if named is None or str(named.value) in sources:
        faults += [
            CatalogueProblem(file, row.line, key, "key_missing")
            for key, spec in FIELDS.items()
            if spec.required and key not in values
        ]
    if not faults:
        faults = [
            CatalogueProblem(file, own[key].line if key in own else row.line, key, code, params)
            for key, code, params in _broken(values)
        ]
    problems += faults
    return IndicatorEntry(values, file, row.line)


def _broken(values: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each tie between fields that does not hold, else what the rule itself refuses: key, code and facts."""
    ties = list(broken_rules(values))
    yield from ((key, code, {}) for key, code in ties)
    if not ties and (found := refused(values)):
        yield found[0], "rule_refused", {"reason": found[1]}


def _check_values(file: str, items: Mapping[str, Located], vocabulary: Vocabulary) -> Iterator[CatalogueProblem]:
    for key, item in items.items():
        if key not in FIELDS:
            yield CatalogueProblem(file, item.line, key, "key_unknown")
            continue
        expected = FIELDS[key].fault(item.value, vocabulary)
        if expected is not None:
            params = {"found": item.shown(), "expected": expected}
            yield CatalogueProblem(file, item.line, key, "value_invalid", params)


def _repeated_names(entries: Iterable[IndicatorEntry]) -> Iterator[CatalogueProblem]:
    named = [entry for entry in entries if isinstance(entry.get("name"), str)]
    times = Counter(entry.name for entry in named)
    first: dict[str, IndicatorEntry] = {}
    for entry in named:
        earlier = first.setdefault(entry.name, entry)
        if times[entry.name] > 1 and earlier is not entry:
            params = {"found": entry.name, "other": f"{earlier.file}:{earlier.line}"}
            yield CatalogueProblem(entry.file, entry.line, "name", "name_repeated", params)
