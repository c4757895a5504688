"""What the tests of the adesões share: cycles, files, people, and an action called on a chosen day."""

from __future__ import annotations

import io
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.tests import helpers
from werkzeug.datastructures import FileStorage

from ckanext.msativo.tests.test_permissions_world import World

JAPORA, SETE_QUEDAS = "5004809", "5007703"
"""Municipalities of ``prefeitura`` and ``vizinha`` of the world."""
PREFEITURA, NEIGHBOUR = "prefeitura-editor", "vizinha-admin"
PDF = b"%PDF-1.7\nassinado por Maria Sigilosa\n%%EOF\n"
COORDINATOR = {
    "nome": "Maria Sigilosa",
    "cargo": "Secretária de Planejamento",
    "email": "maria.sigilosa@example.org",
    "telefone": "(67) 95555-0101",
}
FOCAL = {"nome": "João Reservado", "cargo": "Saúde", "email": "joao@example.org", "telefone": ""}
SECRETS = ("Sigilosa", "Reservado", "95555-0101", "joao@example.org", "Faltou o carimbo")
"""Marks of personal data and internal notes, which may be nowhere in public."""


def moment(day: str, time: str = "12:00") -> datetime:
    """A moment of the programme's local day (UTC−4, no summer time since 2019)."""
    return datetime.fromisoformat(f"{day}T{time}:00-04:00").astimezone(timezone.utc)


def add_cycles() -> None:
    """2025-2026, whose window is July 2025, and 2027-2028, whose window is January 2027."""
    days = ("inicio", "fim", "adesao_inicio", "adesao_fim")
    for name, given in {
        "2025-2026": ("2025-07-01", "2026-12-31", "2025-07-01", "2025-07-31"),
        "2027-2028": ("2027-01-01", "2028-12-31", "2027-01-01", "2027-01-31"),
    }.items():
        helpers.call_action("msativo_ciclo_create", id=name, nome=name, **dict(zip(days, given, strict=True)))


def pdf(content: bytes = PDF, name: str = "termo de Maria Sigilosa.pdf") -> FileStorage:
    return FileStorage(io.BytesIO(content), name)


def on(world: World, day: str | datetime, role: str, action: str, /, **data: Any) -> Any:
    """Call ``msativo_adesao_<action>`` as that person on a day of the programme."""
    person = world.user(role)
    now = moment(day) if isinstance(day, str) else day
    context: Any = {"user": person["name"] if person else "", "ignore_auth": False, "msativo_now": now}
    return tk.get_action(f"msativo_adesao_{action}")(context, data)


def draft(world: World, role: str = PREFEITURA, municipio: str = JAPORA, day: str = "2025-07-02") -> dict[str, Any]:
    """A complete request that was not sent."""
    return on(
        world,
        day,
        role,
        "create",
        municipio=municipio,
        coordenador=COORDINATOR,
        pontos_focais=[FOCAL],
        upload=pdf(),
    )


def sent(world: World, at: str | datetime = "2025-07-02", **start: Any) -> dict[str, Any]:
    """A request that was sent on that day."""
    row = draft(world, **start)
    return on(world, at, start.get("role", PREFEITURA), "submit", id=row["id"], versao=row["versao"])
