#!/usr/bin/env bash
# Everything that can be known of the sources without running them.
set -u
cd "$(dirname "$0")/.."
failed=0
step() {
  local name=$1
  shift
  if "$@"; then
    echo "ok     $name"
  else
    echo "FAILED $name"
    failed=1
  fi
}

mapfile -t sources < <(find src -name '*.c' | sort)
mapfile -t all < <(find src include tests -name '*.[ch]' | sort)
cflags="-std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -Iinclude -Isrc $(
  pkg-config --cflags libcurl libevent_core libxml-2.0 icu-uc libpsl libpcre2-8 zlib jansson)"

# Both compilers, every warning an error.
compilers() {
  local cc
  for cc in gcc clang; do
    make -s -j"$(nproc)" CC=$cc WERROR=1 BUILD="build/lint-$cc" tools || return 1
  done
}

# shellcheck disable=SC2086
tidy() {
  xargs -P "$(nproc)" -I {} clang-tidy --quiet {} -- $cflags \
    <<<"$(printf '%s\n' "${sources[@]}")" 2>/dev/null
}

check_cpp() {
  cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability \
    --inline-suppr --suppress=missingIncludeSystem --suppress=nullPointerRedundantCheck \
    -j "$(nproc)" -Iinclude -Isrc src
}

# A layer includes only itself and those below it, libraries stay in their
# rooms, and no library's type is in a public header.
layers() {
  local bad=0
  # file pattern, what it may not include
  while IFS=';' read -r where what why; do
    if grep -nE "#include [<\"]($what)" $where; then
      echo "  $why"
      bad=1
    fi
  done <<'END'
src/base/*.c;acrawl/(url|html|links|link_header|mime|refresh|robots|sitemap|srcset|loop|fetch|writer|site|config|input|levels|host|rules|scope|frontier|page|crawl|report|stats|xml_out|findings|check_report|check|targets|baseline|cache|ignore|explain|site_find)\.h;base is libc only
src/web/*.c;acrawl/(loop|fetch|writer|site|config|input|levels|host|rules|scope|frontier|page|crawl|report|stats|findings|check_report|check|targets|baseline|cache|ignore|explain|site_find)\.h;web knows nothing above it
src/io/*.c;acrawl/(html|links|link_header|mime|refresh|robots|sitemap|srcset|config|input|levels|host|rules|scope|frontier|page|crawl|report|stats|xml_out|findings|check_report|check|targets|baseline|cache|ignore|explain)\.h;io knows nothing above it
src/base/*.c src/web/*.c src/crawl/*.c src/main.c include/acrawl/*.h;event2/;libevent stays in io
src/base/*.c src/web/*.c src/crawl/*.c src/main.c include/acrawl/*.h;curl/;libcurl stays in io/fetch
src/base/*.c src/io/*.c src/crawl/*.c src/main.c include/acrawl/*.h;libxml/;libxml2 stays in web
src/base/*.c src/io/*.c src/crawl/*.c src/main.c include/acrawl/*.h;unicode/;ICU stays in web
src/base/*.c src/io/*.c src/web/*.c src/main.c include/acrawl/*.h;(pcre2|libpsl|jansson);PCRE2, libpsl and jansson stay in crawl
END
  return $bad
}

# The generated tables are what their scripts write.
tables() {
  local dir=src/web/tables
  python3 $dir/gen_entities.py | cmp - src/web/entities.h &&
    python3 $dir/gen_labels.py $dir/labels.txt | cmp - src/web/labels.h &&
    python3 $dir/gen_tags.py | cmp - src/web/tags.h
}

banned() {
  ! grep -nE '\b(strcpy|sprintf|gets|atoi|atol|strtok|system|popen|tmpnam|alloca)\(' "${sources[@]}"
}

format() {
  clang-format --dry-run -Werror "${all[@]}" 2>&1 | grep -E 'error' | head -n 5
  [ "${PIPESTATUS[0]}" = 0 ]
}

manual() {
  local said
  said=$(mandoc -T lint -W warning src/acrawl.1) || { echo "$said"; return 1; }
}

mkdir -p build
step "gcc and clang without warnings" compilers
step "clang-tidy" tidy
step "cppcheck" check_cpp
step "layers" layers
step "generated tables" tables
step "banned functions" banned
step "format" format
step "man page" manual
exit $failed
