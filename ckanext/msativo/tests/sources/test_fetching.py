"""Fetching against a real server on this machine: what is taken, what is tried again, what is refused."""

from __future__ import annotations

import gzip
import hashlib
import socket
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.sources.fetch_cache import Cache
from ckanext.msativo.sources.fetch_policy import Policy
from ckanext.msativo.sources.fetch_problems import MESSAGES, FetchError
from ckanext.msativo.sources.fetching import Fetched, Fetcher, retry_after
from ckanext.msativo.tests.sources.agency import Agency, agency, reply

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
TABLE = b"indicador,codigo_ibge,ano,valor\ntaxa,5002704,2020,1\n"
LOCAL = Policy(hosts=frozenset({"127.0.0.1"}), interval_seconds=0, local=True, read_seconds=5)


class Clock:
    """A time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = NOON
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def server() -> Iterator[Agency]:
    with agency() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fetch(tmp_path: Path, clock: Clock) -> Any:
    def made(url: str, resolve: Any = socket.getaddrinfo, **changes: Any) -> Fetched:
        policy = Policy(**{**LOCAL.__dict__, **changes})
        return Fetcher(policy, Cache(tmp_path / "cache"), sleep=clock.sleep, clock=clock, resolve=resolve).fetch(url)

    return made


def refused(fetch: Any, url: str, **changes: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(url, **changes)
    error = caught.value
    assert url in error.text(), "every error names the address"
    assert "{" not in error.text().replace(url, "")
    return error


def kept(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


# -- what is taken -----------------------------------------------------------------------------------------------------
def test_a_file_is_kept_as_it_came_under_its_hash(server: Agency, fetch: Any) -> None:
    url = server.says("/dados/taxa%20nova.csv?a=1", reply(200, TABLE, ETag='"v1"', Last_Modified="yesterday"))
    got = fetch(url)
    assert got.path.read_bytes() == TABLE
    assert got.sha256 == hashlib.sha256(TABLE).hexdigest() == got.path.name
    assert (got.etag, got.last_modified, got.retrieved_at) == ('"v1"', "yesterday", NOON)
    assert (got.from_cache, got.file_name) == (False, "taxa nova.csv")
    assert server.asked[0][1]["User-Agent"] == "ckanext-msativo"


def test_a_file_that_did_not_change_is_not_sent_again(server: Agency, fetch: Any, clock: Clock) -> None:
    url = server.says(
        "/a.csv", reply(200, TABLE, ETag='"v1"', Last_Modified="Sun, 01 Mar 2026 10:00:00 GMT"), reply(304)
    )
    first = fetch(url)
    clock.now += timedelta(days=7)
    again = fetch(url)
    asked = server.asked[1][1]
    assert asked["If-None-Match"] == '"v1"'
    assert asked["If-Modified-Since"] == "Sun, 01 Mar 2026 10:00:00 GMT"
    assert (again.from_cache, again.sha256, again.retrieved_at) == (True, first.sha256, NOON)


def test_a_new_version_is_kept_beside_the_old_one(server: Agency, fetch: Any) -> None:
    url = server.says("/a.csv", reply(200, TABLE, ETag='"v1"'), reply(200, b"new", ETag='"v2"'))
    first, second = fetch(url), fetch(url)
    assert (first.path.read_bytes(), second.path.read_bytes()) == (TABLE, b"new")


def test_a_kept_file_that_was_damaged_is_asked_for_whole(server: Agency, fetch: Any) -> None:
    url = server.says("/a.csv", reply(200, TABLE, ETag='"v1"'))
    fetch(url).path.write_bytes(b"damaged")
    assert fetch(url).path.read_bytes() == TABLE
    assert "If-None-Match" not in server.asked[1][1]


def test_a_damaged_note_of_an_address_is_as_none(server: Agency, fetch: Any, tmp_path: Path) -> None:
    url = server.says("/a.csv", reply(200, TABLE, ETag='"v1"'))
    fetch(url)
    next((tmp_path / "cache" / "addresses").iterdir()).write_text('{"url": 1}')
    assert fetch(url).path.read_bytes() == TABLE


def test_a_compressed_answer_is_unpacked_also_in_several_members(server: Agency, fetch: Any) -> None:
    body = gzip.compress(TABLE) + gzip.compress(b"more") + bytes(16)
    url = server.says("/a.csv", reply(200, body, Content_Encoding="gzip"))
    assert fetch(url).path.read_bytes() == TABLE + b"more"


@settings(deadline=None)
@given(st.binary(max_size=300_000), st.integers(1, 9))
def test_any_content_survives_compression(content: bytes, level: int) -> None:
    from ckanext.msativo.sources.fetching import _gunzipped

    packed = gzip.compress(content, level)
    pieces = (packed[at : at + 1000] for at in range(0, len(packed), 1000))
    assert b"".join(_gunzipped(pieces, "x")) == content


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=2000), st.data())
def test_any_cut_of_a_compressed_content_is_noticed(content: bytes, data: Any) -> None:
    from ckanext.msativo.sources.fetching import _gunzipped

    packed = gzip.compress(content)
    cut = packed[: data.draw(st.integers(0, len(packed) - 1))]
    with pytest.raises(FetchError) as caught:
        list(_gunzipped(iter([cut]), "x"))
    assert caught.value.code == "cut_off"


# -- what is tried again -----------------------------------------------------------------------------------------------
def test_a_server_that_recovers_is_asked_again(server: Agency, fetch: Any, clock: Clock) -> None:
    url = server.says("/a.csv", reply(500), reply(503), reply(200, TABLE))
    assert fetch(url).path.read_bytes() == TABLE
    assert clock.slept == [2, 4]


def test_a_server_that_stays_down_is_given_up(server: Agency, fetch: Any, clock: Clock) -> None:
    error = refused(fetch, server.says("/a.csv", reply(500)))
    assert (error.code, error.params["status"], error.params["attempts"]) == ("server_fault", 500, 4)
    assert clock.slept == [2, 4, 8] and len(server.asked) == 4


@pytest.mark.parametrize("value", ["7", "Sun, 01 Mar 2026 12:00:07 GMT"])
def test_a_server_that_asks_to_wait_is_obeyed(server: Agency, fetch: Any, clock: Clock, value: str) -> None:
    url = server.says("/a.csv", reply(429, Retry_After=value), reply(200, TABLE))
    assert fetch(url).path.read_bytes() == TABLE
    assert clock.slept == [7]


def test_a_server_that_asks_for_too_long_a_wait_is_left_alone(server: Agency, fetch: Any, clock: Clock) -> None:
    error = refused(fetch, server.says("/a.csv", reply(429, Retry_After="3600")))
    assert (error.code, error.params["seconds"], clock.slept) == ("asked_to_wait", 3600, [])


@settings(deadline=None)
@given(st.one_of(st.none(), st.text(max_size=40), st.integers().map(str)))
def test_any_retry_after_is_a_time_or_nothing(value: str | None) -> None:
    found = retry_after(value, NOON)
    assert found is None or found >= 0


def test_a_silent_server_is_asked_again(server: Agency, fetch: Any) -> None:
    def silent(_handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.6)

    url = server.says("/a.csv", silent, reply(200, TABLE))
    assert fetch(url, read_seconds=0.2).path.read_bytes() == TABLE
    error = refused(fetch, server.says("/b.csv", silent), read_seconds=0.2, attempts=2)
    assert (error.code, error.params["attempts"]) == ("timed_out", 2)


def dripping(length: str | None) -> Any:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        if length:
            handler.send_header("Content-Length", length)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    return answer


@pytest.mark.parametrize("length", ["100", None])
def test_an_answer_that_drips_is_cut_off_in_time_and_not_kept(
    server: Agency, fetch: Any, tmp_path: Path, length: str | None
) -> None:
    started = time.monotonic()
    error = refused(fetch, server.says("/a.csv", dripping(length)), total_seconds=0.5, attempts=1)
    assert error.code == "too_slow" and time.monotonic() - started < 2
    assert kept(tmp_path) == []


def test_headers_that_drip_are_cut_off_in_time(server: Agency, fetch: Any) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(0.05)

    started = time.monotonic()
    assert refused(fetch, server.says("/a.csv", answer), total_seconds=0.5, attempts=1).code == "too_slow"
    assert time.monotonic() - started < 2


def test_a_cut_off_answer_is_tried_again_and_never_kept(server: Agency, fetch: Any, tmp_path: Path) -> None:
    short = reply(200, TABLE[:20], Content_Length=str(len(TABLE)))
    error = refused(fetch, server.says("/a.csv", short))
    assert (error.code, error.params["attempts"]) == ("cut_off", 4)
    assert kept(tmp_path) == []
    assert fetch(server.says("/b.csv", short, reply(200, TABLE))).path.read_bytes() == TABLE


@pytest.mark.parametrize("body", [b"5\r\nhello\r\n", b"5\r\nhel", b"no number\r\n"])
def test_a_cut_off_chunked_answer_is_noticed(server: Agency, fetch: Any, tmp_path: Path, body: bytes) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(body)

    assert refused(fetch, server.says("/a.csv", answer)).code == "cut_off"
    assert kept(tmp_path) == []


def test_a_cut_off_compressed_answer_is_noticed(server: Agency, fetch: Any, tmp_path: Path) -> None:
    url = server.says("/a.csv", reply(200, gzip.compress(TABLE)[:-4], Content_Encoding="gzip"))
    assert refused(fetch, url).code == "cut_off"
    assert kept(tmp_path) == []


def test_a_server_that_is_not_there(fetch: Any, clock: Clock) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        error = refused(fetch, f"http://127.0.0.1:{taken.getsockname()[1]}/a.csv")
    assert (error.code, error.params["attempts"]) == ("no_connection", 4)
    assert "refused" in error.params["reason"] and clock.slept == [2, 4, 8]


def test_a_host_without_an_address(fetch: Any) -> None:
    def nobody(*_args: Any, **_kwargs: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    error = refused(fetch, "https://dados.example/a", resolve=nobody, hosts=frozenset({"dados.example"}), attempts=1)
    assert error.code == "no_connection"
    assert "Name or service not known" in error.text()


def test_requests_to_one_host_keep_their_distance(server: Agency, tmp_path: Path, clock: Clock) -> None:
    policy = Policy(hosts=frozenset({"127.0.0.1"}), interval_seconds=3, local=True)
    fetcher = Fetcher(policy, Cache(tmp_path), sleep=clock.sleep, clock=clock)
    for name in ("/a", "/b"):
        fetcher.fetch(server.says(name, reply(200, TABLE)))
    assert clock.slept == [3]
    clock.now += timedelta(seconds=2)
    fetcher.fetch(server.says("/c", reply(200, TABLE)))
    clock.now += timedelta(hours=1)
    fetcher.fetch(server.says("/d", reply(200, TABLE)))
    assert clock.slept == [3, 1]


# -- what is refused ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "code"), [(404, "not_found"), (410, "not_found"), (403, "refused"), (206, "refused")]
)
def test_other_answers_are_final(server: Agency, fetch: Any, status: int, code: str) -> None:
    error = refused(fetch, server.says("/a.csv", reply(status, b"sorry")))
    assert (error.code, error.params["status"], len(server.asked)) == (code, status, 1)


def test_nothing_changed_is_no_answer_to_a_first_question(server: Agency, fetch: Any) -> None:
    assert refused(fetch, server.says("/a.csv", reply(304))).code == "nothing_known"


def test_too_large_an_answer_is_refused_by_its_announced_size(server: Agency, fetch: Any, tmp_path: Path) -> None:
    url = server.says("/a.csv", reply(200, b"", Content_Length="2000001"))
    assert refused(fetch, url, max_bytes=2_000_000).code == "too_large"
    assert kept(tmp_path) == []


def test_too_large_an_answer_without_a_size_is_cut_while_it_comes(server: Agency, fetch: Any, tmp_path: Path) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(bytes(65536))

    assert refused(fetch, server.says("/a.csv", endless), max_bytes=1_000_000).code == "too_large"
    assert kept(tmp_path) == []


def test_a_small_answer_that_unpacks_to_a_huge_one_is_refused(server: Agency, fetch: Any, tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 100_000
    url = server.says("/a.csv", reply(200, bomb, Content_Encoding="gzip"))
    assert refused(fetch, url, max_bytes=1_000_000).code == "too_large"
    assert kept(tmp_path) == []


@pytest.mark.parametrize(("encoding", "body"), [("gzip", TABLE), ("br", TABLE), ("gzip, gzip", TABLE)])
def test_an_answer_that_cannot_be_unpacked(server: Agency, fetch: Any, encoding: str, body: bytes) -> None:
    assert refused(fetch, server.says("/a.csv", reply(200, body, Content_Encoding=encoding))).code == "bad_compression"


def test_a_redirect_on_the_same_host_is_followed(server: Agency, fetch: Any) -> None:
    server.says("/new/b.csv", reply(200, TABLE))
    got = fetch(server.says("/a.csv", reply(302, Location="/new/b.csv")))
    assert got.path.read_bytes() == TABLE and got.url.endswith("/a.csv")


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://localhost/",
        "//other.example/a.csv",
        "https://other.example/a.csv",
        "http://127.0.0.1:1/a.csv",
        "http://127.0.0.1@other.example/",
        "http://other.example\\@127.0.0.1/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/a.csv",
        "http://[",
    ],
)
def test_a_redirect_elsewhere_is_not_followed(server: Agency, fetch: Any, target: str) -> None:
    hosts = frozenset({"127.0.0.1", "other.example", "localhost"})
    error = refused(fetch, server.says("/a.csv", reply(302, Location=target)), hosts=hosts)
    assert error.code in ("redirect_elsewhere", "redirect_insecure")
    assert server.paths() == ["/a.csv"]


def test_the_body_of_a_redirect_is_not_read(server: Agency, fetch: Any) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", "/b.csv")
        handler.end_headers()
        while True:
            handler.wfile.write(bytes(65536))

    server.says("/b.csv", reply(200, TABLE))
    assert fetch(server.says("/a.csv", endless), total_seconds=3).path.read_bytes() == TABLE


def test_redirects_without_end_or_aim(server: Agency, fetch: Any) -> None:
    assert refused(fetch, server.says("/a.csv", reply(302, Location="/a.csv"))).code == "too_many_redirects"
    assert len(server.asked) == 6
    assert refused(fetch, server.says("/b.csv", reply(301))).code == "redirect_nowhere"


def test_the_address_that_was_judged_is_the_one_connected_to(server: Agency, fetch: Any) -> None:
    """A name that answers with an inner address the second time it is asked."""
    answers = ["127.0.0.1", "10.1.2.3"]
    asked: list[str] = []

    def resolve(host: str, port: int, **kwargs: Any) -> Any:
        asked.append(host)
        return socket.getaddrinfo(answers[min(len(asked), 2) - 1], port, **kwargs)

    server.says("/a.csv", reply(200, TABLE))
    url = f"http://dados.example:{server.port}/a.csv"
    hosts = frozenset({"dados.example"})
    assert fetch(url, resolve=resolve, hosts=hosts).path.read_bytes() == TABLE
    assert asked == ["dados.example"], "resolved once"
    error = refused(fetch, url, resolve=resolve, hosts=hosts)
    assert (error.code, error.params["address"]) == ("private_address", "10.1.2.3")
    assert len(server.asked) == 1


def test_loopback_is_for_tests_alone(server: Agency, fetch: Any) -> None:
    def resolve(_host: str, _port: int, **kwargs: Any) -> Any:
        return socket.getaddrinfo("127.0.0.1", server.port, **kwargs)

    error = refused(fetch, "https://dados.example/a", resolve=resolve, hosts=frozenset({"dados.example"}), local=False)
    assert error.code == "private_address" and server.asked == []


def test_a_server_that_speaks_no_tls(server: Agency, fetch: Any) -> None:
    error = refused(fetch, f"https://127.0.0.1:{server.port}/a")
    assert (error.code, error.params["attempts"]) == ("no_connection", 4)
    assert "SSL" in error.params["reason"]


def test_a_full_disk_is_not_the_agency_s_fault(server: Agency, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="cache"):
        Fetcher(LOCAL, Cache(tmp_path / "cache"), sleep=clock.sleep).fetch(server.says("/a", reply(200, TABLE)))


def test_every_message_can_be_written() -> None:
    facts = ("url", "host", "address", "target", "limit", "status", "attempts", "seconds", "reason")
    for message in MESSAGES.values():
        assert N_(message).format(**dict.fromkeys(facts, "·")).count("·") >= 1
