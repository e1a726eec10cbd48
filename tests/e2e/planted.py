#!/usr/bin/env python3
"""A site with planted faults, and what a link check of it has to find.

planted.py site DIR --port P --tls-port T [--pages N] [--links N]
    writes DIR/hosts/ADDRESS/... and DIR/rules, for the test server (--hosts,
    --rules); the site is that of 127.0.0.2, the other addresses of 127/8 are
    the world outside.  On T, 127.2.0.1 to 127.2.0.5 have certificates that are
    untrusted, for another host, expired, good, and none at all.
    DIR/http.jsonl, DIR/directory.jsonl: the findings of a check over HTTP, and
    of one of the directory; DIR/bodies: targets that need more than a
    status; DIR/counts: what there is.
planted.py hosts DIR --port P --hosts N --targets N
    many hosts with a few targets each, a tenth of them slow, dead or
    throttling: DIR/site/*.html with the links, DIR/rules, DIR/directory.jsonl
planted.py compare WANTED GOT
    WANTED: as above; GOT: a report of the kind jsonl.  Prints what differs.
planted.py once ANSWERS [BODIES] [--no-second-look]
    Whether a log of the test server has each target once, but for GET after a
    HEAD that failed, waiting after 429 and 503, and one second look.

The same arguments give the same site.  What is expected follows from what was
planted; acrawl has no part in it.  A key that a wanted finding lacks is not
compared.
"""
import argparse
import json
import os
import posixpath
import random
import sys
from collections import Counter, defaultdict

SITE = "127.0.0.2"
SECTIONS = 40
SECTION_IDS = 4
WORDS = ("larch juniper saddle tarn hut ridge scree meadow cairn über Föhn "
         "glacier couloir bivouac névé path stream").split()


class Target:
    """What links lead to.  http, directory: its finding there, or None."""

    def __init__(self, url, http=None, directory=None):
        self.url = url
        self.http = http
        self.directory = directory
        self.places = []  # (page, offset or None, text or None)


def finding(verdict, code, target, **more):
    """A wanted finding; to is null unless it is given."""
    to = more.get("to", None)
    wanted = {"verdict": verdict, "code": code, "target": target, "to": to}
    if to == "?":
        del wanted["to"]
    wanted["known"] = False
    wanted["fails"] = verdict in ("broken", "invalid")
    return wanted


class Page:
    """A page while it is written.  Offsets are bytes."""

    def __init__(self, path, crlf=False, encoding="utf-8"):
        self.path = path
        self.base = posixpath.dirname(path) if path[-1] != "/" else path
        self.encoding = encoding
        self.crlf = crlf
        self.read_over_http = True
        self.orphan = False
        self.out = bytearray()
        self.links = 0

    def write(self, text):
        if self.crlf:
            text = text.replace("\n", "\r\n")
        self.out += text.encode(self.encoding)

    def mark(self, target, text=None):
        """The next tag links to it; text: the link's, if it is one of `a`."""
        self.links += 1
        target.places.append((self, len(self.out), text))

    def place(self, offset, text, name, is_file):
        line = column = None
        if offset is not None:
            line = self.out.count(b"\n", 0, offset) + 1
            column = offset - self.out.rfind(b"\n", 0, offset)
        place = {"page": name, "file": is_file, "line": line, "column": column}
        if text:
            place["text"] = text
        return place

    @property
    def file(self):
        return self.path[1:] + ("index.html" if self.path[-1] == "/" else "")


def escape(text):
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


# What comes before the tag, the tag, and what comes after it.
ELEMENTS = {
    "a": ("", '<a href="{}">', "{text}</a>"),
    "a class": ("", '<a class=x\n   href="{}"\n   title="a > b">', "<b>{text}</b></a>"),
    "a single": ("", "<A HREF = '{}' >", "{text}</A>"),
    "area": ("<map name=m>", '<area alt="" href="{}">', "</map>"),
    "iframe": ("", '<iframe src="{}">', "</iframe>"),
    "img": ("", '<img alt="" src="{}">', ""),
    "img single": ("", "<img src='{}' alt=''/>", ""),
    "srcset": ("", '<img alt="" srcset="{} 2x">', ""),
    "source": ("<picture>", '<source srcset="{} 100w">', "</picture>"),
    "link": ("", '<link rel=prefetch href="{}">', ""),
    "script": ("", '<script src="{}">', "</script>"),
    "poster": ("", '<video poster="{}">', "</video>"),
    "object": ("", '<object data="{}">', "</object>"),
    "cite": ("<div>", '<q cite="{}">', "{text}</q></div>"),
    "og": ("", '<meta property="og:image" content="{}">', ""),
}
HYPERLINKS = ["a", "a", "a", "a class", "a single", "area"]
EMBEDDED = ["img", "img single", "srcset", "source", "link", "script", "poster",
            "object", "cite", "og"]
ANY = HYPERLINKS + EMBEDDED + ["iframe"]

