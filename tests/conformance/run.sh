#!/usr/bin/env bash
# run.sh DIR: the standards' own tests, whose data is in DIR and not in the
# tree.  Each program prints what it ran, and each miss with its reason.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
data=${1:-}
if [ ! -d "$data" ]; then
  echo "make conformance DATA=DIR: the folder of the standards' test data" >&2
  exit 2
fi
data=$(cd "$data" && pwd)
cd "$top" || exit 2
build=${BUILD:-build/release}
failed=0
for name in url html charset headers robots; do
  echo "== $name"
  "$build/conformance/$name" "$data" || failed=1
done
echo "== URLs through the command line"
BUILD=$build tests/conformance/http-base.sh "$data" || failed=1
exit $failed
