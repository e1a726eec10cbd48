#!/usr/bin/env bash
# What it costs to crawl many hosts, beside one: the addresses 127.a.b.c of one
# server, of which the n-th has 6000/n pages, from 1000 down to 1; medians of
# three rounds in turn.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(realpath "${BUILD:-$top/build/release}")
dir=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$dir"
}
trap finish EXIT
cd "$dir"
mkdir site
"$build/httpd" --bind 127.0.0.0/8 --hosts site >port.txt &
server=$!
until grep -q port port.txt; do sleep 0.05; done
port=$(cut -d ' ' -f 2 port.txt)

# hosts N: the start URLs of so many hosts; their pages are `total`
hosts() {
  local n
  for ((n = 1; n <= $1; n++)); do
    echo "http://127.$((n >> 16)).$((n >> 8 & 255)).$((n & 255)):$port/sized/"
  done >"list.$1"
  total=$(awk -v n="$1" 'BEGIN {
    for (i = 1; i <= n; i++) { p = int(6000 / i); t += p > 1000 ? 1000 : p < 1 ? 1 : p }
    print t }')
}

# crawl NAME INPUT: notes its CPU time, in ms
crawl() {
  "$build/measure" measured "$build/acrawl" -q -r "$2" -o /dev/null \
    --pages pages.tsv -c 256 --per-host "${3:-8}"
  [ "$(cut -f 3 pages.tsv | grep -cx ok)" = "$total" ] || {
    echo "$2: not all pages are there" >&2
    exit 1
  }
  sed -n 's/^cpu_ms //p' measured >>"$1.ms"
}

median() {
  sort -g "$1.ms" | sed -n 2p
}

printf '%-8s %8s %18s %16s %8s\n' hosts pages "CPU us a page" "the same on one" ratio
for n in 100 1000 10000; do
  hosts $n
  for _ in 1 2 3; do
    crawl "many.$n" "list.$n"
    crawl "one.$n" "http://127.0.0.1:$port/sized/$total/" 256
  done
  awk -v n=$n -v pages="$total" -v many="$(median many.$n)" -v one="$(median one.$n)" 'BEGIN {
    printf "%-8d %8d %18.1f %16.1f %8.2f\n",
      n, pages, many * 1000 / pages, one * 1000 / pages, many / one }'
done
