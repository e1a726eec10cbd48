#!/usr/bin/env bash
# acrawl, wrk and the exercise's program in Python, side by side: a real nginx
# on loopback with the pages of Debian's python3-doc, three rounds in turn, the
# median of each.  wrk parses nothing; it shows what nginx and the machine give.
#
# ACRAWL_TIMES, PYTHON_TIMES: how often a run fetches the list of pages, each
# time with another query.  CHARSET=off: pages do not tell their charset, which
# makes the Python program guess it.  CONNECTIONS, ROUNDS, SECONDS_OF_WRK.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$top/${BUILD:-build/release}" && pwd)
docs=/usr/share/doc/python3-doc/html
connections=${CONNECTIONS:-64}
rounds=${ROUNDS:-3}
seconds=${SECONDS_OF_WRK:-5}
acrawl_times=${ACRAWL_TIMES:-10}
python_times=${PYTHON_TIMES:-2}
charset=${CHARSET:-utf-8}
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

dir=$(mktemp -d)
nginx_pid=
cleanup() {
  if [ -n "$nginx_pid" ]; then
    kill "$nginx_pid" 2>/dev/null || true
    wait "$nginx_pid" 2>/dev/null || true
  fi
  rm -rf "$dir"
}
trap cleanup EXIT

die() {
  echo "bench: $*" >&2
  exit 1
}

