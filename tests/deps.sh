#!/usr/bin/env bash
# Installs from Debian's packages what is missing, and says what.
#   deps.sh GROUP...     groups: build check lint bench bench-check fuzz
set -eu

packages() {
  case $1 in
  build) echo gcc make pkg-config libc6-dev libcurl4-openssl-dev libevent-dev \
    libxml2-dev libicu-dev zlib1g-dev libpsl-dev libpcre2-dev \
    libjansson-dev ca-certificates bsdextrautils ;;
  check) echo libcmocka-dev nginx-light openssl curl python3 python3-doc procps \
    libxml2-utils python3-jsonschema python3-yaml zsh fish ;;
  lint) echo clang clang-tidy clang-format cppcheck mandoc valgrind python3 ;;
  conformance) echo python3 ;;
  bench) echo nginx-light wrk python3-doc python3-aiohttp python3-aiofiles ;;
  bench-check) echo python3-venv ;; # the peers need cargo, go and npm
  fuzz) echo clang libclang-rt-14-dev ;;
  *) echo "deps.sh: no group $1" >&2 && exit 2 ;;
  esac
}

is_there() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=()
for group in "$@"; do
  for package in $(packages "$group"); do
    is_there "$package" || missing+=("$package")
  done
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "please install: ${missing[*]}" >&2
  exit 1
fi
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
echo "Installing ${missing[*]}${sudo:+ (with sudo)}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! $sudo apt-get install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1; then
  # The package lists may be old.
  if ! { $sudo apt-get update && $sudo apt-get install -y \
    --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "could not install ${missing[*]}" >&2
    exit 1
  fi
fi
