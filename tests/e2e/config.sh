#!/usr/bin/env bash
# The config file, --print-config, and what shells complete.
. "$(dirname "$0")/lib.sh"

# The long options of --help all.
long_options() {
  $acrawl --help all | sed -nE 's/^  (-.,|   ) (--[a-z0-9-]+) .*/\2/p' | LC_ALL=C sort
}

# same WHAT GOT WANTED: both files are there and have the same lines.
same() {
  [ -s "$3" ] || fail "$1: $3 is empty"
  diff "$2" "$3" >&2 || fail "$1: not the same (< got, > wanted)"
}

# completions WORD...: what bash offers for the last word, one a line, sorted.
completions() {
  (
    # shellcheck disable=SC1091
    . ./acrawl.bash
    COMP_WORDS=(acrawl "$@")
    COMP_CWORD=$#
    compopt() { :; }
    _acrawl
    printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | paste -sd ' '
  )
}

test_completion_has_all_options() {
  local count
  long_options >all
  count=$(wc -l <all)
  [ "$count" -ge 60 ] || fail "--help all is not read any more: $count"
  $acrawl --completion bash | sed -n "/words='--base-url/,/'\$/p" |
    grep -oE -- '--[a-z0-9-]+' | LC_ALL=C sort >bash
  same bash bash all
  $acrawl --completion zsh | sed 's/\[.*//' | grep -oE -- "^ .*'|^ .*=|^ .*--[a-z0-9-]+\$" |
    grep -oE -- '--[a-z0-9-]+' | LC_ALL=C sort -u >zsh
  same zsh zsh all
  $acrawl --completion fish | sed -nE 's/^complete -c acrawl (-s . )?-l ([a-z0-9-]+) .*/--\2/p' |
    LC_ALL=C sort >fish
  same fish fish all
}

test_completion_bash() {
  $acrawl --completion bash >acrawl.bash
  bash -n acrawl.bash
  touch 'a file' links.txt
  mkdir lib
  equal "names" "$(completions --no)" "--no-config --no-header --no-second-look --nofollow"
  equal "all names" "$(completions -- | wc -w)" "$(long_options | wc -l)"
  equal "words" "$(completions --format '')" "jsonl tsv"
  equal "short" "$(completions -f j)" "jsonl"
  equal "with =" "$(completions --format = ts)" "tsv"
  equal "behind =" "$(completions --format =)" "jsonl tsv"
  equal "a name is no word" "$(completions --sitemap '')" "auto never"
  equal "flag" "$(completions --strict = t)" "true"
  equal "number" "$(completions --depth '')" ""
  equal "kinds" "$(completions --report t)" "text= tsv="
  equal "kinds behind =" "$(completions --report = j)" "jsonl= junit="
  equal "a report's file" "$(completions --report tsv = li)" "lib links.txt"
  equal "file" "$(completions --output 'a ')" "a file"
  equal "file behind =" "$(completions --cache = lin)" "links.txt"
  equal "input" "$(completions --check li)" "lib links.txt"
  equal "it is registered" "$(. ./acrawl.bash && complete -p acrawl)" "complete -F _acrawl acrawl"
}

test_completion_zsh() {
  $acrawl --completion zsh >_acrawl
  zsh -n _acrawl
  equal "first line" "$(head -n 1 _acrawl)" "#compdef acrawl"
  # As it is installed: a function of the folder's, which is not called yet.
  HOME=$PWD zsh -f -c '
    fpath=($PWD $fpath)
    autoload -Uz compinit && compinit -u -d $PWD/dump
    print -r -- $_comps[acrawl]' >comps
  equal "registered" "$(cat comps)" "_acrawl"
  HOME=$PWD zsh -f -c '
    autoload -Uz compinit && compinit -u -d $PWD/dump2
    source ./_acrawl && print -r -- $_comps[acrawl] $+functions[_acrawl_report]' >comps
  equal "sourced" "$(cat comps)" "_acrawl 1"
}

