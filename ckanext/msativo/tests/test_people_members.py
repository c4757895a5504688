"""Invitations and roles: who may bring whom into which organisation, and that nothing is half done."""

from __future__ import annotations

import email
import smtplib
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories as ckan_factories

from ckanext.msativo.tests.people_world import (
    accounts_with,
    do,
    id_of,
    letters,  # noqa: F401 - the fixture
    name_of,
    newcomer,
    roles_in,
)
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    ANONYMOUS,
    EDITOR,
    EVERYBODY,
    OUTSIDER,
    REFUSALS,
    SYSADMIN,
    World,
    assert_refused,
    portal_state,
    web,  # noqa: F401 - the fixture
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name

NEW = "nova.pessoa@example.org"


def invite(world: World, role: str, org: str, **data: Any) -> Any:
    given = {"email": NEW, "papel": "editor", "nome": "Nova Pessoa", **data}
    return do(world, role, "pessoa_invite", organizacao=world.orgs[org]["name"], **given)


def test_who_is_invited_gets_a_waiting_account_the_role_and_one_letter(world: World, letters: Any) -> None:
    answer = invite(world, "prefeitura-admin", "prefeitura")
    assert answer == {"organizacao": world.orgs["prefeitura"]["id"], "email": NEW, "papel": "editor"}
    (user,) = accounts_with(NEW)
    assert (user.state, user.fullname, user.sysadmin) == ("pending", "Nova Pessoa", False)
    assert roles_in(world.orgs["prefeitura"])[user.name] == "editor"
    ((_, _from, to, text),) = letters.get_smtp_messages()
    assert to == [NEW] and f"/user/reset/{user.id}?key={user.reset_key}" in decoded(text)


def decoded(text: str) -> str:
    payload = email.message_from_string(text).get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def test_who_accepts_enters_with_that_role(world: World, letters: Any, web: Any) -> None:
    invite(world, "prefeitura-admin", "prefeitura")
    (user,) = accounts_with(NEW)
    form = {"password1": "uma-senha-bem-longa", "password2": "uma-senha-bem-longa"}
    answer = web.post(f"/user/reset/{user.id}?key={user.reset_key}", data=form, follow_redirects=False)
    assert answer.status_code == 302
    (user,) = accounts_with(NEW)
    assert user.state == "active"
    assert roles_in(world.orgs["prefeitura"])[user.name] == "editor"


def test_each_administrator_invites_into_the_own_organisation_and_the_coordenacao_into_all_others(
    world: World, letters: Any, subtests: Any
) -> None:
    before = portal_state(world)
    may = {
        "prefeitura": {"prefeitura-admin", ADMIN},
        "vizinha": {"vizinha-admin", ADMIN},
        "secretaria": {"secretaria-admin", ADMIN},
        "coordenacao": {ADMIN},
        "outra": set(),
    }
    for org, allowed in may.items():
        for role in EVERYBODY:
            if role in allowed:
                continue
            with subtests.test(f"{role} into {org}"):
                for papel in ("member", "editor", "admin"):
                    data = {"organizacao": world.orgs[org]["id"], "email": NEW, "papel": papel}
                    assert_refused(world, role, "msativo_pessoa_invite", data, before=before)
    assert letters.get_smtp_messages() == []
    for org, allowed in may.items():
        for role in allowed:
            address = f"{role}.{org}@example.org"
            invite(world, role, org, email=address)
            assert accounts_with(address)[0].name in roles_in(world.orgs[org])


def test_no_trick_in_an_invitation_gives_more_than_a_role(world: World, letters: Any) -> None:
    invite(
        world,
        "prefeitura-admin",
        "prefeitura",
        sysadmin=True,
        state="active",
        name="escolhido",
        id="11111111-1111-1111-1111-111111111111",
        password="uma-senha-bem-longa",
        group_id=world.owner,
        plugin_extras={"x": 1},
    )
    (user,) = accounts_with(NEW)
    assert (user.state, user.sysadmin, user.password) == ("pending", False, None)
    assert user.name != "escolhido" and not user.id.startswith("1111") and not user.plugin_extras
    assert user.name not in roles_in(world.orgs["coordenacao"])


@pytest.mark.parametrize("papel", ["sysadmin", "parent", "", "public", ["admin"], {"papel": "admin"}, "Admin", None])
def test_a_role_that_there_is_not_is_refused(world: World, letters: Any, papel: Any) -> None:
    before = portal_state(world)
    data = {"organizacao": world.orgs["prefeitura"]["id"], "email": NEW, "papel": papel}
    assert_refused(world, "prefeitura-admin", "msativo_pessoa_invite", data, before=before)


HEADERS = [
    "nova@example.org\nBcc: todos@example.org",
    "nova@example.org\r\nBcc: todos@example.org",
    "nova@example.org, outra@example.org",
    "nova@example.org;outra@example.org",
    "Nome <nova@example.org>",
    "nova@example.org\x00",
    "nova@example.org\u2028Bcc: x@example.org",
    "nova@exa mple.org",
    "@example.org",
    "a" * 300 + "@example.org",
    "\ud800@example.org",
    "   ",
    ["nova@example.org"],
]


