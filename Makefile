# Everything happens in .venv; each target installs what it needs and no more.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable
AT := 2026-11-23

SAMPLE ?= 400
SEED ?= 1
MUTATE :=

.PHONY: report test check mutate lab format clean

report: .venv/.base
	@rm -f reports/index.html
	@$(BIN)/mcuaudit report data/sample-fleet --out reports --at $(AT) --fail-on never || test -f reports/index.html
	@echo "Open reports/index.html in a browser."

test: .venv/.test
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: .venv/.check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# A sample of 60 takes minutes, the full one about an hour; it goes on where it was stopped. MUTATE="--minutes 20" and more: --help.
mutate: .venv/.test
	$(BIN)/python -m tests.mutation --sample $(SAMPLE) --seed $(SEED) $(MUTATE)

lab: .venv/.lab
	$(BIN)/mcuaudit lab

format: .venv/.check
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv reports .reports.lock build dist test-artefacts

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.base: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) "."
	@touch $@

.venv/.%: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) ".[$*]"
	@touch $@ .venv/.base
