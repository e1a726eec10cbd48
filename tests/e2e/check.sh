#!/usr/bin/env bash
# Checking links: what is found, where, and how often a server is asked.  The
# witnesses are what was planted (planted.py), the server's log, and parsers
# that share nothing with acrawl.
#
# The addresses 127.a.b.c of one test server are hosts; site/ADDRESS has the
# files of each, and rules (see tests/httpd/rules.c) how it misbehaves.  Below,
# 2/x.html is x.html of the host 127.0.0.2.  FULL=1: the sizes that the bounds
# are stated for, not a tenth of them.
#
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

full() {
  [ -n "${FULL:-}" ]
}

# serve: all loopback addresses are hosts.  Again: the server has forgotten
# what it was asked.
serve() {
  stop_servers
  rm -f httpd.out
  mkdir -p site
  touch rules
  start_httpd --bind 127.0.0.0/8 --hosts site --rules rules --answers answers \
    --port "${port:-0}"
}

# check ARGUMENT...: got.tsv and text.txt have what it found.
check() {
  crawl --check "$@" --report tsv=got.tsv -o text.txt
}

# found [FILE]: verdict, code and target of each finding, with blanks
found() {
  tail -n +2 "${1:-got.tsv}" | cut -f 1-3 --output-delimiter=' ' | short | LC_ALL=C sort -u
}

# finds WHAT LINE...: exactly these findings
finds() {
  found >found.txt
  printf '%s\n' "${@:2}" | LC_ALL=C sort | sed '/^$/d' >wanted.txt
  diff found.txt wanted.txt >&2 || fail "$1: < found, > wanted"
}

# answered: the server's log, whole: begin, end, address, target, status, method
answered() {
  curl -s "http://127.0.0.1:$port/stats" >stats.txt
  cat answers
}

# asked [PATTERN]: what was asked for, as "GET 2/x.html", but for robots.txt
asked() {
  answered | awk -F '\t' '$4 != "/robots.txt" && $4 != "/sitemap.xml" { print $6 " " $3 $4 }' |
    sed -E 's#127\.0\.0\.##' | grep -E "${1:-.}" | LC_ALL=C sort || true
}

# asks WHAT PATTERN LINE...: exactly this was asked of what fits
asks() {
  asked "$2" >asked.txt
  printf '%s\n' "${@:3}" | LC_ALL=C sort | sed '/^$/d' >wanted.txt
  diff asked.txt wanted.txt >&2 || fail "$1: < asked, > wanted"
}

# compare WANTED GOT: of planted.py
compare() {
  planted compare "$1" "$2" >differences.txt 2>&1 || {
    sed 's/^/    /' differences.txt >&2
    fail "findings of $2"
  }
}

planted_options=(--fragments --cacert ca.pem -t 3s --connect-timeout 3s -c 64)

# check_planted NAME INPUT...: reports are NAME.jsonl and NAME.txt
check_planted() {
  crawl --check "${@:2}" "${planted_options[@]}" --report jsonl="$1.jsonl" -o "$1.txt"
  equal "status of $1" "$status" 2
}

# twice_planted WANTED INPUT...: right, and the same again by new servers
twice_planted() {
  check_planted first "${@:2}"
  compare "$1" first.jsonl
  serve_planted
  check_planted second "${@:2}"
  cmp first.jsonl second.jsonl || fail "the second report is another"
  cmp first.txt second.txt || fail "the second text is another"
}

test_planted_http() {
  serve_planted
  twice_planted planted/http.jsonl -r "http://127.0.0.2:$port/"
}

test_planted_directory() {
  serve_planted
  twice_planted planted/directory.jsonl planted/hosts/127.0.0.2 \
    --base-url "http://127.0.0.2:$port/"
  # Its own links are answered from the files.
  answered | cut -f 3 | grep -cx 127.0.0.2 >asked.txt || true
  equal "requests to the site" "$(cat asked.txt)" 0
}

# check_kind LOG: no host was asked more than 8 times at once, nor before the
# second or the hour is over for which its Retry-After asks.
check_kind() {
  awk '$2 == "busiest" && $3 > 8' stats.txt >busy.txt
  [ ! -s busy.txt ] || fail "asked too much at once: $(head -n 3 busy.txt)"
  LC_ALL=C sort -s -t $'\t' -k 3,3 -k 1,1n "$1" | awk -F '\t' '
    $3 == host && status == 429 && $4 ~ /busy-(once|wait|long)/ && $1 - end < ($4 ~ /long/ ? 3600000 : 1000) { print $4, $1 - end " ms" }
    { host = $3; status = $5; end = $2 }' >early.txt
  [ ! -s early.txt ] || fail "asked again too early: $(head -n 3 early.txt)"
}

