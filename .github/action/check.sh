#!/usr/bin/env bash
# The one step of action.yml.  Inputs come as environment variables, ACRAWL_
# and their name; none of them is ever a part of a command's text.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

give_up() {
  echo "::error::$*"
  exit 1
}

# flag NAME: whether an input is true
flag() {
  local name=ACRAWL_$1
  case ${!name:-false} in
  true) return 0 ;;
  false) return 1 ;;
  *) give_up "the input ${1,,} is true or false" ;;
  esac
}

# What acrawl is built of is installed first, unless it is there already.
build() {
  command -v acrawl >/dev/null && return
  echo "::group::Build acrawl"
  "$here/../../tests/deps.sh" build
  "$here/acrawl.sh" --version
  echo "::endgroup::"
}

# Sets options.  The words of args are split as xargs does: by blanks and line
# ends, with quotes and backslashes, and nothing is expanded.
read_inputs() {
  printf '%s\n' "${ACRAWL_ARGS:-}" | xargs -r printf '%s\0' >"$tmp/words" 2>/dev/null ||
    give_up "the input args has a quote without its end"
  mapfile -d '' -t words <"$tmp/words"
  [ ${#words[@]} -gt 0 ] || give_up "the input args says what to check, such as: ./public --base-url https://example.com/"
  options=(--check --report text=- "--report=github=$tmp/annotations"
    "--report=markdown=$tmp/summary" "--report=jsonl=$tmp/findings")
  ! flag FRAGMENTS || options+=(--fragments)
  ! flag STRICT || options+=(--strict)
  [ -z "${ACRAWL_BASELINE:-}" ] || options+=("--baseline=$ACRAWL_BASELINE")
  [ -z "${ACRAWL_CACHE:-}" ] || options+=("--cache=$ACRAWL_CACHE")
  [ -z "${ACRAWL_SARIF:-}" ] || options+=("--report=sarif=$ACRAWL_SARIF")
  options+=("${words[@]}")
}

# Sets status.  What pages and servers say is on the log; the runner is not to
# take any of it for a command.
check() {
  local token
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  status=0
  echo "::stop-commands::$token"
  "$here/acrawl.sh" "${options[@]}" 2>&1 || status=$?
  echo "::$token::"
}

report() {
  touch "$tmp/annotations" "$tmp/summary" "$tmp/findings"
  cat "$tmp/annotations"
  cat "$tmp/summary" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  {
    echo "status=$status"
    echo "failures=$(grep -c '"fails":true,"places":' "$tmp/findings")"
  } >>"${GITHUB_OUTPUT:-/dev/null}"
}

read_inputs
flag FAIL && fail=1 || fail=
build
check
report
case $status in
0) ;;
2) [ -z "$fail" ] || exit 2 ;;
3) give_up "the links were not all checked; the log says why" ;;
*) give_up "the link check could not start; the log says why" ;;
esac
