"""Opens what a table comes wrapped in: a zip or gzip of one file, or TabNet's page around a block of text."""

from __future__ import annotations

import gzip
import html
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Protocol

from ckanext.msativo.sources.files import SourceFile

PACKAGE = "datapackage.json"
_DATA = {".csv", ".txt", ".tsv", ".prn", ".json", ".geojson", ".topojson", ".xlsx", ".gz", ".zip"}
_ENCRYPTED = 0x1
_CHUNK = 1024 * 1024
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    LookupError,
    RuntimeError,
    ValueError,
)
"""What a damaged archive raises when it is opened or read."""
_PRE = re.compile(rb"<pre[^>]*>(.*?)</pre>", re.IGNORECASE | re.DOTALL)
_TABNET = re.compile(rb"[\"\n\r>]\s*munic[^;<\n]{0,60};", re.IGNORECASE)
_PAGE = 8 * 1024 * 1024


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def unpacked(source: SourceFile) -> SourceFile:
    """The file inside, under the outer name and hash; the same file if it is not wrapped."""
    head = source.head
    if head.startswith(b"PK"):
        return _unzipped(source)
    if head.startswith(b"\x1f\x8b"):
        return _gunzipped(source)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return _block(source)
    return source


def _inner(source: SourceFile, data: bytes) -> SourceFile:
    inner = SourceFile(data, source.name, source.max_unpacked_bytes)
    inner.sha256 = source.sha256  # the identity is that of the file that was sent
    return inner


def _unzipped(source: SourceFile) -> SourceFile:
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            member = _only_member(source, archive)
            if member is None:
                return source
            with _refusing_damage(source), archive.open(member) as part:
                return _inner(source, _limited(source, part))
    except DAMAGE:
        return source  # most are workbooks, and are refused as such


def _only_member(source: SourceFile, archive: zipfile.ZipFile) -> zipfile.ZipInfo | None:
    """The one file of data; None for a workbook or a data package, which their readers open."""
    members = [part for part in archive.infolist() if not part.is_dir()]
    if any(PurePosixPath(part.filename).name in (PACKAGE, "workbook.xml") for part in members):
        return None
    data = [part for part in members if PurePosixPath(part.filename).suffix.lower() in _DATA]
    if len(data) > 1:
        raise source.refusal("several_files", files=", ".join(part.filename for part in data)[:300])
    if data and data[0].flag_bits & _ENCRYPTED:
        raise source.refusal("encrypted_archive")
    return data[0] if data else None


@contextmanager
def _refusing_damage(source: SourceFile) -> Iterator[None]:
    try:
        yield
    except DAMAGE as error:
        raise source.refusal("broken_archive", reason=_short(error)) from None


def _gunzipped(source: SourceFile) -> SourceFile:
    try:
        with source.open() as stream, gzip.open(stream) as part:
            if not part.peek(1):
                return source
    except DAMAGE:
        return source  # not one byte can be read: called by its type
    with _refusing_damage(source), source.open() as stream, gzip.open(stream) as part:
        return _inner(source, _limited(source, part))


def _limited(source: SourceFile, stream: _Readable) -> bytes:
    """All bytes, or a refusal as soon as there are more than the limit: sizes in a header may lie."""
    limit = source.max_unpacked_bytes
    out = io.BytesIO()
    while chunk := stream.read(_CHUNK):
        out.write(chunk)
        if out.tell() > limit:
            raise source.refusal("too_large_text", limit=round(limit / 2**20, 1))
    return out.getvalue()


def _block(source: SourceFile) -> SourceFile:
    """TabNet answers "columns separated by ;" as a page whose <PRE> block is the table."""
    with source.open() as stream:
        page = stream.read(_PAGE)
    for match in _PRE.finditer(page):
        if _TABNET.search(b"\n" + match[1]):
            text = re.sub(r"<[^>\n]*>", "", match[1].decode("latin-1"))
            return _inner(source, html.unescape(text).encode("latin-1", errors="replace").lstrip())
    return source


def _short(error: BaseException) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:120]
