# make demo builds the graph and writes three pages; make check runs the fast tests; make test runs everything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo check test lint format schema stubs reference docs notebook screenshots clean

demo: $(VENV)/.installed
	@$(BIN)/kg build
	@echo; echo "What is in the graph (kg query contents):"; echo
	@$(BIN)/kg query contents
	@echo; echo "What is known about continuous testing (kg query related-work --practice continuous-testing):"; echo
	@$(BIN)/kg query related-work --practice continuous-testing
	@echo
	@$(BIN)/kg graph -o demo/graph.html
	@$(BIN)/kg graph --about PEC4 -o demo/pec4.html
	@$(BIN)/kg map -o demo/map.html
	@echo "Open demo/graph.html, demo/pec4.html and demo/map.html in a browser; they work offline."

# The fast tests. Left out: browsers, stores, servers, LaTeX, the wheel, the documents, and the files of tests/queries that
# run each query on large or hostile data or on another engine, and three files that try many edits, builds or shapes.
FAST := core model readers graph answers queries building sheets render/text render/pages render/test_output_formats.py \
  test_architecture.py test_collection.py
check: lint
	$(BIN)/pytest -n auto --dist loadgroup --no-loadscope-reorder \
	  $(addprefix --ignore=tests/queries/test_,injection.py engines.py) \
	  $(addprefix --ignore=tests/,sheets/test_table_edits.py building/test_rebuild.py graph/test_shape_engines.py) \
	  $(addprefix tests/,$(FAST))

test: $(VENV)/.installed-test
	@sh tests/ensure_chromium.sh $(BIN)
	@$(BIN)/python -m kg.render.pages.wasm_engine || [ -z "$$KG_REQUIRE_BROWSER" ]
	$(MAKE) --no-print-directory lint & lint=$$!; \
	  $(BIN)/pytest -n auto --dist loadgroup --no-loadscope-reorder; tests=$$?; wait $$lint && exit $$tests

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Generates the JSON Schema of annotations, for editors, from kg/model/annotation.py.
schema: $(VENV)/.installed
	$(BIN)/python -c "from kg.readers.annotations import json_schema; print(json_schema(), end='')" \
	  > bib/annotations/annotation.schema.json

# Generates the types of the queries as methods, from the query library.
stubs: $(VENV)/.installed
	$(BIN)/python -c "from kg.answers.named import stub; from kg.queries.query_library import QueryLibrary; \
	  from pathlib import Path; print(stub(QueryLibrary.of(Path())), end='')" > kg/answers/named.pyi

# Generates the reference of the query library from queries/ and the graph.
reference: $(VENV)/.installed
	$(BIN)/kg build
	$(BIN)/kg queries --format md > docs/queries.md

# Builds the documentation into build/docs: static pages that work offline. A warning or a dead link is an error.
docs: $(VENV)/.installed
	@$(BIN)/python -c "import sphinx, myst_parser, pydata_sphinx_theme" 2>/dev/null || \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	$(BIN)/kg build
	$(BIN)/python docs/site/build.py build/docs
	@echo "Open build/docs/index.html in a browser."

# Runs docs/example.ipynb and stores the outputs of its cells.
notebook: $(VENV)/.installed-test
	$(BIN)/kg build
	$(BIN)/python -m tests.notebooks

# Takes the screenshots of the documentation, and those of every page in every look into build/screenshots.
screenshots: $(VENV)/.installed-test
	@sh tests/ensure_chromium.sh $(BIN)
	$(BIN)/kg build
	$(BIN)/python -m tests.screenshots
	$(BIN)/python -m tests.every_page build/screenshots

# The build hook of the package downloads Oxigraph for browsers as well (hatch_build.py).
$(VENV)/.installed: pyproject.toml
	@echo "Installing kg into $(VENV)"
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
	  { echo "kg needs Python 3.11 or newer: make PYTHON=python3.12 demo"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[all]'
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed pyproject.toml
	@echo "Installing the dependencies of the tests into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

clean:
	rm -rf build demo dist $(VENV)
