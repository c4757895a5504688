"""The calendar of an organisation, runs at the same time, and the command."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.cli.cli import ckan
from ckan.tests import helpers
from icalendar import Calendar

from ckanext.msativo.logic import agenda_feed
from ckanext.msativo.model import AgendaFeed, AgendaItem
from ckanext.msativo.tests.adesao_world import PREFEITURA
from ckanext.msativo.tests.cycle_world import SECRETARIA, approved, call
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    ANONYMOUS,
    EDITOR,
    OUTSIDER,
    SYSADMIN,
    Web,
    World,
    web,  # noqa: F401 - the fixture
    world,  # noqa: F401 - the fixture
)
from ckanext.msativo.tests.test_snapshots import at_once

# ruff: noqa: F811 - tests take the imported fixture by its name

HEAD = "prefeitura-admin"
DAY = "2025-12-10"


def address(world: World, role: str = HEAD, org: str = "prefeitura") -> str:
    """Path of a new calendar's address."""
    made = call(world, role, "agenda_feed_create", DAY, organizacao=world.orgs[org]["id"])
    return str(made["endereco"]).split("test.ckan.net", 1)[1]


def events(answer: Any) -> dict[str, Any]:
    return {str(event["UID"]): event for event in Calendar.from_ical(answer.data).walk("VEVENT")}


def test_the_calendar_has_the_open_items_and_the_meetings_of_an_organisation(world: World, web: Web) -> None:
    plan = approved(world)
    call(world, EDITOR, "agenda_run", DAY)
    title = "Reunião; com vírgula, barra \\ e um título muito comprido, de mais de setenta e cinco octetos: ação"
    hand = call(
        world, EDITOR, "agenda_create", DAY, titulo=title, texto="Fale com Maria Sigilosa", dono="Japorã",
        prazo="2025-12-20",
    )  # fmt: skip
    meetings = [
        {"titulo": "Monitoramento", "data": "2099-01-10", "hora": "14:30", "lugar": "Sala 1", "municipio": "Japorã"},
        {"titulo": "Dia inteiro", "data": "2099-02-10", "publica": True, "participantes": "Maria Sigilosa"},
        {"titulo": "De outra", "data": "2099-01-11", "municipio": "Sete Quedas"},
    ]
    made = [call(world, EDITOR, "reuniao_create", DAY, **given) for given in meetings]
    helpers.call_action("msativo_reuniao_update", id=made[1]["id"], versao=1, cancelada=True)
    answer = web.get(address(world))
    found = events(answer)
    late = [row for row in call(world, EDITOR, "agenda_list", DAY, dono="Japorã")["results"] if row["regra"]]
    assert len(late) == len(plan["entregas"]) == 2
    assert set(found) == {
        *(f"agenda-{row['id']}" for row in (*late, hand)),
        f"reuniao-{made[0]['id']}",
        f"reuniao-{made[1]['id']}",
    }
    item = found[f"agenda-{late[0]['id']}"]
    assert item.decoded("DTSTART") == date(2025, 12, 25) and item.decoded("DTEND") == date(2025, 12, 26)
    assert str(item["SUMMARY"]) == late[0]["titulo"] and str(item["DESCRIPTION"]) == late[0]["porque"]
    assert str(item["URL"]).endswith(f"/agenda/{late[0]['numero']}")
    assert (item["SEQUENCE"], item.decoded("LAST-MODIFIED")) == (0, datetime(2025, 12, 10, 16, tzinfo=timezone.utc))
    typed = found[f"agenda-{hand['id']}"]
    assert str(typed["SUMMARY"]) == title and "DESCRIPTION" not in typed
    meeting = found[f"reuniao-{made[0]['id']}"]
    # 14:30 of Campo Grande, UTC−4.
    assert meeting.decoded("DTSTART") == datetime(2099, 1, 10, 18, 30, tzinfo=timezone.utc)
    assert str(meeting["LOCATION"]) == "Sala 1" and found[f"reuniao-{made[1]['id']}"]["STATUS"] == "CANCELLED"
    assert "Sigilosa" not in answer.body
    # RFC 5545: lines of at most 75 octets that end in CRLF, with what is special escaped.
    lines = answer.data.split(b"\r\n")
    assert max(map(len, lines)) <= 75 and b"\n" not in answer.data.replace(b"\r\n", b"")
    assert b"Reuni\xc3\xa3o\\; com v\xc3\xadrgula\\, barra \\\\" in answer.data.replace(b"\r\n ", b"")
    head = answer.headers
    assert head["Content-Type"] == "text/calendar; charset=utf-8" and "Set-Cookie" not in head
    assert "private" in head["Cache-Control"] and "public" not in head["Cache-Control"]
    assert head["X-Robots-Tag"] == "noindex" and head["Referrer-Policy"] == "no-referrer"


