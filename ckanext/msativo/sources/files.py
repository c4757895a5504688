"""The file a reader is given: its bytes, its identity, and what kind of file it is."""

from __future__ import annotations

import hashlib
import io
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Literal

from ckanext.msativo.sources.base import Problem, ReadContext, Refused
from ckanext.msativo.sources.json_text import is_json, parse_json
from ckanext.msativo.sources.text import detect_encoding
from ckanext.msativo.sources.workbook import Workbook

_HEAD = 64 * 1024
_CHUNK = 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# First bytes of files that people take for tables, and what they are called.
_WRONG_TYPES = {
    _OLE: "Excel 97 (.xls)",
    b"%PDF": "PDF",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"PAR1": "Parquet",
}


class SourceFile:
    """Bytes in memory or a file on disk under the name that people know it by."""

    def __init__(
        self,
        data: bytes | Path,
        name: str,
        max_unpacked_bytes: int = ReadContext.max_unpacked_bytes,
    ) -> None:
        self.data = data
        self.name = name
        self.max_unpacked_bytes = max_unpacked_bytes

    def open(self) -> BinaryIO:
        """The bytes from the start; the caller closes it."""
        return io.BytesIO(self.data) if isinstance(self.data, bytes) else self.data.open("rb")

    @cached_property
    def head(self) -> bytes:
        """The first 64 KB."""
        with self.open() as stream:
            return stream.read(_HEAD)

    @cached_property
    def sha256(self) -> str:
        """The hash of the bytes, hex."""
        digest = hashlib.sha256()
        with self.open() as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    @cached_property
    def kind(self) -> Literal["text", "workbook"]:
        """What to open it as; raises `Refused` for what is neither text nor a workbook."""
        if not self.head:
            raise self.refusal("empty_file")
        if self.head.startswith(b"PK"):
            return "workbook"
        if self.head.startswith(_OLE) and self._contains(_ENCRYPTED):
            raise self.refusal("encrypted")
        for signature, type_ in _WRONG_TYPES.items():
            if self.head.startswith(signature):
                raise self.refusal("wrong_type", type=type_)
        if self.head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
            raise self.refusal("html_page")
        return "text"

    @cached_property
    def encoding(self) -> str:
        """The encoding of a text file; raises `Refused` if it is not text."""
        return detect_encoding(self)

    @cached_property
    def is_json(self) -> bool:
        """Whether the text begins as JSON does; `document` then says whether it is."""
        return self.kind == "text" and is_json(self)

    @cached_property
    def document(self) -> Any:
        """The parsed JSON; raises `Refused` if it is cut off, damaged, or repeats a key."""
        return parse_json(self)

    @cached_property
    def workbook(self) -> Workbook:
        """The opened XLSX; raises `Refused` if it is unsafe or damaged."""
        return Workbook(self)

    def refusal(self, code: str, *, row: int | None = None, column: str | None = None, **params: Any) -> Refused:
        """The exception, to be raised, that refuses this file."""
        return Refused(Problem(self.name, code, row=row, column=column, params=params))

    def _contains(self, needle: bytes) -> bool:
        tail = b""
        with self.open() as stream:
            while chunk := stream.read(_CHUNK):
                if needle in tail + chunk:
                    return True
                tail = chunk[-len(needle) :]
        return False
