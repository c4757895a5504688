"""Reads files that people send: how many, how large, and of what type – judged by their content, not by their name."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.munge import munge_filename
from flask import has_request_context

from ckanext.msativo import config

MAX_FILES = 5
"""Of a contest."""
READ = 20_000
"""Bytes of a text by which it is judged."""


@dataclass(frozen=True)
class Upload:
    name: str
    format: str
    content: bytes

    @property
    def media_type(self) -> str:
        return FORMATS[self.format][0]

    @property
    def hash(self) -> str:
        """SHA-256 in hex."""
        return hashlib.sha256(self.content).hexdigest()


def _is_xlsx(content: bytes) -> bool:
    """A workbook without macros that unpacks to no more than a loaded file may."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, OverflowError, ValueError):
        return False
    macros = any(name.lower().endswith("vbaproject.bin") for name in sizes)
    return "xl/workbook.xml" in sizes and not macros and sum(sizes.values()) <= config.max_unpacked_bytes()


def _is_csv(content: bytes) -> bool:
    """Text of two columns or more in each of its first lines."""
    try:
        text = content[:READ].decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content[:READ].decode("latin-1")
    if "\x00" in text or text.lstrip().startswith("<"):
        return False
    lines = text.splitlines()
    if len(content) > READ:
        # The last line is cut; it is read only when it is the only one.
        lines = lines[:-1] or lines
    lines = [line for line in lines if line.strip()][:5]
    return any(_columns(lines, mark) > 1 for mark in ",;\t")


def _columns(lines: Sequence[str], mark: str) -> int:
    """Fewest columns of the lines by that separator."""
    try:
        return min((len(row) for row in csv.reader(lines, delimiter=mark)), default=0)
    except csv.Error:
        return 0


FORMATS: Mapping[str, tuple[str, Callable[[bytes], bool]]] = {
    "PDF": ("application/pdf", lambda content: content.startswith(b"%PDF-")),
    "PNG": ("image/png", lambda content: content.startswith(b"\x89PNG\r\n\x1a\n")),
    "JPEG": ("image/jpeg", lambda content: content.startswith(b"\xff\xd8\xff")),
    "XLSX": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _is_xlsx),
    "CSV": ("text/csv", _is_csv),
}
"""Format → media type, and how its content is known."""


def read(
    given: Any, max_bytes: int, *, formats: Collection[str] = tuple(FORMATS), max_files: int = MAX_FILES
) -> list[Upload]:
    """The files of a form or of an API call; raises `ValidationError` that names the file and what is wrong with it.

    ``formats``: the keys of `FORMATS` that are accepted.
    """
    sent = given if isinstance(given, list | tuple) else _all_of(given) if given else []
    if any(isinstance(file, str | bytes | int | float | dict) and file for file in sent):
        raise wrong(tk._("Send the file itself, as multipart/form-data."))
    files = [file for file in sent if getattr(file, "filename", None)]
    if len(files) > max_files:
        raise wrong(tk._("At most {n} files can be sent.").format(n=max_files))
    return [_read(file, max_bytes, formats) for file in files]


def _all_of(first: Any) -> list[Any]:
    """All files that a request sends under one name: CKAN's API hands over only the first of them."""
    for name in tk.request.files if has_request_context() else ():
        sent = tk.request.files.getlist(name)
        if sent[0] is first:
            return sent
    return [first]


def _read(file: Any, max_bytes: int, formats: Collection[str]) -> Upload:
    name = munge_filename(file.filename.replace("\\", "/")).lstrip(".") or "arquivo"
    content = file.stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise wrong(tk._("“{name}” is larger than {n} MB.").format(name=name, n=max_bytes // 1_000_000))
    if not content:
        raise wrong(tk._("“{name}” is empty.").format(name=name))
    for known in formats:
        if FORMATS[known][1](content):
            return Upload(_named(name, known), known, content)
    message = tk._("“{name}” is none of the accepted types: {types}.")
    raise wrong(message.format(name=name, types=", ".join(formats)))


def _named(name: str, known: str) -> str:
    """The name with the ending of what the file is: who saves it opens it as that."""
    _stem, dot, ending = name.upper().rpartition(".")
    fits = ending == known or (ending, known) == ("JPG", "JPEG")
    return name if dot and fits else f"{name}.{known.lower()}"


def wrong(message: str) -> tk.ValidationError:
    return tk.ValidationError({"upload": [message]})