test_each_target_once() {
  serve_planted
  check_planted once -r "http://127.0.0.2:$port/"
  answered >log
  [ "$(wc -l <log)" -gt 2000 ] || fail "only $(wc -l <log) requests"
  planted once log planted/bodies >problems.txt 2>&1 ||
    fail "asked again: $(head -n 5 problems.txt)"
  check_kind log
  serve_planted
  check_planted no-second-look -r "http://127.0.0.2:$port/" --no-second-look
  answered >log
  planted once log planted/bodies --no-second-look >problems.txt 2>&1 ||
    fail "asked again without a second look: $(head -n 5 problems.txt)"
}

# Many hosts, a tenth of them slow, dead or throttling.
test_external_hosts() {
  local hosts=500 targets=5000
  ! full || { hosts=5000 targets=50000; }
  mkdir -p many
  start_httpd --bind 127.0.0.0/8 --rules many/rules --answers answers
  planted hosts many --port "$port" --hosts $hosts --targets $targets
  status=0
  "$build/measure" many.txt $acrawl --check many/site --base-url https://site.example/ \
    -c 256 -t 2s --connect-timeout 2s --deadline 500s --report jsonl=got.jsonl -o text.txt \
    2>err.txt || status=$?
  equal status "$status" 2
  compare many/directory.jsonl got.jsonl
  answered >log
  planted once log >problems.txt 2>&1 || fail "asked again: $(head -n 5 problems.txt)"
  awk '$2 == "busiest" && $3 > 8' stats.txt >busy.txt
  [ ! -s busy.txt ] || fail "asked too much at once: $(head -n 3 busy.txt)"
  echo "    $targets targets on $hosts hosts: $(peak_kb many.txt) KB" >&2
}

test_statuses_of_the_run() {
  serve
  page 2/good.html
  page 2/index.html good.html
  page 2/walled.html 'good.html?status=403'
  page 2/lost.html lost.txt good.html
  page 2/invalid.html 'http://[' good.html
  page 2/slow.html 'good.html?headstall=1'
  check "$(url 2/index.html)"
  equal "all good" "$status" 0
  finds "all good" ''
  check "$(url 2/walled.html)"
  equal "a wall" "$status" 0
  finds "a wall" 'blocked http_403 2/good.html?status=403'
  check "$(url 2/walled.html)" --strict
  equal "a wall, --strict" "$status" 2
  check "$(url 2/lost.html)"
  equal "broken" "$status" 2
  finds "broken" 'broken http_404 2/lost.txt'
  check "$(url 2/invalid.html)"
  equal "invalid" "$status" 2
  finds "invalid" 'invalid bad_url http://['
  check "$(url 2/missing.html)"
  equal "a page that is not there" "$status" 2
  check "$(url 2/slow.html)" --deadline 500ms
  equal "a deadline" "$status" 3
  crawl --check "$(url 2/index.html)" --report nothing=x
  equal "no such report" "$status" 1
  crawl --check "$(url 2/index.html)" --check-method post
  equal "no such method" "$status" 1
}

test_places() {
  serve
  mkdir -p site/127.0.0.2
  printf '<p>a\n  <a href="x.txt">the <b>first</b> &amp; only</a>\r\né <img\nsrc=x.txt><a href="x.txt#f">' \
    >site/127.0.0.2/index.html
  page 2/b.html x.txt good.html x.txt
  page 2/good.html
  check "$(url 2/index.html)" "$(url 2/b.html)"
  tail -n +2 got.tsv | cut -f 6-8 --output-delimiter=' ' | short >got.txt
  printf '%s\n' '2/b.html 2 4' '2/b.html 4 4' '2/index.html 2 3' '2/index.html 3 4' '2/index.html 4 11' >wanted.txt
  diff got.txt wanted.txt >&2 || fail "places: < got, > wanted"
  equal text "$(awk -F '\t' '$8 == 3 { print $9 }' got.tsv)" "the first & only"
}

test_inputs() {
  serve
  page 2/a.html lost-a.txt
  page 2/b.html lost-b.txt
  { url 2/a.html; echo '# a comment'; url 2/b.html; } >list
  check list
  finds "a list" 'broken http_404 2/lost-a.txt' 'broken http_404 2/lost-b.txt'
  check - <list
  finds "standard input" 'broken http_404 2/lost-a.txt' 'broken http_404 2/lost-b.txt'
  check "$(url 2/b.html)"
  finds "a URL" 'broken http_404 2/lost-b.txt'
  # The text report goes to standard output, unless a report does.
  $acrawl --check list 2>err.txt >text.txt || true
  grep -q 'lost-a.txt' text.txt || fail "no text report"
  $acrawl --check list --report jsonl=- 2>err.txt >out.jsonl || true
  equal "lines of jsonl" "$(wc -l <out.jsonl)" 2
  python3 -c 'import json, sys; [json.loads(line) for line in open("out.jsonl")]'
}

