"""The toy review with hostile texts, and with keys that would leave the folder or collide on some file systems.

It is built like any review, so it contains only what the pipeline accepts.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.core.iris import BASE
from tests.toy import TOY, write_toy

SCRIPT = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
TURN = "\u202eturned\u202c \u2066apart\u2069"
LONG = "long " * 2000
UNBROKEN = "W" * 10_000
KEYS = ("../../x", "..", "CON", "nul.txt", "Twin2030", "twin2030", "k" * 300, "a/b")
ADDRESSES = ("javascript:document.title='owned'", "data:text/html,<script>alert(1)</script>", "//evil.example/x",
             "file:///etc/passwd", "http://evil.example/\" onmouseover=\"document.title='owned'")  # fmt: skip

_TEXTS = re.compile(
    r'((?:label|aim|statement|note|what|description|role|printed|rule): )("[^"\n]*"|[^"{}\n]+)$|'
    r'((?:label|role|note|section|page|printed): )"([^"\n]*)"',
    re.M,
)


def hostile_graph(folder: Path) -> KnowledgeGraph:
    """The review, written into `folder`, built and opened."""
    root = write_toy(folder)
    (root / "bib" / "hostile.bib").write_text("".join(map(_entry, range(len(KEYS)), KEYS)), "utf-8")
    example = _spoilt(TOY["bib/annotations/example2031.yaml"]).replace("id: F3\n", "id: pec1\n")
    example = example.replace('"both missed tools"', json.dumps(f"{SCRIPT} {TURN}"))
    worst = json.dumps(f"{SCRIPT} </script> {TURN} {LONG}")
    _write(
        root,
        "bib/annotations/example2031.yaml",
        re.sub(r"(?<=id: PEC2\n    kind: pec\n    statement: ).*", lambda _: worst, example),
    )
    _write(
        root,
        "bib/annotations/muster2032.yaml",
        _spoilt(TOY["bib/annotations/muster2032.yaml"])
        .replace("example2031/F3", "example2031/pec1")
        .replace("practices: [continuous-planning]", "practices: [continuous-planning, evil]"),
    )
    _write(root, "bib/codings/toys.yaml", _spoilt(TOY["bib/codings/toys.yaml"]))
    _write(root, "ontology/own.ttl", _vocabulary())
    errors = build(root).errors
    assert not errors, "\n".join(map(str, errors))
    return KnowledgeGraph.open(root)


def _write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text(text, "utf-8")


def _entry(number: int, key: str) -> str:
    title = (UNBROKEN, LONG, f"</title></head>{SCRIPT} {TURN}")[number % 3]
    return (
        f"@article{{{key},\n title = {{{title} {number}}}, author = {{</title>, {SCRIPT} and {TURN}, Ada}},"
        f" journal = {{{SCRIPT} {TURN}}}, abstract = {{{SCRIPT} {LONG}}}, keywords = {{{SCRIPT}}},"
        f' url = {{{ADDRESSES[number % len(ADDRESSES)]}}}, doi = {{10.5555/"><script>{number}}},'
        f" year = {{2030}}\n}}\n\n"
    )


def _spoilt(text: str) -> str:
    """An annotation or coding with markup and bidirectional control characters in all its free texts."""

    def spoil(match: re.Match[str]) -> str:
        name, value = match[1] or match[3], (match[2] or match[4] or "").strip('"')
        return f"{name}{json.dumps(f'{value} {SCRIPT} {TURN}')}"

    return _TEXTS.sub(spoil, text)


def _vocabulary() -> str:
    """A practice with hostile names, one whose IRI contains `..`, and things that have no page."""
    evil, up, cs = f"<{BASE}practice/evil>", f"<{BASE}practice/../../../up>", f"{BASE}ontology#"
    skos, rest = "http://www.w3.org/2004/02/skos/core#", json.dumps(f"{SCRIPT} {TURN} {LONG}")
    return "".join(
        f"{practice} a <{cs}Practice>, <{skos}Concept> ; <{skos}inScheme> <{BASE}scheme/practices> ;\n"
        f"  <{skos}prefLabel> {json.dumps(f'{SCRIPT} {TURN} {number}')}@en ; <{skos}definition> {rest}@en ;\n"
        f"  <{skos}altLabel> {json.dumps(SCRIPT + UNBROKEN)}@en, {json.dumps(f'</script>{TURN} {number}')}@en ;\n"
        f"  <{skos}scopeNote> {rest}@en ; <{cs}inArea> <{BASE}area/development> ;\n"
        f"  <{skos}related> <javascript:document.title='owned'> .\n"
        for number, practice in enumerate((evil, up))
    ) + (
        f"<{BASE}odd> <{cs}reportedIn> <{BASE}publication/acme2030> .\n"
        f"<{BASE}odder> <http://purl.org/dc/terms/title> 'nothing else is said of it' .\n"
    )
