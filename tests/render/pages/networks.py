"""Small networks for the tests of the graph page: an ordinary one, and one in which every text is out to do harm."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from kg.answers.network import Edge, Network, Node
from kg.answers.things import Quotation

BASE = "https://example.org/"

QUOTE = Quotation(
    text="tests took most of a day",
    section="4.2",
    work="Miller et al. (2021)",
    key="miller2021pipelines",
    said_by="P3",
    page="7",
    url="https://doi.org/10.1000/182",
)
OTHER_QUOTE = Quotation(
    text="long-running suites delay feedback",
    section="Results",
    work="Okafor and Lind (2019)",
    key="okafor2019suites",
)


def toy() -> Network:
    """A practice, a challenge that hinders it, a finding that says so, and a work that agrees."""
    nodes = (
        Node(
            f"{BASE}practice/ct",
            "practice",
            "Continuous testing",
            "Testing all the time.",
            alternatives=("CT", "Automatic testing"),
        ),
        Node(f"{BASE}challenge/slow", "challenge", "Slow tests"),
        Node(
            f"{BASE}finding/m/1",
            "finding",
            "Slow tests keep teams from testing each change",
            "Teams stop testing each change when the suite takes hours.",
            "miller2021pipelines",
            quotations=(QUOTE,),
        ),
        Node(f"{BASE}finding/o/1", "reported-finding", "Feedback comes late in large suites", key="okafor2019suites"),
        Node(f"{BASE}work/o", "work", "Okafor and Lind (2019)", "Suites in the large", "okafor2019suites"),
    )
    edges = (
        Edge(nodes[1].iri, nodes[0].iri, "hinders", "Because suites take hours.", (QUOTE, OTHER_QUOTE)),
        Edge(nodes[2].iri, nodes[0].iri, "concerns"),
        Edge(nodes[4].iri, nodes[2].iri, "agrees with", "", (OTHER_QUOTE,)),
        Edge(nodes[3].iri, nodes[1].iri, "identifies"),
        Edge(nodes[3].iri, nodes[4].iri, "reported in"),
    )
    positions = {
        nodes[0].iri: (0.0, 0.0),
        nodes[1].iri: (-260.0, -140.0),
        nodes[2].iri: (260.0, -140.0),
        nodes[3].iri: (-260.0, 160.0),
        nodes[4].iri: (260.0, 160.0),
    }
    return Network("Around continuous testing", nodes, edges, nodes[0].iri, "0123456789abcdef0123", positions)


def large() -> Network:
    """More than can be seen at once: 16 practices, 12 categories of 48 challenges, and 80 works."""
    practices = [Node(f"{BASE}practice/{n}", "practice", f"continuous practice {n}") for n in range(16)]
    challenges = [Node(f"{BASE}challenge/{n}", "challenge", f"challenge {n}") for n in range(60)]
    works = [Node(f"{BASE}work/{n}", "work", f"Author {n} (2020)", "", f"author{n}") for n in range(80)]
    # Every fifth challenge is the category of the four behind it.
    broader = [Edge(c.iri, challenges[n - n % 5].iri, "narrower than") for n, c in enumerate(challenges) if n % 5]
    links = [Edge(c.iri, practices[n % 16].iri, "hinders") for n, c in enumerate(challenges)]
    cited = [Edge(w.iri, challenges[n % 60].iri, "reported in") for n, w in enumerate(works)]
    return Network("Everything", (*practices, *challenges, *works), (*links, *cited, *broader))


def dated() -> Network:
    """Two works of different years, methods and areas: what filters tell apart."""
    nodes = (
        Node(f"{BASE}practice/m", "practice", "Monitoring", areas=("operations",)),
        Node(f"{BASE}practice/t", "practice", "Testing", areas=("development",)),
        Node(f"{BASE}area/o", "area", "operations", areas=("operations",)),
        Node(f"{BASE}finding/l", "finding", "late finding", year="2024", areas=("operations",), methods=("interview",)),
        Node(
            f"{BASE}finding/e",
            "reported-finding",
            "told finding",
            year="2019",
            areas=("development",),
            methods=("survey",),
        ),
        Node(f"{BASE}work/l", "work", "Late (2024)", year="2024", methods=("interview",)),
        Node(f"{BASE}work/e", "work", "Early (2019)", year="2019", methods=("survey",)),
        Node(f"{BASE}challenge/d", "challenge", "Drift"),
        Node(f"{BASE}method/s", "method", "survey", methods=("survey",)),
    )
    monitoring, testing, area, late, told, later, earlier, drift, survey = (node.iri for node in nodes)
    edges = (
        Edge(late, monitoring, "concerns"),
        Edge(told, testing, "concerns"),
        Edge(monitoring, area, "in area"),
        Edge(late, later, "found by"),
        Edge(told, earlier, "found by"),
        Edge(late, drift, "identifies"),
        Edge(earlier, survey, "uses method"),
        Edge(drift, monitoring, "hinders", second_hand=True),
    )
    return Network("Two works", nodes, edges)


HARM = (
    "</script><script>window.__pwned = 1</script>",
    '<img src=x onerror="window.__pwned = 2">',
    '"><svg onload=window.__pwned=3>',
    '<a href="javascript:window.__pwned=4">href</a>',
    "'; window.__pwned = 5; //",
    "line\u2028window.__pwned = 6\u2029\u0000\r\n",
    "\u202egnp.exe\u2066 <!-- ]]> {{ 7 * 7 }} ${window.__pwned=8}",
    "\\u003c/script\\u003e \ud800 <base href=//evil.example>",
)


def hostile() -> Network:
    """Each text that harms stands in each place that data can stand in."""
    urls = ("javascript:window.__pwned=9", "data:text/html,<script>1</script>", 'HTTPS://example.org/"onclick=1', *HARM)
    quotations = tuple(Quotation(*[harm] * 6, url) for harm, url in zip(HARM, urls, strict=False))
    iris = (*HARM, "__proto__", "constructor")
    kinds = ("practice", "challenge", "finding", "work", "__proto__", *HARM)
    nodes = tuple(
        Node(iri, kind, HARM[number % len(HARM)], HARM[-1 - number % len(HARM)], iri, (iri, *HARM), quotations)
        for number, (iri, kind) in enumerate(zip(iris, kinds, strict=False))
    )
    edges = tuple(
        Edge(one.iri, other.iri, HARM[number % len(HARM)], HARM[0], quotations)
        for number, (one, other) in enumerate(pairwise(nodes))
    )
    return Network(HARM[0] + HARM[1] + HARM[-1], nodes, edges, nodes[0].iri, HARM[0])


def hostile_crowd() -> Network:
    """A large network in which every name, year, area and method is out to do harm, or has 10,000 letters."""
    names = (*HARM, "long " * 2000, "x" * 10_000)
    plain = large()
    nodes = tuple(
        replace(
            node,
            label=f"{names[number % len(names)]} {number}",
            text=names[-1 - number % len(names)],
            alternatives=names[:3],
            year=names[number % 3],
            areas=(names[number % len(names)],),
            methods=(names[number % 5],),
            kind="finding" if node.kind == "work" else node.kind,
        )
        for number, node in enumerate(plain.nodes)
    )
    return replace(plain, title=names[-1], nodes=nodes)
