"""Copies of photos without what they tell about those who took them. Pure: bytes in, bytes out, no CKAN.

A copy holds the pixels and nothing else: it is encoded anew from them, so EXIF with its position and its thumbnail,
XMP, IPTC, comments, text chunks, further frames, and whatever hides before, between or behind the parts of the file
cannot come along. The photo is turned upright first, because the note that says which way is up goes too. A colour
profile goes as well, after the colours were converted to sRGB by it: profiles carry texts, and those that a computer
makes for its screen carry serial numbers.

**Only photos are cleaned.** PDF and XLSX are never rewritten. A PDF can carry its author, the programs and times it was
made with, XMP, names in annotations and form fields, certificates of signatures (ICP-Brasil: with the CPF), attached
files, photos with their own EXIF, text under black bars, and its earlier versions. A workbook carries its author and
who saved it last, the company, comments with names, hidden sheets, paths of linked files, photos. No rewriting takes
all of that out surely, and it would break signatures; they are published only when a reviewer decides so for this very
file.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from PIL import ExifTags, Image, ImageCms

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.messages import Message

Format = Literal["JPEG", "PNG"]

MAX_PIXELS = 50_000_000
"""Phones take up to 50 megapixels unless told to take more."""
MAX_PROFILE = 1 << 20
"""Bytes of a colour profile that is still read; a camera's has a few hundred, a printer's may have a million."""
QUALITY = 90
"""JPEG: writing on a photographed sheet stays sharp, at half of what a phone spends."""
TURNS: Mapping[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation → what turns it upright (EXIF 2.32, 4.6.4). Pillow's `exif_transpose` is not used: it also writes
the EXIF anew, which fails on a broken one."""
OPTIONS: Mapping[Format, Mapping[str, Any]] = {
    "JPEG": {"quality": QUALITY, "progressive": True, "optimize": True},
    "PNG": {"compress_level": 3},
}
"""PNG: a photo of 48 megapixels takes 7 s with level 3, 15 s with 6, and over a minute to become a tenth smaller."""


@dataclass(eq=False)
class ImageError(ValueError):
    """An image that cannot be used: ``message`` has a code (``broken``, ``too_large``), a msgid and its facts."""

    message: Message

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True)
class PhotoFacts:
    """What a photo says of itself; anybody can have written it, so it is a hint for the reviewer and no proof."""

    taken_at: datetime | None = None
    """By the camera's clock, without a zone."""
    latitude: float | None = None
    """Degrees, north positive; None together with the longitude."""
    longitude: float | None = None


def check(content: bytes, format: Format, max_pixels: int = MAX_PIXELS) -> None:
    """Raise `ImageError` when the image is broken, cut off, or has more pixels than that. Decodes it wholly."""
    _decoded(content, format, max_pixels)


def cleaned(content: bytes, format: Format, max_pixels: int = MAX_PIXELS) -> bytes:
    """The image in the same format, upright, in sRGB, with nothing but its pixels; of an animation the first picture.

    Raises `ImageError`. Takes up to 8 bytes of memory a pixel: each step lets go of the image before it.
    """
    image = _decoded(content, format, max_pixels)
    profile = image.info.get("icc_profile")
    try:
        image = _upright(image)
        image = _in_srgb(image, profile)
        image = _plain(image, format)
        # What Pillow knows of the original it would write again: comments, profile, resolution.
        image.info = {}
        kept = io.BytesIO()
        image.save(kept, format, **OPTIONS[format])
    except Exception as error:
        raise _broken() from error
    return kept.getvalue()


def facts(content: bytes, format: Format, max_pixels: int = MAX_PIXELS) -> PhotoFacts:
    """When and where the photo says it was taken; whatever cannot be read is None. Never raises."""
    try:
        exif = _opened(content, format, max_pixels).getexif()
    except Exception:
        return PhotoFacts()
    return PhotoFacts(_taken_at(exif), *_position(exif))


def _opened(content: bytes, format: Format, max_pixels: int) -> Image.Image:
    """The image by its header; nothing is decoded before its size is known. Other formats are not even tried."""
    try:
        image = Image.open(io.BytesIO(content), formats=[format])
    # Pillow's own limit, for those who set a higher one; the warning is an error where warnings are.
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(max_pixels) from error
    # Broken files make Pillow's readers raise nearly anything: SyntaxError, KeyError, struct.error, zlib.error …
    except Exception as error:
        raise _broken() from error
    if image.width * image.height > max_pixels:
        raise _too_large(max_pixels)
    return image


def _decoded(content: bytes, format: Format, max_pixels: int) -> Image.Image:
    image = _opened(content, format, max_pixels)
    try:
        image.load()
    except Exception as error:
        raise _broken() from error
    return image


def _broken() -> ImageError:
    return ImageError(Message("broken", N_("The image is damaged or incomplete; send it again, or another one.")))


def _too_large(max_pixels: int) -> ImageError:
    text = N_("The image has more than {n} megapixels; send a smaller one.")
    return ImageError(Message("too_large", text, {"n": max_pixels // 1_000_000}))


def _upright(image: Image.Image) -> Image.Image:
    try:
        turn = TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        # An EXIF that cannot be read turns no picture in any viewer either.
        turn = None
    return image if turn is None else image.transpose(turn)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as they are meant, for viewers that know of no profile; as they are when it cannot be read."""
    if not profile or len(profile) > MAX_PROFILE or image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode) or image
    except Exception:
        return image


def _plain(image: Image.Image, format: Format) -> Image.Image:
    """In grey or colour of 8 bits, for PNG with its transparency; without a palette: its spare entries hide bytes."""
    if image.mode.startswith("I"):
        # 16 bits of grey: Pillow's own conversion cuts off instead of scaling.
        image = image.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
        # One grey of 65,536 that is see-through has no counterpart among 256.
        image.info.pop("transparency", None)
    if format == "JPEG":
        return image if image.mode in {"L", "RGB"} else image.convert("RGB")
    if image.mode == "LA" or image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode in {"1", "L"} else "RGB")


def _taken_at(exif: Image.Exif) -> datetime | None:
    try:
        text = exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal]
        return datetime.strptime(text.strip("\x00 "), "%Y:%m:%d %H:%M:%S")
    except Exception:
        return None


def _position(exif: Image.Exif) -> tuple[float, float] | tuple[None, None]:
    try:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _degrees(gps[ExifTags.GPS.GPSLatitude], {"N": 1, "S": -1}[gps[ExifTags.GPS.GPSLatitudeRef][0]])
        longitude = _degrees(gps[ExifTags.GPS.GPSLongitude], {"E": 1, "W": -1}[gps[ExifTags.GPS.GPSLongitudeRef][0]])
    except Exception:
        return None, None
    valid = abs(latitude) <= 90 and abs(longitude) <= 180
    # Cameras without a fix write zeros; no municipality lies in the Gulf of Guinea.
    return (latitude, longitude) if valid and (latitude or longitude) else (None, None)


def _degrees(parts: Any, sign: int) -> float:
    """Degrees from (degrees, minutes, seconds); raises when one is no finite number of its range."""
    degrees, minutes, seconds = (float(part) for part in parts)
    if not all(math.isfinite(part) and part >= 0 for part in (degrees, minutes, seconds)) or max(minutes, seconds) > 60:
        raise ValueError(parts)
    return sign * (degrees + minutes / 60 + seconds / 3600)
