"""The one error of this package: a translatable text with its facts."""

from __future__ import annotations

from typing import Any


class AnalysisError(ValueError):
    """A method or an input that cannot be used.

    ``code`` is stable and for programs; ``msgid`` is an English text with ``{named}`` places for
    ``params``, translated where it is shown. ``str(error)`` is the English sentence.
    """

    def __init__(self, code: str, msgid: str, **params: Any) -> None:
        self.code = code
        self.msgid = msgid
        self.params = params
        super().__init__(msgid.format(**params))


def listed(names: Any) -> str:
    """Join names for a message: ``quantil, limiar``."""
    return ", ".join(str(name) for name in names)
