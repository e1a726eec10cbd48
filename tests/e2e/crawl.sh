#!/usr/bin/env bash
# Crawling a site: what is fetched, how often, in which order, and what it
# costs.  The witness is the server's log, not what acrawl says of itself.
#
# The addresses 127.a.b.c of one test server are hosts; site/ADDRESS has the
# files of each, and rules (see tests/httpd/rules.c) how it misbehaves.  Below,
# 2/x.html is x.html of the host 127.0.0.2.  FULL=1: the sizes that the bounds
# are stated for, not an eighth of them.
#
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

full() {
  [ -n "${FULL:-}" ]
}

# serve [OPTION]...: all loopback addresses are hosts.
serve() {
  stop_servers
  rm -f httpd.out
  mkdir -p site
  touch rules
  start_httpd --bind 127.0.0.0/8 --hosts site --rules rules --answers answers "$@"
}

# rows FILE COLUMNS: these columns (as for cut) of --pages, sorted, with blanks
rows() {
  tail -n +2 "$1" | short | cut -f "$2" --output-delimiter=' ' | LC_ALL=C sort
}

# answered: the server's log, whole: begin, end, address, target, status
answered() {
  curl -s "$origin/stats" >stats.txt
  cat answers
}

# asked [PATTERN]: what was asked for, in that order, as 2/x.html
asked() {
  answered | cut -f 3,4 | sed -E 's#^127\.0\.0\.##; s#\t##' | grep -E "${1:-.}" || true
}

# same WHAT GOT_FILE: the wanted lines are the standard input, sorted here.
same() {
  LC_ALL=C sort >wanted.txt
  diff "$2" wanted.txt >&2 || fail "$1: < got, > wanted"
}

# once WHAT: nothing in the standard input is there twice.
once() {
  LC_ALL=C sort | uniq -d >twice.txt
  [ ! -s twice.txt ] || fail "$1 twice: $(head -n 3 twice.txt | tr '\n' ' ')"
}

# summary PATTERN: what is said at the end; a number: of so many URLs
summary() {
  local pattern=$1
  [[ $1 == *[!0-9]* ]] || pattern="^acrawl: $1 URLs: "
  tail -n 3 err.txt | grep -q "$pattern" || fail "summary: $(tail -n 3 err.txt)"
}

# run SEEDS... [-- OPTION]...: a crawl from 2/x.html; links in found.tsv.
run() {
  local seeds=()
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    seeds+=("$(url "$1")")
    shift
  done
  crawl -r "${seeds[@]}" -o found.tsv --pages pages.tsv "${@:2}"
}

