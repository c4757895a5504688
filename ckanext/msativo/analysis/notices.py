"""Things a reader of a result should know, returned beside it and never printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Notice:
    """A stable code, a text to translate with its facts, and the column it is about (−1 = all)."""

    code: str
    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)
    column: int = -1

    def __str__(self) -> str:
        return self.msgid.format(**self.params)
