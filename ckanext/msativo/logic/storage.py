"""Keeps bytes with CKAN's uploader and storage, under a key: the id of a resource, or a name that none can have."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any

from ckan.lib import files
from ckan.lib.uploader import get_resource_uploader
from werkzeug.datastructures import FileStorage

log = logging.getLogger(__name__)

MIB = 1 << 20


class StorageError(Exception):
    """The storage did not keep what it was given: none is configured, it is full, or it refuses."""


def keep(key: str, content: bytes, name: str, media_type: str) -> None:
    """Store ``content``; it was read back when this returns. Raises `StorageError`."""
    sent = FileStorage(io.BytesIO(content), name, content_type=media_type)
    try:
        keeper: Any = get_resource_uploader({"upload": sent})
        keeper.upload(key, len(content) // MIB + 1)
    except Exception as error:
        raise StorageError(f"{key}: {error}") from error
    # Without a configured storage CKAN's uploader keeps nothing and says nothing.
    if read(key) != content:
        raise StorageError(f"{key}: the storage does not hold what was sent; see ckan.storage_path")


def read(key: str) -> bytes | None:
    """The kept bytes; None when they are not there."""
    keeper: Any = get_resource_uploader({"id": key})
    if getattr(keeper, "storage", None) is None and getattr(keeper, "storage_path", None) is None:
        return None
    where = keeper.get_path(key)
    storage = getattr(keeper, "storage", None)
    try:
        if storage is not None:
            return storage.content(files.FileData(where))
        return Path(where).read_bytes()
    except (OSError, files.exc.FilesError):
        return None


def discard(key: str) -> None:
    """Take away bytes that nothing refers to any more; that they could not be is logged, and stops nobody."""
    try:
        keeper: Any = get_resource_uploader({"id": key, "clear_upload": True})
        keeper.upload(key)
    except Exception:
        log.exception("A file could not be deleted from the storage: %s", key)
