# 万州节水行动：make help 列出全部用法。
.DEFAULT_GOAL := help
.PHONY: help run setup test drill bench lint format lock clean
PYTHON ?= python3
PORT ?= 8000
export PORT
# Where a machine sets it, every process would compile the product and its tests anew.
unexport PYTHONDONTWRITEBYTECODE
BOOTSTRAP = $(PYTHON) wanzhou_water/bootstrap.py
LOCK = uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock"

help: ## 列出用法
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: ## 准备并启动，打开 http://127.0.0.1:8000（PORT=8001 换端口）
	@$(BOOTSTRAP) run

setup: ## 只做准备：虚拟环境、依赖、数据库、方案、演示数据
	@$(BOOTSTRAP) setup

test: ## 准备并运行全部检查和测试（两核机器约十至二十分钟，看机器快慢）
	@$(BOOTSTRAP) tools
	@.venv/bin/python -m tests.run all

drill: ## 故障演练（约七分钟，SHORT=1 约四分钟）：需要 redis-server 和 PostgreSQL 的程序
	@$(BOOTSTRAP) tools
	@.venv/bin/python -m tests.drills $(if $(SHORT),--short)

bench: ## 性能测量：每个数字一行，写明目标和是否达到
	@$(BOOTSTRAP) tools
	@.venv/bin/python -m tests.bench $(if $(SHORT),--short)

lint: ## 只做静态检查：ruff、mypy、模板、迁移
	@$(BOOTSTRAP) tools
	@.venv/bin/python -m tests.run lint

format: ## 整理代码格式
	@$(BOOTSTRAP) tools
	@.venv/bin/python -m ruff check --fix .
	@.venv/bin/python -m ruff format .

lock: ## 依 pyproject.toml 重新锁定依赖（需要 uv）
	$(LOCK) pyproject.toml --output-file requirements.txt
	$(LOCK) --group dev --constraint requirements.txt --output-file tests/requirements.txt

clean: ## 删除虚拟环境和缓存；var/ 中的数据不动
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
