# `make demo` distils CartPole into two examples; `make test` runs every check; `make docs` builds the site.
# Each sets up everything it needs in .venv first, and is quick when that is done.

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# A worker that crashed would run its tests, and crash, again and again.
PYTEST := $(BIN)/python -m pytest --numprocesses=2 --max-worker-restart=0

# Where this is set every start would compile the sources of JAX and all else again, for seconds.
unexport PYTHONDONTWRITEBYTECODE

# The first interpreter on the path that is at least 3.11, unless PYTHON is given.
PYTHON ?= $(shell for candidate in python3 python python3.13 python3.12 python3.11; do \
	$$candidate -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$candidate && break; done)

# A .venv that was moved, cut short or emptied is made anew.
ifneq ($(shell $(BIN)/python -c 'import hadax, jax.version; print("sound")' 2>/dev/null),sound)
$(shell rm -f $(INSTALLED))
endif

.PHONY: demo test slow coverage bench check format docs lock clean
.DEFAULT_GOAL := demo

# A demo of older code is searched again: its flags may no longer be today's.
demo: $(INSTALLED)
	@test ! -e runs/demo/config.json \
		|| test -z "$$(find hadax -name '*.py' -newer runs/demo/config.json)" || rm -r runs/demo
	$(BIN)/hadax-distill --workdir=runs/demo

test: check
	$(PYTEST) --dist=loadfile

# What takes longest to compile: every benchmark, and the largest simulators.
slow: $(INSTALLED)
	$(PYTEST) -m slow

# Apart from `test`: watching every call makes tracing half as slow again.
coverage: $(INSTALLED)
	$(PYTEST) --dist=loadfile --cov=hadax --cov-report=term:skip-covered

# Hours on two cores; one question is `.venv/bin/python -m benchmarks.same_work`, say.
BENCHMARKS := roofline same_work chunks neuroevolution physics real_search devices strategies scaling overhead start time_to_score published_score sample_efficiency ceiling lost_starts
bench: $(INSTALLED)
	@for name in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$name || exit 1; done

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The site, into site/; a broken link or reference fails. The variable silences an advertisement.
docs: $(INSTALLED)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# Pins everything, for every supported Python at once; run it after changing pyproject.toml.
lock: $(INSTALLED)
	$(BIN)/uv pip compile --quiet --universal --python-version=3.11 --all-extras --no-header \
		--no-emit-index-url --no-emit-find-links pyproject.toml --output-file=requirements.lock

clean:
	rm -rf $(VENV) runs site

$(INSTALLED): pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo "hadax needs Python 3.11 or newer with venv; none was found" >&2; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python=$(BIN)/python --requirement=requirements.lock \
		|| $(BIN)/python -m pip install --quiet --requirement=requirements.lock
	$(BIN)/uv pip install --quiet --python=$(BIN)/python --no-deps --editable . \
		|| $(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@
