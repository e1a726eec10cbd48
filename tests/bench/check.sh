#!/usr/bin/env bash
# acrawl --check beside other link checkers: each is installed below
# build/peers if its tool chain is there, with its pauses between requests
# lifted, as many connections as the others, no repeats and no cache.  Two
# sites, each over HTTP and as a directory: the pages of Debian's python3-doc
# on nginx, and the site with planted faults of tests/e2e/planted.py on the
# test server.  The programs take turns, ROUNDS times; medians are shown, as a
# Markdown table.
#
# SITES="docs planted", MODES="http dir", PEERS: a regular expression that says
# which programs, CONNECTIONS, ROUNDS.  LIMIT: seconds for a run, after which
# its program has no more turns.  TIMEOUT: seconds for a request.  SHOW=20: so
# many of the targets that were false or missed.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$top/${BUILD:-build/release}" && pwd)
peers=$top/build/peers
docs=/usr/share/doc/python3-doc/html
connections=${CONNECTIONS:-64}
rounds=${ROUNDS:-3}
limit=${LIMIT:-300}
timeout=${TIMEOUT:-3}
wanted=${PEERS:-.}
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

# linkchecker, started by root, goes on as nobody and has to read what is here.
dir=$(mktemp -d)
chmod 755 "$dir"
nginx_pid=
httpd_pid=
stop() {
  local pid
  for pid in "$@"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
}
trap 'stop $nginx_pid $httpd_pid; rm -rf "$dir"' EXIT

die() {
  echo "check: $*" >&2
  exit 1
}

# The peers.

missing=()

# with TOOL NAME COMMAND...: installs a peer, or says why it is not there.
with() {
  local tool=$1 name=$2
  shift 2
  [[ $name =~ $wanted ]] || return 0
  if ! command -v "$tool" >/dev/null; then
    missing+=("$name: no $tool")
  elif [ ! -e "$peers/$name.done" ]; then
    echo "Installing $name (build/peers/$name.log)" >&2
    if "$@" >"$peers/$name.log" 2>&1; then
      touch "$peers/$name.done"
    else
      missing+=("$name: $(tail -n 1 "$peers/$name.log" | tr -s '[:space:]' ' ')")
    fi
  fi
}

with_venv() {
  python3 -m venv "$peers/linkchecker" &&
    "$peers/linkchecker/bin/pip" install linkchecker==10.6.0
}

install_peers() {
  mkdir -p "$peers"
  with cargo lychee cargo install --locked --root "$peers" lychee@0.24.2
  with cargo hyperlink cargo install --locked --root "$peers" hyperlink@0.3.2
  with go muffet env GOBIN="$peers/bin" go install github.com/raviqqe/muffet/v2@v2.11.5
  # It wants a newer Node.js than some systems have.
  with npm linkinator npm install --prefix "$peers/linkinator" linkinator@8.1.0 node@22.23.3
  with python3 linkchecker with_venv
}

# The servers.

