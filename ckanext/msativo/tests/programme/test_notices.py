"""The kinds of notices: their sentences and facts belong together, and nothing else gets in."""

from __future__ import annotations

import string
from datetime import date, datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.programme import notices
from ckanext.msativo.programme.errors import ProgrammeError

ADESAO = {"municipio": "Japorã", "protocolo": "MSA-2025-000001-7"}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", notices.KINDS)
def test_the_sentences_of_a_kind_use_its_facts_and_no_others(name: str) -> None:
    kind = notices.KINDS[name]
    assert places(kind.title) | places(kind.text) <= set(kind.facts)
    assert kind.weight in notices.WEIGHTS
    assert kind.title and not places(kind.title).intersection({"nome", "email", "pessoa"})


def test_a_notice_in_words() -> None:
    stored = notices.facts("adesao_enviada", {**ADESAO, "prazo": date(2025, 7, 17)})
    assert stored == {**ADESAO, "prazo": "2025-07-17"}
    assert str(notices.title("adesao_enviada", stored)) == "Japorã asks to join"
    shown = notices.text("adesao_enviada", stored).text(show=lambda value: f"<{value}>")
    assert shown == "The request <MSA-2025-000001-7> was sent. The State's answer is due on <2025-07-17>."


def test_a_choice_is_translated_as_a_text_of_its_own() -> None:
    stored = notices.facts("adesao_respondida", {**ADESAO, "resposta": "devolvida"})
    title = notices.title("adesao_respondida", stored)
    assert title.text() == "Request returned for correction: Japorã"
    portuguese = {"{resposta}: {municipio}": "{municipio} – {resposta}", "Request returned for correction": "devolvida"}
    assert title.text(portuguese.__getitem__) == "Japorã – devolvida"


@pytest.mark.parametrize(
    ("name", "facts", "code"),
    [
        ("nada", {}, "unknown_notice"),
        ("adesao_retirada", {"municipio": "X"}, "notice_facts"),
        ("adesao_retirada", {**ADESAO, "coordenador": "Maria"}, "notice_facts"),
        ("adesao_retirada", {**ADESAO, "municipio": None}, "notice_fact"),
        ("adesao_respondida", {**ADESAO, "resposta": "rascunho"}, "notice_fact"),
        ("adesao_enviada", {**ADESAO, "prazo": "amanhã"}, "notice_fact"),
        ("adesao_enviada", {**ADESAO, "prazo": datetime(2025, 7, 1, 2, tzinfo=timezone.utc)}, "notice_fact"),
        ("adesao_aviso", {**ADESAO, "prazo": "2025-07-17", "dia": True}, "notice_fact"),
    ],
)
def test_what_a_kind_does_not_declare_is_refused(name: str, facts: dict[str, Any], code: str) -> None:
    with pytest.raises(ProgrammeError) as caught:
        notices.facts(name, facts)
    assert caught.value.code == code


@given(st.text(st.characters(), max_size=1000))
def test_a_text_is_one_line_that_a_database_and_a_header_can_hold(value: str) -> None:
    written = notices.TEXT.write(value)
    assert len(written) <= notices.LONGEST and written == " ".join(written.split())
    assert "\x00" not in written and written.encode() is not None


def test_an_old_notice_is_shown_whatever_the_table_says_now() -> None:
    assert str(notices.title("was_once", {"a": 1})) == "Notice"
    broken = {"municipio": 7, "resposta": "outra", "plus": []}
    assert str(notices.title("adesao_respondida", broken)) == "outra: 7"
    assert "{" not in str(notices.text("adesao_enviada", {"prazo": "31/12", "municipio": "{x}"}))
