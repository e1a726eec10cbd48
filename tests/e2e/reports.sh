#!/usr/bin/env bash
# The formats of a link check's report before judges that are not ours: xmllint,
# the schema of SARIF, Python's parsers; and that all show the same.  The
# findings are those of the unit test, which prints them here: they have all
# that a page, a server or a file's name may bring.
. "$(dirname "$0")/lib.sh"

schemas=$top/tests/schemas

# print [empty] KIND: a report on standard output
print() {
  "$build/unit/test_crawl_check_report" "$@" || fail "no report: $*"
}

test_junit() {
  local which
  for which in '' empty; do
    print $which junit >report.xml
    xmllint --noout --schema "$schemas/junit.xsd" report.xml 2>err.txt || fail "$(cat err.txt)"
    # shellcheck disable=SC2016
    equal "counts" "$(xmllint --xpath 'concat(/testsuite/@tests, " ", /testsuite/@failures, " ",
      /testsuite/@errors, " ", /testsuite/@skipped)' report.xml)" \
      "$(xmllint --xpath 'concat(count(//testcase), " ", count(//failure), " ", count(//error),
        " ", count(//skipped))' report.xml)"
  done
  # Nothing found: a suite that passed, not an empty one.
  equal "test cases without findings" "$(xmllint --xpath 'count(//testcase[not(*)])' report.xml)" 1
  sed 's/classname="acrawl"/classname="fine"/' report.xml >bad.xml
  ! xmllint --noout --schema "$schemas/junit.xsd" bad.xml 2>/dev/null || fail "the schema allows anything"
}

# valid_sarif FILE: says what is wrong
valid_sarif() {
  python3 - "$schemas/sarif-schema-2.1.0.json" "$1" <<'END'
import json, sys
import jsonschema

schema, report = (json.load(open(name, encoding='ascii' if i else 'utf-8'))
                  for i, name in enumerate(sys.argv[1:]))
judge = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
wrong = list(judge.iter_errors(report))
for error in wrong:
    print(list(error.path), error.message)

# What the schema can't say.
run = report['runs'][0]
rules = run['tool']['driver']['rules']
if len({rule['id'] for rule in rules}) != len(rules):
    sys.exit('a rule twice')
for result in run['results']:
    if rules[result['ruleIndex']]['id'] != result['ruleId']:
        sys.exit('ruleIndex')
    uri = result['locations'][0]['physicalLocation']['artifactLocation']['uri']
    if set(uri) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%"):
        sys.exit('uri ' + uri)
prints = [(r['ruleId'], *r['partialFingerprints'].values()) for r in run['results']]
if len(set(prints)) != len(prints):
    sys.exit('two results of one fingerprint')
sys.exit(bool(wrong))
END
}

test_sarif() {
  python3 -c 'import jsonschema' || fail "install python3-jsonschema"
  print sarif >report.json
  valid_sarif report.json >wrong.txt || fail "$(cat wrong.txt)"
  print empty sarif >empty.json
  valid_sarif empty.json >wrong.txt || fail "$(cat wrong.txt)"
  sed 's/"level":"error"/"level":"fatal"/' report.json >bad.json
  ! valid_sarif bad.json >wrong.txt 2>&1 || fail "the schema allows anything"
}

# The form that GitHub documents, and as its toolkit escapes.
test_github() {
  print github >report.txt
  python3 - report.txt <<'END'
import re, sys

value = r"(?:[^%\r\n:,]|%(?:25|0D|0A|3A|2C))+"
data = r"(?:[^%\r\n]|%(?:25|0D|0A))+"
form = re.compile(rf"::(error|warning|notice) (?:file={value}(?:,line=[1-9]\d*(?:,col=[1-9]\d*)?)?,)?"
                  rf"title={value}::{data}")
lines = open(sys.argv[1], encoding='utf-8', newline='\n').read().split('\n')
assert lines.pop() == ''
order = []
for line in lines:
    match = form.fullmatch(line)
    assert match, line
    order.append(match[1])
assert order == sorted(order, key=['error', 'warning', 'notice'].index), order
assert set(order) == {'error', 'warning', 'notice'}
END
  equal "annotations without findings" "$(print empty github)" ""
}

# No terminal, log or viewer gets what it might obey.
test_harmless() {
  local kind
  for kind in text tsv jsonl junit sarif github markdown; do
    print $kind >report
    python3 - $kind report <<'END' || fail $kind
import sys, unicodedata

kind, name = sys.argv[1:]
text = open(name, 'rb').read().decode('ascii' if kind in ('text', 'tsv', 'jsonl', 'sarif') else 'utf-8')
for c in set(text) - {'\n'} - ({'\t'} if kind == 'tsv' else set()):
    assert unicodedata.category(c) not in ('Cc', 'Cf', 'Zl', 'Zp', 'Cs'), hex(ord(c))
assert not text or text.endswith('\n')
END
  done
}

# Each format has the same targets, pages and lines.
test_same_findings() {
  local kind
  for kind in text tsv jsonl junit sarif github markdown; do
    print $kind >report.$kind
  done
  python3 - "${1:-11}" <<'END'
import html, json, re, sys
import xml.etree.ElementTree as ET
from urllib.parse import unquote

def read(kind):
    return open('report.' + kind, encoding='utf-8', newline='\n').read()

def printable(s):
    return ''.join(chr(b) if 0x20 <= b < 0x7F else '%%%02X' % b for b in s.encode())

def place(s, text=r'(?: ".*)?'):
    m = re.fullmatch(r'(.*?)(?::(\d+))?(?::(\d+))?' + text, s)
    return printable(m[1]), int(m[2] or 0)

def text():
    for line in read('text').split('\n'):
        head = re.fullmatch(r'(?:known )?(?:broken|invalid|blocked|redirected) \S+  (.*)  \(.*\)', line)
        if head:
            target = head[1].split(' -> ')[0]
        elif line.startswith('  ') and not line.startswith('  and '):
            yield target, *place(line[2:].split('  "')[0])

def tsv():
    for row in read('tsv').split('\n')[1:-1]:
        column = row.split('\t')
        assert len(column) == 9
        yield column[2], column[5], int(column[6] or 0)

def jsonl():
    for line in read('jsonl').split('\n')[:-1]:
        f = json.loads(line)
        assert list(f) == ['verdict', 'code', 'target', 'to', 'why', 'known', 'fails', 'places']
        for p in f['places']:
            assert list(p) == ['page', 'file', 'line', 'column', 'text']
            yield f['target'], printable(p['page']), p['line'] or 0

def junit():
    for case in ET.fromstring(read('junit').encode()).iter('testcase'):
        for part in case:
            if part.tag == 'error':
                continue
            for line in part.text.split('\n')[2:-1]:
                if not line.startswith('and '):
                    yield case.get('name'), *place(line)

def sarif():
    for r in json.loads(read('sarif'))['runs'][0]['results']:
        at = r['locations'][0]['physicalLocation']
        yield (r['properties']['target'], printable(unquote(at['artifactLocation']['uri'])),
               at.get('region', {}).get('startLine', 0))

def github():
    undo = lambda s: re.sub('%(25|0D|0A|3A|2C)', lambda m: chr(int(m[1], 16)), s)
    for line in read('github').split('\n')[:-1]:
        m = re.fullmatch(r'::\w+ (?:file=([^,]*)(?:,line=(\d+))?(?:,col=\d+)?,)?title=[^,]*?::(.*)', line)
        message = undo(m[3])
        target = re.search(r' link (?:".*" )?to (.*?)(?: -> .*)?: [^:]*$', message)[1]
        if m[1]:
            yield target, printable(undo(m[1])), int(m[2] or 0)
        else:
            yield target, *place(re.match(r'(\S*): (?:known )?\w+ link', message)[1])

def markdown():
    plain = lambda s: re.sub(r'\[((?:\\.|[^\\\]])*)\]\(<[^>]*>\)', r'\1', s)
    undo = lambda s: re.sub(r'\\([!-/:-@\[-`{-~])', r'\1', plain(s))
    for line in read('markdown').split('\n'):
        if '**' in line:
            head = re.fullmatch(r'(?:known )?\*\*\w+\*\* \S+ (.*): [^:]*', line)[1]
            target = undo(head.split(' \u2192 ')[0])
        elif line.startswith('- ') and not line.startswith('- and '):
            yield target, *place(undo(line[2:]))

wanted = sorted(tsv())
assert len(wanted) == int(sys.argv[1]), wanted
for kind in text, jsonl, junit, sarif, github, markdown:
    got = sorted(kind())
    assert got == wanted, (kind.__name__, sorted(set(got) ^ set(wanted)))
END
}

# The reports of a run, of a site and of one without faults, before the same
# judges.
test_reports_of_a_run() {
  mkdir -p "bad site" empty reports site
  echo fine >site/ok.txt
  start_httpd --root site
  cat >"bad site/a b,c.html" <<END
<p id="x">&lt;</p><a href="lost.html">a "quoted" | <b>bold</b> &amp; 100% &uuml;</a>
<a href="lost.html">twice</a><a href="http://[">no URL</a> <a href="#y">no y</a>
<img src="$origin/wall?status=403" alt="::error::x"><a href="$origin/old?status=301&location=/ok.txt">moved</a>
<a href="$origin/gone?status=410&header=X-Y:%20z">gone</a><a href="#x">fine</a>
END
  echo '<a href="#top">fine</a>' >empty/index.html
  local kind which options
  for which in "bad site" empty; do
    options=()
    for kind in text tsv jsonl junit sarif github markdown; do
      options+=(--report "$kind=reports/$which.$kind")
    done
    crawl --check "$which" --base-url https://a.example/ --fragments -o /dev/null "${options[@]}"
  done
  print() {
    if [ "$1" = empty ]; then cat "reports/empty.$2"; else cat "reports/bad site.$1"; fi
  }
  test_junit
  test_sarif
  test_github
  test_harmless
  test_same_findings 7
  print text >text.txt
  grep -q '^  bad site/a b,c.html:1:19  "a "quoted" | bold & 100% ' text.txt || fail "$(cat text.txt)"
}

run_tests
