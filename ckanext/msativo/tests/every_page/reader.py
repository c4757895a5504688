"""Reads a page of the registry without a browser."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup, Tag

from ckanext.msativo.tests.every_page.pages import Page
from ckanext.msativo.tests.every_page.world import Portal
from ckanext.msativo.tests.test_permissions_world import Web
from ckanext.msativo.tests.views.form_browser import filled


@dataclass(frozen=True)
class Answer:
    status: int
    text: str

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")


class Reader:
    def __init__(self, portal: Portal, app: Any) -> None:
        self.portal, self.web = portal, Web(app)

    def read(self, page: Page, prefix: str = "") -> Answer:
        """The page; one that a form gives back is what sending the form answers. ``prefix``: of a language."""
        address = prefix + page.address.format(**self.portal.names)
        shown = self._sent("get", address, page.role)
        if not page.press:
            return shown
        button = shown.soup.select_one(f"main {page.press}, [role=main] {page.press}")
        if button is None:
            return Answer(0, shown.text)
        form = button.find_parent("form")
        assert isinstance(form, Tag)
        data = {**filled(form), **page.typed}
        if button.get("name"):
            data[str(button["name"])] = str(button.get("value", ""))
        target = str(form.get("action") or address)
        options = {"content_type": "multipart/form-data"} if form.get("enctype") else {}
        return self._sent("post", address if target.startswith("#") else target, page.role, data=data, **options)

    def _sent(self, method: str, address: str, role: str, **options: Any) -> Answer:
        token = self.portal.tokens.get(role)
        headers = {"Authorization": token} if token else {}
        answer = self.web.request(method, address, headers=headers, follow_redirects=True, **options)
        return Answer(answer.status_code, answer.body)
