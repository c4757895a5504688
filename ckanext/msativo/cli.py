"""``ckan msativo …``: thin commands over the actions. Each prints progress, has ``--json``, and fails in one line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, cast

import ckan.plugins.toolkit as tk
import click
import yaml
from ckan.types import Context
from flask_babel import force_locale

from ckanext.msativo import catalogo, demo
from ckanext.msativo.logic import check as checks
from ckanext.msativo.logic import cycle_reminders as _reminders  # noqa: F401 - registers its sources
from ckanext.msativo.logic import (
    exporting,
    fetching,
    indicators,
    outbox,
    reminders,
    seed,
    seed_cycle,
    seed_people,
    seed_programme,
)
from ckanext.msativo.logic.numbers import number
from ckanext.msativo.logic.portal import portal_context
from ckanext.msativo.logic.quality import JUDGED
from ckanext.msativo.snapshots.problems import FolderError
from ckanext.msativo.snapshots.verify import verify
from ckanext.msativo.sources.catalogo import CatalogueError, read_catalogue
from ckanext.msativo.territory import TerritoryError

__all__ = ["msativo"]


@click.group(short_help="MS Ativo: indicators, analysis, programme.")
def msativo() -> None:
    """Commands of the MS Ativo extension."""


Echo = Callable[[str], Any]


def _command(function: Callable[..., dict[str, Any]]) -> Callable[..., None]:
    """Give a command its language, ``--json``, and errors of one line."""

    @click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON and nothing else.")
    @wraps(function)
    def wrapper(*args: Any, as_json: bool, echo: Echo = click.echo, **kwargs: Any) -> None:
        progress = (lambda _line: None) if as_json else echo
        # A command has no reader of its own: it speaks the portal's language.
        with _language():
            try:
                outcome = function(*args, progress=progress, **kwargs)
            except (
                tk.ValidationError,
                tk.ObjectNotFound,
                tk.NotAuthorized,
                CatalogueError,
                FolderError,
                TerritoryError,
                OSError,
            ) as error:
                _fail(_line(error), as_json)
                return
        if as_json:
            click.echo(json.dumps(outcome, ensure_ascii=False, indent=1, default=str))
        if outcome.get("falhou"):
            sys.exit(1)

    return wrapper


@contextmanager
def _language() -> Iterator[None]:
    """A request of the portal's own language, for texts and addresses."""
    app = click.get_current_context().meta["flask_app"]
    with app.test_request_context(base_url=tk.config["ckan.site_url"]), force_locale(tk.config["ckan.locale_default"]):
        yield


def _line(error: Exception) -> str:
    if isinstance(error, tk.ValidationError):
        summary = error.error_summary or error.error_dict
        return "; ".join(f"{key}: {value}" for key, value in summary.items())
    if isinstance(error, FolderError):
        return error.message.text(tk._)
    return str(error) or error.__class__.__name__


def _fail(message: str, as_json: bool) -> None:
    click.echo(json.dumps({"erro": message}, ensure_ascii=False) if as_json else message, err=not as_json)
    sys.exit(1)


# -- set-up ------------------------------------------------------------------------------------------------------------
@msativo.command(short_help="Create the organisations of the territory; can be run again.")
@_command
def setup(progress: Callable[[str], None]) -> dict[str, Any]:
    """Create the prefeituras, the secretariats and the coordenação."""
    bodies = yaml.safe_load((demo.FOLDER / "organizacoes.yaml").read_text(encoding="utf-8"))
    outcome = seed.organizations(bodies, progress)
    progress(tk._("Organizations: {criadas} created, {existentes} were there.").format(**outcome))
    return outcome


