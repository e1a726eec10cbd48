#!/usr/bin/env bash
# Large pages, slow readers, many pages, signals: what a run costs, and how it
# ends when it can't go on.
. "$(dirname "$0")/lib.sh"

# base_kb: the peak of a run with one small page
base_kb() {
  "$build/measure" base.txt $acrawl "$origin/page/x" -o /dev/null -q
  peak_kb base.txt
}

test_page_of_200_mb_with_a_million_links() {
  start_httpd
  n=1000000
  plain || n=50000
  "$build/measure" m.txt $acrawl "$origin/page/x?links=$n&size=$((n * 200))&chunked=1" \
    --max-size 0 -t 0 -o found.tsv --pages p 2>err.txt || fail "status $?"
  equal links "$(tail -n 1 p | cut -f 6)" $n
  equal lines "$(wc -l <found.tsv)" $((n + 1))
  plain || return 0
  over=$(($(peak_kb m.txt) - $(base_kb) - n * 16 / 1024))
  [ "$over" -lt 8192 ] || fail "$over KB above an idle run and 16 bytes a link"
  echo "    $over KB above an idle run and 16 bytes a link" >&2
}

test_fifo_whose_reader_leaves() {
  start_httpd
  mkfifo fifo
  head -n 5 fifo >head.txt &
  crawl "$origin/page/x?links=60000&chunked=1" --max-size 0 -o fifo
  wait $!
  equal status $status 3
  grep -q 'cannot write fifo: Broken pipe' err.txt || fail "no message"
  equal lines "$(wc -l <head.txt)" 5
}

test_fifo_whose_reader_is_late() {
  start_httpd
  mkfifo fifo
  { sleep 2; cat; } <fifo >got.tsv &
  # The pause is longer than the time that a page may take.
  crawl "$origin/page/x?links=300000&chunked=1" --max-size 0 -t 1500ms -o fifo --pages p
  wait $!
  equal outcome "$(tail -n 1 p | cut -f 3,6)" "ok	300000"
  equal lines "$(wc -l <got.tsv)" 300001
  check_links_file got.tsv
}

test_pages_survive_a_late_reader() {
  start_httpd
  mkfifo fifo
  # Transfers in every phase are paused: connecting, in the headers, reading.
  for i in $(seq 300); do echo "$origin/page/$i?links=2000&delay=$((i * 7 % 300))"; done >list.txt
  { sleep 1.5; cat; } <fifo >got.tsv &
  crawl list.txt -o fifo --pages p -c 160 --per-host 160 --retries 0 -t 1s
  wait $!
  equal status $status 0
  equal ok "$(grep -c '	ok	' p)" 300
  equal lines "$(wc -l <got.tsv)" 600001
}

test_reader_of_100_kb_a_second() {
  start_httpd
  mkfifo fifo
  # All lines would take minutes; 6 s are enough to see memory stay flat,
  # then the reader takes the rest at once.
  python3 - <<'PY' &
import time
data = bytearray()
start = time.time()
with open("fifo", "rb", buffering=0) as f:
    while True:
        chunk = f.read(10240)
        if not chunk: break
        data += chunk
        if time.time() - start < 6: time.sleep(0.1)
open("got.tsv", "wb").write(data)
PY
  reader=$!
  "$build/measure" m.txt $acrawl "$origin/page/x?links=300000&chunked=1" --max-size 0 -t 2s -o fifo --pages p 2>err.txt || fail "status $?"
  wait $reader
  equal outcome "$(tail -n 1 p | cut -f 3,6)" "ok	300000"
  equal lines "$(wc -l <got.tsv)" 300001
  check_links_file got.tsv
  plain || return 0
  over=$(($(peak_kb m.txt) - $(base_kb) - 300000 * 16 / 1024))
  [ "$over" -lt 8192 ] || fail "$over KB above an idle run and 16 bytes a link"
}

test_full_disk() {
  start_httpd
  for i in $(seq 50); do echo "$origin/page/$i?links=1000"; done >list.txt
  crawl list.txt -o /dev/full --pages p
  equal status $status 3
  grep -q 'cannot write /dev/full: No space left on device' err.txt || fail "no message"
  crawl list.txt >/dev/full
  equal "standard output" $status 3
  grep -q 'cannot write standard output: No space left' err.txt || fail "no message"
  crawl list.txt -o f --pages /dev/full
  equal "pages" $status 3
}

test_reader_that_leaves() {
  start_httpd
  for i in $(seq 50); do echo "$origin/page/$i?links=10000"; done >list.txt
  { status=0; $acrawl list.txt 2>err.txt || status=$?; echo $status >status.txt; } | head -n 3 >head.txt
  equal status "$(cat status.txt)" 3
  grep -q 'cannot write standard output: Broken pipe' err.txt || fail "no message"
}

test_thousand_slow_pages() {
  start_httpd
  n=1000
  for i in $(seq $n); do echo "$origin/page/$i?delay=1500"; done >list.txt
  "$build/measure" m.txt $acrawl list.txt -o f -c $n --per-host $n 2>err.txt || fail "status $?"
  equal lines "$(wc -l <f)" $((n * 3 + 1))
  plain || return 0
  each=$((($(peak_kb m.txt) - $(base_kb)) * 1024 / n))
  [ "$each" -lt 65536 ] || fail "$each bytes for each page in flight"
  echo "    $each bytes for each page in flight" >&2
}

