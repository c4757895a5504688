"""Links to videos that prove a delivery: shown for people to follow, never fetched by the portal. Pure."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.messages import Message

MAX_LENGTH = 500
HTTPS_PORT = 443
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
TOP_LABEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9]")
"""Letters only: what a browser takes for an IPv4 address (``127.1``, ``0x7f.1``, ``2130706433``) ends in a number."""
LOCAL = frozenset(
    {"localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "corp", "invalid", "arpa"}
)
"""Last labels of names that mean something inside one network only (RFC 6761, 6762, 8375, and common habit)."""
SAFE = "/%:@!$&'()*+,;=~-._?"
"""Characters of a path, query or fragment that stay as they are; the rest is percent-encoded."""

TOO_LONG = Message("too_long", N_("The link has more than {n} characters."), {"n": MAX_LENGTH})
NO_LINK = Message("no_link", N_("This is no link; copy the whole address of the video, from https:// on."))
NO_HTTPS = Message("no_https", N_("The link must begin with https://."))
NO_PUBLIC_HOST = Message("no_public_host", N_("The link must name a public site, such as youtube.com."))


def video_link(given: str) -> str | Message:
    """The link in one ASCII form, or what is wrong with it. The form of a form is itself."""
    text = given.strip()
    if len(text) > MAX_LENGTH:
        return TOO_LONG
    # Browsers drop or turn such characters, so the link would lead elsewhere than it says.
    if not text or not text.isprintable() or any(character.isspace() or character == "\\" for character in text):
        return NO_LINK
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return NO_LINK
    if not parts.netloc:
        return NO_LINK
    if parts.scheme != "https":
        return NO_HTTPS
    host = _public_host(parts)
    if host is None:
        return NO_PUBLIC_HOST
    return _written(parts, host if port in {None, HTTPS_PORT} else f"{host}:{port}")


def _public_host(parts: SplitResult) -> str | None:
    """The host in ASCII; None for an address, a name of the own network, or one with a user before it."""
    if "@" in parts.netloc or not parts.hostname:
        return None
    try:
        host = parts.hostname.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        return None
    labels = host.split(".")
    fits = len(labels) > 1 and all(LABEL.fullmatch(label) for label in labels) and TOP_LABEL.fullmatch(labels[-1])
    return host if fits and labels[-1] not in LOCAL else None


def _written(parts: SplitResult, place: str) -> str | Message:
    path, query, fragment = (quote(part, safe=SAFE) for part in (parts.path or "/", parts.query, parts.fragment))
    link = urlunsplit(("https", place, path, query, fragment))
    return link if len(link) <= MAX_LENGTH else TOO_LONG