def test_a_new_version_of_an_item_keeps_its_uid_and_raises_its_sequence(world: World, web: Web) -> None:
    row = call(world, EDITOR, "agenda_create", DAY, titulo="Ligar", dono="Japorã", prazo="2025-12-20")
    path = address(world)
    tag = web.get(path).headers["ETag"]
    assert web.get(path, headers={"If-None-Match": tag}).status_code == 304
    row = call(world, EDITOR, "agenda_update", DAY, id=row["id"], versao=row["versao"], prazo="2025-12-22")
    item = events(web.get(path))[f"agenda-{row['id']}"]
    assert (item["SEQUENCE"], item.decoded("DTSTART")) == (1, date(2025, 12, 22))
    call(world, PREFEITURA, "agenda_update", DAY, id=row["id"], versao=row["versao"], passo="concluir")
    assert events(web.get(path)) == {}


def test_a_wrong_a_revoked_and_a_dead_address_look_the_same(world: World, web: Web) -> None:
    first = address(world)
    second = address(world)
    assert web.get(second).status_code == 200
    secret = second.rsplit("/", 1)[1].removesuffix(".ics")
    row = model.Session.query(AgendaFeed).filter_by(revogado_em=None).one()
    guesses = [first, second[:-5] + "x.ics", second.upper(), "/agenda/feed/.ics", "/agenda/feed/%00.ics"]
    guesses += [f"/agenda/feed/{guess}.ics" for guess in (row.token_hash, row.id, "a" * 5000, "ção")]
    bodies = set()
    for guess in guesses:
        answer = web.get(guess, follow_redirects=False)
        assert answer.status_code == 404, guess
        bodies.add(answer.body.count("BEGIN"))
    assert bodies == {0} and secret not in (row.token_hash, row.id)
    assert len(secret) >= 43 and row.token_hash == agenda_feed.hashed(secret)
    call(world, HEAD, "agenda_feed_revoke", DAY, organizacao=world.orgs["prefeitura"]["id"])
    assert web.get(second).status_code == 404
    shown = call(world, HEAD, "agenda_feed_show", DAY, organizacao=world.orgs["prefeitura"]["name"])
    assert (shown["ativa"], shown["criado_em"]) == (False, None) and "endereco" not in shown
    # None is deleted, and the address of an organisation that is gone leads nowhere.
    assert model.Session.query(AgendaFeed).count() == 2
    third = address(world)
    world.do(SYSADMIN, "organization_delete", id=world.orgs["prefeitura"]["id"])
    assert web.get(third).status_code == 404


@pytest.mark.parametrize("role", [ANONYMOUS, OUTSIDER, "vizinha-admin", "prefeitura-editor", SECRETARIA, ADMIN])
def test_an_address_is_made_by_the_administrators_of_the_organisation_alone(world: World, role: str) -> None:
    for action in ("create", "revoke", "show"):
        for reference in (world.orgs["prefeitura"]["id"], world.orgs["prefeitura"]["name"], "nenhuma"):
            with pytest.raises(tk.NotAuthorized):
                call(world, role, f"agenda_feed_{action}", DAY, organizacao=reference)
    assert model.Session.query(AgendaFeed).count() == 0


