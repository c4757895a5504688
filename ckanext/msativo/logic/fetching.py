"""Fetches the indicators that declare an address: shows what their newest file changes, and loads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo import config, jobs
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import indicators, load_report, observations
from ckanext.msativo.logic.portal import portal_context
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.sources import Observations, Problem, ReadContext, Reading, mapping, read
from ckanext.msativo.sources.changes import changes, vanished_years
from ckanext.msativo.sources.fetching import Cache, Fetched, Fetcher, FetchError, Policy

Shown = Callable[[dict[str, Any]], Any]
Progress = Callable[[int, int, str], Any]

URL, SERIES = "busca_url", "busca_serie"
"""The dataset's fields: address of the file, and which of its series is the indicator."""
UNDECIDED = N_(
    "The file holds several series ({found}). Write the name of the indicator's own into its field “Series in the "
    "file”."
)
VANISHED = N_(
    "All values of {years} would be gone. If the agency withdrew them, fetch again with --allow-removals; else have "
    "the address ask for all years."
)
TITLE = "msativo: fetch"
_HOUR = 3600


def enqueue(names: Iterable[str]) -> str:
    """Let the worker fetch; returns the job's id."""
    return tk.enqueue_job(jobs.fetch_all, [list(names)], title=TITLE, rq_kwargs={"timeout": 6 * _HOUR}).id


def fetch(
    names: Iterable[str] = (),
    *,
    dry_run: bool = False,
    allow_removals: bool = False,
    progress: Progress = lambda _done, _of, _name: None,
    shown: Shown = lambda _row: None,
) -> dict[str, Any]:
    """Fetch the named indicators, or all public ones that declare an address; one that fails does not stop the others.

    :param dry_run: show what would change, and write nothing
    :param allow_removals: load also when all values of a year would be gone
    :param progress: called with how many are done, of how many, and the name of the next
    :param shown: called with the outcome of each as soon as it is known

    :returns: ``{"dry_run", "indicadores": [{"indicador", "endereco", "situacao", "observacoes", "arquivo_hash",
        "obtido_em", "do_cache", "mudancas": [{"ano", "novos", "alterados", "retirados", "detalhes"}], "problemas",
        "avisos"}], "falhou"}``; ``situacao`` as of `msativo_indicador_load`.
    """
    chosen = list(dict.fromkeys(names)) or _declared()
    files = _Files(Fetcher(policy(), Cache(cache_folder())))
    rows: list[dict[str, Any]] = []
    # By address, so that a file of several indicators is fetched and read once.
    wanted = sorted((_dataset(name) for name in chosen), key=lambda one: (one.get(URL) or "", one["name"]))
    for done, dataset in enumerate(wanted):
        progress(done, len(wanted), dataset["name"])
        row = _one(files, dataset, dry_run, allow_removals)
        rows.append(row)
        shown(row)
    return {"dry_run": dry_run, "indicadores": rows, "falhou": any(row["situacao"] == "recusado" for row in rows)}


def policy() -> Policy:
    """What the settings allow to be fetched."""
    return Policy(hosts=frozenset(host.lower() for host in config.fetch_hosts()), max_bytes=config.fetch_max_bytes())


def cache_folder() -> Path:
    """Where fetched files are kept; raises `ValidationError` when the settings do not say."""
    if folder := config.fetch_cache():
        return Path(folder)
    if storage := tk.config.get("ckan.storage_path"):
        return Path(storage) / "msativo" / "fetch"
    raise tk.ValidationError({config.FETCH_CACHE: [tk._("Set a folder here, or ckan.storage_path.")]})


def _declared() -> list[str]:
    return [one.name for one in indicators.described() if one.fields.get(URL)]


def _dataset(name: str) -> dict[str, Any]:
    """The indicator; one that does not exist has no more than its name."""
    try:
        return indicators.show(name)
    except tk.ObjectNotFound:
        return {"name": name}


