#!/usr/bin/env bash
# --explain: what it tells about a target, that it asks no more than a check
# would, and that its curl command does the same.
. "$(dirname "$0")/lib.sh"

# explain STATUS URL [OPTION]...: the text goes to out.txt
explain() {
  local wanted=$1
  shift
  crawl --explain "$@" >out.txt
  cat err.txt >>all-err.txt
  [ "$status" = "$wanted" ] || fail "status $status, not $wanted: $(cat out.txt err.txt)"
  ! LC_ALL=C grep -n '[^ -~]' out.txt >&2 || fail "not printable"
}

# has LINE...: these lines are there, in this order, but for times, and others
# may stand between them; a label is apart from the rest by one blank here
has() {
  local line
  sed -E 's/ in [0-9]+ ms/ in T/; s/^ +//; s/^([A-Z][A-Za-z]*( [0-9]+)?) +/\1 /' out.txt >plain.txt
  for line in "$@"; do
    grep -qxF -- "$line" plain.txt || fail "no '$line' (here) in: $(cat out.txt)"
    sed -i "1,$(grep -nxF -m 1 -- "$line" plain.txt | cut -d : -f 1)d" plain.txt
  done
}

has_not() {
  ! grep -F -- "$1" out.txt >&2 || fail "there is '$1'"
}

# asked: "METHOD TARGET" of each request that the server saw
asked() {
  cut -f 2,4 --output-delimiter=' ' httpd.log
}

# The command of the text.
command_line() {
  sed -n '/^To repeat the last request:$/{n;p}' out.txt
}

test_ok() {
  start_httpd
  explain 0 "$origin/page"
  has "URL $origin/page" "Rules no patterns to exclude it" "external: no input says what is internal" \
    "ok are statuses 200..299" "DNS 127.0.0.1 is an address" "Request 1 HEAD $origin/page" \
    "200 in T from 127.0.0.1" "Verdict ok" "not reported"
  equal "requests" "$(asked)" "HEAD /page"
  [ ! -s all-err.txt ] || fail "says $(cat all-err.txt)"
  has_not Fragment
}

test_redirects() {
  start_httpd
  explain 2 "$origin/a?status=301&location=/b%3Fstatus=302%26location=/c%253Fstatus=410"
  has "Request 1 HEAD $origin/a?status=301&location=/b%3Fstatus=302%26location=/c%253Fstatus=410" \
    "301 in T from 127.0.0.1" "leads to $origin/b?status=302&location=/c%3Fstatus=410" \
    "Request 2 HEAD $origin/b?status=302&location=/c%3Fstatus=410" \
    "302 in T from 127.0.0.1" "leads to $origin/c?status=410" \
    "Request 3 HEAD $origin/c?status=410" "410 in T from 127.0.0.1" \
    "Request 4 GET $origin/c?status=410" "by GET, as HEAD may be answered otherwise" \
    "Request 5 GET $origin/c?status=410" "the second look: a fresh connection, when all else is done" \
    "Verdict broken http_410: gone" "redirects lead to $origin/c?status=410" \
    "reported; the run fails (status 2)"
  explain 0 "$origin/a?status=301&location=/page"
  has "Verdict redirected http_301: moved permanently" "redirects lead to $origin/page" \
    "reported; the run does not fail"
  explain 0 "$origin/a?location=/page"
  has "Verdict redirected http_302: not for good" "redirects lead to $origin/page" "not reported"
  : >httpd.log
  explain 2 "$origin/circle?location=/circle%3Fx%26location=/y" --max-redirects 0
  has "Verdict broken too_many_redirects: more than --max-redirects, or in a circle"
  equal "requests" "$(asked | wc -l)" 1
}

# What a server may send: nothing of it gets onto the terminal as it is.
test_bad_location() {
  start_httpd
  explain 2 "$origin/a?location=http://%251b[31m/"
  has "leads to no URL: http://%1b[31m/" "Verdict broken bad_redirect: redirected to what is not a valid URL"
  printf '%s /a location=http://%%1b[31m%%ff/\n' '*' >rules
  kill "$httpd_pid"
  start_httpd --rules rules
  explain 2 "$origin/a"
  has "leads to no URL: http://%1B[31m%FF/"
}

