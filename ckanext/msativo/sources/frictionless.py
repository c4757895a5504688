"""Frictionless data packages: `datapackage.json` and its CSV resources, in a zip or in one folder.

A resource with the tidy columns is read as tidy; any other with a municipality and a year gives one
series for each field of numbers. Nothing is fetched: a resource elsewhere is refused.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from ckanext.msativo.sources.base import ReadContext, Reading
from ckanext.msativo.sources.collector import Collector
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.header import normalise
from ckanext.msativo.sources.json_text import parse_json
from ckanext.msativo.sources.places import code_text
from ckanext.msativo.sources.provenance import Provenance
from ckanext.msativo.sources.sidra_layout import is_year
from ckanext.msativo.sources.symbols import PUBLISHED
from ckanext.msativo.sources.text import text_rows
from ckanext.msativo.sources.tidy import REQUIRED, Tidy
from ckanext.msativo.sources.unpack import DAMAGE, PACKAGE
from ckanext.msativo.sources.wide import Variable, WideRow, add_wide

_CODES = ("codigo_ibge", "cod_ibge", "codigo_municipio", "cod_municipio", "co_municipio", "id_municipio", "codmun7")
_YEARS = ("ano", "year", "exercicio", "periodo")
_FIGURES = frozenset({"number", "integer", "any", ""})


@dataclass(frozen=True)
class Resource:
    """One resource: its description, its file, and the names of its columns."""

    name: str
    about: Mapping[str, Any]
    file: SourceFile
    header: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Normalised names of the columns."""
        return [normalise(cell) for cell in self.header]

    @property
    def delimiter(self) -> str:
        """As the dialect says; a comma is the format's default."""
        dialect = self.about.get("dialect")
        found = str(dialect.get("delimiter", ",")) if isinstance(dialect, dict) else ","
        return found if len(found) == 1 and found not in '\r\n"' else ","

    def fields(self) -> dict[str, Mapping[str, Any]]:
        """Descriptions of the fields by name."""
        schema = self.about.get("schema")
        fields = schema.get("fields") if isinstance(schema, dict) else None
        return {str(one.get("name")): one for one in fields or () if isinstance(one, dict)}

    def missing(self) -> frozenset[str]:
        """Texts that the schema declares to be missing values."""
        schema = self.about.get("schema")
        values = schema.get("missingValues") if isinstance(schema, dict) else None
        return frozenset(map(str, values)) if isinstance(values, list) else frozenset({""})


class Frictionless:
    """Reader of data packages."""

    name = "frictionless"

    def recognise(self, source: SourceFile) -> float:
        """A JSON object with `resources`, or a zip with a datapackage.json."""
        if source.head.startswith(b"PK"):
            return 0.95 if _package_member(source) else 0.0
        document = source.document if source.kind == "text" and source.is_json else None
        return 0.95 if isinstance(document, dict) and isinstance(document.get("resources"), list) else 0.0

    def read(self, source: SourceFile, context: ReadContext) -> Reading:
        """Read all resources; raises `Refused` at a missing file or where none is by municipality and year."""
        package, files = _package(source)
        reading: Reading | None = None
        left_out: list[str] = []
        for resource in _resources(source, package, files):
            found = _read_resource(resource, package, context)
            if found is None:
                left_out.append(resource.name)
            else:
                reading = found if reading is None else _joined(source, reading, found)
        if reading is None:
            raise source.refusal("no_table", expected="codigo_ibge, ano")
        out = Collector(self.name, source, context, PUBLISHED)
        if left_out:
            out.note("package_resources", names=", ".join(left_out))
            reading = replace(reading, notes=(*reading.notes, *out.notes))
        return replace(reading, reader=self.name, file_name=source.name, file_hash=source.sha256)


def _package_member(source: SourceFile) -> str | None:
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            return next((name for name in archive.namelist() if PurePosixPath(name).name == PACKAGE), None)
    except DAMAGE:
        return None


def _package(source: SourceFile) -> tuple[Mapping[str, Any], Mapping[str, bytes] | Path | None]:
    """The description, and where its files are: members of the zip by path, or a folder."""
    if not source.head.startswith(b"PK"):
        document = source.document
        folder = source.data.parent if isinstance(source.data, Path) else None
        return _checked(source, document), folder
    member = _package_member(source)
    if member is None:
        raise source.refusal("no_table", expected=PACKAGE)
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            size = sum(part.file_size for part in archive.infolist())
            if size > source.max_unpacked_bytes:
                raise source.refusal("too_large_text", limit=round(source.max_unpacked_bytes / 2**20, 1))
            base = PurePosixPath(member).parent
            files = {
                str(PurePosixPath(name).relative_to(base)): archive.read(name)
                for name in archive.namelist()
                if PurePosixPath(name).is_relative_to(base) and not name.endswith("/")
            }
    except DAMAGE as error:
        raise source.refusal("broken_archive", reason=str(error)[:120]) from None
    return _checked(source, parse_json(SourceFile(files[PACKAGE], source.name, source.max_unpacked_bytes))), files


def _checked(source: SourceFile, document: object) -> Mapping[str, Any]:
    if not isinstance(document, dict) or not isinstance(document.get("resources"), list):
        raise source.refusal("wrong_shape", value=str(document)[:60], expected="{resources: […]}")
    return document


