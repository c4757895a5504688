"""The demonstration of the programme: an open cycle and a request to join that waits for its answer."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context
from werkzeug.datastructures import FileStorage

from ckanext.msativo.logic import clock
from ckanext.msativo.logic.portal import portal_context
from ckanext.msativo.programme.days import local_day

Progress = Callable[[str], Any]

WAITING = "Sete Quedas"
WAITS_SINCE = 12
"""Days; the answer is due soon."""
PEOPLE = {
    "coordenador": {"nome": "Pessoa de demonstração", "cargo": "Coordenação municipal", "email": "demo@example.org"},
    "pontos_focais": [{"nome": "Outra pessoa de demonstração", "cargo": "Educação", "email": "demo@example.org"}],
}


def programme(progress: Progress) -> dict[str, int]:
    """Make what is not there yet; returns how many requests were made."""
    now = clock.now({})
    if not _cycles():
        _cycle(local_day(now))
    made = 0
    if not tk.get_action("msativo_adesao_list")(portal_context(), {"municipio": WAITING})["count"]:
        row = _waiting(WAITING, now)
        made += 1
        progress(tk._("Request to join of {name} (demonstration): {protocolo}").format(name=WAITING, **row))
    return {"adesoes": made}


def _cycles() -> int:
    return tk.get_action("msativo_ciclo_list")(portal_context(), {})["count"]


def _cycle(today: date) -> None:
    """The two years that today falls in, with a window as long: whoever tries the demonstration may join."""
    first = today.year - (today.year + 1) % 2
    start, end = f"{first}-01-01", f"{first + 1}-12-31"
    name = f"{first}-{first + 1}"
    days = {"inicio": start, "fim": end, "adesao_inicio": start, "adesao_fim": end}
    tk.get_action("msativo_ciclo_create")(portal_context(), {"id": name, "nome": name, **days})


def approved(municipio: str, at: datetime) -> Mapping[str, Any]:
    """A request that was sent and approved at that moment, in the prefeitura's name."""

    def context() -> Context:
        return portal_context(**{clock.NOW: at})

    row = _sent(municipio, context)
    for action, given in (("start_analysis", {}), ("decide", {"decisao": "aprovar", "nota": "Demonstração."})):
        data = {"id": row["id"], "versao": row["versao"], **given}
        row = tk.get_action(f"msativo_adesao_{action}")(context(), data)
    return row


def _waiting(municipio: str, now: datetime) -> Mapping[str, Any]:
    """In the prefeitura's name, and some days ago: a deadline that runs out shows more than one that begins."""
    then = now - timedelta(days=WAITS_SINCE)
    first = datetime(local_day(now).year - (local_day(now).year + 1) % 2, 1, 2, tzinfo=timezone.utc)
    return _sent(municipio, lambda: portal_context(**{clock.NOW: max(then, first)}))


def _sent(municipio: str, context: Callable[[], Context]) -> Mapping[str, Any]:
    given = {"municipio": municipio, **PEOPLE, "upload": FileStorage(io.BytesIO(_term(municipio)), "termo.pdf")}
    row = tk.get_action("msativo_adesao_create")(context(), given)
    return tk.get_action("msativo_adesao_submit")(context(), {"id": row["id"], "versao": row["versao"]})


def _term(municipio: str) -> bytes:
    """A PDF of one page that says what it is."""
    words = f"Termo de adesão de {municipio} - demonstração, sem valor".encode("cp1252")
    text = b"BT /F1 16 Tf 60 760 Td (" + words + b") Tj ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )
    document, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(document))
        document += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(document))
    return document + head + table + tail
