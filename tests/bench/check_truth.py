#!/usr/bin/env python3
"""What a link check of a folder of HTML has to find, computed from its files.

check_truth.py FOLDER ORIGIN [START]: a line for each internal target that is
broken, "no_file URL" or "no_fragment URL#FRAGMENT", and a last line "pages N
links N targets N" on standard error.  With START (/index.html) only pages that
are reached from there count, without it all files.  It shares nothing with
acrawl; it reads the attributes that well-formed HTML uses, which is what the
documentation is.
"""
import os
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

# Those that lead to another page come first.
LEADS = {("a", "href"), ("area", "href"), ("iframe", "src"), ("frame", "src")}
OTHERS = {("link", "href"), ("script", "src"), ("img", "src"),
          ("source", "src"), ("embed", "src"), ("object", "data"),
          ("video", "src"), ("video", "poster"), ("audio", "src"),
          ("track", "src"), ("form", "action"), ("blockquote", "cite"),
          ("q", "cite"), ("ins", "cite"), ("del", "cite")}
SETS = {("img", "srcset"), ("source", "srcset")}


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links = []  # (raw, whether it leads to a page)
        self.names = set()
        self.base = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            value = value or ""
            if name == "id" or (tag, name) == ("a", "name"):
                self.names.add(value)
            elif (tag, name) == ("base", "href"):
                self.base = self.base or value
            elif (tag, name) in LEADS | OTHERS:
                self.links.append((value.strip(), (tag, name) in LEADS))
            elif (tag, name) in SETS:
                self.links += [(candidate.split()[0], False)
                               for candidate in value.split(",")
                               if candidate.strip()]


class Site:
    def __init__(self, folder, origin):
        self.folder, self.origin = folder, origin
        self.pages = {}

    def file_of(self, url):
        """The file that a server answers with, or None."""
        path = self.folder + unquote(urlsplit(url).path)
        if os.path.isdir(path):
            path = os.path.join(path, "index.html")
        return path if os.path.isfile(path) else None

    def page(self, path):
        if path not in self.pages:
            with open(path, encoding="utf-8") as f:
                self.pages[path] = Page(f.read())
        return self.pages[path]

    def links(self, path, url):
        """Its internal links: (target, fragment or None, leads)."""
        page = self.page(path)
        for raw, leads in page.links:
            try:
                whole = urljoin(urljoin(url, page.base or ""), raw)
                target = urldefrag(whole).url
                if target.startswith(self.origin + "/"):
                    fragment = urlsplit(whole).fragment if "#" in raw else None
                    yield target, fragment, leads
            except ValueError:
                pass

    def has(self, path, fragment):
        if not path.endswith(".html") or not fragment:
            return True
        names = self.page(path).names
        return (fragment in names or unquote(fragment) in names or
                fragment.lower() == "top")


def all_pages(folder, origin):
    for where, _, files in os.walk(folder, followlinks=True):
        for name in files:
            if name.endswith(".html"):
                yield origin + "/" + os.path.relpath(
                    os.path.join(where, name), folder)


def main():
    folder, origin = os.path.realpath(sys.argv[1]), sys.argv[2].rstrip("/")
    site = Site(folder, origin)
    queue = ([origin + sys.argv[3]] if len(sys.argv) > 3 else
             sorted(all_pages(folder, origin)))
    seen, read, targets, links, bad = set(queue), set(), set(), 0, set()
    while queue:
        url = queue.pop()
        path = site.file_of(url)
        if path in read:
            continue
        read.add(path)
        for target, fragment, leads in site.links(path, url):
            links += 1
            targets.add(target)
            there = site.file_of(target)
            if there is None:
                bad.add(("no_file", target))
            elif not site.has(there, fragment):
                bad.add(("no_fragment", target + "#" + fragment))
            elif leads and there.endswith(".html") and target not in seen:
                seen.add(target)
                queue.append(target)
    for code, target in sorted(bad):
        print(code, target)
    print("pages", len(read), "links", links, "targets", len(targets),
          file=sys.stderr)


main()
