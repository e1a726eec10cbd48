#!/usr/bin/env python3
"""What a link checker found, beside what there is to be found.

check_findings.py KIND OUTPUT TRUTH ORIGIN FOLDER
    KIND    whose output it is: acrawl (a report of the kind jsonl), lychee,
            linkinator, linkchecker, muffet or hyperlink
    TRUTH   lines "code URL" (check_truth.py) or of a report of the kind jsonl
    ORIGIN  of the site;  FOLDER: where its files are

Prints "FOUND FALSE MISSED", each a number of different targets; what is false
or missed goes to OUTPUT.false and OUTPUT.missed.  Of targets that are blocked,
moved for good, or good by HEAD only (code either) the programs think
differently: they are in none of the numbers.
"""
import csv
import json
import re
import sys
from urllib.parse import unquote, urljoin, urlsplit

csv.field_size_limit(1 << 30)


def whole_json(name):
    with open(name, encoding="utf-8", errors="replace") as f:
        return json.load(f)


def acrawl(name):
    with open(name, encoding="utf-8") as f:
        for line in f:
            yield json.loads(line)["target"]


def lychee(name):
    result = whole_json(name)
    for kind in ("error_map", "timeout_map"):
        for links in result.get(kind, {}).values():
            for link in links:
                raw = re.search(r'^Error building URL for "(.*)" \(Attribute',
                                link["status"].get("text", ""), re.S)
                yield raw[1] if raw else link["url"]


def linkinator(name):
    for link in whole_json(name)["links"]:
        if link["state"] == "BROKEN":
            yield link["url"]


def asked_for(row):
    """The URL of the link; what linkchecker calls url is where it led to."""
    try:
        return urljoin(row["base"] or row["parentname"], row["urlname"].strip())
    except ValueError:
        return row["urlname"]


def linkchecker(name):
    with open(name, encoding="utf-8", errors="replace", newline="") as f:
        lines = (line for line in f if not line.startswith("# "))
        for row in csv.DictReader(lines, delimiter=";"):
            if row.get("valid") == "False" or "Anchor" in (row.get("warningstring") or ""):
                yield row["url"], asked_for(row)


def muffet(name):
    for page in whole_json(name):
        for link in page["links"]:
            if link.get("error"):
                yield link["url"]


def hyperlink(name):
    with open(name, encoding="utf-8", errors="replace") as f:
        for line in f:
            bad = re.match(r"\s+error: bad (?:link|anchor)s? (.*)", line.rstrip("\n"))
            if bad:
                yield bad[1]


READERS = {reader.__name__: reader for reader in (
    acrawl, lychee, linkinator, linkchecker, muffet, hyperlink)}


def judge(keys, bad, either):
    """The target that had to be found and that a report, by its keys, means;
    "" if it means one that may be reported; None if it is false."""
    with_bases = [k for key in keys for k in (key, key.partition("#")[0])]
    for key in with_bases:
        if key in bad:
            return key
    return "" if either.intersection(with_bases) else None


class Names:
    """Brings the ways in which programs write one target into one."""

    def __init__(self, origin, folder):
        self.origin, self.folder = origin.rstrip("/"), folder.rstrip("/")

    def key(self, url):
        url = url.strip()
        for prefix in ("file://" + self.folder, self.folder):
            if url.startswith(prefix + "/"):
                url = url[len(prefix):]
        if url.startswith("//"):
            url = "http:" + url
        elif url.startswith("/"):
            url = self.origin + url
        try:
            parts = urlsplit(url)
            if parts.scheme in ("http", "https") and parts.netloc:
                url = urljoin(url, url)
                if not parts.path:
                    url = url.replace(parts.netloc, parts.netloc + "/", 1)
        except ValueError:
            pass
        return unquote(url).strip()


def read_truth(name, names):
    """What has to be reported, and what may be."""
    bad, either = set(), set()
    with open(name, encoding="utf-8") as f:
        for line in f:
            if line.startswith("{"):
                finding = json.loads(line)
                one = bad if finding["fails"] else either
                one.add(names.key(finding["target"]))
            else:
                code, url = line.rstrip("\n").split(" ", 1)
                (either if code == "either" else bad).add(names.key(url))
    return bad, either


def write(name, keys):
    with open(name, "w", encoding="utf-8") as f:
        f.writelines(key.replace("\n", "\\n") + "\n" for key in sorted(keys))


def main():
    kind, output, truth, origin, folder = sys.argv[1:]
    names = Names(origin, folder)
    bad, either = read_truth(truth, names)
    found, false = set(), set()
    try:
        for reported in READERS[kind](output):
            urls = reported if isinstance(reported, tuple) else (reported,)
            keys = [names.key(url) for url in urls]
            target = judge(keys, bad, either)
            if target:
                found.add(target)
            elif target is None:
                false.add(keys[0])
    except (ValueError, KeyError) as problem:
        print(f"check_findings.py: {output}: {problem}", file=sys.stderr)
    write(output + ".false", false)
    write(output + ".missed", bad - found)
    print(len(found), len(false), len(bad - found))


main()