test_completion_fish() {
  offered() {
    HOME=$PWD fish --no-config -c "source acrawl.fish; complete -C '$1'" |
      cut -f 1 | LC_ALL=C sort | paste -sd ' '
  }
  $acrawl --completion fish >acrawl.fish
  fish -n acrawl.fish
  touch links.txt
  equal "names" "$(offered 'acrawl --no')" "--no-config --no-header --no-second-look --nofollow"
  equal "words" "$(offered 'acrawl -f ')" "jsonl tsv"
  equal "kinds" "$(offered 'acrawl --report js')" "jsonl="
  equal "a report's file" "$(offered 'acrawl --report tsv=li')" "tsv=links.txt"
  equal "number" "$(offered 'acrawl --depth l')" ""
  equal "file" "$(offered 'acrawl --output li')" "links.txt"
}

# It is of use before a config file is right, and for no other shell.
test_completion_alone() {
  echo nonsense >.acrawlrc
  crawl --completion bash >out
  equal "status" "$status" 0
  [ -s out ] || fail "no script"
  crawl --completion tcsh >out
  equal "status" "$status" 1
  grep -q "wants one of bash|zsh|fish, not 'tcsh'" err.txt || fail "$(cat err.txt)"
  [ ! -s out ] || fail "there is a script for tcsh"
}

# Whoever packages it sets DESTDIR; what is installed is also removed.
test_install() {
  [ -z "${VALGRIND:-}" ] || return 0
  make -s -C "$top" BUILD="$build" DESTDIR="$PWD/dest" PREFIX=/usr install >make.out 2>&1 ||
    fail "$(tail -n 3 make.out)"
  (cd dest/usr && find . -type f | LC_ALL=C sort) >files
  cat >wanted <<'END'
./bin/acrawl
./share/bash-completion/completions/acrawl
./share/fish/vendor_completions.d/acrawl.fish
./share/man/man1/acrawl.1
./share/zsh/site-functions/_acrawl
END
  same "installed" files wanted
  $acrawl --completion zsh | cmp - dest/usr/share/zsh/site-functions/_acrawl
  make -s -C "$top" BUILD="$build" DESTDIR="$PWD/dest" PREFIX=/usr uninstall >make.out 2>&1
  equal "left" "$(find dest -type f)" ""
}

# in_force OPTION: its lines of --print-config, with single blanks.
in_force() {
  grep -E "^(# )?$1 =" print | tr -s ' '
}

# shown OPTION...: what --print-config says goes to the file print.
shown() {
  crawl --print-config "$@" >print
  equal "status of --print-config $*" "$status" 0
}

# wrong STATUS LINE...: these are the lines on standard error.
wrong() {
  equal "status" "$status" "$1"
  shift
  equal "said" "$(cat err.txt)" "$(printf 'acrawl: %s\n' "$@")"
}

test_config_is_in_force() {
  start_httpd --root "$top/data/site"
  mkdir -p site/deep/er site/out
  printf '%s\n' '# Ours.' 'no-header' 'pages = out/pages.tsv' 'links = all' \
    'header = X-A: b # c' >site/.acrawlrc
  cd site/deep/er
  crawl -q "$origin/map.html" >links
  equal "status" "$status" 0
  equal "no header" "$(head -n 1 links)" "$origin/map.html	$origin/style.css"
  equal "the folder is that of the file" "$(cut -f 1,3 ../../out/pages.tsv)" "$origin/map.html	ok"
  crawl -q --no-config "$origin/map.html" >links
  equal "header" "$(head -n 1 links)" "source_url	parsed_url"
  crawl -q --links=a --no-header=false "$origin/map.html" >links
  equal "header again" "$(head -n 1 links)" "source_url	parsed_url"
  equal "a only" "$(grep -c style.css links || true)" 0
}

