#!/usr/bin/env bash
# A directory as input: which files, under which URLs, and what may be in the
# way.
. "$(dirname "$0")/lib.sh"

base=https://example.org/docs

# page FILE [LINK]: a small page, its folder made if there is none
page() {
  mkdir -p "$(dirname "$1")"
  printf '<p><a href="%s">x</a>\n' "${2:-../next.html}" >"$1"
}

# sources FILE: the pages of a report, in its order, without the base URL
sources() {
  sed 1d "$1" | cut -f 1 | sed "s|^$base/||"
}

# A directory may be unreadable for root, too: without the right to overrule
# modes.
as_user() {
  if [ "$(id -u)" = 0 ]; then
    acrawl="setpriv --bounding-set=-dac_override,-dac_read_search $acrawl"
  fi
}

test_plain_tree() {
  page site/index.html
  page site/b/c/deep.htm "?q"
  page site/a.HTML /top
  page site/b.html "#here"
  page site/.hidden/.x.html
  mkdir -p site/empty site/dir.html
  printf '<html xmlns="http://www.w3.org/1999/xhtml"><a href="q?a&amp;b"/></html>' >site/x.XHT
  cp site/x.XHT site/y.xhtml
  for name in a.txt style.css html xhtml a.html.gz; do page "site/$name"; done
  crawl site --base-url $base/ -o found.tsv --pages pages.tsv --ordered
  equal status $status 0
  check_links_file found.tsv
  equal "files and order" "$(sources pages.tsv)" ".hidden/.x.html
a.HTML
b/c/deep.htm
b.html
index.html
x.XHT
y.xhtml"
  equal rows "$(sed -n '3p;8p' pages.tsv | cut -f 1-6,8-)" "$base/a.HTML	$base/a.HTML	ok	0	$(wc -c <site/a.HTML)	1	1	text/html
$base/y.xhtml	$base/y.xhtml	ok	0	$(wc -c <site/y.xhtml)	1	1	application/xhtml+xml"
  equal links "$(sed 1d found.tsv)" "$base/.hidden/.x.html	$base/next.html
$base/a.HTML	https://example.org/top
$base/b/c/deep.htm	$base/b/c/deep.htm?q
$base/b.html	$base/b.html#here
$base/index.html	https://example.org/next.html
$base/x.XHT	$base/q?a&b
$base/y.xhtml	$base/q?a&b"
}

test_base_url_forms() {
  page site/a.html b
  for url in http://h http://h/ HTTP://H:80/; do
    crawl site --base-url "$url" --no-header >out.tsv
    equal "$url" "$(cat out.tsv)" "http://h/a.html	http://h/b"
  done
  crawl site/ --base-url 'http://h:81/x y/%41/z' --no-header >out.tsv
  equal "no slash" "$(cat out.tsv)" "http://h:81/x%20y/%41/z/a.html	http://h:81/x%20y/%41/z/b"
  cd site
  crawl . --base-url http://h --no-header >../out.tsv
  equal "here" "$(cat ../out.tsv)" "http://h/a.html	http://h/b"
}

test_odd_names() {
  latin=$(printf 'latin\351.html')
  line=$(printf 'two\nlines.html')
  for name in 'a b.html' '50%.html' 'what?.html' 'no#1.html' "it's!~*().html" 'é.html' \
    '<&>"\.html' 'tab	.html' '%41.html' '...html' "$latin" "$line"; do
    page "site/d $name/$name"
  done
  crawl site --base-url $base -o found.tsv --pages pages.tsv --ordered -v
  equal status $status 0
  check_links_file found.tsv
  # What JavaScript's encodeURIComponent() makes of them.
  sources pages.tsv | sed 's|.*/||' | LC_ALL=C sort >got.txt
  LC_ALL=C sort >wanted.txt <<'END'
a%20b.html
50%25.html
what%3F.html
no%231.html
it's!~*().html
%C3%A9.html
%3C%26%3E%22%5C.html
tab%09.html
%2541.html
...html
latin%E9.html
two%0Alines.html
END
  diff wanted.txt got.txt >&2 || fail "names differ"
  equal folder "$(sources pages.tsv | grep 'what')" "d%20what%3F.html/what%3F.html"
  # These URLs are final: a browser asks for the same.
  equal "final URLs" "$(sed 1d pages.tsv | cut -f 2)" "$(sed 1d pages.tsv | cut -f 1)"
}

