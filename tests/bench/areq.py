"""The exercise's program, for the bench: fetch all pages at once with aiohttp,
find hrefs with a regular expression, append them to a file.

areq.py URLS OUTPUT [CONNECTIONS]
"""

import asyncio
import re
import sys
from urllib.parse import urljoin

import aiofiles
import aiohttp

HREF = re.compile(r'href="(.*?)"')


async def fetch(session, url):
    """The page's text; raises aiohttp.ClientError."""
    async with session.get(url) as response:
        response.raise_for_status()
        return await response.text()


async def links_of(session, url):
    """The page's links, each once; none if it can't be had."""
    try:
        text = await fetch(session, url)
    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
        print(f"{url}: {error!r}", file=sys.stderr)
        return None
    links = set()
    for href in HREF.findall(text):
        try:
            links.add(urljoin(url, href))
        except ValueError:
            pass
    return links


async def write_one(session, url, path):
    """Appends the page's links to the file; returns how many, or None."""
    links = await links_of(session, url)
    if links:
        async with aiofiles.open(path, "a") as file:
            for link in links:
                await file.write(f"{url}\t{link}\n")
    return None if links is None else len(links)


async def crawl(urls, path, connections):
    connector = aiohttp.TCPConnector(limit=connections)
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        return await asyncio.gather(*(write_one(session, url, path) for url in urls))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        urls = [line.strip() for line in file if line.strip()]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write("source_url\tparsed_url\n")
    connections = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    found = asyncio.run(crawl(urls, sys.argv[2], connections))
    failed = found.count(None)
    print(f"{len(found)} pages, {failed} failed, {sum(n or 0 for n in found)} links")
    return 2 if failed else 0


sys.exit(main())