listens() {
  (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null
}

start_nginx() {
  local user=
  [ "$(id -u)" != 0 ] || user="user root root;"
  sed -e "s#@dir@#$dir#; s#@workers@#auto#; s#@user@#$user#; s#@log@#off#" \
    "$top/tests/e2e/nginx.conf.in" >"$dir/nginx.conf"
  for _ in $(seq 20); do
    port=$((10000 + RANDOM % 20000))
    listens && continue
    echo "server { listen 127.0.0.1:$port; root $docs; charset $charset; }" \
      >"$dir/servers.conf"
    /usr/sbin/nginx -e "$dir/error.log" -c "$dir/nginx.conf" 2>"$dir/nginx.err" &
    nginx_pid=$!
    for _ in $(seq 100); do
      listens && return
      kill -0 "$nginx_pid" 2>/dev/null || break
      sleep 0.05
    done
    kill "$nginx_pid" 2>/dev/null || true
    wait "$nginx_pid" || true
    nginx_pid=
  done
  cat "$dir/nginx.err" "$dir/error.log" >&2
  die "nginx does not start"
}

# list TIMES: the URLs of all pages, so many times
list() {
  local i
  for ((i = 1; i <= $1; i++)); do
    sed "s#^#http://127.0.0.1:$port#; s#\$#?$i#" "$dir/paths"
  done
}

# of NAME KEY: a value of the last measured run
of() {
  sed -n "s/^$2 //p" "$dir/$1.measured"
}

# note NAME PAGES MS: adds a round to NAME.rounds:
# pages/s, CPU seconds per 1,000 pages, peak MB
note() {
  awk -v pages="$2" -v ms="$3" -v cpu="$(of "$1" cpu_ms)" -v kb="$(of "$1" peak_kb)" \
    'BEGIN { printf "%.3f %.4f %.1f\n", pages * 1000 / ms, cpu / pages, kb / 1024 }' \
    >>"$dir/$1.rounds"
}

run_wrk() {
  local pages us failed
  "$build/measure" "$dir/wrk.measured" wrk -t 1 -c "$connections" -d "${seconds}s" \
    -s "$dir/walk.lua" "http://127.0.0.1:$port" >"$dir/wrk.out" ||
    die "wrk failed: $(cat "$dir/wrk.out")"
  read -r _ pages us failed < <(grep ^sum "$dir/wrk.out") || die "wrk said nothing"
  [ "$failed" = 0 ] || die "wrk had $failed errors"
  note wrk "$pages" $((us / 1000))
}

run_acrawl() {
  "$build/measure" "$dir/acrawl.measured" "$build/acrawl" -q "$dir/acrawl.list" \
    -o "$dir/acrawl.tsv" --pages "$dir/acrawl.pages" -c "$connections" \
    --per-host "$connections" 2>"$dir/acrawl.err" ||
    die "acrawl failed: $(cut -f 3 "$dir/acrawl.pages" | sort | uniq -c | tr '\n' ' ')"
  note acrawl "$(wc -l <"$dir/acrawl.list")" "$(of acrawl wall_ms)"
}

run_python() {
  "$build/measure" "$dir/python.measured" /usr/bin/python3 "$top/tests/bench/areq.py" \
    "$dir/python.list" "$dir/python.tsv" "$connections" >"$dir/python.out" \
    2>"$dir/python.err" || die "areq.py failed: $(tail -n 3 "$dir/python.err")"
  note python "$(wc -l <"$dir/python.list")" "$(of python wall_ms)"
}

# median NAME COLUMN
median() {
  cut -d ' ' -f "$2" "$dir/$1.rounds" | sort -g |
    awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

row() {
  awk -v what="$1" -v rate="$(median "$2" 1)" -v cpu="$(median "$2" 2)" \
    -v mb="$(median "$2" 3)" -v page="$page_bytes" -v wrk="$(median wrk 1)" \
    -v python="$(median python 1)" 'BEGIN {
      printf "%-22s %9.0f %8.1f %14.3f %8.1f %9.2fx %8.4fx\n", what, rate,
        rate * page / 1e6, cpu, mb, rate / python, rate / wrk }'
}

[ -f "$docs/index.html" ] || die "no $docs: install python3-doc"
for tool in "$build/acrawl" "$build/measure" wrk /usr/sbin/nginx; do
  command -v "$tool" >/dev/null || die "no $tool"
done
(cd "$docs" && find -L . -name '*.html') | sed 's#^\.##' | LC_ALL=C sort >"$dir/paths"
page_bytes=$(cd "$docs" && find -L . -name '*.html' -print0 | xargs -0 cat | wc -c |
  awk -v n="$(wc -l <"$dir/paths")" '{ printf "%.1f", $1 / n }')
start_nginx
list "$acrawl_times" >"$dir/acrawl.list"
list "$python_times" >"$dir/python.list"
cat >"$dir/walk.lua" <<END
local requests, at = {}, 0
function init()
  for path in io.lines("$dir/paths") do
    requests[#requests + 1] = wrk.format("GET", path)
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary)
  local e = summary.errors
  print("sum", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout)
end
END

echo "$(wc -l <"$dir/paths") pages of $(awk -v b="$page_bytes" \
  'BEGIN { printf "%.0f", b / 1000 }') KB on nginx, $connections connections," \
  "$(nproc) cores, median of $rounds rounds;" \
  "acrawl: $(wc -l <"$dir/acrawl.list") pages a round," \
  "Python: $(wc -l <"$dir/python.list"), wrk: $seconds s"
for ((round = 1; round <= rounds; round++)); do
  run_wrk
  run_acrawl
  run_python
done


# What the CPU is used for: the same list, fetched by the same code, with the
# pages thrown away and with their links found.
cpu_rounds() {
  local round
  for ((round = 1; round <= rounds; round++)); do
    "$build/measure" "$dir/fetchonly.measured" "$build/bench/fetchonly" \
      "$dir/acrawl.list" "$connections" >"$dir/fetchonly.out" ||
      die "fetchonly failed: $(cat "$dir/fetchonly.out")"
    of fetchonly cpu_ms >>"$dir/fetchonly.cpu"
    "$build/measure" "$dir/null.measured" "$build/acrawl" -q "$dir/acrawl.list" \
      -o /dev/null -c "$connections" --per-host "$connections" ||
      die "acrawl failed"
    of null cpu_ms >>"$dir/null.cpu"
  done
}

# median_ms FILE
median_ms() {
  sort -g "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

echo
printf '%-22s %9s %8s %14s %8s %10s %9s\n' "" "pages/s" "MB/s" "CPU s/1,000 p." \
  "peak MB" "to Python" "to wrk"
row "wrk (parses nothing)" wrk
row "acrawl" acrawl
row "areq.py (aiohttp)" python
echo
awk -v a="$(median acrawl 1)" -v p="$(median python 1)" \
  'BEGIN { printf "acrawl is %.1f times the Python program in pages/s\n", a / p }'

cpu_rounds
awk -v only="$(median_ms "$dir/fetchonly.cpu")" -v all="$(median_ms "$dir/null.cpu")" \
  -v pages="$(wc -l <"$dir/acrawl.list")" 'BEGIN {
    printf "CPU time a page: %.0f us to fetch and throw away, %.0f us with links to /dev/null: %.2f times\n",
      only * 1000 / pages, all * 1000 / pages, all / only }'

mapfile -t files < <(sed "s#^#$docs#" "$dir/paths")
echo
echo "The same pages in memory, to finished lines:"
"$build/bench/extract" "${files[@]}"
echo
echo "Their hrefs resolved:"
"$build/bench/url" "${files[@]}"