class _Files:
    """Fetches and reads an address once for all indicators that follow each other with it."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._url = ""
        self._found: tuple[Fetched, Reading] | FetchError | None = None

    def read(self, url: str) -> tuple[Fetched, Reading]:
        """The file and what a reader found in it; raises `FetchError`."""
        if url != self._url or self._found is None:
            self._url, self._found = url, None
            self._found = self._fetched(url)
        if isinstance(self._found, FetchError):
            raise self._found
        return self._found

    def _fetched(self, url: str) -> tuple[Fetched, Reading] | FetchError:
        try:
            fetched = self._fetcher.fetch(url)
        except FetchError as error:
            return error
        context = ReadContext(
            territory=territory(), today_year=date.today().year, max_unpacked_bytes=config.max_unpacked_bytes()
        )
        return fetched, read(fetched.path, fetched.file_name, context)


def _one(files: _Files, dataset: dict[str, Any], dry_run: bool, allow_removals: bool) -> dict[str, Any]:
    name, url = dataset["name"], dataset.get(URL) or ""
    row: dict[str, Any] = {"indicador": name, "endereco": url, "situacao": "recusado", "observacoes": 0}
    row |= {"arquivo_hash": "", "obtido_em": "", "do_cache": False, "mudancas": [], "problemas": [], "avisos": []}
    if "id" not in dataset:
        return _refuse(row, tk._("There is no indicator “{name}”.").format(name=name))
    if not url:
        return _refuse(row, tk._("The indicator declares no address: fill in its field “Address of the file”."))
    try:
        fetched, whole = files.read(url)
    except FetchError as error:
        return _refuse(row, error.text(tk._))
    row |= {"arquivo_hash": fetched.sha256, "obtido_em": _day(fetched), "do_cache": fetched.from_cache}
    series = _series(whole, name, dataset.get(SERIES) or "")
    if series is None:
        return _refuse(row, tk._(UNDECIDED).format(found=", ".join(sorted(whole.series)[:20])))
    reading = mapping.mapped(whole, {series: name})
    row["avisos"] = [note.text(tk._) for note in reading.notes if note.code != "unmapped_series"]
    rows = reading.accepted.get(name)
    if rows is None:
        return _refuse(row, *(_text(problem) for problem in reading.problems))
    found = changes(_current(dataset), rows)
    row["mudancas"] = load_report.changed(found)
    gone = vanished_years(found)
    if gone and not allow_removals:
        return _refuse(row, tk._(VANISHED).format(years=", ".join(map(str, gone))))
    return {**row, **_load(dataset, series, fetched, dry_run)}


def _refuse(row: dict[str, Any], *problems: str) -> dict[str, Any]:
    return {**row, "problemas": list(problems)}


def _text(problem: Problem) -> str:
    return f"{problem.where(tk._)}: {problem.text(tk._)}"


def _series(reading: Reading, name: str, declared: str) -> str | None:
    """Which series of the file is the indicator's: as declared, else of its own name, else the only one."""
    if declared:
        return declared
    if name in reading.series or not reading.series:
        return name
    return next(iter(reading.series)) if len(reading.series) == 1 else None


def _current(dataset: dict[str, Any]) -> Observations | None:
    resource = indicators.resource_of(dataset)
    if resource is None:
        return None
    try:
        return observations.read(resource["id"])
    except (observations.NotATable, ValueError):
        # The load replaces such a table as if it was not there.
        return None


def _load(dataset: dict[str, Any], series: str, fetched: Fetched, dry_run: bool) -> dict[str, Any]:
    """Write through the loader, which reads the agency's own file again."""
    name = dataset["name"]
    data = {"upload": fetched.path, "file_name": fetched.file_name, "series": {series: name}, "dry_run": dry_run}
    try:
        report = tk.get_action("msativo_indicador_load")(portal_context(), {**data, "obtido_em": _day(fetched)})
    except tk.ValidationError as error:
        return {"problemas": [f"{key}: {value}" for key, value in (error.error_summary or {}).items()]}
    problems = [f"{problem['lugar']}: {problem['motivo']}" for problem in report["problemas"]]
    loaded = next((one for one in report["indicadores"] if one["indicador"] == name), None)
    if loaded is None or loaded["situacao"] == "recusado":
        return {"problemas": [*problems, *([loaded["problema"]] if loaded and "problema" in loaded else [])]}
    return {"situacao": loaded["situacao"], "observacoes": loaded["observacoes"]}


def _day(fetched: Fetched) -> str:
    """The day of retrieval where the portal runs."""
    return fetched.retrieved_at.astimezone().date().isoformat()
