"""Queries on people: members of organisations, the State's contacts, absences, handovers, notices, meetings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from ckanext.msativo.model.people import Ausencia, Ciencia, ContatoEstado, Passagem, Reuniao
from ckanext.msativo.model.programme_reading import GROUP_EXTRAS

LIVING = ("active", "pending")
"""States of an account that somebody has, or was invited to."""
KIND = GROUP_EXTRAS["kind"].astext
Member: Any = model.Member
User: Any = model.User
Group: Any = model.Group


# -- members -----------------------------------------------------------------------------------------------------------
def _members() -> Any:
    """(Member, User, Group) of everyone with a role in an organisation.

    The portal's own account, which CKAN makes an administrator of what the portal creates, is nobody.
    """
    query = (
        sa.select(Member, User, Group).join(User, User.id == Member.table_id).join(Group, Group.id == Member.group_id)
    )
    return query.where(
        Member.table_name == "user",
        Member.state == "active",
        User.state.in_(LIVING),
        User.name != tk.config["ckan.site_id"],
        Group.is_organization.is_(True),
        Group.state == "active",
    )


def members(organizations: Collection[str] | None, limit: int | None, offset: int) -> tuple[int, list[Any]]:
    """How many there are and one page of (Member, User, Group), by organisation and name; None: of all."""
    query = _members().where(KIND.is_not(None))
    if organizations is not None:
        query = query.where(Group.id.in_(organizations))
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    ordered = query.order_by(Group.title, Group.id, sa.func.lower(sa.func.coalesce(User.fullname, User.name)), User.id)
    return count or 0, list(model.Session.execute(ordered.offset(offset).limit(limit)))


def organizations_of(user_id: str) -> set[str]:
    """Ids of the organisations in which somebody has a role of his or her own."""
    query = _members().with_only_columns(Group.id).where(User.id == user_id)
    return set(model.Session.scalars(query))


def state_people() -> list[Any]:
    """(User, Group) of those who work in the State's own organisations, by name."""
    query = _members().with_only_columns(User, Group).where(KIND.in_(("coordenacao", "secretaria")))
    ordered = query.where(User.state == "active").order_by(sa.func.coalesce(User.fullname, User.name), Group.title)
    return list(model.Session.execute(ordered))


def lock_organization(identifier: str) -> None:
    """Hold the organisation until the transaction ends: its roles change one call at a time."""
    model.Session.execute(sa.select(Group.id).where(Group.id == identifier).with_for_update())


def memberships(organization: str, user_id: str | None = None) -> list[Any]:
    """The rows of people's roles in an organisation, ended ones too; as the database has them now."""
    query = model.Session.query(Member).populate_existing().filter_by(group_id=organization, table_name="user")
    if user_id is not None:
        query = query.filter_by(table_id=user_id)
    query = query.join(User, User.id == Member.table_id).filter(User.name != tk.config["ckan.site_id"])
    return query.order_by(Member.state, Member.id).all()


def administrators(organization: str) -> set[str]:
    """Ids of those who administer it and have begun to use their account."""
    query = _members().with_only_columns(User.id).where(Group.id == organization, Member.capacity == "admin")
    return set(model.Session.scalars(query.where(User.state == "active")))


def account_of(email: str) -> Any:
    """The account with that address: one in use before one that was only invited; None without any."""
    query = model.Session.query(User).filter(sa.func.lower(User.email) == email.lower(), User.state.in_(LIVING))
    return query.order_by(User.state, User.created.desc()).first()


def lock_email(email: str) -> None:
    """Hold an address until the transaction ends: two invitations at once would make two accounts."""
    model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(email.lower()))))


def account(reference: str) -> Any:
    """A living account by its id or name."""
    query = model.Session.query(User).filter(sa.or_(User.id == reference, User.name == reference))
    return query.filter(User.state.in_(LIVING)).first()


def accounts(identifiers: Collection[str]) -> dict[str, Any]:
    """Accounts by their ids."""
    return {user.id: user for user in model.Session.query(User).filter(User.id.in_(identifiers))}


# -- the State's contacts ----------------------------------------------------------------------------------------------
def state_contacts(kind: str | None = None, identifiers: Collection[str] | None = None) -> list[ContatoEstado]:
    query = model.Session.query(ContatoEstado)
    if kind is not None:
        query = query.filter(ContatoEstado.objeto_tipo == kind)
    if identifiers is not None:
        query = query.filter(ContatoEstado.objeto_id.in_(identifiers))
    return query.order_by(ContatoEstado.objeto_tipo.desc(), ContatoEstado.objeto_id).all()


