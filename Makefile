# `make` shows what there is. Every target makes and reuses .venv by itself.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
READY := $(VENV)/.ready
SPARK_READY := $(VENV)/.ready-spark
# sqruff lets dbt compile the models, which wants a build file, and all source systems switched on.
LINT := $(VENV)/lint

# SOURCE: the one source system to run with. RAW: a folder with its exports. AS_OF: YYYY-MM-DD.
SOURCE ?=
RAW ?=
AS_OF ?=
# What to build on: a target of profiles/profiles.yml.
TARGET ?= $(EMPORIUM_TARGET)
export EMPORIUM_TARGET := $(TARGET)
# Period and question of the review.
PERIOD ?=
Q ?=
# Size and seed of the simulated shop: 1 is about 500,000 orders. SCALES: sizes to measure.
SCALE ?= 0.1
SEED ?= 42
SCALES ?=
# Steps to measure of them, with commas between; all if none is named.
STEPS ?=
# Processes that run tests. What several need is built once for all.
TEST_PROCESSES ?= 2
# Not empty: `make test` holds a slice on Spark against DuckDB, too, where Java is installed.
SPARK ?=
# What `make spark` builds, with what it reads, all if none is named; what `make try` builds.
MODELS ?=
# A build file, or a published version, that `make diff` compares with; what readers have if none is named.
AGAINST ?=
EMPORIUM := $(BIN)/python -m orchestration
SIMULATOR := $(BIN)/python -m simulator
ANSWERS := $(if $(Q),--question "$(Q)") $(if $(PERIOD),--period "$(PERIOD)")
OPTIONS := $(if $(SOURCE),--source $(SOURCE)) $(if $(RAW),--raw "$(RAW)") $(if $(AS_OF),--as-of $(AS_OF))

export GX_ANALYTICS_ENABLED := false
export DAGSTER_DISABLE_TELEMETRY := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export PYTHONUTF8 := 1

.PHONY: help setup demo simulate refresh review report try diff dev rollback test unit prove lint format score bench \
	setup-spark spark spark-cluster spark-test spark-cluster-test lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

# $(call install,REQUIREMENTS): by uv, in a tenth of the time; by pip where uv cannot reach what pip is
# configured for.
install = { $(PIP) install "$$(grep '^uv==' requirements.lock)" \
	&& $(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python $(1) 2>$(VENV)/uv.log; } \
	|| $(PIP) install $(1)

# Imports of dbt, Dagster and Great Expectations are the largest part of a short run: byte-compile,
# all but the largest of what no run imports.
NEVER_RUN := /(tests?|pip|setuptools|pkg_resources|pygments|statsmodels)/
$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "Error: $(PYTHON) is $$($(PYTHON) --version 2>&1); Emporium needs Python 3.11, 3.12 or 3.13: name one with PYTHON=python3.12."; exit 1; }
	@echo "Setting up $(VENV) (once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(call install,--requirement requirements.lock)
	@$(BIN)/python -m compileall -q -j 0 -x '$(NEVER_RUN)' $(VENV)/lib >/dev/null || true
	@touch $(READY)

setup: $(READY) ## Make the virtual environment from requirements.lock

demo: $(READY) ## Simulate a shop (SCALE, SEED), or land SOURCE from RAW; then build, gate and publish
	@if [ -z "$(SOURCE)" ]; then \
		$(SIMULATOR) --scale $(SCALE) --seed $(SEED) && $(EMPORIUM) run --source storefront; \
	else \
		$(EMPORIUM) run $(OPTIONS); \
	fi

simulate: $(READY) ## Simulate a shop into the raw zone: SCALE, SEED
	@$(SIMULATOR) --scale $(SCALE) --seed $(SEED)

refresh: $(READY) ## Run the main job on what has landed; TARGET=spark does it on Spark
	@$(EMPORIUM) run $(OPTIONS)

review: $(READY) ## Print the answers of the review: PERIOD=2026H1 Q=K026, each if you like
	@$(BIN)/python -m reports $(if $(PERIOD),--period "$(PERIOD)") $(if $(Q),--question "$(Q)")

report: $(READY) ## Write the review as a page, which opens by double-click, from what is published
	@$(BIN)/python -m reports --page

try: $(READY) ## Build MODELS and all that follows from them, then show what that changes; publishes nothing
	@test -n "$(MODELS)" || { echo "Error: name what to build, as in make try MODELS=fct_sessions"; exit 1; }
	@$(EMPORIUM) try $(MODELS) $(if $(SOURCE),--source $(SOURCE)) $(if $(AS_OF),--as-of $(AS_OF)) $(ANSWERS)

diff: $(READY) ## Show tables and answers that the last build makes otherwise than readers have them, or than AGAINST
	@$(EMPORIUM) diff $(if $(SOURCE),--source $(SOURCE)) $(if $(AGAINST),--against "$(AGAINST)") $(ANSWERS)

dev: $(READY) ## Open Dagster's UI on http://127.0.0.1:3000
	@$(EMPORIUM) dev $(if $(SOURCE),--source $(SOURCE))

