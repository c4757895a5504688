"""Connections that reach public addresses only.

The host's name is resolved here, and the very address that was judged is connected to: a name that answers otherwise
the next moment (DNS rebinding) gains nothing. Proxies of the environment are not used, as they would resolve anew.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

Resolve = Callable[..., list[tuple[Any, ...]]]
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Forbidden(Exception):
    """A host of which no address may be connected to."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(host, address)
        self.host = host
        self.address = address


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet; one that carries an IPv4 address is judged by that."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        carried = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if carried is None and ip in _NAT64:
            carried = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = carried or ip
    return ip.is_global and not ip.is_multicast


class Guard:
    """Opens the connections of one attempt, and can cut them all off."""

    def __init__(self, *, local: bool = False, resolve: Resolve = socket.getaddrinfo) -> None:
        self._local = local
        self._resolve = resolve
        self._lines: list[socket.socket] = []
        self.expired = False

    def ask(self, url: str, headers: Mapping[str, str], timeouts: tuple[float, float]) -> requests.Response:
        """The answer of ``url``, its body unread, whatever its status; without cookies, proxies or passwords."""
        # Not a session's `get`: it reads the whole body of a redirect even when it is not to follow it.
        request = requests.Request("GET", url, headers=dict(headers)).prepare()
        return _Adapter(self).send(request, stream=True, timeout=timeouts, verify=True)

    def open(self, connection: HTTPConnection) -> socket.socket:
        """A socket to the first address of the connection's host that may be and can be reached."""
        host, port = connection.host, connection.port
        seen, reason = "", f"no address of {host} is known"
        try:
            found = self._resolve(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(connection, str(error)) from error
        for family, kind, protocol, _name, place in found:
            seen = str(place[0])
            if not self._allows(seen):
                continue
            try:
                sock = _connected(family, kind, protocol, place, connection.timeout)
                # A second handle of the same line: the first one is soon TLS's or the answer's own.
                self._lines.append(sock.dup())
                return sock
            except TimeoutError as error:
                raise ConnectTimeoutError(connection, str(error)) from error
            except OSError as error:
                reason = str(error)
        if seen and not any(self._allows(str(one[4][0])) for one in found):
            raise Forbidden(host, seen)
        raise NewConnectionError(connection, reason)

    def _allows(self, address: str) -> bool:
        return is_public(address) or (self._local and address in ("127.0.0.1", "::1"))

    @contextlib.contextmanager
    def for_at_most(self, seconds: float) -> Iterator[None]:
        """Cut all connections off after that time, however slowly their bytes still come."""
        done = threading.Event()
        watch = threading.Thread(target=self._watch, args=(done, seconds), daemon=True)
        watch.start()
        try:
            yield
        finally:
            done.set()
            watch.join()
            while self._lines:
                self._lines.pop().close()

    def _watch(self, done: threading.Event, seconds: float) -> None:
        if done.wait(seconds):
            return
        self.expired = True
        # Again and again: one more connection may just be about to be opened.
        while not done.wait(0.1):
            for line in list(self._lines):
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)


def _connected(family: int, kind: int, protocol: int, place: Any, timeout: Any) -> socket.socket:
    sock = socket.socket(family, kind, protocol)
    try:
        if isinstance(timeout, int | float):
            sock.settimeout(timeout)
        sock.connect(place)
    except BaseException:
        sock.close()
        raise
    return sock


def _pools(guard: Guard) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return guard.open(self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return guard.open(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain  # pyright: ignore[reportAssignmentType] - urllib3's own classes do not fit its protocol

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure  # pyright: ignore[reportAssignmentType]

    return {"http": PlainPool, "https": SecurePool}


class _Adapter(HTTPAdapter):
    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._guard)
