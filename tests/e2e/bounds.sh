#!/usr/bin/env bash
# Pages without end: memory does not depend on them, and the links before and
# after a monster are right.  Holes in files stand for most of their bytes, so
# that none is on the disk.
. "$(dirname "$0")/lib.sh"

# Above a run with a small page; as MAX_PEAK_KB in tests/bench/worst.c.
max_kb=8192

# hole FILE SIZE: so many NUL bytes
hole() {
  truncate -s "+$2" "$1"
}

# monster FILE LINKS [OPTION]...: crawls a file; sets over, the memory in KB
# that it takes more than a small page
monster() {
  local file=$1 links=$2
  shift 2
  echo '<p>' >small.html
  "$build/measure" small.txt $acrawl "$origin/small.html" -q -o /dev/null "$@"
  status=0
  "$build/measure" m.txt $acrawl "$origin/$file" -q -o found.tsv --pages p -t 0 --max-size 0 "$@" \
    2>err.txt || status=$?
  equal "links of $file" "$(sed 1d found.tsv | cut -f 2 | sed "s|$origin/||" | tr '\n' ' ')" "$links"
  over=$(($(peak_kb m.txt) - $(peak_kb small.txt)))
  ! plain || echo "    $file: $over KB, $(sed -n 's/^wall_ms //p' m.txt) ms" >&2
}

# flat [KB]: the last monster took no more
flat() {
  plain || return 0
  [ "$over" -lt "${1:-$max_kb}" ] || fail "$over KB above a small page"
}

test_all_monsters() {
  local sizes='--part 8'
  plain || sizes='--part 200 --no-memory'
  # shellcheck disable=SC2086
  "$build/bench/worst" --check $sizes >table.txt || fail "$(grep -A 1 '!$' table.txt)"
}

test_page_of_1_gb() {
  start_httpd --root .
  echo '<a href=first>x</a>' >text.html
  hole text.html 1000000000
  echo '<a href=last>x</a>' >>text.html
  monster text.html 'first last '
  equal status $status 0
  equal bytes "$(tail -n 1 p | cut -f 5)" "$(stat -c %s text.html)"
  flat
}

test_attribute_of_100_mb() {
  start_httpd --root .
  for quote in "'" ''; do
    echo "<a href=first>x</a><a href=$quote" | tr -d '\n' >attr.html
    hole attr.html 100000000
    echo "$quote>x</a><a href=last>" >>attr.html
    monster attr.html 'first last ' --links all
    equal status $status 2
    equal outcome "$(tail -n 1 p | cut -f 3)" links_limited
    flat
  done
}

test_attributes_without_end() {
  start_httpd --root .
  n=2000000
  plain || n=50000
  { echo '<a href=first>x</a><a '; seq -f 'a%.0f=b' $n; echo ' href=second><a href=last>'; } >attrs.html
  monster attrs.html 'first second last '
  flat
}

test_comment_that_never_ends() {
  start_httpd --root .
  echo '<a href=first>x</a><!--' >comment.html
  hole comment.html 300000000
  echo '<a href=last>' >>comment.html
  monster comment.html 'first '
  equal status $status 0
  flat
}

test_nesting() {
  start_httpd --root .
  n=1000000
  plain || n=50000
  { echo '<a href=first>x</a>'; yes '<div><b><svg><desc>' | head -n $n; echo '<a href=last>'; } >nested.html
  monster nested.html 'first last ' --links all
  equal status $status 0
  flat
}

# What libxml2 reads ends at its limits; the links before count.
test_xhtml() {
  start_httpd --root .
  html="<html xmlns='http://www.w3.org/1999/xhtml'><a href='first'/>"
  n=1000000
  plain || n=50000
  { echo "$html<p"; seq -f "a%.0f=''" $n; echo "/><a href='last'/></html>"; } >attrs.xhtml
  monster attrs.xhtml 'first '
  equal status $status 2
  flat
  { echo "$html<p a='"; yes 0123456789abcdef | head -n 6000000; echo "'/><a href='last'/></html>"; } >attr.xhtml
  monster attr.xhtml 'first '
  equal status $status 2
  # What it holds is 8 MB, in a buffer that doubles.
  flat $((max_kb + 16384))
  { echo "$html<![CDATA["; yes ']] <a> ]>' | head -n 5000000; echo "]]><a href='last'/></html>"; } >cdata.xhtml
  monster cdata.xhtml 'first last '
  equal status $status 0
  flat
}

# Each href of five bytes is a line of 60 KB, and all of them wait for it.
test_long_base() {
  start_httpd --root .
  { seq -f '<a href=%.0f>' 15000; printf "<base href='/%060000d/'>" 0; } >base.html
  status=0
  "$build/measure" m.txt $acrawl "$origin/base.html" -o /dev/null --pages p 2>err.txt || status=$?
  equal status "$status" 2
  equal outcome "$(tail -n 1 p | cut -f 3)" links_limited
  links=$(tail -n 1 p | cut -f 6)
  [ "$links" -gt 200 ] && [ "$links" -lt 15000 ] || fail "$links links"
  plain || return 0
  [ "$(peak_kb m.txt)" -lt 65536 ] || fail "$(peak_kb m.txt) KB"
}

run_tests
