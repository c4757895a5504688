"""Writes a preview image as SVG."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from ckanext.msativo.views.picture import HEIGHT, WIDTH, Picture
from ckanext.msativo.views.picture_layout import BAND, KEY, Key, Layout, Words, fill, lay_out

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif"
ANCHORS = {"l": "start", "m": "middle", "r": "end"}
HATCHED = "is-sem-dado"


def write(picture: Picture) -> bytes:
    layout = lay_out(picture)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label={quoteattr(picture.alt)} font-family="{FONT}">',
        f"<title>{escape(picture.alt)}</title>",
        _hatch(),
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{fill("card")}"/>',
        f'<rect y="{HEIGHT - BAND}" width="{WIDTH}" height="{BAND}" fill="{fill("brand")}"/>',
        *_map(picture, layout),
        *map(_key, layout.keys),
        *map(_words, layout.words),
        "</svg>",
    ]
    return "\n".join(parts).encode()


def _hatch() -> str:
    ground, line = fill("sem-dado-ground"), fill("sem-dado")
    return (
        '<defs><pattern id="h" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="8" height="8" fill="{ground}"/><rect width="3.5" height="8" fill="{line}"/></pattern></defs>'
    )


def _paint(css: str) -> str:
    return "url(#h)" if css == HATCHED else fill(css)


def _map(picture: Picture, layout: Layout) -> list[str]:
    if picture.map is None or layout.place is None:
        return []
    at = layout.place
    return [
        f'<g transform="translate({at.x:.1f} {at.y:.1f}) scale({at.scale:.4f})" fill-rule="evenodd" '
        f'stroke="{fill("card")}" stroke-width="1.5">',
        *(f'<path fill="{_paint(shape.css)}" d="{shape.d}"/>' for shape in picture.map.shapes),
        "</g>",
    ]


def _key(key: Key) -> str:
    return f'<rect x="{key.x}" y="{key.y}" width="{KEY}" height="{KEY}" rx="4" fill="{_paint(key.css)}"/>'


def _words(words: Words) -> str:
    weight = ' font-weight="700"' if words.bold else ""
    return (
        f'<text x="{words.x:g}" y="{words.y:g}" font-size="{words.size}" fill="{fill(words.colour)}"{weight} '
        f'text-anchor="{ANCHORS[words.anchor]}">{escape(words.text)}</text>'
    )