# -- absences ----------------------------------------------------------------------------------------------------------
def absences(day: date) -> list[Ausencia]:
    """Those that hold on a day."""
    return model.Session.query(Ausencia).filter(Ausencia.inicio <= day, Ausencia.fim >= day).all()


def absence(identifier: str) -> Ausencia | None:
    return model.Session.get(Ausencia, identifier)


def absences_of(
    user_id: str | None, organizations: Collection[str], since: date | None, limit: int, offset: int
) -> tuple[int, list[Ausencia]]:
    """Absences of a person, those he or she covers, and those of the members of organisations; None: of everyone."""
    query = sa.select(Ausencia)
    if user_id is not None:
        theirs = _members().with_only_columns(User.id).where(Group.id.in_(organizations))
        mine = sa.or_(Ausencia.usuario_id == user_id, Ausencia.substituto_id == user_id)
        query = query.where(sa.or_(mine, Ausencia.usuario_id.in_(theirs)))
    if since is not None:
        query = query.where(Ausencia.fim >= since)
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    ordered = query.order_by(Ausencia.inicio, Ausencia.id).offset(offset).limit(limit)
    return count or 0, list(model.Session.scalars(ordered))


def overlapping(user_id: str, first: date, last: date) -> Ausencia | None:
    query = model.Session.query(Ausencia).filter(Ausencia.usuario_id == user_id)
    return query.filter(Ausencia.inicio <= last, Ausencia.fim >= first).first()


# -- handovers and notices ---------------------------------------------------------------------------------------------
def handovers(codes: Collection[str] | None, limit: int, offset: int) -> tuple[int, Sequence[Passagem]]:
    """The newest first; None: of all municipalities."""
    query = model.Session.query(Passagem)
    if codes is not None:
        query = query.filter(Passagem.codigo_ibge.in_(codes))
    return query.count(), query.order_by(Passagem.id.desc()).offset(offset).limit(limit).all()


def read_at(user_id: str, version: str) -> Ciencia | None:
    return model.Session.get(Ciencia, (user_id, version))


# -- meetings ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class MeetingFilters:
    """``codes`` and ``regions`` are those of which the reader sees all meetings; None: of everything."""

    codes: Collection[str] | None = ()
    regions: Collection[str] = ()
    codigo: str | None = None
    ciclo: str | None = None
    since: date | None = None
    until: date | None = None


def meetings(filters: MeetingFilters, limit: int, offset: int) -> tuple[int, list[Reuniao]]:
    """How many there are and one page: the newest first; when only those to come are asked for, the next first."""
    query = sa.select(Reuniao)
    if filters.codes is not None:
        own = sa.or_(Reuniao.codigo_ibge.in_(filters.codes), Reuniao.regiao.in_(filters.regions))
        query = query.where(sa.or_(Reuniao.publica, own))
    if filters.codigo is not None:
        query = query.where(Reuniao.codigo_ibge == filters.codigo)
    if filters.ciclo is not None:
        query = query.where(Reuniao.ciclo == filters.ciclo)
    if filters.since is not None:
        query = query.where(Reuniao.data >= filters.since)
    if filters.until is not None:
        query = query.where(Reuniao.data < filters.until)
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
    by_day = (Reuniao.data, Reuniao.hora, Reuniao.id)
    order = by_day if filters.since is not None else tuple(column.desc() for column in by_day)
    return count or 0, list(model.Session.scalars(query.order_by(*order).offset(offset).limit(limit)))


def meeting(identifier: str, *, lock: bool = False) -> Reuniao | None:
    query = model.Session.query(Reuniao).populate_existing().filter(Reuniao.id == identifier)
    return (query.with_for_update() if lock else query).first()


def organizations(identifiers: Collection[str] | None) -> list[Any]:
    """Active organisations of the programme, the State's own first; None: all of them."""
    query = model.Session.query(Group).filter(
        Group.is_organization.is_(True), Group.state == "active", KIND.is_not(None)
    )
    if identifiers is not None:
        query = query.filter(Group.id.in_(identifiers))
    return query.order_by(KIND == "municipio", KIND, Group.title).all()