test_config_rules_of_a_crawl() {
  start_httpd --root "$top/data/site"
  printf '%s\n' recursive 'exclude = [?]' 'exclude = ^[^?]*/huts/' 'max-pages = 3 # few' >.acrawlrc
  crawl -q "$origin/" -o links --pages pages
  equal "pages" "$(tail -n +2 pages | wc -l)" 3
  crawl -q --max-pages 1000 --exclude /routes/ "$origin/" -o links --pages pages
  equal "both lists count" "$(cut -f 1 pages | grep -cE '/(huts|routes)/|[?]' || true)" 0
  [ "$(tail -n +2 pages | wc -l)" -gt 3 ] || fail "the command line does not win"
}

test_config_nearest() {
  mkdir -p a/b/c
  echo 'per-host = 1' >.acrawlrc
  echo 'per-host = 2' >a/.acrawlrc
  (cd a/b/c && shown && equal "above" "$(in_force per-host)" "per-host = 2 # ../../.acrawlrc:1")
  (cd a && shown && equal "here" "$(in_force per-host)" "per-host = 2 # .acrawlrc:1")
  (cd a && shown --config ../.acrawlrc && equal "named" "$(in_force per-host)" "per-host = 1 # ../.acrawlrc:1")
  (cd a && shown --no-config && equal "none" "$(in_force per-host)" "per-host = 8 # default")
  (cd / && $acrawl --print-config) >print
  equal "at the root" "$(in_force per-host)" "per-host = 8 # default"
  # From a folder that is gone, whose parent not each system knows.
  mkdir gone
  (cd gone && rmdir ../gone && $acrawl --print-config) >print
  in_force per-host >/dev/null
}

test_config_of_a_stranger() {
  [ "$(id -u)" = 0 ] || return 0
  mkdir mine
  echo 'per-host = 1' >.acrawlrc
  chown 12345 .acrawlrc
  cd mine
  shown
  equal "not read" "$(in_force per-host)" "per-host = 8 # default"
  equal "said" "$(cat err.txt)" "acrawl: ../.acrawlrc is left out, since it is another user's; --config ../.acrawlrc reads it"
  shown --config ../.acrawlrc
  equal "named" "$(in_force per-host)" "per-host = 1 # ../.acrawlrc:1"
  # As in a container, where the folder that one works in is another's, too.
  chown 12345 .
  shown
  equal "his folder" "$(in_force per-host)" "per-host = 1 # ../.acrawlrc:1"
}

test_config_cannot_be_read() {
  crawl --config nothing x
  wrong 1 "cannot read the config file nothing: No such file or directory"
  crawl --config '' x
  wrong 1 "cannot read the config file : No such file or directory"
  mkdir folder
  crawl --config folder x
  wrong 1 "cannot read the config file folder: Is a directory"
  mkdir .acrawlrc
  crawl x
  wrong 1 "cannot read the config file .acrawlrc: Is a directory"
  rmdir .acrawlrc
  ln -s nowhere .acrawlrc
  crawl x
  wrong 1 "cannot read the config file .acrawlrc: No such file or directory"
  rm .acrawlrc
  [ "$(id -u)" = 0 ] || {
    echo 'per-host = 1' >secret
    chmod 000 secret
    crawl --config secret x
    wrong 1 "cannot read the config file secret: Permission denied"
  }
}

test_config_size() {
  awk 'BEGIN { for (i = 0; i < 4096; i++) printf "%063d\n", 0 }' | sed 's/^/#/; s/.$//' >full
  equal "full" "$(wc -c <full)" 262144
  shown --config full
  (cat full; echo) >big
  crawl --config big x
  wrong 1 "cannot read the config file big: is too long for a config file"
  # One that never ends.
  crawl --config /dev/zero x
  wrong 1 "cannot read the config file /dev/zero: is too long for a config file"
  shown --config /dev/null
}

# A file that stands nowhere names files from the working directory.
test_config_from_a_pipe() {
  crawl --config <(echo 'output = links.tsv') --print-config >print
  equal "status" "$status" 0
  grep -q '^output = links.tsv  *# /dev/fd/' print || fail "$(grep output print)"
}

