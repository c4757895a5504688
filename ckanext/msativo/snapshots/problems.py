"""What an exported folder can have wrong: a text for people with its facts, translated where it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Translate = Callable[[str], str]


@dataclass(frozen=True)
class Message:
    """An English msgid with ``{named}`` places for ``params``."""

    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self, translate: Translate = str) -> str:
        """The sentence in the reader's language; a fact that is a message itself is translated too."""
        facts = {
            name: value.text(translate) if isinstance(value, Message) else value for name, value in self.params.items()
        }
        return translate(self.msgid).format(**facts)

    def __str__(self) -> str:
        return self.text()


class FolderError(ValueError):
    """A folder that cannot be written or read: which file, and what is wrong with it."""

    def __init__(self, msgid: str, **params: Any) -> None:
        self.message = Message(msgid, params)
        super().__init__(str(self.message))