test_head_refused() {
  start_httpd
  explain 0 "$origin/page?status=405&fail=1"
  has "Request 1 HEAD $origin/page?status=405&fail=1" "405 in T from 127.0.0.1" \
    "Request 2 GET $origin/page?status=405&fail=1" "by GET, as HEAD may be answered otherwise" \
    "200 in T from 127.0.0.1" "Verdict ok"
  explain 2 "$origin/x?status=405" --check-method head --no-second-look
  has "Request 1 HEAD $origin/x?status=405" "Verdict broken http_405: the server answered with this HTTP status"
  has_not "Request 2"
}

test_retry_after() {
  start_httpd
  explain 0 "$origin/page?status=429&retryafter=1&fail=1"
  has "429 in T from 127.0.0.1" "asks to come again in 1 s" "Request 2 HEAD $origin/page?status=429&retryafter=1&fail=1" \
    "attempt 2, after a pause" "200 in T from 127.0.0.1" "Verdict ok"
}

test_blocked() {
  start_httpd
  explain 0 "$origin/x?status=403"
  has "Verdict blocked http_403: forbidden" "reported; with --strict the run would fail"
  explain 2 "$origin/x?status=403" --strict
  has "reported; the run fails (status 2)"
  explain 0 "$origin/x?status=403" --accept 200,400..403
  has "ok are statuses 200,400..403" "Verdict ok"
  explain 0 "$origin/x?status=503&header=cf-mitigated:%20challenge"
  has "503, bot_wall: the server takes us for a robot, in T from 127.0.0.1" \
    "Verdict blocked bot_wall: the server takes us for a robot"
}

test_rules() {
  start_httpd
  printf '# what we know\n^http://127[.0-9:]*/old\n' >.acrawlignore
  explain 0 "$origin/old"
  has "Rules excluded by .acrawlignore:2: ^http://127[.0-9:]*/old" "Requests none" \
    "Verdict skipped: excluded by a pattern" "not reported"
  explain 0 "$origin/page" --exclude 'p[a]ge'
  has "Rules excluded by p[a]ge"
  explain 0 "$origin/page" --include 'nothing'
  has "Rules excluded: no --include matches"
  explain 0 "$origin/page" --include 'pag'
  has "Rules included by pag"
  explain 0 "$origin/page" --internal
  has "external: no input says what is internal; skipped by --internal" "Verdict skipped: external, with --internal"
  echo "$origin/" >list
  explain 0 "$origin/page" --external list
  has "internal: on the site of the inputs; skipped by --external" "Verdict skipped: internal, with --external"
  equal "requests" "$(asked)" "HEAD /page"
  : >httpd.log
  explain 0 "$origin/page" --internal -r "$origin/start"
  has "internal: on the site of the inputs" "Verdict ok"
  equal "requests: an input is not fetched" "$(asked)" "HEAD /page"
  # Where a redirect leads to what is not to be tested.
  explain 0 "$origin/a?location=/old"
  has "redirects lead to $origin/old, which is not tested: excluded by a pattern"
}

test_robots() {
  printf '%s\n' '* /robots.txt raw=User-agent:*%0ADisallow:/shut&type=text/plain' >rules
  start_httpd --rules rules
  explain 0 "$origin/shut/x" --robots always
  has "robots.txt forbids it" "Request 1 GET $origin/robots.txt" "Verdict skipped: forbidden by robots.txt"
  explain 0 "$origin/page" --robots always
  has "robots.txt allows it" "Request 1 GET $origin/robots.txt" "Request 2 HEAD $origin/page" "Verdict ok"
  explain 2 "$origin/shut/x"
  has_not robots.txt
}

