# GISHue. Two commands are enough: make run, make test.
#
#   make run      bring what is missing, start everything with the sample city, print the URL
#   make test     bring what is missing, run every test
#   make check    format, lint, types, import rules, the wheel, the names (Python and front end)
#   make bench    side-by-side benchmarks into bench/results/
#   make clean    stop what runs in DATA_DIR and remove everything that was made
#
# PORT and DATA_DIR may be set: make run PORT=8080 DATA_DIR=/srv/gishue

PORT ?= 8000
DATA_DIR ?= ./var
BIN := .venv/bin
# A Node brought by scripts/bootstrap goes before one that is too old.
export PATH := $(CURDIR)/var/tools/bin:$(PATH)

.PHONY: run test check bench clean bring bring-tests bring-bench

run: bring
	@exec $(BIN)/gishue up --demo --port "$(PORT)" --data-dir "$(DATA_DIR)"

test: bring-tests check
	$(BIN)/pytest -n 2 --dist loadfile --ignore=tests/unit/house

check: bring-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/unit/house
	@if [ -f web/package.json ]; then cd web && npm run --silent check; fi

# nginx and wrk are left to you (apt-get install nginx wrk): Debian's nginx starts serving at once.
bench: bring-bench
	$(BIN)/python -m bench

clean:
	@scripts/clean "$(DATA_DIR)"

bring:
	@scripts/bootstrap run

bring-tests:
	@scripts/bootstrap test

bring-bench:
	@scripts/bootstrap bench
