#!/usr/bin/env bash
# What a user meets: inputs, outcomes, outputs, options, against the server
# written for the tests.
. "$(dirname "$0")/lib.sh"

test_one_page() {
  start_httpd
  crawl "$origin/page/x?links=3" --pages pages.tsv -o found.tsv
  equal status $status 0
  check_links_file found.tsv
  equal lines "$(cat found.tsv)" "source_url	parsed_url
$origin/page/x?links=3	$origin/page/x-1
$origin/page/x?links=3	$origin/page/x-2
$origin/page/x?links=3	$origin/page/x-3"
  equal columns "$(head -n 1 pages.tsv)" "source_url	final_url	outcome	status	bytes	links	ms	attempts	content_type"
  equal row "$(tail -n 1 pages.tsv | cut -f 1-4,6,8-)" "$origin/page/x?links=3	$origin/page/x?links=3	ok	200	3	1	text/html"
  grep -q '^acrawl: 1 URL.*: 1 ok, 0 failed; 3 links' err.txt || fail "summary"
}

test_standard_output_and_no_header() {
  start_httpd
  crawl --no-header -q "$origin/page/x?links=2" >out.tsv
  equal lines "$(wc -l <out.tsv)" 2
  equal stderr "$(cat err.txt)" ""
}

test_list_forms() {
  start_httpd
  printf '\xef\xbb\xbf%s/page/a\r\n\r\n# comment\n  %s/page/b \t\n%s/page/a\n%s/page/a#frag\nnonsense\nftp://x/y\n%s/page/c' \
    "$origin" "$origin" "$origin" "$origin" "$origin" >list.txt
  crawl list.txt "$origin/page/arg" --pages pages.tsv -o found.tsv
  equal status $status 2
  grep -q 'list.txt:7: .*nonsense' err.txt || fail "line 7 is not named"
  grep -q 'list.txt:8: .*ftp://x/y' err.txt || fail "line 8 is not named"
  equal outcomes "$(outcomes pages.tsv)" "ftp://x/y bad_scheme
$origin/page/a ok
$origin/page/arg ok
$origin/page/b ok
$origin/page/c ok
nonsense bad_url"
  equal requests "$(stat_of requests)" 4
}

test_standard_input() {
  start_httpd
  status=0
  { echo "$origin/page/1"; sleep 0.4; echo "$origin/page/2"; } |
    $acrawl - -o found.tsv --pages pages.tsv 2>err.txt || status=$?
  equal status $status 0
  equal rows "$(outcomes pages.tsv | wc -l)" 2
  # The first page did not wait for the end of the list.
  first=$(awk '/page\/1/ {print $1}' httpd.log)
  second=$(awk '/page\/2/ {print $1}' httpd.log)
  ! plain || [ $((second - first)) -ge 300 ] || fail "the pipe was read to its end first"
}