listens() {
  (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

free_port() {
  local port
  for _ in $(seq 50); do
    port=$((10000 + RANDOM % 20000))
    listens "$port" || break
  done
  echo "$port"
}

# start_nginx PORT: with the server blocks of servers.conf
start_nginx() {
  local user=
  [ "$(id -u)" != 0 ] || user="user root root;"
  sed -e "s#@dir@#$dir#; s#@workers@#auto#; s#@user@#$user#" \
    -e "s#@log@#$dir/requests.nginx facts#" \
    "$top/tests/e2e/nginx.conf.in" >"$dir/nginx.conf"
  /usr/sbin/nginx -e "$dir/error.log" -c "$dir/nginx.conf" 2>"$dir/nginx.err" &
  nginx_pid=$!
  for _ in $(seq 100); do
    ! listens "$1" || return 0
    kill -0 "$nginx_pid" 2>/dev/null || break
    sleep 0.05
  done
  cat "$dir/nginx.err" "$dir/error.log" >&2
  die "nginx does not start"
}

# What a server says so that linkchecker asks as often as it is told to.
paced=LinkChecker:%201

# Each site sets origin, folder, title and everywhere: whether links that lead
# out of it are checked.  pages: for a program that cannot find them itself.

pages() {
  (cd "$folder" && find -L . -name '*.html') |
    sed "s#^\.#$origin#; s#/index\.html\$#/#" | grep -v /orphan.html | LC_ALL=C sort
}

setup_docs() {
  local port
  [ -f "$docs/index.html" ] || die "no $docs: install python3-doc"
  port=$(free_port)
  echo "server { listen 127.0.0.1:$port; root $docs; charset utf-8;" \
    "add_header ${paced%%:*} 1; }" >"$dir/servers.conf"
  start_nginx "$port"
  origin=http://127.0.0.1:$port
  folder=$(realpath "$docs")
  everywhere=
  title="python3-doc"
  python3 "$top/tests/bench/check_truth.py" "$folder" "$origin" / >"$dir/truth.http"
  python3 "$top/tests/bench/check_truth.py" "$folder" "$origin" >"$dir/truth.dir"
}

# signed NAME DAYS ALTNAME
signed() {
  openssl req -newkey rsa:2048 -nodes -keyout "$dir/$1.key" -out "$dir/$1.csr" -subj "/CN=$1" &&
    openssl x509 -req -in "$dir/$1.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" \
      -CAcreateserial -days "$2" -extfile <(echo "subjectAltName=$3") -out "$dir/$1.pem"
}

certificates() {
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$dir/ca.key" -out "$dir/ca.pem" \
    -days 2 -subj "/CN=acrawl test CA" &&
    signed good 2 "IP:127.2.0.4" && signed other 2 "DNS:other.example" &&
    signed expired -1 "IP:127.2.0.3" &&
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$dir/self.key" -out "$dir/self.pem" \
      -days 2 -subj "/CN=self" -addext "subjectAltName=IP:127.2.0.1"
}

# tls_server ADDRESS NAME
tls_server() {
  echo "server { listen $1:$tls_port ssl; ssl_certificate $dir/$2.pem;" \
    "ssl_certificate_key $dir/$2.key; return 200; }"
}

setup_planted() {
  port=$(free_port)
  tls_port=$(free_port)
  certificates >"$dir/openssl.txt" 2>&1 || die "openssl: $(tail -n 3 "$dir/openssl.txt")"
  {
    tls_server 127.2.0.1 self
    tls_server 127.2.0.2 other
    tls_server 127.2.0.3 expired
    tls_server 127.2.0.4 good
    echo "server { listen 127.2.0.5:$tls_port ssl; ssl_reject_handshake on; }"
    echo "server { listen 127.0.0.1:$tls_port; return 200; }"
  } >"$dir/servers.conf"
  start_nginx "$tls_port"
  python3 "$top/tests/e2e/planted.py" site "$dir/planted" --port "$port" --tls-port "$tls_port"
  echo "127.0.0.2 * header=$paced" >>"$dir/planted/rules"
  origin=http://127.0.0.2:$port
  folder=$dir/planted/hosts/127.0.0.2
  everywhere=1
  title="planted faults"
  awk -v port="$port" '$3 == "get.status=404" { print "either http://" $1 ":" port $2 }' \
    "$dir/planted/rules" | cat "$dir/planted/http.jsonl" - >"$dir/truth.http"
  # A directory is checked for what is in it, and URLs that are none.
  grep -F -e "\"target\": \"$origin/" -e '"verdict": "invalid"' \
    "$dir/planted/directory.jsonl" >"$dir/truth.dir"
}

# Some of its answers depend on how often they were asked for.
restart_planted() {
  stop $httpd_pid
  rm -f "$dir/httpd.out"
  "$build/httpd" --bind 127.0.0.0/8 --port "$port" --hosts "$dir/planted/hosts" \
    --rules "$dir/planted/rules" --log "$dir/requests.httpd" --seconds $((limit + 60)) \
    >"$dir/httpd.out" &
  httpd_pid=$!
  for _ in $(seq 100); do
    ! grep -qs ^port "$dir/httpd.out" || return 0
    sleep 0.05
  done
  die "httpd does not start"
}

restart_docs() {
  :
}

# The programs: each sets command, for its output on standard output.

acrawl_http() {
  command=("$build/acrawl" --check -q -r "$origin/" --fragments -c "$connections"
    --per-host "$connections" --timeout "${timeout}s" --report jsonl=-)
  [ -n "$everywhere" ] || command+=(--internal)
  [ ! -f "$dir/ca.pem" ] || command+=(--cacert "$dir/ca.pem")
}

acrawl_dir() {
  command=("$build/acrawl" --check -q "$folder" --base-url "$origin/" --fragments --internal
    --report jsonl=-)
}

lychee_any() {
  command=(env SSL_CERT_FILE="$dir/ca.pem" "$peers/bin/lychee" --no-progress -qq --format json
    --include-fragments=anchor-only --max-concurrency "$connections"
    --host-concurrency "$connections" --host-request-interval 0ms
    --max-retries 0 --timeout "$timeout")
  [ -f "$dir/ca.pem" ] || command=("${command[@]:2}")
}

# It follows no links, so that it is given all pages.
lychee_http() {
  lychee_any
  pages >"$dir/pages"
  command+=(--files-from "$dir/pages" --skip-missing)
  [ -n "$everywhere" ] || command+=(--include "^$origin/" --exclude '.*')
}

lychee_dir() {
  lychee_any
  command+=(--offline --root-dir "$folder" --index-files index.html "$folder/**/*.html")
  [ -z "$everywhere" ] || command+=(--remap "^$origin/ file://$folder/")
}

linkinator_http() {
  command=(env PATH="$peers/linkinator/node_modules/.bin:$PATH" linkinator "$origin/"
    --recurse --check-fragments --concurrency "$connections" --timeout $((timeout * 1000))
    --format json --verbosity error)
  [ -n "$everywhere" ] || command+=(--skip "^(?!$origin/)")
  [ ! -f "$dir/ca.pem" ] || command=(env NODE_EXTRA_CA_CERTS="$dir/ca.pem" "${command[@]:1}")
}

linkchecker_http() {
  cat >"$dir/linkcheckerrc" <<END
[checking]
maxrequestspersecond=1000000
maxfilesizedownload=1000000000
maxfilesizeparse=1000000000
sslverify=$([ -f "$dir/ca.pem" ] && echo "$dir/ca.pem" || echo 1)
[AnchorCheck]
END
  chmod 644 "$dir/linkcheckerrc"
  command=("$peers/linkchecker/bin/linkchecker" -f "$dir/linkcheckerrc" -t "$connections"
    --no-robots --no-status --timeout "$timeout" -o csv "$origin/")
  [ -z "$everywhere" ] || command+=(--check-extern)
}

muffet_http() {
  command=("$peers/bin/muffet" --format json --max-connections "$connections"
    --max-connections-per-host "$connections" --buffer-size 65536 --timeout "$timeout")
  [ -n "$everywhere" ] || command+=(--include "^$origin/")
  command+=("$origin/")
}

hyperlink_dir() {
  command=("$peers/bin/hyperlink" --check-anchors "$folder")
}

programs_http=(acrawl lychee linkinator linkchecker muffet)
programs_dir=(acrawl lychee hyperlink)

is_there() {
  [[ $1 =~ $wanted ]] && { [ "$1" = acrawl ] || [ -e "$peers/$1.done" ]; }
}

# Measuring.

requests() {
  cat "$dir"/requests.* 2>/dev/null | wc -l
}

of() {
  sed -n "s/^$1 //p" "$dir/measured"
}

# run PROGRAM: a line "ms ms-of-CPU KB requests" for $key.rounds
run() {
  local before=0 status=0
  "restart_$site"
  "$1_$mode"
  before=$(requests)
  rm -f "$dir/measured"
  (cd "$dir" && timeout -k 10 "$limit" "$build/measure" "$dir/measured" "${command[@]}" \
    >"$key.out" 2>"$key.err") || status=$?
  [ $status != 124 ] && [ $status != 137 ] || touch "$key.slow"
  if [ $status -gt 2 ] && [ ! -e "$key.slow" ] || [ ! -f "$dir/measured" ]; then
    echo "$1 ended with $status: $(tail -n 2 "$key.err")" >&2
  fi
  [ -f "$dir/measured" ] || return 0
  echo "$(of wall_ms) $(of cpu_ms) $(of peak_kb) $(($(requests) - before))" >>"$key.rounds"
}

# What was found is looked at once, after the last round.
judge() {
  python3 "$top/tests/bench/check_findings.py" "$1" "$key.out" "$dir/truth.$mode" \
    "$origin" "$folder" >"$key.found"
  [ -z "${SHOW:-}" ] ||
    (cd "$dir" && head -n "$SHOW" "$(basename "$key")".out.{false,missed} >&2)
}

turns() {
  local round program
  for ((round = 1; round <= rounds; round++)); do
    for program in "${list[@]}"; do
      key=$dir/$site.$mode.$program
      [ -e "$key.slow" ] || run "$program"
    done
  done
}

# median COLUMN DIVISOR DIGITS
median() {
  cut -d ' ' -f "$1" "$key.rounds" | sort -g | awk -v by="$2" -v digits="$3" '
    { v[NR] = $1 } END { printf "%.*f", digits, v[int((NR + 1) / 2)] / by }'
}

row() {
  local found false missed wanted_n
  [ -s "$key.rounds" ] || return 0
  read -r found false missed <"$key.found" || true
  wanted_n=$((${found:-0} + ${missed:-0}))
  printf '| %s | %s%s | %s | %s | %s | %s of %s | %s | %s |\n' "$1" \
    "$([ ! -e "$key.slow" ] || echo '> ')" "$(median 1 1000 2)" "$(median 2 1000 2)" \
    "$(median 3 1024 0)" "$(median 4 1 0)" "${found:-?}" "$wanted_n" "${false:-?}" "${missed:-?}"
}

table() {
  local program
  echo
  echo "**$title, $([ "$mode" = http ] && echo "over HTTP" || echo "as a directory")**"
  echo
  echo "| | wall s | CPU s | peak MB | requests | found | false | missed |"
  echo "|---|---:|---:|---:|---:|---:|---:|---:|"
  for program in "${list[@]}"; do
    key=$dir/$site.$mode.$program
    judge "$program"
    row "$program"
  done
}

# cpu ARGUMENT...: ms of CPU that ten runs of acrawl take
cpu() {
  local before after me=$BASHPID
  before=$(awk '{ print $16 + $17 }' /proc/$me/stat)
  for _ in $(seq 10); do
    "$build/acrawl" -q --no-config "$@" -o /dev/null 2>/dev/null || true
  done
  after=$(awk '{ print $16 + $17 }' /proc/$me/stat)
  echo $(((after - before) * 1000 / $(getconf CLK_TCK)))
}

# What a check of a directory costs beside listing its links, in turn.
beside_listing() {
  local plain=0 check=0
  for _ in 1 2 3 4 5; do
    plain=$((plain + $(cpu "$docs" --base-url https://docs.example/)))
    check=$((check + $(cpu --check --fragments --internal "$docs" --base-url https://docs.example/)))
  done
  echo
  echo "CPU of a run over python3-doc: links listed $((plain / 50)) ms, checked with fragments $((check / 50)) ms:" \
    "$(awk "BEGIN { printf \"%.2f\", $plain / $check }") of the bytes a CPU second"
}

for tool in "$build/acrawl" "$build/measure" /usr/sbin/nginx; do
  command -v "$tool" >/dev/null || die "no $tool"
done
install_peers
for site in ${SITES:-docs planted}; do
  "setup_$site"
  for mode in ${MODES:-http dir}; do
    list=()
    declare -n of_mode=programs_$mode
    for program in "${of_mode[@]}"; do
      ! is_there "$program" || list+=("$program")
    done
    turns
    table
  done
  stop $nginx_pid $httpd_pid
  nginx_pid=
  httpd_pid=
done
beside_listing
echo
for why in "${missing[@]}"; do
  echo "Not there: $why"
done
