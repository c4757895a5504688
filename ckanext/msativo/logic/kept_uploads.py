"""Files that wait to be loaded: kept by their hash while somebody looks at what they would change, then forgotten."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo import config

DAYS = 7
"""For how long a file waits."""
CHUNK = 1 << 20
SHA256 = re.compile(r"[0-9a-f]{64}")
LONGEST_NAME = 120


def folder() -> Path:
    """Where they wait; raises `ValidationError` when the settings do not say."""
    storage = tk.config.get("ckan.storage_path")
    if not storage:
        raise tk.ValidationError({"upload": [tk._("Set ckan.storage_path: without it no file can wait here.")]})
    return Path(storage) / "msativo" / "carregar"


def keep(upload: Any) -> str:
    """Keep an uploaded file, read in pieces; returns its SHA-256. Raises `ValidationError` when empty or too large."""
    _forget_old()
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place, prefix="novo-") as fresh:
        name = _safe(getattr(upload, "filename", "") or "")
        digest = _copied(upload, Path(fresh) / name)
        target = place / digest
        if not target.exists():
            target.mkdir()
        (Path(fresh) / name).replace(target / name)
    return digest


def _copied(upload: Any, path: Path) -> str:
    most, size, digest = config.fetch_max_bytes(), 0, hashlib.sha256()
    with path.open("wb") as file:
        while piece := upload.read(CHUNK):
            size += len(piece)
            if size > most:
                said = tk._("The file is larger than {most} MB. Send it in parts, or load it with “ckan msativo load”.")
                raise tk.ValidationError({"upload": [said.format(most=most // 1_000_000)]})
            digest.update(piece)
            file.write(piece)
    if not size:
        raise tk.ValidationError({"upload": [tk._("The file is empty.")]})
    return digest.hexdigest()


def _safe(name: str) -> str:
    """The file's own name without folders and control characters."""
    plain = re.sub(r"[\x00-\x1f/\\]", "", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    return plain[-LONGEST_NAME:] or "arquivo"


def find(digest: str) -> Path:
    """The kept file; raises `ObjectNotFound` when there is none (any more)."""
    found = sorted((folder() / digest).glob("*")) if SHA256.fullmatch(digest) else []
    if not found:
        said = tk._("This file is not here any more: files wait {days} days. Send it again.")
        raise tk.ObjectNotFound(said.format(days=DAYS))
    return found[-1]


def forget(digest: str) -> None:
    shutil.rmtree(find(digest).parent, ignore_errors=True)


def _forget_old() -> None:
    place, oldest = folder(), time.time() - DAYS * 86400
    for old in place.glob("*") if place.exists() else ():
        if old.stat().st_mtime < oldest:
            shutil.rmtree(old, ignore_errors=True)
