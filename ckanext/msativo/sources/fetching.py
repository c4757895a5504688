"""Fetches files from the agencies' addresses: only allowed hosts, only https, bounded in size and time, politely.

No CKAN. What may be fetched is `Policy`'s to say, where connections may lead `Guard`'s, what is kept `Cache`'s.
"""

from __future__ import annotations

import math
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath
from typing import NoReturn
from urllib.parse import unquote, urlsplit

import requests
import urllib3

from ckanext.msativo.sources.fetch_cache import Cache, Known
from ckanext.msativo.sources.fetch_guard import Forbidden, Guard, Resolve
from ckanext.msativo.sources.fetch_policy import Policy, checked, redirected
from ckanext.msativo.sources.fetch_problems import FetchError

__all__ = ["Cache", "FetchError", "Fetched", "Fetcher", "Policy"]

_CHUNK = 64 * 1024
_MEGABYTE = 1024 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_GONE = frozenset({404, 410})
_HEADERS = {"User-Agent": "ckanext-msativo", "Accept": "*/*", "Accept-Encoding": "gzip", "Connection": "close"}


@dataclass(frozen=True)
class Fetched:
    """A file of an address. ``retrieved_at`` (UTC) is when its bytes came, also where the server said that they are
    still the newest (``from_cache``)."""

    url: str
    path: Path
    sha256: str
    etag: str | None
    last_modified: str | None
    retrieved_at: datetime
    from_cache: bool

    @property
    def file_name(self) -> str:
        """The name that people know the file by: the last part of its address, else the host."""
        parts = urlsplit(self.url)
        return PurePosixPath(unquote(parts.path)).name or parts.netloc


def _now() -> datetime:
    return datetime.now(timezone.utc)


class Fetcher:
    """Fetches one address after the other, with a pause between two requests to one host.

    :param sleep: waits so many seconds
    :param clock: what time it is (UTC)
    :param resolve: finds the addresses of a host, as `socket.getaddrinfo` does
    """

    def __init__(
        self,
        policy: Policy,
        cache: Cache,
        *,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], datetime] = _now,
        resolve: Resolve = socket.getaddrinfo,
    ) -> None:
        self.policy = policy
        self.cache = cache
        self._sleep = sleep
        self._clock = clock
        self._resolve = resolve
        self._asked: dict[str, datetime] = {}

    def fetch(self, url: str) -> Fetched:
        """The file at ``url``, from the cache if the server says that it has not changed; raises `FetchError`."""
        checked(url, self.policy)
        known = self.cache.known(url)
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._attempt(url, known)
            except FetchError as error:
                error.params["attempts"] = attempt
                if not error.passing or attempt >= self.policy.attempts:
                    raise
                self._wait(error, attempt)

    def _wait(self, error: FetchError, attempt: int) -> None:
        wait = error.retry_after
        if wait is None:
            wait = min(self.policy.backoff_seconds * 2 ** (attempt - 1), self.policy.max_wait)
        elif wait > self.policy.max_wait:
            seconds = math.ceil(wait)
            raise FetchError("asked_to_wait", error.url, status=error.params["status"], seconds=seconds) from None
        self._sleep(wait)

    def _attempt(self, url: str, known: Known | None) -> Fetched:
        guard = Guard(local=self.policy.local, resolve=self._resolve)
        try:
            with guard.for_at_most(self.policy.total_seconds):
                return self._ask(guard, url, known)
        except FetchError as error:
            if guard.expired and error.passing:
                raise self._too_slow(url) from None
            raise
        except Forbidden as error:
            raise FetchError("private_address", url, host=error.host, address=error.address) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            if guard.expired:
                raise self._too_slow(url) from None
            self._fail(url, error)

    def _too_slow(self, url: str) -> FetchError:
        return FetchError("too_slow", url, passing=True, seconds=self.policy.total_seconds)

    def _fail(self, url: str, error: Exception) -> NoReturn:
        """Say what a fault of the connection means; a file that cannot be written is not one."""
        host = urlsplit(url).hostname
        cause = _cause(error)
        reason = _reason(cause)
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise FetchError("bad_certificate", url, host=host, reason=reason) from None
        if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
            seconds = self.policy.read_seconds
            if isinstance(error, requests.ConnectTimeout):
                seconds = self.policy.connect_seconds
            raise FetchError("timed_out", url, passing=True, seconds=seconds) from None
        if isinstance(error, urllib3.exceptions.HTTPError):
            raise FetchError("cut_off", url, passing=True) from None
        if isinstance(error, requests.ConnectionError):
            raise FetchError("no_connection", url, passing=True, host=host, reason=reason) from None
        if isinstance(error, requests.RequestException):
            raise FetchError("bad_address", url) from None
        raise error

    def _ask(self, guard: Guard, url: str, known: Known | None) -> Fetched:
        """Follow the address to its answer."""
        headers = {**_HEADERS, **_conditions(known)}
        timeouts = (self.policy.connect_seconds, self.policy.read_seconds)
        here = url
        for _hop in range(self.policy.max_redirects + 1):
            self._be_polite(here)
            with guard.ask(here, headers, timeouts) as answer:
                if answer.status_code not in _REDIRECTS:
                    return self._take(guard, answer, url, known)
                here = redirected(here, answer.headers.get("Location"), self.policy)
        raise FetchError("too_many_redirects", url, limit=self.policy.max_redirects)

    def _be_polite(self, url: str) -> None:
        """Wait until the host has had its pause since the last request to it."""
        host = checked(url, self.policy).host
        last = self._asked.get(host)
        if last is not None:
            pause = self.policy.interval_seconds - (self._clock() - last).total_seconds()
            if pause > 0:
                self._sleep(min(pause, self.policy.interval_seconds))
        self._asked[host] = self._clock()

    def _take(self, guard: Guard, answer: requests.Response, url: str, known: Known | None) -> Fetched:
        status = answer.status_code
        if status == 304 and known is not None:
            return self._fetched(known, from_cache=True)
        if status == 304:
            raise FetchError("nothing_known", url, passing=True)
        if status in _PASSING:
            after = retry_after(answer.headers.get("Retry-After"), self._clock())
            raise FetchError("server_fault", url, passing=True, retry_after=after, status=status)
        if status != 200:
            raise FetchError("not_found" if status in _GONE else "refused", url, status=status)
        sha256 = self._download(guard, answer, url)
        etag, modified = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
        found = Known(url, sha256, etag, modified, self._clock().isoformat())
        self.cache.remember(found)
        return self._fetched(found, from_cache=False)

    def _download(self, guard: Guard, answer: requests.Response, url: str) -> str:
        """Write the answer to the cache; returns its hash."""
        limit = self.policy.max_bytes
        too_large = FetchError("too_large", url, limit=round(limit / _MEGABYTE, 1))
        length = answer.headers.get("Content-Length", "")
        if length.isascii() and length.isdigit() and int(length) > limit:
            raise too_large
        with self.cache.incoming() as incoming:
            for piece in _decoded(answer, url):
                incoming.write(piece)
                if incoming.size > limit:
                    raise too_large
            if guard.expired:
                # Without a Content-Length an answer that was cut off looks whole.
                raise self._too_slow(url)
            return incoming.keep()

    def _fetched(self, known: Known, *, from_cache: bool) -> Fetched:
        return Fetched(
            known.url,
            self.cache.file(known.sha256),
            known.sha256,
            known.etag,
            known.last_modified,
            datetime.fromisoformat(known.retrieved_at),
            from_cache,
        )


