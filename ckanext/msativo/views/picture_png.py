"""Draws a preview image as PNG: twice as large, then made smaller, so that its edges are smooth."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from PIL import Image, ImageDraw

from ckanext.msativo.territory.topology import signed_area
from ckanext.msativo.views import lettering
from ckanext.msativo.views.picture import HEIGHT, WIDTH, Picture
from ckanext.msativo.views.picture_layout import BAND, KEY, Layout, Place, fill, lay_out

FINER = 2
HATCHED = "is-sem-dado"
_PART = re.compile(r"([Mlhvz])([^Mlhvz]*)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

Ring = list[tuple[float, float]]


def write(picture: Picture) -> bytes:
    layout = lay_out(picture)
    image = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), fill("card"))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, (HEIGHT - BAND) * FINER, WIDTH * FINER, HEIGHT * FINER), fill=fill("brand"))
    if picture.map is not None and layout.place is not None:
        _draw_map(image, picture.map.shapes, layout.place)
    _draw_keys(image, layout)
    for words in layout.words:
        at = (words.x * FINER, words.y * FINER)
        size = words.size * FINER
        lettering.write(image, at, words.text, size, fill(words.colour), bold=words.bold, anchor=words.anchor)
    # The plain mean of each square: nothing rings at an edge, so areas are of one colour and the file half as large.
    small = image.reduce(FINER)
    out = io.BytesIO()
    small.save(out, "PNG", compress_level=9)
    return out.getvalue()


def rings(d: str) -> Iterator[Ring]:
    """The rings of a path as `territory.svg` writes it: absolute M, relative l, h, v, closed by z."""
    ring: Ring = []
    x = y = 0.0
    for command, numbers in _PART.findall(d):
        values = [float(text) for text in _NUMBER.findall(numbers)]
        if command == "z":
            yield ring
            ring = []
        elif command == "M":
            x, y = values
            ring = [(x, y)]
        else:
            for dx, dy in _steps(command, values):
                x, y = x + dx, y + dy
                ring.append((x, y))


def _steps(command: str, values: Sequence[float]) -> Iterator[tuple[float, float]]:
    if command == "h":
        yield from ((value, 0.0) for value in values)
    elif command == "v":
        yield from ((0.0, value) for value in values)
    else:
        yield from zip(values[::2], values[1::2], strict=True)


def _draw_map(image: Any, shapes: Sequence[Any], place: Place) -> None:
    """The largest first: what lies in the hole of another is drawn over it, so holes are not drawn."""
    found = [(abs(_area(ring)), shape.css, ring) for shape in shapes for ring in _filled(list(rings(shape.d)))]
    found.sort(key=lambda entry: -entry[0])
    draw = ImageDraw.Draw(image)
    for _size, css, ring in found:
        points = [((place.x + place.scale * x) * FINER, (place.y + place.scale * y) * FINER) for x, y in ring]
        if css == HATCHED:
            _hatch(image, points)
        else:
            draw.polygon(points, fill=fill(css))
        draw.line([*points, points[0]], fill=fill("card"), width=FINER, joint="curve")


def _filled(of: list[Ring]) -> list[Ring]:
    """The rings that go around as the largest does; the others are holes."""
    outer = max(map(_area, of), key=abs)
    return [ring for ring in of if _area(ring) * outer > 0]


def _area(ring: Ring) -> float:
    return signed_area([*ring, ring[0]])


def _hatch(image: Any, points: Ring) -> None:
    left, top = (int(min(axis)) for axis in zip(*points, strict=True))
    right, bottom = (int(max(axis)) + 1 for axis in zip(*points, strict=True))
    size = (right - left + 1, bottom - top + 1)
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in points], fill=255)
    image.paste(_hatched(size), (left, top), mask)


def _hatched(size: tuple[int, int]) -> Any:
    tile = Image.new("RGB", size, fill("sem-dado-ground"))
    draw = ImageDraw.Draw(tile)
    for start in range(-size[1], size[0], 8 * FINER):
        draw.line(((start, size[1]), (start + size[1], 0)), fill=fill("sem-dado"), width=3 * FINER)
    return tile


def _draw_keys(image: Any, layout: Layout) -> None:
    draw = ImageDraw.Draw(image)
    for key in layout.keys:
        box = (key.x * FINER, key.y * FINER, (key.x + KEY) * FINER, (key.y + KEY) * FINER)
        if key.css == HATCHED:
            image.paste(_hatched((KEY * FINER, KEY * FINER)), (int(box[0]), int(box[1])))
        else:
            draw.rounded_rectangle(box, radius=4 * FINER, fill=fill(key.css))
