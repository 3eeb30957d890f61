"""A page of the graph in a browser, as somebody sees it who points and clicks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

NODE_PLACE = "id => kgGraph.network.canvasToDOM(kgGraph.network.getPosition(id))"
# Where the line is: a quarter of the way, clear of the label in the middle and of the nodes at its ends.
EDGE_PLACE = "id => kgGraph.network.canvasToDOM(kgGraph.network.body.edges[id].edgeType.getPoint(0.35))"


_SETTLED = """after => new Promise((done) => setTimeout(() => {
  kgGraph.network.once("afterDrawing", () => setTimeout(done));
  kgGraph.network.redraw();
}, after))"""


def settle(page: Any, after: int = 0) -> None:
    """Waits until the picture is drawn: before that, curves have no points.

    Args:
        after: milliseconds to wait first, by the clock of the page. What the page itself does after a shorter time has
            been done then, however busy the machine is.
    """
    page.evaluate(_SETTLED, after)


@dataclass
class Seen:
    """A page, and everything it said or asked for that it should not."""

    page: Any
    url: str
    complaints: list[str]

    def point(self, script: str, number: int) -> tuple[float, float]:
        place = self.page.evaluate(script, number)
        box = self.page.locator("#picture").bounding_box()
        return box["x"] + place["x"], box["y"] + place["y"]

    def click(self, script: str, number: int) -> None:
        self.settle()
        self.page.mouse.click(*self.point(script, number))
        self.page.locator("#panel").wait_for(state="visible")

    def settle(self, after: int = 0) -> None:
        settle(self.page, after)

    def text(self, selector: str) -> str:
        return str(self.page.locator(selector).inner_text())

    def hidden(self, kind: str) -> list[bool]:
        script = "([of, kind]) => kgGraph[of].filter(item => item.kind === kind).map(item => item.hidden)"
        return list(self.page.evaluate(script, [("edges" if kind == "hinders" else "nodes"), kind]))
