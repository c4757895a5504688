"""The code that shows a page of ours in a frame of another site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import escape

from ckanext.msativo.views import social

WIDTH, HEIGHT = 720, 760
"""Of a frame that nobody measures."""


@dataclass(frozen=True)
class Code:
    """What to paste into another page. ``example`` is the address shown in it."""

    src: str
    title: str

    @property
    def html(self) -> str:
        return iframe(self.src, self.title, WIDTH, HEIGHT)


def iframe(src: str, title: str, width: int, height: int) -> str:
    return (
        f'<iframe src="{escape(src)}" title="{escape(title)}" width="{width}" height="{height}" '
        'style="border:0;max-width:100%" loading="lazy"></iframe>'
    )


def code(kind: str, name: str, title: str, **chosen: Any) -> Code:
    """The code that embeds a page; ``chosen`` is what of the page is kept, None what is not."""
    asked_for = {key: value for key, value in chosen.items() if value is not None}
    return Code(social.external(f"msativo_incorporar.{kind}", name=name, **asked_for), title)