test_outcomes_of_misbehaviour() {
  start_httpd
  cat >list.txt <<END
$origin/page/ok?links=5
$origin/page/x?status=404
$origin/page/x?status=403
$origin/page/x?status=500
$origin/page/x?reset=1
$origin/page/x?empty=1
$origin/page/x?garbage=1
$origin/page/x?badchunk=1
$origin/page/x?type=application/pdf
$origin/page/x?type=
$origin/page/x?type=&raw=%25PDF-1.4xxxxxxxxxxxxxxxx
$origin/page/x?headstall=1
$origin/page/x?stall=50
$origin/page/x?links=5&size=5000&cut=4000
$origin/page/x?links=5&size=5000&reset=4000
$origin/page/x?encoding=bad
$origin/page/x?headers=400000
$origin/page/x?longheader=150000
$origin/page/x?size=300000
$origin/page/x?location=ftp://x/
$origin/page/x?location=file:///etc/passwd
$origin/page/x?location=http://[
$origin/page/x?status=302
$origin/page/x?status=204
http://127.0.0.1:1/
http://no-such-host.invalid/
http://[::1
END
  crawl list.txt -o found.tsv --pages pages.tsv --retries 0 -t 1s --max-size 200k
  equal status $status 2
  check_links_file found.tsv
  outcomes pages.tsv | sed "s|$origin||" >got.txt
  LC_ALL=C sort >wanted.txt <<'END'
/page/ok?links=5 ok
/page/x?status=404 http_404
/page/x?status=403 http_403
/page/x?status=500 http_500
/page/x?reset=1 reset
/page/x?empty=1 empty_reply
/page/x?garbage=1 bad_response
/page/x?badchunk=1 bad_response
/page/x?type=application/pdf not_html
/page/x?type= ok
/page/x?type=&raw=%25PDF-1.4xxxxxxxxxxxxxxxx not_html
/page/x?headstall=1 timeout
/page/x?stall=50 timeout
/page/x?links=5&size=5000&cut=4000 truncated
/page/x?links=5&size=5000&reset=4000 truncated
/page/x?encoding=bad bad_encoding
/page/x?headers=400000 headers_too_large
/page/x?longheader=150000 headers_too_large
/page/x?size=300000 too_large
/page/x?location=ftp://x/ bad_scheme
/page/x?location=file:///etc/passwd bad_scheme
/page/x?location=http://[ bad_redirect
/page/x?status=302 http_302
/page/x?status=204 ok
http://127.0.0.1:1/ connect_refused
http://no-such-host.invalid/ dns_not_found
http://[::1 bad_url
END
  LC_ALL=C sort -o got.txt got.txt
  diff got.txt wanted.txt >&2 || fail "outcomes differ"
  # The links of pages that broke off are there, as far as they came.
  equal "links before the cut" "$(grep -c 'cut=4000' found.tsv)" 5
  equal "links before the reset" "$(grep -c 'reset=4000' found.tsv)" 5
}

test_retries() {
  start_httpd
  crawl "$origin/page/a?fail=2" "$origin/page/b?fail=1&reset=1" \
    "$origin/page/c?fail=1&retryafter=2" "$origin/page/d?fail=9&retryafter=3600" \
    "$origin/page/e?status=404" -o found.tsv --pages pages.tsv
  equal status $status 2
  equal attempts "$(cut -f 1,3,8 pages.tsv | sed "1d;s|$origin/page/||;s/?[^	]*//" | LC_ALL=C sort)" \
    "a	ok	3
b	ok	2
c	ok	2
d	http_503	1
e	http_404	1"
  wait=$(awk '/page\/c/ {t[n++] = $1} END {print t[1] - t[0]}' httpd.log)
  [ "$wait" -ge 2000 ] && [ "$wait" -le 3500 ] || fail "Retry-After: waited $wait ms"
  waits=$(awk '/page\/a/ {t[n++] = $1} END {print t[1] - t[0], t[2] - t[1]}' httpd.log)
  read -r one two <<<"$waits"
  [ "$one" -ge 700 ] && [ "$one" -le 1800 ] && [ "$two" -ge 1400 ] && [ "$two" -le 3200 ] ||
    fail "backoff: $waits ms"
}

test_no_retry_after_links_are_out() {
  start_httpd
  # More hrefs than wait for a <base>: some are written before the cut.
  crawl "$origin/page/x?links=40000&cut=1000000" -o found.tsv --pages pages.tsv
  equal attempts "$(tail -n 1 pages.tsv | cut -f 3,8)" "truncated	1"
  check_links_file found.tsv
  equal repeated "$(sort found.tsv | uniq -d | wc -l)" 0
}