BAD_URLS = [
    "http://[", "http://[::1", "http://[:::]/", "http://a b/", "http://host:99999/",
    "http://host:port/", "http://exa<mple/", "http://exa%00mple/",
    "http://256.256.256.256/", "http://1.2.3.4.5/", "https://", "//",
    "http://ex|ample/", "http://a^b/", "http://%zz/", "http://user@/",
    "http://:80/x", "http://[ü]/", "https://0x100000000/", "http://a]b/",
    "ftp://[", "http://exam ple.invalid/x y", "//host:65536/", "http://a>b/",
]

OTHER_SCHEMES = [
    "mailto:hut@example.com", "tel:+390123", "javascript:void(0)",
    "data:text/plain,hi", "ftp://ftp.example/pub/", "about:blank", "sms:+39",
    "MAILTO:a@example.com?subject=no%20such",
]

# Nothing in here is a link, and no id is one of the document.
DECOYS = """<!-- <a href="/not/a/link-1.html">no</a> <p id="in-comment"> -->
<script>var s = '<a href="/not/a/link-2.html">no</a><p id="in-script">';</script>
<template><a href="/not/a/link-3.html">no</a><p id="in-template"></template>
<textarea><a href="/not/a/link-4.html"></textarea><a title="href='/not/a/link-5'">x</a>
<style>p { background: url(/not/a/link-6.png) }</style>
"""

# Of /s0/odd.html: as it is written, as a URL has it.
GOOD_FRAGMENTS = [
    "#sec-1", "#old-1", "#s%C3%A4tze", "#sätze", "#top", "#TOP", "#", "#a%20b", "#a b",
    "#a%20lit", "#100%25", "#x&y", "#日本", "#shape", "#here", "#first", "#late",
    "#sec%2D2", "#:~:text=larch", "#sec-1:~:text=larch",
]
BAD_FRAGMENTS = [
    ("#missing", "#missing"), ("#Sec-1", "#Sec-1"), ("#in-comment", "#in-comment"),
    ("#in-template", "#in-template"), ("#in-script", "#in-script"),
    ("#in-textarea", "#in-textarea"), ("#img-name", "#img-name"),
    ("#div-name", "#div-name"), ("#s%E4tze", "#s%E4tze"),
    ("#second", "#second"), ("#tops", "#tops"), ("#sec-1#x", "#sec-1#x"),
    ("#fehlt-ä", "#fehlt-%C3%A4"), ("#sec-1%20", "#sec-1%20"), ("#100", "#100"),
    ("#no such", "#no%20such"),
]
ODD = """<p id="sätze">a</p><p id="a b">b</p><p id="a%20lit">c</p><p id="100%">d</p>
<p id='x&amp;y'>e</p><p id=日本>f</p><svg width=1><g id="shape"/></svg><p id="first" id="second">
<img name="img-name" alt="" src="/img/i0.png"><div name="div-name">g</div><a name="here">h</a>
<textarea><p id="in-textarea"></textarea>
"""


