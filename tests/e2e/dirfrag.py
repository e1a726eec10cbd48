#!/usr/bin/env python3
"""The broken internal links of a built site, computed over its parsed files.

dirfrag.py FOLDER BASE_URL: a line for each link below BASE_URL that leads to no
file of FOLDER (no_file), or to no element of the page there (no_fragment):
code, target, page, line, apart by tabs, sorted.  It shares nothing with acrawl:
the pages are parsed by html.parser, the URLs resolved by urllib.

Where these two are not what the standards say, a site must not depend on it:
html.parser knows neither implied elements nor foreign content, and takes the
contents of <textarea> and <title> for elements; urljoin knows no backslashes.
"""
import os
import re
import sys
from html.parser import HTMLParser
from urllib.parse import quote, unquote, unquote_to_bytes, urldefrag, urljoin, urlsplit

ATTRIBUTES = {
    "a": ["href"], "area": ["href"], "link": ["href"], "script": ["src"], "img": ["src"],
    "iframe": ["src"], "embed": ["src"], "object": ["data"], "video": ["src", "poster"],
    "audio": ["src"], "source": ["src"], "track": ["src"],
    "blockquote": ["cite"], "q": ["cite"], "body": ["background"], "use": ["href", "xlink:href"], "image": ["href", "xlink:href"],
}
SETS = {"img": "srcset", "source": "srcset", "link": "imagesrcset"}
PROPERTIES = {"og:image", "og:url", "og:audio", "og:video", "og:see_also", "twitter:image",
              "twitter:player", "og:image:url", "og:image:secure_url"}

# What a URL may have unescaped, by the WHATWG URL standard, near enough.
PLAIN = "!#$%&'()*+,-./:;=?@[]^_`{|}~\\"
PLAIN_FRAGMENT = PLAIN.replace("`", "")


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links = []  # (URL as it is written, line)
        self.ids = set()
        self.base = None
        self.templates = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        had = {}
        for name, value in attrs:
            had.setdefault(name, value or "")
        self.templates += tag == "template"
        if self.templates:
            return
        self.ids.add(had.get("id"))
        if tag == "a":
            self.ids.add(had.get("name"))
        if tag == "base" and self.base is None:
            self.base = had.get("href")
        line = self.getpos()[0]
        for url in self.urls(tag, had):
            self.links.append((url.strip(" \t\r\n\f"), line))

    def handle_endtag(self, tag):
        self.templates -= tag == "template" and self.templates > 0

    @staticmethod
    def urls(tag, had):
        for name in ATTRIBUTES.get(tag, ()):
            if name in had:
                yield had[name]
        for candidate in re.findall(r"[^\s,]\S*[^\s,]", had.get(SETS.get(tag), "")):
            if not re.fullmatch(r"[\d.]+[xw]", candidate):
                yield candidate
        if tag == "meta" and (had.get("property") in PROPERTIES or had.get("name") in PROPERTIES):
            yield had.get("content", "")


def is_html(path):
    return path.endswith((".html", ".htm", ".xhtml"))


def html_files(folder):
    for path, _, names in os.walk(folder, followlinks=True):
        for name in names:
            if is_html(name):
                yield os.path.relpath(os.path.join(path, name), folder)


def has_fragment(page, fragment):
    """HTML standard, 7.4.6.4: find a potential indicated element."""
    if fragment == "" or fragment in page.ids:
        return True
    decoded = unquote_to_bytes(fragment).decode("utf-8", "replace")
    return decoded in page.ids or decoded.lower() == "top"


def file_of(folder, path):
    """The file that a web server would answer with, or None."""
    name = os.path.normpath(os.path.join(folder, unquote(path)))
    if os.path.isdir(name):
        name = os.path.join(name, "index.html")
    elif path.endswith("/"):
        return None
    return os.path.relpath(name, folder) if os.path.isfile(name) else None


def main():
    folder, site = sys.argv[1:3]
    pages = {}
    for name in html_files(folder):
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            pages[name] = Page(f.read())
    broken = set()
    for name, page in pages.items():
        base = urljoin(site + quote(name, safe=PLAIN), page.base or "")
        for url, line in page.links:
            try:
                target, fragment = urldefrag(urljoin(base, url))
                path = urlsplit(target).path
            except ValueError:
                continue
            target = quote(target, safe=PLAIN)
            if not target.startswith(site):
                continue
            there = file_of(folder, path[len(urlsplit(site).path):])
            if there is None:
                broken.add(("no_file", target, name, str(line)))
            elif is_html(there):
                fragment = quote(fragment, safe=PLAIN_FRAGMENT)
                if not has_fragment(pages[there], fragment):
                    broken.add(("no_fragment", f"{target}#{fragment}", name, str(line)))
    for row in sorted("\t".join(row) for row in broken):
        print(row)


main()
