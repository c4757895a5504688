"""Texts of the programme carry their facts apart, and are put together in the reader's language."""

from __future__ import annotations

from datetime import date

from ckanext.msativo.programme.messages import Message


def test_facts_that_are_messages_are_translated_and_lists_joined() -> None:
    message = Message(
        "m",
        "{who} on {day}: {what}",
        {
            "who": Message("w", "town"),
            "day": date(2026, 11, 28),
            "what": (Message("a", "one"), Message("b", "two")),
        },
    )
    words = {"{who} on {day}: {what}": "{day}, {who}: {what}", "town": "cidade", "one": "um", "two": "dois"}
    shown = message.text(words.__getitem__, lambda value: f"{value:%d/%m}")
    assert shown == "28/11, cidade: um, dois"
    assert str(message) == "town on 2026-11-28: one, two"


def test_braces_in_a_fact_are_text() -> None:
    assert str(Message("m", "“{name}”", {"name": "{nota}"})) == "“{nota}”"
