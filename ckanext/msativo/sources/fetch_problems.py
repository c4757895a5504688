"""What fetching says to people, by code: what went wrong with which address, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ckanext.msativo.i18n_marker import N_

MESSAGES: Mapping[str, str] = {
    "bad_address": N_(
        "{url}: this is not an address that can be fetched. Write https://, host and path, without a user name."
    ),
    "not_https": N_("{url}: only addresses that start with https:// are fetched. Use the agency's https address."),
    "bad_port": N_("{url}: only the usual port of https is fetched. Leave the port out of the address."),
    "host_not_allowed": N_(
        "{url}: the host {host} is not on the list of those that may be fetched. If it is the agency's, add it to the "
        "setting msativo.fetch.hosts."
    ),
    "private_address": N_(
        "{url}: {host} leads to {address}, inside this network, and was not connected to. Check the address and the "
        "name service."
    ),
    "redirect_elsewhere": N_(
        "{url}: the server sends on to {target}, another host, which was not followed. Open the address in a browser "
        "and declare the one of the file itself."
    ),
    "redirect_insecure": N_(
        "{url}: the server sends on to {target}, which is not https, and was not followed. Declare the https address "
        "of the file itself."
    ),
    "redirect_nowhere": N_("{url}: the server sends on without saying where. Check the address in a browser."),
    "too_many_redirects": N_("{url}: the server sent on more than {limit} times. Check the address in a browser."),
    "not_found": N_("{url}: the server has nothing there ({status}). Look for the file's new address at the agency."),
    "refused": N_("{url}: the server refuses to answer ({status}). Check the address in a browser."),
    "server_fault": N_("{url}: the server failed ({status}) in each of {attempts} attempts. Try again later."),
    "asked_to_wait": N_("{url}: the server asks to wait {seconds} s ({status}). Try again after that."),
    "no_connection": N_(
        "{url}: no connection to {host} in {attempts} attempts ({reason}). Check the network, or try again later."
    ),
    "bad_certificate": N_(
        "{url}: the certificate of {host} cannot be trusted ({reason}). Check the date and the certificate authorities "
        "of this machine, or tell the agency."
    ),
    "timed_out": N_(
        "{url}: the server was silent for more than {seconds} s in each of {attempts} attempts. Try again later."
    ),
    "too_slow": N_(
        "{url}: the answer was not complete after {seconds} s in each of {attempts} attempts. Try again later, or ask "
        "the agency's address for fewer years at a time."
    ),
    "cut_off": N_("{url}: the answer was cut off on its way in each of {attempts} attempts. Try again later."),
    "too_large": N_(
        "{url}: the answer is larger than {limit} MB. Ask the address for less, or raise msativo.fetch.max_bytes."
    ),
    "bad_compression": N_("{url}: the answer cannot be decompressed ({reason}). Try again later, or tell the agency."),
    "nothing_known": N_("{url}: the server says that nothing changed, but nothing was asked. Try again later."),
}


class FetchError(Exception):
    """An address that could not be fetched; nothing was kept of it.

    ``passing`` tells that another attempt may succeed, ``retry_after`` (seconds) when the server asked for one.
    """

    def __init__(
        self, code: str, url: str, *, passing: bool = False, retry_after: float | None = None, **params: Any
    ) -> None:
        self.code = code
        self.url = url
        self.passing = passing
        self.retry_after = retry_after
        self.params: dict[str, Any] = {"url": url, "attempts": 1, **params}
        super().__init__(code, url)

    @property
    def msgid(self) -> str:
        return MESSAGES[self.code]

    def text(self, translate: Callable[[str], str] = str) -> str:
        """What is wrong with which address, and what to do, translated by ``translate``."""
        return translate(self.msgid).format(**self.params)

    def __str__(self) -> str:
        return self.text()
