"""Files of an evidence: what is accepted, that they are kept, that nobody else gets at them, what may be published."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import magic
import pytest
import sqlalchemy as sa
import xlsxwriter
from ckan.lib import files as ckan_files
from ckan.lib import uploader
from ckan.tests import factories as ckan_factories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError
from werkzeug.datastructures import FileStorage

from ckanext.msativo.logic import evidence_files, storage, uploads
from ckanext.msativo.logic.evidence_files import EvidenceFile
from ckanext.msativo.model import EvidenciaArquivo
from ckanext.msativo.model import evidence_files as table
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.test_images import HTML, TELLING, corners, near, opened, png_of, telling_jpeg, telling_png

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PDF = b"%PDF-1.7\n1 0 obj << /Author (Maria) >> endobj\n%%EOF\n"
JPEG, PNG = telling_jpeg(), telling_png()


def workbook() -> bytes:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written)
    book.set_properties({"author": "Maria"})
    book.add_worksheet().write(0, 0, "lista de presença")
    book.close()
    return written.getvalue()


XLSX = workbook()


def sent(name: str, content: bytes) -> FileStorage:
    return FileStorage(io.BytesIO(content), name)


def file(content: bytes = PDF, format: str = "PDF", name: str = "lista.pdf") -> EvidenceFile:
    return EvidenceFile(name, format, content)


def said(text: str, **facts: Any) -> str:
    return tk._(text).format(**facts)


NO_FILE = "Send the file itself, as multipart/form-data."
TOO_MANY = "At most {n} files can be sent."
DAMAGED = "The image is damaged or incomplete; send it again, or another one."
TOO_LARGE = "The image has more than {n} megapixels; send a smaller one."


def why(given: Any, already: int = 0) -> str:
    """The one thing that is wrong with what was sent."""
    with pytest.raises(tk.ValidationError) as caught:
        evidence_files.read(given, already)
    (message,) = caught.value.error_dict["upload"]
    return message


@pytest.fixture
def folder(ckan_config: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, portal: None) -> Path:
    """Where CKAN's storage lies in this test."""
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path))
    return tmp_path