test_same_as_from_a_server() {
  cp -r "$top/data/site" site
  page "site/a b/50%?.html" "../huts/?x#y"
  page "site/a b/é#1.html" "z"
  start_httpd --root site
  crawl site --base-url "$origin" -o disk.tsv --pages pages.tsv --ordered
  equal status $status 0
  equal pages "$(sed 1d pages.tsv | wc -l)" 12
  sed 1d pages.tsv | cut -f 1 >list.txt
  crawl list.txt -o net.tsv --pages net-pages.tsv --ordered
  equal "from the server" $status 0
  cmp disk.tsv net.tsv || fail "not the same links"
  equal "bytes and links" "$(cut -f 1,3,5,6 pages.tsv)" "$(cut -f 1,3,5,6 net-pages.tsv)"
  # Without --ordered they are the same, in another order.
  crawl site --base-url "$origin" -o any.tsv
  equal "unordered" "$(sort any.tsv | md5sum)" "$(sort disk.tsv | md5sum)"
}

test_order_is_by_bytes() {
  for name in z.html Z.html a.html a/1.html a-b/2.html 'a b.html' é.html 10.html 9.html; do
    page "site/$name"
  done
  crawl site --base-url $base -o f --pages p --ordered
  equal order "$(sources p | paste -sd ' ')" \
    "10.html 9.html Z.html a/1.html a%20b.html a-b/2.html a.html z.html %C3%A9.html"
}

test_links_in_the_tree() {
  page out/secret.html
  page out/dir/secret.html
  page site/real/a.html
  page site/b.html
  ln -s real site/inside
  ln -s b.html site/c.html
  ln -s b.html site/not-html
  ln -s real/a.html site/named.xhtml
  ln -s "$PWD/site/real" site/absolute
  ln -s ../out site/outside
  ln -s "$PWD/out/secret.html" site/outside.html
  ln -s ../site-2 site/almost
  ln -s ../../site/real site/real/around
  ln -s nothing.html site/dangling.html
  ln -s itself.html site/itself.html
  ln -s . site/here
  ln -s .. site/real/up
  page site-2/secret.html
  crawl site --base-url $base -o f --pages p --ordered -v
  equal status $status 2 # named.xhtml is no XHTML
  equal files "$(sources p | paste -sd ' ')" \
    "absolute/a.html b.html c.html inside/a.html named.xhtml real/a.html"
  for name in outside outside.html almost; do
    grep -q "INFO:acrawl: not followed, it leads out: site/$name$" err.txt || fail "$name is not mentioned"
  done
  for name in dangling.html itself.html; do
    grep -q "INFO:acrawl: not followed, it leads to nothing: site/$name$" err.txt || fail "$name is not mentioned"
  done
  for name in here real/up real/around; do
    grep -q "INFO:acrawl: not followed, it leads back: site/$name/$" err.txt || fail "$name is not mentioned"
  done
  # A directory may be named by a link itself.
  ln -s site shown
  crawl shown --base-url $base -o f --pages p2 --ordered
  equal "through a link" "$(sources p2)" "$(sources p)"
}

test_links_among_directories_end() {
  for i in 0 1 2 3 4 5 6 7 8 9; do
    page site/$i/a.html
    for j in 0 1 2 3 4 5 6 7 8 9; do ln -s ../$j site/$i/to-$j; done
  done
  rm -f site/[2-9]/to-[2-9] site/[01]/to-[2-9]
  crawl site --base-url $base -o f --pages p -v
  equal status $status 0
  # 0 and 1 lead to each other and to themselves; all others to both.
  equal files "$(sources p | wc -l)" "$((10 + 2 * 1 + 8 * 2 + 8 * 2))"
  mkdir long
  ln -s . long/x
  for i in 1 2 3 4 5 6 7; do mkdir "long/$i"; page "long/$i/$i.html"; ln -s "../$((i + 1))" "long/$i/n"; done
  rm long/7/n
  crawl long --base-url $base -o f --pages p -v
  equal deepest "$(sources p | awk -F / '{print NF}' | sort -n | tail -n 1)" 6
  grep -q 'not followed, too many links: long/1/n/n/n/n/n$' err.txt || fail "no limit"
}