test_list_of_a_million() {
  start_httpd
  n=1000000
  plain || n=20000
  # One host: the worst case, since all of the list is read ahead.
  awk -v n=$n -v o="$origin" 'BEGIN { for (i = 0; i < n; i++) print o "/page/some/longer/path/" i "?delay=100" }' >list.txt
  $acrawl list.txt -o f --pages p --deadline 6s 2>err.txt &
  pid=$!
  sleep 0.5
  [ "$(stat_of requests)" -gt 0 ] || fail "it does not start at once"
  sleep 4
  rss=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status" 2>/dev/null || echo 0)
  status=0
  wait $pid || status=$?
  equal status $status 3
  equal rows "$(sed 1d p | wc -l)" $n
  equal "distinct rows" "$(sed 1d p | cut -f 1 | sort -u | wc -l)" $n
  plain || return 0
  each=$(((rss - $(base_kb)) * 1024 / n))
  [ "$each" -le 150 ] || fail "$each bytes for each URL"
  echo "    $each bytes for each URL of $((${#origin} + 35))" >&2
}

# A list whose pages take from 0 to 2 s, some of them failing.
mixed_list() {
  for i in $(seq "$1"); do
    case $((i % 10)) in
    0) echo "$origin/page/$i?links=50&reset=1" ;;
    1) echo "$origin/page/$i?links=50&status=404" ;;
    2) echo "$origin/page/$i?links=50&size=9000&cut=3000" ;;
    3) echo "$origin/page/$i?headstall=1" ;;
    4) echo "$origin/page/$i?links=50&drip=100&size=3000" ;;
    *) echo "$origin/page/$i?links=50&delay=$((i * 131 % 1000))" ;;
    esac
  done
}

# After a run that was ended: whole lines, one row a URL, good pages whole.
check_ended() {
  check_links_file found.tsv
  equal "rows" "$(sed 1d p | cut -f 1 | LC_ALL=C sort)" "$(LC_ALL=C sort list.txt)"
  sed 1d p | awk -F '\t' '$3 == "ok" {print $1}' | while read -r url; do
    equal "links of $url" "$(grep -cF "$url	" found.tsv)" 50
  done
}

test_mix_of_failing_servers() {
  start_httpd
  mixed_list 200 >list.txt
  crawl list.txt -o found.tsv --pages p -c 64 --per-host 64 -t 5s --retries 0
  equal status $status 2
  check_ended
  equal ok "$(grep -c '	ok	' p)" 120
}

test_signal() {
  start_httpd
  mixed_list 300 >list.txt
  for signal in INT TERM; do
    $acrawl list.txt -o found.tsv --pages p -c 64 --per-host 64 -t 30s --retries 0 2>err.txt &
    pid=$!
    sleep 1
    began=$(date +%s%N)
    kill -$signal $pid
    status=0
    wait $pid || status=$?
    took=$((($(date +%s%N) - began) / 1000000))
    equal status $status 3
    [ $took -lt 6500 ] || fail "it took $took ms to end"
    check_ended
    grep -q '	interrupted	' p || fail "nothing was in flight"
    grep -q '	not_started	' p || fail "nothing was left"
    grep -q 'incomplete: a signal came' err.txt || fail "summary"
  done
}

test_second_signal() {
  start_httpd
  mixed_list 300 >list.txt
  for ordered in '' --ordered; do
    $acrawl list.txt -o found.tsv --pages p -c 64 --per-host 64 $ordered 2>err.txt &
    pid=$!
    sleep 1
    kill -INT $pid
    sleep 0.3
    began=$(date +%s%N)
    kill -INT $pid
    status=0
    wait $pid || status=$?
    took=$((($(date +%s%N) - began) / 1000000))
    equal status $status 3
    [ $took -lt 1500 ] || fail "it took $took ms"
    check_links_file found.tsv
    # Rows for all that was started.
    equal rows "$(cut -f 4 httpd.log | sed "s|^|$origin|" | sort -u | while read -r url; do
      grep -cF "$url	" p; done | sort -u)" 1
    : >httpd.log
  done
}

test_second_signal_with_a_stuck_reader() {
  start_httpd
  mkfifo fifo
  sleep 30 <fifo &
  sleeper=$!
  for i in $(seq 50); do echo "$origin/page/$i?links=10000"; done >list.txt
  $acrawl list.txt -o fifo 2>err.txt &
  pid=$!
  sleep 1
  kill -INT $pid
  sleep 0.2
  kill -INT $pid
  sleep 1
  kill -0 $pid 2>/dev/null && { kill -9 $pid; kill $sleeper; fail "it still runs"; }
  status=0
  wait $pid || status=$?
  kill $sleeper
  equal status $status 3
}

test_deadline() {
  start_httpd
  mixed_list 300 >list.txt
  for ordered in '' --ordered; do
    began=$(date +%s%N)
    crawl list.txt -o found.tsv --pages p -c 64 --per-host 64 --deadline 700ms --retries 0 $ordered
    took=$((($(date +%s%N) - began) / 1000000))
    equal status $status 3
    [ $took -lt 7500 ] || fail "it took $took ms to end"
    check_ended
  done
}

test_more_failing_pages_than_may_be_alive() {
  start_httpd
  # All of them wait for another attempt before the first one is done.
  n=17000
  plain || n=500
  for i in $(seq $n); do echo "$origin/page/$i?status=503&fail=1&retryafter=6"; done >list.txt
  crawl list.txt -o f --pages p -q --per-host 128 --deadline 60s
  equal status $status 0
  equal ok "$(grep -c '	ok	' p)" $n
}

test_few_descriptors() {
  start_httpd
  for i in $(seq 300); do echo "$origin/page/$i?delay=20"; done >list.txt
  (ulimit -n 40; crawl list.txt -o f -c 100 --per-host 100; equal status $status 0)
  equal lines "$(wc -l <f)" 901
}

run_tests