test_accept() {
  serve
  page 2/index.html 'a?status=403' 'b?status=404' 'c?status=500' 'd?status=299' 'e?status=200'
  check "$(url 2/index.html)" --accept 200..299,404
  finds "200..299,404" 'blocked http_403 2/a?status=403' 'broken http_500 2/c?status=500'
  equal "status" "$status" 2
  check "$(url 2/index.html)" --accept 200..299,403..404,500
  finds "all accepted" ''
  equal "status: all accepted" "$status" 0
  check "$(url 2/index.html)" --accept 200
  finds "200" 'blocked http_403 2/a?status=403' 'broken http_404 2/b?status=404' \
    'broken http_500 2/c?status=500' 'broken http_299 2/d?status=299'
  crawl --check "$(url 2/index.html)" --accept 200..x
  equal "not a list" "$status" 1
}

test_check_method() {
  local good=3/page/good lies='3/page/lies?head.status=405' lost='3/page/lost?status=404'
  serve
  page 2/index.html "$(url "$good")" "$(url "$lies")" "$(url "$lost")"
  check "$(url 2/index.html)" --no-second-look
  finds auto "broken http_404 $lost"
  asks auto ' 3/' "HEAD $good" "HEAD $lies" "GET $lies" "HEAD $lost" "GET $lost"
  serve
  check "$(url 2/index.html)" --no-second-look --check-method get
  finds get "broken http_404 $lost"
  asks get ' 3/' "GET $good" "GET $lies" "GET $lost"
  serve
  check "$(url 2/index.html)" --no-second-look --check-method head
  finds head "broken http_404 $lost" "broken http_405 $lies"
  asks head ' 3/' "HEAD $good" "HEAD $lies" "HEAD $lost"
}

test_busy_for_ever() {
  local busy='3/page/x?status=429'
  serve
  page 2/index.html "$(url "$busy")"
  check "$(url 2/index.html)" --retries 1
  equal status "$status" 0
  finds "busy for ever" "blocked http_429 $busy"
  [ "$(asked ' 3/' | wc -l)" -le 4 ] || fail "asked too often: $(asked ' 3/')"
}

test_second_look() {
  local flaky='3/page/x?reset=1&fail=2'
  serve
  page 2/index.html "$(url "$flaky")"
  check "$(url 2/index.html)"
  equal "status" "$status" 0
  finds "a second look" ''
  asks "a second look" ' 3/' "HEAD $flaky" "GET $flaky" "GET $flaky"
  serve
  check "$(url 2/index.html)" --no-second-look
  equal "status without" "$status" 2
  finds "no second look" "broken reset $flaky"
  asks "no second look" ' 3/' "HEAD $flaky" "GET $flaky"
}

# What fails once, and is no target, breaks none.
test_robots_that_fail_once() {
  local fault
  page 2/index.html a.html
  page 2/a.html
  for fault in reset=1 empty=1 status=500 status=503 'status=503&retryafter=1' status=429; do
    echo "127.0.0.2 /robots.txt $fault&fail=1" >rules
    serve
    check -r "$(url 2/index.html)"
    finds "robots.txt with $fault" ''
    equal "status with $fault" "$status" 0
  done
}

# A page that is there is not broken, whatever its markup.
test_bad_markup() {
  serve
  page 2/index.html bad.svg bad.xhtml
  printf '<svg><g></svg' | tee site/127.0.0.2/bad.svg >site/127.0.0.2/bad.xhtml
  check -r "$(url 2/index.html)"
  finds "over HTTP" ''
  equal status "$status" 0
  check site/127.0.0.2 --base-url "$(url 2/)"
  finds "in a directory" ''
}

test_internal_and_external() {
  serve
  page 2/index.html lost.txt "$(url 3/lost.txt)"
  check -r "$(url 2/index.html)" --internal
  finds internal 'broken http_404 2/lost.txt'
  asks internal ' 3/' ''
  serve
  check -r "$(url 2/index.html)" --external
  finds external 'broken http_404 3/lost.txt'
  asks external '^HEAD 2/' ''
  check site/127.0.0.2 --base-url "$(url 2/)" --internal
  finds "internal, directory" 'broken no_file 2/lost.txt'
  check site/127.0.0.2 --base-url "$(url 2/)" --external
  finds "external, directory" 'broken http_404 3/lost.txt'
}

# What is listed is tested whatever the rules leave out.
test_listed_pages_that_fail() {
  serve
  page 2/index.html a.txt
  for rule in --external --exclude=gone --internal; do
    check "$(url 2/gone.html)" $rule
    equal "status with $rule" "$status" 2
    finds "$rule" 'broken http_404 2/gone.html'
  done
  check -r "$(url 2/gone.html)" --internal
  equal "status with -r" "$status" 2
  mkdir empty
  check empty --base-url https://empty.example/
  equal "status of nothing" "$status" 2
  grep -q "nothing to check" err.txt || fail "nothing is said of nothing"
  touch none.txt
  check none.txt
  equal "status of an empty list" "$status" 2
}

# A listed page leads to one that is linked, too: it is read, and once.
test_redirects_of_listed_pages() {
  serve
  page 2/index.html target.html
  page 2/target.html lost.txt
  echo '127.0.0.2 /old status=301&location=/target.html' >rules
  serve
  check "$(url 2/index.html)" "$(url 2/old)"
  finds listed 'broken http_404 2/lost.txt' 'redirected http_301 2/old'
  asks listed target 'GET 2/target.html'
}

