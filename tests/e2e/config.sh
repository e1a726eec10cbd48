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

run_tests