# -- loading -----------------------------------------------------------------------------------------------------------
@msativo.command(short_help="Load observations from files.")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--decimal", type=click.Choice([",", "."]), help="Decimal mark of the files, when they cannot tell it.")
@click.option("--source", help="Name of the reader, when the content does not tell it.")
@click.option(
    "--serie",
    "series",
    multiple=True,
    metavar="SERIES=INDICADOR",
    help="Which series of an agency's file is which indicator; can be given several times.",
)
@click.option("--obtido-em", "retrieved", type=click.DateTime(["%Y-%m-%d"]), help="When the files were retrieved.")
@click.option(
    "--catalogo",
    "catalogues",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Create or update these described indicators first (YAML file or folder).",
)
@click.option(
    "--owner", default="coordenacao-ms-ativo", show_default=True, help="Organisation that owns new indicators."
)
@click.option("--ano", "year", type=int, help="Year of the values, when the files do not say it.")
@click.option(
    "--accept",
    "accepted",
    multiple=True,
    type=click.Choice(JUDGED),
    help="An error of the quality report that was looked at: the figures are right as they are.",
)
@click.option("--dry-run", is_flag=True, help="Read and check only.")
@_command
def load(
    files: tuple[Path, ...],
    decimal: str | None,
    source: str | None,
    series: tuple[str, ...],
    retrieved: datetime | None,
    catalogues: tuple[Path, ...],
    owner: str,
    year: int | None,
    accepted: tuple[str, ...],
    dry_run: bool,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """Load tidy CSV or XLSX FILES: indicador, codigo_ibge, ano, valor[, numerador, denominador, nota].

    An indicator with a bad row is not touched, the others are loaded; all bad rows are reported at once.
    """
    outcome: dict[str, Any] = {"arquivos": [], "falhou": False}
    entries = [entry for path in catalogues for entry in read_catalogue(path)]
    if entries:
        outcome["catalogo"] = seed.indicators(entries, owner, progress)
    dates = {entry["arquivo"]: str(entry["obtido_em"]) for entry in entries if entry.get("arquivo")}
    for path in files:
        report = tk.get_action("msativo_indicador_load")(
            portal_context(),
            {
                "upload": path,
                "decimal": decimal,
                "source": source,
                "series": {name: indicator for name, _is, indicator in (pair.rpartition("=") for pair in series)}
                or None,
                "ano": year,
                "aceitar": list(accepted) or None,
                "dry_run": dry_run,
                "obtido_em": retrieved.date().isoformat() if retrieved else dates.get(path.name),
            },
        )
        outcome["arquivos"].append(report)
        _show_report(report, progress)
        outcome["falhou"] |= any(row["situacao"] == "recusado" for row in report["indicadores"])
        outcome["falhou"] |= bool(report["problemas"])
    return outcome


SHOWN = 10
"""Findings of the quality report that are shown of each indicator; --json has all."""


def _situations() -> dict[str, str]:
    return {
        "criado": tk._("created"),
        "atualizado": tk._("updated"),
        "sem_mudanca": tk._("no change"),
        "recusado": tk._("refused, nothing written"),
    }


def _show_report(report: dict[str, Any], progress: Callable[[str], None]) -> None:
    labels = _situations()
    progress(f"{report['arquivo']}")
    for row in report["indicadores"]:
        progress(f"  {row['indicador']}: {labels[row['situacao']]} ({row['observacoes']})")
        if row.get("problema"):
            progress(f"    {row['problema']}")
        for found in row.get("qualidade", {}).get("achados", ())[:SHOWN]:
            progress(f"    {'✗' if found['gravidade'] == 'erro' else '!'} {found['texto']}")
    for problem in report["problemas"]:
        progress(f"  ✗ {problem['lugar']}: {problem['motivo']}")
    for note in report["avisos"]:
        progress(f"  ! {note}")


# -- fetching ----------------------------------------------------------------------------------------------------------
@msativo.command(short_help="Download indicators from their declared addresses and load them.")
@click.argument("names", metavar="[INDICADOR]...", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Download and show what would change; write nothing.")
@click.option("--allow-removals", is_flag=True, help="Load also when all values of a year would be gone.")
@click.option("--background", is_flag=True, help="Leave it to the worker (ckan jobs worker).")
@_command
def fetch(
    names: tuple[str, ...], dry_run: bool, allow_removals: bool, background: bool, progress: Callable[[str], None]
) -> dict[str, Any]:
    """Download the newest file of each INDICADOR, or of all that declare an address, and load it.

    What changes is shown per year. An indicator that fails is named with its reason and left as it was; the others go
    on, and the command ends with 1.
    """
    if background:
        if dry_run or allow_removals:
            raise click.UsageError("--background goes with neither --dry-run nor --allow-removals.")
        job = fetching.enqueue(names)
        progress(tk._("Queued as job {id}.").format(id=job))
        return {"job": job}
    outcome = fetching.fetch(
        names,
        dry_run=dry_run,
        allow_removals=allow_removals,
        progress=lambda done, of, name: progress(f"{done + 1}/{of}  {name}"),
        shown=lambda row: _show_fetched(row, progress),
    )
    if not outcome["indicadores"]:
        progress(tk._("No indicator declares an address."))
    elif dry_run:
        progress(tk._("Nothing was written."))
    return outcome


def _show_fetched(row: dict[str, Any], progress: Callable[[str], None]) -> None:
    change = tk._("{ano}: {novos} added, {alterados} changed, {retirados} removed, {detalhes} with new parts or notes")
    for year in row["mudancas"]:
        progress("    " + change.format(**year))
    for problem in row["problemas"]:
        progress(f"  ✗ {problem}")
    for note in row["avisos"]:
        progress(f"  ! {note}")
    progress(f"  {_situations()[row['situacao']]} ({row['observacoes']})  {row['endereco']}")


# -- analysis ----------------------------------------------------------------------------------------------------------
@msativo.command(short_help="Analyse all indicators; only what changed is computed.")
@_command
def analyse(progress: Callable[[str], None]) -> dict[str, Any]:
    """Run the analysis and record a snapshot."""
    bar = _bar(progress)
    outcome = tk.get_action("msativo_analysis_run")(portal_context(msativo_progress=bar), {})
    text = tk._(
        "Snapshot {numero}: {indicadores} indicators, {desafios} challenges; {n} computed, {reaproveitados} unchanged."
    )
    progress(text.format(n=len(outcome["computados"]), **outcome))
    for problem in outcome["problemas"]:
        progress(f"  ! {problem['indicador']}: {problem['problema']}")
    return outcome


def _bar(progress: Echo) -> Callable[[int, int, str], None]:
    """Tell a long run's progress in lines: after each tenth of the results."""

    def report(done: int, of: int, name: str) -> None:
        if of >= 100 and done and done * 10 // of > (done - 1) * 10 // of:
            progress(f"  {done}/{of}  {name}")

    return report


@msativo.command(short_help="Compare tables, metadata and results, or compute an exported snapshot anew.")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--repair", is_flag=True, help="Write anew the metadata that differ from their table.")
@_command
def check(folder: Path | None, repair: bool, progress: Callable[[str], None]) -> dict[str, Any]:
    """Check that each indicator's metadata and newest result are those of its table.

    With the FOLDER of an exported snapshot compute that anew instead, and compare every number.
    """
    if folder is not None:
        if repair:
            raise click.UsageError("--repair is for the portal, not for a folder.")
        return _verify(folder, progress)
    findings = checks.check(repair)
    for finding in findings:
        progress(f"  {finding['indicador']}: {finding['problema']}")
    if not findings:
        progress(tk._("Everything agrees."))
    return {"achados": findings, "falhou": any(not finding["reparado"] for finding in findings)}


def _verify(folder: Path, progress: Callable[[str], None]) -> dict[str, Any]:
    report = verify(folder, _bar(progress))
    for line in report.lines(tk._):
        progress(line)
    return {
        "indicadores": report.indicators,
        "desafios": report.challenges,
        "valores": report.values,
        "diferencas": report.differences,
        "achados": [message.text(tk._) for message in report.shown],
        "identico": report.identical,
        "bytes": report.bytes.text(tk._),
        "falhou": not report.agrees,
    }


# -- notices -----------------------------------------------------------------------------------------------------------
@msativo.command(short_help="Remind of what is due, and send the e-mails that wait.")
@_command
def notices(progress: Callable[[str], None]) -> dict[str, Any]:
    """Tell what is due and overdue, and send the e-mails of notices; to be run every few minutes.

    Nothing is told twice. The command ends with 1 when reminders failed or an e-mail was given up.
    """
    reminded = reminders.remind()
    posted = outbox.dispatch()
    progress(tk._("Reminders: {n} told.").format(n=sum(reminded["lembretes"].values())))
    for name, reason in reminded["falhas"].items():
        progress("  ✗ " + tk._("Reminders of {name}: {reason}").format(name=name, reason=reason))
    text = tk._("E-mails: {enviados} sent, {adiados} to be tried again; notices given up: {desistidos}.")
    progress(text.format(**posted))
    return {**reminded, **posted, "falhou": bool(reminded["falhas"] or posted["desistidos"])}


# -- agenda ------------------------------------------------------------------------------------------------------------
@msativo.command(short_help="Run the rules of the improvement agenda.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Look at another day; only with --dry-run.")
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@_command
def agenda(day: datetime | None, dry_run: bool, progress: Callable[[str], None]) -> dict[str, Any]:
    """Open what the rules want, bring what stands up to date, close what no longer holds; to be run every night."""
    data = {"simular": dry_run, "data": day.date().isoformat() if day else ""}
    outcome = tk.get_action("msativo_agenda_run")(portal_context(), data)
    counts = {name: len(outcome[name]) for name in ("abertos", "atualizados", "encerrados")}
    text = tk._("Agenda of {dia}: {abertos} opened, {atualizados} updated, {encerrados} closed.")
    progress(text.format(dia=outcome["dia"], **counts))
    for row in outcome["abertos"]:
        progress(f"  + {row['titulo']}")
    for row in outcome["encerrados"]:
        progress(f"  ✓ {row['titulo']}")
    if dry_run:
        progress(tk._("Nothing was written."))
    return outcome


# -- export ------------------------------------------------------------------------------------------------------------
@msativo.group(short_help="Write what the portal holds to a folder.")
def export() -> None:
    """Write what the portal holds to a folder."""


@export.command("snapshot", short_help="Write an analysis with all that it takes to compute it anew.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--snapshot", "reference", help="Id or number of the analysis (default: the newest).")
@_command
def export_snapshot(folder: Path, reference: str | None, progress: Callable[[str], None]) -> dict[str, Any]:
    """Write data, methods and results of an analysis to FOLDER; an earlier export there is replaced."""
    outcome = exporting.export(reference, folder, _bar(progress))
    text = tk._("Snapshot {numero}: {indicadores} indicators, {desafios} challenges; {arquivos} files in {pasta}.")
    progress(text.format(**outcome))
    for name in outcome["fora"]:
        progress("  ! " + tk._("{desafio}: left out, it uses an indicator that is not public.").format(desafio=name))
    return outcome


# -- demonstration -----------------------------------------------------------------------------------------------------
@msativo.command("demo", short_help="Fill the portal with the demonstration; can be run again.")
@click.option("--accounts", "accounts_file", type=click.Path(path_type=Path), help="File that keeps the passwords.")
@click.option("--summary", is_flag=True, help="Only print what the portal holds.")
@click.pass_context
def demo_command(context: click.Context, accounts_file: Path | None, summary: bool) -> None:
    """Organisations, real indicators, an analysis, and an account per role.

    A portal that has been analysed is left as its people have made it since.
    """
    if summary:
        with _language():
            _print_summary()
            for row in _accounts(accounts_file):
                click.echo(f"  {row['name']:<18} {row['password']:<18} {row['fullname']}")
        return
    context.invoke(setup, as_json=False, echo=_briefly)
    with _language():
        filled = tk.get_action("msativo_snapshot_list")(portal_context(), {})["count"] > 0
    if not filled:
        known = [path for path in demo.data_files() if path.stem not in demo.AUXILIARIES]
        context.invoke(
            load,
            files=tuple(known),
            catalogues=(catalogo.FOLDER,),
            decimal=".",
            source=None,
            series=(),
            retrieved=None,
            owner="coordenacao-ms-ativo",
            dry_run=False,
            as_json=False,
            echo=_briefly,
        )
        with _language():
            made = seed.challenges(_read(demo.FOLDER / "desafios.yaml"), "coordenacao-ms-ativo", _briefly)
            click.echo(tk._("Challenges: {criados} created, {existentes} were there.").format(**made))
        context.invoke(analyse, as_json=False)
    with _language():
        accounts = [row["name"] for row in _accounts(accounts_file)]
        seed_programme.programme(_briefly)
        menu, plans = (_read(demo.FOLDER / name) for name in ("cardapio.yaml", "planos.yaml"))
        made = seed_cycle.cycle(menu, plans, _briefly)
        click.echo(tk._("Demonstration of the cycle: {acoes} actions and {planos} plans made.").format(**made))
        tk.get_action("msativo_agenda_run")(portal_context(), {})
        seed_people.people(accounts, _briefly)


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _briefly(line: str) -> None:
    """Leave out the lines of single indicators, but not what is wrong with them."""
    if not line.startswith("  ") or line.lstrip().startswith("✗"):
        click.echo(line)


def _accounts(path: Path | None) -> list[dict[str, str]]:
    passwords = json.loads(path.read_text()) if path and path.exists() else {}
    wanted = yaml.safe_load((demo.FOLDER / "contas.yaml").read_text(encoding="utf-8"))
    rows = seed.accounts(wanted, passwords)
    if path:
        # The file holds passwords: nobody else may read it, not even for a moment.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(passwords, file, indent=1)
    return rows


def _shown(row: dict[str, Any]) -> str:
    return number(row["valor"], indicators.presentation(row["indicador"])[1])


def _print_summary() -> None:
    """The municipalities with most critical indicators, and which these are."""
    anonymous = cast(Context, {"user": "", "ignore_auth": False})
    municipalities = tk.get_action("msativo_municipio_list")(anonymous.copy(), {"limit": 1000})["results"]
    worst = sorted(municipalities, key=lambda row: (-row["indicadores"]["critico"], row["nome"]))[:8]
    click.echo("\n" + tk._("Most critical municipalities") + "\n")
    for row in worst:
        profile = tk.get_action("msativo_municipio_show")(anonymous.copy(), {"id": row["codigo_ibge"]})
        critical = [item for item in profile["situacao"] if item["estado"] == "critico"]
        names = ", ".join(f"{item['indicador']} {_shown(item)}" for item in critical[:3])
        total = sum(row["indicadores"].values())
        click.echo(f"  {row['nome']:<24} {row['indicadores']['critico']:>3}/{total}  {names} …")
    click.echo("\n" + tk._("Demonstration accounts (name, password, who)"))