test_paths_of_files() {
  mkdir -p site/sub here
  echo '<a href=lost>x</a>' >site/sub/a.html
  for dir in site site// ./site here/../site "$PWD/site" "$PWD//here/../site/."; do
    check "$dir" --base-url https://a.example/
    equal "$dir" "$(tail -n +2 got.tsv | cut -f 6)" site/sub/a.html
  done
  cd here
  check ../site --base-url https://a.example/
  equal outside "$(tail -n +2 got.tsv | cut -f 6)" "$(dirname "$PWD")/site/sub/a.html"
}

# No report takes the place of what is read, or kept for the next run.
test_reports_and_kept_files() {
  mkdir site
  echo '<a href=lost>x</a>' >site/a.html
  echo 'no_file	https://a.example/lost' >known.txt
  for option in --baseline --cache --ignore-file; do
    cp known.txt kept.txt
    crawl --check site --base-url https://a.example/ $option kept.txt --report tsv=kept.txt
    equal "status with $option" "$status" 1
    cmp kept.txt known.txt || fail "$option: overwritten"
  done
}

# It is read again from its first byte, and no link of it counts twice.
test_pages_that_break_off() {
  page 2/index.html half.html
  page 2/half.html lost.txt more.txt
  echo '127.0.0.2 /half.html cut=90' >rules
  serve
  check -r "$(url 2/index.html)"
  finds always 'broken http_404 2/lost.txt' 'broken truncated 2/half.html'
  equal "places of lost.txt" "$(grep -c lost.txt got.tsv)" 1
  echo '127.0.0.2 /half.html cut=90&fail=1' >rules
  serve
  check -r "$(url 2/index.html)"
  finds once 'broken http_404 2/lost.txt' 'broken http_404 2/more.txt'
  equal "places of lost.txt, read twice" "$(grep -c lost.txt got.tsv)" 1
}

# What the first look found stands when the second has no time: there a host is
# asked for one at a time.
test_an_end_in_the_second_look() {
  serve
  mkdir local
  for i in $(seq 24); do echo "<a href='$(url 2/lost$i.txt)'>x</a>"; done >local/index.html
  echo '127.0.0.2 * get.delay=300' >rules
  serve
  check local --base-url "$(url 3/)" --deadline 4s
  equal status "$status" 3
  equal broken "$(found | grep -c 'broken http_404')" 24
  ! grep -q untested text.txt || fail "$(tail -n 1 text.txt)"
}

test_fragments_and_what_comes_late() {
  page 2/index.html x.html y.html#missing
  echo '<p id=there>x</p>' >site/127.0.0.2/x.html
  echo '127.0.0.2 /y.html status=302&location=/x.html' >rules
  serve
  mkdir local
  sed "s#href=\"#href=\"$(url 2/)#" site/127.0.0.2/index.html >local/index.html
  for run in 1 2; do
    check local --base-url "$(url 3/)" --fragments --cache cache.txt
    finds "run $run" 'broken no_fragment 2/y.html#missing'
  done
  # A page that is read only in the second look has a fragment of a probe's.
  page 2/index.html x.html p.html
  page 2/p.html x.html#missing
  echo '127.0.0.2 /p.html status=503&fail=1' >rules
  serve
  printf '%s\n' "$(url 2/index.html)" "$(url 2/p.html)" >list.txt
  check list.txt --fragments
  finds late 'broken no_fragment 2/x.html#missing'
  # The fragment of a listed URL is not one that its redirect brings.
  page 2/index.html old.html#b
  echo '<p id=a>x</p>' >site/127.0.0.2/x.html
  echo '127.0.0.2 /old.html status=302&location=/x.html' >rules
  serve
  printf '%s\n' "$(url 2/index.html)" "$(url 2/old.html)#a" >list.txt
  check list.txt --fragments
  finds listed 'broken no_fragment 2/old.html#b'
}

# What nobody links to is named by the sitemap that has it.
test_pages_of_sitemaps() {
  page 2/index.html ok.txt
  echo x >site/127.0.0.2/ok.txt
  serve
  {
    echo '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    for name in gone wall ok.txt moved; do
      echo "<url><loc>$(url 2/$name)</loc></url>"
    done
    echo '</urlset>'
  } >site/127.0.0.2/sitemap.xml
  echo '127.0.0.2 /wall status=403
127.0.0.2 /moved status=301&location=/ok.txt' >rules
  serve
  check -r "$(url 2/index.html)"
  finds sitemap 'broken http_404 2/gone'
  equal place "$(tail -n +2 got.tsv | cut -f 6 | short)" 2/sitemap.xml
  check -r "$(url 2/index.html)" --strict
  finds strict 'broken http_404 2/gone' 'blocked http_403 2/wall'
}

