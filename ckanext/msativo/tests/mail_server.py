"""A real SMTP server for tests: it keeps what it was sent, and answers as it is told to."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller

OK = "250 OK"


class Server:
    """``answers`` are given to the next messages, one each; then ``OK``. ``broken`` addresses are refused by 550."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.answers: list[str] = []
        self.tried = 0
        self.broken: set[str] = set()
        self.controller = Controller(cast(Any, self), hostname="127.0.0.1", port=free_port())

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.broken:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.tried += 1
        answer = self.answers.pop(0) if self.answers else OK
        if answer.startswith("2"):
            self.raw.append(envelope.content)
            self.messages.append(cast(EmailMessage, email.message_from_bytes(envelope.content, policy=default)))
        return answer

    @property
    def address(self) -> str:
        return f"{self.controller.hostname}:{self.controller.port}"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.messages if address in str(message["To"])]

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def part(message: EmailMessage, kind: str) -> str:
    """The ``plain`` or ``html`` text of a message."""
    body = message.get_body((kind,))
    assert body is not None
    return body.get_content()


@pytest.fixture
def smtp(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The portal's mail server."""
    server = Server()
    server.controller.start()
    for name, value in (("server", server.address), ("mail_from", "portal@example.org")):
        monkeypatch.setitem(ckan_config, f"smtp.{name}", value)
        # A command reads its settings anew.
        monkeypatch.setenv(f"CKAN_SMTP_{name.upper()}", value)
    yield server
    server.controller.stop()
