/*
 * sitemap.c - fuzz target: sitemaps.
 *
 * The first byte seeds the cuts; with its high bit, what is behind it is
 * compressed first, since no mutation gets past gzip's checksum.
 */
#include "fuzz.h"

#include <zlib.h>

#include "acrawl/limits.h"
#include "acrawl/sitemap.h"

struct result {
	struct buf       urls; /* kind, URL and a line feed each */
	size_t           n;
	size_t           bytes;
	enum sitemap_end end;
};

static void
on_url(void *arg, enum sitemap_kind kind, struct str url)
{
	struct result *r = arg;
	struct str     copy = fuzz_copy(url);

	LAW(url.n > 0 && url.n <= LIMIT_URL_BYTES);
	LAW(str_trim(url).n == url.n);
	LAW(fuzz_is_utf8(url));
	buf_addc(&r->urls, kind == SITEMAP_INDEX ? 'i' : 'p');
	buf_add(&r->urls, copy);
	buf_addc(&r->urls, '\n');
	r->n++;
	r->bytes += url.n;
	free((char *)copy.p);
}

/* In pieces; in one go if there is no seed. */
static struct result
run(struct str text, uint32_t seed)
{
	struct fuzz_cuts cuts = {seed};
	struct result    r = {0};
	struct sitemap  *s = sitemap_new(on_url, &r);
	bool             more = true;

	while (text.n > 0 && more) {
		size_t     n = seed != 0 ? fuzz_piece(&cuts, text.n) : text.n;
		struct str piece = fuzz_copy(str_n(text.p, n));

		more = sitemap_feed(s, piece);
		free((char *)piece.p);
		text = fuzz_drop(text, n);
	}
	r.end = sitemap_end(s);
	LAW(sitemap_end(s) == r.end);
	LAW(r.n <= LIMIT_SITEMAP_URLS);
	sitemap_free(s);
	return r;
}

static void
check_same(const struct result *a, const struct result *b)
{
	LAW(a->end == b->end);
	LAW(str_eq(buf_str(&a->urls), buf_str(&b->urls)));
}

static void
compress_to(struct buf *out, struct str text)
{
	z_stream z = {0};
	size_t   room;

	LAW(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 1, Z_DEFAULT_STRATEGY) ==
	    Z_OK);
	room = deflateBound(&z, text.n) + 64;
	buf_reserve(out, room);
	z.next_in = (z_const Bytef *)text.p;
	z.avail_in = (uInt)text.n;
	z.next_out = (Bytef *)out->p + out->n;
	z.avail_out = (uInt)room;
	LAW(deflate(&z, Z_FINISH) == Z_STREAM_END);
	out->n += room - z.avail_out;
	deflateEnd(&z);
}

/* Compressed it is the same; but gzip within gzip is none. */
static void
check_gzip(struct str text, const struct result *plain, uint32_t seed)
{
	struct buf    gzip = {0};
	struct result r;

	if (text.n > 0 && *text.p == '\x1f')
		return;
	compress_to(&gzip, text);
	r = run(buf_str(&gzip), seed);
	check_same(plain, &r);
	buf_clear(&r.urls);
	buf_clear(&gzip);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str    text = str_n((const char *)data, n);
	uint32_t      seed = 1;
	bool          packed = false;
	struct result whole, cut;

	if (text.n > 0) {
		packed = *data >= 0x80;
		seed += *data * 2654435761u;
		text = fuzz_drop(text, 1);
	}
	whole = run(text, 0);
	cut = run(text, seed);
	check_same(&whole, &cut);
	/* Without entities and gzip nothing is more than what it is made of. */
	LAW((text.n > 0 && *text.p == '\x1f') || whole.bytes <= 4 * text.n);
	if (packed)
		check_gzip(text, &whole, seed);
	buf_clear(&whole.urls);
	buf_clear(&cut.urls);
	return 0;
}
