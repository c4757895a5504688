"""Keeps what was fetched: each file once under its hash, and what is known of each address.

``files/<first 2 digits>/<sha256>`` is a file as it came; ``addresses/<sha256 of the address>.json`` says which one an
address had last. All is written aside and then renamed, so a reader never meets half a file.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Known:
    """The newest file of an address: its hash, the server's marks of it, and when it was retrieved (ISO, UTC)."""

    url: str
    sha256: str
    etag: str | None
    last_modified: str | None
    retrieved_at: str


class Cache:
    """The folder of fetched files; it is made when it is first written to. Nothing in it is ever deleted here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, sha256: str) -> Path:
        """Where the file of that hash is, or would be."""
        return self.folder / "files" / sha256[:2] / sha256

    def known(self, url: str) -> Known | None:
        """What is known of an address; None when nothing is, or its file is gone or was changed."""
        try:
            known = Known(**json.loads(self._entry(url).read_text(encoding="utf-8")))
            datetime.fromisoformat(known.retrieved_at)
            whole = known.url == url and _sha256(self.file(known.sha256)) == known.sha256
        except (OSError, ValueError, TypeError):
            return None
        return known if whole else None

    def remember(self, known: Known) -> None:
        """Note the newest file of an address."""
        path = self._entry(known.url)
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._aside() as file:
            file.write(json.dumps(asdict(known), ensure_ascii=False, indent=1).encode())
            _into_place(file, path)

    @contextlib.contextmanager
    def incoming(self) -> Iterator[Incoming]:
        """A file to write to; it is gone afterwards unless it was kept."""
        with self._aside() as file:
            yield Incoming(self, file)

    @contextlib.contextmanager
    def _aside(self) -> Iterator[IO[bytes]]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix="incoming-", delete=False) as file:
            try:
                yield file
            finally:
                Path(file.name).unlink(missing_ok=True)

    def _entry(self, url: str) -> Path:
        return self.folder / "addresses" / f"{hashlib.sha256(url.encode()).hexdigest()}.json"


class Incoming:
    """A file on its way into the cache."""

    def __init__(self, cache: Cache, file: IO[bytes]) -> None:
        self._cache = cache
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._digest.update(piece)
        self.size += len(piece)

    def keep(self) -> str:
        """Put the file under its hash, which is returned."""
        sha256 = self._digest.hexdigest()
        path = self._cache.file(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        _into_place(self._file, path)
        return sha256


def _into_place(file: IO[bytes], path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    Path(file.name).replace(path)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()
