"""What the tests of the cycle share: a menu, an approved request, plans, deliveries and evidences, on chosen days."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from ckanext.msativo.logic import clock
from ckanext.msativo.tests import adesao_world
from ckanext.msativo.tests.adesao_world import JAPORA, PREFEITURA, add_cycles, moment
from ckanext.msativo.tests.test_permissions_world import EDITOR, World

SECRETARIA = "secretaria-editor"
DAY = "2025-08-01"
"""A day within the cycle of the tests, on which what nobody dates happens."""
TEMPLATE = [
    {
        "titulo": "Formar professores",
        "dias": 100,
        "quantidade": 50,
        "unidade": "professores",
        "peso": 2,
        "prova": "Listas",
    },
    {"titulo": "Aprovar a lei municipal", "dias": 60, "prova": "Diário oficial"},
]


class Day:
    """The day on which people use the portal, for tests through its pages."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, day: str) -> None:
        self.at(day)
        monkeypatch.setattr(clock, "now", lambda context: context.get(clock.NOW) or self.now)

    def at(self, day: str) -> None:
        self.now: datetime = moment(day)


def call(world: World, role: str, action: str, /, day: str | datetime = DAY, **data: Any) -> Any:
    """Call ``msativo_<action>`` as that person on a day of the programme."""
    person = world.user(role)
    now = moment(day) if isinstance(day, str) else day
    context: Any = {"user": person["name"] if person else "", "ignore_auth": False, "msativo_now": now}
    return tk.get_action(f"msativo_{action}")(context, data)


def action(world: World, role: str = SECRETARIA, **fields: Any) -> dict[str, Any]:
    """An action of the menu in draft, of the world's secretariat."""
    given = {
        "secretaria": world.orgs["secretaria"]["name"],
        "titulo": "Formação continuada",
        "resumo": "Uma ação de exemplo.",
        "indicadores": [world.indicador["name"]],
        "entregas": TEMPLATE,
        **fields,
    }
    return call(world, role, "acao_create", **given)


def move(world: World, role: str, row: dict[str, Any], passo: str, **data: Any) -> dict[str, Any]:
    return call(world, role, "acao_step", id=row["id"], versao=row["versao"], passo=passo, **data)


def published(world: World, **fields: Any) -> dict[str, Any]:
    """An action that is in the menu."""
    row = move(world, SECRETARIA, action(world, **fields), "abrir_comentarios")
    row = move(world, EDITOR, row, "aprovar")
    return move(world, SECRETARIA, row, "publicar")


def joined(world: World, role: str = PREFEITURA, municipio: str = JAPORA) -> dict[str, Any]:
    """An approved request to join; the cycles must be there."""
    row = adesao_world.sent(world, role=role, municipio=municipio)
    row = adesao_world.on(world, "2025-07-03", EDITOR, "start_analysis", id=row["id"], versao=row["versao"])
    given = {"id": row["id"], "versao": row["versao"], "decisao": "aprovar"}
    return adesao_world.on(world, "2025-07-04", EDITOR, "decide", **given)


def draft(world: World, role: str = PREFEITURA, **given: Any) -> dict[str, Any]:
    """A plan in draft of an action that is made for it."""
    add_cycles()
    joined(world, role)
    acao = published(world)
    return call(world, role, "plano_create", municipio=JAPORA, acoes=[acao["nome"]], **given)


def approved(world: World, day: str = DAY, role: str = PREFEITURA) -> dict[str, Any]:
    row = draft(world, role)
    row = call(world, role, "plano_submit", day, id=row["id"], versao=row["versao"])
    return call(world, EDITOR, "plano_decide", day, id=row["id"], versao=row["versao"], decisao="aprovar")


def photo(name: str = "foto de Maria Sigilosa.jpg", colour: str = "red") -> FileStorage:
    content = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = "Maria Sigilosa"
    Image.new("RGB", (40, 30), colour).save(content, "JPEG", exif=exif)
    return FileStorage(io.BytesIO(content.getvalue()), name)


def evidence(world: World, entrega: str, role: str = PREFEITURA, day: str = DAY, **given: Any) -> dict[str, Any]:
    """An evidence in draft, complete."""
    fields = {
        "entrega": entrega,
        "descricao": "Curso dado na escola.",
        "data": day,
        "quantidade": 30,
        "upload": [photo()],
        **given,
    }
    return call(world, role, "evidencia_create", day, **fields)


def sent(world: World, entrega: str, role: str = PREFEITURA, day: str = DAY, **given: Any) -> dict[str, Any]:
    row = evidence(world, entrega, role, day, **given)
    return call(world, role, "evidencia_submit", day, id=row["id"], versao=row["versao"])


def review(
    world: World, row: dict[str, Any], decisao: str, role: str = SECRETARIA, day: str = DAY, **given: Any
) -> Any:
    return call(world, role, "evidencia_review", day, id=row["id"], versao=row["versao"], decisao=decisao, **given)