rollback: $(READY) ## Make the published version before the present one readable again
	@$(EMPORIUM) rollback

test: $(READY) lint unit ## Lint, then run all tests

unit: $(READY) $(if $(SPARK),$(SPARK_READY)) ## Run all tests: pytest, which runs dbt's own tests, too
	@$(BIN)/python -m pytest --numprocesses $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder \
		--durations 20 $(if $(SPARK),-m "spark or not spark")

prove: $(READY) ## Break deliveries of a small shop: which are stopped? Deliver it in any way: is the warehouse the same?
	@$(BIN)/python -m tests.proving
	@$(BIN)/python -m tests.proving.histories
	@EMPORIUM_PROVE=200 $(BIN)/python -m pytest -q --numprocesses $(TEST_PROCESSES) \
		tests/orchestration/test_any_delivery.py

# Models of three lines or more: a line or two are one call of a macro, with nothing in it to judge.
WRITTEN = $$(awk 'FNR == 3 { print FILENAME; nextfile }' $$(find models -name '*.sql'))

# $(call sqruff,COMMANDS): on this project, whose settings alone are a copy. The last one's outcome holds:
# to have mended something is a failure to sqruff.
define sqruff
@mkdir -p $(LINT)/build $(LINT)/project
@ln -sfn $(addprefix ../../../,.dbtignore .sqruff macros models profiles seeds tests) $(LINT)/project
@sed 's/^  source_systems: .*/  source_systems: [online_retail, storefront]/' dbt_project.yml \
	> $(LINT)/project/dbt_project.yml
@written=$(WRITTEN); cd $(LINT)/project; for command in $(1); do \
	EMPORIUM_DATA=.. DBT_TARGET_PATH=../target DBT_LOG_PATH=.. \
		../../bin/sqruff $$command $$written >../sqruff.log 2>&1; \
	done && ! grep -q SKIP ../sqruff.log || { cat ../sqruff.log; exit 1; }
endef

lint: $(READY) ## Check style and types: ruff, pyrefly, sqruff, yamllint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyrefly check --output-format min-text
	$(call sqruff,lint)
	@$(BIN)/yamllint --strict .

format: $(READY) ## Rewrite Python and SQL in house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	$(call sqruff,fix lint)

score: $(READY) ## Compare what the warehouse found with the truth of the simulated shop
	@$(BIN)/python -m simulator.score

bench: $(READY) ## Time simulated shops of growing size (SCALES), or SOURCE from RAW, against DuckDB alone
	@$(BIN)/python -m benchmarks $(OPTIONS) $(if $(SCALES),--scales "$(SCALES)") $(if $(STEPS),--steps "$(STEPS)") $(if $(DOCUMENT),--document $(DOCUMENT))

# Spark itself comes with its Python package; Java comes from the system.
$(SPARK_READY): $(READY) requirements-spark.lock
	@echo "Installing Spark (once)"
	@$(call install,--constraint requirements.lock --requirement requirements-spark.lock)
	@touch $(SPARK_READY)

setup-spark: $(SPARK_READY) ## Add what Spark needs to the virtual environment

spark: $(SPARK_READY) ## Build what has landed on Spark, in process: SOURCE, MODELS
	@$(BIN)/python -m orchestration.spark $(if $(SOURCE),--source $(SOURCE)) $(addprefix --select ,$(MODELS))

spark-cluster: $(SPARK_READY) ## The same on a master and two workers on loopback, or on EMPORIUM_SPARK_MASTER
	@$(BIN)/python -m orchestration.spark --on-cluster $(if $(SOURCE),--source $(SOURCE))

spark-test: $(SPARK_READY) ## Build a small shop on both engines and compare every table
	@$(BIN)/python -m pytest tests/spark -m "spark or spark_parity or spark_increments"

spark-cluster-test: $(SPARK_READY) ## The same on a cluster, and lose a worker on the way
	@$(BIN)/python -m pytest tests/spark -m spark_cluster

lock: $(READY) ## Resolve requirements.lock and requirements-spark.lock anew from pyproject.toml
	@echo '# Every version, pinned. `make lock` resolves it anew from pyproject.toml.' > requirements.lock.new
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --no-header --no-annotate \
		--python-version 3.11 --quiet >> requirements.lock.new
	@mv requirements.lock.new requirements.lock
	@echo '# What the extra `spark` adds to requirements.lock. `make lock` resolves it anew.' \
		> requirements-spark.lock.new
	@$(BIN)/uv pip compile pyproject.toml --extra spark --constraint requirements.lock --universal \
		--no-header --no-annotate --python-version 3.11 --quiet \
		| grep -vxFf requirements.lock >> requirements-spark.lock.new
	@mv requirements-spark.lock.new requirements-spark.lock

clean: ## Remove what was built; landed files and published versions stay
	@rm -rf "$${EMPORIUM_DATA:-data}/build" target logs .pytest_cache .ruff_cache
