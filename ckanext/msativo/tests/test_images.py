"""A published photo shows what was photographed and tells nothing else; no bytes make the reading fall over."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, PngImagePlugin, features

from ckanext.msativo.logic import images

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (250, 250, 250)
TELLING = (b"Exif", b"EXIF", b"eXIf", b"GPS", b"Canon", b"Maria", b"xmp", b"XMP", b"ICC", b"iCCP", b"Photoshop")
TELLING += (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"pHYs", b"<script", b"<?xpacket")
XMP = b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>Maria</dc:creator></x:xmpmeta>'
HTML = b"<html><script>alert('Maria')</script></html>"
ALGRANGE = {"lat": ((23, 58, 30.0), "S"), "lon": ((54, 20, 15.0), "W")}
"""A place in Japorã, MS: -23.975, -54.3375."""


def quarters(mode: str = "RGB", size: int = 64) -> Image.Image:
    """Four squares: red and green above, blue and white below."""
    image = Image.new("RGB", (size, size * 2))
    for place, colour in zip([(0, 0), (1, 0), (0, 1), (1, 1)], [RED, GREEN, BLUE, WHITE], strict=True):
        image.paste(colour, (place[0] * size // 2, place[1] * size, (place[0] + 1) * size // 2, (place[1] + 1) * size))
    return image.convert(mode)


def exif(orientation: int = 1, **gps: Any) -> Image.Exif:
    """What a phone writes: maker, owner, time, position."""
    made = Image.Exif()
    made[ExifTags.Base.Orientation] = orientation
    made[ExifTags.Base.Make] = "Canon"
    made[ExifTags.Base.Artist] = "Maria"
    made.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:03:14 09:26:53"
    position = {**ALGRANGE, **gps}
    made.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: position["lat"][1],
            ExifTags.GPS.GPSLatitude: position["lat"][0],
            ExifTags.GPS.GPSLongitudeRef: position["lon"][1],
            ExifTags.GPS.GPSLongitude: position["lon"][0],
        }
    )
    return made


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    written = io.BytesIO()
    image.save(written, format, **options)
    return written.getvalue()


def telling_jpeg(image: Image.Image | None = None, orientation: int = 1) -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return encoded(
        image or quarters(),
        "JPEG",
        quality=95,
        exif=exif(orientation),
        comment=HTML,
        xmp=XMP,
        icc_profile=profile,
        dpi=(72, 72),
    )


def telling_png(image: Image.Image | None = None) -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Maria")
    notes.add_text("Comment", HTML.decode(), zip=True)
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    notes.add(b"tIME", struct.pack(">HBBBBB", 2026, 3, 14, 9, 26, 53))
    return encoded(image or quarters(), "PNG", pnginfo=notes, exif=exif(), dpi=(72, 72))


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def near(seen: Any, expected: tuple[int, ...], tolerance: int = 12) -> bool:
    return all(abs(one - other) <= tolerance for one, other in zip(seen, expected, strict=True))


def corners(image: Image.Image) -> list[Any]:
    """Colours well inside the four quarters: above left, above right, below left, below right."""
    at = [(image.width * x // 4, image.height * y // 4) for y in (1, 3) for x in (1, 3)]
    return [image.convert("RGB").getpixel(place) for place in at]


def segments(content: bytes) -> list[int]:
    """The markers of a JPEG up to its first scan."""
    found, place = [], 2
    while content[place + 1] != 0xDA:
        found.append(content[place + 1])
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return found


def chunks(content: bytes) -> list[bytes]:
    """The chunk types of a PNG."""
    found, place = [], 8
    while place < len(content):
        found.append(content[place + 4 : place + 8])
        place += 12 + int.from_bytes(content[place : place + 4], "big")
    assert place == len(content)
    return found


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, depth: int, colour: int, data: bytes, *extra: bytes) -> bytes:
    """A PNG written by hand."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = (png_chunk(b"IHDR", header), *extra, png_chunk(b"IDAT", zlib.compress(data)), png_chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


# -- what is taken away ------------------------------------------------------------------------------------------------
def test_nothing_that_a_phone_writes_into_a_photo_is_left() -> None:
    sent = telling_jpeg()
    assert all(mark in sent for mark in (b"Exif", b"Canon", b"Maria", b"<script", b"ICC_PROFILE", b"<?xpacket"))
    kept = images.cleaned(sent, "JPEG")
    assert not [mark for mark in TELLING if mark in kept]
    # JFIF, tables, frame (progressive), and no other application segment or comment.
    assert set(segments(kept)) <= {0xE0, 0xDB, 0xC2, 0xC4}
    assert kept.endswith(b"\xff\xd9")
    copy = opened(kept)
    assert (
        copy.format == "JPEG" and not copy.getexif() and not set(copy.info) & {"comment", "xmp", "icc_profile", "exif"}
    )


