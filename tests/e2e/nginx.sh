#!/usr/bin/env bash
# acrawl and a real nginx: the 530 pages of Debian's python3-doc, TLS, HTTP/2,
# gzip, connections, and the run of the exercise that acrawl grew from.
#
# nginx's access log tells what was asked for.
#
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

# list_docs ORIGIN: the URLs of all pages, in an order that is neither the
# alphabet's nor new each time
list_docs() {
  (cd "$docs" && find -L . -name '*.html') | LC_ALL=C sort |
    sort -R --random-source=<(yes) | sed "s#^\.#$1#"
}

# all_ok FILE: each page of list has one row in FILE, and it is ok.
all_ok() {
  equal "rows of $1" "$(tail -n +2 "$1" | wc -l)" "$(wc -l <list)"
  outcomes "$1" >rows
  sed 's/$/ ok/' list | LC_ALL=C sort | cmp - rows || fail "$1: $(grep -v ' ok$' rows | head -n 3)"
}

# connections FILE, requests FILE: how many an access log tells of
connections() {
  cut -d ' ' -f 1 "$1" | sort -u | wc -l
}

requests() {
  wc -l <"$1"
}

# without_origin FILE: the links, sorted, the same whatever the port was
without_origin() {
  sed -E 's#https?://(127\.0\.0\.1|test\.example):[0-9]+/#/#g' "$1" | LC_ALL=C sort
}

test_nginx_530_pages() {
  local c
  serve_docs </dev/null
  list_docs "http://127.0.0.1:$port" >list
  equal "pages of the documentation" "$(wc -l <list)" 530
  for c in "1" "16" "256 --per-host 256"; do
    # shellcheck disable=SC2086
    crawl list -o found.tsv --pages pages.tsv -c $c
    equal "status with -c $c" "$status" 0
    all_ok pages.tsv
    check_links_file found.tsv
    equal "links told and written with -c $c" \
      "$(awk -F '\t' 'NR > 1 {n += $6} END {print n}' pages.tsv)" \
      "$(tail -n +2 found.tsv | wc -l)"
    LC_ALL=C sort found.tsv >"sorted-${c%% *}"
  done
  [ "$(wc -l <sorted-1)" -gt 50000 ] || fail "only $(wc -l <sorted-1) links"
  cmp sorted-1 sorted-16 || fail "-c 1 and -c 16 differ"
  cmp sorted-1 sorted-256 || fail "-c 1 and -c 256 differ"
}

test_nginx_ordered() {
  local c
  serve_docs </dev/null
  list_docs "http://127.0.0.1:$port" >list
  for c in "7" "200 --per-host 200"; do
    # shellcheck disable=SC2086
    crawl list -o "found-${c%% *}" --pages "pages-${c%% *}" --ordered -c $c
    equal "status with -c $c" "$status" 0
    all_ok "pages-${c%% *}"
  done
  cmp found-7 found-200 || fail "--ordered is not the same each time"
  # Every page of the documentation has links.
  tail -n +2 found-7 | cut -f 1 | uniq | cmp - list || fail "not in input order"
  tail -n +2 pages-7 | cut -f 1 | cmp - list || fail "--pages is not in input order"
}