@pytest.mark.parametrize("address", HEADERS)
def test_an_address_with_more_than_an_address_in_it_is_refused(world: World, letters: Any, address: Any) -> None:
    before = portal_state(world)
    data = {"organizacao": world.orgs["prefeitura"]["id"], "email": address, "papel": "editor"}
    assert_refused(world, "prefeitura-admin", "msativo_pessoa_invite", data, before=before)
    assert letters.get_smtp_messages() == []


@pytest.mark.parametrize("name", ["Ana\nBcc: x@example.org", "Ana\r\n\r\ntexto", "A\x00", "A" * 201, "A\u202eB"])
def test_a_name_cannot_write_a_header_of_the_letter(world: World, letters: Any, name: str) -> None:
    before = portal_state(world)
    data = {"organizacao": world.orgs["prefeitura"]["id"], "email": NEW, "papel": "editor", "nome": name}
    assert_refused(world, "prefeitura-admin", "msativo_pessoa_invite", data, before=before)
    assert letters.get_smtp_messages() == []


class Broken(smtplib.SMTP):
    """A mail server that refuses every letter."""

    def __init__(self, *_args: Any) -> None:
        self.esmtp_features = {}

    def ehlo(self, name: str = "") -> tuple[int, bytes]:
        return (250, b"")

    def sendmail(self, *_args: Any, **_options: Any) -> Any:
        raise smtplib.SMTPRecipientsRefused({})

    def quit(self) -> tuple[int, bytes]:
        return (221, b"")


