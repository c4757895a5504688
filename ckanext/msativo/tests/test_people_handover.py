"""The handover of a prefeitura: one new administrator, nobody else, all at once or not at all, and on record."""

from __future__ import annotations

import smtplib
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import factories as ckan_factories

from ckanext.msativo.tests.adesao_world import add_cycles, draft
from ckanext.msativo.tests.people_world import (
    JAPORA,
    accounts_with,
    do,
    letters,  # noqa: F401 - the fixture
    name_of,
    roles_in,
)
from ckanext.msativo.tests.test_people_members import Broken
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    ANONYMOUS,
    EVERYBODY,
    SYSADMIN,
    World,
    assert_refused,
    portal_state,
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name

NEW = {"municipio": JAPORA, "email": "prefeito.novo@example.org", "nome": "Prefeito Novo", "nota": "Eleições de 2028"}


@pytest.mark.parametrize("role", ["prefeitura-admin", ADMIN, SYSADMIN])
def test_the_new_administrator_is_the_only_one(world: World, letters: Any, role: str) -> None:
    others = {org: roles_in(world.orgs[org]) for org in world.orgs if org != "prefeitura"}
    answer = do(world, role, "prefeitura_handover", **NEW)
    (user,) = accounts_with(NEW["email"])
    assert answer == {"codigo_ibge": JAPORA, "municipio": "Japorã", "email": NEW["email"], "removidos": 3}
    assert roles_in(world.orgs["prefeitura"]) == {user.name: "admin"}
    assert {org: roles_in(world.orgs[org]) for org in others} == others
    assert [message[2] for message in letters.get_smtp_messages()] == [[NEW["email"]]]
    (row,) = do(world, ADMIN, "passagem_list")["results"]
    assert (row["codigo_ibge"], row["novo"], row["nota"]) == (JAPORA, "Prefeito Novo", NEW["nota"])
    assert len(row["removidos"]) == 3 and row["em"].startswith("2026-11-24")
    with pytest.raises(tk.NotAuthorized):
        do(world, "prefeitura-admin", "pessoa_list")


def test_the_address_of_the_calendar_is_the_former_ones_no_more(world: World, letters: Any) -> None:
    organization = world.orgs["prefeitura"]["name"]
    do(world, "prefeitura-admin", "agenda_feed_create", organizacao=organization)
    do(world, ADMIN, "prefeitura_handover", **NEW)
    feeds = model.Session.execute(sa.text("SELECT revogado_em IS NOT NULL FROM msativo_agenda_feed")).scalars().all()
    assert feeds == [True]


def test_what_the_prefeitura_had_begun_stays(world: World, letters: Any) -> None:
    add_cycles()
    row = draft(world)
    do(world, "prefeitura-admin", "prefeitura_handover", **NEW)
    (user,) = accounts_with(NEW["email"])
    user.state = "active"
    model.repo.commit()
    context: Any = {"user": user.name, "ignore_auth": False}
    shown = tk.get_action("msativo_adesao_show")(context, {"id": row["id"]})
    assert shown["coordenador"] == row["coordenador"]
    with pytest.raises(tk.ObjectNotFound):
        tk.get_action("msativo_adesao_show")({"user": name_of(world, "prefeitura-admin")}, {"id": row["id"]})


def test_nobody_else_hands_a_prefeitura_over(world: World, letters: Any, subtests: Any) -> None:
    before = portal_state(world)
    for role in EVERYBODY:
        if role not in ("prefeitura-admin", ADMIN):
            for municipio in (JAPORA, "Japorã", "japora", 5004809):
                with subtests.test(f"{role} {municipio}"):
                    assert_refused(
                        world, role, "msativo_prefeitura_handover", {**NEW, "municipio": municipio}, before=before
                    )
    for missing in (None, "", "   ", "nenhum"):
        assert_refused(
            world, "prefeitura-admin", "msativo_prefeitura_handover", {**NEW, "municipio": missing}, before=before
        )
    assert letters.get_smtp_messages() == []


def test_when_the_letter_cannot_be_sent_everybody_keeps_the_role(
    world: World, letters: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = portal_state(world)
    monkeypatch.setattr(smtplib, "SMTP", Broken)
    with pytest.raises(tk.ValidationError, match="email"):
        do(world, "prefeitura-admin", "prefeitura_handover", **NEW)
    assert portal_state(world) == before
    assert do(world, ADMIN, "passagem_list")["count"] == 0


def test_somebody_with_an_account_takes_over_at_once(world: World, letters: Any) -> None:
    editor = world.user("prefeitura-editor")
    assert editor
    do(world, ADMIN, "prefeitura_handover", **{**NEW, "email": editor["email"]})
    assert roles_in(world.orgs["prefeitura"]) == {editor["name"]: "admin"}
    stranger = ckan_factories.User()
    do(world, "prefeitura-editor", "prefeitura_handover", **{**NEW, "email": stranger["email"]})
    assert roles_in(world.orgs["prefeitura"]) == {stranger["name"]: "admin"}


def test_a_municipality_without_an_organisation_says_so(world: World, letters: Any) -> None:
    with pytest.raises(tk.ValidationError, match="municipio"):
        do(world, ADMIN, "prefeitura_handover", **{**NEW, "municipio": "Campo Grande"})


def test_the_log_only_grows(world: World, letters: Any) -> None:
    do(world, ADMIN, "prefeitura_handover", **NEW)
    for statement in ("UPDATE msativo_passagem SET nota = 'x'", "DELETE FROM msativo_passagem"):
        with pytest.raises(sa.exc.DBAPIError, match="never changed"):
            model.Session.execute(sa.text(statement))
        model.Session.rollback()


def test_the_log_is_read_by_the_administrators_of_that_prefeitura_and_the_coordenacao(
    world: World, letters: Any
) -> None:
    vizinha = {**NEW, "municipio": "Sete Quedas", "email": "outro@example.org"}
    do(world, ADMIN, "prefeitura_handover", **vizinha)
    assert do(world, ADMIN, "passagem_list")["count"] == 1
    assert do(world, "prefeitura-admin", "passagem_list")["count"] == 0
    for role in (ANONYMOUS, "prefeitura-editor", "vizinha-admin", "secretaria-admin", "coordenacao-editor"):
        with pytest.raises(tk.NotAuthorized):
            do(world, role, "passagem_list", municipio="Sete Quedas")
    with pytest.raises(tk.NotAuthorized):
        do(world, "prefeitura-admin", "passagem_list", municipio="Sete Quedas")
