"""Pages of a PDF, read one at a time with PDFium: characters with their places, and pictures."""

from __future__ import annotations

import ctypes
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from kg.core.extras import need
from kg.readers.texts.problems import broken, encrypted

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in points from the top left of the page as it is displayed."""
PASSWORD = 4
"""PDFium's error code of a wrong password."""
SCALE = 100
"""Device units per point, in which PDFium places characters on the displayed page."""
MOST_CHARACTERS = 200_000
"""Maximum number of characters of a page that are read; a page of print has fewer than 20,000."""
MOST_PIXELS = 20_000_000
MOST_MARKS = 10_000
LONGEST_NOTE = 100_000
BOLD = 600
"""Weight of a bold font."""
_SPACES, _HYPHENS = frozenset(b" \r\n\t"), frozenset((0x2, 0x2D, 0xAD, 0x2010, 0xFFFE))
HYPHEN = "\ufffe"
"""A hyphen that ends a line, which PDFium joins with the next one."""
_BOLD = re.compile(r"(?i)bold|black|heavy|semib|medi(?!um?ita)|cmbx|sfbx|ecbx|lmbx|linlibertinetb|TB$|-B$|BX\d*$")


class Glyph(NamedTuple):
    """A character where it is printed; `base` is its baseline from the top, `made` if PDFium added it."""

    char: str
    box: Box
    base: float
    bold: bool
    made: bool