test_kept() {
  start_httpd
  printf 'http_404 %s/x?status=404\n' "$origin" >known
  explain 0 "$origin/x?status=404" --baseline known
  has "the baseline knows it" "Verdict broken http_404: not found" \
    "reported as known by the baseline; the run does not fail"
  explain 2 "$origin/y?status=404" --baseline known
  has "the baseline does not know it"
  # Nothing that is kept is changed, whatever the config file says.
  printf 'write-baseline\nbaseline = known\noutput = o\nreport = tsv=r\nbase-url = http://a/\n' >.acrawlrc
  explain 2 "$origin/y?status=404"
  equal "baseline" "$(wc -l <known)" 1
  [ ! -e o ] && [ ! -e r ] || fail "a report was written"
  rm .acrawlrc
  echo "<a href=/page>" >list.html
  echo "$origin/page" >list
  # As --check would have kept it.
  printf 'acrawl cache 1\n%s000\t200\t%s/page\t\n' "$(($(date +%s) - 7300))" "$origin" >cache
  cp cache before
  : >httpd.log
  explain 0 "$origin/page" --cache cache
  has "the cache has an answer, of 2 h ago: 200, so nobody is asked" "Requests none" "Verdict ok"
  explain 0 "$origin/page?other" --cache cache
  has "the cache has no answer" "200 in T from 127.0.0.1"
  equal "requests" "$(asked)" "HEAD /page?other"
  cmp cache before || fail "the cache was written"
}

test_hosts() {
  start_httpd
  explain 2 "http://127.0.0.1:1/"
  has "Request 1 HEAD http://127.0.0.1:1/" "connect_refused: connection refused, in T" "Request 2 GET http://127.0.0.1:1/" \
    "Verdict broken connect_refused: connection refused"
  grep -q "Failed to connect" out.txt || fail "libcurl's words are missing"
  explain 2 "http://nobody.invalid/"
  grep -q '^DNS  *nobody.invalid: no address: ' out.txt || fail "no word of DNS"
  has "Verdict broken dns_not_found: the host name has no address"
  explain 0 "http://localhost:$port/page" -4
  has "DNS localhost: 127.0.0.1" "200 in T from 127.0.0.1"
  explain 0 "http://name.test:$port/page" --resolve "name.test:$port:127.0.0.1"
  has "DNS name.test: --resolve name.test:$port:127.0.0.1" "200 in T from 127.0.0.1"
  explain 0 "http://name.test/page" -x "http://me:sEcret@127.0.0.1:$port"
  has "DNS name.test by the proxy http://USER:PASSWORD@127.0.0.1:$port (--proxy)" "200 in T from 127.0.0.1"
  http_proxy=http://127.0.0.1:$port explain 0 "http://name.test/page"
  has "DNS name.test by the proxy http://127.0.0.1:$port (http_proxy)"
}

test_fragment() {
  start_httpd
  explain 0 "$origin/x?raw=<p%20id=a%25C3%25A4>#a%C3%A4"
  has "its fragment is #a%C3%A4" "Request 1 GET $origin/x?raw=%3Cp%20id=a%25C3%25A4%3E" "Fragment #a%C3%A4 is there" "Verdict ok"
  explain 2 "$origin/x?raw=<p%20id=a>#b"
  has "Fragment #b is not there: no such id" "Verdict broken no_fragment: the page has no such fragment"
  explain 0 "$origin/x?location=/y%3Fraw=<p%2520id=c>%23c#b"
  has "its fragment is #b" "Fragment #c is there"
  explain 0 "$origin/page?type=text/plain#b"
  has "Fragment #b was not looked for: there is no HTML that was read to its end" "Verdict ok"
}

test_directory() {
  mkdir -p public/sub
  echo '<p id=here><a href="http://127.0.0.1:1/">' >public/sub/index.html
  echo '<p>' >public/page.html
  base="--base-url https://example.org/"
  # shellcheck disable=SC2086
  {
    explain 0 "https://example.org/sub/#here" public $base
    has "internal: on the site of the inputs" "File https://example.org/sub/" \
      "its index answers: public/sub/index.html" "Requests none" "Fragment #here is there" "Verdict ok"
    explain 2 "/sub/#there" public $base
    has "URL https://example.org/sub/" "Fragment #there is not there: no such id"
    explain 0 "https://example.org/sub#here" ./public/ $base
    has "301 to it with a slash, for: ./public/sub/index.html" "Fragment #here is there" \
      "Verdict redirected http_301: moved permanently"
    explain 2 "https://example.org/page" public $base
    has "no file in the directory answers" "Verdict broken no_file: the directory has no such file"
    explain 0 "https://example.org/page?x=1" public $base --fallback-ext html
    has "by --fallback-ext answers: public/page.html" "Verdict ok"
  }
  has_not "To repeat"
}

