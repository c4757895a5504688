"""What a form says is wrong: a summary whose lines lead to the fields, and each field tied to what is said of it."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup

from ckanext.msativo.tests.every_page.pages import PAGES
from ckanext.msativo.tests.every_page.reader import Reader
from ckanext.msativo.tests.every_page.world import Portal

WRONG = [page for page in PAGES if page.press and page.ours and page.status in (400, 409)]


def loose(soup: BeautifulSoup) -> list[str]:
    """What leads nowhere, or is said of no field."""
    ids = {str(tag["id"]) for tag in soup.select("[id]")}
    summary = soup.select_one(".ms-problems")
    found = [] if summary else ["no summary"]
    links = summary.select("a[href^='#']") if summary else []
    found += [f"{link['href']} is nowhere" for link in links if str(link["href"])[1:] not in ids]
    named = {name for tag in soup.select("[aria-describedby]") for name in str(tag["aria-describedby"]).split()}
    found += [f"{name} describes and is nowhere" for name in sorted(named - ids)]
    found += [f"said of no field: {tag.text}" for tag in soup.select(".ms-error") if tag.get("id") not in named]
    found += [f"{tag.get('id')} is not described" for tag in soup.select("[aria-invalid]:not([aria-describedby])")]
    fields = {f"#{tag.get('id')}" for tag in soup.select("[aria-invalid]")}
    found += [f"{name} is not in the summary" for name in sorted(fields - {str(link["href"]) for link in links})]
    return found


def test_what_is_wrong_is_summed_up_and_tied_to_its_field(every: Portal, app: Any) -> None:
    reader = Reader(every, app)
    assert len(WRONG) > 10
    told = {page.name: found for page in WRONG if (found := loose(reader.read(page).soup))}
    assert not told, "\n".join(f"{name}: {found}" for name, found in told.items())
