"""Invitations: an account that waits for its owner, the role and the letter, all of it or nothing.

CKAN's own `user_invite` commits between these steps, and its undoing needs a sysadmin; here the account, the role and
what else the caller writes are one transaction, committed when the mail server has taken the letter. The account, its
key and the hook for other extensions are CKAN's, and so is the page on which the invitation is accepted.
"""

from __future__ import annotations

import logging
import re
import secrets
from typing import Any

import ckan.lib.mailer as mailer
import ckan.model as model
import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ckanext.msativo.model import people_reading as reading

log = logging.getLogger(__name__)

LONGEST_NAME = 60
UNSENT = (OSError, mailer.MailerException, ValueError)
"""What a letter fails with; `ValueError`: a name or a title that no header may hold."""


def account_for(email: str, name: str) -> Any:
    """The account with that address, a new one when there is none; its owner chooses the password later."""
    reading.lock_email(email)
    user = reading.account_of(email)
    if user is None:
        user = model.User(name=_free_name(email), email=email.lower(), fullname=name or None, state="pending")
        model.Session.add(user)
        model.Session.flush()
        model.Session.add(model.Dashboard(user.id))
    if user.state == "pending":
        user.reset_key = mailer.make_key()
    return user


def _free_name(email: str) -> str:
    start = re.sub(r"[^a-z0-9]+", "-", email.split("@")[0].lower())[:LONGEST_NAME].strip("-") or "pessoa"
    while model.User.get(name := f"{start}-{secrets.randbelow(10**6):06}") is not None:
        pass
    return name


def write_to(user: Any, group: Any, capacity: str) -> None:
    """Send the letter to who has not begun to use the account, before the commit; raises `ValidationError`."""
    if user.state != "pending":
        return
    if not _can_write():
        message = tk._("This portal has no mail server yet, so nobody can be invited. Nothing was changed.")
        raise tk.ValidationError({"email": [message]})
    try:
        _send_invitation(user, group, capacity)
    except UNSENT as error:
        log.warning("An invitation could not be sent: %s", error)
        message = tk._("The invitation could not be sent by e-mail. Nothing was changed: try again later.")
        raise tk.ValidationError({"email": [message]}) from error


def _can_write() -> bool:
    """CKAN's mailer says nothing when it has no server, and breaks without a sender."""
    own = tk.config.get("smtp.server") and tk.config.get("smtp.mail_from")
    return bool(own) or bool(list(p.PluginImplementations(p.INotifier)))


def _send_invitation(user: Any, group: Any, capacity: str) -> None:
    facts = {"id": group.id, "name": group.name, "title": group.display_name, "is_organization": True}
    sent = False
    for plugin in p.PluginImplementations(p.INotifier):
        topic = {"user": user, "group": facts, "role": capacity}
        sent = plugin.notify_about_topic(sent, "user_invited", topic)
    if not sent:
        subject = tk.render("emails/invite_user_subject.txt", {"site_title": tk.config.get("ckan.site_title")})
        mailer.mail_user(user, subject.strip().split("\n")[0], mailer.get_invite_body(user, facts, capacity))


def tell(user: Any, group: Any) -> None:
    """Tell who has an account already of the new role, after the commit; the role does not hang on it."""
    if user.state == "pending" or not user.email or not _can_write():
        return
    title, site = " ".join(group.display_name.split()), tk.config.get("ckan.site_title") or ""
    subject = tk._("You are now in {organization}").format(organization=title)
    body = tk._("You have been added to {organization} in {site}: {link}")
    link = tk.url_for("msativo_pessoas.index", organizacao=group.name, qualified=True)
    try:
        mailer.mail_user(user, subject, body.format(organization=title, site=site, link=link))
    except UNSENT as error:
        log.warning("A person could not be told of a new role: %s", error)
