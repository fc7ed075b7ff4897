# Two commands for a newcomer: `make demo` and `make test`. Both set up all they need, twice in a row too.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test quick check lint samples bench bench-scan bench-set bench-ocr bench-extract language lock faults s3 interop interop-jars axe browser days pictures api-fuzz setup clean

VENV ?= .venv
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := $(VENV)/bin
DEMO_DATA ?= $(CURDIR)/data/demo
CORES := $(shell nproc 2>/dev/null || echo 2)
# Tests wait for servers and processes of theirs now and then: one more than cores keeps these at work.
WORKERS := $(shell expr $(CORES) + 1)

help:            ## what can be made here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.system $(VENV)/.ready   ## Debian packages, virtual environment, the package

# Debian packages: installed when we may, otherwise the one line to run is printed.
$(VENV)/.system: tools/system-packages.txt tools/system-setup.sh
	@bash tools/system-setup.sh
	@mkdir -p $(VENV) && touch $@

$(VENV)/.ready: requirements-dev.lock pyproject.toml $(VENV)/.system
	@echo "── môi trường Python ($(VENV))"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@# The lock is complete: nothing is resolved anew. What is imported is compiled then, the rest never.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup      ## the main job on samples/, ending with the table and one reuse answer
	@MOTLAN_DATA=$(DEMO_DATA) $(BIN)/python -m tools.demo

test: setup lint interop-jars axe browser ## checks and all tests; what CI runs
	@bash tools/run-tests.sh $(BIN) $(WORKERS)

quick: setup     ## the tests without the slow ones
	@$(BIN)/python -m pytest -n $(CORES) --dist loadscope -m "not slow and not prefect"

check: lint      ## format, lint, imports, types
	@$(BIN)/mypy .

lint: setup      ## format, lint, imports; seconds
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

samples: setup   ## make the sample scans again
	@$(BIN)/python -m samples.make

bench: setup $(VENV)-bench/.ready ## CPU and wall seconds per page, beside tesseract alone and OCRmyPDF
	@$(BIN)/python -m bench.line
	@$(BIN)/python -m bench.orchestration

bench-scan: setup ## the scanner coach and the wait after the last page; alone on the machine
	@$(BIN)/python -m bench.coach $(if $(wildcard $(REAL_SCANS)),--real $(REAL_SCANS))
	@$(BIN)/python -m bench.scanning --runs 3

bench-set: setup ## pages with known text, both halves, into bench/out/truth
	@$(BIN)/python -m bench.truth

# The test half of the truth set, and the public scans where they lie beside the project.
REAL_SCANS ?= ../shared/real
bench-ocr: setup $(VENV)-bench/.ready ## reading measured: ours, plain tesseract, OCRmyPDF; table, JSON, picture
	@test -f bench/out/truth/truth.json || $(BIN)/python -m bench.truth
	@$(BIN)/motlan bench ocr bench/out/truth --half test $(if $(wildcard $(REAL_SCANS)),--real $(REAL_SCANS)) \
	  --workers $(CORES) --out bench/out/ocr.json --picture bench/out/ocr.png --errors bench/out/ocr-errors.json

bench-extract: setup ## understanding and splitting measured on the test half
	@test -f bench/out/truth/truth.json || $(BIN)/python -m bench.truth
	@$(BIN)/motlan bench extract bench/out/truth --half test --workers $(CORES) --out bench/out/extract.json
	@$(BIN)/motlan bench stacks --half test --workers $(CORES) --out bench/out/stacks.json

