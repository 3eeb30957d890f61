"""A toy evidence map for tests, with cells in every state and with hostile data."""

from __future__ import annotations

from kg.answers.evidence_map import Cell, EvidenceMap, Exclusion, Header, MapFinding
from kg.answers.things import Quotation

BASE = "https://example.org/"
SCRIPT = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
FORMULA = '=HYPERLINK("https://example.org/?"&A1,"click")'

TESTING, DELIVERY, TRUST = (
    Header(BASE + "practice/continuous-testing", "continuous testing", "development", "Testing all the time."),
    Header(BASE + "practice/continuous-delivery", "continuous delivery", "development", "Releasable at any time."),
    Header(BASE + "practice/continuous-trust", "continuous trust", f"operations {SCRIPT}", ""),
)
QUALITY, DESIGN, ORGANISATION = (
    Header(BASE + "challenge/testing-and-quality", "testing and quality", "", "Tests, quality attributes, bugs."),
    Header(BASE + "challenge/design", f"design & <i>{SCRIPT}</i>", "", ""),
    Header(BASE + "challenge/organisation", "@organisation", "", "Who does what with whom."),
)


def quotation(
    text: str = "it is hard to know what to test",
    *,
    url: str = "https://doi.org/10.1/x",
    section: str = "4.2 Challenges",
) -> Quotation:
    return Quotation(
        text=text,
        section=section,
        work="Vänskä et al. (2024)",
        key="vanska2024",
        page="7",
        said_by="P3",
        url=url,
    )


def finding(
    ident: str,
    study: str,
    *,
    via: str = "",
    polarity: str = "hinders",
    statement: str = "",
    quotations: tuple[Quotation, ...] = (),
) -> MapFinding:
    """A finding of `study`; second-hand if `via` reports it."""
    return MapFinding(
        iri=f"{BASE}finding/{via or study}/{ident}",
        id=ident,
        statement=statement or f"Statement of {ident}.",
        polarity=polarity,
        section="4.1",
        study=f"{BASE}study/{study}",
        work=f"{study.title()} (2024)",
        key=study,
        first_hand=not via,
        via=f"{via.title()} (2023)" if via else "",
        via_key=via,
        quotations=quotations,
    )


def studies(*names: str) -> frozenset[str]:
    return frozenset(f"{BASE}study/{name}" for name in names)


def toy_map() -> EvidenceMap:
    """Three rows and columns, with hostile texts.

    Cells have first-hand and second-hand studies or are empty in each state. One practice was itself looked for and
    not found.
    """
    nobody = quotation("nobody owns the tests", url="javascript:x()", section="Table III")
    alpha = finding("F1", "alpha", quotations=(quotation(), nobody))
    return EvidenceMap(
        title=f"Practice by challenge {SCRIPT}",
        row_kind="practice",
        column_kind="challenge",
        rows=(TESTING, DELIVERY, TRUST),
        columns=(QUALITY, DESIGN, ORGANISATION),
        snapshot="abc123def4567890fedcba",
        cells={
            (TESTING.iri, QUALITY.iri): Cell(
                findings=(
                    alpha,
                    finding("F1b", "alpha", via="review"),  # also reported by a review: still one first-hand study
                    finding("F2", "beta", polarity="mitigates"),
                    finding("F3", "gamma", via="review"),
                    finding("F4", "gamma", via="survey"),  # reported by two: one second-hand study
                )
            ),
            (TESTING.iri, DESIGN.iri): Cell(findings=(finding("F3", "gamma", via="review"),)),
            (DELIVERY.iri, QUALITY.iri): Cell(
                findings=(
                    finding("F6", "beta", polarity="absent"),
                    finding("F5", "gamma", statement=FORMULA, quotations=(quotation(SCRIPT),)),
                )
            ),
            (DELIVERY.iri, ORGANISATION.iri): Cell(
                findings=(finding("F7", "delta", polarity="absent", statement=f"No trace of it {SCRIPT}"),)
            ),
        },
        exclusions={
            (TRUST.iri, DESIGN.iri): (Exclusion(f"Nobody designs trust {SCRIPT}", "Toy Reviewer", "2031-02-03"),)
        },
        studies_on={
            TESTING.iri: studies("alpha", "beta", "gamma"),
            DELIVERY.iri: studies("beta", "gamma", "delta"),
            TRUST.iri: studies("epsilon"),
            QUALITY.iri: studies("alpha", "beta", "gamma"),
            DESIGN.iri: studies("gamma"),
            ORGANISATION.iri: studies("delta"),
        },
        absences={
            TRUST.iri: (
                finding("F8", "epsilon", polarity="absent", quotations=(quotation("nobody spoke of trust"),)),
                finding("F9", "epsilon", polarity="absent", statement=f"Not there {SCRIPT}"),
            )
        },
    )


def empty_map() -> EvidenceMap:
    """Rows and columns without evidence."""
    whole = toy_map()
    return EvidenceMap(
        title="Nothing yet",
        row_kind=whole.row_kind,
        column_kind=whole.column_kind,
        rows=whole.rows,
        columns=whole.columns,
        cells={},
    )


def no_rows_map() -> EvidenceMap:
    return EvidenceMap(title="No rows", row_kind="practice", column_kind="challenge", rows=(), columns=(), cells={})


HOSTILE = r"\input{/etc/passwd} 100% & $x_1$ #1 {a} ~ ^ [b] \\ “ü” ≤ 学"
"""A label with characters that LaTeX interprets."""
MANY = tuple(Header(f"https://example.org/{i}", f"number {i}") for i in range(60))
"""More columns than fit into a table."""