test_redirects() {
  start_httpd
  crawl "$origin/page/a/b?location=/page/deep/er/c%3Flinks=2%23f" \
    "$origin/loop?location=/loop%3Flocation%3D/loop" \
    "$origin/page/self?location=self%3Flocation%3Dself" \
    "$origin/page/frag?location=/page/q#mine" -o found.tsv --pages pages.tsv --max-redirects 3
  grep -q "	$origin/page/deep/er/c?links=2#f	ok	200" pages.tsv || fail "final URL"
  grep -q "	$origin/page/deep/er/c-2$" found.tsv || fail "links are not resolved against the final URL"
  grep -q "/page/q#mine	ok" pages.tsv || fail "the fragment is not kept"
  # acrawl follows at most three hops.
  crawl "$origin/page/1?location=/page/2%3Flocation%3D/page/3" --max-redirects 0 -o f --pages p
  equal "too many" "$(tail -n 1 p | cut -f 3,4)" "too_many_redirects	302"
}

test_secrets_stay_at_their_origin() {
  start_httpd --bind 127.0.0.1 --bind 127.0.0.2
  other=http://127.0.0.2:$port
  crawl "$origin/page/a?location=$other/page/b" "$origin/page/c?location=/page/d" \
    -H 'Authorization: Bearer x' -H 'Cookie: a=b' -H 'X-Other: 1' -A 'Agent/7' -o f
  equal status $status 0
  for path in a c d; do
    grep "/page/$path" httpd.log | grep -qi 'authorization.*' || fail "no header for $path"
  done
  grep '	127.0.0.2' httpd.log | grep -qi 'authorization\|cookie' && fail "a secret went to another origin"
  grep '	127.0.0.2' httpd.log | grep -qi 'x-other' || fail "no X-Other"
  grep -c 'Agent/7' httpd.log | grep -qx 4 || fail "user agent"
}

test_base_and_charset() {
  start_httpd
  crawl "$origin/page/x?links=2&base=/other/" "$origin/page/y?links=2&basis=/late/" \
    "$origin/page/z?charset=iso-8859-1&raw=%3Ca%20href=%22%e9%22%3E" --no-header >out.tsv
  LC_ALL=C sort out.tsv | cut -f 2 | sed "s|$origin||" >got.txt
  equal links "$(cat got.txt)" "/other/x-2
/page/x-1
/late/y-2
/page/y-1
/page/%C3%A9"
}

test_encodings() {
  start_httpd
  for encoding in gzip deflate br zstd; do
    echo "$origin/page/x?links=500&encoding=$encoding"
  done >list.txt
  crawl list.txt -o found.tsv --pages pages.tsv
  equal status $status 0
  equal links "$(cut -f 6 pages.tsv | sed 1d | sort -u)" 500
}

test_xhtml() {
  start_httpd
  crawl "$origin/page/x?type=application/xhtml%2Bxml&raw=%3Chtml%20xmlns=%27http://www.w3.org/1999/xhtml%27%3E%3Ca%20href=%27q?a%26amp;b%27/%3E%3C/html%3E" --no-header >out.tsv
  equal link "$(cut -f 2 out.tsv)" "$origin/page/q?a&b"
  crawl "$origin/page/x?type=application/xhtml%2Bxml&raw=%3Chtml%3E%3Ca%20href=%27q%27/%3E%3Cb%3E%3C/html%3E" -o f --pages p
  equal outcome "$(tail -n 1 p | cut -f 3,6)" "bad_markup	1"
}

test_hostile_bytes_are_escaped() {
  start_httpd
  crawl "$origin/page/x?raw=%3Ca%20href=%22a%09b%0ac%1b%5b31mq%c3%bf%22%3E" -o found.tsv --pages pages.tsv -vv
  check_links_file found.tsv
  equal link "$(tail -n 1 found.tsv | cut -f 2)" "$origin/page/abc%1B[31mq%C3%BF"
  crawl "$origin/page/x?type=text/html;%20x=%1b%5b31m" -o f --pages p -vv
  LC_ALL=C grep -q '[^	 -~]' p err.txt && fail "raw bytes in the report"
  true
}