# example.org, which leads to www.example.org, stands for both.
test_internal_and_www() {
  serve
  page 2/index.html lost.txt
  echo "127.0.0.3 * status=301&location=http://www.site.example:$port/" >rules
  serve
  check "http://site.example:$port/" --internal \
    --resolve "site.example:$port:127.0.0.3" --resolve "www.site.example:$port:127.0.0.2"
  equal status "$status" 2
  grep -q "www.site.example:$port/lost.txt" got.tsv || fail "not tested: $(cat got.tsv)"
}

test_cache_and_accept() {
  page 2/index.html
  serve
  mkdir local
  echo "<a href='$(url 2/late.txt)'>x</a>" >local/index.html
  check local --base-url "$(url 3/)" --cache cache.txt --accept 200..299,404
  finds accepted ''
  echo x >site/127.0.0.2/late.txt
  check local --base-url "$(url 3/)" --cache cache.txt
  finds mended ''
  asks mended late 'HEAD 2/late.txt' 'HEAD 2/late.txt'
}

# Good links do not pay for others of their host.
test_good_links_of_bad_hosts() {
  mkdir local
  serve
  {
    for i in $(seq 60); do echo "<a href='$(url 2/close)?$i'>x</a>"; done
    for i in $(seq 40); do echo "<a href='$(url 2/ok.txt)?$i'>x</a>"; done
  } >local/index.html
  mkdir -p site/127.0.0.2
  echo x >site/127.0.0.2/ok.txt
  for fault in empty=1 reset=1 garbage=1; do
    echo "127.0.0.2 /close $fault" >rules
    serve
    check local --base-url "$(url 3/)"
    equal "$fault" "$(found | grep -c close)" 60
    [ "$(found | grep -c ok.txt)" = 0 ] || fail "$fault: good links are broken"
  done
}

# A redirect whose only link is reported for its fragment has no place.
test_each_finding_has_a_place() {
  page 2/index.html old.html#b
  echo '<p id=a>x</p>' >site/127.0.0.2/new.html
  echo '127.0.0.2 /old.html status=301&location=/new.html' >rules
  serve
  crawl --check "$(url 2/index.html)" --fragments --report jsonl=got.jsonl -o text.txt
  ! grep -q '"places":\[\]' got.jsonl || fail "no place: $(cat got.jsonl)"
  equal findings "$(wc -l <got.jsonl)" 1
}

test_reports_to_one_output() {
  page 2/index.html lost.txt
  serve
  $acrawl --check "$(url 2/index.html)" -q -o /dev/null --report tsv=- --report jsonl=- >got.txt || true
  equal lines "$(sed 's/\t.*//; s/{.*/{/' got.txt | paste -sd ' ')" "verdict broken {"
  crawl --check "$(url 2/index.html)" --report tsv=a.txt --report "jsonl=$PWD/a.txt"
  equal "status of one file twice" "$status" 1
}

test_baseline_and_what_is_not_tested() {
  page 2/index.html known.txt wall.txt fixed.txt x.html#gone x.html#here
  echo '<p id=here>x</p>' >site/127.0.0.2/x.html
  echo x >site/127.0.0.2/fixed.txt
  echo '127.0.0.2 /wall.txt status=403' >rules
  serve
  {
    for name in known.txt wall.txt fixed.txt nowhere.txt; do
      printf 'http_404\t%s\n' "$(url 2/$name)"
    done
    printf 'no_fragment\t%s\n' "$(url 2/x.html)#gone" "$(url 2/x.html)#here"
  } >known.txt
  again() {
    grep -E 'works again|linked' text.txt | sed 's/.*: //' | short | LC_ALL=C sort | paste -sd ' '
  }
  check "$(url 2/index.html)" --baseline known.txt --fragments
  equal tested "$(again)" '2/fixed.txt 2/nowhere.txt 2/x.html#here'
  check "$(url 2/index.html)" --baseline known.txt --external
  equal skipped "$(again)" '2/nowhere.txt'
  check "$(url 2/index.html)" --baseline known.txt --write-baseline --external --fragments
  grep -v '^#' known.txt | cut -f 2 | short | LC_ALL=C sort >left.txt
  equal kept "$(paste -sd ' ' left.txt)" \
    '2/fixed.txt 2/known.txt 2/wall.txt 2/x.html#gone 2/x.html#here'
  check "$(url 2/index.html)" --baseline known.txt --write-baseline --fragments
  grep -v '^#' known.txt | cut -f 2 | short | LC_ALL=C sort >left.txt
  equal written "$(paste -sd ' ' left.txt)" '2/known.txt 2/wall.txt 2/x.html#gone'
}

test_invalid_urls_and_patterns() {
  mkdir local
  echo '<a href="http://{{host}}/">a</a><a href="http://[x">b</a>' >local/index.html
  check local --base-url https://a.example/
  equal invalid "$(tail -n +2 got.tsv | wc -l)" 2
  check local --base-url https://a.example/ --exclude '[{][{]' --exclude '\[x'
  equal excluded "$status $(tail -n +2 got.tsv | wc -l)" "0 0"
}