test_what_is_no_file() {
  page site/a.html
  mkfifo site/fifo.html
  python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("site/socket.html")'
  ln -s fifo.html site/link.html
  ln -s /dev/zero site/zero.html
  timeout 20 $acrawl site --base-url $base -o f --pages p -v 2>err.txt || fail "status $?"
  equal files "$(sources p)" "a.html"
  grep -q 'not followed, it leads to no file: site/link.html$' err.txt || fail "no reason"
}

test_unreadable() {
  page site/a.html
  page site/b/b.html
  page site/b/c/c.html
  page site/d.html
  page site/e/e.html
  chmod 000 site/b/c site/d.html
  as_user
  crawl site --base-url $base -o f --pages p --ordered -vv
  equal status $status 3
  equal outcomes "$(sources p | paste -d ' ' - <(sed 1d p | cut -f 3,4,5,8))" "a.html ok	0	$(wc -c <site/a.html)	1
b/b.html ok	0	$(wc -c <site/b/b.html)	1
d.html unreadable	0	0	1
e/e.html ok	0	$(wc -c <site/e/e.html)	1"
  grep -q 'cannot read site/b/c/: Permission denied' err.txt || fail "site/b/c is not mentioned"
  grep -q "Got error \[unreadable\] for URL: $base/d.html (the file can't be read)" err.txt || fail "d.html is not mentioned"
  grep -q "DEBUG.*Permission denied ($base/d.html)" err.txt || fail "nor why"
  grep -q "incomplete: an input can't be read" err.txt || fail "summary"
  # Said with -q as well; a file alone is a failed page.
  crawl site --base-url $base -o f -q
  equal stderr "$(cut -d ' ' -f 2- err.txt)" "CRITICAL:acrawl: cannot read site/b/c/: Permission denied"
  chmod 755 site/b/c
  crawl site --base-url $base -o f -q
  equal "only a file" "$status $(wc -c <err.txt)" "2 0"
  # The directory itself.
  chmod 000 site
  crawl site --base-url $base -o f
  equal "all of it" $status 1
  grep -q 'cannot read site: Permission denied' err.txt || fail "site is not mentioned"
  chmod 755 site
}

test_paths_that_are_too_long() {
  page site/z.html
  python3 - <<'PY'
import os
os.chdir("site")
for i in range(25):
    os.mkdir("n" * 200)
    os.chdir("n" * 200)
    open("a.html", "w").write("<a href=x>")
PY
  crawl site --base-url $base -o f --pages p
  equal status $status 3
  equal "not read" "$(grep -c 'cannot read .*: the path is too long' err.txt)" 1
  equal files "$(sources p | wc -l)" 21
  equal "after it" "$(sources p | tail -n 1)" "z.html"
  check_links_file f
}

test_max_size() {
  mkdir site
  { for i in $(seq 20000); do echo "<a href=$i>"; done; } >site/big.html
  page site/small.html
  size=$(wc -c <site/big.html)
  crawl site --base-url $base -o f --pages p --max-size 100k --ordered
  equal status $status 2
  equal row "$(sed -n 2p p | cut -f 3,5)" "too_large	102400"
  equal links "$(grep -c big.html f)" "$(head -c 102400 site/big.html | grep -c '>')"
  crawl site --base-url $base -o f --pages p --max-size "$size" --ordered
  equal "as large as may be" "$(sed -n 2p p | cut -f 3,5,6)" "ok	$size	20000"
  : >site/empty.html
  crawl site --base-url $base -o f --pages p --max-size 0
  equal empty "$(grep empty p | cut -f 3,5,6)" "ok	0	0"
}

