# acrawl - concurrent web link crawler.  `make help` lists the targets.

PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
CFLAGS  ?= -O2 -g
BUILD   ?= build/release
WERROR  ?=
V       ?=

# Sanitizers build apart, so that objects never mix: make SANITIZER=thread
SANITIZER ?=
comma     := ,
ifneq ($(SANITIZER),)
BUILD      := build/$(subst $(comma),-,$(SANITIZER))
SAN_FLAGS  := -fsanitize=$(SANITIZER) -fno-sanitize-recover=all \
              -fno-omit-frame-pointer
endif

PKGS := libcurl libevent_core libxml-2.0 icu-uc libpsl libpcre2-8 zlib jansson
WARN := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion \
        -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum -Wvla \
        -Wwrite-strings -Wformat=2 $(if $(WERROR),-Werror)
ifeq ($(findstring clang,$(CC)),)
WARN += -Wjump-misses-init
endif

# Asked for when a recipe runs, since `make check` may have to install them.
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS))
PKG_LIBS   = $(shell pkg-config --libs $(PKGS)) -pthread
ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -Iinclude \
             $(PKG_CFLAGS) $(WARN) $(SAN_FLAGS) -MMD -MP $(CPPFLAGS) $(CFLAGS)
Q = $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' '$(1)' '$(2)')

