"""The people of an organisation: who may see and change them, and the rules that hold for every change."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.msativo.logic import people
from ckanext.msativo.logic.transactions import transaction
from ckanext.msativo.logic.validators import organization_kind
from ckanext.msativo.model import people_reading as reading
from ckanext.msativo.model import programme_reading
from ckanext.msativo.programme.ownership import COORDENACAO, KINDS

ADMIN = "admin"


@dataclass(frozen=True)
class Viewer:
    """``user_id`` is the caller's, "" for the portal; the others are ids of organisations, None: all of them.

    ``own`` are those that the caller administers by a role in them, ``administers`` those that he may help as well.
    """

    user_id: str
    reads: Collection[str] | None
    administers: Collection[str] | None
    own: Collection[str] | None

    def manages(self, organization: str) -> bool:
        return self.administers is None or organization in self.administers

    def sees_email(self, user: Any, organization: str) -> bool:
        """Of oneself, of whom one has invited, and the coordenação's administrators of all.

        Not simply of one's members: whoever administers an organisation can add any account whose name he knows.
        """
        if self.administers is None or user.id == self.user_id:
            return True
        return user.state == "pending" and self.manages(organization)


def viewer(context: Any) -> Viewer:
    if people.is_portal(context):
        return Viewer("", None, None, None)
    user = context.get("user") or ""
    account = reading.account(user) if user else None
    if account is None:
        return Viewer("", (), (), ())
    reads = None if people.in_coordenacao(user, "read") else organizations(user, "read")
    own = organizations(user, ADMIN)
    return Viewer(account.id, reads, None if people.in_coordenacao(user, ADMIN) else own, own)


def organizations(user: str, permission: str) -> set[str]:
    """Ids of the organisations in which that user has a permission."""
    context = cast(Context, {"user": user, "ignore_auth": True})
    found = tk.get_action("organization_list_for_user")(context, {"permission": permission})
    return {org["id"] for org in found}


def organization(reference: str) -> Any:
    """An organisation of the programme by id or name; raises `ObjectNotFound`."""
    identifier = people.organization_id(reference)
    if identifier is None or organization_kind(identifier) not in KINDS:
        raise tk.ObjectNotFound(tk._("There is no organization “{name}”.").format(name=reference))
    return model.Group.get(identifier)


def prefeitura(code: str) -> Any:
    """The organisation of a municipality; None without one."""
    identifier = programme_reading.prefeitura_of(code)
    return model.Group.get(identifier) if identifier else None


def own_organizations(context: Any) -> list[Any]:
    """Those in which the caller has a role, the State's own first."""
    account = reading.account(context.get("user") or "")
    return reading.organizations(reading.organizations_of(account.id)) if account is not None else []


def visible_organizations(context: Any) -> list[Any]:
    """Those whose people the caller may see."""
    return reading.organizations(viewer(context).reads)


def open_to(identifier: str | None) -> set[str | None]:
    """The organisation, and the coordenações when it is none: their administrators help all others, not each other."""
    if identifier is None or organization_kind(identifier) not in KINDS:
        return set()
    if organization_kind(identifier) == COORDENACAO:
        return {identifier}
    query = model.Session.query(model.Group.id).filter(reading.KIND == COORDENACAO, model.Group.state == "active")
    return {identifier, *(row[0] for row in query)}


@contextmanager
def changing(identifier: str) -> Iterator[None]:
    """One transaction that changes roles in an organisation; nothing of it stays when something fails."""
    with transaction():
        reading.lock_organization(identifier)
        yield


def role_of(identifier: str, user_id: str) -> Any:
    """The row of somebody's role; None without one."""
    return next((row for row in reading.memberships(identifier, user_id) if row.state == "active"), None)


def give_role(identifier: str, user_id: str, capacity: str) -> None:
    """Make somebody a member, or change what a member may do."""
    rows = reading.memberships(identifier, user_id)
    # By the group itself: CKAN's constructor forgets the id when it is given without.
    row = rows[0] if rows else model.Member(model.Group.get(identifier), table_name="user", table_id=user_id)
    row.state, row.capacity = "active", capacity
    model.Session.add(row)


def member(identifier: str, reference: str) -> tuple[Any, Any]:
    """(user, row of the role) of a member; raises `ObjectNotFound` alike for strangers and for who does not exist."""
    user = reading.account(reference)
    row = role_of(identifier, user.id) if user else None
    if user is None or row is None:
        raise tk.ObjectNotFound(tk._("This person is not in the organization."))
    return user, row


def keep_an_administrator(identifier: str, user_id: str) -> None:
    """Refuse what would leave an organisation without anybody who can invite others."""
    if reading.administrators(identifier) == {user_id}:
        message = tk._("The organization would be left without an administrator: make somebody else one first.")
        raise tk.ValidationError({"usuario": [message]})
