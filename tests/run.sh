#!/usr/bin/env bash
# Runs all tests: units, a layer at a time, the corpora of the fuzz targets,
# then end to end; and counts them.
# TESTS (a regular expression) limits the files and the end-to-end tests.
set -u
cd "$(dirname "$0")/.."
build=${BUILD:-build/release}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1}
passed=0
failed=0

# Adds up what a test file says of itself.
count() {
  local p f
  p=$(sed -n "$1" "$log" | tail -n 1)
  f=$(sed -n "$2" "$log" | tail -n 1)
  passed=$((passed + ${p:-0}))
  failed=$((failed + ${f:-0}))
}

for test in "$build"/unit/test_*; do
  case $test in *.d) continue ;; esac
  name=$(basename "$test")
  [ -z "${VALGRIND:-}" ] || continue
  if [ -n "${TESTS:-}" ] && ! [[ $name =~ ${TESTS// /|} ]]; then continue; fi
  if "$test" >"$log" 2>&1; then
    echo "ok     unit  ${name#test_}: $(sed -n 's/^\[  PASSED  \] //p' "$log" | head -n 1)"
  else
    cat "$log"
    echo "FAILED unit  ${name#test_}"
    grep -q 'FAILED' "$log" || failed=$((failed + 1))
  fi
  count 's/^\[  PASSED  \] \([0-9]*\).*/\1/p' 's/^\[  FAILED  \] \([0-9]*\) test.*/\1/p'
done

# The corpora of the fuzz targets: each target counts as one test.
for test in "$build"/fuzz/*; do
  name=$(basename "$test")
  if [ ! -x "$test" ] || [ -n "${VALGRIND:-}" ]; then continue; fi
  if [ -n "${TESTS:-}" ] && ! [[ fuzz_$name =~ ${TESTS// /|} ]]; then continue; fi
  if "$test" data/fuzz/"$name"/* >"$log" 2>&1; then
    echo "ok     fuzz  $name: $(tail -n 1 "$log")"
    passed=$((passed + 1))
  else
    cat "$log"
    echo "FAILED fuzz  $name"
    failed=$((failed + 1))
  fi
done

for test in tests/e2e/*.sh; do
  name=$(basename "$test" .sh)
  [ "$name" = lib ] && continue
  if [ -n "${TESTS:-}" ] && ! [[ $name =~ ${TESTS// /|} ]]; then continue; fi
  echo "e2e    $name"
  TESTS='' "$test" 2>&1 | tee "$log"
  if ! tail -n 1 "$log" | grep -q '^[0-9]* passed, [0-9]* failed$'; then
    echo "FAILED e2e   $name: it did not come to its end"
    failed=$((failed + 1))
  fi
  count 's/^\([0-9]*\) passed, .*/\1/p' 's/^.* passed, \([0-9]*\) failed$/\1/p'
done

echo
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
