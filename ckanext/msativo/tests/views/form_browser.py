"""A person with a browser and no JavaScript: opens pages, fills in their forms, presses buttons."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag

from ckanext.msativo.tests.test_permissions_world import Web, World

UNSENT = ("checkbox", "radio")


def _values(field: Tag) -> list[str]:
    """What a browser sends of a field that nobody touched."""
    if field.name == "select":
        chosen = field.select("option[selected]") or ([] if field.has_attr("multiple") else field.select("option")[:1])
        return [option["value"] for option in chosen]
    if field.get("type") == "file" or (field.get("type") in UNSENT and not field.has_attr("checked")):
        return []
    return [field.get("value", "") if field.name == "input" else field.text]


def filled(form: Tag) -> dict[str, list[str]]:
    data: dict[str, list[str]] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        data.setdefault(field["name"], []).extend(_values(field))
    return data


class FormBrowser:
    def __init__(self, web: Web, world: World, role: str) -> None:
        self.web, self.person = web, world.user(role)
        web.log_in(self.person)
        self.cookies = web.app.client

    def get(self, url: str, **options: Any) -> Any:
        self.web.app.client = self.cookies
        return self.web.get(url, **options)

    def program(self, url: str, **data: Any) -> int:
        """Send what no button of the page sends, as a program does; the status of the answer."""
        return self.web.post(url, data=data, headers=self.web.token(self.person)).status_code

    def open(self, url: str, status: int = 200) -> BeautifulSoup:
        answer = self.get(url, follow_redirects=True)
        assert answer.status_code == status, (url, answer.status_code, answer.body[:2000])
        return BeautifulSoup(answer.body, "html.parser")

    def press(self, url: str, value: str, status: int = 200, name: str = "passo", **typed: Any) -> BeautifulSoup:
        """Press a button of a page: the one of that name and value, or without a value the form's main one."""
        return self.send(self.open(url), url, value, status, name, **typed)

    def send(
        self, page: BeautifulSoup, url: str, value: str, status: int = 200, name: str = "passo", **typed: Any
    ) -> BeautifulSoup:
        """The same on a page that is open."""
        wanted = f'main button[name="{name}"][value="{value}"]' if value else "main form button.btn"
        button = page.select_one(wanted)
        assert button is not None, f"no button {value} on {url}"
        form = button.find_parent("form")
        data = {**filled(form), **({name: value} if value else {}), **typed}
        action = form.get("action") or url
        self.web.app.client = self.cookies
        options = {"content_type": "multipart/form-data"} if form.get("enctype") else {}
        answer = self.web.post(url if action.startswith("#") else action, data=data, follow_redirects=True, **options)
        assert answer.status_code == status, (url, answer.status_code, answer.body[:3000])
        return BeautifulSoup(answer.body, "html.parser")