def test_nothing_that_a_program_writes_into_a_png_is_left() -> None:
    sent = telling_png()
    assert all(mark in sent for mark in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"pHYs", b"Maria"))
    kept = images.cleaned(sent, "PNG")
    assert set(chunks(kept)) == {b"IHDR", b"IDAT", b"IEND"}
    assert not [mark for mark in TELLING if mark in kept]
    assert opened(kept).convert("RGB").tobytes() == quarters().tobytes()


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_what_hangs_behind_an_image_is_left_behind(format: images.Format) -> None:
    sent = (telling_jpeg() if format == "JPEG" else telling_png()) + b"PK\x03\x04" + HTML
    kept = images.cleaned(sent, format)
    assert b"PK\x03\x04" not in kept and b"html" not in kept and b"Maria" not in kept


def test_the_second_picture_of_a_photo_of_two_is_left_behind() -> None:
    second = Image.new("RGB", (64, 128), BLUE)
    sent = encoded(quarters(), "MPO", save_all=True, append_images=[second], exif=exif())
    assert opened(sent).format == "MPO" and getattr(opened(sent), "n_frames", 1) == 2
    kept = images.cleaned(sent, "JPEG")
    assert kept.count(b"\xff\xd8\xff") == 1 and b"MPF" not in kept and b"Exif" not in kept
    assert near(corners(opened(kept))[0], RED)


def test_of_an_animation_the_first_picture_is_kept() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in (BLUE, GREEN)]
    sent = encoded(Image.new("RGB", (8, 8), RED), "PNG", save_all=True, append_images=frames, duration=100)
    assert b"acTL" in sent
    kept = images.cleaned(sent, "PNG")
    assert set(chunks(kept)) == {b"IHDR", b"IDAT", b"IEND"} and opened(kept).convert("RGB").getpixel((4, 4)) == RED


# -- what stays --------------------------------------------------------------------------------------------------------
UNDONE = {
    # Orientation → the stored picture, as EXIF 2.32 describes it: where row 0 and column 0 of what is stored belong.
    1: lambda image: image,
    2: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda image: image.rotate(180),
    4: lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).rotate(90, expand=True),
    6: lambda image: image.rotate(90, expand=True),
    7: lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).rotate(-90, expand=True),
    8: lambda image: image.rotate(-90, expand=True),
}


@pytest.mark.parametrize("orientation", UNDONE)
def test_a_photo_is_upright_however_the_phone_was_held(orientation: int) -> None:
    stored = UNDONE[orientation](quarters())
    copy = opened(images.cleaned(telling_jpeg(stored, orientation), "JPEG"))
    assert copy.size == (64, 128)
    for seen, expected in zip(corners(copy), [RED, GREEN, BLUE, WHITE], strict=True):
        assert near(seen, expected), (orientation, seen)


def test_an_orientation_that_exists_not_turns_nothing() -> None:
    copy = opened(images.cleaned(telling_jpeg(quarters(), 77), "JPEG"))
    assert near(corners(copy)[0], RED)


@pytest.mark.parametrize("tiff", [b"", b"MM\x00*\xff\xff\xff\xff", b"II*\x00\x08\x00\x00\x00\xff\xff", b"\x00" * 40])
def test_a_broken_exif_does_not_keep_a_photo_from_being_cleaned(tiff: bytes) -> None:
    sent = encoded(quarters(), "JPEG", exif=b"Exif\x00\x00" + tiff)
    kept = images.cleaned(sent, "JPEG")
    assert b"Exif" not in kept and near(corners(opened(kept))[0], RED)
    assert images.facts(sent, "JPEG") == images.PhotoFacts()


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
def test_every_kind_of_jpeg_is_cleaned(mode: str) -> None:
    sent = encoded(quarters(mode), "JPEG", quality=95, comment=b"Maria")
    kept = images.cleaned(sent, "JPEG")
    assert b"Maria" not in kept and opened(kept).mode == ("L" if mode == "L" else "RGB")
    if mode != "L":
        assert near(corners(opened(kept))[0], RED)


def test_every_kind_of_png_shows_the_same_after_it() -> None:
    grey = {"1": 255, "L": 200, "LA": (200, 128), "P": 200, "RGB": (200, 10, 10), "RGBA": (200, 10, 10, 0)}
    for mode, colour in grey.items():
        image = Image.new(mode, (4, 4), colour)
        copy = opened(images.cleaned(encoded(image, "PNG"), "PNG"))
        assert copy.convert("RGBA").tobytes() == image.convert("RGBA").tobytes(), mode
        assert copy.mode in {"L", "RGB", "RGBA"}


