"""A link to a video leads over https to a public site, in one form."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.logic.links_checked import MAX_LENGTH, video_link
from ckanext.msativo.programme.messages import Message


@pytest.mark.parametrize(
    ("given", "link"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s", "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s"),
        ("  https://youtu.be/dQw4w9WgXcQ \n", "https://youtu.be/dQw4w9WgXcQ"),
        ("HTTPS://YouTu.BE/AbC", "https://youtu.be/AbC"),
        ("https://vimeo.com", "https://vimeo.com/"),
        ("https://vimeo.com:443/1", "https://vimeo.com/1"),
        ("https://vimeo.com./1", "https://vimeo.com/1"),
        ("https://videos.japora.ms.gov.br:8443/a", "https://videos.japora.ms.gov.br:8443/a"),
        ("https://drive.google.com/file/d/1/view#t=10", "https://drive.google.com/file/d/1/view#t=10"),
        ("https://Bücher.example/vídeo?nome=João", "https://xn--bcher-kva.example/v%C3%ADdeo?nome=Jo%C3%A3o"),
        ('https://vimeo.com/"><script>', "https://vimeo.com/%22%3E%3Cscript%3E"),
        ("https://vimeo.com/a%20b", "https://vimeo.com/a%20b"),
    ],
)
def test_a_link_is_written_in_one_form(given: str, link: str) -> None:
    assert video_link(given) == link
    assert video_link(link) == link


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("no_https", ["http://youtu.be/a", "ftp://youtu.be/a", "javascript://youtu.be/%0aalert(1)", "//youtu.be/a"]),
        (
            "no_link",
            [
                "",
                "   ",
                "youtube",
                "youtu.be/a",
                "https:youtu.be",
                "javascript:alert(1)",
                "data:text/html,x",
                "https:///a",
                "https://[::1",
                "https://a.com:x/",
                "https://a.com:99999/",
                "https://a.com/a b",
                "https://a.com\\@b.com/",
                "https://a.com/\x00",
                "https://a.com/\ud800",
                "https://a.com/\u202egpj",
                "https://a\t.com/",
            ],
        ),
        (
            "no_public_host",
            [
                "https://127.0.0.1/a",
                "https://127.1/a",
                "https://2130706433/a",
                "https://0x7f000001/",
                "https://0x7f.1/",
                "https://a.0x7f/",
                "https://10.0.0.5./",
                "https://\uff11\uff12\uff17.0.0.1/",
                "https://[::1]/",
                "https://[2001:db8::1]/a",
                "https://localhost/a",
                "https://LOCALHOST./a",
                "https://api.localhost/",
                "https://impressora.local/",
                "https://db.internal/",
                "https://servidor/",
                "https://youtube.com@evil.com/",
                "https://a:b@evil.com/",
                "https://@evil.com/",
                "https://a..com/",
                "https://-a.com/",
                "https://a_b.com/",
                "https://" + "a" * 64 + ".com/",
                "https://%31%32%37.0.0.1/",
            ],
        ),
        ("too_long", ["https://a.com/" + "a" * 487, "https://a.com/" + "é" * 480, "a" * 10**6]),
    ],
)
def test_what_is_no_public_link_is_refused_with_the_reason(code: str, texts: list[str]) -> None:
    for text in texts:
        answer = video_link(text)
        assert isinstance(answer, Message), text
        assert answer.code == code, text
        assert "{" not in str(answer)


def test_the_longest_link_is_accepted() -> None:
    link = "https://a.com/".ljust(MAX_LENGTH, "a")
    assert video_link(link) == link


@given(
    st.one_of(
        st.text(max_size=60),
        st.builds("https://{}/{}".format, st.text(max_size=20), st.text(max_size=40)),
        st.builds("https://{}.com{}".format, st.text("abc.é-@:[]", max_size=12), st.text(max_size=40)),
    )
)
def test_any_text_is_a_public_link_or_refused(text: str) -> None:
    answer = video_link(text)
    if isinstance(answer, Message):
        return
    parts = urlsplit(answer)
    assert answer.isascii() and answer.isprintable() and len(answer) <= MAX_LENGTH
    assert not set(answer) & set("\"'<> \\^`{|}") - {"'"}
    assert parts.scheme == "https" and parts.hostname and "." in parts.hostname and "@" not in parts.netloc
    assert video_link(answer) == answer