test_no_url() {
  explain 2 'http://me:sEcret@exa mple/'
  has "URL http://USER:PASSWORD@exa mple/ (which is none)" "Verdict invalid bad_url: not a valid URL"
  explain 0 'mailto:joe@example.org'
  has "URL mailto:joe@example.org" "its scheme is mailto: nothing that can be tested" "Requests none" \
    "Verdict skipped: neither http nor https"
  explain 2 ''
  crawl --explain http://127.0.0.1:1/ --report tsv=r
  equal "status with --report" "$status" 1
}

test_interrupted() {
  start_httpd
  explain 3 "$origin/x?headstall=1" --deadline 500ms
  has "interrupted: the run ended while the page was on its way, in T from 127.0.0.1" "Verdict none: the deadline has passed"
}

# What the command asks for is what was asked.
test_curl() {
  local url args
  start_httpd
  while IFS=$'\t' read -r url args; do
    : >httpd.log
    eval "explain 0 '$origin'$url $args --no-second-look"
    command_line >command.sh
    grep -q '^curl -v ' command.sh || fail "no command: $(cat out.txt)"
    sh -e command.sh >curl.out 2>curl.err || fail "$(cat command.sh curl.err)"
    equal "lines of the log" "$(wc -l <httpd.log)" 2
    sed -n '1p' httpd.log | cut -f 2-6 >first
    sed -n '2p' httpd.log | cut -f 2-6 >second
    cmp first second || fail "$(cat command.sh first second)"
  done <<'END'
/page	
"/page/it's/\$HOME/\`x\`/a b/!&;(x)|*?[1-3]{a,b}=\\\\'"	
/page	-A "Jo'e \$HOME \\\\ x"
/page	-A ''
/page#top	--fragments
/page	--check-method get -H "X-One: it's" -H 'X-Two: "2"'
/page	-4 --connect-timeout 1500ms -t 0
END
  explain 0 "$origin/page" -H "X-One: it's" -4 -k --connect-timeout 1500ms -t 20 --cacert /dev/null -x ''
  equal "command" "$(command_line)" \
    "curl -v -I --compressed -A acrawl/$($acrawl --version | sed 's/^acrawl \([^ ]*\).*/\1/;q') -H 'X-One: it'\\''s' -x '' --cacert /dev/null -k -4 --connect-timeout 1.500 -m 20 '$origin/page'"
}

test_secrets() {
  start_httpd
  explain 0 "http://me:sEcret@127.0.0.1:$port/a?location=/page" -H 'Authorization: sEcret' -H 'cookie: sEcret' -H 'X-Api-Key: sEcret' \
    -H 'X-Plain: shown'
  has_not sEcret
  has "URL http://USER:PASSWORD@127.0.0.1:$port/a?location=/page" "leads to http://USER:PASSWORD@127.0.0.1:$port/page" \
    "without the headers Authorization and Cookie, which go only to hosts of the inputs"
  command_line | grep -q -- "-H 'X-Api-Key: SECRET' -H 'X-Plain: shown'" || fail "$(command_line)"
  # Sent, but not shown.
  : >httpd.log
  explain 0 "$origin/page" "$origin/" -H 'Authorization: sEcret' -H 'cookie: sEcret'
  has_not sEcret
  has_not "without the headers"
  grep -q Authorization httpd.log || fail "not sent"
  command_line | grep -q -- "-H 'Authorization: SECRET' -H 'cookie: SECRET'" || fail "$(command_line)"
}

run_tests