def test_the_calendar_of_the_coordenacao_has_all_its_items_and_meetings(world: World, web: Web) -> None:
    approved(world)
    call(world, EDITOR, "agenda_run", DAY)
    meeting = call(world, EDITOR, "reuniao_create", DAY, titulo="Interna", data="2099-01-10", municipio="Sete Quedas")
    found = events(web.get(address(world, ADMIN, "coordenacao")))
    mine = call(world, EDITOR, "agenda_list", DAY, meus=True)["results"]
    assert mine and {f"agenda-{row['id']}" for row in mine} | {f"reuniao-{meeting['id']}"} == set(found)
    theirs = call(world, SECRETARIA, "agenda_list", DAY, meus=True)["results"]
    found = events(web.get(address(world, "secretaria-admin", "secretaria")))
    assert {f"agenda-{row['id']}" for row in theirs} == set(found)


# -- at once -----------------------------------------------------------------------------------------------------------
def test_of_runs_at_once_one_opens_and_the_others_find_nothing_to_do(world: World, app: Any) -> None:
    approved(world)
    done = at_once(app, [lambda: call(world, EDITOR, "agenda_run", DAY)] * 4)
    opened = sorted(len(one["abertos"]) for one in done)
    assert opened[:3] == [0, 0, 0] and opened[3] > 0
    assert all(one["atualizados"] == one["encerrados"] == [] for one in done)
    assert model.Session.query(AgendaItem).count() == opened[3]


def test_a_run_and_a_person_at_once_lose_nothing(world: World, app: Any) -> None:
    approved(world)
    call(world, EDITOR, "agenda_run", DAY)
    (row, *_rest) = call(world, EDITOR, "agenda_list", DAY, regra="entrega_atrasada")["results"]
    given = {"id": row["id"], "versao": row["versao"], "passo": "descartar", "nota": "Replanejada."}
    done = at_once(
        app,
        [
            lambda: call(world, EDITOR, "agenda_update", "2025-12-11", **given),
            lambda: call(world, EDITOR, "agenda_run", "2025-12-11"),
            lambda: call(world, EDITOR, "agenda_update", "2025-12-11", **given),
        ],
    )
    assert isinstance(done[1], dict) and sum(isinstance(done[i], dict) for i in (0, 2)) == 1
    model.Session.expire_all()
    kept = model.Session.query(AgendaItem).filter_by(objeto=row["base"][0]["id"], regra="entrega_atrasada").all()
    assert [one.estado for one in kept] == ["descartada"]


def test_two_addresses_made_at_once_leave_one_that_works(world: World, web: Web, app: Any) -> None:
    made = at_once(app, [lambda: address(world)] * 3)
    assert sorted(web.get(path).status_code for path in made) == [200, 404, 404]


# -- the command -------------------------------------------------------------------------------------------------------
def test_the_command_looks_before_it_writes(world: World, cli: Any) -> None:
    approved(world)

    def command(*arguments: str) -> Any:
        return cli.invoke(ckan, ["msativo", "agenda", *arguments])

    seen = json.loads(command("--dry-run", "--date", DAY, "--json").stdout)
    assert seen["simulado"] and seen["dia"] == DAY and len(seen["abertos"]) > 1
    model.Session.rollback()
    assert model.Session.query(AgendaItem).count() == 0
    assert command("--date", DAY).exit_code == 1
    outcome = command()
    assert outcome.exit_code == 0, outcome.output
    model.Session.rollback()
    number = model.Session.query(AgendaItem).count()
    assert number and outcome.output.count("  + ") == number
    again = json.loads(command("--json").stdout)
    assert (again["abertos"], again["atualizados"], again["encerrados"]) == ([], [], [])
