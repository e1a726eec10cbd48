#!/bin/bash
# demo.sh - crawls the site in data/site, served on loopback, and shows what
# came of it; then checks its links.  Fails unless all ended as planned.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
bin=$(cd "${BUILD:-build/release}" && pwd)
tmp=$(mktemp -d)
httpd=

cleanup()
{
	[ -z "$httpd" ] || kill "$httpd" 2>/dev/null || true
	[ -z "$httpd" ] || wait "$httpd" 2>/dev/null || true
	rm -rf "$tmp"
}
trap cleanup EXIT

# Files with a header line as a table.  The site's URLs lose their origin, so
# that the lines fit a terminal.
table()
{
	sed "s#$origin/#/#g" | column -t -s "$(printf '\t')"
}

# The sorted outcomes of the list, one line.
outcomes()
{
	tail -n +2 "$tmp/pages.tsv" | cut -f 3 | sort | uniq -c |
	    awk '{ printf "%s%s %s", sep, $1, $2; sep = ", " }'
}

"$bin/httpd" --root data/site --seconds 60 >"$tmp/port" &
httpd=$!
for _ in $(seq 100); do
	[ ! -s "$tmp/port" ] || break
	sleep 0.05
done
if [ ! -s "$tmp/port" ]; then
	echo "demo: the test server does not start" >&2
	exit 1
fi
origin=http://127.0.0.1:$(sed -n 's/^port //p' "$tmp/port")
sed "s#{{origin}}#$origin#" data/site/urls.txt.in >"$tmp/list"

echo "Fetches the pages of a mountain-hut association from a server on" \
    "loopback; some fail on purpose."
echo
echo '$ acrawl list -o found.tsv --pages pages.tsv'
status=0
(
	cd "$tmp"
	unset http_proxy HTTP_PROXY all_proxy ALL_PROXY
	exec "$bin/acrawl" list -o found.tsv --pages pages.tsv
) 2>"$tmp/messages" || status=$?
cat "$tmp/messages"

all=$(($(wc -l <"$tmp/found.tsv") - 1))
echo
echo "found.tsv: $all links, the first 25 (here without $origin):"
head -n 26 "$tmp/found.tsv" | table

echo
echo "pages.tsv: each URL and what became of it" \
    "(here without final_url and content_type):"
cut -f 1,3-8 "$tmp/pages.tsv" | table

echo
echo "Exit status $status: 0 is all fetched, 2 complete but some pages" \
    "failed, 3 incomplete."

echo
echo "A link check of the same site as a directory, without a server:"
echo
echo '$ acrawl -q --check --internal data/site --base-url' \
    'https://example.org/docs/'
checked=0
"$bin/acrawl" -q --check --internal data/site \
    --base-url https://example.org/docs/ >"$tmp/report" || checked=$?
cat "$tmp/report"
echo
echo "Exit status $checked: 0 is nothing broken, 2 something is."

planned='1 bad_url, 1 connect_refused, 1 http_404, 1 not_html, 11 ok'
planned="$planned, 1 truncated"
# What stands in comments, scripts, CDATA and plain text is no link.
no_links='shop|east\.html|1997|by-script|cdata|not-a-link'
if [ "$status" -ne 2 ]; then
	echo "demo: the exit status is not 2" >&2
	exit 1
elif [ "$(outcomes)" != "$planned" ]; then
	echo "demo: the outcomes are $(outcomes), not $planned" >&2
	exit 1
elif grep -E "$no_links" "$tmp/found.tsv" >&2; then
	echo "demo: these are no links" >&2
	exit 1
elif [ "$checked" -ne 2 ] || [ "$(grep -c ^broken "$tmp/report")" -ne 4 ]; then
	echo "demo: the link check does not find the 4 broken links" >&2
	exit 1
fi
