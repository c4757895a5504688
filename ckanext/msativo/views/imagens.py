"""Preview images of the public pages: `/imagem/indicador/<name>.png`, and as SVG."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.msativo.views import asked, picture, picture_png, picture_svg, public
from ckanext.msativo.views.picture import Picture

imagens = Blueprint("msativo_imagens", __name__)


@dataclass(frozen=True)
class Kind:
    """What an image is of; ``args`` are the names its address may have."""

    make: Callable[[str, Mapping[str, str]], Picture]
    args: tuple[str, ...] = ()


KINDS: Mapping[str, Kind] = {
    "indicador": Kind(lambda name, args: picture.of_indicator(public.dataset("indicador", name), args), ("ano",)),
    "desafio": Kind(lambda name, _args: picture.of_challenge(public.dataset("desafio", name))),
    "municipio": Kind(lambda name, _args: picture.of_municipality(public.municipality(name))),
}
WRITERS: Mapping[str, tuple[str, Callable[[Picture], bytes]]] = {
    "png": ("image/png", picture_png.write),
    "svg": ("image/svg+xml", picture_svg.write),
}
KEPT = 256
_kept: OrderedDict[str, bytes] = OrderedDict()
"""Images by tag, the last used at the end; a PNG has some 40 KB."""
_drawing = Lock()
"""One image is drawn at a time: whoever asks for many takes one processor, not all."""


@imagens.get("/imagem/portal.<extension>")
def portal(extension: str) -> Response:
    public.only(())
    return _image(extension, picture.of_portal)


@imagens.get("/imagem/<kind>/<name>.<extension>")
def read(kind: str, name: str, extension: str) -> Response:
    found = KINDS.get(kind)
    if found is None:
        asked.refuse(404, tk._("There is no image of this."))
    args = public.only(found.args)
    try:
        if kind != "municipio":
            public.dataset(kind, name)
        return _image(extension, lambda: found.make(name, args))
    except (public.Private, public.Unknown):
        asked.refuse(404, tk._("There is no image of this."))


def _image(extension: str, make: Callable[[], Picture]) -> Response:
    if extension not in WRITERS:
        asked.refuse(
            404,
            tk._("There is no format “{name}”. The formats are: {known}.").format(
                name=extension[:20], known=", ".join(WRITERS)
            ),
        )
    content_type, write = WRITERS[extension]
    mark = public.tag(extension)
    return public.answer(mark, lambda: _response(_content(mark, lambda: write(make())), content_type))


def _response(content: bytes, content_type: str) -> Response:
    response = public.Answer(content, content_type=content_type)
    # A picture that is opened by itself runs nothing and loads nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _content(mark: str, make: Callable[[], bytes]) -> bytes:
    with _drawing:
        if mark not in _kept:
            _kept[mark] = make()
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(mark)
        return _kept[mark]