# Every row names a page that links to it and is one link nearer to the start;
# one that a redirect led to, one that is as near.
check_referrers() {
  LC_ALL=C awk -F '\t' '
    FILENAME == "found.tsv" { sub(/#.*/, "", $2); link[$1, $2] = 1; next }
    FNR > 1 { depth[$1] = $10; referrer[$1] = $11; outcome[$1] = $3; final[$1] = $2 }
    END {
      for (url in depth) {
        from = referrer[url]
        if (depth[url] == 0)
          bad = from != ""
        else if (outcome[from] == "redirect")
          bad = final[from] != url || depth[from] != depth[url]
        else
          bad = !link[from, url] || depth[from] != depth[url] - 1
        if (bad) {
          print url, depth[url], "from", from, depth[from]
          failed = 1
        }
      }
      exit failed
    }' found.tsv pages.tsv >referrers.txt || fail "referrer: $(head -n 3 referrers.txt)"
}

# A true closure over the files, with the server's log as the witness.
test_documentation() {
  {
    echo "log_format crawl '\$request_method \$request_uri';"
    echo "server { listen 127.0.0.1:@port@; root @docs@; access_log $PWD/crawl.log crawl; }"
  } >servers.conf
  start_nginx
  python3 "$top/tests/e2e/closure.py" "$docs" "http://127.0.0.1:$port" | LC_ALL=C sort >closure
  [ "$(wc -l <closure)" -gt 500 ] || fail "only $(wc -l <closure) pages in the closure"

  crawl -r "http://127.0.0.1:$port/index.html" -o found.tsv --pages pages.tsv
  # One page of the documentation is missing.
  equal status "$status" 2
  equal columns "$(head -n 1 pages.tsv | tr '\t' ' ')" \
    "source_url final_url outcome status bytes links ms attempts content_type depth referrer"
  tail -n +2 pages.tsv | cut -f 1,3,10 | LC_ALL=C sort >got
  diff got closure >diff.txt || fail "< pages.tsv, > closure: $(head -n 5 diff.txt)"
  summary "$(wc -l <closure)"

  equal methods "$(cut -d ' ' -f 1 crawl.log | sort -u)" GET
  cut -d ' ' -f 2 crawl.log | LC_ALL=C sort >asked
  {
    printf '/robots.txt\n/sitemap.xml\n'
    cut -f 1 closure | sed -E 's#^http://[^/]*##'
  } | LC_ALL=C sort >wanted
  diff asked wanted >diff.txt || fail "< access log, > closure: $(head -n 5 diff.txt)"

  check_links_file found.tsv
  equal "links told and written" "$(awk -F '\t' 'NR > 1 {n += $6} END {print n}' pages.tsv)" \
    "$(tail -n +2 found.tsv | wc -l)"
  check_referrers
}

# What is listed costs what it did; no options, no robots.txt.
test_without_recursion() {
  serve
  page 2/index.html x.html
  crawl "$(url 2/index.html)" -o found.tsv --pages pages.tsv
  equal status "$status" 0
  equal columns "$(head -n 1 pages.tsv | cut -f 9-)" content_type
  equal asked "$(asked)" 2/index.html
}

# The shortest way counts, not the fastest.
test_depth() {
  local depth
  serve
  page 2/index.html b.html 'slow.html?delay=600'
  page 2/b.html c.html
  page 2/c.html x.html
  page 2/slow.html x.html
  page 2/x.html y.html
  page 2/y.html index.html z.html
  page 2/z.html
  for depth in 0 1 2 3 4; do
    run 2/index.html -- --depth $depth
    equal status "$status" 0
    rows pages.tsv 1,3,10 >got.txt
    awk -v depth=$depth '$3 <= depth' >wanted-$depth <<END
2/b.html ok 1
2/c.html ok 2
2/index.html ok 0
2/slow.html?delay=600 ok 1
2/x.html ok 2
2/y.html ok 3
2/z.html ok 4
END
    same "--depth $depth" got.txt <wanted-$depth
    check_referrers
  done
  run 2/index.html
  rows pages.tsv 1,3,10 >got.txt
  same "no --depth" got.txt <wanted-4
}

# Pages without end: what a known URL costs, and the same counts each time.
test_endless() {
  local pages=20000 spare_kb=2048 i
  ! full || { pages=200000; spare_kb=0; }
  serve
  # limited FILE PAGES: the first so many
  limited() {
    status=0
    "$build/measure" "$1.txt" $acrawl -r "$(url 2/endless/0)" -o /dev/null \
      --pages "$1.tsv" --max-pages "$2" 2>err.txt || status=$?
    equal "status of $2 pages" "$status" 0
    equal "rows of $2 pages" "$(tail -n +2 "$1.tsv" | wc -l)" "$2"
    tail -n +2 "$1.tsv" | cut -f 1 | once URLs
    summary "$2"
    tail -n +2 "$1.tsv" | cut -f 3,6 | sort | uniq -c >"$1.counts"
  }
  limited few 500
  for i in first second; do
    limited $i $pages
    equal "pages, outcomes, links" "$(tr -s ' \t' ' ' <$i.counts)" " $pages ok 50"
    plain || continue
    awk -F '\t' -v few="$(peak_kb few.txt)" -v many="$(peak_kb $i.txt)" -v spare=$spare_kb '
      NR > 1 { bytes += length($1); n++ }
      END {
        over = (many - few) * 1024 / n
        printf "    %d pages: %d KB above %d, %.0f bytes each; a URL has %.0f\n",
          n, many - few, few, over, bytes / n
        exit over > 48 + (bytes + spare * 1024) / n
      }' $i.tsv >&2 || fail "too much memory"
  done
}

# check_delays MS: of the standard input, lines of the log by host and begin, n
# requests to a host take n - 1 times as long, from any of them to any other.
# When a request was sent is not in the log, but when the server got round to
# it: half a delay is for that.  Being late does not add up.
check_delays() {
  LC_ALL=C awk -v delay="$1" '
    $3 != host { host = $3; n = 0; latest = $1 }
    {
      if (n && $1 - last < delay - 2) short++
      early = latest - ($1 - n * delay)
      if (early > worst) { worst = early; who = $3 $4 }
      if (early < 0) latest = $1 - n * delay
      n++
      last = $1
    }
    END {
      printf "    %d of %d requests less than %d ms after the one before, at worst %d ms early\n",
        short, NR, delay - 2, worst >"/dev/stderr"
      if (worst > delay / 2) print worst, "ms before its time:", who
    }' >early.txt
  [ ! -s early.txt ] || fail "$(cat early.txt)"
}

# Many hosts at once: nobody is asked too much, the small ones need not wait.
test_many_hosts() {
  local step=10 first=20 hosts=1000 i n total per_host=2 delay=20
  ! full || { step=1 first=1 hosts=10000; }
  serve
  # So slow that both the cap and the delay count.
  echo '* * delay=50' >rules
  for ((i = 0; i < hosts; i++)); do
    n=$((first + i * step))
    echo "127.$((n >> 16)).$((n >> 8 & 255)).$((n & 255)) $((6000 / n > 1000 ? 1000 : n > 6000 ? 1 : 6000 / n))"
  done >hosts
  total=$(awk '{n += $2} END {print n}' hosts)
  sed -E "s#^(\S+).*#http://\1:$port/sized/#" hosts >list
  status=0
  "$build/measure" many.txt $acrawl -r list -o found.tsv --pages pages.tsv \
    -c 256 --per-host $per_host --delay ${delay}ms 2>err.txt || status=$?
  equal status "$status" 0
  equal "pages that are ok" "$(cut -f 3 pages.tsv | grep -cx ok)" "$total"
  summary "$total"
  answered | LC_ALL=C sort -s -k 3,3 -k 1,1n >log
  cut -f 3,4 log | once requests
  equal "robots.txt" "$(grep -c /robots.txt log)" $hosts

  # At the same ms, one ends before another begins.
  awk '{print $3, $1, 1; print $3, $2, 0}' log | LC_ALL=C sort -k 1,1 -k 2,2n -k 3,3n |
    awk -v cap=$per_host '
      $1 != host { busy = 0; host = $1 }
      { busy += $3 ? 1 : -1; if (busy > most) { most = busy; who = host } }
      END { if (most > cap) print who, most }' >over
  [ ! -s over ] || fail "more than $per_host at once: $(cat over)"
  check_delays $delay <log
  awk 'NR == FNR { pages[$1] = $2; next }
    { size = pages[$3] <= 10 ? "small" : pages[$3] >= 200 ? "large" : "" }
    size == "small" && $2 > small { small = $2 }
    size == "large" { large[$3] = $2 }
    END { for (host in large) if (large[host] <= small) print host, small - large[host] }
    ' hosts log >unfair
  [ ! -s unfair ] || fail "done before the small ones: $(head -n 1 unfair)"

  cpu_of_many_hosts
}

# What a page costs where each host has few, and where one has all: the same
# requests, and the robots.txt and sitemap.xml of each host.
cpu_of_many_hosts() {
  rm rules
  serve
  sed -E "s#^(\\S+).*#http://\\1:$port/sized/#" hosts >list
  "$build/measure" many.txt $acrawl -r list -q -o many.tsv --pages pages.tsv -c 256
  equal "pages of many hosts" "$(cut -f 3 pages.tsv | grep -cx ok)" "$total"
  "$build/measure" one.txt $acrawl -r "$(url "1/sized/$total/")" -q -o one.tsv --pages pages.tsv \
    -c 256 --per-host 256
  equal "pages of one host" "$(cut -f 3 pages.tsv | grep -cx ok)" "$total"
  ! plain || awk -v pages="$total" -v hosts=$hosts '
    $1 == "cpu_ms" { ms[FILENAME] = $2 }
    END { printf "    %d pages: %d ms of CPU on %d hosts, with %d requests more; %d ms on one\n",
      pages, ms["many.txt"], hosts, 2 * hosts - 2, ms["one.txt"] }' many.txt one.txt >&2
}

# Hosts that are one machine share what it bears.
test_per_address() {
  local name resolve=() seeds=()
  serve
  echo '* * delay=20' >rules
  for name in a b c d; do
    resolve+=(--resolve "$name.example:$port:127.0.0.2")
    seeds+=("http://$name.example:$port/sized/30/")
  done
  for name in "3 --per-address 3" "8"; do
    curl -s "$origin/stats?clear=1" >stats.txt
    # shellcheck disable=SC2086
    crawl -r "${seeds[@]}" "${resolve[@]}" -o found.tsv --pages pages.tsv --per-host 2 \
      ${name#"${name%% *}"}
    equal status "$status" 0
    equal pages "$(tail -n +2 pages.tsv | cut -f 3 | grep -cx ok)" 120
    equal "most at once" "$(stat_of busiest)" "${name%% *}"
  done
}

# A 429 is followed by nothing until its time, and the others don't notice.
test_retry_after() {
  local cap i n others
  for cap in 1 4; do
    serve
    echo '127.0.0.2 * throttle=20&retryafter=2' >rules
    run 2/sized/60/ 3/sized/300/ 4/sized/300/ 5/sized/300/ -- --per-host $cap
    equal status "$status" 0
    equal outcomes "$(rows pages.tsv 3 | uniq -c | tr -s ' ')" " 960 ok"
    answered | LC_ALL=C sort -s -k 1,1n >log
    # How many were asked for after the first 429 had been sent, before its time.
    awk '$3 == "127.0.0.2" && $5 == 429 && !until { since = $2; until = $1 + 2000; next }
      until && $1 > since && $1 < until { n[$3 == "127.0.0.2"]++ }
      END { print n[1] + 0, n[0] + 0 }' log >between
    read -r i others <between
    # Those on their way already.
    [ "$i" -le $((cap - 1)) ] || fail "asked $i times, at most $cap at once, before its time"
    [ "$others" -gt 0 ] || fail "nothing was asked of the others in that time"
    n=$(awk '$5 == 429' log | wc -l)
    { [ "$n" -ge 1 ] && [ "$n" -le $cap ]; } || fail "$n times 429, at most $cap at once"
  done
}

test_traps() {
  local trap
  serve
  for trap in calendar grow session; do
    run 2/$trap/ -- --max-pages 200
    equal "status of $trap" "$status" 0
    summary 200
    equal "rows of $trap" "$(tail -n +2 pages.tsv | wc -l)" 200
    tail -n +2 pages.tsv | cut -f 1 | once URLs
  done
  # A bound for the length ends it too: 50 bytes and what is before it.
  run 2/grow/ -- --max-url-length 80
  equal "status of grow" "$status" 0
  equal "the longest URL" "$(tail -n +2 pages.tsv | cut -f 1 | awk '{print length($1)}' | sort -n | tail -n 1)" \
    $((80 - ($(url 2/grow/ | wc -c) - 1) % 2))
}

# Redirects that never end are left after --max-redirects, and one that leads to
# itself at once.
test_redirect_chain() {
  serve
  run 2/circle/ -- --max-redirects 5
  equal status "$status" 2
  rows pages.tsv 1,3,10 >got.txt
  same rows got.txt <<'END'
2/circle/ ok 0
2/circle/1 redirect 1
2/circle/2 redirect 1
2/circle/3 redirect 1
2/circle/4 redirect 1
2/circle/5 redirect 1
2/circle/6 too_many_redirects 1
2/circle/back redirect 1
2/circle/self too_many_redirects 1
2/circle/there redirect 1
END
  asked | once requests
}

test_a_circle_of_three() {
  serve
  printf '127.0.0.2 /%s location=/%s\n' 1 2 2 3 3 1 >rules
  crawl -r "$(url 2/1)" -o found.tsv --pages pages.tsv
  equal status "$status" 2
  equal outcomes "$(rows pages.tsv 1,3 | tr '\n' ' ')" "2/1 redirect 2/2 redirect 2/3 too_many_redirects "
}

test_redirect_circles() {
  serve
  page 2/index.html circle/self circle/there 'x.html?location=/y.html' y.html \
    "far.html?location=http://127.0.0.3:$port/"
  page 2/y.html z.html 'w.html?location=/z.html'
  page 2/z.html
  page 3/index.html
  run 2/index.html
  equal status "$status" 2
  rows pages.tsv 1-3,10 >got.txt
  same rows got.txt <<END
2/circle/back 2/circle/back too_many_redirects 1
2/circle/self 2/circle/self too_many_redirects 1
2/circle/there 2/circle/back redirect 1
2/far.html?location=3/ 3/ out_of_scope 1
2/index.html 2/index.html ok 0
2/w.html?location=/z.html 2/z.html redirect 2
2/x.html?location=/y.html 2/y.html redirect 1
2/y.html 2/y.html ok 1
2/z.html 2/z.html ok 2
END
  asked | once requests
  equal "requests out of scope" "$(asked ^3/)" ""
  check_referrers
}

# One that is listed is followed, and where it leads to is not fetched again.
test_listed_redirect() {
  serve
  page 2/index.html x.html
  page 2/x.html index.html
  run '2/old.html?location=/index.html'
  equal status "$status" 0
  asked | once requests
  equal x.html "$(rows pages.tsv 1,3 | grep ^2/x.html)" "2/x.html ok"
}

test_secrets_stay_at_listed_hosts() {
  serve
  page 2/index.html a.html "http://127.0.0.3:$port/"
  page 2/a.html
  page 3/index.html
  run 2/index.html -- --scope any -H 'Authorization: Bearer x' -H 'X-Other: 1'
  equal status "$status" 0
  equal "with the secret" "$(grep -i 'authorization' httpd.log | grep -cE '/(index|a).html|/robots.txt')" 3
  grep '127.0.0.3' httpd.log | grep -qi x-other || fail "127.0.0.3 was not asked"
  ! grep '127.0.0.3' httpd.log | grep -qi authorization || fail "the secret went to a host that was found"
}

test_secrets_of_a_list() {
  serve
  page 2/index.html
  page 3/index.html
  echo "127.0.0.2 /index.html location=http%3A//127.0.0.3:$port/index.html" >rules
  crawl --robots always -H 'Authorization: Bearer x' "$(url 2/index.html)" -o found.tsv
  equal status "$status" 0
  equal "requests to 127.0.0.3" "$(grep -c '127.0.0.3' httpd.log)" 2
  ! grep '127.0.0.3' httpd.log | grep -qi authorization || fail "the secret went elsewhere"
}

# What robots.txt forbids is known and has its row, but leaves its place.
test_max_pages() {
  serve
  page 2/index.html no/1.html no/2.html no/3.html a.html
  page 2/a.html b.html
  page 2/b.html c.html
  page 2/c.html
  printf 'User-agent: *\nDisallow: /no/\n' >site/127.0.0.2/robots.txt
  run 2/index.html -- --max-pages 3
  equal status "$status" 0
  equal rows "$(rows pages.tsv 1,3 | grep -c ' ok')" 3
  equal forbidden "$(rows pages.tsv 1,3 | grep -c robots_denied)" 3
  run 2/index.html -- --max-pages-per-host 2
  equal "rows of a host" "$(rows pages.tsv 1,3 | grep -c ' ok')" 2
  # Of three that are listed, all are fetched.
  page 3/index.html 1.html
  run 2/a.html 2/b.html 3/index.html -- --max-pages 1
  equal "rows of a list" "$(rows pages.tsv 1,3 | wc -l)" 3
  summary 'beyond --max-pages'
}

# robots.txt of another host rules, but it does not say where the sitemap is.
test_redirected_robots() {
  serve
  page 2/index.html a.html b.html
  page 2/a.html
  page 2/b.html
  page 2/hidden.html
  echo "http://127.0.0.2:$port/hidden.html" >site/127.0.0.2/sitemap.xml
  page 3/index.html
  printf 'User-agent: *\nDisallow: /b\n' >site/127.0.0.3/robots.txt
  echo "127.0.0.2 /robots.txt location=http%3A//127.0.0.3:$port/robots.txt" >rules
  run 2/index.html
  rows pages.tsv 1,3 >got.txt
  same outcomes got.txt <<'END'
2/a.html ok
2/b.html robots_denied
2/hidden.html ok
2/index.html ok
END
  equal "sitemaps" "$(asked sitemap)" 2/sitemap.xml
}

# A host that a sitemap leads to first has its own sitemaps read, too.
test_sitemaps_of_another_host() {
  serve
  page 2/index.html "http://127.0.0.3:$port/"
  page 3/index.html
  page 3/hidden.html
  echo "Sitemap: http://127.0.0.3:$port/other.txt" >site/127.0.0.2/robots.txt
  echo "http://127.0.0.3:$port/" >site/127.0.0.3/other.txt
  echo "Sitemap: /own.txt" >site/127.0.0.3/robots.txt
  echo "http://127.0.0.3:$port/hidden.html" >site/127.0.0.3/own.txt
  local resolve=(--resolve "a.example.com:$port:127.0.0.2" --resolve "b.example.com:$port:127.0.0.3")
  sed -i 's/127\.0\.0\.2/a.example.com/g; s/127\.0\.0\.3/b.example.com/g' site/*/*.*
  for order in '' --ordered; do
    crawl -r --scope domain "${resolve[@]}" "http://a.example.com:$port/" -o found.tsv \
      --pages pages.tsv $order
    equal "hidden.html $order" "$(cut -f 1,3 pages.tsv | grep -c 'hidden.html	ok')" 1
  done
}

test_scope() {
  serve
  page 2/docs/index.html a/ ../b.html "http://127.0.0.3:$port/" "HTTP://127.0.0.2:$port/docs/c.html#there" \
    "ftp://127.0.0.2/" "mailto:x@example.org" "d.html?b=1&a=2" "../private/x.html"
  page 2/docs/a/index.html /docs/index.html
  page 2/docs/c.html
  page 2/docs/d.html
  page 2/b.html
  page 2/private/x.html
  page 3/index.html "http://127.0.0.2:$port/b.html"

  # scoped WHAT OPTION...: the rows are the standard input
  scoped() {
    run 2/docs/index.html -- "${@:2}"
    equal "status: $1" "$status" 0
    rows pages.tsv 1 >got.txt
    same "$1" got.txt
    asked | grep -v -e robots.txt -e sitemap.xml >all.txt
  }
  scoped "host" <<'END'
2/b.html
2/docs/a/
2/docs/c.html
2/docs/d.html?b=1&a=2
2/docs/index.html
2/private/x.html
END
  scoped "prefix" --scope prefix <<'END'
2/docs/a/
2/docs/c.html
2/docs/d.html?b=1&a=2
2/docs/index.html
END
  equal "asked of another host" "$(asked ^3/)" ""
  scoped "any" --scope any <<'END'
2/b.html
2/docs/a/
2/docs/c.html
2/docs/d.html?b=1&a=2
2/docs/index.html
2/private/x.html
3/
END
  scoped "include" --include '/docs/' --include 'b\.html$' <<'END'
2/b.html
2/docs/a/
2/docs/c.html
2/docs/d.html?b=1&a=2
2/docs/index.html
END
  scoped "exclude wins" --include '/docs/' --exclude '[?&]a=' --exclude '/a/$' <<'END'
2/docs/c.html
2/docs/index.html
END
  scoped "max-pages-per-host" --scope any --max-pages-per-host 1 <<'END'
2/docs/index.html
3/
END
  crawl -r "$(url 2/docs/index.html)" --include '(' -o found.tsv
  equal "status of a wrong pattern" "$status" 1
}

# What is no page is no failure, if nobody listed it.
test_not_html() {
  serve
  page 2/index.html 'page/x?type=application/pdf' 'page/y?type=' style.css
  echo 'a { color: red }' >site/127.0.0.2/style.css
  run 2/index.html -- --depth 1
  equal status "$status" 0
  rows pages.tsv 1,3 >got.txt
  same outcomes got.txt <<'END'
2/index.html ok
2/page/x?type=application/pdf not_html
2/page/y?type= ok
2/style.css not_html
END
}

test_robots() {
  local mode
  serve
  page 2/index.html open.html private/x.html private/ok.html 'file.html?b' 'file.html?b=1' 'Private/x.html'
  for mode in open.html private/x.html private/ok.html file.html Private/x.html; do
    page 2/$mode /index.html
  done
  cat >site/127.0.0.2/robots.txt <<'END'
User-agent: otherbot
User-agent: acrawler
Disallow: /

User-Agent: ACRAWL/9.9
Disallow: /private	# not that
Disallow: /*?b$

User-agent: *
Disallow: /open.html

user-agent: acrawl
Allow: /private/ok
END
  run 2/index.html
  equal status "$status" 0
  rows pages.tsv 1,3 >got.txt
  same outcomes got.txt <<'END'
2/Private/x.html ok
2/file.html?b robots_denied
2/file.html?b=1 ok
2/index.html ok
2/open.html ok
2/private/ok.html ok
2/private/x.html robots_denied
END
  asked | once requests
  run 2/index.html -- -A OtherBot/1.0
  equal "what another agent may fetch" "$(rows pages.tsv 1,3 | grep -v robots_denied)" "2/index.html ok"
  equal "forbidden ones that were asked for" "$(asked 'private/x|b$' | grep -v Private)" ""
  equal "the very first request" "$(asked | head -n 1)" 2/robots.txt

  # listed MODE OUTCOME: of a page that is forbidden and listed
  listed() {
    run 2/private/x.html -- --robots "$1"
    equal "the listed one, --robots $1" "$(rows pages.tsv 1,3 | grep 2/private/x)" "2/private/x.html $2"
  }
  listed found ok
  listed always robots_denied
  serve
  listed never ok
  equal "the found one, --robots never" "$(rows pages.tsv 1,3 | grep 'file.html?b ')" "2/file.html?b ok"
  equal "robots.txt, --robots never" "$(asked robots.txt)" ""
}

# Whatever a host answers to the question for its robots.txt.
test_robots_answers() {
  local i outcome why
  serve
  deny=$(printf 'raw=User-agent:%%20*%%0ADisallow:%%20/x')
  # host, outcome of x.html, query of robots.txt
  grep -v '^#' >table <<END
11 ok - there is none
12 ok status=401
13 ok status=403
14 robots_unreachable status=500
15 robots_unreachable status=429
16 robots_denied location=http://127.0.0.21:$port/robots.txt
17 ok location=/r1.txt&six
18 robots_denied location=/r2.txt&five
19 robots_unreachable headstall=1
20 robots_unreachable $deny&cut=20
21 robots_denied $deny&encoding=gzip
22 robots_denied $deny&fail=1
23 ok raw=<html>
24 robots_unreachable reset=1
25 robots_unreachable status=503
26 ok status=204
27 robots_unreachable location=http://127.0.0.14:$port/robots.txt
28 robots_denied $deny&type=image/png
29 robots_unreachable $deny&stall=9
30 ok location=http://127.0.0.11:$port/robots.txt
END
  {
    awk '$3 != "-" {print "127.0.0." $1, "/robots.txt", $3}' table
    for i in 1 2 3 4 5; do
      echo "* /r$i.txt location=/r$((i + 1)).txt"
    done
    echo "* /r6.txt $deny"
  } >rules
  while read -r i outcome why; do
    page "$i/index.html" x.html
    page "$i/x.html"
    echo "$i/index.html ok"
    echo "$i/x.html $outcome"
  done <table >outcomes
  # shellcheck disable=SC2046
  run $(sed 's#\([0-9]*\).*#\1/index.html#' table) -- -t 1s --retries 1
  equal status "$status" 2
  rows pages.tsv 1,3 >got.txt
  same outcomes got.txt <outcomes
  awk '$2 != "ok" {print $1}' outcomes >denied.txt
  asked '/x.html' >fetched.txt
  ! grep -xFf denied.txt fetched.txt >&2 || fail "fetched all the same"
}

test_crawl_delay() {
  serve
  page 2/index.html 1.html 2.html 3.html 4.html
  page 3/index.html 1.html 2.html 3.html 4.html
  printf 'User-agent: *\nCrawl-delay: 0.3\n' | tee site/127.0.0.2/robots.txt >/dev/null
  run 2/index.html 3/index.html
  equal "status" "$status" 2
  answered | LC_ALL=C sort -s -k 1,1n >log
  awk '$3 == "127.0.0.2" && $4 != "/robots.txt"' log | check_delays 300
  # The other host does not wait.
  equal "the last one asked" "$(tail -n 1 log | cut -f 3)" 127.0.0.2
}

test_nofollow() {
  local option
  serve
  page 2/index.html meta.html 'header.html?header=X-Robots-Tag:%20noindex,%20NoFollow' \
    'other.html?header=X-Robots-Tag:%20otherbot:%20nofollow' 'ours.html?header=X-Robots-Tag:%20acrawl:%20none'
  echo '<p><a rel="external nofollow" href="rel.html">x</a>' >>site/127.0.0.2/index.html
  page 2/meta.html 1.html
  sed -i '1s/$/<meta name="ROBOTS" content="noindex, nofollow">/' site/127.0.0.2/meta.html
  page 2/header.html 2.html
  page 2/other.html 3.html
  page 2/ours.html 4.html
  page 2/rel.html 5.html
  for option in 1 2 3 4 5; do
    page 2/$option.html
  done
  run 2/index.html
  rows pages.tsv 1 | sed 's/?.*//' >got.txt
  same "without --nofollow" got.txt <<'END'
2/3.html
2/5.html
2/header.html
2/index.html
2/meta.html
2/other.html
2/ours.html
2/rel.html
END
  run 2/index.html -- --nofollow
  rows pages.tsv 1 | sed 's/?.*//' >got.txt
  same "with --nofollow" got.txt <<'END'
2/3.html
2/header.html
2/index.html
2/meta.html
2/other.html
2/ours.html
END
}

# sitemap NAME...: the XML of one with these pages of host 2
sitemap() {
  echo '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
  printf "<url><loc> http://127.0.0.2:$port/%s </loc></url>\n" "$@"
  echo '</urlset>'
}

# The same for an index.
sitemap_index() {
  echo '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
  printf "<sitemap><loc>http://127.0.0.2:$port/%s</loc></sitemap>\n" "$@"
  echo '</sitemapindex>'
}

test_sitemaps() {
  local i at
  serve
  at=site/127.0.0.2
  for i in index a b c d e f g h; do
    page 2/$i.html
  done
  printf 'User-agent: *\nDisallow: /e.html\nSitemap: %s\n\nsitemap: %s\n' \
    "$(url 2/maps/index.xml)" "$(url 2/none.xml)" >$at/robots.txt
  mkdir $at/maps
  sitemap_index maps/one.xml.gz maps/two.txt maps/index.xml >$at/maps/index.xml
  sitemap b.html index.html | gzip >$at/maps/one.xml.gz
  { url 2/c.html; url 3/index.html; url 2/b.html; } >$at/maps/two.txt
  sitemap 'd.html?x&amp;y' e.html >$at/sitemap.xml
  cat >$at/feed.xml <<END
<rss version="2.0"><channel><title>x</title><link>$(url 2/f.html)</link>
<item><title>x</title><link>$(url 2/g.html)</link></item></channel></rss>
END
  cat >$at/atom.xml <<END
<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="$(url 2/h.html)"/></entry></feed>
END
  run 2/index.html
  equal status "$status" 0
  rows pages.tsv 1,3 >got.txt
  same "--sitemap auto" got.txt <<'END'
2/b.html ok
2/c.html ok
2/d.html?x&y ok
2/e.html robots_denied
2/index.html ok
END
  asked | once requests
  equal "other hosts" "$(asked ^3/)" ""

  run 2/index.html -- --sitemap never
  equal "--sitemap never" "$(rows pages.tsv 1,3)" "2/index.html ok"
  for i in feed:g atom:h; do
    run 2/index.html -- --sitemap "$(url "2/${i%:*}.xml")"
    equal "status of ${i%:*}" "$status" 0
    rows pages.tsv 1,3 | grep -q "^2/${i#*:}.html ok" || fail "the page of ${i%:*}.xml is not there"
  done
}

test_sitemap_circles() {
  local n
  serve
  for n in index a b; do
    page 2/$n.html
  done
  cd site/127.0.0.2
  printf 'Sitemap: %s\nSitemap: %s\n' "$(url 2/one.xml)" "$(url 2/maps/0)" >robots.txt
  sitemap_index one.xml two.xml a.xml >one.xml
  sitemap_index two.xml one.xml b.xml >two.xml
  sitemap a.html >a.xml
  sitemap b.html >b.xml
  cd ../..
  run 2/index.html
  equal status "$status" 0
  equal rows "$(rows pages.tsv 1,3 | tr '\n' ' ')" "2/a.html ok 2/b.html ok 2/index.html ok "
  asked | once requests
  # Each of those names one that is new.
  n=$(asked ^2/maps/ | wc -l)
  { [ "$n" -ge 1 ] && [ "$n" -le 100 ]; } || fail "$n of an endless chain of sitemaps"
}

# Indexes within each other are read four deep.
test_nested_sitemaps() {
  local i
  serve
  page 2/index.html
  for i in 0 1 2 3 4 5; do
    page 2/at-$i.html
    cat >site/127.0.0.2/map$i.xml <<END
<sitemapindex><sitemap><loc>/map$((i + 1)).xml</loc></sitemap><sitemap><loc>/at-$i.txt</loc></sitemap></sitemapindex>
END
    echo "http://127.0.0.2:$port/at-$i.html" >site/127.0.0.2/at-$i.txt
  done
  echo "Sitemap: /map0.xml" >site/127.0.0.2/robots.txt
  run 2/index.html
  equal status "$status" 0
  equal "indexes" "$(asked map | grep -v sitemap | tr '\n' ' ')" "2/map0.xml 2/map1.xml 2/map2.xml 2/map3.xml 2/map4.xml "
  equal "pages" "$(rows pages.tsv 1 | grep -c at-)" 4
}

# The same site gives the same bytes, however many are fetched at once.
test_ordered() {
  local i
  serve
  page 2/index.html "sized/300/" 'x.html?delay=300' 'y.html?location=/z.html' z.html no.html
  page 2/x.html 'w.html?delay=50' w.html
  page 2/w.html z.html
  page 2/z.html index.html no.html
  printf 'User-agent: *\nDisallow: /no.html\n' >site/127.0.0.2/robots.txt
  for i in "1" "7" "128 --per-host 64"; do
    # shellcheck disable=SC2086
    run 2/index.html 3/sized/200/ -- --ordered -c $i
    equal "status with -c $i" "$status" 0
    mv found.tsv "found-${i%% *}"
    cut -f 1-6,8- pages.tsv >"pages-${i%% *}"
  done
  equal rows "$(wc -l <pages-1)" 508
  for i in 7 128; do
    cmp found-1 found-$i || fail "-c $i: other links"
    cmp pages-1 pages-$i || fail "-c $i: other pages"
  done
}

# A host that never answers is given up, and keeps nobody from anything.
test_host_given_up() {
  local n
  serve
  seq -f "http://127.0.0.3:$port/%g.html" 200 >hrefs
  mapfile -t hrefs <hrefs
  page 2/index.html "${hrefs[@]}" sized/100/
  echo '127.0.0.3 * reset=1' >rules
  run 2/index.html -- --scope any --robots never --retries 1
  equal status "$status" 2
  equal "rows of the bad host" "$(rows pages.tsv 1 | grep -c ^3/)" 200
  equal "pages of the good host" "$(rows pages.tsv 1,3 | grep -c '^2/.* ok$')" 101
  n=$(rows pages.tsv 1,3 | grep -c '^3/.* host_given_up$' || true)
  [ "$n" -gt 100 ] || fail "only $n pages given up"
  n=$(asked '^3/' | wc -l)
  [ "$n" -lt 100 ] || fail "asked $n times"
}

test_bounds_of_the_run() {
  serve
  run 2/endless/0 -- --deadline 1s
  equal "status at the deadline" "$status" 3
  summary 'incomplete: '
  full || return 0
  run 2/endless/0
  equal "status at the bound that nobody set" "$status" 3
  equal rows "$(tail -n +2 pages.tsv | wc -l)" 100000
}

run_tests