# Rivals to measure against, in an environment of their own; the program never imports them.
$(VENV)-bench/.ready:
	@$(PYTHON) -m venv $(VENV)-bench
	@for rival in 'ocrmypdf==17.*'; do \
	  $(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check "$$rival" \
	    || echo "KHÔNG cài được $$rival: kết quả sẽ thiếu phần này."; done
	@touch $@

language: setup  ## what the choice between readings repairs and harms (more with the corpus beside)
	@$(BIN)/python -m bench.language

faults: setup    ## long proofs: kill -9 and power cuts at many random moments, a province of bad days, laws
	@bash tools/system-setup.sh tools/fault-packages.txt \
	  || echo '!! Thiếu gói cho máy thử giả lập: phần cần chúng bị bỏ qua.'
	@FAULT_PROVINCE=300 $(BIN)/python -m pytest tests/faults/test_province.py -p no:randomly
	@FAULT_KILLS=50 FAULT_STAMPS=2000 FAULT_DOSSIERS=300 FAULT_WATCH_FILES=5000 FAULT_WATCH_KILLS=20 \
	  FAULT_SOAK_FILES=10000 FAULT_CHECK_KILLS=20 FAULT_CAMPAIGN_FILES=200 FAULT_CAMPAIGN_KILLS=40 FAULT_CAMPAIGN_REAL_KILLS=10 \
	  FAULT_WORK_FILES=200 FAULT_WORK_KILLS=40 FAULT_WORK_REAL_KILLS=10 FAULT_HUGE_PAGES=10000 FAULT_HUGE_KILLS=12 $(BIN)/python -m pytest tests/faults tests/end_to_end/test_processes.py -p no:randomly
	@FAULT_SCHEMAS=all $(BIN)/python -m pytest tests/storage/test_migration.py -p no:randomly
	@FAULT_PREFECT_GONE=3660 $(BIN)/python -m pytest tests/faults/test_prefect_gone.py -p no:randomly
	@FAULT_WORK_LEASE=40 $(BIN)/python -m pytest tests/office/test_work.py -p no:randomly
	@FAULT_WATCH_MANY=10000 $(BIN)/python -m pytest tests/flows/watching -p no:randomly
	@MOTLAN_TEST_EXAMPLES=1000 $(BIN)/python -m pytest -m hypothesis -n $(CORES) --dist loadscope
	@FAULT_CUTS=10000 $(BIN)/python -m pytest tests/storage/test_power_cuts.py -p no:randomly --timeout 14400

s3: setup        ## contract, canary and crash tests on a real S3 server (Ceph), where it is installed
	@bash tools/s3-tests.sh $(BIN)/python

interop: setup   ## our signed files before pdfsig, openssl, qpdf, veraPDF and EU DSS
	@bash tools/system-setup.sh tools/interop-packages.txt \
	  || echo '!! Không cài được Java và Maven: phần chạy được vẫn chạy.'
	@$(BIN)/python -m bench.interop

# What the tests of tests/interop need beyond Debian; within a time limit, and without it they say what they leave out.
interop-jars: setup
	@$(BIN)/python -m bench.interop.jars --limit 240

# By which the tests of the station look for faults of accessibility; without it they say what they leave out.
axe: setup
	@$(BIN)/python -m tools.axe

# The browser of the tests of the station; without it they say what they leave out.
browser: setup
	@bash tools/system-setup.sh tools/browser-packages.txt \
	  || echo '!! Không cài được chromium: các phép thử trang web bằng trình duyệt bị bỏ qua.'

days: setup axe browser ## the day of every role in the browser, on the screen of an office and on a telephone
	@STATION_DAYS=all $(BIN)/python -m pytest -n $(CORES) --dist loadscope tests/web/browser

pictures: setup axe browser ## the pictures of docs/how-to again, by the tests that walk through the pages
	@$(BIN)/python -m tools.pictures

API_FUZZ_SECONDS ?= 1200
api-fuzz: setup  ## the HTTP service against its own description, twenty minutes of schemathesis
	@$(BIN)/python -m tests.web.api_fuzz --seconds $(API_FUZZ_SECONDS)

lock:            ## pin all libraries again (needs uv)
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml -o requirements.lock
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --extra dev pyproject.toml -o requirements-dev.lock

clean:           ## remove what was built; never a data folder outside data/demo
	@rm -rf $(VENV) data/demo .mypy_cache .ruff_cache .pytest_cache
