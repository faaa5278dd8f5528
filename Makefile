# Every command sets up what it needs, from `python3` alone, and says so; it is silent when all is in place.

PYTHON ?= python3
DATA ?= .local/data
PORT ?= 8480
OUT ?= out
ROWS ?= 100000

BIN := .venv/bin
RUNTIME := .venv/runtime-installed
DEVELOPMENT := .venv/development-installed
MINISTACK := .local/ministack/installed
PEERS := .local/bench/peers/installed

export PYTHONPATH := layers/diapason:.
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run kill test test-fast check sample seed bench xmllint lock clean

run: $(RUNTIME) $(MINISTACK) ## Start everything on this machine; Ctrl-C stops it, the data stays in DATA
	@$(BIN)/python -m infra.local.run --data $(DATA) --port $(PORT)

kill: ## Kill the workers of FUNCTION (a name of template.yaml) in the stack that runs on DATA
	@$(BIN)/python -m infra.local.kill $(FUNCTION) --data $(DATA)

# A file's tests stay in one process: what they share is made once.
PYTEST := $(BIN)/pytest --numprocesses auto --dist loadfile

test: $(DEVELOPMENT) $(MINISTACK) ## All tests
	@$(PYTEST)

test-fast: $(DEVELOPMENT) ## The tests that need neither volume nor processes
	@$(PYTEST) -m "not slow and not ministack"

check: $(DEVELOPMENT) ## Style, types, direction of imports, template
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy infra
	MYPYPATH=functions/api:layers/diapason $(BIN)/mypy --strict -p http_api
	$(BIN)/lint-imports
	$(BIN)/cfn-lint template.yaml
	$(BIN)/python -m functions.api.openapi --check openapi.json

sample: $(RUNTIME) $(MINISTACK) ## Remittances of every version from the demo school, through HTTP, into OUT
	@$(BIN)/python -m infra.local.sample --out $(OUT)

seed: $(RUNTIME) $(MINISTACK) ## A school with ROWS instalments, into DATA
	@$(BIN)/python -m infra.local.seed --rows $(ROWS) --data $(DATA)

bench: PARTS = writer,stack,imports
bench: ROWS = 1000,10000,40000,100000,1000000
bench: STACK_ROWS = 10000,100000
bench: $(RUNTIME) $(MINISTACK) $(PEERS) xmllint ## Speed and memory beside others; also in .local/bench/result.md
	@$(BIN)/python -m tests.performance --parts $(PARTS) --rows $(ROWS) --stack-rows $(STACK_ROWS)

# A Debian package, which only root can install; without it the benchmark says what to do.
xmllint:
	@command -v xmllint >/dev/null || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || { \
		echo "Installing xmllint (libxml2-utils)"; \
		apt-get update -qq && apt-get install -qq --no-install-recommends libxml2-utils >/dev/null; }

COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --quiet

lock: $(DEVELOPMENT) ## Lock the dependencies again; the wider files agree with the narrower ones
	$(COMPILE) layers/dependencies/requirements.in -o layers/dependencies/requirements.txt
	$(COMPILE) infra/local/requirements.in -c layers/dependencies/requirements.txt -o infra/local/requirements.txt
	$(COMPILE) requirements-dev.in -c infra/local/requirements.txt -o requirements-dev.txt
	$(COMPILE) infra/local/ministack/requirements.in -o infra/local/ministack/requirements.txt
	$(COMPILE) tests/performance/peers/requirements.in -o tests/performance/peers/requirements.txt

clean: ## Remove everything that was set up or built, the data too
	rm -rf .venv .local .aws-sam out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@echo "Creating .venv"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	@$(PYTHON) -m venv .venv

$(RUNTIME): infra/local/requirements.txt | .venv/bin/python
	@echo "Installing what running needs (.venv)"
	@$(BIN)/python -m pip install --quiet --require-hashes -r $<
	@touch $@

# The wider list holds the narrower one in the same versions.
$(DEVELOPMENT): requirements-dev.txt infra/local/requirements.txt | .venv/bin/python
	@echo "Installing what developing needs (.venv)"
	@$(BIN)/python -m pip install --quiet --require-hashes -r $<
	@touch $(RUNTIME) $@

$(MINISTACK): infra/local/ministack/requirements.txt
	@echo "Installing ministack (.local/ministack)"
	@$(PYTHON) -m venv .local/ministack
	@.local/ministack/bin/python -m pip install --quiet --require-hashes -r $<
	@touch $@

# What others use to write bank files; only the benchmark runs it.
$(PEERS): tests/performance/peers/requirements.txt
	@echo "Installing the peers (.local/bench)"
	@$(PYTHON) -m venv .local/bench/peers
	@.local/bench/peers/bin/python -m pip install --quiet --require-hashes -r $<
	@touch $@