test_config_says_all_that_is_wrong() {
  cat >.acrawlrc <<'END'
# The first line is right.
concurency = 3

strict maybe
strict = maybe
concurrency
concurrency = 0 # none
timeout = soon
links = most
schemes = http,,
report = tsc=f
explain = http://a/
-v
= 3
per-host = 4
--check = yes
resolve = a
END
  crawl x
  wrong 1 ".acrawlrc:2: no option concurency; is concurrency meant?" \
    ".acrawlrc:4: a = is missing behind strict" \
    ".acrawlrc:5: strict wants true or false, not 'maybe'" \
    ".acrawlrc:6: concurrency needs a value: concurrency = N" \
    ".acrawlrc:7: concurrency wants a whole number from 1 to 100000, not '0'" \
    ".acrawlrc:8: timeout wants a time such as 500ms, 10s, 5m or 1h, not 'soon'" \
    ".acrawlrc:9: links wants one of a|all, not 'most'" \
    ".acrawlrc:10: schemes wants schemes such as http,https,mailto, not 'http,,'" \
    ".acrawlrc:11: report wants KIND=FILE with one of text|tsv|jsonl|junit|sarif|github|markdown, not 'tsc=f'" \
    ".acrawlrc:12: explain is for the command line only" \
    ".acrawlrc:13: no option -v" \
    ".acrawlrc:14: no option " \
    ".acrawlrc:16: no option --check; is check meant?" \
    ".acrawlrc:17: resolve wants HOST:PORT:ADDRESS, not 'a'"
  # Help is there in any case.
  crawl --help >help
  equal "status of --help" "$status" 0
}

# The two together may be wrong where each is right.
test_config_and_command_line() {
  printf '%s\n' 'internal' 'pages = p' >.acrawlrc
  crawl --check --external x
  wrong 1 "--internal and --external leave no link; give one of them, or neither" \
    "some options may come from .acrawlrc: see --print-config"
  crawl -o p x
  wrong 1 "--output and --pages both go to p; give one of them another file" \
    "some options may come from .acrawlrc: see --print-config"
  crawl --depht 3 x
  wrong 1 "no option --depht; is --depth meant?"
  crawl --depht=3 x
  wrong 1 "no option --depht=3; is --depth meant?"
  crawl --something x
  wrong 1 "no option --something (see acrawl --help)"
}

# The lines of a print without where they come from.
without_sources() {
  sed -E 's/ *# [^#]*$//; /^$/d' "$1"
}

test_print_config_round_trip() {
  local line
  printf '%s\n' 'per-host = 3' 'exclude = a \# b' 'exclude = \\# c' >.acrawlrc
  while read -r line; do
    eval "shown $line"
    $acrawl --no-config --print-config >defaults
    ! cmp -s print defaults || fail "nothing is in force: $line"
    cp print saved
    without_sources print >first
    shown --config saved
    without_sources print >again
    same "$line" again first
    grep -q '# saved:' print || fail "saved was not read"
  done <<'END'
-c 5
-r -d 3 --scope any --include a --include 'b #c' --max-pages 7 --sitemap never --robots always --nofollow
-r --exclude 'x #y#z' --exclude '\#' --exclude 'a \\# b' --max-url-length 100 --max-pages-per-host 9 --sitemap https://a/s
--check --strict --fragments --accept 200..204,404 --internal --report tsv=- --report text=b --cache c --cache-age 90m
--check --external --check-method head --fallback-ext html --fallback-ext htm --baseline b --write-baseline --no-second-look
--explain http://a/b
--ignore-file '' --check --links a
-t 0.5 --connect-timeout 1500ms --deadline 1d --delay 0 --retries 0 --max-redirects 0 --max-size 0 --per-address 2
--max-size 1.5k --per-address 100000
-o links.tsv --pages sub/pages -f jsonl --no-header --ordered --links all --schemes HTTP,https --html-parser libxml2
-A '' -x '' -k -4 --resolve a:1:b --cacert /x -H 'A: b' -H 'C:  d' -H '#e' -H ''
-A 'a#b # c' -6 -q -vvv --progress never --base-url https://example.org/
END
}

