"""The picture of a site in previews of links to it, where only a bitmap of this size is shown."""

from __future__ import annotations

from importlib.util import find_spec

from markupsafe import Markup, escape

from kg.render.pages.site_drawing import wrapped

PATH = "preview.png"
WIDTH, HEIGHT = 1200, 630
_LOOK = """text { font-family: "DejaVu Sans", Arial, sans-serif; fill: #16202b } .small { font-size: 11px }
.title { font-size: 46px; font-weight: bold } .what { font-size: 26px; fill: #566270 }
.first { fill: #0b4a82; stroke: #0b4a82 } .second { fill: #fff; stroke: #a84300; stroke-width: 1.4 }
.grid { stroke: #d8dee5; fill: none } .none { fill: #9aa6b3 } .hit { fill: none }"""


def preview(title: str, what: str, picture: Markup | None) -> bytes | None:
    """A PNG of the title and the picture of the front page; None without that picture, and where vl-convert is missing.

    Args:
        title: that of the site.
        what: the sentence that describes the site.
        picture: the SVG of the front page.
    """
    if picture is None or find_spec("vl_convert") is None:
        return None
    import vl_convert

    lines, more = wrapped(title, 520, 4, 46), wrapped(what, 520, 5, 26)
    end = 96 + 56 * len(lines)
    texts = [_line(96 + 56 * n, line, "title") for n, line in enumerate(lines)]
    texts += [_line(end + 34 * n, line, "what") for n, line in enumerate(more)]
    inside = str(picture).replace("<svg ", '<svg x="620" y="25" width="560" height="580" ', 1)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<style>{_LOOK}</style><rect width="100%" height="100%" fill="#fff"/>{"".join(texts)}{inside}</svg>'
    )
    return vl_convert.svg_to_png(svg.encode("utf-8", "replace").decode(), ppi=72)


def _line(y: int, text: str, look: str) -> str:
    return f'<text x="60" y="{y}" class="{look}">{escape(text)}</text>'
