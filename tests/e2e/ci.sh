#!/usr/bin/env bash
# What CI systems run: action.yml as GitHub would, the hook of pre-commit, and
# the examples for GitLab and cron.
. "$(dirname "$0")/lib.sh"

PATH=$build:$PATH
base=https://example.org/docs/

# A site in public/, all of whose links work; offline, without those to others.
good_site() {
  mkdir public
  echo '<!DOCTYPE html><title>One</title><p id=here><a href="two.html">Two</a>' >public/index.html
  echo '<!DOCTYPE html><title>Two</title><a href="./#here">One</a>' >public/two.html
}

# The same with two links that do not, one of them with an evil text.
bad_site() {
  good_site
  cat >public/three.html <<'END_OF_PAGE'
<!DOCTYPE html><title>Three</title>
<a href="gone.html">::error::no,
::set-output name=status::0
##[add-mask]One
</a>
<a href="two.html#gone">Two</a>
END_OF_PAGE
}

# action NAME=VALUE...: runs the step as GitHub does, with these inputs.  Sets
# status; what it prints is in log.txt, its outputs and summary in files, too.
action() {
  python3 - "$top/action.yml" step.sh "$@" >variables <<'END_OF_SCRIPT' || fail "action.yml"
import re, sys
import yaml

action = yaml.safe_load(open(sys.argv[1]))
given = dict(word.split('=', 1) for word in sys.argv[3:])
unknown = set(given) - set(action['inputs'])
if unknown:
    sys.exit('no input ' + ' '.join(unknown))
inputs = {name: given.get(name, about.get('default', '')) for name, about in action['inputs'].items()}
step, = action['runs']['steps']
open(sys.argv[2], 'w').write(step['run'] + '\n')
for name, value in step['env'].items():
    value = re.sub(r'\$\{\{ inputs\.(\w+) \}\}', lambda m: inputs[m[1]], value)
    sys.stdout.write(f'{name}={value}\0')
END_OF_SCRIPT
  local variables
  mapfile -d '' -t variables <variables
  status=0
  env "${variables[@]}" GITHUB_ACTION_PATH="${action_path:-$top}" GITHUB_OUTPUT="$PWD/outputs.txt" \
    GITHUB_STEP_SUMMARY="$PWD/summary.md" bash --noprofile --norc -e -o pipefail step.sh \
    >log.txt 2>err.txt || status=$?
}

# The commands that the runner takes from log.txt, as it reads it: both forms,
# and none while they are stopped.
commands() {
  python3 - log.txt <<'END_OF_SCRIPT'
import re, sys

token = None
for line in open(sys.argv[1], encoding='utf-8'):
    command = re.match(r'\s*::([a-z-]+)[^:]*::(.*)', line) or re.search(r'##\[([a-z-]+)[^\]]*\](.*)', line)
    if token is not None:
        if line.strip() == f'::{token}::':
            token = None
    elif command and command[1] == 'stop-commands':
        token = command[2]
    elif command:
        print(command[1])
if token is not None:
    sys.exit('the commands stay stopped')
END_OF_SCRIPT
}

output() {
  sed -n "s/^$1=//p" outputs.txt
}

# By the reference of the metadata syntax; no input is ever a part of a script.
test_action_is_valid() {
  python3 - "$top" <<'END_OF_SCRIPT' || fail "see above"
import os, re, sys
import yaml

top = sys.argv[1]
text = open(top + '/action.yml').read()
action = yaml.safe_load(text)
used = set()

def only(where, o, needed, allowed=''):
    names, needed = set(o), set(needed.split())
    if not needed <= names <= needed | set(allowed.split()):
        sys.exit(f'{where}: {sorted(names)}')
    if not all(isinstance(v, (str, bool, dict, list)) for v in o.values()):
        sys.exit(f'{where}: a value is no string')

only('action', action, 'name description runs', 'inputs outputs branding author')
only('branding', action['branding'], 'icon color')
for name, about in action['inputs'].items():
    only(name, about, 'description', 'required default')
    if about.get('required', False) == ('default' in about):
        sys.exit(name + ' is required, or has a default')
    if not isinstance(about.get('default', ''), str):
        sys.exit(name + ': inputs are strings')
only('runs', action['runs'], 'using steps')
assert action['runs']['using'] == 'composite'
for step in action['runs']['steps']:
    only('step', step, 'run shell', 'id env name if')
    if '${{' in step['run']:
        sys.exit('an expression in a script: ' + step['run'])
    for script in re.findall(r'\$GITHUB_ACTION_PATH/([^"]+)', step['run']):
        assert os.access(os.path.join(top, script), os.X_OK), script
    for value in step['env'].values():
        used.add(re.fullmatch(r'\$\{\{ inputs\.(\w+) \}\}', value)[1])
assert used == set(action['inputs']), used ^ set(action['inputs'])
ids = {step.get('id') for step in action['runs']['steps']}
scripts = open(top + '/.github/action/check.sh').read()
for name, about in action['outputs'].items():
    only(name, about, 'description value')
    step, output = re.fullmatch(r'\$\{\{ steps\.(\w+)\.outputs\.(\w+) \}\}', about['value']).groups()
    assert step in ids and output == name and f'echo "{name}=' in scripts, name
for name in re.findall(r'ACRAWL_([A-Z]+)', scripts):
    assert name.lower() in action['inputs'], name
END_OF_SCRIPT
}

