#!/usr/bin/env bash
# The HTML standard's parser beside libxml2's, over the pages of data/site and
# data/html, with all kinds of links.  Each page of data/html shows something
# that one could get wrong:
#
#   data/html/links.tsv        its links by the standard, in the order of their
#                              tags, written by hand
#   data/html/differences.tsv  what libxml2's parser makes otherwise, and why
#
# In both, pages are named by their path below data.
. "$(dirname "$0")/lib.sh"

# pages FOLDER...: their names below data, in the order of the tables
pages() {
  (cd "$top/data" && find "$@" -name '*.html' | LC_ALL=C sort)
}

# parse PARSER FOLDER...: the table of their links on standard output
parse() {
  local parser=$1
  shift
  pages "$@" | sed "s|^|$origin/|" >list.txt
  crawl -q --no-header --ordered --links all --html-parser "$parser" list.txt -o found.tsv
  equal "status of $parser" $status 0
  check_links_file found.tsv
  sed "s|^$origin/||; s|	$origin|	|" found.tsv
}

# same WHAT GOT WANTED: that two files are the same
same() {
  diff "$2" "$3" >&2 || fail "$1 (< got, > wanted)"
}

test_standard() {
  start_httpd --root "$top/data"
  parse standard html >got.tsv
  sed 1d "$top/data/html/links.tsv" >wanted.tsv
  same "links of data/html" got.tsv wanted.tsv
}

test_every_page_is_accounted_for() {
  pages html >pages.txt
  # Only of this page there are no links.
  (sed 1d "$top/data/html/links.tsv" | cut -f 1; echo html/replacement.html) | LC_ALL=C sort -u >named.txt
  same "pages in links.tsv" named.txt pages.txt
}

test_differences() {
  start_httpd --root "$top/data"
  for parser in standard libxml2; do
    parse $parser html site | LC_ALL=C sort -u >$parser.tsv
  done
  {
    LC_ALL=C comm -23 standard.tsv libxml2.tsv | sed 's/$/	standard/'
    LC_ALL=C comm -13 standard.tsv libxml2.tsv | sed 's/$/	libxml2/'
  } | LC_ALL=C sort >got.tsv
  sed 1d "$top/data/html/differences.tsv" | cut -f 1-3 | LC_ALL=C sort >wanted.tsv
  same "differences" got.tsv wanted.tsv
  equal "rows without a reason" "$(awk -F '\t' 'NF != 4 || $4 == ""' "$top/data/html/differences.tsv")" ""
}

# Pages that both read alike: the comparison is of something.
test_agreement() {
  start_httpd --root "$top/data"
  parse standard site >a.tsv
  parse libxml2 site >b.tsv
  [ "$(wc -l <a.tsv)" -gt 100 ] || fail "few links on data/site"
  same "links of data/site" b.tsv a.tsv
}

run_tests
