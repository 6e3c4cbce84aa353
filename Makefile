# What can be done with this repository; `make` alone prints the list.

SHELL := /bin/bash
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PREFIX ?= /usr/local
DESTDIR ?=

# An import that Package.swift does not declare is an error: the arrows between the rooms hold.
SWIFT_FLAGS := --explicit-target-dependency-import-check error
# The same bytes wherever it is built (tally.toml): paths of this folder are mapped; the debugger's
# information, which names the compiler's caches, and a hash over paths, for incremental builds, are
# left out. A clock that is ahead of the times of files makes clang empty a cache that others read.
RELEASE_FLAGS := -c release --static-swift-stdlib --product tally -debug-info-format none \
	-Xswiftc -file-prefix-map -Xswiftc "$(CURDIR)=." -Xcc "-ffile-prefix-map=$(CURDIR)=." \
	-Xswiftc -Xfrontend -Xswiftc -disable-incremental-llvm-codegen \
	-Xswiftc -Xcc -Xswiftc -fmodules-prune-interval=0
RELEASE := .build/release/tally
DEBUG := .build/debug/tally
SCRIPTS := $(wildcard Scripts/*.sh Tests/*.sh Tests/*/*.sh Tests/*/cases/*.sh Fixtures/*/*.sh \
	Docs/examples/*/*.sh) .ci/run

.PHONY: help setup test-setup build release demo test lint budget acceptance acceptance-rebuild examples interop sanitize fuzz flips repack bench bench-peers fixtures install dist clean

help:  ## print this list
	@echo "make TARGET"
	@sed -nE 's/^([a-z-]+):.*## (.*)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

setup:  ## install what this machine lacks, with apt
	@Scripts/setup.sh

test-setup:
	@Scripts/setup.sh python3 python3-jsonschema python3-protobuf openssl strace faketime minisign \
		signify-openbsd openssh-client gpg gpg-agent gpgconf gpgv sqv

build: setup release  ## build the release binary, .build/release/tally

# What tally.toml runs, where nothing can be installed.
release:
	swift build $(SWIFT_FLAGS) $(RELEASE_FLAGS)

demo: build  ## compare, sign and verify the sample packages
	@Scripts/demo.sh $(RELEASE)

# The test runner comes last, so that a run closes with its summary.
test: test-setup lint budget  ## lint, build and run every test
	swift build $(SWIFT_FLAGS)
	Tests/cli/run.sh $(DEBUG)
	Tests/checks.sh $(DEBUG)
	Tests/guides/guides.py $(DEBUG)
	Tests/attacks/run.py $(DEBUG)
	swift test $(SWIFT_FLAGS) --disable-xctest

lint:  ## check the format of Swift sources and, with shellcheck, of scripts
	swift format lint --strict -p -r Sources Tests Package.swift \
		$(wildcard Benchmarks/Sources Benchmarks/Package.swift)
	@if command -v shellcheck >/dev/null; then shellcheck -x $(SCRIPTS); \
	else echo "lint: shellcheck is not there; scripts are not checked"; fi

budget:  ## print the sizes of files and functions; a file over 500 lines fails
	@Scripts/budget.sh

acceptance: build  ## compare official Debian packages (needs the network and python3)
	@Scripts/setup.sh python3
	Tests/acceptance/run.sh $(RELEASE)

examples: build  ## rebuild the example recipes under varied conditions (needs the network once)
	@Docs/examples/rebuild/setup.sh
	Tests/rebuild/roots.sh $(RELEASE)
	TALLY_EXAMPLES=all Tests/rebuild/examples.sh $(RELEASE)

acceptance-rebuild: build  ## rebuild official Debian sources, and tally itself (apt, once)
	@Scripts/setup.sh python3 bc faketime
	Tests/rebuild/leaks.sh $(RELEASE)
	Tests/rebuild/undeclared.sh $(RELEASE)
	Tests/rebuild/acceptance.sh $(RELEASE)
	Tests/rebuild/itself.sh $(RELEASE)

interop: build  ## check with others' programs what tally signs (needs PyPI, python3)
	@Scripts/setup.sh python3-venv openssl minisign openssh-client gpg gpg-agent gpgconf gpgv sqv
	Tests/interop/run.sh $(RELEASE)

sanitize: setup  ## run the tests that touch bytes and threads under both sanitizers
	swift test --sanitize=address --scratch-path .build/address --disable-xctest --filter \
		"BytesTests|CodecsTests|FormatsTests|HashingTests|LibCryptoTests|SigningTests|RegressionTests|SpellingTests|TreePairTests"
	swift test --sanitize=thread --scratch-path .build/thread --disable-xctest --filter \
		"BytesTests|HashingTests|TreePairTests|SegmentTests|TwinTests|CommonStartTests|HostileTests"

fuzz: setup  ## feed every reader of bytes with hostile ones; SECONDS=600 ONLY="tar zip"
	Tests/fuzz/run.sh $(or $(SECONDS),10) $(ONLY)

flips:  ## flip bits and bytes of every fixture, N=200 times each, and count what is accepted
	TALLY_FLIPS=$(or $(N),200) swift test $(SWIFT_FLAGS) --disable-xctest --filter FlipTests

repack: build  ## pack COUNT=200 official packages anew and change their bytes (needs the network)
	@Scripts/setup.sh python3 binutils xz-utils gzip zstd
	Tests/acceptance/repack.sh $(RELEASE) $(or $(COUNT),200)

bench: build  ## write Docs/Performance.md; ONLY="digest text" RUNS=5 SCALE=1 WORK=folder print only
	swift build -c release --static-swift-stdlib --package-path Benchmarks
	ONLY="$(ONLY)" RUNS="$(RUNS)" SCALE="$(SCALE)" WORK="$(WORK)" Scripts/bench.sh $(RELEASE)

bench-peers:  ## install what tally is measured beside
	@Scripts/setup.sh diffutils coreutils openssl rsync git gzip xz-utils zstd diffoscope-minimal

fixtures:  ## check that the committed fixtures are what their scripts make
	@Scripts/setup.sh python3 gcc binutils
	Fixtures/packages/make.sh --check
	Fixtures/hostile/make.py --check

$(RELEASE):
	$(MAKE) build

# Depends on the binary being there, not on building it: root may have no Swift in PATH.
install: $(RELEASE)  ## install into PREFIX (/usr/local), below DESTDIR
	install -D -m 0755 $(RELEASE) "$(DESTDIR)$(PREFIX)/bin/tally"

dist: build  ## put what an island needs into dist/; TRY=1 tries it in a minimal Debian 12
	@Scripts/setup.sh binutils $(if $(TRY),debootstrap)
	Scripts/dist.sh $(if $(TRY),--try) $(RELEASE)

clean:  ## remove what was built
	rm -rf .build Benchmarks/.build dist
