# What each end-to-end test file includes.
#
# A test is a function test_NAME; it fails by calling `fail TEXT`, or by a
# command that fails (set -e).  run_tests runs all of them, each in a folder of
# its own, and prints a line each and "N passed, N failed" at the end.  Only
# TESTS (a regular expression) limits which.
#
# shellcheck shell=bash
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$(cd "$top/${BUILD:-build/release}" && pwd)
acrawl=$build/acrawl
if [ -n "${VALGRIND:-}" ]; then
  acrawl="valgrind -q --leak-check=full --errors-for-leak-kinds=definite --error-exitcode=99 $acrawl"
fi
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

fail() {
  echo "    $*" >&2
  exit 1
}

# equal WHAT GOT WANTED
equal() {
  [ "$2" = "$3" ] || fail "$1: got '$2', wanted '$3'"
}

# start_httpd [OPTION]...: sets origin, port and httpd_pid; ended by itself.
start_httpd() {
  "$build/httpd" --log httpd.log "$@" >httpd.out &
  httpd_pid=$!
  trap 'kill $httpd_pid 2>/dev/null || true' EXIT
  for _ in $(seq 100); do
    [ -s httpd.out ] && break
    sleep 0.05
  done
  port=$(sed -n 's/^port //p' httpd.out)
  [ -n "$port" ] || fail "httpd does not start"
  origin=http://127.0.0.1:$port
}

# A real nginx: a test writes its server blocks to servers.conf, with @port@ for
# a free port and @docs@ for a folder of 530 pages, and calls start_nginx.
docs=/usr/share/doc/python3-doc/html
nginx_pid=
httpd_pid=

stop_servers() {
  local pid
  for pid in $nginx_pid $httpd_pid; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  nginx_pid=
  httpd_pid=
}

# start_nginx: sets port and nginx_pid; ended by itself.
start_nginx() {
  local user=
  [ "$(id -u)" != 0 ] || user="user root root;"
  sed -e "s#@dir@#$PWD#; s#@workers@#1#; s#@user@#$user#" \
    -e "s#@log@#$PWD/access.log facts#" "$top/tests/e2e/nginx.conf.in" >nginx.conf
  mv servers.conf servers.conf.in
  for _ in $(seq 20); do
    # Below those that Linux gives to clients.
    port=$((10000 + RANDOM % 20000))
    listens && continue
    sed "s/@port@/$port/; s#@docs@#$docs#" servers.conf.in >servers.conf
    /usr/sbin/nginx -e "$PWD/error.log" -c "$PWD/nginx.conf" 2>nginx.err &
    nginx_pid=$!
    trap stop_servers EXIT
    for _ in $(seq 100); do
      listens && return
      kill -0 $nginx_pid 2>/dev/null || break
      sleep 0.05
    done
    kill $nginx_pid 2>/dev/null || true
    wait $nginx_pid || true
    nginx_pid=
  done
  cat nginx.err error.log >&2
  fail "nginx does not start"
}