def test_when_the_letter_cannot_be_sent_nothing_is_made(
    world: World, letters: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = portal_state(world)
    monkeypatch.setattr(smtplib, "SMTP", Broken)
    with pytest.raises(tk.ValidationError, match="email"):
        invite(world, "prefeitura-admin", "prefeitura")
    assert portal_state(world) == before
    monkeypatch.setattr(smtplib, "SMTP", letters)
    invite(world, "prefeitura-admin", "prefeitura")
    assert len(accounts_with(NEW)) == 1


def test_without_a_mail_server_nobody_is_invited_in_silence(world: World, mail_server: Any) -> None:
    before = portal_state(world)
    with pytest.raises(tk.ValidationError, match="email"):
        invite(world, "prefeitura-admin", "prefeitura")
    assert portal_state(world) == before


def test_who_has_an_account_is_added_and_told_and_the_answer_is_the_same(world: World, letters: Any) -> None:
    person = ckan_factories.User(email="Conhecida@example.org")
    answer = invite(world, "prefeitura-admin", "prefeitura", email="conhecida@EXAMPLE.org")
    assert answer == {
        "organizacao": world.orgs["prefeitura"]["id"],
        "email": "conhecida@example.org",
        "papel": "editor",
    }
    assert roles_in(world.orgs["prefeitura"])[person["name"]] == "editor"
    user = model.User.get(person["id"])
    assert user and user.state == "active" and not user.reset_key and user.fullname == person["fullname"]
    assert len(accounts_with("conhecida@example.org")) == 1
    assert len(letters.get_smtp_messages()) == 1
    # Her address is not told by the list: an administrator could add any account by its name.
    shown = do(world, "prefeitura-admin", "pessoa_list", organizacao=world.orgs["prefeitura"]["name"])["results"]
    assert "email" not in next(row for row in shown if row["usuario"] == person["id"])


def test_inviting_again_who_has_not_come_sends_a_new_letter_to_the_same_account(world: World, letters: Any) -> None:
    invite(world, "prefeitura-admin", "prefeitura")
    key = accounts_with(NEW)[0].reset_key
    invite(world, "prefeitura-admin", "prefeitura", papel="member")
    (user,) = accounts_with(NEW)
    assert user.reset_key != key and roles_in(world.orgs["prefeitura"])[user.name] == "member"
    invite(world, "vizinha-admin", "vizinha")
    assert len(accounts_with(NEW)) == 1 and len(letters.get_smtp_messages()) == 3


def test_a_deleted_account_is_not_woken(world: World, letters: Any) -> None:
    person = ckan_factories.User(email=NEW)
    tk.get_action("user_delete")({"ignore_auth": True, "user": ""}, {"id": person["id"]})
    invite(world, "prefeitura-admin", "prefeitura")
    assert sorted(user.state for user in accounts_with(NEW)) == ["deleted", "pending"]


def test_who_is_in_the_organisation_keeps_the_role(world: World, letters: Any) -> None:
    person = world.user("prefeitura-admin")
    assert person
    with pytest.raises(tk.ValidationError, match="email"):
        invite(world, ADMIN, "prefeitura", email=person["email"], papel="member")
    assert roles_in(world.orgs["prefeitura"])[person["name"]] == "admin"


# -- roles -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("action", "data"), [("pessoa_update", {"papel": "member"}), ("pessoa_remove", {})])
def test_roles_are_changed_by_administrators_of_the_organisation_and_the_coordenacao(
    world: World, action: str, data: dict[str, Any], subtests: Any
) -> None:
    before = portal_state(world)
    for role in EVERYBODY:
        if role not in ("prefeitura-admin", ADMIN):
            with subtests.test(role):
                given = {"organizacao": world.orgs["prefeitura"]["id"], "usuario": id_of(world, "prefeitura-editor")}
                assert_refused(world, role, f"msativo_{action}", {**given, **data}, before=before)
    for helper, person in ((ADMIN, "prefeitura-editor"), ("prefeitura-admin", "prefeitura-member")):
        given = {"organizacao": world.orgs["prefeitura"]["id"], "usuario": name_of(world, person)}
        do(world, helper, action, **{**given, **data})
        assert roles_in(world.orgs["prefeitura"]).get(name_of(world, person)) == data.get("papel")


def test_a_person_of_another_organisation_is_not_there(world: World) -> None:
    before = portal_state(world)
    for person in ("vizinha-admin", EDITOR, OUTSIDER, SYSADMIN):
        data = {"organizacao": world.orgs["prefeitura"]["id"], "usuario": name_of(world, person)}
        assert_refused(world, "prefeitura-admin", "msativo_pessoa_remove", data, before=before)
        assert_refused(world, "prefeitura-admin", "msativo_pessoa_update", {**data, "papel": "admin"}, before=before)


def test_one_administrator_always_stays(world: World, letters: Any) -> None:
    prefeitura = world.orgs["prefeitura"]
    who = {"organizacao": prefeitura["id"], "usuario": name_of(world, "prefeitura-admin")}
    for role in ("prefeitura-admin", ADMIN):
        with pytest.raises(tk.ValidationError, match="usuario"):
            do(world, role, "pessoa_remove", **who)
        with pytest.raises(tk.ValidationError, match="usuario"):
            do(world, role, "pessoa_update", papel="editor", **who)
    # Who was only invited cannot do anything yet.
    invite(world, "prefeitura-admin", "prefeitura", papel="admin")
    with pytest.raises(tk.ValidationError, match="usuario"):
        do(world, "prefeitura-admin", "pessoa_remove", **who)
    newcomer(prefeitura, "admin")
    do(world, "prefeitura-admin", "pessoa_remove", **who)
    assert name_of(world, "prefeitura-admin") not in roles_in(prefeitura)
    with pytest.raises(tk.NotAuthorized):
        invite(world, "prefeitura-admin", "prefeitura", email="depois@example.org")


# -- the list ----------------------------------------------------------------------------------------------------------
def test_the_list_shows_ones_own_organisations_and_to_the_coordenacao_all(world: World, subtests: Any) -> None:
    for role, orgs in {
        "prefeitura-member": {"prefeitura"},
        "vizinha-admin": {"vizinha"},
        "secretaria-editor": {"secretaria"},
        "coordenacao-member": set(world.orgs),
        SYSADMIN: set(world.orgs),
    }.items():
        with subtests.test(role):
            found = do(world, role, "pessoa_list", limit=500)
            assert {row["organizacao"] for row in found["results"]} == {world.orgs[org]["id"] for org in orgs}
            assert found["count"] == len(found["results"])
    for role in (ANONYMOUS, OUTSIDER):
        with pytest.raises(tk.NotAuthorized):
            do(world, role, "pessoa_list")


def test_the_members_of_others_are_not_told(world: World) -> None:
    for role in EVERYBODY:
        if role.startswith(("prefeitura", "coordenacao", "outra")):
            continue
        for key in ("id", "name"):
            with pytest.raises(REFUSALS):
                do(world, role, "pessoa_list", organizacao=world.orgs["prefeitura"][key])
    with pytest.raises(tk.NotAuthorized):
        do(world, "prefeitura-admin", "pessoa_list", organizacao="nenhuma")


def test_addresses_are_seen_by_their_owner_and_the_coordenacaos_administrators(world: World) -> None:
    person = world.user("prefeitura-editor")
    assert person
    for role in EVERYBODY:
        try:
            rows = do(world, role, "pessoa_list", limit=500)["results"]
        except tk.NotAuthorized:
            continue
        told = {row["usuario"] for row in rows if "email" in row}
        if role == ADMIN:
            assert person["id"] in told
        elif role != "prefeitura-editor":
            assert told == {id_of(world, role)}


def test_pages_of_the_list_are_pages(world: World) -> None:
    first = do(world, ADMIN, "pessoa_list", limit=3)
    rest = do(world, ADMIN, "pessoa_list", limit=100, offset=3)
    both = [(row["organizacao"], row["usuario"]) for row in first["results"] + rest["results"]]
    assert len(first["results"]) == 3 and len(both) == len(set(both)) == first["count"] == 10
