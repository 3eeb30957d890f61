"""The text of `kg --help`: examples, options and commands. It imports nothing that takes time."""

import os
import re
import sys

ABOUT = """The literature of continuous software engineering as a knowledge graph.

A review is a folder with BibTeX files in bib/ and one annotation per paper in bib/annotations/. `kg build` builds \
the graph; the other commands query it, show it and draw it."""

EXAMPLES = {
    "kg init my-review && cd my-review": "start a review",
    "kg build": "check the sources and build the graph in build/",
    "kg query related-work --practice CT": "findings about continuous testing",
    "kg graph --about PEC4": "a finding and everything connected to it, as a page",
    "kg map": "practices by challenges, as a page",
    "kg site": "the whole graph as pages to publish",
    "kg serve": "a SPARQL endpoint, and the pages, on this machine",
}

OPTIONS = {
    "--root DIRECTORY": "The review folder; by default the current folder.",
    "--endpoint URL": "Query the graph at this SPARQL endpoint instead of the one in build/; by default that of "
                      "KG_ENDPOINT or kg.toml.",
    "--version": "Show the version and exit.",
    "-h, --help": "Show this message and exit; after a command, its options.",
}  # fmt: skip

COMMANDS = {
    "accept": ("assisting", "Copy findings of the draft KEY.NAME, which you have read, into the annotation of "
               "KEY."),
    "agreement": ("readings", "Measure the agreement between the annotators of the publication KEY."),
    "build": ("building", "Build the graph from bib/ and ontology/ into build/."),
    "check": ("building", "Check all sources without building."),
    "completion": ("asking", "Print the script that completes commands, queries and names in SHELL."),
    "consensus": ("readings", "Make the consensus of the readings of the publication KEY, to be edited."),
    "desk": ("desk", "Read the paper KEY in a browser and annotate it: select words, and write what they say."),
    "diff": ("changes", "Show what changed from OLD to NEW, by default to the graph of this review."),
    "drafts": ("assisting", "List what assistants have proposed in bib/drafts/, and what of it was accepted."),
    "duplicates": ("building", "Propose entries that may be the same work, or names that may be one person or venue."),
    "export": ("sheets", "Put annotations into a table for a spreadsheet: of all publications, or of each KEY."),
    "figure": ("figures", "Draw a figure for a paper."),
    "gaps": ("drawing", "List the cells of an evidence map that have no evidence, ranked by the evidence in their row "
             "and column."),
    "graph": ("drawing", "Draw the graph as a page that works offline, or export it."),
    "help": ("helping", "Show a page of the documentation, or list the topics."),
    "import": ("sheets", "Import tables (.csv, .xlsx, .ods): an edited one from `kg export`, or the extraction sheets "
               "of a review."),
    "init": ("building", "Make a new review in FOLDER, which may contain a bib/ already."),
    "map": ("drawing", "Draw the evidence map: the number of distinct studies in each cell of two dimensions."),
    "mcp": ("assisting", "Let an assistant ask the graph and propose findings, over the Model Context Protocol."),
    "new": ("building", "Make an annotation to fill in for the entry KEY of the bibliography."),
    "new-concept": ("building", "Add a concept to the vocabulary of the review."),
    "push": ("pushing", "Load the built graph into a store that speaks the SPARQL 1.1 Graph Store HTTP Protocol at "
             "URL."),
    "queries": ("asking", "List the query library."),
    "query": ("asking", "Ask a query of the library."),
    "related-work": ("drafting", "Arrange what is known about a topic as a draft with citations."),
    "release": ("releasing", "Write a version of the review to deposit, for example at Zenodo: a folder, and an "
                "archive of it."),
    "rename": ("building", "Give the publication OLD the key NEW, in all files of the review."),
    "serve": ("serving", "Serve the graph: a read-only SPARQL 1.1 endpoint at /sparql, and the pages of the graph."),
    "show": ("asking", "Show everything about one THING: its facts, its evidence, and what refers to it."),
    "site": ("drawing", "Write a folder of pages to publish with a paper."),
    "sparql": ("asking", "Ask any SPARQL 1.1 query, from FILE or from stdin."),
    "status": ("planning", "Show a review in one screen: how much there is, what is missing, and what to read next."),
    "suggest": ("suggesting", "Make an annotation of the publication KEY from sentences of its full text that look "
                "like findings."),
    "todo": ("planning", "List the works to read next, ranked by how much they would add."),
    "verify-quotes": ("building", "Check quotations against the full texts in FOLDER (KEY.txt, KEY.md or "
                      "KEY.pdf): all, or those of each KEY."),
}  # fmt: skip
"""The module of each command in this package, and its short help."""

WIDEST = 100


def overview(width: int) -> str:
    """The help text, with lines of at most `width` characters, unless a word is longer."""
    about = [["  " + line for line in _lines(text, width - 2)] for text in ABOUT.split("\n\n")]
    commands = {name: sentence for name, (_, sentence) in COMMANDS.items()}
    parts = [
        ["Usage: kg [OPTIONS] COMMAND [ARGS]..."], *about, _list(EXAMPLES, width),
        ["Options:", *_list(OPTIONS, width)], ["Commands:", *_list(commands, width)],
    ]  # fmt: skip
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _lines(text: str, width: int) -> list[str]:
    """The text in lines. (`textwrap` does the same, but its import takes as long as everything else here.)"""
    return [line.rstrip() for line in re.findall(rf"\S.{{0,{max(width, 20) - 1}}}(?!\S)|\S+", text)]


def _list(texts: dict[str, str], width: int) -> list[str]:
    """Names with their texts on the right or, if there is no room, below."""
    column = max(map(len, texts)) + 4
    lines = []
    for name, text in texts.items():
        if column > width * 2 // 3:
            lines += [f"  {name}", *(f"      {line}" for line in _lines(text, width - 6))]
            continue
        first, *more = _lines(text, width - column)
        lines += [f"  {name:<{column - 2}}{first}", *(" " * column + line for line in more)]
    return lines


def width_here() -> int:
    """The width of the terminal, if there is one, with a margin."""
    columns = os.environ.get("COLUMNS", "")
    try:
        found = int(columns) if columns.isdecimal() else os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        found = 0
    return max(40, min((found or 80) - 2, WIDEST))


def print_help() -> None:
    """Prints the help text."""
    try:
        print(overview(width_here()), end="", flush=True)
    except BrokenPipeError:
        sys.stderr.close()
        os._exit(0)
