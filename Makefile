# Everything happens in .venv; each target installs what it needs and no more.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable
AT := 2026-11-23
# All but what asks other programs than Python and git: a browser, an office program, systemd, OpenSSL's command.
LOWEST := $(filter-out $(patsubst %,tests/%/,browser oracles scheduling system verifiers), $(wildcard tests/*/)) $(wildcard tests/test_*.py)

SAMPLE ?= 400
SEED ?= 1
# 1: all cases of the tests that have a part.
WHOLE :=
MUTATE :=
PROVE :=
VERIFY :=
FUZZ :=
HOSTILE :=
BENCH :=

.PHONY: report test test-programs check mutate prove hostile fuzz verifiers bench lab format docs hooks lowest clean

report: .venv/.base
	@rm -f reports/index.html
	@$(BIN)/mcuaudit report data/sample-fleet --out reports --at $(AT) --fail-on never || test -f reports/index.html
	@echo "Open reports/index.html in a browser."

# A file of tests is run by one process, so that what its tests share is made once. Compiled first, and what is compiled is kept: each program that they start would compile all.
# Those of programs (tests/of_programs.py) are a part of their own, but with WHOLE=1.
test test-programs: .venv/.test
	@$(BIN)/python -m compileall -q mcuaudit
	PYTHONDONTWRITEBYTECODE= WHOLE_TESTS=$(WHOLE) TESTS_OF=$(if $(WHOLE),,$(if $(filter test,$@),audits,programs)) $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: .venv/.check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy tests/surface/typed_program.py

# A sample of 60 takes minutes, the full one about an hour; it goes on where it was stopped. MUTATE="--minutes 20" and more: --help.
mutate: .venv/.test
	$(BIN)/python -m tests.mutation --sample $(SAMPLE) --seed $(SEED) $(MUTATE)

# The large randomised checks, some of which take an hour; goes on where it was stopped. PROVE="--proof damage --minutes 20" and more: --help.
prove: .venv/.test
	$(BIN)/python -m tests.proofs --seed $(SEED) $(PROVE)

# The whole of each hostile file, with its cost in time and memory: about half an hour. HOSTILE="--no-page": --help.
hostile: .venv/.test
	$(BIN)/python -m tests.hostile $(HOSTILE)

# Each reader of files on made octets, a minute each. FUZZ="--target crl --minutes 60", --guided for atheris: --help.
fuzz: .venv/.test
	$(BIN)/python -m tests.fuzz $(FUZZ)

# Other verifiers on 300 generated chains; those that are not installed are named. VERIFY="--seed 2 --no-page" and more: --help.
verifiers: .venv/.test
	$(BIN)/python -m tests.verifiers $(VERIFY)

# Against floors and other programs, in one run; writes docs/performance.md. BENCH="--only reading" and more: --help.
bench: .venv/.bench
	@$(BIN)/python -m compileall -q mcuaudit
	$(BIN)/python -m bench $(BENCH)

lab: .venv/.lab
	$(BIN)/mcuaudit lab

format: .venv/.check
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/.docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "Open site/index.html in a browser."

hooks: .venv/.check
	$(BIN)/pre-commit install

# The lowest versions that pyproject.toml allows, in an environment of their own, made anew when they change.
lowest: .venv-lowest/.installed
	.venv-lowest/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(LOWEST)

clean:
	rm -rf .venv .venv-lowest reports .reports.lock build dist site test-artefacts .bench

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.base: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) "."
	@touch $@

.venv/.%: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) ".[$*]"
	@touch $@ .venv/.base

.venv-lowest/.installed: pyproject.toml tests/lowest_versions.py
	rm -rf .venv-lowest
	$(PYTHON) -m venv .venv-lowest
	$(PYTHON) tests/lowest_versions.py > .venv-lowest/lowest.txt
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check \
	  --constraint .venv-lowest/lowest.txt --editable ".[test]"
	@touch $@
