# Every target first makes .venv ready; the only thing needed beforehand is Python 3.11 or later.
PYTHON ?= python3
JOBS ?= 2
BIN := .venv/bin

.PHONY: up demo test check screenshots bench faults venv clean
.DEFAULT_GOAL := demo

up: .venv/.ready             ## run the orchestrator on this machine until Ctrl-C
	$(BIN)/handoff up $(ARGS)

demo: .venv/.ready           ## see a handoff go from a chat to a team, clocks included
	$(BIN)/handoff demo $(ARGS)

test: .venv/.ready           ## all tests; ARGS="tests/unit -k clocks" for some; JOBS=1 one after the other
	$(BIN)/pytest -n $(JOBS) --dist loadfile $(ARGS)

check: .venv/.ready          ## style, types, layers, dependencies, generated files
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/handoff schemas --check
	$(BIN)/handoff asyncapi --check
	$(BIN)/handoff openapi --check
	$(BIN)/handoff map schema --check
	$(BIN)/pytest -q tests/unit/test_compose.py

screenshots: .venv/.ready    ## pictures of every page, into docs/screens; needs a chromium
	$(BIN)/python -m tests.board.screens $(ARGS)

bench: .venv/.ready-bench    ## throughput and lateness; QUICK=1 for a short run
	QUICK=$(QUICK) $(BIN)/python -m bench $(ARGS)

faults: .venv/.ready-bench   ## kill, freeze and cut things, then check that nothing was lost
	QUICK=$(QUICK) $(BIN)/python -m bench.faults $(ARGS)

venv: .venv/.ready           ## only make .venv ready

clean:                       ## remove what the targets made, the data of `up` excepted
	rm -rf .venv .cache build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or later is needed; say which with: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "This Python cannot make a venv. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.ready: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[embedded,dev]'
	@touch $@

.venv/.ready-bench: .venv/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[embedded,dev,bench]'
	@touch $@
