"""An organisation's calendar: its secret address, and its open items and meetings in iCalendar (RFC 5545).

Whoever has the address reads it, without an account; of the secret the portal keeps only a hash. Nobody is named in it:
of what people typed only titles and places are told.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

import ckan.model as model
import ckan.plugins.toolkit as tk
from icalendar import Calendar, Event

from ckanext.msativo.logic import agenda_texts, meetings, people
from ckanext.msativo.logic.validators import municipality_of, organization_kind
from ckanext.msativo.model import AgendaFeed, AgendaItem, Reuniao, people_reading
from ckanext.msativo.model import agenda_reading as reading
from ckanext.msativo.model.agenda_reading import ItemFilters
from ckanext.msativo.programme.agenda import OPEN
from ckanext.msativo.programme.days import PROGRAMME_ZONE
from ckanext.msativo.programme.ownership import COORDENACAO, KINDS

SECRET_BYTES = 32
LONGEST_SECRET = 100
PAST_DAYS = 30
"""Meetings of so many days ago are still in it."""
MOST = 1000
REFRESH = timedelta(hours=6)


# -- the address -------------------------------------------------------------------------------------------------------
def organization(reference: str) -> str:
    """Id of an organisation of the programme; raises `ValidationError`."""
    identifier = people.organization_id(reference)
    if identifier is None or organization_kind(identifier) not in KINDS:
        message = tk._("There is no organization “{name}” in the programme.")
        raise tk.ValidationError({"organizacao": [message.format(name=reference)]})
    return identifier


def renew(identifier: str, author: str, at: datetime) -> str:
    """The secret of a new address; an earlier one is revoked. Of two at the same time the later one stands."""
    revoke(identifier, at)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    model.Session.add(AgendaFeed(organizacao_id=identifier, token_hash=hashed(secret), criado_em=at, criado_por=author))
    return secret


def revoke(identifier: str, at: datetime) -> None:
    people_reading.lock_organization(identifier)
    row = reading.feed_of(identifier)
    if row is not None:
        row.revogado_em = at
        model.Session.flush()


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def found(secret: str) -> str | None:
    """Id of the organisation whose address it is.

    What is compared is a hash, which nobody can steer: how long it takes tells nothing of the secret.
    """
    row = reading.feed_by(hashed(secret)) if len(secret) <= LONGEST_SECRET else None
    return row.organizacao_id if row else None


# -- the calendar ------------------------------------------------------------------------------------------------------
def calendar(identifier: str, today: date) -> bytes:
    """The calendar of an organisation; in the portal's language, so called within a request of that."""
    feed = Calendar()
    feed.add("prodid", "-//MS Ativo//agenda//PT")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    title = tk._("Agenda of {name}").format(name=people.organization_title(identifier))
    feed.add("name", title)
    feed.add("x-wr-calname", title)
    feed.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for row in _items(identifier):
        feed.add_component(_due(row))
    for row in _meetings(identifier, today):
        feed.add_component(_meeting(row))
    return feed.to_ical()


def _items(identifier: str) -> list[AgendaItem]:
    kind = organization_kind(identifier) or ""
    owner = municipality_of(identifier) or identifier
    everything = ItemFilters(codes=None, dono=(kind, owner), estados=OPEN)
    return reading.items(everything, "prazo", MOST, 0)[1]


def _due(row: AgendaItem) -> Event:
    """The last day of an item as an event of a whole day: most calendars leave to-dos of a subscription out."""
    title, why = agenda_texts.of(row)
    event = Event()
    event.add("uid", f"agenda-{row.id}")
    event.add("summary", title)
    if row.regra is not None:
        event.add("description", why)
    event.add("categories", [agenda_texts.rule_label(row.regra)])
    _whole_day(event, row.prazo)
    _changed(event, row.alterada_em, row.versao, f"/agenda/{row.numero}")
    event.add("status", "CONFIRMED")
    return event


def _whole_day(event: Event, day: date) -> None:
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")


def _changed(event: Event, at: datetime, version: int, path: str) -> None:
    moment = at.astimezone(timezone.utc).replace(microsecond=0)
    event.add("dtstamp", moment)
    event.add("last-modified", moment)
    event.add("sequence", version - 1)
    event.add("url", tk.h.url_for(path, locale="default", qualified=True))


def _meetings(identifier: str, today: date) -> Iterable[Reuniao]:
    """The public ones, and those of a prefeitura's municipality and regions; the coordenação's calendar has all."""
    code = municipality_of(identifier)
    regions = [region.codigo for region in meetings.all_regions() if code in region.municipios]
    filters = people_reading.MeetingFilters(
        codes=None if organization_kind(identifier) == COORDENACAO else ({code} if code else set()),
        regions=regions if code else (),
        since=today - timedelta(days=PAST_DAYS),
    )
    return people_reading.meetings(filters, MOST, 0)[1]


def _meeting(row: Reuniao) -> Event:
    event = Event()
    event.add("uid", f"reuniao-{row.id}")
    event.add("summary", row.titulo)
    if row.lugar:
        event.add("location", row.lugar)
    if row.hora is None:
        _whole_day(event, row.data)
    else:
        event.add("dtstart", datetime.combine(row.data, row.hora, PROGRAMME_ZONE).astimezone(timezone.utc))
    _changed(event, row.criado_em, row.versao, f"/reunioes/{row.id}")
    event.add("status", "CANCELLED" if row.cancelada else "CONFIRMED")
    return event
