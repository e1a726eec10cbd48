#!/usr/bin/env bash
# The rows of the URL standard's tests that a page can show, through the whole
# program: a page for each row, with the row's base in <base> and its input as
# the only link.  A URL that resolves has to be listed exactly as it should be,
# one that fails must not be listed.
#
# usage: http-base.sh DIR, where DIR has url/cases-http-base.json
# BUILD: where acrawl and httpd are (build/release)
set -euo pipefail
[ $# = 1 ] || { echo "usage: http-base.sh DIR" >&2; exit 2; }
rows=$(realpath "$1")/url/cases-http-base.json
[ -r "$rows" ] || { echo "http-base.sh: no $rows" >&2; exit 2; }
. "$(dirname "$0")/../e2e/lib.sh"

# pages ROWS ORIGIN: writes N.html for each row, urls.txt and wanted.tsv.
#
# All but plain ASCII is written as a character reference, so that neither
# newlines nor the charset matter.  Those for C1 controls mean characters of
# windows-1252, so these stand as they are, in UTF-8.  A NUL has no way into an
# attribute: the tokenizer makes it U+FFFD.
pages() {
  python3 - "$1" "$2" <<'END'
import json, sys

def attribute(text):
    out = []
    for c in text:
        n = ord(c)
        if 0x80 <= n <= 0x9f or (' ' <= c <= '~' and c not in '&"<>'):
            out.append(c)
        else:
            out.append('&#x%X;' % n)
    return ''.join(out)

rows = [row for row in json.load(open(sys.argv[1])) if isinstance(row, dict)]
urls, wanted = open('urls.txt', 'w'), open('wanted.tsv', 'w')
for n, row in enumerate(rows):
    if '\0' in row['input'] + row['base']:
        print('row %d has a NUL, which no attribute can hold' % n)
        continue
    with open('%d.html' % n, 'w', encoding='utf-8', newline='') as page:
        page.write('<!doctype html><meta charset=utf-8><base href="%s"><a href="%s">x</a>\n'
                   % (attribute(row['base']), attribute(row['input'])))
    url = '%s/%d.html' % (sys.argv[2], n)
    print(url, file=urls)
    print(url, '-' if row['href'] is None else row['href'], sep='\t', file=wanted)
END
}

dir=$(mktemp -d)
cd "$dir"
mkdir root
start_httpd --root "$dir/root"
trap 'kill $httpd_pid 2>/dev/null || true; rm -rf "$dir"' EXIT
(cd root && pages "$rows" "$origin")
crawl --no-header -q -o found.tsv --pages pages.tsv root/urls.txt
equal "exit status" "$status" 0
equal "pages that are ok" "$(cut -f 3 pages.tsv | grep -cx ok)" "$(wc -l <root/wanted.tsv)"

# A page without a link has the link "-", as it has in wanted.tsv.
{
  cat found.tsv
  cut -f 1 found.tsv | LC_ALL=C sort -u >listed
  LC_ALL=C sort root/urls.txt | LC_ALL=C comm -23 - listed | sed 's/$/\t-/'
} | LC_ALL=C sort >got
LC_ALL=C sort root/wanted.tsv >wanted
misses=$(LC_ALL=C comm -23 wanted got | wc -l)
diff wanted got || true
echo "cases-http-base $(($(wc -l <wanted) - misses)) of $(wc -l <wanted)" \
  "($(grep -vc '	-$' wanted) to be listed, $(grep -c '	-$' wanted) not)"
cmp -s wanted got