# Who keeps no cookies goes in a circle; a browser does not.
test_circles_that_set_cookies() {
  page 2/index.html self.txt a.txt round.txt
  echo '127.0.0.2 /self.txt status=302&location=/self.txt&header=Set-Cookie:%20k=1
127.0.0.2 /a.txt status=302&location=/b.txt&header=Set-Cookie:%20k=1
127.0.0.2 /b.txt status=302&location=/a.txt
127.0.0.2 /round.txt status=302&location=/round.txt' >rules
  serve
  check "$(url 2/index.html)"
  finds circles 'blocked wants_cookies 2/a.txt' 'blocked wants_cookies 2/self.txt' \
    'broken too_many_redirects 2/round.txt'
}

test_known_walls() {
  local wall walls=(cf-mitigated:%20challenge cf-chl-bypass:%201 x-amzn-waf-action:%20captcha
    x-vercel-mitigated:%20deny x-sucuri-block:%201)
  for wall in "${walls[@]}"; do echo "127.0.0.2 /${wall%%:*} status=202&header=$wall"; done >rules
  page 2/index.html "${walls[@]%%:*}"
  serve
  check "$(url 2/index.html)"
  found >found.txt
  equal walls "$(grep -c '^blocked bot_wall 2/' found.txt) $(wc -l <found.txt)" "5 5"
}

test_cache_age() {
  page 2/index.html ok.txt
  echo x >site/127.0.0.2/ok.txt
  serve
  mkdir local
  echo "<a href='$(url 2/ok.txt)'>x</a>" >local/index.html
  check local --base-url "$(url 3/)" --cache cache.txt
  check local --base-url "$(url 3/)" --cache cache.txt --cache-age 1h
  asks young ok 'HEAD 2/ok.txt'
  sleep 0.1
  check local --base-url "$(url 3/)" --cache cache.txt --cache-age 50ms
  asks old ok 'HEAD 2/ok.txt' 'HEAD 2/ok.txt'
}

test_base_without_its_slash() {
  mkdir local
  echo '<a href="../base">a</a><a href="/base/lost">b</a><a href="/basement">c</a>' >local/index.html
  check local --base-url https://a.example/base --internal
  equal base "$(tail -n +2 got.tsv | cut -f 1-3 | paste -sd ' ')" \
    "$(printf 'redirected\thttp_301\thttps://a.example/base broken\tno_file\thttps://a.example/base/lost')"
}

test_robots_that_cannot_be_read() {
  page 2/index.html a.html
  page 2/a.html lost.txt
  echo '127.0.0.2 /robots.txt status=500' >rules
  serve
  check -r "$(url 2/index.html)" --retries 0
  finds robots ''
  equal status "$status" 2
  grep -q 'not read whole' text.txt || fail "that nothing was read is not said"
}

# A cache is told by its form only: one that leads in circles, and one that is
# older than what the server says.
test_caches_that_mislead() {
  page 2/index.html a.txt c.txt#x b.txt
  echo '127.0.0.2 /c.txt status=302&location=/a.txt' >rules
  serve
  mkdir local
  sed "s#href=\"#href=\"$(url 2/)#" site/127.0.0.2/index.html >local/index.html
  echo x >site/127.0.0.2/a.txt
  echo x >site/127.0.0.2/b.txt
  check local --base-url "$(url 3/)" --cache cache.txt
  finds fine ''
  awk -F '\t' -v OFS='\t' -v a="$(url 2/a.txt)" -v b="$(url 2/b.txt)" '
    $3 == a { $2 = 302; $4 = b } $3 == b { $2 = 302; $4 = a } { print }' cache.txt >circle.txt
  timeout 20 $acrawl -q --check local --base-url "$(url 3/)" --fragments --cache circle.txt \
    --report tsv=got.tsv -o text.txt && status=0 || status=$?
  equal "status with a circle" "$status" 0
  # What the cache says leads to a page that is gone by now.
  awk -F '\t' -v OFS='\t' -v a="$(url 2/a.txt)" -v b="$(url 2/b.txt)" '
    $3 == b { next } $3 == a { $2 = 302; $4 = b } { print }' cache.txt >old.txt
  rm site/127.0.0.2/b.txt
  echo "<a href='$(url 2/a.txt)'>x</a>" >local/index.html
  check local --base-url "$(url 3/)" --cache old.txt
  finds old ''
}

# What a page has that is read again is told by its places.
test_pages_that_change() {
  page 2/index.html half.html
  cat >site/127.0.0.2/half.html <<END
<a href="a.txt">a</a>
<a href="b.txt">b</a>
<a href="c.txt">c</a>
END
  echo '127.0.0.2 /half.html cut=46&fail=1' >rules
  serve
  check -r "$(url 2/index.html)"
  finds once 'broken http_404 2/a.txt' 'broken http_404 2/b.txt' 'broken http_404 2/c.txt'
  equal places "$(grep -c . got.tsv)" 4
  grep -q '4 links on 2 pages' text.txt || fail "$(tail -n 1 text.txt)"
}

