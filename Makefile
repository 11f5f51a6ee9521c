# Everything sets itself up: a virtual environment in .venv, and, as root, the Debian packages of the lab.
.POSIX:
.PHONY: demo run test unit check newest pythons lock format lab bench screenshots dist clean

PYTHON = .venv/bin/python
STAMP = .venv/.installed

demo: $(STAMP)           ## an embedded swarm to look at and to break; needs no Docker, no root, no network
	@$(PYTHON) -m swarmtui demo $(ARGS)

run: $(STAMP)            ## open the program on the swarm that the docker CLI would use
	@$(PYTHON) -m swarmtui $(ARGS)

test: $(STAMP)           ## unit, UI and lab tests (the lab needs root; without it those are skipped)
	@sh scripts/test

unit: $(STAMP)           ## the domain's tests, in seconds
	@$(PYTHON) -m pytest -q -n 2 tests/unit/swarm

check: $(STAMP)          ## format, lint, types, the one-way imports, and who uses private parts of libraries
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@$(PYTHON) -m pytest -q tests/unit/test_architecture.py tests/unit/test_internals.py

newest: $(STAMP)         ## hold what is used of libraries' private parts against the newest versions that are allowed
	@$(PYTHON) -m scripts.newest $(ARGS)

pythons: $(STAMP)        ## the unit tests on other Pythons: 3.12 where it is installed, 3.13 and 3.14 in roots of their own (root)
	@$(PYTHON) -m scripts.pythons $(ARGS)

lock: $(STAMP)           ## rewrite constraints.txt with the newest versions that are allowed
	@sh scripts/lock

format: $(STAMP)         ## put the code into the house's format
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

lab: $(STAMP)            ## a real five-node swarm on this machine, with the program opened on it (root)
	@sh scripts/lab-packages
	@$(PYTHON) -m tests.lab $(ARGS)

bench: $(STAMP)          ## measure the budgets against a real swarm (root)
	@sh scripts/lab-packages
	@$(PYTHON) -m tests.bench

screenshots: $(STAMP)    ## take the pictures in screenshots/, from a real swarm (root) and from the demo
	@sh scripts/lab-packages
	@$(PYTHON) -m tests.lab.screenshots
	@$(PYTHON) -m scripts.demo_pictures

dist: $(STAMP)           ## in dist/: wheel, sdist, the self-contained build for Linux, bill of materials, checksums
	@$(PYTHON) -m scripts.dist $(ARGS)

clean:
	rm -rf dist .pythons .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(STAMP): pyproject.toml constraints.txt scripts/venv
	@sh scripts/venv
	@touch $(STAMP)
