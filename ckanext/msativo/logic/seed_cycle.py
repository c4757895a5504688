"""The demonstration of a whole cycle: a menu, plans, evidences and their reviews, over the months until today."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
from PIL import Image, ImageDraw
from werkzeug.datastructures import FileStorage

from ckanext.msativo.logic import clock, seed_programme
from ckanext.msativo.logic.portal import portal_context
from ckanext.msativo.programme.days import local_day

Progress = Callable[[str], Any]
MONTHS_BACK = 300
"""Days before today on which the plans begin, within the cycle."""


@dataclass(frozen=True)
class Timeline:
    """From the plans' start until now; a demonstration in a cycle's first days is a short one."""

    start: datetime
    now: datetime

    @classmethod
    def of(cls, now: datetime, cycle_start: date) -> Timeline:
        first = datetime.combine(cycle_start, time(12), timezone.utc)
        return cls(max(first, now - timedelta(days=MONTHS_BACK)), now)

    def at(self, share: float) -> datetime:
        return self.start + (self.now - self.start) * share


def cycle(menu: Iterable[Mapping[str, Any]], plans: Iterable[Mapping[str, Any]], progress: Progress) -> dict[str, int]:
    """Make what is not there yet; returns how many actions and plans were made."""
    now = clock.now({})
    running = next(one for one in _call("ciclo_list", now)["results"] if one["em_curso"])
    when = Timeline.of(now, date.fromisoformat(running["inicio"]))
    known = {row["nome"] for row in _call("acao_list", now, limit=1000)["results"]}
    new = [entry for entry in menu if entry["nome"] not in known]
    for entry in new:
        _action(entry, when)
        progress(f"  {entry['titulo']}")
    planned = {row["municipio"] for row in _call("plano_list", now, limit=1000)["results"]}
    wanted = [entry for entry in plans if entry["municipio"] not in planned]
    for entry in wanted:
        _plan(entry, when)
        progress(f"  {entry['municipio']}")
    return {"acoes": len(new), "planos": len(wanted)}


def _call(action: str, at: datetime, /, **data: Any) -> Any:
    return tk.get_action(f"msativo_{action}")(portal_context(**{clock.NOW: at}), data)


# -- the menu ----------------------------------------------------------------------------------------------------------
def _action(entry: Mapping[str, Any], when: Timeline) -> None:
    fields = {name: value for name, value in entry.items() if name != "em_comentarios"}
    row = _call("acao_create", when.start, **fields)
    steps = ("abrir_comentarios",) if entry.get("em_comentarios") else ("abrir_comentarios", "aprovar", "publicar")
    for step in steps:
        row = _call("acao_step", when.start, id=row["id"], versao=row["versao"], passo=step)


# -- plans -------------------------------------------------------------------------------------------------------------
def _plan(entry: Mapping[str, Any], when: Timeline) -> None:
    start = when.at(0.01)
    if not _call("adesao_list", when.now, municipio=entry["municipio"], estado="aprovada")["count"]:
        seed_programme.approved(entry["municipio"], when.start)
    row = _call(
        "plano_create",
        start,
        municipio=entry["municipio"],
        acoes=list(entry["acoes"]),
        titulo=f"Plano de {entry['municipio']} (demonstração)",
    )
    if entry.get("rascunho"):
        return
    row = _call("plano_submit", when.now if entry.get("enviar") else start, id=row["id"], versao=row["versao"])
    if entry.get("enviar"):
        return
    row = _call("plano_decide", start, id=row["id"], versao=row["versao"], decisao="aprovar")
    deliveries = {one["titulo"]: one["id"] for one in row["entregas"]}
    for number, step in enumerate(sorted(entry["evidencias"], key=lambda one: one["em"])):
        _evidence(deliveries[step["entrega"]], step, when, f"{entry['municipio']} {number}")


def _evidence(entrega: str, step: Mapping[str, Any], when: Timeline, words: str) -> None:
    at = when.at(step["em"])
    row = _call(
        "evidencia_create",
        at,
        entrega=entrega,
        descricao="Evidência de demonstração, sem fatos reais.",
        data=local_day(at).isoformat(),
        lugar="Sede do município",
        quantidade=step.get("quantidade"),
        publicavel=bool(step.get("publicar")),
        upload=[FileStorage(io.BytesIO(_picture(words)), "demonstracao.png")],
    )
    row = _call("evidencia_submit", at, id=row["id"], versao=row["versao"])
    if "decisao" in step:
        _call(
            "evidencia_review",
            min(at + timedelta(days=5), when.now),
            id=row["id"],
            versao=row["versao"],
            decisao=step["decisao"],
            quantidade_aceita=step.get("aceita"),
            nota=step.get("nota", ""),
            publicar=bool(step.get("publicar")),
        )


def _picture(words: str) -> bytes:
    """A picture that says what it is; each another file."""
    image = Image.new("RGB", (960, 540), "#e6eef2")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 920, 500), outline="#1f6f8b", width=6)
    draw.text((90, 220), f"DEMONSTRAÇÃO\n{words}", fill="#173f4f", font_size=52)
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()
