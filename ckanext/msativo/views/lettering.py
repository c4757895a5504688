"""Writes Portuguese on images with the one font that Pillow brings, which knows no accents: they are drawn.

The font (Aileron) has the letters of ASCII. A text is taken apart into base letters and marks (Unicode NFD), the
letters are set as one line, and each mark is drawn as a stroke over or under its letter, as thick as its stem.
Everything is drawn on a mask, through which the colour is then poured.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw, ImageFont

# What the font lacks and something else says as well; dashes are drawn.
INSTEAD = str.maketrans(
    {
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{MINUS SIGN}": "-",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "\N{MASCULINE ORDINAL INDICATOR}": "o",
        "\N{FEMININE ORDINAL INDICATOR}": "a",
        "\N{SUPERSCRIPT TWO}": "2",
        "\N{SUPERSCRIPT THREE}": "3",
    }
)
DASHES = "\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"
UNKNOWN = "?"
LETTERS = frozenset(map(chr, range(32, 127))) | set("“”…·")


@lru_cache(maxsize=64)
def font(size: int) -> Any:
    return ImageFont.load_default(size)


@dataclass(frozen=True)
class Letter:
    base: str
    marks: str
    dash: bool = False


def taken_apart(text: str) -> list[Letter]:
    """Base letters with their marks; what the font cannot write becomes the nearest that it can, or “?”."""
    made: list[Letter] = []
    for sign in unicodedata.normalize("NFD", text):
        if unicodedata.combining(sign):
            if made:
                made[-1] = Letter(made[-1].base, made[-1].marks + sign)
            continue
        plain = sign.translate(INSTEAD)
        made.append(Letter(plain if plain in LETTERS else UNKNOWN, "", sign in DASHES))
    return made


def width(text: str, size: int) -> float:
    return font(size).getlength("".join(letter.base for letter in taken_apart(text)))


def wrapped(text: str, size: int, most: float, lines: int) -> list[str]:
    """The text in lines no wider than ``most``, at most as many as ``lines``; a longer one ends in “…”."""
    words, made = text.split(), [""]
    for word in words:
        longer = f"{made[-1]} {word}".strip()
        if made[-1] and width(longer, size) > most:
            made.append(word)
        else:
            made[-1] = longer
    if len(made) <= lines:
        return [_cut(line, size, most) for line in made]
    return [*(_cut(line, size, most) for line in made[: lines - 1]), _cut(made[lines - 1] + " …", size, most)]


def _cut(line: str, size: int, most: float) -> str:
    if width(line, size) <= most:
        return line
    body = line.removesuffix(" …")
    while body and width(body + "…", size) > most:
        body = body[:-1]
    return body.rstrip() + "…"


def write(
    image: Any, at: tuple[float, float], text: str, size: int, colour: str, *, bold: bool = False, anchor: str = "l"
) -> None:
    """Write a line whose baseline is at ``at``; ``anchor`` ``l``, ``m`` or ``r`` says which end is there."""
    letters = taken_apart(text)
    line = "".join(letter.base for letter in letters)
    face, stroke = font(size), max(1, round(size / 34)) if bold else 0
    long = face.getlength(line)
    x = at[0] - {"l": 0, "m": long / 2, "r": long}[anchor]
    mask = Image.new("L", (math.ceil(long) + size, size * 2), 0)
    draw, left, base = ImageDraw.Draw(mask), size // 2, round(size * 1.4)
    pen = _Pen(draw, face, size, stroke, base)
    draw.text((left, base), line, font=face, fill=255, anchor="ls", stroke_width=stroke)
    for place, letter in enumerate(letters):
        start = left + face.getlength(line[:place])
        if letter.dash:
            pen.dash(start, letter.base)
        for mark in letter.marks:
            pen.mark(start, letter.base, mark)
    image.paste(Image.new("RGB", mask.size, colour), (round(x) - left, round(at[1]) - base), mask)


@dataclass(frozen=True)
class _Pen:
    draw: Any
    face: Any
    size: int
    stroke: int
    base: int

    @property
    def thick(self) -> int:
        return max(2, round(self.size * 0.068) + self.stroke)

    def _box(self, start: float, letter: str) -> tuple[float, float, float, float]:
        left, top, right, bottom = self.face.getbbox(letter, anchor="ls")
        return start + left, self.base + top, start + right, self.base + bottom

    def _line(self, points: Sequence[tuple[float, float]]) -> None:
        self.draw.line(points, fill=255, width=self.thick, joint="curve")
        half = self.thick / 2
        for x, y in (points[0], points[-1]):
            self.draw.ellipse((x - half, y - half, x + half, y + half), fill=255)

    def dash(self, start: float, letter: str) -> None:
        """A dash over the hyphen that stands in its place, twice as long."""
        middle = start + self.face.getlength(letter) / 2
        y = self.base + self.face.getbbox("x", anchor="ls")[1] / 2
        half, reach = self.size * 0.1, self.size * 0.2
        self.draw.rectangle((middle - reach, y - half * 2, middle + reach, y + half * 2), fill=0)
        self.draw.line(((middle - reach, y), (middle + reach, y)), fill=255, width=self.thick)

    def mark(self, start: float, letter: str, mark: str) -> None:
        left, top, right, _bottom = self._box(start, letter)
        middle = (left + right) / 2
        if mark == CEDILLA:
            self._cedilla(middle)
            return
        shape = SHAPES.get(mark)
        if shape is None:
            return
        if letter in "ij":
            top = self._without_dot(left, right)
        tall = self.size * (0.16 if letter.islower() else 0.13)
        y = top - self.size * 0.085
        wide = self.size * 0.2
        for part in shape:
            self._line([(middle + dx * wide, y - dy * tall) for dx, dy in part])

    def _without_dot(self, left: float, right: float) -> float:
        """Take the dot of an i away; returns where its stem ends above."""
        top = self.base + self.face.getbbox("x", anchor="ls")[1]
        gap = self.stroke + 1
        self.draw.rectangle((left - gap, 0, right + gap, top - gap), fill=0)
        return top

    def _cedilla(self, middle: float) -> None:
        s, y = self.size, self.base + self.size * 0.01
        hook = [(0.01, 0.0), (0.0, 0.055), (0.05, 0.075), (0.075, 0.115), (0.055, 0.155), (0.0, 0.175), (-0.06, 0.165)]
        thin = max(2, round(self.thick * 0.8))
        points = [(middle + dx * s, y + dy * s) for dx, dy in hook]
        self.draw.line(points, fill=255, width=thin, joint="curve")


CEDILLA = "\N{COMBINING CEDILLA}"


def _wave() -> list[tuple[float, float]]:
    """A tilde: one period of a sine, a little steeper at its ends."""
    return [(t / 8 * 2 - 1, 0.45 + 0.42 * math.sin((t / 8 * 2 - 1) * math.pi)) for t in range(9)]


# Mark → lines, in units of the mark's half width and of its height; up is positive.
SHAPES: dict[str, list[list[tuple[float, float]]]] = {
    "\N{COMBINING ACUTE ACCENT}": [[(-0.25, 0.0), (0.45, 1.0)]],
    "\N{COMBINING GRAVE ACCENT}": [[(0.25, 0.0), (-0.45, 1.0)]],
    "\N{COMBINING CIRCUMFLEX ACCENT}": [[(-0.85, 0.0), (0.0, 0.95), (0.85, 0.0)]],
    "\N{COMBINING TILDE}": [[(x * 1.0, 0.75 - y * 0.7) for x, y in _wave()]],
    "\N{COMBINING DIAERESIS}": [[(-0.6, 0.4), (-0.6, 0.45)], [(0.6, 0.4), (0.6, 0.45)]],
}
