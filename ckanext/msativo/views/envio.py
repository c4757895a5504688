"""What the form of an evidence sends by itself while it is filled in: its texts as a draft, and its files one by one.

A connection may be lost after the portal has written and before its answer arrives. The same thing that comes again is
then answered with what is there, and not taken for somebody else's change nor kept twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, jsonify, request

from ckanext.msativo.logic import clock
from ckanext.msativo.programme.days import PROGRAMME_ZONE
from ckanext.msativo.views import forms
from ckanext.msativo.views.evidence_texts import TEXTS, typed_texts

envio = Blueprint("msativo_envio", __name__)

Row = Mapping[str, Any]
Answer = tuple[Response, int]


def _call(action: str, **data: Any) -> Any:
    return tk.get_action(f"msativo_evidencia_{action}")({}, data)


def _answered(do: Callable[[], Mapping[str, Any]]) -> Answer:
    """What was kept, or what was wrong, as JSON for the form's script."""
    try:
        shown, status = do(), 200
    except tk.ValidationError as error:
        errors = cast(Any, error.error_dict)
        told = [text for messages in forms.shown(errors).values() for text in messages]
        shown, status = {"erro": " ".join(told)}, forms.status(errors)
    except tk.NotAuthorized as error:
        shown, status = {"erro": str(error)}, 403
    except tk.ObjectNotFound as error:
        shown, status = {"erro": str(error)}, 404
    return forms.private(jsonify(shown)), status


# -- texts -------------------------------------------------------------------------------------------------------------
@envio.post("/evidencias/rascunho")
def draft() -> Answer:
    """Keep what is typed so far; a field that is wrong is left out and named."""
    return _answered(_keep)


def _keep() -> dict[str, Any]:
    texts = typed_texts()
    if not forms.text("id"):
        begun = _begun(forms.text("entrega"), texts)
        return _told(begun) if begun else _written("create", {"entrega": forms.text("entrega")}, texts)
    return _written("update", {"id": forms.text("id"), "versao": forms.text("versao")}, texts)


def _written(action: str, seen: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return _told(_call(action, **seen, **texts))
    except tk.ValidationError as error:
        errors = cast(Any, error.error_dict)
        now = _now(errors)
        if now is not None and _same(now, texts):
            return _told(now)
        wrong = set(errors).intersection(texts)
        if not wrong:
            raise
    left = {name: value for name, value in texts.items() if name not in wrong}
    problems = {name: " ".join(messages) for name, messages in forms.shown(errors).items() if name in wrong}
    return {**_told(_call(action, **seen, **left)), "problemas": problems}


def _begun(entrega: str, texts: Mapping[str, Any]) -> Row | None:
    """The reader's draft that says the very same and has no file yet: its first answer was lost."""
    found = _call("list", entrega=entrega, estado="rascunho", limit=100)["results"] if entrega else []
    for row in found:
        if _same(row, texts):
            whole = _call("show", id=row["id"])
            if whole.get("editavel") and not whole["arquivos"]:
                return whole
    return None


def _same(row: Row, texts: Mapping[str, Any]) -> bool:
    """Whether an evidence says what was typed."""
    said = {name: str(forms.plain(row[name]) if row[name] is not None else "") for name in TEXTS}
    return "versao" in row and {**said, "publicavel": row["publicavel"]} == texts


def _now(errors: Mapping[str, Any]) -> Row | None:
    """After a conflict, the evidence as it is now."""
    return errors["atual"][0] if forms.CONFLICT in errors and errors.get("atual") else None


def _told(row: Row) -> dict[str, Any]:
    now: datetime = clock.now({}).astimezone(PROGRAMME_ZONE)
    return {
        "id": row["id"],
        "versao": row["versao"],
        "hora": now.strftime("%H:%M"),
        "editar": tk.url_for("msativo_evidencias.edit", ref=row["id"]),
        "arquivos": tk.url_for("msativo_envio.file", ref=row["id"]),
        "problemas": {},
    }


# -- files -------------------------------------------------------------------------------------------------------------
@envio.post("/evidencias/<ref>/arquivos")
def file(ref: str) -> Answer:
    """Add one file to a draft or to an evidence that came back."""
    return _answered(lambda: _add(ref))


def _add(ref: str) -> dict[str, Any]:
    sent = request.files.get("upload")
    if sent is None or not sent.filename:
        raise tk.ValidationError({"upload": [tk._("Choose a file first.")]})
    digest = hashlib.sha256(sent.stream.read()).hexdigest()
    sent.stream.seek(0)
    try:
        row = _call("update", id=ref, versao=forms.text("versao"), upload=[sent])
    except tk.ValidationError as error:
        now = _now(cast(Any, error.error_dict))
        if now is None or digest not in {one["hash"] for one in now["arquivos"]}:
            raise
        row = now
    kept = next(one for one in reversed(row["arquivos"]) if one["hash"] == digest)
    return {**_told(row), "arquivo": {name: kept[name] for name in ("id", "nome", "formato", "tamanho")}}
