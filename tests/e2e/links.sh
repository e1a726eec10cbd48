#!/usr/bin/env bash
# Which links are listed, and how: --links, --format, --schemes.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

link='header=Link:%20%3Cn%3E;%20rel=next,%20%3C/p%3E;rel=%22prev%20up%22'
refresh='Refresh:%200;url=/r'
body='raw=%3C!doctype%20html%3E%3Ca%20href=x%3Ex'

# The links of headers, in both lines of one name, before those of the page.
test_headers() {
  start_httpd
  crawl "$origin/page/x?$link%0d%0aLink:%20%3Cm%3E%0d%0a$refresh&$body" --no-header --links all >out.tsv
  equal status "$status" 0
  equal links "$(cut -f 2 out.tsv | sed "s#$origin##" | paste -sd ' ')" \
    "/page/n /p /page/m /r /page/x"
  crawl "$origin/page/x?$link&$body" --no-header >out.tsv
  equal "links of a" "$(cut -f 2 out.tsv)" "$origin/page/x"
}

# They count where the type has to be told from the page's bytes, too.
test_headers_without_a_type() {
  start_httpd
  crawl "$origin/page/x?type=&$link%0d%0a$refresh&$body" --no-header --links all >out.tsv
  equal links "$(cut -f 2 out.tsv | sed "s#$origin##" | paste -sd ' ')" \
    "/page/n /p /r /page/x"
  crawl "$origin/page/x?type=&$link&raw=no%20page" --no-header --links all >out.tsv
  equal "of what is no page" "$(cat out.tsv)" ""
}

test_jsonl() {
  start_httpd
  crawl "$origin/page/x?$link&raw=%3Cimg%20src=a.png%3E%0a%20%3Ca%20rel=%22nofollow%22%20href=%22%C3%A9%26quot;%01%5C%22%3Ex" \
    -f jsonl --links all -o out.jsonl
  python3 - "$origin" out.jsonl <<'END' || fail "not what was to be listed"
import json, sys
origin, path = sys.argv[1:]
rows = [json.loads(line) for line in open(path)]
assert open(path).read().isascii()
names = "source_url parsed_url page tag attr rel line column raw".split()
assert all(list(r) == names for r in rows), rows
got = [(r["parsed_url"], r["tag"], r["attr"], r["rel"], r["line"],
        r["column"], r["raw"]) for r in rows]
want = [
    (origin + "/page/n", None, "Link", "next", None, None, "n"),
    (origin + "/p", None, "Link", "prev up", None, None, "/p"),
    (origin + "/page/a.png", "img", "src", "", 1, 1, "a.png"),
    (origin + "/page/%C3%A9%22%01/", "a", "href", "nofollow", 2, 2, "\u00e9\"\x01\\"),
]
if got != want:
    sys.exit("got %r" % (got,))
END
}

test_schemes() {
  start_httpd
  crawl "$origin/page/x?raw=%3Ca%20href=x%3E%3Ca%20href=MAILTO:y%3E%3Ca%20href=tel:1%3E" \
    --no-header --schemes mailto,TEL >out.tsv
  equal links "$(cut -f 2 out.tsv | paste -sd ' ')" "mailto:y tel:1"
}

test_wrong_words() {
  for option in --links=some --format=xml --html-parser=other --schemes=1x --schemes=; do
    crawl "$option" http://h/
    equal "status of $option" "$status" 1
    grep -q -- "^acrawl: ${option%%=*} wants" err.txt || fail "$option: $(cat err.txt)"
  done
}

# A base that comes after more hrefs than may wait is said to be too late.
test_late_base() {
  start_httpd --root .
  { seq -f '<a href=%.0f-0123456789012345678901234567890123456789>' 8000; echo "<base href=/b/>"; } >late.html
  crawl "$origin/late.html" -o found.tsv --pages pages.tsv
  equal status "$status" 2
  equal row "$(tail -n 1 pages.tsv | cut -f 3,6)" "links_limited	8000"
}

# An href beyond the limit is no link, and the row says that one is missing.
test_long_href() {
  start_httpd --root .
  printf '<a href=%070000d>x</a><a href=y>y</a>' 0 >long.html
  crawl "$origin/long.html" -o found.tsv --pages pages.tsv
  equal row "$(tail -n 1 pages.tsv | cut -f 3,6)" "links_limited	1"
}

run_tests
