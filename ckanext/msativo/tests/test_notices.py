"""Notices are told with what they tell or not at all, once, and to those whom they concern."""

from __future__ import annotations

import json
from typing import Any

import ckan.lib.jobs as ckan_jobs
import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.cli.cli import ckan
from ckan.tests import helpers

from ckanext.msativo import jobs
from ckanext.msativo.logic import jobs_queue, notices, outbox, reminders
from ckanext.msativo.model import Aviso
from ckanext.msativo.programme.errors import ProgrammeError
from ckanext.msativo.tests.adesao_world import (
    JAPORA,
    PREFEITURA,
    SECRETS,
    add_cycles,
    draft,
    moment,
    on,
    sent,
)
from ckanext.msativo.tests.mail_server import (
    Server,
    smtp,  # noqa: F401 - the fixture
)
from ckanext.msativo.tests.test_adesao import versions
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    ANONYMOUS,
    EDITOR,
    EVERYBODY,
    OUTSIDER,
    SYSADMIN,
    World,
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixtures by their names

STATE = {EDITOR, ADMIN, "outra-editor"}
OF_JAPORA = {"prefeitura-editor", "prefeitura-admin"}
FACTS = {"municipio": "Japorã", "protocolo": "MSA-2025-000001-7"}


@pytest.fixture
def cycles(world: World) -> World:
    add_cycles()
    return world


def told(world: World, kind: str | None = None) -> dict[str, set[str]]:
    """Kind → roles that were told."""
    roles = {person["id"]: role for role, person in world.people.items() if person}
    found: dict[str, set[str]] = {}
    for row in model.Session.query(Aviso).all():
        found.setdefault(row.tipo, set()).add(roles[row.usuario_id])
    return found if kind is None else {kind: found.get(kind, set())}


def person(world: World, role: str) -> dict[str, Any]:
    found = world.user(role)
    assert found is not None
    return found


def queued() -> list[str]:
    return [job.meta["title"] for job in ckan_jobs.get_queue().jobs if job.meta["title"] == "msativo: notices"]


def tell(world: World, *roles: str, key: str = "1", **changes: Any) -> int:
    ids = [person(world, role)["id"] for role in roles]
    return notices.tell(ids, "adesao_retirada", key, "/adesoes/x", **{**FACTS, **changes})


# -- telling -----------------------------------------------------------------------------------------------------------
def test_what_is_rolled_back_was_never_told_and_queues_nothing(world: World) -> None:
    assert tell(world, EDITOR) == 1
    model.Session.rollback()
    model.Session.commit()
    assert told(world) == {} and queued() == []


def test_the_sending_is_queued_once_after_the_commit_not_by_a_savepoint(world: World) -> None:
    with model.Session.begin_nested():
        tell(world, EDITOR)
    assert queued() == []
    tell(world, ADMIN)
    model.Session.commit()
    assert queued() == ["msativo: notices"]
    tell(world, "outra-editor")
    model.Session.commit()
    assert queued() == ["msativo: notices"]


