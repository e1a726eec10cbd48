#!/usr/bin/env bash
# What the man page, --help and README.md say is what there is.
. "$(dirname "$0")/lib.sh"

man=$top/src/acrawl.1

# The options of --help all: each name, with its hyphens, on a line.
help_options() {
  $acrawl --help all | sed -nE 's/^  (-|    --)/&/p' |
    sed -E 's/^  ((-.), |    )(--[a-z0-9-]+) .*/\2\n\3/' | sed '/^$/d' | LC_ALL=C sort
}

# The options that have an item of their own in the man page.
man_options() {
  sed -n '/^\.Sh OPTIONS/,/^\.Sh OUTPUT/s/^\.It //p' "$man" |
    grep -oE '(^|[ ,])Fl [^ ]+' | sed 's/.*Fl /-/' | LC_ALL=C sort
}

# same WHAT FILE FILE: both are there and have the same lines.
same() {
  [ -s "$2" ] || fail "$1: $2 is empty"
  diff "$2" "$3" >&2 || fail "$1: not the same (< $2, > $3)"
}

test_docs_options() {
  help_options >help
  man_options >man
  same "options" help man
}

test_docs_outcomes() {
  tr '\n' ' ' <"$top/include/acrawl/outcome.h" |
    grep -oE 'X\([A-Z0-9_]+, "[a-z0-9_]+",[^"]*"' |
    sed -E 's/[^"]*"([a-z0-9_]+)",.*RETRYABLE.*/\1 yes/; s/[^"]*"([a-z0-9_]+)".*/\1 no/' |
    LC_ALL=C sort >code
  # One row of the table stands for all statuses.
  sed -n '/^\.Sh OUTCOMES/,/^\.Sh LIMITS/s/^\.It Cm //p' "$man" |
    sed -E 's/ Ns Ar NNN Ta see below/ Ta no/; s/^([^ ]+) Ta ([a-z]+) Ta .*/\1 \2/' |
    LC_ALL=C sort >man
  same "outcomes" code man
  equal "rows" "$(wc -l <code)" "$(grep -c '^	X(' "$top/include/acrawl/outcome.h")"
}

# The words of a section of the man page, in lower case, one a line.
man_words() {
  sed -n "/^\.Sh $1/,/^\.Sh [^${1:0:1}]/p" "$man" | tr 'A-Z' 'a-z' |
    tr -c 'a-z0-9:-' '\n' | sed '/^$/d' | LC_ALL=C sort -u
}

# Every element, attribute and header of the table of links is in the man page.
test_docs_links() {
  sed -nE 's/^\t\{?(SVG_ROWS\(|LINKS_(A|ALL), +)//p' "$top/src/web/link_table.c" |
    grep -oE '"[A-Za-z:-]+"' | tr -d '"' | tr 'A-Z' 'a-z' | LC_ALL=C sort -u >table
  [ "$(wc -l <table)" -ge 60 ] || fail "link_table.c is not read any more"
  man_words LINKS >man
  equal "not in the man page" "$(LC_ALL=C comm -23 table man)" ""
}

# The members of a link in JSON, in their order.
test_docs_json() {
  start_httpd --root "$top/data/site"
  crawl -q -f jsonl "$origin/" | head -n 1 | grep -oE '"[a-z_]+":' | tr -d '":' >json
  sed -n '/^a line is a JSON object/,/^\.El/s/^\.It Cm //p' "$man" |
    sed 's/ , /\n/g' >man
  same "members" json man
}

# The statuses that are retryable.
test_docs_statuses() {
  local wanted got
  wanted=$(sed -nE 's/^ +\{([0-9]+), OUTCOME_RETRYABLE.*/\1/p' "$top/src/base/outcome.c" | paste -sd ' ')
  got=$(grep '^is retryable for ' "$man" | grep -oE '[0-9]{3}' | paste -sd ' ')
  equal "statuses" "$got" "$wanted"
}

test_docs_help_fits_a_terminal() {
  $acrawl --help >help
  [ "$(wc -l <help)" -le 48 ] || fail "--help has $(wc -l <help) lines"
  $acrawl --help all >all
  ! grep -nE '.{81}' help all >&2 || fail "--help has lines of more than 80 columns"
}

# The short --help has each option, too, if only by its name.
test_docs_help_is_whole() {
  $acrawl --help | grep -oE '(^|[ ,])--[a-z0-9-]+' | tr -d ' ,' | LC_ALL=C sort -u >short
  help_options | grep '^--' | LC_ALL=C sort -u >whole
  equal "lacks" "$(LC_ALL=C comm -13 short whole)" ""
}

# Programs of the same name as an option's are none of ours: only words that
# begin with two hyphens count, and httpd's own options are left out.
test_docs_readme_options() {
  local name
  help_options >help
  grep -vE 'release/httpd|^    curl ' "$top/README.md" | grep -oE '(^|[^a-z-])--[a-z][a-z0-9-]*' |
    grep -oE '[-]-[a-z0-9-]+' | LC_ALL=C sort -u >readme
  [ -s readme ] || fail "README.md names no option"
  while read -r name; do
    grep -qx -e "$name" help || fail "README.md names $name"
  done <readme
}

# Every option stands in the table of README.md.
test_docs_readme_is_whole() {
  local name
  for name in $(help_options | grep '^--'); do
    grep -q "^|.*\`[^\`]*$name" "$top/README.md" || fail "README.md lacks $name"
  done
}

# What README.md shows of the link check is what comes out.  The commands run in
# their order; the server it shows is ours.
test_docs_readme_checks() {
  start_httpd --root "$top/data/site"
  ln -s "$top/data" data
  PATH=$build:$PATH python3 - "$top/README.md" "$origin" >diff.txt <<'END' || fail "$(cat diff.txt)"
import difflib, re, subprocess, sys

text = open(sys.argv[1]).read()
part = re.search(r'^## Checking links\n(.*?)^\*\*Pages instead', text, re.M | re.S)[1]
shown = 0
for block in re.findall(r'(?:^    .*\n|^\n(?=    ))+', part, re.M):
    block = re.sub('^    ', '', block, flags=re.M).replace('http://localhost:8000', sys.argv[2])
    for command, wanted in re.findall(r'^\$ ((?:.*\|\n)*.*)\n((?:(?!\$ ).*\n)*)', block, re.M):
        lines = wanted.strip('\n').split('\n')
        if command.startswith('cat >'):
            open(command.split()[-1], 'w').write('\n'.join(lines[:-1]) + '\n')
            continue
        got = subprocess.run(['bash', '-c', command], capture_output=True, text=True)
        got = (got.stdout + got.stderr).strip('\n').split('\n')
        shown += 1
        for line in difflib.unified_diff(lines, got, 'README.md', command, lineterm=''):
            print(line)
            shown = -1000
sys.exit(shown < 8)
END
}

test_docs_version() {
  equal "version" "$($acrawl --version)" \
    "acrawl $(sed -n 's/^#define ACRAWL_VERSION "\(.*\)"/\1/p' "$top/include/acrawl/version.h")"
}

test_docs_man_is_clean() {
  command -v mandoc >/dev/null || return 0
  mandoc -T lint -W warning "$man" >&2 || fail "mandoc complains"
}

run_tests
