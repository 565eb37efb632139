# Every target does its own set-up: python3 and make are enough.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: dev check test demo local bench requirements
dev: .venv/.ready

.venv/.ready: requirements-dev.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

requirements: dev  ## compile the pins anew from the .in files
	$(BIN)/pip-compile --quiet --upgrade --no-emit-index-url --no-emit-find-links --no-emit-options --strip-extras --no-header --annotation-style=line -o requirements.txt requirements.in
	$(BIN)/pip-compile --quiet --upgrade --no-emit-index-url --no-emit-find-links --no-emit-options --strip-extras --no-header --annotation-style=line -o requirements-dev.txt requirements-dev.in

demo: dev  ## tell the story on the running system: no cloud, no Java
	@$(BIN)/python -m local demo

local: dev  ## run the system until Ctrl-C, with addresses and examples
	@$(BIN)/python -m local up