def test_a_queue_that_is_down_loses_nothing(world: World, smtp: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(jobs_queue, "enqueue_notices", down)
        tell(world, EDITOR)
        model.Session.commit()
    assert told(world) == {"adesao_retirada": {EDITOR}}
    assert jobs.send_notices()["enviados"] == len(smtp.messages) == 1


def test_a_thing_is_told_once_to_each_and_not_to_who_did_it(world: World) -> None:
    assert tell(world, EDITOR, ADMIN, EDITOR) == 2
    assert tell(world, EDITOR, ADMIN, "outra-editor") == 1
    assert tell(world, EDITOR, key="2", but=person(world, EDITOR)["id"]) == 0
    assert notices.tell([], "adesao_retirada", "3", "/x", **FACTS) == 0


def test_what_does_not_fit_is_refused_before_anything_is_written(world: World, subtests: Any) -> None:
    for url in ("adesoes", "//mau.example", "https://mau.example", "/\\mau.example", ""):
        with subtests.test(url), pytest.raises(ValueError, match="path within the portal"):
            notices.tell(["x"], "adesao_retirada", "1", url, **FACTS)
    with pytest.raises(ProgrammeError):
        tell(world, EDITOR, coordenador="Maria Sigilosa")


def test_who_is_meant_by_what(world: World, subtests: Any) -> None:
    roles = {person["id"]: role for role, person in world.people.items() if person}

    def named(ids: set[str]) -> set[str]:
        return {roles[identifier] for identifier in ids}

    assert named(notices.coordenacao()) == STATE
    assert named(notices.coordenacao("admin")) == {ADMIN}
    assert named(notices.coordenacao("member")) == STATE | {"coordenacao-member"}
    assert named(notices.editors_of_municipality(JAPORA)) == OF_JAPORA
    assert notices.editors_of_municipality("5000203") == set()
    assert named(notices.secretaria(world.orgs["secretaria"]["name"])) == {"secretaria-editor", "secretaria-admin"}
    assert notices.secretaria(world.orgs["prefeitura"]["id"]) == notices.secretaria(None) == set()
    with subtests.test("accounts that are no longer used are not told"):
        helpers.call_action("user_delete", id=person(world, "prefeitura-admin")["id"])
        assert named(notices.editors_of_municipality(JAPORA)) == {"prefeitura-editor"}
        assert notices.active(person["id"] if person else None for person in world.people.values()) == {
            identifier for identifier, role in roles.items() if role != "prefeitura-admin"
        }
    with subtests.test("nor those who left the organisation"):
        gone = {"id": world.orgs["prefeitura"]["id"], "username": person(world, PREFEITURA)["name"]}
        world.do(SYSADMIN, "organization_member_delete", **gone)
        assert notices.editors_of_municipality(JAPORA) == set()


# -- requests to join --------------------------------------------------------------------------------------------------
def test_the_steps_of_a_request_are_told_to_the_other_side(cycles: World, smtp: Server, subtests: Any) -> None:
    with subtests.test("a draft concerns nobody else"):
        row = draft(cycles, day="2025-07-02")
        assert told(cycles) == {}
    row = on(cycles, "2025-07-02", PREFEITURA, "submit", **versions(row))
    with subtests.test("sent"):
        assert told(cycles) == {"adesao_enviada": STATE}
    row = on(cycles, "2025-07-03", EDITOR, "start_analysis", **versions(row))
    row = on(cycles, "2025-07-04", EDITOR, "decide", **versions(row), decisao="devolver", nota="Faltou o carimbo.")
    with subtests.test("answered"):
        assert told(cycles, "adesao_respondida") == {"adesao_respondida": OF_JAPORA}
    row = on(cycles, "2025-07-05", PREFEITURA, "submit", **versions(row))
    row = on(cycles, "2025-07-06", EDITOR, "start_analysis", **versions(row))
    row = on(cycles, "2025-07-07", EDITOR, "decide", **versions(row), decisao="aprovar")
    rows = model.Session.query(Aviso).filter_by(tipo="adesao_respondida").all()
    assert sorted(notice.fatos["resposta"] for notice in rows) == ["aprovada"] * 2 + ["devolvida"] * 2
    assert {notice.url for notice in rows} == {f"/adesoes/{row['protocolo']}"}
    with subtests.test("no word about a person is in the table or in a mail"):
        assert outbox.dispatch(moment("2025-07-08"))["enviados"] == 3 * 2 + 2 * 2
        stored = json.dumps([notice.fatos for notice in model.Session.query(Aviso).all()], ensure_ascii=False)
        everything = stored + "".join(
            str(message) + "".join(str(part.get_payload(decode=True), "utf-8") for part in message.iter_parts())
            for message in smtp.messages
        )
        assert row["protocolo"] in everything
        for secret in SECRETS:
            assert secret not in everything


def test_who_does_it_is_not_told_and_a_failed_step_tells_nobody(cycles: World, subtests: Any) -> None:
    sent(cycles, role=EDITOR)
    assert told(cycles) == {"adesao_enviada": STATE - {EDITOR}}
    with subtests.test("a step that is refused"):
        row = draft(cycles, "vizinha-admin", "5007703")
        on(cycles, "2025-07-02", "vizinha-admin", "update", **versions(row), pontos_focais=[])
        with pytest.raises(tk.ValidationError):
            on(cycles, "2025-07-02", "vizinha-admin", "submit", id=row["id"], versao=row["versao"] + 1)
        assert told(cycles) == {"adesao_enviada": STATE - {EDITOR}}


def test_withdrawing_what_was_sent_is_told(cycles: World) -> None:
    on(cycles, "2025-07-03", PREFEITURA, "withdraw", **versions(sent(cycles)))
    assert told(cycles) == {"adesao_enviada": STATE, "adesao_retirada": STATE}


def test_warnings_of_days_7_12_and_14_and_the_delay_go_out_once(cycles: World, subtests: Any) -> None:
    row = sent(cycles, moment("2025-07-01", "23:30"), day="2025-07-01")
    expected = {
        "2025-07-07": {},
        "2025-07-08": {"adesao_aviso": [7] * 3},
        "2025-07-09": {},
        "2025-07-13": {"adesao_aviso": [12] * 3},
        "2025-07-15": {"adesao_aviso": [14] * 3},
        "2025-07-16": {"adesao_atrasada": [None] * 2, "adesao_escalada": [None]},
        "2025-07-20": {},
    }
    for day, wanted in expected.items():
        with subtests.test(day):
            before = {notice.id for notice in model.Session.query(Aviso)}
            for _ in range(2):
                reminders.remind(moment(day))
            new = [notice for notice in model.Session.query(Aviso) if notice.id not in before]
            found: dict[str, list[int | None]] = {}
            for notice in new:
                found.setdefault(notice.tipo, []).append(notice.fatos.get("dia"))
            assert found == wanted
    with subtests.test("who is told of the delay"):
        assert told(cycles)["adesao_atrasada"] == STATE - {ADMIN} and told(cycles)["adesao_escalada"] == {ADMIN}
    with subtests.test("an answered one is left in peace"):
        row = on(cycles, "2025-07-20", EDITOR, "start_analysis", **versions(row))
        row = on(cycles, "2025-07-20", EDITOR, "decide", **versions(row), decisao="devolver", nota="x")
        assert reminders.remind(moment("2025-07-28"))["lembretes"]["adesao"] == 0
    with subtests.test("a second submission counts anew"):
        row = on(cycles, "2025-08-01", PREFEITURA, "submit", **versions(row))
        assert reminders.remind(moment("2025-08-08"))["lembretes"]["adesao"] == 3


def test_a_missed_day_is_made_up_for(cycles: World) -> None:
    sent(cycles, "2025-07-01", day="2025-07-01")
    assert reminders.remind(moment("2025-07-10"))["lembretes"]["adesao"] == 3
    assert {row.fatos["dia"] for row in model.Session.query(Aviso).filter_by(tipo="adesao_aviso")} == {9}


def test_a_source_that_fails_does_not_stop_the_others(cycles: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_now: Any) -> Any:
        yield reminders.Reminder([person(cycles, EDITOR)["id"]], "adesao_retirada", "x", "/x", FACTS)
        raise RuntimeError("no data")

    monkeypatch.setattr(reminders, "SOURCES", {"partida": broken, **reminders.SOURCES})
    sent(cycles, "2025-07-01", day="2025-07-01")
    outcome = reminders.remind(moment("2025-07-08"))
    assert outcome["falhas"] == {"partida": "no data"}
    assert outcome["lembretes"]["partida"] == 0 and outcome["lembretes"]["adesao"] == 3
    assert "adesao_retirada" not in told(cycles)


# -- the actions -------------------------------------------------------------------------------------------------------
def test_everybody_reads_and_marks_his_own_alone(world: World, subtests: Any) -> None:
    tell(world, EDITOR, ADMIN, key="a")
    tell(world, EDITOR, key="b")
    model.Session.commit()
    mine = world.do(EDITOR, "msativo_aviso_list")
    assert (mine["count"], mine["nao_lidos"], len(mine["results"])) == (2, 2, 2)
    assert set(mine["results"][0]) == {
        "id",
        "tipo",
        "gravidade",
        "titulo",
        "texto",
        "url",
        "fatos",
        "criado_em",
        "lido_em",
    }
    first = mine["results"][0]["id"]
    for role in {*EVERYBODY, SYSADMIN} - {EDITOR, ANONYMOUS}:
        with subtests.test(role):
            seen = world.do(role, "msativo_aviso_list", usuario_id=person(world, EDITOR)["id"])
            assert seen["count"] == (role == ADMIN)
            assert first not in {row["id"] for row in seen["results"]}
            with pytest.raises(tk.ObjectNotFound):
                world.do(role, "msativo_aviso_read", id=first)
            world.do(role, "msativo_aviso_read", todos=True)
            world.do(role, "msativo_aviso_preferencia_update", email="nenhum")
    with subtests.test("anonymous"):
        for action, data in (
            ("list", {}),
            ("read", {"todos": True}),
            ("preferencia_show", {}),
            ("preferencia_update", {"email": "nenhum"}),
        ):
            with pytest.raises(tk.NotAuthorized):
                world.do(ANONYMOUS, f"msativo_aviso_{action}", **data)
    assert world.do(EDITOR, "msativo_aviso_list")["nao_lidos"] == 2
    assert world.do(EDITOR, "msativo_aviso_preferencia_show") == {"email": "imediato", "atualizado_em": None}


def test_reading_one_and_all(world: World) -> None:
    for key in "abc":
        tell(world, EDITOR, key=key)
    first = world.do(EDITOR, "msativo_aviso_list", limit=1)["results"][0]["id"]
    assert world.do(EDITOR, "msativo_aviso_read", id=first) == {"lidos": 1, "nao_lidos": 2, "url": "/adesoes/x"}
    assert world.do(EDITOR, "msativo_aviso_read", id=first)["lidos"] == 0
    assert [row["lido_em"] is None for row in world.do(EDITOR, "msativo_aviso_list")["results"]] == [True, True, False]
    assert world.do(EDITOR, "msativo_aviso_list", lido=True)["count"] == 1
    assert world.do(EDITOR, "msativo_aviso_list", lido=False, limit=1, offset=1)["count"] == 2
    assert world.do(EDITOR, "msativo_aviso_read", todos=True) == {"lidos": 2, "nao_lidos": 0}


@pytest.mark.parametrize("odd", ["\x00", "\ud800", "x" * 5000, "' OR 1=1 --", 7, ["a"], {"a": 1}, True])
def test_odd_input_is_an_error_and_no_crash(world: World, odd: Any) -> None:
    with pytest.raises((tk.ObjectNotFound, tk.ValidationError)):
        world.do(OUTSIDER, "msativo_aviso_read", id=odd)
    with pytest.raises(tk.ValidationError):
        world.do(OUTSIDER, "msativo_aviso_preferencia_update", email=odd)
    for field in ("limit", "offset"):
        try:
            world.do(OUTSIDER, "msativo_aviso_list", **{field: odd})
        except tk.ValidationError as error:
            assert list(error.error_dict) == [field]


def test_neither_or_both_to_mark_is_said(world: World) -> None:
    for data in ({}, {"todos": False}, {"id": "x", "todos": True}):
        with pytest.raises(tk.ValidationError) as caught:
            world.do(EDITOR, "msativo_aviso_read", **data)
        assert list(caught.value.error_dict) == ["id"]


def test_the_command_reminds_and_sends(cycles: World, cli: Any, smtp: Server) -> None:
    sent(cycles, "2025-07-01", day="2025-07-01")
    done = cli.invoke(ckan, ["msativo", "notices", "--json"])
    assert done.exit_code == 0, done.output
    outcome = json.loads(done.output)
    # Today is long past the due day.
    assert outcome["lembretes"] == {"adesao": 3} | {name: 0 for name in outcome["lembretes"] if name != "adesao"}
    assert (outcome["enviados"], outcome["falhou"]) == (6, False)
    again = cli.invoke(ckan, ["msativo", "notices"])
    assert again.exit_code == 0 and len(smtp.messages) == 6