test_nginx_tls() {
  local options name
  make_ca
  sign good 2 "DNS:test.example,IP:127.0.0.1"
  sign expired -1 "DNS:expired.example"
  {
    echo "server { listen 127.0.0.1:@port@ ssl default_server; root @docs@; $(certificate good) }"
    echo "server { listen 127.0.0.1:@port@ ssl; server_name expired.example;"
    echo "  root @docs@; $(certificate expired) }"
  } >servers.conf
  start_nginx
  options=(--cacert ca.pem --retries 0)
  for name in test other expired; do
    options+=(--resolve "$name.example:$port:127.0.0.1")
  done

  # tls_outcome WHAT WANTED URL [OPTION]...
  tls_outcome() {
    crawl "$3" -o found.tsv --pages pages.tsv "${@:4}"
    equal "$1" "$(outcomes pages.tsv)" "$3 $2"
    equal "status: $1" "$status" "$([ "$2" = ok ] && echo 0 || echo 2)"
    if [ "$2" = ok ]; then
      [ "$(wc -l <found.tsv)" -gt 10 ] || fail "$1: no links"
    else
      equal "lines: $1" "$(wc -l <found.tsv)" 1
    fi
  }
  tls_outcome "by name" ok "https://test.example:$port/index.html" "${options[@]}"
  tls_outcome "by address" ok "https://127.0.0.1:$port/index.html" "${options[@]}"
  tls_outcome "without the CA" tls_untrusted "https://127.0.0.1:$port/index.html"
  tls_outcome "with -k" ok "https://127.0.0.1:$port/index.html" -k
  tls_outcome "wrong host" tls_wrong_host "https://other.example:$port/index.html" \
    "${options[@]}"
  tls_outcome "wrong host with -k" ok "https://other.example:$port/index.html" \
    "${options[@]}" -k
  tls_outcome "expired" tls_expired "https://expired.example:$port/index.html" \
    "${options[@]}"
  tls_outcome "expired with -k" ok "https://expired.example:$port/index.html" \
    "${options[@]}" -k
}

test_nginx_http2() {
  make_ca
  sign good 2 "DNS:test.example"
  serve_docs ssl http2 < <(certificate good)
  list_docs "https://test.example:$port" >list
  crawl list -o found.tsv --pages pages.tsv --cacert ca.pem -c 64 --per-host 64 \
    --resolve "test.example:$port:127.0.0.1"
  equal status "$status" 0
  all_ok pages.tsv
  check_links_file found.tsv
  equal protocols "$(cut -d ' ' -f 2 access.log | sort -u)" HTTP/2.0
  equal requests "$(requests access.log)" 530
  [ "$(connections access.log)" -le 8 ] ||
    fail "$(connections access.log) connections with HTTP/2"
}

test_nginx_gzip() {
  local how
  for how in off on; do
    # HTML is what is compressed unless something else is said.
    serve_docs <<<"gzip $how;"
    list_docs "http://127.0.0.1:$port" >list
    crawl list -o found.tsv --pages pages.tsv
    equal "status with gzip $how" "$status" 0
    all_ok pages.tsv
    without_origin found.tsv >"links-$how"
    sed 1d pages.tsv | cut -f 1,5 | sed -E 's#^http://[^/]*##' | LC_ALL=C sort >"sizes-$how"
    stop_servers
    mv access.log "access-$how"
  done
  [ "$(wc -l <links-on)" -gt 50000 ] || fail "only $(wc -l <links-on) links"
  cmp links-on links-off || fail "gzip makes other links"
  cmp sizes-on sizes-off || fail "bytes are not the decoded ones"
  equal "requests without gzip in Accept-Encoding" \
    "$(grep -vc '".*gzip.*"$' access-on)" 0
  equal "not compressed though asked to" "$(cut -d ' ' -f 4 access-on | grep -c '^-$')" 0
  equal "compressed though off" "$(cut -d ' ' -f 4 access-off | grep -vc '^-$')" 0
}

test_nginx_keep_alive() {
  local cap
  for cap in 1 8 64; do
    serve_docs </dev/null
    list_docs "http://127.0.0.1:$port" >list
    crawl list -o found.tsv --pages pages.tsv -c 128 --per-host $cap
    equal "status with --per-host $cap" "$status" 0
    all_ok pages.tsv
    equal "protocols" "$(cut -d ' ' -f 2 access.log | sort -u)" HTTP/1.1
    equal "requests with --per-host $cap" "$(requests access.log)" 530
    [ "$(connections access.log)" -le $cap ] ||
      fail "$(connections access.log) connections with --per-host $cap"
    stop_servers
    rm access.log
  done
}

# A page with N links (page N), and with what only looks like some.
page() {
  echo '<!doctype html><title>A page</title><!-- <a href="/no">no</a> -->'
  echo '<script>var s = "<a href=\"/no\">";</script><a name="no">no</a>'
  seq "$1" | sed 's#.*#<p><a class="x" href="/path/&?a=b\&amp;c">&</a></p>#'
}

