"""What may be fetched, and how patiently: hosts, sizes, times. An address is judged by its text alone here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from ckanext.msativo.sources.fetch_problems import FetchError

# Whatever comes before the path is of letters, digits, dots and hyphens only: then all parsers see the same host.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?(?:[/?#].*)?",
    re.IGNORECASE | re.ASCII,
)
_UNSEEN = re.compile(r"[\x00-\x20\x7f\\]")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Policy:
    """The bounds of fetching. Times in seconds; ``max_bytes`` bounds the answer also when it is decompressed.

    ``total_seconds`` bounds one attempt from connecting to the last byte. A server may ask for a wait of up to
    ``max_wait``. ``local`` is for tests only: it allows http, any port, and this machine itself (127.0.0.1).
    """

    hosts: frozenset[str]
    max_bytes: int = 200 * 1024 * 1024
    connect_seconds: float = 10
    read_seconds: float = 60
    total_seconds: float = 600
    attempts: int = 4
    backoff_seconds: float = 2
    max_wait: float = 120
    interval_seconds: float = 1
    max_redirects: int = 5
    local: bool = False


@dataclass(frozen=True)
class Address:
    """Scheme, host and port of an address that may be fetched."""

    scheme: str
    host: str
    port: int


def checked(url: str, policy: Policy) -> Address:
    """The address, if the policy allows it; raises `FetchError`."""
    match = _ADDRESS.fullmatch(url)
    if match is None or _UNSEEN.search(url):
        raise FetchError("bad_address", url)
    scheme, host = match["scheme"].lower(), match["host"].lower()
    port = int(match["port"] or _PORTS[scheme])
    if not policy.local:
        if scheme != "https":
            raise FetchError("not_https", url)
        if port != _PORTS[scheme]:
            raise FetchError("bad_port", url)
    if host not in policy.hosts:
        raise FetchError("host_not_allowed", url, host=host)
    return Address(scheme, host, port)


def redirected(url: str, location: str | None, policy: Policy) -> str:
    """Where ``url`` sends on to; raises `FetchError` unless that is on the same host and as safe."""
    if not location:
        raise FetchError("redirect_nowhere", url)
    here = checked(url, policy)
    try:
        target = urljoin(url, location)
    except ValueError:
        raise FetchError("redirect_elsewhere", url, target=location) from None
    try:
        there = checked(target, policy)
    except FetchError as error:
        code = "redirect_insecure" if error.code == "not_https" else "redirect_elsewhere"
        raise FetchError(code, url, target=target) from None
    if (here.host, here.port) != (there.host, there.port) and here.scheme == there.scheme:
        raise FetchError("redirect_elsewhere", url, target=target)
    if here.scheme != there.scheme:
        raise FetchError("redirect_insecure", url, target=target)
    return target