def _conditions(known: Known | None) -> dict[str, str]:
    """The headers that ask for the file only if it has changed."""
    if known is None:
        return {}
    marks = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in marks.items() if value}


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a server asks to wait, given in seconds or as a date; None when it does not say (readably)."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _decoded(answer: requests.Response, url: str) -> Iterator[bytes]:
    """The body in pieces of bounded size, decompressed here: a small answer that unpacks to a huge one is noticed."""
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    pieces = answer.raw.stream(_CHUNK, decode_content=False)
    if encoding in ("", "identity"):
        return pieces
    if encoding not in ("gzip", "x-gzip"):
        raise FetchError("bad_compression", url, reason=encoding)
    return _gunzipped(pieces, url)


def _gunzipped(pieces: Iterator[bytes], url: str) -> Iterator[bytes]:
    """All members of a gzip; zeros after the last are mere padding."""
    unpacker, whole = zlib.decompressobj(wbits=31), False
    for piece in pieces:
        rest = piece.lstrip(b"\0") if whole else piece
        while rest:
            if whole:
                unpacker = zlib.decompressobj(wbits=31)
            try:
                yield unpacker.decompress(rest, _CHUNK)
            except zlib.error as error:
                raise FetchError("bad_compression", url, reason=str(error)) from None
            whole = unpacker.eof
            rest = unpacker.unused_data.lstrip(b"\0") if whole else unpacker.unconsumed_tail
    if not whole:
        raise FetchError("cut_off", url, passing=True)


def _cause(error: BaseException) -> BaseException:
    """The innermost cause: what the libraries wrap around it says nothing to people."""
    inner = getattr(error, "reason", None) or (error.args[0] if error.args else None)
    return _cause(inner) if isinstance(inner, BaseException) else error


def _reason(cause: BaseException) -> str:
    text = " ".join(str(cause).split())
    if isinstance(cause, urllib3.exceptions.NewConnectionError):
        text = text.rpartition(": ")[2]
    return text[:200]
