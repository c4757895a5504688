"""Reads files that people send: how many, how large, and of what type – judged by their content, not by their name."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.munge import munge_filename

MAX_FILES = 5


@dataclass(frozen=True)
class Upload:
    name: str
    format: str
    content: bytes


def _is_xlsx(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError):
        return False


def _is_csv(content: bytes) -> bool:
    """Text of two columns or more in each of its first lines."""
    try:
        text = content[:20_000].decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content[:20_000].decode("latin-1")
    if "\x00" in text or text.lstrip().startswith("<"):
        return False
    try:
        dialect = csv.Sniffer().sniff(text, ",;\t")
    except csv.Error:
        return False
    return all(len(row) > 1 for row in list(csv.reader(io.StringIO(text), dialect))[:5] if row)


FORMATS: Mapping[str, tuple[str, Callable[[bytes], bool]]] = {
    "PDF": ("application/pdf", lambda content: content.startswith(b"%PDF-")),
    "PNG": ("image/png", lambda content: content.startswith(b"\x89PNG\r\n\x1a\n")),
    "JPEG": ("image/jpeg", lambda content: content.startswith(b"\xff\xd8\xff")),
    "XLSX": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _is_xlsx),
    "CSV": ("text/csv", _is_csv),
}
"""Format → media type, and how its content is known."""


def read(given: Any, max_bytes: int) -> list[Upload]:
    """The files of a form or of an API call; raises `ValidationError` that names the file and what is wrong with it."""
    files = given if isinstance(given, list | tuple) else [given] if given else []
    files = [file for file in files if getattr(file, "filename", None)]
    if len(files) > MAX_FILES:
        raise _wrong(tk._("At most {n} files can be sent.").format(n=MAX_FILES))
    return [_read(file, max_bytes) for file in files]


def _read(file: Any, max_bytes: int) -> Upload:
    name = munge_filename(file.filename)
    content = file.stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise _wrong(tk._("“{name}” is larger than {n} MB.").format(name=name, n=max_bytes // 1_000_000))
    if not content:
        raise _wrong(tk._("“{name}” is empty.").format(name=name))
    for known, (_type, fits) in FORMATS.items():
        if fits(content):
            return Upload(name, known, content)
    message = tk._("“{name}” is none of the accepted types: {types}.")
    raise _wrong(message.format(name=name, types=", ".join(FORMATS)))


def _wrong(message: str) -> tk.ValidationError:
    return tk.ValidationError({"upload": [message]})
