"""Hands one e-mail to the portal's mail server, by the settings ``smtp.*`` that CKAN's own mailer reads.

Not by that mailer: it folds a long address in a header into encoded words, so that no mail program finds the one of
``List-Unsubscribe``; it waits for a silent server for ever; and it takes a failed farewell for a failed mail.
"""

from __future__ import annotations

import contextlib
import smtplib
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate
from typing import Any

import ckan.plugins as plugins
import ckan.plugins.toolkit as tk
from ckan.lib.mailer import MailerException, _parse_smtp_server

WHOLE = frozenset({"list-unsubscribe", "message-id"})
"""Headers that are one word, which may not be broken."""


class _Whole(str):
    """A header's value as it is written, on one line; what `email.policy` asks of a header object."""

    name: str

    def fold(self, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def send(name: str, to: str, subject: str, text: str, html: str, headers: Mapping[str, str], timeout: int) -> None:
    """Return when the server has taken the mail; raises whatever kept it from that.

    Other plugins may notify in another way (`INotifier`); then there is no mail.
    """
    notified = False
    for plugin in plugins.PluginImplementations(plugins.INotifier):
        notified = plugin.notify_recipient(notified, name, to, subject, text, html, dict(headers), None)
    if not notified:
        _hand_over(_message(name, to, subject, text, html, headers), to, timeout)


def _message(name: str, to: str, subject: str, text: str, html: str, headers: Mapping[str, str]) -> EmailMessage:
    sender = tk.config.get("smtp.mail_from")
    if not sender:
        raise MailerException(tk._("No sender is set (smtp.mail_from)."))
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message["From"] = formataddr((tk.config["ckan.site_title"], sender))
    # A name is what somebody typed; a header is one line.
    message["To"] = formataddr((" ".join(name.split()), to))
    message["Date"] = formatdate()
    if tk.config.get("smtp.reply_to"):
        message["Reply-To"] = tk.config["smtp.reply_to"]
    for header, value in headers.items():
        whole = _Whole(value)
        whole.name = header
        message[header] = whole if header.lower() in WHOLE else value
    message.set_content(text, cte="base64")
    message.add_alternative(html, subtype="html", cte="base64")
    return message


def _hand_over(message: EmailMessage, to: str, timeout: int) -> None:
    host, port = _parse_smtp_server(tk.config.get("smtp.server") or "")
    if not host:
        raise MailerException(tk._("No mail server is set (smtp.server)."))
    server = smtplib.SMTP(host, port, timeout=timeout)
    try:
        server.ehlo()
        if tk.config.get("smtp.starttls"):
            server.starttls()
            server.ehlo()
        if tk.config.get("smtp.user"):
            server.login(tk.config["smtp.user"], tk.config.get("smtp.password") or "")
        server.sendmail(tk.config["smtp.mail_from"], [to], message.as_bytes())
    finally:
        # The mail was taken or it was not; how the server says goodbye changes nothing.
        with contextlib.suppress(OSError):
            server.quit()
        server.close()