test_print_config_sources() {
  mkdir a
  printf '%s\n' 'per-host = 3' 'header = A: 1' 'depth = 4' 'output = o' 'timeout = 90' 'timeout = 60' \
    'insecure' >.acrawlrc
  cd a
  shown -H 'B: 2' -c 9 -4 --insecure=false
  equal "file" "$(in_force per-host)" "per-host = 3 # ../.acrawlrc:1"
  equal "list" "$(in_force header)" "header = A: 1 # ../.acrawlrc:2
header = B: 2 # command line"
  equal "command line" "$(in_force concurrency)" "concurrency = 9 # command line"
  equal "default" "$(in_force retries)" "retries = 2 # default"
  equal "links" "$(in_force links)" "links = a # default"
  equal "unset" "$(in_force pages)" "# pages = # default"
  equal "not in force" "$(in_force depth)" "# depth = # default; not in force: ../.acrawlrc:3"
  equal "path" "$(in_force output)" "output = ../o # ../.acrawlrc:4"
  equal "the last line" "$(in_force timeout)" "timeout = 1m # ../.acrawlrc:6"
  equal "flag" "$(in_force insecure)" "insecure = false # command line"
  equal "ipv4" "$(in_force ipv4)" "ipv4 = true # command line"
  shown -r
  equal "in force" "$(in_force depth)" "depth = 4 # ../.acrawlrc:3"
  shown --explain http://a/
  equal "implied" "$(in_force check)" "check = true # follows from other options"
  equal "links" "$(in_force links)" "links = all # follows from other options"
}

test_print_config_has_all_options() {
  shown
  sed -nE 's/^(# )?([a-z0-9-]+) =.*/--\2/p' print | LC_ALL=C sort >names
  long_options | grep -vxE -- '--(config|no-config|print-config|completion|explain|help|version)' >wanted
  same "options" names wanted
}

test_print_config_tells_no_secrets() {
  shown -H 'Authorization: Bearer hidden' -H 'cookie:hidden' -H 'X-Api-Key: hidden' -H 'Accept: seen' \
    -H 'PRIVATE-TOKEN;hidden' -x 'user:hidden@localhost:8080' --base-url 'https://u:hidden@example.org/a@b'
  ! grep hidden print >&2 || fail "a secret is shown"
  equal "headers" "$(in_force header)" "# header = Authorization: *** # command line, not shown
# header = cookie: *** # command line, not shown
# header = X-Api-Key: *** # command line, not shown
header = Accept: seen # command line
# header = PRIVATE-TOKEN: *** # command line, not shown"
  equal "proxy" "$(in_force proxy)" "# proxy = ***@localhost:8080 # command line, not shown"
  equal "base" "$(in_force base-url)" "# base-url = https://***@example.org/a@b # command line, not shown"
  shown --base-url 'https://example.org/a@b' -A 'me@example.org'
  equal "no password" "$(in_force base-url)" "base-url = https://example.org/a@b # command line"
  equal "no URL" "$(in_force user-agent)" "user-agent = me@example.org # command line"
}

# What no line of a file can be does not become another one.
test_print_config_of_odd_values() {
  shown -A $'a\nretries = 9' -H ' b' -H $'\e[31mc'
  equal "line feed" "$(in_force user-agent)" "# user-agent = a%0Aretries = 9 # command line, not possible in a file"
  equal "retries" "$(in_force retries)" "retries = 2 # default"
  equal "odd" "$(in_force header)" "# header = %20b # command line, not possible in a file
# header = %1B[31mc # command line, not possible in a file"
}

test_print_config_fails() {
  [ -w /dev/full ] || return 0
  crawl --print-config >/dev/full
  wrong 1 "cannot write to standard output"
  crawl --print-config --strict >print
  wrong 1 "--strict is about checking links: it needs --check"
  equal "shown all the same" "$(in_force strict)" "strict = true # command line"
}

run_tests
