# `make run` and `make test` do all set-up on a fresh Debian 12 machine with Go and Node.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.PHONY: run test build front lint generate vectors bench bench-compare clean

GO_PACKAGES := ./cmd/... ./geo/... ./internal/... ./tiles/... ./sql/... ./frontend
NPM := npm --prefix frontend --no-fund --no-audit --loglevel=error
FRONT_SOURCES := $(shell find frontend/src frontend/public frontend/index.html frontend/admin.html frontend/vite.config.ts -not -path '*/testdata*' -not -name '*.test.ts')
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

# run: builds Zhuwang and starts it with the model district.
run:
	@.ci/setup run
	@[ -x bin/zhuwang ] || echo "构建筑网；第一次要下载依赖，需几分钟 · Building Zhuwang; the first time it downloads what it needs, which takes minutes"
	@$(MAKE) --no-print-directory build
	@exec bin/zhuwang demo

# build: bin/zhuwang with the front end inside.
build: front
	go build -trimpath -ldflags "-X main.version=$(VERSION)" -o bin/zhuwang ./cmd/zhuwang

# front: the browser's part, built into frontend/dist when something of it changed.
front: frontend/dist/index.html

frontend/dist/index.html: frontend/node_modules/.installed $(FRONT_SOURCES)
	@$(NPM) run --silent build -- --logLevel warn

frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json
	@$(NPM) ci --no-progress
	@touch $@

# test: every test. Database and browser tests start what they need; none may be skipped.
test:
	@.ci/setup test
	@$(MAKE) --no-print-directory build vectors
	@$(NPM) run test
	@$(NPM) run e2e
	go test -timeout 20m $(GO_PACKAGES)

# vectors: questions and answers written by the Go index, asked again of its TypeScript twin.
vectors:
	@go run ./internal/testkit/vectors

# lint: go vet, staticcheck, ESLint, vue-tsc; generated code is up to date.
lint: frontend/node_modules/.installed
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet $(GO_PACKAGES)
	go tool staticcheck $(GO_PACKAGES)
	@$(NPM) run lint

# generate: the HTTP server and client from internal/api/openapi.yaml, CSS and map tokens from tokens.json.
generate: frontend/node_modules/.installed
	go generate ./...
	@$(NPM) run gen

# bench: Zhuwang beside its rivals and yardsticks; renews docs/BENCHMARKS.md and the results kept in docs/bench. BENCH=Lookup measures one area.
BENCH := .
BENCHMARKS = go test -timeout 60m -run '^$$' -bench '$(BENCH)' ./internal/bench -args -keep
bench:
	@.ci/setup bench
	$(BENCHMARKS) $(CURDIR)/docs/bench

# bench-compare: measures again and shows the change against the kept results.
bench-compare:
	@.ci/setup bench
	@rm -rf bin/compare && mkdir -p bin/compare/bench
	$(BENCHMARKS) $(CURDIR)/bin/compare/bench
	@for now in bin/compare/bench/*.txt; do go tool benchstat kept=docs/bench/$${now##*/} now=$$now; done

clean:
	rm -rf bin frontend/dist/assets frontend/dist/*.html