def test_sixteen_bits_of_grey_become_eight() -> None:
    # 0, the middle, the end; a see-through grey, which eight bits cannot tell apart, is shown.
    row = b"\x00" + struct.pack(">3H", 0, 0x8080, 0xFFFF)
    for extra in ((), (png_chunk(b"tRNS", struct.pack(">H", 0x8080)),)):
        copy = opened(images.cleaned(png_of(3, 1, 16, 0, row, *extra), "PNG"))
        assert copy.mode == "L" and copy.tobytes() == bytes([0, 0x80, 0xFF])


def test_a_transparent_colour_stays_transparent() -> None:
    palette = png_chunk(b"PLTE", bytes([*RED, *GREEN]))
    transparent = png_chunk(b"tRNS", b"\x00")
    by_palette = png_of(2, 1, 8, 3, b"\x00\x00\x01", palette, transparent)
    by_colour = png_of(2, 1, 8, 2, b"\x00" + bytes([*RED, *GREEN]), png_chunk(b"tRNS", struct.pack(">3H", *RED)))
    by_grey = png_of(2, 1, 8, 0, b"\x00\x07\x08", png_chunk(b"tRNS", struct.pack(">H", 7)))
    for sent in (by_palette, by_colour, by_grey):
        copy = opened(images.cleaned(sent, "PNG")).convert("RGBA")
        assert [copy.getpixel((x, 0))[3] for x in (0, 1)] == [0, 255]  # pyright: ignore[reportOptionalSubscript, reportIndexIssue]


def test_spare_entries_of_a_palette_are_left_behind() -> None:
    palette = png_chunk(b"PLTE", bytes(RED) + b"<script>Maria Maria.")
    kept = images.cleaned(png_of(1, 1, 8, 3, b"\x00\x00", palette), "PNG")
    assert b"Maria" not in kept and b"PLTE" not in kept and opened(kept).convert("RGB").getpixel((0, 0)) == RED


@pytest.mark.skipif(not features.check("littlecms2"), reason="Pillow without LittleCMS")
def test_colours_are_converted_by_the_profile_that_goes() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = images.cleaned(encoded(quarters(), "PNG", icc_profile=profile), "PNG")
    assert b"iCCP" not in kept and near(corners(opened(kept))[0], RED, 1)
    # The same profile with red and green exchanged: what is stored as red is meant as green.
    swapped = profile.replace(b"rXYZ", b"@@@@").replace(b"gXYZ", b"rXYZ").replace(b"@@@@", b"gXYZ")
    kept = images.cleaned(encoded(Image.new("RGB", (4, 4), (255, 0, 0)), "PNG", icc_profile=swapped), "PNG")
    assert near(opened(kept).getpixel((1, 1)), (0, 255, 0), 3)


@pytest.mark.parametrize("profile", [b"Maria", b"\x00" * 200, b"Maria" * 300_000])
def test_a_profile_that_cannot_be_read_goes_and_the_colours_stay(profile: bytes) -> None:
    kept = images.cleaned(encoded(quarters(), "JPEG", quality=95, icc_profile=profile), "JPEG")
    assert b"Maria" not in kept and near(corners(opened(kept))[0], RED)


def test_a_cleaned_copy_is_itself_clean_and_keeps_its_quality() -> None:
    # Noise is the worst case of a JPEG: at quality 90 its error stays small all the same.
    noise = Image.effect_noise((256, 256), 60).convert("RGB")
    sent = encoded(noise, "JPEG", quality=95)
    once = images.cleaned(sent, "JPEG")
    before, after = opened(sent).convert("L").tobytes(), opened(once).convert("L").tobytes()
    assert sum(abs(a - b) for a, b in zip(before, after, strict=True)) / len(before) < 6
    assert segments(images.cleaned(once, "JPEG")) == segments(once)


# -- what is refused ---------------------------------------------------------------------------------------------------
def refused(content: bytes, format: images.Format, max_pixels: int = images.MAX_PIXELS) -> str:
    codes = set()
    for read in (images.check, images.cleaned):
        with pytest.raises(images.ImageError) as caught:
            read(content, format, max_pixels)
        codes.add(caught.value.message.code)
        assert "{" not in str(caught.value)
    (code,) = codes
    return code


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_a_photo_that_was_cut_off_is_refused(format: images.Format) -> None:
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    whole = encoded(noise, format)
    for share in (0.0, 0.01, 0.3, 0.6, 0.9):
        assert refused(whole[: int(len(whole) * share)], format) == "broken"


def test_another_format_under_the_name_is_refused() -> None:
    for format in ("GIF", "BMP", "TIFF", "WEBP", "PNG"):
        assert refused(encoded(quarters(), format), "JPEG") == "broken"
    assert refused(encoded(quarters(), "JPEG"), "PNG") == "broken"
    assert refused(HTML, "PNG") == "broken"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("side", [7_072, 10_000, 20_000, 2**31 - 1])
