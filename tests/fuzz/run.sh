#!/usr/bin/env bash
# Runs fuzz targets that are built, and says what came of each.
#   run.sh SECONDS NAME...
# What they find out about inputs is kept below $BUILD/corpus from run to run.
# An input that breaks a law goes, made small, to data/fuzz/NAME with its fix.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build/fuzz}
seconds=$1
shift
failed=0
mkdir -p "$build/log"

for name in "$@"; do
  corpus=$build/corpus/$name
  log=$build/log/$name
  finding=$build/finding-$name-
  mkdir -p "$corpus"
  options=(-max_total_time="$seconds" -max_len=4096 -timeout=20 -rss_limit_mb=2048
    -print_final_stats=1 -artifact_prefix="$finding")
  [ ! -f "tests/fuzz/$name.dict" ] || options+=(-dict="tests/fuzz/$name.dict")
  if "$build/fuzz/$name" "${options[@]}" "$corpus" "data/fuzz/$name" >"$log" 2>&1; then
    result=ok
  else
    result=FAILED
    failed=1
  fi
  awk -v result=$result -v name="$name" '
    /^#.* cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") edges = $(i + 1) }
    /^stat::number_of_executed_units/ { runs = $2 }
    /^stat::average_exec_per_sec/ { rate = $2 }
    END { printf "%-6s fuzz  %s: %d runs, %d/s, %d edges\n", result, name, runs, rate, edges }' "$log"
  if [ $result = FAILED ]; then
    grep -E 'broken law|SUMMARY|runtime error|Test unit written to' "$log"
    echo "       all it said: $log; to make the input smaller:"
    echo "       $build/fuzz/$name -minimize_crash=1 -runs=100000 FILE"
  fi
done
exit $failed