test_standard_output_that_is_a_file() {
  page 2/index.html lost.txt
  serve
  status=0
  $acrawl -q --check "$(url 2/index.html)" --report tsv=out.txt >out.txt 2>err.txt || status=$?
  equal "status of one file twice" "$status" 1
  $acrawl -q --check "$(url 2/index.html)" --report "jsonl=standard output" >out.txt || true
  equal "a file of that name" "$(wc -l <'standard output')" 1
}

test_include_and_exclude() {
  local below
  serve
  page 2/index.html lost-a.txt lost-b.txt lost-c.txt "$(url 3/lost-a.txt)"
  check "$(url 2/index.html)" --include 'lost-[ab]'
  finds include 'broken http_404 2/lost-a.txt' 'broken http_404 2/lost-b.txt' 'broken http_404 3/lost-a.txt'
  asks include 'lost-c' ''
  check "$(url 2/index.html)" --exclude 'lost-a' --exclude '/lost-c\.txt$'
  finds exclude 'broken http_404 2/lost-b.txt'
  printf '# known\n\n  lost-a\n/lost-b\\.txt$\n' >.acrawlignore
  check "$(url 2/index.html)"
  finds .acrawlignore 'broken http_404 2/lost-c.txt'
  mkdir -p below/it
  below=$PWD
  (cd below/it && check "$(url 2/index.html)" && mv got.tsv "$below/got.tsv")
  finds ".acrawlignore above" 'broken http_404 2/lost-c.txt'
  echo 'lost-c' >other
  check "$(url 2/index.html)" --ignore-file other
  finds --ignore-file 'broken http_404 2/lost-a.txt' 'broken http_404 2/lost-b.txt' 'broken http_404 3/lost-a.txt'
  crawl --check "$(url 2/index.html)" --ignore-file nothing
  equal "no such file" "$status" 1
  echo '(' >other
  crawl --check "$(url 2/index.html)" --ignore-file other
  equal "not a pattern" "$status" 1
}

test_baseline() {
  serve
  page 2/index.html lost-a.txt lost-b.txt
  crawl --check "$(url 2/index.html)" --baseline known --write-baseline >text.txt
  grep -qF "http_404	$(url 2/lost-a.txt)" known || fail "baseline: $(cat known)"
  check "$(url 2/index.html)" --baseline known
  equal "all known" "$status" 0
  equal "known" "$(tail -n +2 got.tsv | cut -f 5 | sort -u)" true
  page 2/index.html lost-a.txt lost-b.txt lost-c.txt
  check "$(url 2/index.html)" --baseline known
  equal "one more" "$status" 2
  equal "the new one" "$(awk -F '\t' 'NR > 1 && $5 != "true" {print $3}' got.tsv | short)" 2/lost-c.txt
  # What works again is named, and what nobody links to.
  echo text >site/127.0.0.2/lost-a.txt
  page 2/index.html lost-a.txt
  check "$(url 2/index.html)" --baseline known
  equal "works again" "$status" 0
  grep -q lost-a text.txt || fail "it is not told what works again: $(cat text.txt)"
  grep -q lost-b text.txt || fail "it is not told what is gone: $(cat text.txt)"
  crawl --check "$(url 2/index.html)" --baseline known --write-baseline >text.txt
  ! grep -q lost known || fail "the baseline keeps what works: $(cat known)"
}

test_cache() {
  serve
  page 2/index.html "$(url 3/page/good)" "$(url 3/page/moved?location=/page/new)" "$(url 3/page/bad?status=404)"
  check "$(url 2/index.html)" --cache cache --no-second-look
  equal "first" "$status" 2
  found >first.txt
  serve
  check "$(url 2/index.html)" --cache cache --no-second-look
  found | diff first.txt - >&2 || fail "the cache changes what is found"
  asks "the second run" ' 3/.*good|moved|new' ''
  asks "what was bad" ' 3/.*bad' 'GET 3/page/bad?status=404' 'HEAD 3/page/bad?status=404'
  serve
  check "$(url 2/index.html)" --cache cache --no-second-look --cache-age 1ms
  asks "too old" ' 3/.*good' 'HEAD 3/page/good'
  echo 'damage' >cache
  check "$(url 2/index.html)" --cache cache --no-second-look
  found | diff first.txt - >&2 || fail "a damaged cache changes what is found"
  [ -s err.txt ] || fail "a damaged cache is not told"
}

test_cache_of_two_runs() {
  local first second i
  serve
  for i in 1 2; do
    page 2/$i.html $(for n in $(seq 50); do url 3/page/$i-"$n?delay=20"; done)
  done
  crawl --check "$(url 2/1.html)" --cache cache >first.txt &
  first=$!
  crawl --check "$(url 2/2.html)" --cache cache >second.txt &
  second=$!
  wait $first $second
  serve
  check "$(url 2/1.html)" "$(url 2/2.html)" --cache cache
  asks "after two runs at once" ' 3/' ''
}

