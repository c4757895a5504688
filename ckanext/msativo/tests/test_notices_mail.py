"""E-mails of notices over a real mail server: what they say, that each is sent, and that it is sent once."""

from __future__ import annotations

import re
import threading
from dataclasses import asdict
from datetime import datetime, timedelta
from html import escape
from typing import Any

import ckan.model as model
import pytest
from ckan.tests import factories as ckan_factories
from ckan.tests import helpers

from ckanext.msativo.logic import mails, notices, outbox, post
from ckanext.msativo.logic.told import told
from ckanext.msativo.model import Aviso
from ckanext.msativo.model import notices as table
from ckanext.msativo.programme import notices as kinds
from ckanext.msativo.programme import outbox as rules
from ckanext.msativo.tests.adesao_world import moment
from ckanext.msativo.tests.mail_server import (
    Server,
    free_port,
    part,
    smtp,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name

NOON = moment("2025-07-02")
MINUTE = timedelta(minutes=1)
FACTS = {"municipio": "Ribas & <b>Pardo</b>", "protocolo": "MSA-2025-000001-7"}


@pytest.fixture
def maria(portal: None) -> dict[str, Any]:
    return ckan_factories.User(fullname="Maria Souza", email="maria@example.org")


def tell(
    user: dict[str, Any], key: str = "1", at: datetime = NOON, kind: str = "adesao_retirada", **facts: Any
) -> None:
    notices.tell([user["id"]], kind, key, "/adesoes/MSA-2025-000001-7", at=at, **{**FACTS, **facts})
    model.Session.commit()


def prefer(user: dict[str, Any], email: str) -> None:
    table.prefer(user["id"], email, NOON)
    model.Session.commit()


def title() -> str:
    """The title of what `tell` tells, in the portal's language."""
    with mails.portal_language():
        return told(kinds.title("adesao_retirada", FACTS))


def states() -> list[tuple[str, int]]:
    model.Session.expire_all()
    rows = model.Session.query(Aviso).order_by(Aviso.criado_em, Aviso.chave).all()
    return [(row.email_estado, row.tentativas) for row in rows]


def test_the_mail_of_a_notice(maria: dict[str, Any], smtp: Server, subtests: Any) -> None:
    tell(maria)
    assert outbox.dispatch(NOON)["enviados"] == 1
    (message,) = smtp.messages
    (row,) = model.Session.query(Aviso).all()
    with subtests.test("its head"):
        assert str(message["Subject"]) == title()
        assert str(message["To"]) == "Maria Souza <maria@example.org>"
        assert str(message["From"]) == "MS Ativo <portal@example.org>"
        assert str(message["Message-ID"]) == f"<msativo-{row.id}@test.ckan.net>"
        assert (str(message["Auto-Submitted"]), str(message["Precedence"])) == ("auto-generated", "bulk")
    with subtests.test("one click stops the mails"):
        assert str(message["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
        assert re.fullmatch(r"<http://test\.ckan\.net/avisos/sair/[\w.-]+>", str(message["List-Unsubscribe"]))
        head = smtp.raw[0].split(b"\r\n\r\n")[0]
        assert re.search(rb"^List-Unsubscribe: <http://test.ckan.net/avisos/sair/[\w.-]+>\r$", head, re.MULTILINE)
    with subtests.test("its text and its HTML say the same"):
        plain, html = part(message, "plain"), part(message, "html")
        assert message.get_content_type() == "multipart/alternative"
        address = "http://test.ckan.net/adesoes/MSA-2025-000001-7"
        assert "Ribas & <b>Pardo</b>" in plain and "MSA-2025-000001-7" in plain and address in plain
        assert "Ribas &amp; &lt;b&gt;Pardo&lt;/b&gt;" in html and f'href="{address}"' in html
        assert all("/avisos/sair/" in text and "http://test.ckan.net/avisos" in text for text in (plain, html))
    with subtests.test("nothing is loaded from anywhere"):
        assert not re.search(r"<(img|link|script|iframe|style)|url\(|src=", html)
        assert '<html lang="pt-BR">' in html


def test_a_mail_is_sent_once_however_often_and_by_however_many(
    maria: dict[str, Any], smtp: Server, app: Any, subtests: Any
) -> None:
    for key in range(12):
        tell(maria, str(key))
    others = [ckan_factories.User(email=f"p{n}@example.org") for n in range(3)]
    for other in others:
        prefer(other, "resumo")
        for key in range(4):
            tell(other, str(key), NOON - timedelta(days=1))
    totals: list[int] = []

    def work() -> None:
        try:
            totals.append(outbox.dispatch(NOON)["enviados"])
        finally:
            model.Session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sum(totals) == 15 and len(smtp.ids) == len(set(smtp.ids)) == 15
    with subtests.test("again"):
        assert outbox.dispatch(NOON + timedelta(days=2))["enviados"] == 0
    assert set(states()) == {("enviado", 1)}


@pytest.mark.parametrize("answer", ["451 4.3.0 try later", "554 5.7.1 spam"])
def test_what_the_server_refuses_is_tried_again_with_growing_pauses(
    maria: dict[str, Any], smtp: Server, answer: str
) -> None:
    tell(maria)
    now, tries = NOON, 0
    smtp.answers = [answer] * 100
    for pause in (*rules.BACKOFF, None):
        outbox.dispatch(now)
        tries += 1
        assert smtp.tried == tries
        if pause:
            assert states() == [("pendente", tries)]
            assert outbox.dispatch(now + pause - MINUTE / 2) == dict.fromkeys(asdict(outbox.Counts()), 0)
            now += pause + MINUTE / 2
    assert states() == [("desistido", 8)]
    (row,) = model.Session.query(Aviso).all()
    assert answer.split()[0] in row.erro and row.lido_em is None
    assert outbox.dispatch(now + timedelta(days=30))["enviados"] == 0 and smtp.tried == tries


def test_a_server_that_is_down_loses_nothing_and_keeps_nobody_waiting(
    maria: dict[str, Any], smtp: Server, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in range(20):
        tell(maria, str(key))
    with monkeypatch.context() as patch:
        patch.setitem(ckan_config, "smtp.server", f"127.0.0.1:{free_port()}")
        assert outbox.dispatch(NOON)["adiados"] == outbox.IN_A_ROW
    with monkeypatch.context() as patch:
        patch.setitem(ckan_config, "smtp.server", "")
        assert outbox.dispatch(NOON)["adiados"] == outbox.IN_A_ROW
    assert outbox.dispatch(NOON + 2 * MINUTE)["enviados"] == 20
    assert len(set(smtp.ids)) == 20


def test_an_address_that_is_broken_does_not_stop_the_others(maria: dict[str, Any], smtp: Server) -> None:
    smtp.broken = {"nobody@example.org"}
    nobody = ckan_factories.User(email="nobody@example.org")
    odd = ckan_factories.User(fullname="Ção\r\nBcc: x@example.org", email="odd@example.org")
    for user in (nobody, odd, maria):
        tell(user)
    counts = outbox.dispatch(NOON)
    assert (counts["enviados"], counts["adiados"]) == (2, 1)
    assert all(message["Bcc"] is None for message in smtp.messages)


def test_killed_between_the_commit_and_the_sending_nothing_is_lost(
    maria: dict[str, Any], smtp: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(maria)

    def killed(*_args: Any) -> None:
        raise SystemExit(137)

    with monkeypatch.context() as patch:
        patch.setattr(post, "send", killed)
        with pytest.raises(SystemExit):
            outbox.dispatch(NOON)
    model.Session.remove()
    assert states() == [("pendente", 1)]
    assert outbox.dispatch(NOON + MINUTE)["enviados"] == 0, "the lease of the dead process holds"
    assert outbox.dispatch(NOON + rules.LEASE + MINUTE)["enviados"] == 1
    assert len(smtp.messages) == 1


def test_killed_after_the_server_took_it_the_second_mail_has_the_same_id(
    maria: dict[str, Any], smtp: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefer(maria, "resumo")
    for key in "ab":
        tell(maria, key, NOON - timedelta(days=1))

    def killed(*_args: Any) -> None:
        raise SystemExit(137)

    with monkeypatch.context() as patch:
        patch.setattr(outbox.box, "sent", killed)
        with pytest.raises(SystemExit):
            outbox.dispatch(NOON)
    model.Session.remove()
    tell(maria, "c", NOON + MINUTE)
    assert outbox.dispatch(NOON + rules.LEASE + MINUTE)["enviados"] == 1
    assert len(smtp.ids) == 2 and len(set(smtp.ids)) == 1


def test_a_mail_that_kills_its_process_each_time_is_given_up(
    maria: dict[str, Any], smtp: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(maria)

    def killed(*_args: Any) -> None:
        raise SystemExit(137)

    now = NOON
    with monkeypatch.context() as patch:
        patch.setattr(post, "send", killed)
        for _ in range(len(rules.BACKOFF) + 1):
            with pytest.raises(SystemExit):
                outbox.dispatch(now)
            now += rules.LEASE + MINUTE
    assert outbox.dispatch(now)["desistidos"] == 1
    assert states() == [("desistido", 8)] and not smtp.messages


def test_a_server_that_hangs_up_after_it_took_the_mail_does_not_get_it_twice(
    maria: dict[str, Any], smtp: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang_up(server: Any, *_args: Any) -> str:
        server.transport.close()
        return "221 Bye"

    monkeypatch.setattr(type(smtp), "handle_QUIT", hang_up, raising=False)
    tell(maria)
    assert outbox.dispatch(NOON)["enviados"] == 1
    assert outbox.dispatch(NOON + timedelta(days=1))["enviados"] == 0 and len(smtp.messages) == 1


def test_a_digest_is_one_mail_a_day(maria: dict[str, Any], smtp: Server, subtests: Any) -> None:
    prefer(maria, "resumo")
    day = moment("2025-07-02", "09:00")
    for key in "abc":
        tell(maria, key, day)
    with subtests.test("nothing comes before its hour"):
        assert outbox.dispatch(day + timedelta(hours=3))["enviados"] == 0
        assert outbox.dispatch(moment("2025-07-03", "06:59"))["enviados"] == 0
    with subtests.test("then all of it, the newer waits for the next one"):
        tell(maria, "d", moment("2025-07-03", "07:05"))
        assert outbox.dispatch(moment("2025-07-03", "07:10"))["enviados"] == 1
        (message,) = smtp.messages
        assert str(message["Subject"]).startswith("3 ") and "MS Ativo" in str(message["Subject"])
        assert part(message, "plain").count(title()) == part(message, "html").count(escape(title())) == 3
        assert str(message["Message-ID"]).startswith("<msativo-resumo-")
    with subtests.test("what is overdue comes at once"):
        tell(maria, "e", moment("2025-07-03", "08:00"), "adesao_atrasada", prazo="2025-07-02")
        assert outbox.dispatch(moment("2025-07-03", "08:01"))["enviados"] == 1
        assert "2 jul 2025" in part(smtp.messages[-1], "plain")
    with subtests.test("the next day the next one"):
        assert outbox.dispatch(moment("2025-07-04", "12:00"))["enviados"] == 1
        assert str(smtp.messages[-1]["Subject"]).startswith("1 ")
    with subtests.test("who wants all at once again gets at once what waited"):
        tell(maria, "f", moment("2025-07-04", "13:00"))
        outbox.dispatch(moment("2025-07-04", "13:01"))
        table.prefer(maria["id"], "imediato", moment("2025-07-04", "13:02"))
        assert outbox.dispatch(moment("2025-07-04", "13:03"))["enviados"] == 1


def test_who_wants_none_or_cannot_be_reached_gets_none(maria: dict[str, Any], smtp: Server) -> None:
    prefer(maria, "nenhum")
    gone, silent = ckan_factories.User(), ckan_factories.User()
    for user in (maria, gone, silent):
        tell(user)
    helpers.call_action("user_delete", id=gone["id"])
    model.User.get(silent["id"]).email = None
    model.Session.commit()
    assert outbox.dispatch(NOON) == {"enviados": 0, "adiados": 0, "desistidos": 0, "dispensados": 3}
    assert {state for state, _ in states()} == {"nao"} and not smtp.messages


def test_a_run_ends_after_its_batch_and_the_next_goes_on(maria: dict[str, Any], smtp: Server) -> None:
    for key in range(5):
        tell(maria, str(key))
    assert [outbox.dispatch(NOON, 2)["enviados"] for _ in range(4)] == [2, 2, 1, 0]


def test_ids_are_of_the_site_and_short_enough_for_a_header() -> None:
    one = mails.message_id(["0" * 36], digest=True)
    assert one == mails.message_id(["0" * 36], digest=True) != mails.message_id(["1" * 36], digest=True)
    assert mails.message_id(["b", "a"], digest=True) == mails.message_id(["a", "b"], digest=True)
    assert len("Message-ID: " + one) < 998