# One archive per layer.  A layer's tests are linked without those above it.
LAYERS  := base web io crawl
objects  = $(patsubst src/%.c,$(BUILD)/%.o,$(wildcard src/$(1)/*.c))
BASE    := $(BUILD)/libbase.a
WEB     := $(BUILD)/libweb.a
IO      := $(BUILD)/libio.a
CRAWL   := $(BUILD)/libcrawl.a
ALL     := $(CRAWL) $(IO) $(WEB) $(BASE)

UNITS   := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(filter-out \
           %/replay.c,$(wildcard tests/fuzz/*.c)))
HTTPD   := $(BUILD)/httpd
MEASURE := $(BUILD)/measure
BENCHES := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c))
CONFORMANCE := $(addprefix $(BUILD)/conformance/,url html charset headers robots)

all: $(BUILD)/acrawl

help:
	@echo 'make            build acrawl'
	@echo 'make demo       install what is missing, build, crawl the bundled site'
	@echo 'make check      install what is missing, build, run all tests'
	@echo 'make check-asan / check-tsan / check-valgrind'
	@echo '                the tests under sanitizers, under valgrind'
	@echo 'make fuzz T=60  the fuzz targets, T seconds each; FUZZ=html: only that'
	@echo 'make lint       clang-tidy, cppcheck, layers, format, man page'
	@echo 'make format     put the sources into the format that lint wants'
	@echo 'make bench      how fast: beside wrk, libxml2 and a Python program'
	@echo 'make bench-check'
	@echo '                the link check beside other checkers, that it installs'
	@echo 'make conformance DATA=DIR'
	@echo '                the tests of the standards, which are not in the tree'
	@echo 'make install    to PREFIX (/usr/local) below DESTDIR; uninstall'
	@echo 'make clean'
	@echo 'Variables: CC CFLAGS PREFIX DESTDIR SANITIZER=address WERROR=1 V=1'

$(BUILD)/acrawl: $(BUILD)/main.o $(ALL)
	$(call say,LINK,$@)
	$(Q)$(CC) $(SAN_FLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

define archive
$(BUILD)/lib$(1).a: $(call objects,$(1))
	$$(call say,AR,$$@)
	$$(Q)rm -f $$@ && $$(AR) rcs $$@ $$^
endef
$(foreach layer,$(LAYERS),$(eval $(call archive,$(layer))))

# tests/unit/test_LAYER_*.c
below_base  := $(BASE)
below_web   := $(WEB) $(BASE)
below_io    := $(IO) $(WEB) $(BASE)
below_crawl := $(ALL)
layer_of     = $(word 2,$(subst _, ,$(1)))

.SECONDEXPANSION:
$(BUILD)/unit/%: tests/unit/%.c $$(below_$$(call layer_of,$$*))
	@mkdir -p $(@D)
	$(call say,TEST,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -Isrc -o $@ $< $(filter %.a,$^) -lcmocka $(PKG_LIBS)

# libFuzzer has a main of its own.
$(BUILD)/fuzz/%: tests/fuzz/%.c tests/fuzz/fuzz.h $(WEB) $(BASE) \
                 $(if $(findstring fuzzer,$(SANITIZER)),,tests/fuzz/replay.c)
	@mkdir -p $(@D)
	$(call say,FUZZ,$@)
	$(Q)$(CC) $(filter-out -MMD -MP,$(ALL_CFLAGS)) -Isrc -o $@ \
	    $(filter %.c %.o,$^) $(filter %.a,$^) $(PKG_LIBS)

# html again, with limits that short inputs reach.
SMALL := $(patsubst src/%.c,$(BUILD)/small/%.o,$(wildcard src/web/*.c))

$(BUILD)/small/%.o: src/%.c tests/fuzz/limits.h
	@mkdir -p $(@D)
	$(call say,CC,$< (small limits))
	$(Q)$(CC) $(ALL_CFLAGS) -include tests/fuzz/limits.h -c -o $@ $<

$(BUILD)/fuzz/limits: $(SMALL)

$(HTTPD): $(wildcard tests/httpd/*.c tests/httpd/*.h) $(BASE)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(filter-out -MMD -MP,$(ALL_CFLAGS)) -o $@ \
	    $(filter %.c %.a,$^) $(PKG_LIBS) -lz

$(MEASURE): tests/e2e/measure.c
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $<

# What make bench measures with, and what runs the standards' own tests.
$(BUILD)/bench/%: tests/bench/%.c $(IO) $(WEB) $(BASE)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -Isrc -o $@ $< $(filter %.a,$^) $(PKG_LIBS)

$(BUILD)/conformance/%: tests/conformance/%.c tests/conformance/conf.c \
                        tests/conformance/conf.h $(WEB) $(BASE)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(filter-out -MMD -MP,$(ALL_CFLAGS)) -Isrc -o $@ \
	    $(filter %.c %.a,$^) -ljansson $(PKG_LIBS)

tools: $(BUILD)/acrawl $(HTTPD) $(MEASURE) $(BUILD)/bench/worst

demo:
	@tests/deps.sh build
	@$(MAKE) --no-print-directory tools
	@BUILD=$(BUILD) tests/demo.sh

check:
	@tests/deps.sh build check
	@$(MAKE) --no-print-directory check-run

check-run: tools $(UNITS) $(FUZZERS)
	@BUILD=$(BUILD) tests/run.sh

check-asan:
	@tests/deps.sh build check
	@$(MAKE) --no-print-directory SANITIZER=address,undefined check-run

check-tsan:
	@tests/deps.sh build check
	@$(MAKE) --no-print-directory SANITIZER=thread TESTS='writer basics' check-run

check-valgrind:
	@tests/deps.sh build check lint
	@$(MAKE) --no-print-directory VALGRIND=1 TESTS='basics' check-run

conformance:
	@tests/deps.sh build check conformance
	@$(MAKE) --no-print-directory tools $(CONFORMANCE)
	@BUILD=$(BUILD) tests/conformance/run.sh "$(DATA)"

# T: seconds for each target; FUZZ: only these targets.
T       ?= 60
FUZZ    ?= $(notdir $(FUZZERS))
FUZZ_CC ?= $(shell command -v clang || echo clang-14)

fuzz:
	@tests/deps.sh build fuzz
	@$(MAKE) --no-print-directory CC=$(FUZZ_CC) BUILD=build/fuzz \
	    SANITIZER=fuzzer,address,undefined CFLAGS='-O1 -g' fuzz-run

fuzz-run: $(FUZZ:%=$(BUILD)/fuzz/%)
	@BUILD=$(BUILD) tests/fuzz/run.sh $(T) $(FUZZ)

lint:
	@tests/deps.sh build check lint
	@CC=$(CC) tests/lint.sh

format:
	@tests/deps.sh lint
	@clang-format -i $$(git ls-files '*.c' '*.h')

bench:
	@tests/deps.sh build check bench
	@$(MAKE) --no-print-directory tools $(BENCHES)
	@BUILD=$(BUILD) tests/bench/bench.sh
	@BUILD=$(BUILD) tests/bench/crawl.sh

bench-check:
	@tests/deps.sh build check bench-check
	@$(MAKE) --no-print-directory tools
	@BUILD=$(BUILD) tests/bench/check.sh

# What makes a shell complete options, by its name.
SHARE           = $(DESTDIR)$(PREFIX)/share
COMPLETION_bash = $(SHARE)/bash-completion/completions/acrawl
COMPLETION_zsh  = $(SHARE)/zsh/site-functions/_acrawl
COMPLETION_fish = $(SHARE)/fish/vendor_completions.d/acrawl.fish
SHELLS         := bash zsh fish

install: $(BUILD)/acrawl $(SHELLS:%=$(BUILD)/completion.%)
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/man/man1
	install -m 755 $(BUILD)/acrawl $(DESTDIR)$(PREFIX)/bin/acrawl
	install -m 644 src/acrawl.1 $(SHARE)/man/man1/acrawl.1
	install -D -m 644 $(BUILD)/completion.bash $(COMPLETION_bash)
	install -D -m 644 $(BUILD)/completion.zsh $(COMPLETION_zsh)
	install -D -m 644 $(BUILD)/completion.fish $(COMPLETION_fish)

$(BUILD)/completion.%: $(BUILD)/acrawl
	$(Q)$(BUILD)/acrawl --completion $* >$@

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/acrawl
	rm -f $(SHARE)/man/man1/acrawl.1
	rm -f $(COMPLETION_bash) $(COMPLETION_zsh) $(COMPLETION_fish)

clean:
	rm -rf build

export TESTS VALGRIND

.PHONY: all help tools demo check check-run check-asan check-tsan \
        check-valgrind conformance fuzz fuzz-run lint format bench bench-check \
        install uninstall clean
.DELETE_ON_ERROR:

-include $(wildcard $(BUILD)/*.d $(BUILD)/*/*.d $(BUILD)/*/*/*.d)
