"""The signed term of an adesão: a PDF, kept as the one resource of its dataset."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.lib.uploader import get_max_resource_size, get_resource_uploader
from werkzeug.datastructures import FileStorage

from ckanext.msativo.logic import storage, uploads

FILE_NAME = "termo-de-adesao.pdf"
"""Always this: what people call their files tells names."""
MEDIA_TYPE = "application/pdf"


def read(given: Any) -> bytes | None:
    """The content of the one file that was sent, None without one; raises `ValidationError` if it is no PDF."""
    sent = uploads.read(given, get_max_resource_size() * 1_000_000)
    if not sent:
        return None
    if len(sent) > 1:
        raise tk.ValidationError({"upload": [tk._("Send one file: the signed term.")]})
    if sent[0].format != "PDF":
        raise tk.ValidationError({"upload": [tk._("“{name}” is no PDF.").format(name=sent[0].name)]})
    return sent[0].content


def resource(content: bytes) -> tuple[dict[str, Any], Any]:
    """The resource to be created, and the uploader that then keeps the content under the resource's id."""
    described: dict[str, Any] = {
        "name": tk._("Signed term"),
        "format": "PDF",
        "mimetype": MEDIA_TYPE,
        "hash": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "upload": FileStorage(io.BytesIO(content), FILE_NAME, content_type=MEDIA_TYPE),
    }
    keeper = get_resource_uploader(described)
    return described, keeper


def keep(keeper: Any, resource_id: str) -> None:
    keeper.upload(resource_id, get_max_resource_size())


def of(adesao_id: str) -> Any:
    """The active resource with the term, None when there is none."""
    query = model.Session.query(model.Resource).filter_by(package_id=adesao_id, state="active")
    return query.order_by(model.Resource.position).first()


def content(resource_id: str) -> bytes | None:
    """The kept file; None when it is not there."""
    return storage.read(resource_id)


def discard(resource_id: str) -> None:
    """Take a file away that nothing refers to any more; it holds names and signatures."""
    storage.discard(resource_id)
