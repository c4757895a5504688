"""Meetings: what everyone sees of the public ones, and that no participant's name is in it."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa

from ckanext.msativo.logic.territory import territory
from ckanext.msativo.tests.people_world import JAPORA, do
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    ANONYMOUS,
    EDITOR,
    EVERYBODY,
    REFUSALS,
    SYSADMIN,
    World,
    web,  # noqa: F401 - the fixture
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name

MEETING = {
    "titulo": "Monitoramento de novembro",
    "data": "2026-11-30",
    "hora": "14:30",
    "lugar": "Auditório",
    "participantes": ["Maria Sigilosa", "João Reservado"],
    "pauta": "Pauta interna",
    "decisoes": "Prazo mantido.",
    "publica": True,
}
SECRETS = ("Sigilosa", "Reservado", "Pauta interna")
STATE = ("coordenacao-editor", "coordenacao-admin", "outra-editor")


def meet(world: World, **changes: Any) -> dict[str, Any]:
    return do(world, EDITOR, "reuniao_create", **{**MEETING, **changes})


def sees(role: str, *starts: str) -> bool:
    return role.startswith(("coordenacao", "outra", *starts)) or role == SYSADMIN


def test_everyone_sees_what_a_public_meeting_decided_and_no_name(world: World, web: Any) -> None:
    row = meet(world, municipio="Japorã")
    for role in [*EVERYBODY, SYSADMIN]:
        for shown in (do(world, role, "reuniao_show", id=row["id"]), do(world, role, "reuniao_list")["results"][0]):
            assert (shown["titulo"], shown["data"], shown["hora"]) == (MEETING["titulo"], "2026-11-30", "14:30")
            assert (shown["decisoes"], shown["municipio"]) == ("Prazo mantido.", "Japorã")
            assert all((secret in str(shown)) == sees(role, "prefeitura") for secret in SECRETS), role
    for address in ("/reunioes", f"/reunioes/{row['id']}"):
        page = web.get(address)
        assert MEETING["titulo"] in page.body and not [secret for secret in SECRETS if secret in page.body]
    assert (
        "Maria Sigilosa" in web.get(f"/reunioes/{row['id']}", headers=web.token(world.user("prefeitura-member"))).body
    )
    for address in (f"/reunioes/{row['id']}/editar", "/reunioes/nova"):
        assert web.get(address).status_code == 403


def test_one_that_is_not_public_is_seen_by_whom_it_concerns(world: World, web: Any) -> None:
    region = territory().by_code[JAPORA].regiao_imediata
    assert region
    inside = {
        code for level in territory().regions("imediata") if level.codigo == region.codigo for code in level.municipios
    }
    neighbour_too = "5007703" in inside
    for about, also in (({"municipio": JAPORA}, False), ({"regiao": region.nome}, neighbour_too), ({}, None)):
        row = meet(world, publica=False, **about)
        for role in EVERYBODY:
            expected = sees(role) if also is None else sees(role, "prefeitura", *(["vizinha"] if also else []))
            try:
                found = do(world, role, "reuniao_show", id=row["id"])
            except tk.ObjectNotFound:
                found = None
            listed = row["id"] in {one["id"] for one in do(world, role, "reuniao_list")["results"]}
            assert bool(found) == listed == expected, (role, about)
        assert web.get(f"/reunioes/{row['id']}").status_code == 404


def test_meetings_are_written_by_the_coordenacao_alone(world: World) -> None:
    row = meet(world)
    for role in EVERYBODY:
        if role not in STATE:
            with pytest.raises(tk.NotAuthorized):
                do(world, role, "reuniao_create", **MEETING)
            with pytest.raises(tk.NotAuthorized):
                do(world, role, "reuniao_update", id=row["id"], versao=1, decisoes="Tomado")
    assert do(world, ADMIN, "reuniao_show", id=row["id"])["versao"] == 1


def test_an_older_version_is_a_conflict_and_nothing_else_is_lost(world: World) -> None:
    row = meet(world)
    changed = do(world, ADMIN, "reuniao_update", id=row["id"], versao=1, decisoes="Prazo mudado.", hora="")
    assert (changed["versao"], changed["hora"], changed["lugar"]) == (2, None, "Auditório")
    with pytest.raises(tk.ValidationError) as conflict:
        do(world, EDITOR, "reuniao_update", id=row["id"], versao=1, decisoes="Outro")
    assert "versao" in conflict.value.error_dict
    assert do(world, EDITOR, "reuniao_show", id=row["id"])["decisoes"] == "Prazo mudado."


def test_a_meeting_is_cancelled_and_never_deleted(world: World, web: Any) -> None:
    row = meet(world)
    assert do(world, EDITOR, "reuniao_update", id=row["id"], versao=1, cancelada=True)["cancelada"] is True
    assert do(world, ANONYMOUS, "reuniao_list")["results"][0]["cancelada"] is True
    with pytest.raises(sa.exc.DBAPIError, match="never changed"):
        model.Session.execute(sa.text("DELETE FROM msativo_reuniao"))
    model.Session.rollback()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"titulo": "  "}, "titulo"),
        ({"titulo": "a\nb"}, "titulo"),
        ({"data": "30/11"}, "data"),
        ({"data": ""}, "data"),
        ({"hora": "25:00"}, "hora"),
        ({"hora": "duas"}, "hora"),
        ({"municipio": "Atlântida"}, "municipio"),
        ({"regiao": "Nenhuma"}, "regiao"),
        ({"ciclo": "nenhum"}, "ciclo"),
        ({"municipio": "Japorã", "regiao": "Campo Grande"}, "regiao"),
        ({"participantes": ["x" * 300]}, "participantes"),
        ({"participantes": ["x"] * 201}, "participantes"),
        ({"decisoes": "x\x00"}, "decisoes"),
        ({"publica": "talvez"}, "publica"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(world: World, changes: dict[str, Any], field: str) -> None:
    try:
        row = meet(world, **changes)
    except tk.ValidationError as error:
        assert list(error.error_dict) == [field]
    else:
        # CKAN takes what is not yes for no.
        assert changes == {"publica": "talvez"} and row["publica"] is False
        return
    assert do(world, ADMIN, "reuniao_list")["count"] == 0


def test_the_list_is_by_day_and_what_comes_next_comes_first(world: World) -> None:
    for day in ("2026-11-23", "2026-11-24", "2026-12-20", "2026-12-01"):
        meet(world, titulo=day, data=day)
    for query, days in (
        ({}, ["2026-12-20", "2026-12-01", "2026-11-24", "2026-11-23"]),
        ({"quando": "proximas"}, ["2026-11-24", "2026-12-01", "2026-12-20"]),
        ({"quando": "passadas"}, ["2026-11-23"]),
        ({"limit": 1, "offset": 1}, ["2026-12-01"]),
        ({"municipio": JAPORA}, []),
    ):
        assert [row["data"] for row in do(world, ANONYMOUS, "reuniao_list", **query)["results"]] == days
    for odd in ("nenhuma", "x\x00", "1' OR 1=1"):
        with pytest.raises(REFUSALS):
            do(world, ANONYMOUS, "reuniao_show", id=odd)