def stored(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def kept(evidencia: str, *files: EvidenceFile, at: datetime = NOW) -> list[str]:
    ids = evidence_files.keep(evidencia, files, at).ids
    model.Session.commit()
    return list(ids)


# -- what is accepted --------------------------------------------------------------------------------------------------
def test_a_file_is_what_its_content_says(portal: None) -> None:
    given = [sent("a.pdf", PDF), sent("b.jpg", JPEG), sent("c.PNG", PNG), sent("d.xlsx", XLSX)]
    read = evidence_files.read(given)
    assert [(one.name, one.format) for one in read] == [
        ("a.pdf", "PDF"),
        ("b.jpg", "JPEG"),
        ("c.png", "PNG"),
        ("d.xlsx", "XLSX"),
    ]
    assert [one.content for one in read] == [PDF, JPEG, PNG, XLSX]
    assert read[0].hash == hashlib.sha256(PDF).hexdigest() and read[1].media_type == "image/jpeg"
    # The ending never decides: it is added to what the file is.
    assert evidence_files.read(sent("foto.pdf", JPEG))[0].name == "foto.pdf.jpeg"
    assert evidence_files.read(sent("../../etc/passwd", PNG))[0].name == "passwd.png"
    assert evidence_files.read(None) == evidence_files.read([]) == []


def test_what_is_no_evidence_is_refused_by_its_content(portal: None) -> None:
    macros = io.BytesIO(XLSX)
    with zipfile.ZipFile(macros, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    for content in (HTML, b"a;b\n1;2\n", b"GIF89a", macros.getvalue(), b"MZ\x90", b"\x00"):
        message = why(sent("foto.jpg", content))
        assert "foto.jpg" in message and "PDF, JPEG, PNG, XLSX" in message
    assert "vazio.pdf" in why(sent("vazio.pdf", b""))


def test_a_broken_photo_is_refused_at_once_with_its_name_and_the_reason(portal: None) -> None:
    assert why([sent("boa.jpg", JPEG), sent("cortada.jpg", JPEG[:-400])]) == f"“cortada.jpg”: {said(DAMAGED)}"
    bomb = png_of(10_000, 10_000, 8, 2, b"")
    assert why(sent("bomba.png", bomb)) == f"“bomba.png”: {said(TOO_LARGE, n=50)}"


def test_the_limits_are_settings(portal: None, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ckan_config, "msativo.evidencia.max_bytes", 1_000_000)
    monkeypatch.setitem(ckan_config, "msativo.evidencia.max_files", 3)
    monkeypatch.setitem(ckan_config, "msativo.evidencia.max_pixels", 1_000_000)
    assert evidence_files.read(sent("a.pdf", PDF.ljust(1_000_000)))
    assert "1 MB" in why(sent("a.pdf", PDF.ljust(1_000_001)))
    assert said(TOO_LARGE, n=1) in why(sent("a.png", png_of(1_001, 1_000, 8, 2, b"")))
    three = [sent(f"{n}.pdf", PDF) for n in range(3)]
    assert len(evidence_files.read(three)) == 3
    assert why([*three, sent("4.pdf", PDF)]) == said(TOO_MANY, n=3)
    assert evidence_files.read(sent("a.pdf", PDF), already=2)
    full = "An evidence holds at most {n} files; this one has {already} and {sent} were sent."
    assert why([sent("a.pdf", PDF), sent("b.pdf", PDF)], already=2) == said(full, n=3, already=2, sent=2)
    assert evidence_files.read([], already=5) == []


def test_contests_accept_what_they_did(portal: None) -> None:
    assert uploads.read(sent("a.csv", b"a;b\n1;2\n"), 100)[0].format == "CSV"
    with pytest.raises(tk.ValidationError) as caught:
        uploads.read([sent("a.pdf", PDF)] * 6, 100)
    assert caught.value.error_dict == {"upload": [said(TOO_MANY, n=5)]}


ODD_NAMES = [
    "\x00",
    "a\x00.pdf",
    "\ud800.pdf",
    "." * 300,
    "../..",
    "a\\b\\c.pdf",
    "‮fdp.exe",
    "a" * 5000,
    " ",
    "<b>.pdf",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_may_be_called_anything(portal: None, name: str) -> None:
    (read,) = evidence_files.read(sent(name, PDF))
    assert read.name.isascii() and read.name.isprintable() and read.name.endswith(".pdf") and len(read.name) <= 110
    assert not set(read.name) & set('/\\<>"') and not read.name.startswith(".")


@pytest.mark.parametrize("given", ["a", b"a", 1, 1.5, {"a": 1}, ["a"], [{"filename": "a"}], True])
def test_what_is_no_file_is_refused(portal: None, given: Any) -> None:
    assert why(given) == said(NO_FILE)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(min_size=1, max_size=30),
    start=st.sampled_from([b"", b"%PDF-", JPEG[:200], PNG[:60], JPEG[:-9], XLSX[:400], XLSX[-400:], XLSX[:-30]]),
    rest=st.binary(max_size=100),
)
@pytest.mark.filterwarnings("ignore")
def test_any_file_is_read_or_refused(portal: None, name: str, start: bytes, rest: bytes) -> None:
    try:
        read = evidence_files.read([sent(name, start + rest)])
    except tk.ValidationError as error:
        assert list(error.error_dict) == ["upload"]
    else:
        assert [one.format in evidence_files.FORMATS for one in read] == [True]


# -- kept --------------------------------------------------------------------------------------------------------------
def test_files_are_kept_as_they_were_sent(folder: Path) -> None:
    ids = kept("e1", file(), file(JPEG, "JPEG", "foto.jpg"))
    assert stored(folder) == {PDF, JPEG}
    model.Session.remove()
    first, second = table.of("e1")
    assert [first.id, second.id] == ids and [first.posicao, second.posicao] == [0, 1]
    assert (second.nome, second.formato, second.tipo, second.tamanho) == ("foto.jpg", "JPEG", "image/jpeg", len(JPEG))
    assert second.hash == hashlib.sha256(JPEG).hexdigest() and second.criado_em == NOW
    assert [evidence_files.content(one) for one in ids] == [PDF, JPEG]
    assert table.file(ids[0]) is first
    (third,) = evidence_files.keep("e1", [file(PNG, "PNG", "x.png")], NOW, first=2).rows
    assert third.posicao == 2


def test_the_limit_of_evidence_is_not_that_of_resources(
    folder: Path, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ckan_config, "ckan.max_resource_size", 1)
    large = PDF.ljust(3_000_000)
    (one,) = kept("e1", file(large))
    assert evidence_files.content(one) == large


def test_it_works_with_ckans_new_storages_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ckan_config: Any
) -> None:
    place = ckan_files.make_storage("resources", {"type": "ckan:fs", "path": str(tmp_path / "new"), "initialize": True})
    monkeypatch.setattr(ckan_files, "get_storage", lambda *_: place)
    # The test runner loads `magic` before the extension brings its library along.
    monkeypatch.setattr(magic, "from_buffer", lambda *_: "application/pdf")
    (one,) = kept("e1", file())
    assert isinstance(uploader.get_resource_uploader({}), uploader.FKResourceUpload)
    assert evidence_files.content(one) == PDF and stored(tmp_path / "new") == {PDF}
    evidence_files.discard(one)
    assert evidence_files.content(one) is None and stored(tmp_path / "new") == set()


def test_a_removed_file_is_gone_and_removing_it_again_is_no_error(folder: Path) -> None:
    (one,) = kept("e1", file())
    evidence_files.discard(one)
    evidence_files.discard(one)
    assert evidence_files.content(one) is None and stored(folder) == set()


@pytest.mark.parametrize("odd", ["", "\x00", "..", "../../../etc/passwd", "\ud800", "a" * 300, "%"])
def test_an_id_that_is_none_finds_no_file(folder: Path, odd: str) -> None:
    assert table.file(odd) is None and table.of("nobody") == []


# -- nobody else -------------------------------------------------------------------------------------------------------
def test_no_resource_can_take_the_place_of_a_file(folder: Path, app: Any) -> None:
    """Whoever may make resources may choose their ids, and CKAN serves what the storage holds under them."""
    (one,) = kept("e1", file())
    admin = ckan_factories.SysadminWithToken()
    dataset = ckan_factories.Dataset(owner_org=factories.Coordenacao()["id"])
    context: Any = {"user": admin["name"]}
    made = tk.get_action("resource_create")(
        context, {"package_id": dataset["id"], "id": one, "url": "lista.pdf", "url_type": "upload"}
    )
    assert made["id"] == one and storage.read(one) is None
    # Nor is the file changed by an upload to that resource, or gone with it.
    tk.get_action("resource_update")(context, {**made, "upload": sent("outra.pdf", b"%PDF-outra")})
    where = f"/dataset/{dataset['id']}/resource/{one}/download/outra.pdf"
    assert app.get(where, headers={"Authorization": admin["token"]}).data == b"%PDF-outra"
    assert evidence_files.content(one) == PDF
    tk.get_action("resource_delete")(context, {"id": one})
    assert evidence_files.content(one) == PDF
    with pytest.raises(tk.ValidationError):
        tk.get_action("resource_create")(
            context, {"package_id": dataset["id"], "id": one + evidence_files.SUFFIX, "url": "lista.pdf"}
        )


# -- when something fails ----------------------------------------------------------------------------------------------
def test_files_whose_rows_were_not_committed_are_taken_away(folder: Path) -> None:
    earlier = kept("e1", file(PNG, "PNG", "x.png"))
    both = evidence_files.keep("e2", [file(), file(JPEG, "JPEG", "y.jpg")], NOW)
    model.Session.flush()
    assert stored(folder) == {PNG, PDF, JPEG}
    model.Session.rollback()
    both.undo()
    assert stored(folder) == {PNG} and table.of("e2") == []
    assert evidence_files.content(earlier[0]) == PNG


def test_a_commit_that_was_done_after_all_loses_no_file(folder: Path) -> None:
    both = evidence_files.keep("e1", [file()], NOW)
    model.Session.commit()
    # The caller never heard of it, and cleans up.
    both.undo()
    assert evidence_files.content(both.ids[0]) == PDF


def test_when_the_database_does_not_answer_the_files_stay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = evidence_files.keep("e1", [file()], NOW)
    model.Session.rollback()
    broken = sa.create_engine("postgresql://nobody@localhost:1/nothing")
    monkeypatch.setattr(model, "ensure_engine", lambda: broken)
    with pytest.raises(DatabaseError):
        both.undo()
    assert stored(folder) == {PDF}


def test_when_the_second_file_finds_no_room_the_first_is_not_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = uploader._copy_file

    def copy(source: Any, target: Any, max_size: int) -> None:
        if source.read(4) == b"%PDF":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(source, target, max_size)

    monkeypatch.setattr(uploader, "_copy_file", copy)
    with pytest.raises(tk.ValidationError) as caught:
        evidence_files.keep("e1", [file(JPEG, "JPEG", "a.jpg"), file()], NOW)
    assert caught.value.error_dict == {"upload": [said("The files could not be stored; try again later.")]}
    assert JPEG not in stored(folder) and not list(model.Session.new)


def test_without_a_storage_nothing_is_said_to_be_kept(
    portal: None, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ckan_config, "ckan.storage_path", "")
    with pytest.raises(tk.ValidationError):
        evidence_files.keep("e1", [file()], NOW)
    with pytest.raises(storage.StorageError, match=r"ckan\.storage_path"):
        storage.keep("a" * 36, PDF, "a.pdf", "application/pdf")


# -- published ---------------------------------------------------------------------------------------------------------
def test_a_photo_is_published_without_what_it_tells(folder: Path) -> None:
    kept("e1", file(JPEG, "JPEG", "foto.jpg"), file(PNG, "PNG", "tela.png"))
    for row in table.of("e1"):
        copy = evidence_files.clean_copy(row)
        assert not [mark for mark in TELLING if mark in copy]
        assert opened(copy).format == row.formato and near(corners(opened(copy))[0], (220, 20, 20))
    # The original stays as the proof it is.
    assert stored(folder) == {JPEG, PNG}


def test_a_document_is_published_only_when_somebody_says_so(folder: Path) -> None:
    kept("e1", file(), file(XLSX, "XLSX", "lista.xlsx"))
    for row, content in zip(table.of("e1"), (PDF, XLSX), strict=True):
        with pytest.raises(evidence_files.FileError) as caught:
            evidence_files.clean_copy(row)
        assert caught.value.message.code == "as_sent" and row.nome in str(caught.value)
        assert evidence_files.clean_copy(row, as_sent=True) == content


def test_a_file_that_is_lost_or_changed_is_not_published(folder: Path) -> None:
    kept("e1", file())
    (row,) = table.of("e1")
    (path,) = (path for path in folder.rglob("*") if path.is_file())
    for content, code in ((b"%PDF-other", "changed"), (None, "missing")):
        path.unlink() if content is None else path.write_bytes(content)
        with pytest.raises(evidence_files.FileError) as caught:
            evidence_files.clean_copy(row, as_sent=True)
        assert caught.value.message.code == code and "lista.pdf" in str(caught.value)


def test_a_photo_that_has_become_too_large_is_not_published(
    folder: Path, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ckan_config, "msativo.evidencia.max_pixels", 100)
    kept("e1", file(JPEG, "JPEG", "foto.jpg"))
    with pytest.raises(evidence_files.FileError) as caught:
        evidence_files.clean_copy(table.of("e1")[0])
    assert caught.value.message.code == "too_large"


# -- sent twice --------------------------------------------------------------------------------------------------------
def test_a_file_that_was_sent_with_another_evidence_is_found(folder: Path) -> None:
    (first,) = kept("e1", file(JPEG, "JPEG", "foto.jpg"), at=NOW - timedelta(days=30))
    (second,) = kept("e2", file(JPEG, "JPEG", "outro-nome.jpg"), at=NOW)
    kept("e3", file())
    hashes = [hashlib.sha256(JPEG).hexdigest()]
    ids = lambda *call: [row.id for row in evidence_files.duplicates(*call)]  # noqa: E731
    assert ids(hashes, "e2") == [first] and ids(hashes, "e1") == [second] and ids(hashes, "e4") == [first, second]
    # What came later makes the first no copy.
    assert ids(hashes, "e1", NOW - timedelta(days=30)) == [] and ids(hashes, "e2", NOW) == [first]
    assert ids([], "e4") == ids([hashlib.sha256(b"").hexdigest()], "e4") == []


def test_the_table_is_that_of_the_migration(portal: None) -> None:
    columns = {
        column["name"]: column for column in sa.inspect(model.ensure_engine()).get_columns("msativo_evidencia_arquivo")
    }
    assert set(columns) == set(EvidenciaArquivo.__table__.columns.keys())
    assert not any(column["nullable"] for column in columns.values())