listens() {
  (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null
}

# serve_docs [LISTEN_OPTION]...: the documentation on a server of its own; what
# stands in standard input goes into the server's block.
serve_docs() {
  [ -f "$docs/index.html" ] || fail "no $docs: install python3-doc"
  {
    echo "server {"
    echo "  listen 127.0.0.1:@port@ $*;"
    echo "  root @docs@;"
    cat
    echo "}"
  } >servers.conf
  start_nginx
}

# make_ca: ca.pem, for `sign`.
make_ca() {
  openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 \
    -subj "/CN=acrawl test CA" 2>openssl.txt || fail "openssl: $(cat openssl.txt)"
}

# sign NAME DAYS ALTERNATIVE_NAMES: NAME.pem and NAME.key
sign() {
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" \
    -subj "/CN=$1" 2>openssl.txt &&
    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial \
      -days "$2" -extfile <(echo "subjectAltName=$3") -out "$1.pem" 2>openssl.txt ||
    fail "openssl: $(cat openssl.txt)"
}

# certificate NAME: the lines of a server block
certificate() {
  echo "ssl_certificate $PWD/$1.pem; ssl_certificate_key $PWD/$1.key;"
}

# The addresses 127.a.b.c of one test server are hosts, site/ADDRESS has the
# files of each; 2/x.html is x.html of the host 127.0.0.2.

# url 2/x.html: the URL for which it stands
url() {
  echo "http://127.0.0.${1%%/*}:$port/${1#*/}"
}

# page 2/x.html HREF...: a file with these links, the first one in line 2
page() {
  local file=site/127.0.0.$1
  mkdir -p "$(dirname "$file")"
  {
    echo '<!doctype html><title>A page</title>'
    [ $# = 1 ] || printf '<p><a href="%s">there</a></p>\n' "${@:2}"
  } >"$file"
}

# Names hosts by their last number: 2/x.html
short() {
  sed -E 's#http://127\.0\.0\.([0-9]+):[0-9]+/#\1/#g'
}

# planted COMMAND ARGUMENT...: sites with planted faults, see planted.py
planted() {
  python3 "$top/tests/e2e/planted.py" "$@"
}

# serve_planted: the servers of a site of 2,000 pages with planted faults, and
# the site in planted/; sets port and tls_port.  Again: what the servers have
# counted is forgotten.
serve_planted() {
  local first=$([ -n "$nginx_pid" ] || echo yes)
  mkdir -p planted
  if [ -n "$first" ]; then
    serve_bad_tls
    tls_port=$port
  else
    kill "$httpd_pid"
    wait "$httpd_pid" || true
    rm -f httpd.out
  fi
  start_httpd --bind 127.0.0.0/8 --hosts planted/hosts --rules planted/rules \
    --answers answers --port "$([ -n "$first" ] && echo 0 || echo "$port")"
  trap stop_servers EXIT
  planted site planted --port "$port" --tls-port "$tls_port"
}

# On 127.2.0.1 to 127.2.0.5: nobody trusted, another host, expired, good, none.
serve_bad_tls() {
  local name
  if [ ! -f ca.pem ]; then
    make_ca
    sign untrusted 2 IP:127.2.0.1
    make_ca
    sign other 2 DNS:other.example
    sign expired -1 IP:127.2.0.3
    sign good 2 IP:127.2.0.4
  fi
  {
    echo "server { listen 127.0.0.1:@port@; }"
    for name in 1:untrusted 2:other 3:expired 4:good; do
      echo "server { listen 127.2.0.${name%:*}:@port@ ssl; $(certificate "${name#*:}")"
      echo "  location / { return 200 fine; } }"
    done
    echo "server { listen 127.2.0.5:@port@ ssl; ssl_reject_handshake on; }"
  } >servers.conf
  start_nginx
}

# crawl ARGUMENT...: runs acrawl; sets status; standard error is in err.txt.
crawl() {
  status=0
  $acrawl "$@" 2>err.txt || status=$?
}

# What the server says of itself: stat busiest
stat_of() {
  curl -s "$origin/stats" | sed -n "s/^$1 //p"
}

# Whether times and memory are acrawl's own, not a sanitizer's or valgrind's.
plain() {
  [ -z "${VALGRIND:-}" ] && [[ $build == */release ]]
}

# outcomes FILE: "URL outcome" for each row, sorted
outcomes() {
  tail -n +2 "$1" | cut -f 1,3 --output-delimiter=' ' | LC_ALL=C sort
}

# Each line of a links file has two columns of printable ASCII.
check_links_file() {
  LC_ALL=C awk -F '\t' 'NF != 2 || /[^\t -~]/ || $1 == "" || $2 == "" {
    print "bad line " NR ": " $0; bad = 1 } END { exit bad }' "$1" >&2 ||
    fail "$1 has bad lines"
  [ -z "$(tail -c 1 "$1")" ] || fail "$1 ends inside a line"
}

# The peak memory in KB of a command that ran under $build/measure.
peak_kb() {
  sed -n 's/^peak_kb //p' "$1"
}

run_tests() {
  local passed=0 failed=0 name dir began rc
  for name in $(declare -F | sed -n 's/^declare -f \(test_.*\)/\1/p'); do
    [[ $name =~ ${TESTS:-.} ]] || continue
    dir=$(mktemp -d)
    began=$(date +%s.%N)
    # Not inside an `if`: there, bash ignores set -e.
    rc=0
    (set -e; cd "$dir"; "$name"); rc=$?
    if [ $rc = 0 ]; then
      passed=$((passed + 1))
      result=ok
    else
      failed=$((failed + 1))
      result=FAILED
      [ ! -s "$dir/err.txt" ] || sed 's/^/    stderr: /' "$dir/err.txt" | tail -n 5 >&2
    fi
    printf '  %-6s %5.1f s  %s\n' "$result" \
      "$(echo "$(date +%s.%N) - $began" | awk '{print $1 - $3}')" "${name#test_}"
    rm -rf "$dir"
  done
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
}
