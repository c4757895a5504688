"""Sends the e-mails of notices from their table, each at least once; twice only when a process dies in between.

Taking a mail, sending it, and keeping how it went are three steps with a commit after the first and the last. A mail
server that does not answer keeps nobody waiting but this.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo import config
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import mails, post
from ckanext.msativo.model import notices as table
from ckanext.msativo.model import outbox as box
from ckanext.msativo.programme import notices as kinds
from ckanext.msativo.programme import outbox as rules

log = logging.getLogger(__name__)

IN_A_ROW = 5
"""After so many failures one after the other the trouble is the server's: the rest is left for the next run."""
LONGEST_ERROR = 500
INTERRUPTED = N_("The sending was interrupted each time.")


@dataclass(frozen=True)
class Notice:
    """A notice as it was taken, for a mail."""

    id: str
    tipo: str
    fatos: Mapping[str, Any]
    url: str
    tentativas: int


@dataclass(frozen=True)
class Mail:
    """``to`` is None when there is nothing to send now, but perhaps other people's notices are due."""

    user: str = ""
    name: str = ""
    to: str | None = None
    notices: tuple[Notice, ...] = ()
    digest: bool = False


@dataclass
class Counts:
    """E-mails sent, failed for now, given up (notices), and notices of which none is wanted."""

    enviados: int = 0
    adiados: int = 0
    desistidos: int = 0
    dispensados: int = 0


def dispatch(now: datetime | None = None, limit: int | None = None) -> dict[str, int]:
    """Send what is due at ``now``, at most ``limit`` e-mails (default: ``msativo.notices.batch``).

    Safe to run at once with another one. Commits the session.
    """
    moment = _clock(now or datetime.now(timezone.utc))
    counts, left, failures = Counts(), limit if limit is not None else config.notices_batch(), 0
    with mails.portal_language():
        while left > 0 and failures < IN_A_ROW and (mail := _take(moment(), counts)) is not None:
            if mail.to is None:
                continue
            left -= 1
            failures = 0 if _deliver(mail, moment, counts) else failures + 1
    return asdict(counts)


def _clock(start: datetime) -> Any:
    """The moment that ``start`` has become by now: a lease begins when a mail is taken, not when the run began."""
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


# -- taking ------------------------------------------------------------------------------------------------------------
def _take(now: datetime, counts: Counts) -> Mail | None:
    """Take the next mail, for the length of a lease; None when nothing is due."""
    try:
        box.one_at_a_time()
        user_id = box.next_due(now)
        mail = _planned(user_id, now, counts) if user_id else None
        model.Session.commit()
    except BaseException:
        model.Session.rollback()
        raise
    return mail


def _planned(user_id: str, now: datetime, counts: Counts) -> Mail:
    rows = box.pending(user_id)
    exhausted = [row for row in rows if row.tentativas > len(rules.BACKOFF)]
    for row in exhausted:
        # Each attempt ends in a success or a failure, unless the process died in it.
        row.email_estado, row.erro = table.GIVEN_UP, row.erro or tk._(INTERRUPTED)
    counts.desistidos += len(exhausted)
    rows = [row for row in rows if row not in exhausted]
    user = model.User.get(user_id)
    reachable = user is not None and user.state == "active" and bool(user.email)
    preference = preferred(user_id) if reachable else "nenhum"
    plan = rules.plan(rows, preference, now, config.notices_digest_hour())
    box.drop(plan.never)
    counts.dispensados += len(plan.never)
    for row, until in plan.later:
        box.postpone(row, until)
    box.take(plan.mail, now + rules.LEASE)
    if not plan.mail:
        return Mail()
    assert user is not None
    notices = tuple(Notice(row.id, row.tipo, row.fatos, row.url, row.tentativas) for row in plan.mail)
    return Mail(user_id, user.display_name, user.email, notices, plan.digest)


def preferred(user_id: str) -> str:
    """Which e-mails somebody wants: a key of `programme.notices.PREFERENCES`."""
    row = table.preference(user_id)
    return row.email if row else kinds.DEFAULT_PREFERENCE


# -- sending -----------------------------------------------------------------------------------------------------------
def _deliver(mail: Mail, moment: Any, counts: Counts) -> bool:
    """Send a mail and keep how it went; whatever is wrong with one does not stop the others."""
    try:
        _send(mail)
    except Exception as error:
        log.warning("The e-mail of the notices %s failed: %s", [notice.id for notice in mail.notices], error)
        _failed(mail, moment(), error, counts)
        return False
    box.sent([notice.id for notice in mail.notices], moment())
    model.Session.commit()
    counts.enviados += 1
    return True


def _send(mail: Mail) -> None:
    written = mails.letter(mail.user, mail.notices, digest=mail.digest)
    timeout = config.notices_smtp_timeout()
    post.send(mail.name, mail.to or "", written.subject, written.text, written.html, written.headers, timeout)


def _failed(mail: Mail, now: datetime, error: Exception, counts: Counts) -> None:
    again = rules.retry([notice.tentativas for notice in mail.notices], now)
    reason = f"{type(error).__name__}: {error}".replace("\x00", "")[:LONGEST_ERROR]
    for notice, until in zip(mail.notices, again, strict=True):
        box.failed(notice.id, table.PENDING if until else table.GIVEN_UP, until or now, reason)
        counts.desistidos += until is None
    model.Session.commit()
    counts.adiados += any(again)
