"""The text fields of an evidence's form: sent by its buttons, and by itself while it is filled in."""

from __future__ import annotations

from typing import Any

from ckanext.msativo.views import forms

TEXTS = ("descricao", "data", "lugar", "quantidade", "link")


def typed_texts() -> dict[str, Any]:
    """What the fields of the form say, without the files."""
    return {**{name: forms.text(name) for name in TEXTS}, "publicavel": bool(forms.text("publicavel"))}
