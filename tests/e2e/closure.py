#!/usr/bin/env python3
"""What a crawl of a site has to find, computed over its files.

closure.py FOLDER ORIGIN [START]: one line for each URL that is reached from
START (/index.html) by the href of a and area, on the same host: URL, outcome,
depth (of the shortest way), apart by tabs.  It shares nothing with acrawl.
"""
import os
import sys
from collections import deque
from html.parser import HTMLParser
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

# What a URL may have unescaped, by the WHATWG URL standard, near enough.
PLAIN = "!#$%&'()*+,-./:;=?@[]^_`{|}~\\"


class Hrefs(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag in ("a", "area"):
            hrefs = [value for name, value in attrs if name == "href"]
            if hrefs:
                self.found.append((hrefs[0] or "").strip(" \t\r\n\f"))


def links(path, url):
    parser = Hrefs()
    with open(path, encoding="utf-8") as f:
        parser.feed(f.read())
    for href in parser.found:
        try:
            target = quote(urldefrag(urljoin(url, href)).url, safe=PLAIN)
            parts = urlsplit(target)
        except ValueError:
            continue
        if parts.scheme in ("http", "https"):
            yield target if parts.path else target + "/"


def look(folder, url):
    """The outcome of a URL, and its file or where it redirects to."""
    name = unquote(urlsplit(url).path)
    path = folder + name
    if os.path.isdir(path):
        if not name.endswith("/"):
            return "redirect", url + "/"
        path += "index.html"
        if not os.path.isfile(path):
            return "http_403", None
    if not os.path.isfile(path):
        return "http_404", None
    return ("ok" if path.endswith(".html") else "not_html"), path


def main():
    folder, origin = sys.argv[1:3]
    start = origin + (sys.argv[3] if len(sys.argv) > 3 else "/index.html")
    host = urlsplit(origin).netloc
    depths = {start: 0}
    queue = deque([start])

    def reach(url, depth):
        if url not in depths and urlsplit(url).netloc == host:
            depths[url] = depth
            queue.append(url)

    while queue:
        url = queue.popleft()
        outcome, there = look(folder, url)
        if outcome == "ok":
            for target in links(there, url):
                reach(target, depths[url] + 1)
        elif outcome == "redirect":
            reach(there, depths[url])
        print(url, outcome, depths[url], sep="\t")


main()