def test_a_bomb_is_refused_by_its_header(side: int) -> None:
    # No picture data at all: had it been decoded, it would be "broken".
    assert refused(png_of(side, side, 8, 2, b""), "PNG") == "too_large"


@pytest.mark.filterwarnings("error")
def test_a_bomb_is_refused_where_warnings_are_errors() -> None:
    assert refused(png_of(10_000, 10_000, 8, 2, b""), "PNG") == "too_large"


def test_the_largest_photo_is_a_parameter() -> None:
    sent = encoded(Image.new("RGB", (100, 50)), "JPEG")
    images.check(sent, "JPEG", 5_000)
    assert refused(sent, "JPEG", 4_999) == "too_large"


def test_texts_that_unpack_to_a_lot_are_refused() -> None:
    bomb = png_chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"a" * 50_000_000))
    assert refused(png_of(1, 1, 8, 0, b"\x00\x00", bomb), "PNG") == "broken"


def test_an_image_of_no_pixels_is_refused() -> None:
    assert refused(png_of(0, 0, 8, 2, b""), "PNG") == "broken"
    assert refused(png_of(0, 5, 8, 2, b""), "PNG") == "broken"


# -- what a photo says of itself ---------------------------------------------------------------------------------------
def test_a_photo_says_when_and_where_it_was_taken() -> None:
    for format in ("JPEG", "PNG"):
        sent = encoded(quarters(), format, exif=exif())
        told = images.facts(sent, format)  # pyright: ignore[reportArgumentType]
        assert told.taken_at == datetime(2026, 3, 14, 9, 26, 53)
        assert told.latitude == pytest.approx(-23.975) and told.longitude == pytest.approx(-54.3375)


@pytest.mark.parametrize(
    "gps",
    [
        {"lat": ((95, 0, 0), "S")},
        {"lat": ((23, 70, 0), "S")},
        {"lat": ((23, 58, 30), "X")},
        {"lat": ((23, 58, 30), "")},
        {"lon": ((54, 20), "W")},
        {"lon": ((181, 0, 0), "E")},
        {"lat": ((0, 0, 0), "N"), "lon": ((0, 0, 0), "E")},
    ],
)
def test_a_position_that_cannot_be_is_none(gps: dict[str, Any]) -> None:
    told = images.facts(encoded(quarters(), "JPEG", exif=exif(**gps)), "JPEG")
    assert (told.latitude, told.longitude) == (None, None) and told.taken_at is not None


def test_a_photo_without_anything_says_nothing() -> None:
    assert images.facts(encoded(quarters(), "JPEG"), "JPEG") == images.PhotoFacts()
    assert images.facts(b"", "JPEG") == images.facts(HTML, "PNG") == images.PhotoFacts()
    assert images.facts(images.cleaned(telling_jpeg(), "JPEG"), "JPEG") == images.PhotoFacts()


# -- anything at all ---------------------------------------------------------------------------------------------------
JPEG, PNG = telling_jpeg(), telling_png()


@st.composite
def damaged(draw: st.DrawFn) -> tuple[bytes, str]:
    """An image with some of its bytes replaced, cut out, doubled or put in."""
    content, format = draw(st.sampled_from([(JPEG, "JPEG"), (PNG, "PNG")]))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        removed = draw(st.integers(0, 40))
        content = content[:at] + draw(st.binary(max_size=40)) + content[at + removed :]
    return content, format


def answered(content: bytes, format: Any) -> None:
    """Cleaned or refused; what is cleaned can be cleaned again, and carries nothing."""
    images.facts(content, format, 100_000)
    try:
        kept = images.cleaned(content, format, 100_000)
    except images.ImageError:
        return
    assert b"Maria" not in kept and b"Canon" not in kept
    images.check(kept, format, 100_000)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
@pytest.mark.filterwarnings("ignore")
def test_a_damaged_image_is_cleaned_or_refused(sent: tuple[bytes, str]) -> None:
    answered(*sent)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200), st.sampled_from([(b"", "PNG"), (JPEG[:2], "JPEG"), (PNG[:8], "PNG"), (PNG[:33], "PNG")])
)
@pytest.mark.filterwarnings("ignore")
def test_any_bytes_are_cleaned_or_refused(rest: bytes, start: tuple[bytes, str]) -> None:
    answered(start[0] + rest, start[1])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=120), st.sampled_from([b"", b"II*\x00\x08\x00\x00\x00", b"MM\x00*\x00\x00\x00\x08"]))
@pytest.mark.filterwarnings("ignore")
def test_any_exif_is_read_or_passed_over(rest: bytes, start: bytes) -> None:
    sent = encoded(quarters(size=16), "JPEG", exif=b"Exif\x00\x00" + start + rest)
    told = images.facts(sent, "JPEG")
    assert (told.latitude is None) == (told.longitude is None)
    images.cleaned(sent, "JPEG")
