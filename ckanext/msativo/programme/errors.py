"""The errors of this package: a translatable text with its facts."""

from __future__ import annotations

from typing import Any

from ckanext.msativo.programme.messages import Message


class ProgrammeError(ValueError):
    """An input that a rule of the programme cannot accept.

    ``code`` is stable and for programs; ``msgid`` is an English text with ``{named}`` places for ``params``.
    """

    def __init__(self, code: str, msgid: str, **params: Any) -> None:
        self.message = Message(code, msgid, params)
        super().__init__(str(self.message))

    @property
    def code(self) -> str:
        return self.message.code

    @property
    def msgid(self) -> str:
        return self.message.msgid

    @property
    def params(self) -> dict[str, Any]:
        return dict(self.message.params)