# The run that the exercise shows, from servers on loopback: 1.1.1.1 has its 36
# links, and the others refuse, each in its way.
test_nginx_exercise() {
  local log url code hosts host at
  grep -v '^#' "$top/urls.txt" >urls
  equal "URLs of the exercise" "$(wc -l <urls)" 8
  hosts=$(sed 's#https://##; s#/.*##' urls)

  start_httpd
  at=$port
  mkdir pages empty
  page 36 >pages/one.html
  page 5 >pages/media.html
  make_ca
  sign all 2 "$(for host in $hosts; do
    [ "$host" = 1.1.1.1 ] && echo "IP:$host" || echo "DNS:$host"
  done | paste -sd ,)"
  {
    certificate all
    # Who is asked for by address sends no name.
    echo "server { listen 127.0.0.1:@port@ ssl http2 default_server;"
    echo "  root $PWD/pages; index one.html; }"
    echo "server { listen 127.0.0.1:@port@ ssl http2; root $PWD/pages; index media.html;"
    echo "  server_name www.mediamatters.org; }"
    echo "server { listen 127.0.0.1:@port@ ssl http2; root $PWD/empty;"
    echo "  server_name docs.python.org; }"
    echo "server { listen 127.0.0.1:@port@ ssl http2; return 403;"
    echo "  server_name www.nytimes.com www.politico.com www.bloomberg.com www.ietf.org; }"
  } >servers.conf
  start_nginx

  # Only the ports are not those of the exercise; and what resets connections
  # speaks no TLS.
  sed -E "s#^https://regex101.com/#http://regex101.com:$at/?reset=1#
    s#^(https://[^/]*)/#\\1:$port/#" urls >list
  {
    for host in $hosts; do
      printf '%s\n' --resolve "$host:$port:127.0.0.1"
    done
    printf '%s\n' --resolve "regex101.com:$at:127.0.0.1"
  } >options
  mapfile -t options <options
  crawl list -v -o found.tsv --pages pages.tsv --cacert ca.pem --retries 0 "${options[@]}"
  equal status "$status" 2

  while read -r url; do
    case $url in
    *//1.1.1.1* | *mediamatters*) code=ok ;;
    *docs.python.org*) code=http_404 ;;
    *regex101*) code=reset ;;
    *) code=http_403 ;;
    esac
    echo "$url $code"
  done <list >wanted
  LC_ALL=C sort wanted | diff - <(outcomes pages.tsv) >&2 || fail "other outcomes"

  check_links_file found.tsv
  equal links "$(tail -n +2 found.tsv | cut -f 1 | sort | uniq -c | awk '{print $1, $2}')" \
    "$(printf '36 %s\n5 %s' "https://1.1.1.1:$port/" "https://www.mediamatters.org:$port/")"
  grep -qxF "https://1.1.1.1:$port/	https://1.1.1.1:$port/path/36?a=b&c" found.tsv ||
    fail "the last link of 1.1.1.1 is not there"

  # logged LINE: once, after the time of day
  logged() {
    equal "lines '$1'" "$(grep -E '^[0-2][0-9]:[0-5][0-9]:[0-6][0-9] ' err.txt |
      cut -c 10- | grep -cF "$1")" 1
  }
  while read -r url code; do
    case $code in
    ok)
      logged "INFO:acrawl: Got response [200] for URL: $url"
      ;;
    http_*)
      logged "INFO:acrawl: Got response [${code#http_}] for URL: $url"
      logged "ERROR:acrawl: Got error [$code] for URL: $url"
      ;;
    *)
      logged "ERROR:acrawl: Got error [$code] for URL: $url"
      ;;
    esac
  done <wanted
  logged "INFO:acrawl: Found 36 links for URL: https://1.1.1.1:$port/"
  logged "INFO:acrawl: Found 5 links for URL: https://www.mediamatters.org:$port/"
}

run_tests