test_hosts_are_capped() {
  start_httpd
  for i in $(seq 40); do echo "$origin/page/$i?delay=50"; done >list.txt
  crawl list.txt -o f --per-host 4
  equal status $status 0
  equal busiest "$(stat_of busiest)" 4
}

test_delay() {
  start_httpd
  crawl "$origin/page/1" "$origin/page/2?location=/page/4" "$origin/page/3" -o f --delay 300ms
  ! plain || equal gaps "$(awk 'last && $1 - last < 299 {print $1 - last} {last = $1}' httpd.log)" ""
  equal requests "$(wc -l <httpd.log)" 4
}

test_slow_pages_at_once() {
  start_httpd
  for i in $(seq 200); do echo "$origin/page/$i?delay=1000"; done >list.txt
  "$build/measure" m.txt $acrawl list.txt -o f -c 200 --per-host 200 2>err.txt || fail "status $?"
  wall=$(sed -n 's/^wall_ms //p' m.txt)
  ! plain || [ "$wall" -lt 2000 ] || fail "200 pages of 1 s took $wall ms"
  equal lines "$(wc -l <f)" 601
}

test_slow_start_does_not_hold_up_others() {
  start_httpd --bind 127.0.0.1 --bind 127.0.0.2
  { for i in $(seq 30); do echo "$origin/page/$i?headstall=1"; done
    for i in $(seq 30); do echo "http://127.0.0.2:$port/page/$i"; done; } >list.txt
  crawl list.txt -o f --pages p -c 16 --retries 0 -t 500ms
  equal ok "$(grep -c '127.0.0.2.*	ok	' p)" 30
  equal timeouts "$(grep -c '	timeout	' p)" 30
}

test_ordered() {
  start_httpd
  for i in $(seq 60); do echo "$origin/page/$i?links=20&delay=$((i * 37 % 200))"; done >list.txt
  echo nonsense >>list.txt
  crawl list.txt -o a.tsv --pages p --ordered -c 50 --per-host 50
  equal "rows in order" "$(sed 1d p | cut -f 1)" "$(cat list.txt)"
  crawl list.txt -o b.tsv --ordered -c 3
  cmp a.tsv b.tsv || fail "not the same bytes"
  crawl list.txt -o c.tsv
  equal "the same links" "$(sort c.tsv | md5sum)" "$(sort a.tsv | md5sum)"
  equal "sources in order" "$(sed 1d a.tsv | cut -f 1 | uniq)" "$(head -n 60 list.txt)"
}

test_ordered_gives_way() {
  start_httpd
  # The first page is slow; the others' lines are more than may be held.
  echo "$origin/page/first?delay=1500" >list.txt
  for i in 1 2 3; do echo "$origin/page/$i?links=400000&chunked=1" >>list.txt; done
  crawl list.txt -o a.tsv --pages p --ordered --max-size 0
  equal status $status 0
  equal links "$(sed 1d p | cut -f 6 | paste -sd' ')" "3 400000 400000 400000"
  equal lines "$(wc -l <a.tsv)" 1200004
  equal "sources in order" "$(sed 1d a.tsv | cut -f 1 | uniq)" "$(cat list.txt)"
}

test_not_html_is_not_downloaded() {
  start_httpd
  crawl "$origin/page/x?size=900000000&type=image/png" -o f --pages p
  equal row "$(tail -n 1 p | cut -f 3,5)" "not_html	0"
  [ "$(tail -n 1 p | cut -f 7)" -lt 1000 ] || fail "it took its time"
}

test_proxy() {
  start_httpd
  crawl http://some.example/page/x -x "$origin" -o f
  equal status $status 0
  grep -q 'http://some.example/page/x' httpd.log || fail "not through the proxy"
}

test_resolve_and_ip_version() {
  start_httpd --bind 127.0.0.1 --bind ::1
  crawl "http://name.example:$port/page/x" --resolve "name.example:$port:127.0.0.1" -o f --pages p
  equal status $status 0
  crawl "http://localhost:$port/page/4" -4 -o f
  equal "IPv4" $status 0
  crawl "http://[::1]:$port/page/6" -6 -o f
  equal "IPv6" $status 0
}