class Site:
    def __init__(self, o):
        self.port = o.port
        self.tls_port = o.tls_port
        self.root = f"http://{SITE}:{o.port}"
        self.rng = random.Random(20)
        self.dir = o.dir
        self.targets = []
        self.rules = []
        self.files = {}  # (address, path): bytes
        self.planted = []  # (target, href or None, elements)
        self.bodies = set()
        self.traps = 0
        self.hosts = 0
        self.wanted_links = o.links
        self.make_pages(o.pages)

    # The tree: the start has all sections, page j of a section the next four.
    def make_pages(self, n):
        self.start = Page("/")
        self.pages = [self.start]
        self.tree = defaultdict(list)
        each = [[] for _ in range(SECTIONS)]
        for i in range(n - 1):
            section = each[i % SECTIONS]
            name = f"p{len(section)}.html" if section else ""
            path = f"/s{i % SECTIONS}/{name}"
            if path == "/s0/p5.html":
                path = "/s0/odd.html"
            page = Page(path, crlf=i % 10 == 3)
            if section:
                self.tree[section[(len(section) - 1) // 4]].append(page)
            else:
                self.tree[self.start].append(page)
            section.append(page)
            self.pages.append(page)
        self.odd = next(p for p in self.pages if p.path == "/s0/odd.html")
        self.odd.crlf = False
        leaves = [p for p in self.pages if not self.tree[p]]
        self.leaves = iter(leaves[::-1])
        latin = next(self.leaves)
        latin.encoding, latin.crlf = "cp1252", False
        self.latin = latin
        self.based = next(self.leaves)
        self.based.base = "/s7/deep/er/"
        self.page_targets = {p: self.target(Target(self.root + p.path)) for p in self.pages}

    def target(self, target):
        self.targets.append(target)
        return target

    def plant(self, target, href=None, elements=ANY, trap=False):
        self.planted.append((self.target(target), href, elements))
        self.traps += trap
        # By the server's log, a redirect to nowhere is an answer.
        if target.http and target.http["code"] == "bad_redirect":
            self.bodies.add(target.url)
        return target

    # Outside.

    def host(self):
        self.hosts += 1
        return f"127.1.{self.hosts >> 8}.{self.hosts & 255}"

    def outside(self, name, query, verdict=None, code=None, to=None, host=None):
        """A target on a host of its own; to: a path there, or a URL."""
        host = host or self.host()
        origin = f"http://{host}:{self.port}"
        path = f"/page/{name}"
        if to and to[0] == "/":
            to = origin + to
        if query:
            self.rules.append(f"{host} {path} {query}")
        wanted = verdict and finding(verdict, code, origin + path, to=to)
        self.plant(Target(origin + path, wanted, wanted), trap=not verdict)
        return origin + path

    def plant_statuses(self):
        for status, n in ((404, 15), (410, 5), (500, 5), (502, 2), (503, 3), (504, 2),
                          (418, 2), (400, 2), (505, 1), (600, 1)):
            for i in range(n):
                self.outside(f"gone-{status}-{i}", f"status={status}", "broken", f"http_{status}")
        for status in (401, 403, 407, 451, 999):
            for i in range(3):
                self.outside(f"wall-{status}-{i}", f"status={status}", "blocked", f"http_{status}")
        wall = "header=cf-mitigated:%20challenge"
        for i in range(4):
            self.outside(f"bots-{i}", f"status={(403, 503)[i % 2]}&{wall}", "blocked", "bot_wall")
        for i in range(2):
            self.outside(f"busy-wait-{i}", "status=429&retryafter=1", "blocked", "http_429")
            self.outside(f"busy-long-{i}", "status=429&retryafter=3600", "blocked", "?")
        for status in (200, 201, 204, 206):
            self.outside(f"fine-{status}", f"status={status}")

    def plant_lies(self):
        for i in range(3):
            for status in (405, 501, 403, 404, 400, 500, 503, 401, 410):
                self.outside(f"lie-{status}-{i}", f"head.status={status}")
            self.outside(f"lie-reset-{i}", "head.reset=1")
            self.outside(f"head-only-{i}", "get.status=404")
            self.outside(f"cut-{i}", "size=9000&cut=100")
        self.outside("large", "head.status=405&size=80000000")
        self.outside("large-chunked", "head.status=405&size=80000000&chunked=1")

    def plant_flakes(self):
        for i in range(3):
            for n in (1, 2):
                self.outside(f"busy-once-{n}-{i}", f"status=429&fail={n}&retryafter=1")
                self.outside(f"busy-soon-{n}-{i}", f"status=429&fail={n}")
                self.outside(f"full-once-{n}-{i}", f"status=503&fail={n}&retryafter=1")
                for name, query in (("reset", "reset=1"), ("empty", "empty=1"),
                                    ("error", "status=500"), ("gone", "status=404"),
                                    ("gateway", "status=502")):
                    self.outside(f"{name}-once-{n}-{i}", f"{query}&fail={n}")
            self.outside(f"slow-{i}", "delay=800")
            self.outside(f"slow-head-{i}", "head.status=405&delay=400")

    def plant_failures(self):
        for i in range(4):
            self.outside(f"reset-{i}", "reset=1", "broken", "reset")
            self.outside(f"empty-{i}", "empty=1", "broken", "empty_reply")
            self.outside(f"garbage-{i}", "garbage=1", "broken", "bad_response")
            self.outside(f"silent-{i}", "headstall=1", "broken", "timeout")
        for i in range(12):
            url = f"http://127.3.0.{i + 1}:1/x"
            wanted = finding("broken", "connect_refused", url)
            self.plant(Target(url, wanted, wanted))
        for i in range(8):
            url = f"http{'s' * (i % 2)}://no-such-{i}.invalid/x"
            wanted = finding("broken", "dns_not_found", url)
            self.plant(Target(url, wanted, wanted))
        codes = ("tls_untrusted", "tls_wrong_host", "tls_expired", None, "tls_failed")
        for i, code in enumerate(codes):
            for j in range(4):
                url = f"https://127.2.0.{i + 1}:{self.tls_port}/t-{j}"
                wanted = code and finding("broken", code, url)
                self.plant(Target(url, wanted, wanted), trap=not code)
        url = f"http://127.2.0.4:{self.tls_port}/plain"
        wanted = finding("broken", "http_400", url)
        self.plant(Target(url, wanted, wanted))

    def redirects(self, make, rule):
        """Redirects of all kinds, below /page/, to /page/new at last.

        rule(name, location, status) has one answered, and
        make(name, location, status, verdict, code, to) has it linked to.
        """
        for i in range(4):
            for status in (301, 308):
                make(f"moved-{status}-{i}", "/page/new", status, "redirected", f"http_{status}", "/page/new")
            for status in (302, 303, 307):
                make(f"now-{status}-{i}", "/page/new", status, None, None, None)
            make(f"then-{i}", f"/page/now-302-{i}", 301, "redirected", "http_301", f"/page/now-302-{i}")
            make(f"before-{i}", f"/page/moved-301-{i}", 302, None, None, None)
            make(f"lost-{i}", f"/page/nowhere-{i}", (301, 302)[i % 2], "broken", "http_404",
                 f"/page/nowhere-{i}")
            make(f"self-{i}", f"/page/self-{i}", 302, "broken", "too_many_redirects", "?")
            make(f"there-{i}", f"/page/back-{i}", 302, "broken", "too_many_redirects", "?")
            make(f"back-{i}", f"/page/there-{i}", 301, "broken", "too_many_redirects", "?")
            make(f"into-{i}", f"/page/there-{i}", 301, "broken", "too_many_redirects", "?")
            make(f"bad-{i}", ("http://[", "http://host:99999/")[i % 2], 302, "broken", "bad_redirect", "?")
            make(f"walled-{i}", f"/page/wall-{i}", 302, "blocked", "http_403", f"/page/wall-{i}")
        # --max-redirects is 10: of 12 hops to the end, 11, 10, 9.  What has
        # moved for good is where the hops that are for good lead.
        for i in range(12):
            to = f"/page/hop-{i + 1}" if i < 11 else "/page/new"
            if i < 2:
                make(f"hop-{i}", to, 301, "broken", "too_many_redirects", "?")
            elif i < 4:
                make(f"hop-{i}", to, 301, "redirected", "http_301", "/page/hop-4")
            else:
                rule(f"hop-{i}", to, 302)

    def plant_redirects(self):
        host = self.host()

        def rule(name, location, status):
            self.rules.append(f"{host} /page/{name} location={location}&status={status}")

        def make(name, location, status, verdict, code, to):
            rule(name, location, status)
            self.outside(name, None, verdict, code, to, host=host)

        self.redirects(make, rule)
        for i in range(4):
            self.rules.append(f"{host} /page/nowhere-{i} status=404")
            self.rules.append(f"{host} /page/wall-{i} status=403")
        # To other hosts: the site, one that is dead, one that is not there.
        page = self.root + "/s1/"
        make("home", page, 301, "redirected", "http_301", page)
        make("dead", "http://127.3.1.1:1/x", 301, "broken", "connect_refused", "http://127.3.1.1:1/x")
        make("unknown", "http://no-such.invalid/", 302, "broken", "dns_not_found", "http://no-such.invalid/")
        bad = f"https://127.2.0.1:{self.tls_port}/moved"
        make("tls", bad, 302, "broken", "tls_untrusted", bad)

    # Inside.

    def inside(self, path, query=None, http=None, directory=None, **more):
        """http, directory: (verdict, code[, to])"""
        url = self.root + path
        if query:
            self.rules.append(f"{SITE} {path} {query}")

        def wanted(mode):
            if not mode:
                return None
            to = mode[2] if len(mode) > 2 else None
            if to and to[0] == "/":
                to = self.root + to
            return finding(mode[0], mode[1], url, to=to)

        return self.plant(Target(url, wanted(http), wanted(directory)), trap=not http, **more)

    def plant_missing(self):
        none = ("broken", "no_file")
        for i in range(40):
            self.inside(f"/s{i}/missing-{i}.html", None, ("broken", "http_404"), none)
        for i in range(20):
            name = ("img/{}.png", "css/{}.css?v=2", "js/{}.js", "files/{}.pdf")[i % 4]
            self.inside("/" + name.format(f"missing-{i}"), None, ("broken", "http_404"), none,
                        elements=EMBEDDED)
        for i in range(6):
            self.inside(f"/s2/gone-{i}.html", "status=410", ("broken", "http_410"), none)
        self.inside("/files/", None, ("broken", "http_404"), none)
        self.inside("/files", None, ("broken", "http_404"),
                    ("broken", "no_file", "?"))
        self.rules.append(f"{SITE} /s3 location=/s3/&status=301")
        self.inside("/s3", None, ("redirected", "http_301", "/s3/"), ("redirected", "http_301", "/s3/"))
        self.inside("/s3/p1.html/x.html", None, ("broken", "http_404"), none)
        for path, href in (("/files/a%20b.txt", "/files/a b.txt"), ("/files/%C3%BC.txt", "/files/ü.txt"),
                           ("/files/50%25.txt", None), ("/files/50%25.txt", "/files/50%25.txt?x=1#L3"),
                           ("/files/sprite.svg", "/files/sprite.svg#none"),
                           ("/files/notes.txt", "/files/notes.txt#L10"), ("/s4/p1.html", "/s4/./x/../p1.html")):
            self.inside(path, None, href=href, elements=HYPERLINKS)
        for name in ("a b.txt", "ü.txt", "50%.txt", "notes.txt"):
            self.files[SITE, "/files/" + name] = b"text\n"
        self.files[SITE, "/files/sprite.svg"] = b'<svg xmlns="http://www.w3.org/2000/svg"/>\n'

    def broken_pages(self):
        """Pages that are there, but over HTTP something is wrong with them."""
        cases = [("cut=40", ("broken", "truncated"))] * 3
        cases += [("status=403", ("blocked", "http_403"))] * 4
        cases += [("status=401", ("blocked", "http_401"))] * 2
        cases += [("status=500", ("broken", "http_500"))] * 4
        cases += [("status=503", ("broken", "http_503"))] * 2
        cases += [("status=410", ("broken", "http_410"))] * 2
        cases += [("status=500&fail=1", None)] * 2
        cases += [("status=503&fail=1&retryafter=1", None)] * 2
        cases += [("status=429&fail=1&retryafter=1", None)] * 2
        cases += [("reset=1&fail=1", None), ("empty=1&fail=1", None)]
        cases += [("delay=700", None)] * 4
        for query, http in cases:
            page = next(self.leaves)
            self.rules.append(f"{SITE} {page.path} {query}")
            target = self.page_targets[page]
            if http:
                target.http = finding(http[0], http[1], target.url)
                page.read_over_http = False
            if query.startswith("cut"):
                self.bodies.add(target.url)
            self.planted.append((target, None, HYPERLINKS))
            self.traps += not http

    def plant_inner_redirects(self):
        none = ("broken", "no_file")

        def here(path):
            if not path or path[0] != "/":
                return path
            return path.replace("/page/new", "/s5/").replace("/page/", "/r/")

        def rule(name, location, status):
            self.rules.append(f"{SITE} /r/{name} location={here(location)}&status={status}")

        def make(name, location, status, verdict, code, to):
            rule(name, location, status)
            self.inside(f"/r/{name}", None, verdict and (verdict, code, here(to)), none)

        self.redirects(make, rule)
        for i in range(4):
            self.rules.append(f"{SITE} /r/wall-{i} status=403")
        away = f"http://127.1.0.1:{self.port}/page/elsewhere"
        make("away", away, 301, "redirected", "http_301", away)
        make("dead", "http://127.3.1.2:1/x", 302, "broken", "connect_refused", "http://127.3.1.2:1/x")

    def plant_fragments(self):
        odd = self.root + self.odd.path
        for href in GOOD_FRAGMENTS:
            self.plant(Target(odd), self.odd.path + href, HYPERLINKS, trap=True)
        for href, fragment in BAD_FRAGMENTS:
            self.fragment(odd, fragment, self.odd.path + href)
        for i in range(20):
            page = self.rng.choice(self.pages[1:200])
            self.fragment(self.root + page.path, f"#missing-{i}")
        self.fragment(self.root + "/s6/", "#none")
        self.fragment(self.root + "/", "#none")
        # Behind a redirect that is none of the findings, and outside.
        self.rules.append(f"{SITE} /r/odd location={self.odd.path}&status=302")
        for fragment, good in (("#sec-1", True), ("#none", False)):
            target = Target(f"{self.root}/r/odd{fragment}",
                            None if good else finding("broken", "no_fragment", f"{self.root}/r/odd{fragment}", to="?"))
            target.directory = finding("broken", "no_file", f"{self.root}/r/odd")
            self.plant(target, elements=HYPERLINKS, trap=good)
        host = self.host()
        origin = f"http://{host}:{self.port}"
        self.files[host, "/doc.html"] = "<!doctype html><title>x</title><p id=yes>ä<p id='ä'>".encode()
        self.files[host, "/doc.txt"] = b"text\n"
        self.rules.append(f"{host} /old location=/doc.html&status=302")
        self.rules.append(f"{host} /headless head.status=405&raw=<p%20id=yes>")
        for path in ("/doc.html#yes", "/doc.html#%C3%A4", "/doc.html#top", "/doc.txt#none", "/old#yes",
                     "/headless#yes"):
            self.plant(Target(origin + path), elements=HYPERLINKS, trap=True)
        for path in ("/doc.html", "/old", "/headless"):
            self.fragment(origin + path, "#none", to="?" if path == "/old" else None)
        self.bodies.update(origin + path for path in ("/doc.html", "/doc.txt", "/old", "/headless"))

    def fragment(self, url, fragment, href=None, to=None):
        wanted = finding("broken", "no_fragment", url + fragment, to=to)
        self.plant(Target(url + fragment, wanted, wanted), href, HYPERLINKS)

    def plant_bad_urls(self):
        for raw in BAD_URLS:
            printable = "".join(c if " " <= c <= "~" else "".join(f"%{b:02X}" for b in c.encode())
                                for c in raw)
            wanted = finding("invalid", "bad_url", printable)
            self.plant(Target(raw, wanted, wanted), raw, ["a", "a class", "img", "link", "area"])

    # Writing.

    def written(self, page, target):
        """One of the ways in which a page may write a URL."""
        url, rng = target.url, self.rng
        if not url.startswith(self.root + "/"):
            ways = [url, url, " " + url + "\n", "HTTP" + url[4:]]
            if url.startswith("http:"):
                ways.append(url[5:])
            return rng.choice(ways)
        path = url[len(self.root):]
        bare, mark, rest = path.partition("#")
        bare, question, query = bare.partition("?")
        relative = posixpath.relpath(bare, page.base) + ("/" if bare[-1] == "/" else "")
        # The base of an index page is another in a directory than over HTTP.
        if mark and bare == page.path and bare[-1] != "/" and page is not self.based:
            return rng.choice([path, mark + rest])
        tail = question + query + mark + rest
        return rng.choice([path, path, url, url[5:], relative + tail, relative + tail,
                           "./" + relative + tail, "x/../" + relative + tail,
                           "../" * 9 + bare[1:] + tail if page.base else path])

    def link(self, page, element, href, target):
        before, tag, after = ELEMENTS[element]
        if element in ("srcset", "source"):
            href = href.strip()
        text = self.rng.choice(WORDS)
        page.write(before)
        page.mark(target, text if element[0] == "a" and element != "area" else None)
        page.write(tag.replace("{}", escape(href)))
        page.write(after.replace("{text}", text))
        page.write(self.rng.choice(["\n", "\n", " ", " – ", ", é "]) if page.encoding == "utf-8" else "\n")

    def head(self, page):
        charset = "windows-1252" if page.encoding == "cp1252" else "utf-8"
        page.write(f'<!doctype html>\n<html lang=en><head><meta charset={charset}>\n')
        page.write(f"<title>Page {page.path}</title>\n")
        if page is self.based:
            page.write(f'<base href="{page.base}">\n')
        for tag, path in (('<link rel=stylesheet href="{}">', "/css/main.css?v=3"),
                          ('<link rel=icon href={}>', "/img/i0.png"),
                          ('<script src="{}" defer></script>', "/js/main.js")):
            page.mark(self.asset(path))
            page.write(tag.format(path) + "\n")
        page.write("</head>\n<body>\n")
        self.navigation(page)
        for i in range(1, SECTION_IDS + 1):
            page.write(f'<h2 id="sec-{i}">{self.rng.choice(WORDS)}</h2><a name=old-{i}></a>\n')
        if page is self.odd:
            page.mark(self.asset("/img/i0.png"))
            page.write(ODD + DECOYS)
            page.write("<p>" + "word " * 40000 + '</p>\n<p id="late">\n')
        elif self.rng.random() < 0.1 and page.encoding == "utf-8":
            page.write(DECOYS)

    def navigation(self, page):
        page.write("<nav>\n")
        for path in ("/", "/s1/", "/s2/"):
            page.write("  ")
            page.mark(self.page_targets[self.by_path[path]])
            page.write(f'<a href="{path}">Go</a>\n')
        page.write("</nav>\n")

    def asset(self, path):
        if path not in self.assets:
            self.assets[path] = self.target(Target(self.root + path))
            self.files[SITE, path.partition("?")[0]] = b"bytes\n"
        return self.assets[path]

    def filler(self, page):
        """One more element with good links."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.6:
            other = rng.choice(self.good_pages)
            target = self.page_targets[other]
            href = self.written(page, target)
            if kind < 0.15 and href == href.strip():
                href += rng.choice(["#sec-1", "#sec-4", "#old-2", "#top", "#", "#sec%2D3"])
            self.link(page, rng.choice(HYPERLINKS), href, target)
        elif kind < 0.68:
            if page is self.based:
                return
            self.link(page, "a", rng.choice(["#sec-1", "#old-3", "#top", "#", ""]),
                      self.page_targets[page])
        elif kind < 0.78:
            target = rng.choice(self.good_outside)
            self.link(page, rng.choice(ANY), self.written(page, target), target)
        elif kind < 0.94:
            target = self.asset(f"/img/i{rng.randrange(400)}.png")
            self.link(page, rng.choice(EMBEDDED), self.written(page, target), target)
        elif kind < 0.96:
            one, two = (self.asset(f"/img/i{rng.randrange(400)}.png") for _ in range(2))
            page.mark(one)
            page.mark(two)
            page.write(f'<img alt="" srcset="{self.written(page, one).strip()} 1x, '
                       f'{self.written(page, two).strip()} 2x">\n')
        else:
            self.link(page, rng.choice(["a", "a single"]), rng.choice(OTHER_SCHEMES), self.skipped)

    def write(self):
        self.by_path = {p.path: p for p in self.pages}
        self.assets = {}
        self.skipped = self.target(Target("skipped:"))
        self.good_outside = []
        for _ in range(200):
            host = self.host()
            self.good_outside.append(self.target(Target(f"http://{host}:{self.port}/page/good")))
        self.plant_statuses()
        self.plant_lies()
        self.plant_flakes()
        self.plant_failures()
        self.plant_redirects()
        self.plant_missing()
        self.broken_pages()
        self.plant_inner_redirects()
        self.plant_fragments()
        self.plant_bad_urls()
        self.good_pages = [p for p in self.pages if not self.page_targets[p].http]
        self.write_bodies()

    def write_bodies(self):
        rng = self.rng
        for page in self.pages:
            self.head(page)
            for child in self.tree[page]:
                target = self.page_targets[child]
                self.link(page, "a", self.written(page, target), target)
        readers = [p for p in self.pages if p.read_over_http and p.encoding == "utf-8"]
        for target, href, elements in self.planted:
            # Often one page, sometimes many; now and then twice on one.
            pages = rng.sample(readers, rng.choice([1, 1, 2, 3, 5, 20]))
            if rng.random() < 0.1:
                pages.append(pages[0])
            for page in pages:
                element = rng.choice(elements)
                self.link(page, element, href if href is not None else self.written(page, target), target)
        cafe = self.inside_file("/files/caf%C3%A9.txt", "/files/café.txt")
        self.link(self.latin, "a", "/files/café.txt", cafe)
        self.write_header_link()
        self.fill()
        for page in self.pages:
            page.write("<footer>\n</footer>\n</body>\n</html>\n")
        self.write_orphan()

    def inside_file(self, url_path, path):
        self.files[SITE, path] = b"text\n"
        return self.target(Target(self.root + url_path))

    def write_header_link(self):
        page = self.by_path["/s8/"]
        path = "/css/of-a-header.css"
        self.rules.append(f"{SITE} {page.path} header=Link:%20<{path}>;%20rel=preload;%20as=style")
        target = self.target(Target(self.root + path, finding("broken", "http_404", self.root + path)))
        target.places.append((page, None, None))

    def fill(self):
        """So many good links that all pages together have what was asked for."""
        while True:
            left = self.wanted_links - sum(p.links for p in self.pages)
            if left <= 0:
                break
            for page in self.pages:
                most = page.links + max(left // len(self.pages), 1)
                while page.links < most and left > 0:
                    before = page.links
                    self.filler(page)
                    left -= page.links - before
                    if page.links == before:
                        break
                if left <= 0:
                    break

    def write_orphan(self):
        """Only a directory has a page that nobody links to."""
        page = Page("/orphan.html")
        page.orphan = True
        page.read_over_http = False
        target = self.target(Target(self.root + "/only-orphans.html", None, finding(
            "broken", "no_file", self.root + "/only-orphans.html")))
        self.page_targets[page] = Target("")
        self.head(page)
        self.link(page, "a", "only-orphans.html", target)
        self.pages.append(page)

    def save(self):
        for page in self.pages:
            self.files[SITE, "/" + page.file] = bytes(page.out)
        for (address, path), content in self.files.items():
            name = f"{self.dir}/hosts/{address}{path}"
            os.makedirs(os.path.dirname(name), exist_ok=True)
            with open(name, "wb") as f:
                f.write(content)
        write_lines(f"{self.dir}/rules", self.rules)
        write_lines(f"{self.dir}/bodies", sorted(self.bodies))
        http = self.findings("http")
        directory = self.findings("directory")
        write_findings(f"{self.dir}/http.jsonl", http)
        write_findings(f"{self.dir}/directory.jsonl", directory)
        read = [p for p in self.pages if p.read_over_http]
        kinds = Counter(f"{f['verdict']} {f['code']}" for f in http)
        write_lines(f"{self.dir}/counts", [
            f"pages {len(self.pages) - 1}",
            f"links {sum(p.links for p in self.pages if not p.orphan)}",
            f"over HTTP {sum(p.links for p in read) + 1} links on {len(read)} pages",
            f"findings {len(http)}",
            f"in the directory {len(directory)}",
            f"traps {self.traps}"] + [f"{kind} {n}" for kind, n in sorted(kinds.items())])

    def findings(self, mode):
        found = {}
        folder = os.path.relpath(f"{self.dir}/hosts/{SITE}")
        for target in self.targets:
            wanted = getattr(target, mode)
            if not wanted:
                continue
            places = found.setdefault(wanted["target"], (wanted, []))[1]
            for page, offset, text in target.places:
                if mode == "http" and page.read_over_http:
                    places.append(page.place(offset, text, self.root + page.path, False))
                elif mode == "directory" and offset is not None:
                    places.append(page.place(offset, text, f"{folder}/{page.file}", True))
        for target, (_, places) in found.items():
            if not places:
                raise SystemExit(f"planted.py: nobody links to {target}")
        return [{**wanted, "places": sorted(places, key=place_order)}
                for _, (wanted, places) in sorted(found.items())]


def place_order(place):
    return place["page"], place["line"] or 0, place["column"] or 0


def write_lines(name, lines):
    with open(name, "w", encoding="utf-8") as f:
        f.writelines(line + "\n" for line in lines)


def write_findings(name, findings):
    write_lines(name, [json.dumps(f) for f in findings])


def read_findings(name):
    with open(name, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def site(o):
    os.makedirs(o.dir, exist_ok=True)
    made = Site(o)
    made.write()
    made.save()


# Many hosts.

# Of each 40 hosts these four: the query of the rule, the finding.
UNWELL = {
    3: ("delay=300", None),
    13: (None, ("broken", "connect_refused")),
    23: ("throttle=3&retryafter=1", None),
    33: ("status=429&retryafter=3600", ("blocked", "?")),
}
SILENT = 500  # hosts for each that never answers
TARGETS_A_PAGE = 500


def hosts(o):
    os.makedirs(f"{o.dir}/site", exist_ok=True)
    rules, findings, links = [], [], []
    for i in range(o.targets):
        host, number = i % o.hosts, i // o.hosts
        address = f"127.{10 + (host >> 16)}.{host >> 8 & 255}.{host & 255}"
        query, verdict = UNWELL.get(host % 40, (None, None))
        if host % SILENT == 40:
            query, verdict = "headstall=1", ("broken", "?")
        port = 1 if verdict and verdict[1] == "connect_refused" else o.port
        url = f"http://{address}:{port}/page/{number}"
        if query and number == 0:
            rules.append(f"{address} * {query}")
        if verdict:
            findings.append(finding(*verdict, url))
        links.append((url, verdict))
    random.Random(5).shuffle(links)
    places = {}
    for start in range(0, len(links), TARGETS_A_PAGE):
        name = f"{o.dir}/site/{start // TARGETS_A_PAGE:04}.html"
        lines = ["<!doctype html><title>Links</title>"]
        for url, _ in links[start:start + TARGETS_A_PAGE]:
            lines.append(f'<p><a href="{url}">there</a>')
            places[url] = [{"page": os.path.relpath(name), "file": True, "line": len(lines), "column": 4}]
        write_lines(name, lines)
    for f in findings:
        f["places"] = places[f["target"]]
    write_lines(f"{o.dir}/rules", rules)
    write_findings(f"{o.dir}/directory.jsonl", sorted(findings, key=lambda f: f["target"]))


# Judging.

def differences(wanted, got):
    """What of a wanted finding is not as in the one that was reported."""
    for key, value in wanted.items():
        if value == "?" or key == "places":
            continue
        if got.get(key) != value:
            yield f"{key} is {got.get(key)!r}, not {value!r}"
    had = {place_order(p): p for p in got["places"]}
    want = {place_order(p): p for p in wanted["places"]}
    for at in sorted(want.keys() - had.keys()):
        yield f"no place {at}"
    for at in sorted(had.keys() - want.keys()):
        yield f"false place {at}"
    for at in sorted(had.keys() & want.keys()):
        for key, value in want[at].items():
            if had[at][key] != value:
                yield f"{key} is {had[at][key]!r}, not {value!r} at {at}"
    if len(had) != len(got["places"]):
        yield "a place twice"


def compare(o):
    wanted = {f["target"]: f for f in read_findings(o.wanted)}
    got = read_findings(o.got)
    order = [(f["target"], f["code"]) for f in got]
    problems = []
    if order != sorted(order):
        problems.append("not in order")
    reported = {f["target"]: f for f in got}
    if len(reported) != len(got):
        problems.append("a target twice")
    for target in sorted(wanted.keys() - reported.keys()):
        problems.append(f"missing: {wanted[target]['verdict']} {wanted[target]['code']} {target}")
    for target in sorted(reported.keys() - wanted.keys()):
        problems.append(f"false: {reported[target]['verdict']} {reported[target]['code']} {target}")
    for target in sorted(wanted.keys() & reported.keys()):
        problems += [f"{target}: {d}" for d in differences(wanted[target], reported[target])]
    finish(problems)


def finish(problems):
    for problem in problems[:40]:
        print(problem)
    if problems:
        raise SystemExit(f"{len(problems)} differences")


WAITED = (429, 503)


def excess(asked, needs_body, second_look):
    """Why a target was asked for too often; asked: (method, status) in order."""
    looks = 1
    # Where a connection that was used before breaks without an answer, the
    # client may ask again by a new one at once (RFC 9110, 9.2.2).
    if asked[:1] == [("GET", 0)] and asked[1:]:
        asked = asked[1:]
    for (before, status), (method, _) in zip(asked, asked[1:]):
        good = 0 < status < 400 and not needs_body
        if status in WAITED:
            continue
        if method == "HEAD":
            return "HEAD again"
        if good:
            return f"GET after a good {before}"
        if before == "GET":
            looks += 1
            if looks > 1 + second_look:
                return f"look {looks}"
    return None


def address_and_target(url):
    address, _, rest = url.partition("://")[2].partition(":")
    return address + "/" + rest.partition("/")[2]


def once(o):
    bodies = set()
    if o.bodies:
        with open(o.bodies, encoding="utf-8") as f:
            bodies = {address_and_target(line.strip()) for line in f}
    asked = defaultdict(list)
    with open(o.answers, encoding="utf-8") as f:
        for line in f:
            began, _, address, target, status, method = line.rstrip("\n").split("\t")
            asked[address + target].append((int(began), method, int(status)))
    problems = []
    for target, answers in sorted(asked.items()):
        order = [answer[1:] for answer in sorted(answers, key=lambda a: a[0])]
        why = excess(order, target in bodies, not o.no_second_look)
        if why:
            problems.append(f"{target}: {why}: {order}")
    finish(problems)


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("site")
    one.add_argument("dir")
    one.add_argument("--port", type=int, required=True)
    one.add_argument("--tls-port", type=int, required=True)
    one.add_argument("--pages", type=int, default=2000)
    one.add_argument("--links", type=int, default=100000)
    one.set_defaults(run=site)
    one = commands.add_parser("hosts")
    one.add_argument("dir")
    one.add_argument("--port", type=int, required=True)
    one.add_argument("--hosts", type=int, required=True)
    one.add_argument("--targets", type=int, required=True)
    one.set_defaults(run=hosts)
    one = commands.add_parser("compare")
    one.add_argument("wanted")
    one.add_argument("got")
    one.set_defaults(run=compare)
    one = commands.add_parser("once")
    one.add_argument("answers")
    one.add_argument("bodies", nargs="?")
    one.add_argument("--no-second-look", action="store_true")
    one.set_defaults(run=once)
    options = parser.parse_args()
    options.run(options)


sys.exit(main())
