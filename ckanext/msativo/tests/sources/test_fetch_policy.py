"""Which addresses may be fetched, and which of the network's may be connected to."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.msativo.sources.fetch_guard import is_public
from ckanext.msativo.sources.fetch_policy import Policy, checked, redirected
from ckanext.msativo.sources.fetch_problems import FetchError

POLICY = Policy(hosts=frozenset({"dados.example"}))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://dados.example/a", "not_https"),
        ("HTTP://dados.example/a", "not_https"),
        ("https://dados.example:8443/a", "bad_port"),
        ("https://outro.example/a", "host_not_allowed"),
        ("https://sub.dados.example/a", "host_not_allowed"),
        ("https://dados.example.evil/a", "host_not_allowed"),
        ("https://dados.example./a", "host_not_allowed"),
        ("https://127.0.0.1/a", "host_not_allowed"),
        ("https://user@dados.example/a", "bad_address"),
        ("https://dados.example@evil.example/a", "bad_address"),
        ("https://evil.example\\@dados.example/a", "bad_address"),
        ("https://dados.example /a", "bad_address"),
        ("https://dados.example/a b", "bad_address"),
        ("https://dados.example/a\n", "bad_address"),
        ("https://[::1]/a", "bad_address"),
        ("https://dádos.example/a", "bad_address"),
        ("ftp://dados.example/a", "bad_address"),
        ("file:///etc/passwd", "bad_address"),
        ("https:dados.example", "bad_address"),
        ("", "bad_address"),
    ],
)
def test_addresses_that_are_refused(url: str, code: str) -> None:
    with pytest.raises(FetchError) as caught:
        checked(url, POLICY)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "url", ["https://dados.example", "https://DADOS.example/a?b=c/d@e#f", "https://dados.example:443/município.csv"]
)
def test_addresses_that_are_taken(url: str) -> None:
    assert checked(url, POLICY).host == "dados.example"


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_an_address_of_an_allowed_host_or_an_error(text: str) -> None:
    for url in (text, f"https://{text}", f"https://dados.example{text}", f"https://{text}dados.example/"):
        try:
            assert checked(url, POLICY).host == "dados.example"
        except FetchError as error:
            assert error.text()


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_redirect_stays_or_is_an_error(location: str) -> None:
    try:
        target = redirected("https://dados.example/pasta/a.csv", location, POLICY)
    except FetchError as error:
        assert error.code.startswith("redirect_")
    else:
        assert checked(target, POLICY) == checked("https://dados.example/", POLICY)


def test_a_redirect_to_http_says_so() -> None:
    with pytest.raises(FetchError) as caught:
        redirected("https://dados.example/a", "http://dados.example/a", POLICY)
    assert caught.value.code == "redirect_insecure"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "198.51.100.7",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "2002:7f00:1::1",
        "64:ff9b::a00:1",
    ],
)
def test_addresses_inside_a_network(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_open_internet(address: str) -> None:
    assert is_public(address)