test_ordered() {
  mkdir site
  for i in $(seq 100 130); do
    for j in $(seq $((i * 7919 % 3000))); do echo "<a href=$i/$j>text text text text text</a>"; done >site/$i.html
  done
  crawl site --base-url $base -o a.tsv --pages p --ordered
  equal status $status 0
  equal sources "$(sed 1d a.tsv | cut -f 1 | uniq)" "$(sed 1d p | awk '$6 > 0' | cut -f 1)"
  equal rows "$(sources p)" "$(seq -f '%g.html' 100 130)"
  crawl site --base-url $base -o b.tsv --ordered
  cmp a.tsv b.tsv || fail "not the same bytes"
  crawl site --base-url $base -o c.tsv
  equal "the same links" "$(sort c.tsv | md5sum)" "$(sort a.tsv | md5sum)"
}

test_ordered_gives_way() {
  start_httpd
  mkdir site
  seq -f '<a href=a-rather-long-name-of-a-page-%.0f>' 250000 >site/1.html
  for i in 2 3 4 5 6; do cp site/1.html site/$i.html; done
  # The first page is slow; the files' lines are more than may be held.
  crawl "$origin/page/first?delay=1500" site --base-url $base -o a.tsv --pages p --ordered
  equal status $status 0
  equal rows "$(sources p | paste -sd ' ')" "$origin/page/first?delay=1500 1.html 2.html 3.html 4.html 5.html 6.html"
  equal links "$(sed 1,2d p | cut -f 6,8 | sort -u)" "250000	1"
  equal lines "$(wc -l <a.tsv)" 1500004
  equal "sources in order" "$(sed 1d a.tsv | cut -f 1 | uniq)" "$(sed 1d p | cut -f 1)"
}

test_slow_reader_pauses_files() {
  mkdir site
  for i in 1 2 3; do
    for j in $(seq 60000); do echo "<a href=page/$j>"; done >site/$i.html
  done
  mkfifo fifo
  { sleep 2; cat; } <fifo >got.tsv &
  # The pause is longer than the time that a page may take.
  $acrawl site --base-url $base -t 1500ms -o fifo --pages p 2>err.txt || fail "status $?"
  wait $!
  equal outcomes "$(sed 1d p | cut -f 3,6 | sort | uniq -c | tr -s ' ')" " 3 ok	60000"
  equal lines "$(wc -l <got.tsv)" 180001
  check_links_file got.tsv
}

test_mixed_with_lists() {
  start_httpd
  page one/a.html
  page one/b.html
  page two/b.html
  page two/c.html
  printf '%s\n' "$origin/page/1" "$origin/two/c.html#top" >list.txt
  crawl one list.txt "$origin/page/2" two one --base-url "$origin/two" --ordered -o f --pages p -v
  # What is named first counts: b.html is one's, c.html the server's.
  equal order "$(sed 1d p | cut -f 1,3 | sed "s|$origin/||")" "two/a.html	ok
two/b.html	ok
page/1	ok
two/c.html#top	http_404
page/2	ok"
  equal requests "$(stat_of requests)" 3
  grep -q "INFO:acrawl: two: listed before: $origin/two/b.html" err.txt || fail "b.html is not mentioned"
  # Files do not wait for hosts, nor count as requests to them.
  for i in 1 2 3 4 5 6; do page "many/$i.html"; done
  crawl "$origin/page/slow?delay=1500" many --base-url "$origin" -o f --pages p --delay 60s --per-host 1
  equal status $status 0
  equal "the slow one is last" "$(tail -n 1 p | cut -f 1)" "$origin/page/slow?delay=1500"
}

test_deadline() {
  mkdir site
  for i in $(seq 300); do echo "<a href=x>" >"site/$i.html"; done
  mkfifo fifo
  # Nobody reads the output: all that waits for it is interrupted.
  for j in $(seq 100000); do echo "<a href=page/$j>"; done >site/0.html
  { sleep 2.5; cat; } <fifo >got.tsv &
  crawl site --base-url $base --deadline 1s -o fifo --pages p
  wait $!
  equal status $status 3
  equal rows "$(sed 1d p | wc -l)" 301
  equal outcomes "$(sed 1d p | cut -f 3 | grep -vc '^ok$\|^interrupted$\|^not_started$')" 0
  grep -q '	not_started	' p || fail "nothing was left"
  check_links_file got.tsv
}