test_fallback_ext() {
  serve
  page 2/index.html about about/ '/sub/' sub two two.html three
  page 2/about.html
  page 2/sub/index.html
  page 2/two.htm
  page 2/two.html
  check site/127.0.0.2 --base-url "$(url 2/)"
  finds "no --fallback-ext" 'broken no_file 2/about' 'broken no_file 2/about/' 'broken no_file 2/two' \
    'broken no_file 2/three' 'redirected http_301 2/sub'
  check site/127.0.0.2 --base-url "$(url 2/)" --fallback-ext html
  finds "--fallback-ext html" 'broken no_file 2/about/' 'broken no_file 2/three' 'redirected http_301 2/sub'
  rm site/127.0.0.2/two.html
  check site/127.0.0.2 --base-url "$(url 2/)" --fallback-ext html --fallback-ext htm
  finds "two of them" 'broken no_file 2/about/' 'broken no_file 2/three' 'broken no_file 2/two.html' \
    'redirected http_301 2/sub'
  equal "places are files" "$(tail -n +2 got.tsv | cut -f 6 | sort -u)" site/127.0.0.2/index.html
}

# The standard's fragments, and no other.
test_fragments() {
  serve
  mkdir -p site/127.0.0.2
  printf '<meta charset=utf-8><p id="a b"><a name=n></a><p id=%%C3%%A4><p id=ü><p id=X>' >site/127.0.0.2/ids.html
  page 2/index.html 'ids.html#a%20b' 'ids.html#n' 'ids.html#%C3%A4' 'ids.html#%c3%bc' 'ids.html#X' \
    'ids.html#' 'ids.html#Top' 'ids.html#x' 'ids.html#a' 'ids.html#%C3' 'a.txt#none'
  echo text >site/127.0.0.2/a.txt
  check "$(url 2/index.html)"
  finds "without --fragments" ''
  check "$(url 2/index.html)" --fragments
  finds "--fragments" 'broken no_fragment 2/ids.html#x' 'broken no_fragment 2/ids.html#a' \
    'broken no_fragment 2/ids.html#%C3'
  check site/127.0.0.2 --base-url "$(url 2/)" --fragments
  finds "--fragments, directory" 'broken no_fragment 2/ids.html#x' 'broken no_fragment 2/ids.html#a' \
    'broken no_fragment 2/ids.html#%C3'
}

# on_terminal COMMAND...: its standard output is a terminal's.
on_terminal() {
  python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' "$@" </dev/null
}

test_colour() {
  local escape=$'\033' command
  [ -z "${VALGRIND:-}" ] || return 0
  serve
  page 2/index.html lost.txt
  crawl --check "$(url 2/index.html)" >text.txt
  ! grep -q "$escape" text.txt || fail "escapes in a file"
  command=("$acrawl" --check "$(url 2/index.html)" --progress never)
  TERM=xterm on_terminal "${command[@]}" >terminal.txt
  grep -q "$escape\[" terminal.txt || fail "no colour on a terminal"
  NO_COLOR=1 TERM=xterm on_terminal "${command[@]}" >terminal.txt
  grep -q lost.txt terminal.txt || fail "nothing on a terminal"
  ! grep -q "$escape" terminal.txt || fail "NO_COLOR is not heeded"
}

test_explain() {
  serve
  page 2/index.html
  crawl --check --explain "$(url '3/page/x?location=/page/y')" >text.txt
  equal status "$status" 0
  for word in redirected 302 200 127.0.0.3 'curl '; do
    grep -qF "$word" text.txt || fail "--explain does not tell $word: $(cat text.txt)"
  done
  crawl --check --explain "$(url '3/page/x?status=404')" >text.txt
  equal "status of a break" "$status" 2
  grep -q broken text.txt || fail "no verdict"
}

# Another program's findings in the documentation: see dirfrag.py.
test_python_doc_fragments() {
  local here=$PWD
  [ -f "$docs/index.html" ] || fail "no $docs: install python3-doc"
  python3 "$top/tests/e2e/dirfrag.py" "$docs" https://docs.python.org/3/ >wanted.txt
  [ "$(wc -l <wanted.txt)" -gt 0 ] || fail "the other program found nothing"
  # A page is named from where acrawl runs.
  status=0
  (cd "$docs" && exec $acrawl --check . --base-url https://docs.python.org/3/ --fragments \
    --internal --report tsv="$here/got.tsv" -o "$here/text.txt" 2>"$here/err.txt") || status=$?
  equal status "$status" 2
  awk -F '\t' -v OFS='\t' 'NR > 1 && $1 != "redirected" { sub(/^\.\//, "", $6); print $2, $3, $6, $7 }' got.tsv |
    LC_ALL=C sort -u >got.txt
  diff got.txt wanted.txt >diff.txt || fail "< acrawl, > dirfrag.py: $(head -n 5 diff.txt)"
  echo "    $(wc -l <wanted.txt) places" >&2
}

run_tests