def _resources(
    source: SourceFile, package: Mapping[str, Any], files: Mapping[str, bytes] | Path | None
) -> Iterator[Resource]:
    for number, about in enumerate(package["resources"], start=1):
        if not isinstance(about, dict):
            raise source.refusal("wrong_shape", row=number, value=str(about)[:60], expected="{name, path}")
        name = str(about.get("name") or about.get("path") or number)
        data = _data(source, about, files, name)
        file = SourceFile(data, f"{source.name}/{name}", source.max_unpacked_bytes)
        resource = Resource(name, about, file, ())
        header = next((cells for _, cells in text_rows(file, resource.delimiter)), [])
        yield replace(resource, header=tuple(cell.strip() for cell in header))


def _data(
    source: SourceFile, about: Mapping[str, Any], files: Mapping[str, bytes] | Path | None, name: str
) -> bytes | Path:
    """The bytes or the path of a resource's only file, which must be inside the package."""
    if isinstance(about.get("data"), list):
        return _inline(about["data"])
    path = about.get("path")
    if isinstance(path, list) and len(path) == 1:
        path = path[0]
    text = path if isinstance(path, str) else "/"
    parts = PurePosixPath("/" if "://" in text or "\\" in text or "\0" in text else text)
    if parts.is_absolute() or ".." in parts.parts:
        raise source.refusal("wrong_shape", value=str(path)[:60], expected="path")
    if isinstance(files, Path):
        found = (files / parts).resolve()
        if found.is_file() and found.is_relative_to(files.resolve()):
            return found
    elif files is not None and str(parts) in files:
        return files[str(parts)]
    raise source.refusal("package_file", name=name, path=str(path)[:120])


def _inline(rows: Sequence[Any]) -> bytes:
    """Rows written in the description itself, as CSV."""
    if rows and all(isinstance(row, dict) for row in rows):
        names = list(dict.fromkeys(key for row in rows for key in row))
        rows = [names, *([row.get(name) for name in names] for row in rows)]
    lines = [[_quoted(cell) for cell in row] for row in rows if isinstance(row, list)]
    return "\n".join(",".join(line) for line in lines).encode()


def _quoted(cell: Any) -> str:
    text = "" if cell is None else cell if isinstance(cell, str) else json.dumps(cell)
    return '"' + text.replace('"', '""') + '"'


def _read_resource(resource: Resource, package: Mapping[str, Any], context: ReadContext) -> Reading | None:
    names = resource.names
    if all(required in names for required in REQUIRED) and resource.delimiter in ",;\t":
        return Tidy().read(resource.file, context)
    code = next((names.index(name) for name in _CODES if name in names), None)
    year = next((names.index(name) for name in _YEARS if name in names), None)
    if code is None or (year is None and context.ano is None):
        return None
    return _read_wide(resource, package, context, code, year)


def _read_wide(
    resource: Resource, package: Mapping[str, Any], context: ReadContext, code: int, year: int | None
) -> Reading:
    fields = resource.fields()
    mark = next((str(one["decimalChar"]) for one in fields.values() if one.get("decimalChar") in (",", ".")), ".")
    out = Collector(Frictionless.name, resource.file, context, PUBLISHED, "," if mark == "," else ".")
    missing = resource.missing()
    kept: list[WideRow] = []
    for number, cells in text_rows(resource.file, resource.delimiter):
        if number == 1 or not any(cells):
            continue
        out.rows_read += 1
        if len(cells) < len(resource.header):
            out.problem("short_row", number, None, cells[0], cells=len(cells), columns=len(resource.header))
            continue
        place = out.located(out.places.of_code(cells[code]), cells[code], number, resource.header[code])
        if place is None:
            continue
        ano = code_text(cells[year]) if year is not None else str(context.ano)
        if not is_year(ano):
            out.problem("not_a_year", number, resource.header[year or 0], ano)
            continue
        kept.append(WideRow(number, place, int(ano), ["" if cell in missing else cell for cell in cells]))
    variables = {
        at: Variable(normalise(name), name, partial(_provenance, fields.get(name, {}), name, package))
        for at, name in enumerate(resource.header)
        if at not in (code, year) and name and str(fields.get(name, {}).get("type", "")) in _FIGURES
    }
    add_wide(out, kept, variables)
    return out.reading()


def _provenance(field: Mapping[str, Any], name: str, package: Mapping[str, Any]) -> Provenance:
    sources = package.get("sources")
    titles = [str(one.get("title", "")) for one in sources or () if isinstance(one, dict)]
    label, unit = str(field.get("title") or name), str(field.get("unit") or "")
    fonte = "; ".join(title for title in titles if title) or str(package.get("title") or "")
    notes = (str(field["description"]),) if field.get("description") else ()
    return Provenance(label, unit, name, str(package.get("name") or ""), fonte, notas=notes)


def _joined(source: SourceFile, one: Reading, other: Reading) -> Reading:
    """Both readings as one; a series that both have cannot be told apart."""
    if twice := set(one.series) & set(other.series):
        raise source.refusal("wrong_shape", value=min(twice), expected="another name")
    return replace(
        one,
        series={**one.series, **other.series},
        problems=(*one.problems, *other.problems),
        notes=(*one.notes, *other.notes),
        rows_read=one.rows_read + other.rows_read,
        provenance={**one.provenance, **other.provenance},
    )