# Half-way through a directory of many files.
test_signals_in_a_large_directory() {
  python3 - <<'PY'
import os
os.mkdir("site")
for i in range(15000):
    os.mknod(f"site/{i}.html")
PY
  mkfifo fifo
  $acrawl site --base-url $base -o f --pages fifo 2>err.txt &
  pid=$!
  # It is open, but nobody reads: the run can't come to its end.
  exec 3<fifo
  sleep 0.3
  kill -TERM $pid
  sleep 0.3
  kill -TERM $pid
  status=0
  wait $pid || status=$?
  equal status $status 3
  exec 3<&-
}

test_memory_does_not_grow_with_the_tree() {
  plain || return 0
  python3 - <<'PY'
import os
for name, n in (("small", 10), ("large", 200)):
    for i in range(n):
        os.makedirs(f"{name}/{i}")
        for j in range(100):
            open(f"{name}/{i}/{j}-{'x' * 100}.html", "w").write("<a href=x>")
PY
  for name in small large; do
    "$build/measure" $name.txt $acrawl $name --base-url $base -o $name.tsv -q || fail "status $?"
  done
  equal lines "$(wc -l <large.tsv)" 20001
  # 19,000 URLs more, each remembered with 11 to 22 bytes.
  over=$(($(peak_kb large.txt) - $(peak_kb small.txt)))
  [ "$over" -lt 1500 ] || fail "$over KB more for 19000 files more"
  echo "    $over KB more for 19000 files more" >&2
}

test_usage_errors() {
  page site/a.html
  echo http://127.0.0.1:1/ >list.txt
  crawl site -o f
  equal "no base URL" $status 1
  grep -q '^acrawl: site is a directory; .*--base-url' err.txt || fail "no remedy"
  crawl list.txt --base-url $base -o f
  equal "no directory" $status 1
  grep -q 'base-url is for a directory, and no input is one' err.txt || fail "message"
  for url in ftp://h/ file:///x "$base/?q" "$base/?" "$base/#f" "$base/#" example.org /docs '' 'http://['; do
    crawl site --base-url "$url" -o f
    equal "$url" $status 1
    grep -q 'base-url wants an http or https URL without query and fragment, not' err.txt || fail "$url: message"
  done
  [ ! -e f ] || fail "an output was made"
  crawl site/nothing --base-url $base
  equal "no such directory" $status 1
  # A page is no output.
  for out in site/a.html ./site/../site/a.html; do
    crawl site --base-url $base -o "$out"
    equal "$out" $status 1
  done
  grep -q href site/a.html || fail "a page was destroyed"
}

# What README.md shows.
test_links_that_lead_nowhere() {
  crawl "$top/data/site" --base-url $base/ -o found.tsv --pages pages.tsv
  equal summary "$(cut -d ' ' -f 2-9 err.txt)" "10 URLs: 10 ok, 0 failed; 112 links,"
  cut -f 1 pages.tsv | LC_ALL=C sort >there.txt
  cut -f 2 found.tsv | grep -oE "^$base/[^?#]*\.html" | LC_ALL=C sort -u |
    LC_ALL=C comm -23 - there.txt >missing.txt
  equal missing "$(cat missing.txt)" "$base/huts/north.html"
}

# Twelve directories with a link to each of the others would be a hundred
# thousand files.
test_links_among_directories_do_not_multiply() {
  local i j
  for i in $(seq 12); do
    mkdir -p "site/$i"
    echo "<a href=$i>x</a>" >"site/$i/page.html"
    for j in $(seq 12); do ln -s "../$j" "site/$i/to$j"; done
  done
  crawl site --base-url http://h/ --pages pages.tsv -o found.tsv
  equal status "$status" 0
  rows=$(($(wc -l <pages.tsv) - 1))
  [ "$rows" -ge 12 ] && [ "$rows" -le $((12 * (1 + 4 * 64))) ] || fail "$rows pages"
  grep -q '^http://h/1/to2/page.html	' pages.tsv || fail "no link was followed"
}

# An output must not become a page of its own run.
test_output_that_would_be_a_page() {
  mkdir -p site/sub
  echo '<a href=x>x</a>' >site/a.html
  crawl site --base-url http://h/ -o site/sub/out.html
  equal status "$status" 1
  [ ! -e site/sub/out.html ] || fail "it was made"
  crawl site --base-url http://h/ -o site/sub/out.tsv
  equal status "$status" 0
}

run_tests
