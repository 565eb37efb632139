# Every target does its own set-up: python3 with its venv module, or uv, and make are enough.
PYTHON ?= python3
ENVIRONMENT := PYTHON="$(PYTHON)" bin/environment
RUNNING := $(ENVIRONMENT) .venv requirements-local.txt
BIN := .venv/bin
NPM := --no-audit --no-fund --ignore-scripts --loglevel=error --fetch-retries=1 --fetch-timeout=15000

BARE := --quiet --upgrade --no-strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-options --no-header --annotation-style=line

# Images set it; then every process that a test starts would compile all anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo local connect page dev clients check lint test audit sbom fuzz simulate mutants infra bench load requirements
help:  ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# SLOW=1 pauses after each step, for a talk; SLOW=10 for so many seconds
demo:  ## tell the story on the running system: no cloud, no Java; SLOW=1 pauses after each step
	@echo "A calendar changes, and its conferences with it: a story of ten seconds on the whole system, all of it on this machine."
	@$(RUNNING)
	@$(BIN)/python -m local demo $(if $(SLOW),--slow $(filter-out 1,$(SLOW)))

# TO=http://127.0.0.1:3000/hook: a receiver of your own; PORT=8800; DATA=folder that keeps all; LOG=1 (docs/local.md)
UP = $(BIN)/python -m local up $(if $(TO),--to '$(TO)') $(if $(PORT),--port '$(PORT)') $(if $(DATA),--data '$(DATA)') $(if $(LOG),--log)
local: page  ## run the system until Ctrl-C, with a page to watch it and break it; TO=URL pushes to your own receiver
	@$(RUNNING)
	@$(UP)

connect: page  ## the same where users consent themselves: connect a calendar in your browser
	@$(RUNNING)
	@$(UP) --consent

# Without npm, or without its registry, all else of `make local` works, and the page says what is missing.
page: .cache/page/.ready  ## the calendar of that page, which npm installs

.cache/page/.ready: local/page/package.json local/page/package-lock.json
	@mkdir -p .cache/page && cp local/page/package.json local/page/package-lock.json .cache/page/
	@if command -v npm >/dev/null && cd .cache/page && npm ci $(NPM) >/dev/null; then touch .ready; \
	else echo "The page of make local has no calendar: install node with npm, then make page."; fi

dev:  ## put into .venv what all the rest here uses
	@$(ENVIRONMENT) .venv requirements-dev.txt requirements-local.txt

clients:  ## clients that nobody here wrote, to try the stand-in with; in an environment of their own
	@$(ENVIRONMENT) .cache/clients requirements-clients.txt

# With extras: an older pip would not know a package again that another asks for with its extras.
requirements: dev  ## compile the pins again from the .in files
	$(BIN)/pip-compile $(BARE) -o requirements.txt requirements.in
	$(BIN)/pip-compile $(BARE) -o requirements-local.txt requirements-local.in
	$(BIN)/pip-compile $(BARE) -o requirements-dev.txt requirements-dev.in
	$(BIN)/pip-compile $(BARE) -o requirements-clients.txt requirements-clients.in

# A cross-section that takes seconds: what events mean, the records, the rows through the functions, the stories.
QUICK := tests/core tests/test_house.py tests/test_logs.py tests/test_providers.py tests/test_settings.py \
	tests/contract/test_records.py tests/contract/test_guard.py \
	tests/host/test_rows.py tests/host/test_trip.py tests/simulation/test_stories.py
check: lint  ## what `lint` looks at, and fast tests; needs no network
	$(BIN)/pytest -q -n 2 --dist loadfile -m "not slow and not browser and not emulators and not janus and not node and not terraform and not clients" $(QUICK)

lint: dev  ## format, lint, types, import rules, known bad patterns
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive main.py functions

# Many tests wait more than they work; but CI has emulators, two for each of these.
WORKERS := $(if $(CI),2,4)
test: dev page  ## everything; what the machine lacks is left out in one line, with CI=true it fails
	$(BIN)/pytest -q -n 2 -m counted --cov --cov-report= tests/core tests/flow tests/cli tests/host
	$(BIN)/coverage report --fail-under=100
	$(BIN)/pytest -q -n $(WORKERS) -m "not counted" --dist loadfile

audit: dev  ## known vulnerabilities of every pin; asks an advisory database, so it needs the internet
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements.txt -r requirements-dev.txt
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements-clients.txt

# Every package that is deployed, with version and hashes, as CycloneDX has it.
sbom: dev  ## list what is deployed, for an auditor: build/sbom.json
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible --output-format JSON --output-file build/sbom.json

CASES ?= 100000
SEED ?= 1
fuzz: dev  ## the receiver under CASES notifications as strangers may send them, of one SEED
	@$(BIN)/python -m tests.fuzz $(CASES) $(SEED)

SEEDS ?= 1000
simulate: dev  ## SEEDS=1000 random histories, with bad luck of every kind, each held against every promise
	@$(BIN)/python -m tests.simulation --seeds $(SEEDS)

mutants: dev  ## plant small faults in copies of the source and see that the tests find each
	@$(BIN)/python -m tests.mutants

infra:  ## format, validity and tests of the Terraform code, with the real providers
	terraform -chdir=infra fmt -check -recursive
	terraform -chdir=infra init -backend=false -input=false
	terraform -chdir=infra validate
	terraform -chdir=infra test

bench: dev  ## measure speed, memory and cost; needs gcloud's emulators; writes bench/RESULTS.md
	@$(BIN)/python -m bench

load: dev  ## a minute of 1,000 notifications a second over 2,000 calendars; needs gcloud's emulators
	@$(BIN)/python -m bench.sustained