test_action_scripts_are_clean() {
  command -v shellcheck >/dev/null || return 0
  shellcheck "$top"/.github/action/*.sh >&2 || fail "shellcheck complains"
}

test_action_passes() {
  good_site
  action args="./public --base-url $base" fragments=true
  equal "status" "$status" 0
  equal "outputs" "$(paste -sd ' ' outputs.txt)" "status=0 failures=0"
  equal "commands" "$(commands)" ""
  grep -q '^## Links: 0 broken, ' summary.md || fail "no summary"
}

test_action_fails() {
  bad_site
  echo "What stood there." >summary.md
  echo "other=1" >outputs.txt
  action args="./public --base-url $base" fragments=true sarif=links.sarif
  equal "status" "$status" 2
  equal "outputs" "$(paste -sd ' ' outputs.txt)" "other=1 status=2 failures=2"
  equal "commands" "$(commands | paste -sd ' ')" "error error"
  grep -q '^::error file=public/three.html,line=6,col=1,title=broken link (no_fragment)::broken link ' log.txt ||
    fail "no annotation"
  grep -q "^broken no_file  ${base}gone.html " log.txt || fail "no text report"
  equal "summary" "$(sed -n '1p; 2s/\\//gp' summary.md | cut -d , -f 1 | paste -sd ' ')" \
    "What stood there. ## Links: 2 broken"
  equal "SARIF" "$(python3 -c 'import json; print(len(json.load(open("links.sarif"))["runs"][0]["results"]))')" 2
}

test_action_without_fail() {
  bad_site
  action args="./public --base-url $base" fail=false
  equal "status" "$status" 0
  equal "output" "$(output status) $(output failures)" "2 1"
  equal "commands" "$(commands)" error
}

test_action_strict() {
  start_httpd --root "$top/data/site"
  echo "$origin/?status=403" >list
  action args=list
  equal "status" "$status" 0
  equal "commands" "$(commands)" warning
  action args=list strict=true
  equal "status with strict" "$status" 2
}

test_action_baseline_and_cache() {
  start_httpd --root "$top/data/site"
  bad_site
  echo "<a href='$origin/map.html'>map</a>" >public/four.html
  action args="public --base-url $base --write-baseline" baseline=known.txt cache=seen
  equal "first day" "$status" 0
  : >httpd.log
  action args="public --base-url $base" baseline=known.txt cache=seen
  equal "second day" "$status" 0
  equal "known" "$(commands | sort -u)" notice
  equal "failures" "$(output failures | paste -sd ' ')" "0 0"
  [ ! -s httpd.log ] || fail "asked again: $(cat httpd.log)"
}

# Of a shell's syntax, there are only quotes.
test_action_words() {
  mkdir "a site"
  echo '<!DOCTYPE html><a href="gone.html">x</a>' >"a site/index.html"
  action args="'a site'
    --base-url=$base"
  equal "status" "$status" 2
  # shellcheck disable=SC2016
  action args='a* --exclude $(touch${IFS}evil) `touch${IFS}evil`; "a b"' baseline='$(touch evil)'
  equal "status" "$status" 1
  [ ! -e evil ] || fail "a command was run"
  action args='a*'
  grep -q 'cannot read a\*:' log.txt || fail "names were expanded: $(cat log.txt)"
}

test_action_wrong_inputs() {
  local input
  mkdir public
  for input in args= args="'public" fail=maybe; do
    action args=public "$input"
    equal "$input" "$status $(commands)" "1 error"
  done
  action args=public # without its URL
  equal "usage" "$status $(commands) $(output status)" "1 error 1"
  grep -q 'name the URL' log.txt || fail "not said why"
}

# Without acrawl on the PATH, that of the action's checkout is made.
test_action_builds() {
  good_site
  mkdir -p checkout/.github checkout/tests
  cp -r "$top/.github/action" checkout/.github
  printf '#!/bin/sh\necho "$@" >>packages.txt\n' >checkout/tests/deps.sh
  chmod +x checkout/tests/deps.sh
  printf 'all:\n\tmkdir -p build/release\n\tln -sf "%s" build/release/acrawl\n' \
    "$build/acrawl" >checkout/Makefile
  action_path=$PWD/checkout
  PATH=/usr/bin:/bin
  ! command -v acrawl >/dev/null || fail "there is one in /usr/bin"
  action args="./public --base-url $base"
  equal "status" "$status" 0
  equal "packages" "$(cat packages.txt)" build
  equal "commands" "$(commands | paste -sd ' ')" "group endgroup"
  printf 'all:\n\t@echo broken >&2; false\n' >checkout/Makefile
  rm -r checkout/build
  action args="./public --base-url $base"
  [ "$status" != 0 ] || fail "passes though nothing could be built"
}

# The examples of README.md: inputs that there are, and options of acrawl only.
test_readme_examples() {
  local option
  python3 - "$top" >options <<'END_OF_SCRIPT' || fail "see above"
import re, sys, textwrap
import yaml

top = sys.argv[1]
read = lambda name: yaml.safe_load(open(f'{top}/{name}'))
text = open(top + '/README.md').read()
jobs, repos = (yaml.safe_load(textwrap.dedent(re.search(rf'^    {key}:\n(    .*\n)+', text, re.M)[0]))
               for key in ('jobs', 'repos'))
ours, = (step['with'] for step in jobs['jobs']['links']['steps'] if '/acrawl@' in step.get('uses', ''))
assert set(ours) <= set(read('action.yml')['inputs']), ours
upload, = (step['with'] for step in jobs['jobs']['links']['steps'] if 'upload-sarif' in step.get('uses', ''))
assert upload['sarif_file'] == ours['sarif']
hook, = repos['repos'][0]['hooks']
assert hook['id'] == read('.pre-commit-hooks.yaml')[0]['id']
print(*re.findall(r'--[a-z-]+', ' '.join([ours['args'], *hook['args']])), sep='\n')
END_OF_SCRIPT
  while read -r option; do
    $acrawl --help all | grep -q -e "^ .* $option " || fail "no option $option"
  done <options
}

# hook [ARGUMENT]...: runs the entry as pre-commit does, with these arguments
# or those that the hook has.
hook() {
  python3 - "$top" "$@" >words <<'END_OF_SCRIPT' || fail "hook"
import os, shlex, sys
import yaml

top, *args = sys.argv[1:]
one, = yaml.safe_load(open(top + '/.pre-commit-hooks.yaml'))
assert set(one) == set('id name description entry language pass_filenames args'.split()), one
assert one['language'] == 'script' and one['pass_filenames'] is False, one
command, *options = shlex.split(one['entry'])
sys.stdout.write('\0'.join([os.path.join(top, command), *options, *(args or one['args'])]))
END_OF_SCRIPT
  local words
  mapfile -d '' -t words <words
  status=0
  "${words[@]}" >out.txt 2>err.txt || status=$?
}

test_pre_commit() {
  good_site
  hook
  equal "status" "$status $(cat err.txt)" "0 "
  rm -r public
  bad_site
  hook --internal --fragments public --base-url "$base"
  equal "status" "$status" 2
  equal "findings" "$(grep -c '^broken ' out.txt)" 2
}

# The job's commands after those that install.
test_gitlab() {
  bad_site
  python3 - "$top/data/ci/gitlab-ci.yml" >job.sh <<'END_OF_SCRIPT' || fail "gitlab-ci.yml"
import sys
import yaml

job = yaml.safe_load(open(sys.argv[1]))['links']
script, = job['script']
assert job['artifacts'] == {'when': 'always', 'reports': {'junit': 'links.xml'}}
assert '--report junit=links.xml' in script
assert '--cache ' + job['cache']['paths'][0] in script and job['cache']['when'] == 'always'
assert all(isinstance(line, str) for line in job['before_script'])
for name, value in job['variables'].items():
    print(f"export {name}='{value}'")
print(script)
END_OF_SCRIPT
  bash -e job.sh >out.txt 2>err.txt && fail "it passes"
  equal "findings" "$(grep -c '^broken ' out.txt)" 2
  xmllint --noout --schema "$top/tests/schemas/junit.xsd" links.xml 2>err.txt || fail "$(cat err.txt)"
}

# The crontab's line, for a site of ours: a mail if there is something to tell.
test_crontab() {
  good_site
  start_httpd --root public
  grep -vE '^(#|$)' "$top/data/ci/crontab" | sed "s#https://example.com/#$origin/#" >lines.txt
  grep -E '^[A-Z]+=' lines.txt >settings.txt
  grep -vE '^[A-Z]+=' lines.txt >jobs.txt
  equal "jobs" "$(grep -cE '^([0-9*/,-]+ +){5}[^% ][^%]*$' jobs.txt)" "$(wc -l <jobs.txt)"
  {
    echo set -a
    cat settings.txt
    sed -E 's/^([^ ]+ +){5}//' jobs.txt
  } >job.sh
  sh job.sh >mail.txt 2>&1 || fail "$(cat mail.txt)"
  equal "mail" "$(cat mail.txt)" ""
  echo '<a href="gone.html">Gone</a>' >>public/two.html
  sh job.sh >mail.txt 2>&1 || fail "$(cat mail.txt)"
  grep -q '^broken http_404 ' mail.txt || fail "no mail: $(cat mail.txt)"
}

run_tests