test_files_are_not_destroyed() {
  start_httpd
  echo "$origin/page/x" >list.txt
  crawl list.txt -o same --pages ./same
  equal "one file for both" $status 1
  ln -s target link
  crawl list.txt -o link --pages target
  equal "through a link" $status 1
  crawl - -o list.txt <list.txt
  equal "output is standard input" $status 1
  crawl list.txt >>list.txt
  equal "standard output is an input" $status 1
  equal "the list" "$(cat list.txt)" "$origin/page/x"
}

test_closed_descriptors() {
  start_httpd
  crawl "$origin/page/x" >&-
  equal "standard output" $status 3
  grep -q 'cannot write standard output: Bad file descriptor' err.txt || fail "message"
  crawl - -o f <&-
  equal "standard input" $status 3
  grep -q 'cannot read standard input: Bad file descriptor' err.txt || fail "message"
}

test_fifo_without_reader_can_be_left() {
  mkfifo fifo
  $acrawl http://127.0.0.1:1/ -o fifo 2>err.txt &
  pid=$!
  sleep 0.3
  kill -TERM $pid
  wait $pid || true
  kill -0 $pid 2>/dev/null && fail "it still waits"
  true
}

test_usage_errors() {
  crawl
  equal "no input" $status 1
  crawl no-such-file
  equal "no file" $status 1
  grep -q 'cannot read no-such-file: No such file' err.txt || fail "message"
  crawl --no-such-option x
  equal "no option" $status 1
  crawl http://127.0.0.1:1/ -o /no/such/folder/f
  equal "no output" $status 1
  grep -q 'cannot write /no/such/folder/f: No such file' err.txt || fail "message"
  crawl http://127.0.0.1:1/ --cacert nothing
  equal "no certificates" $status 1
  echo http://127.0.0.1:1/ >list.txt
  crawl list.txt -o list.txt
  equal "output is input" $status 1
  equal "the list" "$(cat list.txt)" http://127.0.0.1:1/
  $acrawl --help >help.txt || fail "--help"
  $acrawl --version | grep -q '^acrawl [0-9]' || fail "--version"
}

test_empty_list() {
  : >list.txt
  crawl list.txt >out.tsv
  equal status $status 0
  equal lines "$(cat out.tsv)" "source_url	parsed_url"
}

test_log_form() {
  start_httpd
  crawl "$origin/page/x" "$origin/page/y?status=404" -v -o f
  grep -Eq "^[0-9]{2}:[0-9]{2}:[0-9]{2} INFO:acrawl: Got response \[200\] for URL: $origin/page/x$" err.txt || fail "got response"
  grep -Eq "INFO:acrawl: Found 3 links for URL: $origin/page/x$" err.txt || fail "found"
  grep -Eq "ERROR:acrawl: Got error \[http_404\] for URL: .* \(not found\)$" err.txt || fail "error"
  crawl "$origin/page/x" -o f
  equal "without -v" "$(grep -c acrawl err.txt)" 1
}

test_progress_on_a_terminal() {
  command -v script >/dev/null || fail "script(1) is missing"
  start_httpd
  for i in $(seq 12); do echo "$origin/page/$i?delay=300&status=$((i % 2 ? 200 : 404))"; done >list.txt
  script -qec "$acrawl list.txt -o f --per-host 3" typescript >/dev/null || true
  grep -q 'done, .* failed, .* in flight' typescript || fail "no progress line"
  # A log line begins where the progress line was wiped.
  grep -a 'ERROR:acrawl' typescript | grep -av $'\r\033\\[K[0-9][0-9]:' | head -n 1 | grep -q . && fail "garbled"
  crawl list.txt -o f --per-host 3
  grep -q 'in flight' err.txt && fail "progress in a pipe"
  true
}

run_tests
