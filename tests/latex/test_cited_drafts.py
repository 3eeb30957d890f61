"""Drafts and their entries in the documents that people have: natbib, biblatex, neither of them, and pandoc."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kg.building.pipeline import build
from kg.building.rename import rename
from kg.readers.bibtex.citing import not_cited_by
from tests.conftest import KgCli
from tests.latex.conftest import Compile
from tests.toy import write_toy

PREAMBLE = r"""@preamble{ "\ifx\toybig\undefined \def\toybig#1{#1\toytail} \fi " # "\newcommand{\toysmall}{small}" }
@preamble{{\newcommand{\toytail}{\kern0pt}}}
"""
ENTRIES = (
    PREAMBLE
    + r"""@report{acme2030, author = {{Acme Toys and Sons}}, title = {How we build \toybig{big} and \toysmall{} toys},
  institution = {Acme Institute}, type = {techreport}, date = {2030-05}}
@article{toys2029, author = {Toy, Ann}, title = {Toys}, journaltitle = {Journal of Dates}, date = {2029}}
@misc{bad#key, title = {A key that nobody can cite}, author = {Bad, Bob}, year = {2028}}
"""
)
CITED = """  - {id: more, statement: 'Toys lack tests; see "a -- b".', section: "4.1; 4.2", attributed_to: KEY,
     practices: [continuous-testing], evidence: [{quote: "Acme has no tools either", section: "5"}]}
"""
KEY = "muster/é:2032+x"
WRAPPERS = {
    "natbib": r"\usepackage{natbib}",
    "natbib numbers": r"\usepackage[numbers]{natbib}",
    "biblatex": r"\usepackage[backend=biber,style=authoryear,natbib=true]{biblatex}",
    "biblatex alone": r"\usepackage[backend=biber,style=numeric]{biblatex}",
    "plain": "",
}
SHOWN = {
    "natbib": ("[Example and Örtel, 2031, Sec. 4.1]", "as reported by Muster et al. [2032, Sec. 4]"),
    "natbib numbers": ("both toy teams [", "as reported by Muster et al. ["),
    "biblatex": (
        "(Example and Örtel, 2031, Sec. 4.1)",
        "as reported by Muster et al. (2032, Sec. 4)",
        "Journal of Dates",
    ),
    "biblatex alone": ("both toy teams [", "as reported by Muster et al. [", "May 2030", "Acme Institute", "2029"),
    "plain": ("both toy teams [", "as reported by ["),
}


@pytest.fixture(scope="module")
def cited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy review with entries for biblatex only, commands of a `@preamble`, and unusual keys."""
    root = write_toy(tmp_path_factory.mktemp("cited"))
    (root / "bib/reports.bib").write_text(ENTRIES, encoding="utf-8")
    annotation = root / "bib/annotations/example2031.yaml"
    more = "".join(CITED.replace("KEY", f'"{key}"').replace("more", f"more{n}")
                   for n, key in enumerate(["toys2029", "bad#key"]))  # fmt: skip
    journal = root / "bib/journal.bib"
    journal.write_text(journal.read_text(encoding="utf-8").replace("100% made", "100\\% made"), encoding="utf-8")
    text = annotation.read_text(encoding="utf-8").replace("\ncoding:", f"{more}\ncoding:")
    annotation.write_text(text, encoding="utf-8")
    rename(root, "muster2032", KEY).write()
    assert build(root).errors == []
    return root


@pytest.fixture(scope="module")
def draft(cited: Path, kg_cli: KgCli) -> Path:
    """A folder with a draft, its entries, a table, and the same draft in Markdown."""
    folder = cited / "drafts"
    folder.mkdir()
    done = kg_cli(cited, "related-work", "--practice", "CT", "-o", "drafts/draft.tex")
    assert "not in the references: LaTeX cannot cite `bad#key`; `kg rename`" in done.stderr
    done = kg_cli(cited, "related-work", "--practice", "CT", "--standalone", "-o", "drafts/text.md")
    assert "not in the references: pandoc cannot cite `bad#key`" in done.stderr
    kg_cli(cited, "query", "related-work", "--practice", "CT", "-o", "drafts/table.tex")
    return folder


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_draft_and_a_table_in_a_document(draft: Path, tmp_path: Path, compiled: Compile, wrapper: str) -> None:
    shutil.copytree(draft, tmp_path, dirs_exist_ok=True)
    style = "plain" if wrapper == "plain" else "plainnat"
    listed = r"\printbibliography" if "biblatex" in wrapper else rf"\bibliographystyle{{{style}}}\bibliography{{draft}}"
    resource = r"\addbibresource{draft.bib}" if "biblatex" in wrapper else ""
    (tmp_path / "paper.tex").write_text(
        r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{lmodern,url,array,booktabs,longtable,pdflscape}"
        rf"{WRAPPERS[wrapper]}{resource}\begin{{document}}\input{{draft}}\input{{table}}{listed}\end{{document}}",
        encoding="utf-8",
    )
    shown = compiled(tmp_path / "paper.tex")
    shown = shown.replace(" ", "")
    expected = (*SHOWN[wrapper], "big and small toys", "bad#key")
    assert [part for part in expected if part.replace(" ", "") not in shown] == []
    assert "nobodycancite" not in shown


def test_a_whole_document_uses_biblatex_if_an_entry_needs_it(
    cited: Path, tmp_path: Path, kg_cli: KgCli, compiled: Compile
) -> None:
    kg_cli(cited, "related-work", "--practice", "CT", "--standalone", "-o", str(tmp_path / "all.tex"))
    head = (tmp_path / "all.tex").read_text(encoding="utf-8").split(r"\documentclass")[0]
    assert "acme2030 (@report, date), toys2029 (date, journaltitle)" in head
    assert "% compile it with pdflatex, biber, and pdflatex twice" in head
    assert "Journal of Dates (2029)" in compiled(tmp_path / "all.tex")


def pandoc(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    pypandoc = pytest.importorskip("pypandoc")
    command = [pypandoc.get_pandoc_path(), "--citeproc", "--fail-if-warnings", "--wrap=none", "-t", "plain", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=60)


def test_pandoc_reads_a_draft_without_a_warning(draft: Path, review: Path, kg_cli: KgCli, tmp_path: Path) -> None:
    done = pandoc(draft, "text.md")
    assert (done.returncode, done.stderr) == (0, "")
    for part in ("(Toy 2029)", "by Example and Örtel (2031, secs. 4.1; 4.2)", "Muster et al. (2032)", "bad#key",
                 "Journal of Dates", "How We Build Big and Small Toys"):  # fmt: skip
        assert part in done.stdout
    draft = ["related-work", "--practice", "CE", "--coded", "1000", "--standalone"]
    kg_cli(review, *draft, "-o", str(tmp_path / "all.md"))
    done = pandoc(tmp_path, "all.md")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_preamble_of_two_files_is_written_once(cited: Path, kg_cli: KgCli) -> None:
    made = kg_cli(cited, "query", "related-work", "--practice", "CT", "--format", "bibtex").stdout
    assert [made.count(text) for text in (r"\def\toybig", r"\newcommand{\toytail}")] == [1, 1]


# --- keys that cannot be cited ---

CHARACTERS = "\"#%'(),={}~\\ <>|^&$!*+-./:;?@[]_`é中\u2013\u2019"
ALL = [f"a{char}b" for char in CHARACTERS]


def entry(key: str) -> str:
    return f"@misc{{{key}, author = {{Toy, Ann}}, title = {{Magic{{Word}}}}, year = {{2031}}}}\n"


def test_keys_that_are_not_reported_can_be_cited(tmp_path: Path, compiled: Compile) -> None:
    """All of them in one document for each program."""
    (tmp_path / "by_latex.bib").write_text("".join(entry(k) for k in ALL if "LaTeX" not in not_cited_by(k)), "utf-8")
    keys = [key for key in ALL if "LaTeX" not in not_cited_by(key)]
    cites = "".join(rf"x \citep{{{key}}} " for key in keys)
    for name, citing, listed in (
        ("a", r"\usepackage{natbib}", r"\bibliographystyle{plainnat}\bibliography{by_latex}"),
        ("b", r"\usepackage[natbib=true]{biblatex}\addbibresource{by_latex.bib}", r"\printbibliography"),
    ):
        text = rf"\documentclass{{article}}\usepackage[T1]{{fontenc}}{citing}\begin{{document}}{cites}{listed}"
        (tmp_path / f"{name}.tex").write_text(text + r"\end{document}", "utf-8")
        assert compiled(tmp_path / f"{name}.tex").count("MagicWord") == len(keys)
    keys = [key for key in ALL if "pandoc" not in not_cited_by(key)]
    (tmp_path / "by_pandoc.bib").write_text("".join(map(entry, keys)), "utf-8")
    (tmp_path / "c.md").write_text("".join(f"x [@{{{key}}}]\n\n" for key in keys), "utf-8")
    done = pandoc(tmp_path, "--bibliography=by_pandoc.bib", "c.md")
    assert (done.returncode, done.stderr, done.stdout.count("MagicWord")) == (0, "", len(keys))


@pytest.mark.parametrize("key", ["a#b", "a%b", "a,b", "a b", "a~b", "a\\b", "a{b"])
def test_keys_that_are_reported_cannot_be_cited_by_latex(tmp_path: Path, compiled: Compile, key: str) -> None:
    assert not_cited_by(key) == "LaTeX and pandoc"
    (tmp_path / "r.bib").write_text(entry(key), "utf-8")
    text = rf"\documentclass{{article}}\usepackage{{natbib}}\begin{{document}}x \citep{{{key}}}"
    listed = r"\bibliographystyle{plainnat}\bibliography{r}\end{document}"
    (tmp_path / "d.tex").write_text(text + listed, "utf-8")
    with pytest.raises(AssertionError):
        compiled(tmp_path / "d.tex")


def test_keys_that_only_biber_refuses() -> None:
    assert {not_cited_by(f"a{char}b") for char in "'()="} == {"LaTeX"}


@pytest.mark.parametrize("key", [key for key in ALL if "pandoc" in not_cited_by(key)])
def test_keys_that_are_reported_cannot_be_cited_by_pandoc(tmp_path: Path, key: str) -> None:
    (tmp_path / "r.bib").write_text(entry(key), "utf-8")
    (tmp_path / "d.md").write_text(f"x [@{{{key}}}]\n", "utf-8")
    done = pandoc(tmp_path, "--bibliography=r.bib", "d.md")
    assert done.returncode != 0 or not re.search("MagicWord", done.stdout)