class PdfPages:
    """The pages of a PDF file. PDFium is not safe for threads: the caller takes care that one thread reads at a time.

    Raises:
        UsageError: if pypdfium2 is not installed.
        TextError: if the file is broken or needs a password.
    """

    def __init__(self, path: Path) -> None:
        need("pypdfium2")
        import pypdfium2

        try:
            self._pdf = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            raise (encrypted(path.name) if error.err_code == PASSWORD else broken(path.name, error)) from error
        self.name = path.name
        self.count = len(self._pdf)
        if not self.count:
            self.close()
            raise broken(path.name, "it has no pages")

    def close(self) -> None:
        """Closes the file."""
        self._pdf.close()

    def label(self, number: int) -> str:
        """The label of a page, else its number."""
        return str(self._pdf.get_page_label(number - 1)).strip() or str(number)

    def outline(self) -> list[tuple[int, str, int]]:
        """The bookmarks: level, title and number of the page."""
        found: list[tuple[int, str, int]] = []
        for mark in self._pdf.get_toc(max_depth=6):
            if len(found) >= 5000:
                break
            target = mark.get_dest()
            index = target.get_index() if target else None
            if index is not None:
                found.append((mark.level + 1, " ".join(mark.get_title().split()), index + 1))
        return found

    def size(self, number: int) -> tuple[float, float]:
        """Width and height of the displayed page in points."""
        import pypdfium2

        try:  # without reading the page: a desk asks for the sizes of all pages
            width, height = self._pdf.get_page_size(number - 1)
        except pypdfium2.PdfiumError as error:
            raise broken(self.name, f"page {number}: {error}") from error
        return float(width), float(height)

    def _page(self, number: int) -> Any:
        import pypdfium2

        if not 1 <= number <= self.count:
            raise IndexError(number)
        try:
            return self._pdf[number - 1]
        except pypdfium2.PdfiumError as error:
            raise broken(self.name, f"page {number}: {error}") from error

    def glyphs(self, number: int) -> list[Glyph]:
        """The characters of a page in the order in which they are drawn."""
        page = self._page(number)
        text = page.get_textpage()
        try:
            return _glyphs(text, _placer(page))
        finally:
            text.close()
            page.close()

    def marks(self, number: int) -> list[tuple[list[Box], str]]:
        """The highlights and notes of a page: the areas that each covers, and what is written there."""
        import pypdfium2.raw as c

        kinds = (c.FPDF_ANNOT_HIGHLIGHT, c.FPDF_ANNOT_UNDERLINE, c.FPDF_ANNOT_SQUIGGLY, c.FPDF_ANNOT_STRIKEOUT)
        page = self._page(number)
        place, found = _placer(page), []
        try:
            for index in range(min(c.FPDFPage_GetAnnotCount(page.raw), MOST_MARKS)):
                mark = c.FPDFPage_GetAnnot(page.raw, index)
                try:
                    kind = c.FPDFAnnot_GetSubtype(mark)
                    if kind in kinds or kind == c.FPDF_ANNOT_TEXT:
                        found.append((_areas(mark, place) if kind in kinds else [], _contents(mark)))
                finally:
                    c.FPDFPage_CloseAnnot(mark)
        finally:
            page.close()
        return found

    def picture(self, number: int, scale: float) -> bytes:
        """A picture of the page as PNG."""
        page = self._page(number)
        width, height = page.get_size()
        scale = min(scale, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
        bitmap = page.render(scale=scale, rev_byteorder=True)
        try:
            return _png(bitmap)
        finally:
            bitmap.close()
            page.close()


def _placer(page: Any) -> Callable[[float, float], tuple[float, float]]:
    """The function from points of the page to points of its display, which may be turned and cut."""
    import pypdfium2.raw as c

    width, height = page.get_size()
    x, y = ctypes.c_int(), ctypes.c_int()

    def displayed(right: float, up: float) -> tuple[float, float]:
        c.FPDF_PageToDevice(page.raw, 0, 0, int(width * SCALE), int(height * SCALE), 0, right, up, x, y)
        return x.value / SCALE, y.value / SCALE

    (left, top), (right_x, right_y), (up_x, up_y) = displayed(0, 0), displayed(1000, 0), displayed(0, 1000)
    a, b, d, e = (right_x - left) / 1000, (right_y - top) / 1000, (up_x - left) / 1000, (up_y - top) / 1000
    if abs(b) < 1e-6 > abs(d):  # the page is not turned
        return lambda across, above: (left + a * across, top + e * above)
    return lambda across, above: (left + a * across + d * above, top + b * across + e * above)


def _glyphs(text: Any, place: Callable[[float, float], tuple[float, float]]) -> list[Glyph]:
    import pypdfium2.raw as c

    raw, box, x, y = text.raw, c.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    found: list[Glyph] = []
    high, bold, new_word = 0, False, True
    for index in range(min(text.count_chars(), MOST_CHARACTERS)):
        code = c.FPDFText_GetUnicode(raw, index)
        if 0xD800 <= code < 0xDC00:  # the first half of a character beyond U+FFFF, as in formulas
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
        high = 0
        if not code or not c.FPDFText_GetLooseCharBox(raw, index, box):
            continue
        space = code in _SPACES
        made = space and c.FPDFText_IsGenerated(raw, index) == 1
        c.FPDFText_GetCharOrigin(raw, index, x, y)
        (x1, y1), (x2, y2) = place(box.left, box.top), place(box.right, box.bottom)
        extent = (x1 if x1 < x2 else x2, y1 if y1 < y2 else y2, x2 if x1 < x2 else x1, y2 if y1 < y2 else y1)
        char = HYPHEN if code in _HYPHENS and c.FPDFText_IsHyphen(raw, index) == 1 else _char(code)
        if new_word and not space:
            bold = _is_bold(text, index)
        new_word = space or char == HYPHEN
        found.append(Glyph(char, extent, place(x.value, y.value)[1], bold, made))
    return found


def _areas(mark: Any, place: Callable[[float, float], tuple[float, float]]) -> list[Box]:
    import pypdfium2.raw as c

    found = []
    quad = c.FS_QUADPOINTSF()
    for index in range(min(c.FPDFAnnot_CountAttachmentPoints(mark), MOST_MARKS)):
        if c.FPDFAnnot_GetAttachmentPoints(mark, index, quad):
            corners = [place(getattr(quad, f"x{n}"), getattr(quad, f"y{n}")) for n in (1, 2, 3, 4)]
            across, down = zip(*corners, strict=True)
            found.append((min(across), min(down), max(across), max(down)))
    return found


def _contents(mark: Any) -> str:
    import pypdfium2.raw as c

    length = c.FPDFAnnot_GetStringValue(mark, b"Contents", None, 0)
    if not 2 < length <= LONGEST_NOTE:
        return ""
    buffer = (ctypes.c_ushort * (length // 2))()
    c.FPDFAnnot_GetStringValue(mark, b"Contents", buffer, length)
    return bytes(buffer)[: length - 2].decode("utf-16-le", "replace")


def _is_bold(text: Any, index: int) -> bool:
    import pypdfium2.raw as c

    if c.FPDFText_GetFontWeight(text.raw, index) >= BOLD:
        return True
    name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
    size = c.FPDFText_GetFontInfo(text.raw, index, name, 200, flags)
    return 0 < size <= 200 and bool(_BOLD.search(name.value.decode("utf-8", "replace")))


def _char(code: int) -> str:
    return "\ufffd" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)


def _png(bitmap: Any) -> bytes:
    """The bitmap as PNG (ISO/IEC 15948), 8 bits a channel, without filters; a fourth channel is not used."""
    width, height, channels = bitmap.width, bitmap.height, bitmap.n_channels
    data, rows = bytes(bitmap.buffer), []
    for row in range(height):
        line = data[row * bitmap.stride : row * bitmap.stride + width * channels]
        if channels == 4:
            kept = bytearray(width * 3)
            for channel in range(3):
                kept[channel::3] = line[channel::4]
            line = bytes(kept)
        rows.append(b"\0" + line)
    colour = 0 if channels == 1 else 2

    def chunk(kind: bytes, value: bytes) -> bytes:
        return struct.pack(">I", len(value)) + kind + value + struct.pack(">I", zlib.crc32(kind + value))

    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"".join(rows), 3)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
