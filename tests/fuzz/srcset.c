/*
 * srcset.c - fuzz target: the candidates of a srcset attribute.
 */
#include "fuzz.h"

#include "acrawl/srcset.h"

static void
check_url(struct str url)
{
	LAW(url.n > 0);
	LAW(url.p[0] != ',' && url.p[url.n - 1] != ',');
	for (size_t i = 0; i < url.n; i++)
		LAW(!is_blank(url.p[i]));
}

/* Reads all, and writes the URLs, in order, as a srcset of the same. */
static size_t
read_all(struct str value, struct buf *out)
{
	struct str  rest = value;
	struct str  url;
	const char *from = value.p; /* each URL is behind the one before */
	size_t      n = 0;

	while (srcset_next(&rest, &url)) {
		LAW(fuzz_inside(url, value));
		LAW(url.p >= from && url.p + url.n <= rest.p);
		LAW(rest.p + rest.n == value.p + value.n);
		check_url(url);
		from = rest.p;
		buf_add(out, url);
		buf_add(out, STR_LIT(" 1x, "));
		n++;
	}
	LAW(rest.n == 0);
	LAW(n <= value.n);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str value = fuzz_copy(str_n((const char *)data, n));
	struct buf once, twice;
	size_t     urls;

	buf_init(&once, 0);
	buf_init(&twice, 0);
	urls = read_all(value, &once);
	LAW(read_all(buf_str(&once), &twice) == urls);
	LAW(str_eq(buf_str(&once), buf_str(&twice)));
	buf_clear(&once);
	buf_clear(&twice);
	free((char *)value.p);
	return 0;
}
