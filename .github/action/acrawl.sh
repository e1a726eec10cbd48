#!/usr/bin/env bash
# Runs the acrawl that is on the PATH or, if there is none, that of this
# checkout, which is built first.
#   acrawl.sh ARGUMENT...
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)

if ! command -v acrawl >/dev/null; then
  if ! make -C "$top" -j"$(nproc)" >/dev/null; then
    echo "acrawl can't be built; $top/tests/deps.sh build installs what it needs" >&2
    exit 1
  fi
  PATH=$top/build/release:$PATH
fi
exec acrawl "$@"
