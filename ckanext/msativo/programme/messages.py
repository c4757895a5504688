"""A text for people: a stable code, an English msgid and its facts; translated where it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Translate = Callable[[str], str]
Show = Callable[[Any], str]


@dataclass(frozen=True)
class Message:
    """``code`` is for programs; ``msgid`` has ``{named}`` places for ``params``.

    A param may be a ``Message`` or a tuple or list of them; those are translated too. Dates, numbers and shares
    (0 to 1) are kept raw: the place that shows the text formats them.
    """

    code: str
    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self, translate: Translate = str, show: Show = str) -> str:
        """The sentence by ``translate`` (gettext or the like); ``show`` formats the facts."""

        def shown(value: Any) -> str:
            if isinstance(value, Message):
                return value.text(translate, show)
            if isinstance(value, tuple | list):
                return ", ".join(shown(part) for part in value)
            return show(value)

        return translate(self.msgid).format(**{name: shown(value) for name, value in self.params.items()})

    def __str__(self) -> str:
        return self.text()
