/*
 * url_fast.c - the short way of the URL parser, for links that need no work.
 *
 * The input is looked at first, 16 bytes at a time.  If all of it is plain, it
 * is put behind a begin of the base, or an absolute URL is it: one copy, and
 * no other memory.
 */
#include "url_int.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* What is looked at, and where its parts begin. */
struct look {
	const char *begin;
	const char *end;
	const char *path;
	const char *query;
	const char *fragment;
};

/* Whether p is at the begin of a path's segment. */
static bool
after_slash(const struct look *l, const char *p)
{
	return p == l->begin || p[-1] == '/';
}

/* The first byte from p on that may have to be looked at, or the end. */
static const char *
skip_plain_bytes(const struct look *l, const char *p)
{
	while (p < l->end && (url_class(*p) & FAST_STOP) == 0)
		p++;
	return p;
}

/*
 * The first byte from p on that is not FAST_HOST, or the end.  Of several dots
 * before it, *label is behind the last.
 */
static const char *
skip_host_bytes(const struct look *l, const char *p, const char **label)
{
	for (; p < l->end && (url_class(*p) & FAST_HOST) != 0; p++)
		if (*p == '.')
			*label = p + 1;
	return p;
}

#ifdef __SSE2__

static __m128i
is(__m128i v, char c)
{
	return _mm_cmpeq_epi8(v, _mm_set1_epi8(c));
}

/* Like is(), for two bytes that differ in `bit` only. */
static __m128i
is_either(__m128i v, char c, char bit)
{
	return is(_mm_andnot_si128(_mm_set1_epi8(bit), v), c);
}

static __m128i
within(__m128i v, char from, char to)
{
	return _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8((char)(from - 1))),
	    _mm_cmpgt_epi8(_mm_set1_epi8((char)(to + 1)), v));
}

static __m128i
either(__m128i a, __m128i b)
{
	return _mm_or_si128(a, b);
}

static unsigned
bits(__m128i v)
{
	return (unsigned)_mm_movemask_epi8(v);
}

static __m128i
load(const char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/*
 * A bit for each of the 16 bytes at p that is FAST_STOP, but not for a '.' or
 * '%' within a segment.  after: whether a segment begins at p.  To be quick,
 * all above 'z' has one too, and "~" and "|" are looked at in vain.
 */
static inline unsigned
stops(const char *p, bool after)
{
	__m128i  v = load(p);
	__m128i  stop = either(is_either(v, '"', 1), is_either(v, '<', 2));
	unsigned begins = bits(is(v, '/')) << 1 | after;

	stop = either(stop, either(is_either(v, '\\', 2), is(v, '?')));
	stop = either(stop, either(is(v, '\''), is(v, ':')));
	stop = either(stop, is(v, '`'));
	return (bits(stop) | (bits(within(v, '!', 'z')) ^ 0xffff)) |
	       (bits(either(is(v, '.'), is(v, '%'))) & begins);
}

/* A bit for each of the 16 bytes of v that is FAST_HOST. */
static unsigned
host_bits(__m128i v)
{
	__m128i dash_to_9 = _mm_andnot_si128(is(v, '/'), within(v, '-', '9'));

	return bits(either(within(v, 'a', 'z'), either(dash_to_9, is(v, '_'))));
}

/*
 * Both of these take the last 16 bytes in the end, some of which are done
 * already, as none behind the end may be read.
 */

static const char *
skip_plain(const struct look *l, const char *p)
{
	const char *last;

	if (l->end - l->begin < 16)
		return skip_plain_bytes(l, p);
	last = l->end - 16;
	for (;; p += 16) {
		const char *at = p < last ? p : last;
		unsigned    found = stops(at, after_slash(l, at)) >> (p - at);

		if (found != 0)
			return p + __builtin_ctz(found);
		if (at == last)
			return l->end;
	}
}

static const char *
skip_host(const struct look *l, const char *p, const char **label)
{
	const char *last;

	if (l->end - l->begin < 16)
		return skip_host_bytes(l, p, label);
	last = l->end - 16;
	for (;;) {
		const char *at = p < last ? p : last;
		__m128i     v = load(at);
		unsigned    dots = bits(is(v, '.')) >> (p - at);
		unsigned    found = (host_bits(v) ^ 0xffff) >> (p - at);

		if (found != 0) /* dots behind the host do not count */
			dots &= (found - 1) & ~found;
		if (dots != 0)
			*label = p + 32 - __builtin_clz(dots);
		if (found != 0)
			return p + __builtin_ctz(found);
		p = at + 16;
		if (at == last)
			return p;
	}
}

#else

#define skip_plain skip_plain_bytes
#define skip_host  skip_host_bytes

#endif

/* The first byte from p on that is of one of the classes, or the end. */
static const char *
skip(const struct look *l, const char *p, unsigned classes)
{
	for (p = skip_plain(l, p); p < l->end; p = skip_plain(l, p + 1))
		if ((url_class(*p) & classes) != 0)
			break;
	return p;
}

/*
 * The end of a path that needs no work in a special URL but a file's, or NULL.
 * Segments that begin with a dot, or with %2, are left to the full way.
 * scheme: what is before the first slash might be one.
 */
static const char *
plain_path(const struct look *l, bool scheme)
{
	const char *p = l->path;

	for (;; p++) {
		p = skip_plain(l, p);
		if (p == l->end || *p == '?' || *p == '#')
			return p;
		if (*p == '.' || *p == '%') {
			if (after_slash(l, p) &&
			    (*p == '.' || (p + 1 < l->end && p[1] == '2')))
				return NULL;
		} else if (*p == ':') {
			if (scheme &&
			    memchr(l->path, '/', (size_t)(p - l->path)) == NULL)
				return NULL;
			scheme = false;
		} else if ((url_class(*p) & ENC_PATH) != 0 || *p == '\\') {
			return NULL;
		}
	}
}

/* Whether all from the path on can be copied; finds query and fragment. */
static bool
is_plain(struct look *l, bool scheme)
{
	const char *p = plain_path(l, scheme);

	if (p == NULL)
		return false;
	l->query = p;
	if (p < l->end && *p == '?')
		p = skip(l, p + 1, ENC_SPECIAL_QUERY);
	l->fragment = p;
	if (p < l->end && *p == '#')
		p = skip(l, p + 1, ENC_FRAGMENT);
	return p == l->end;
}

/*
 * Finds the path behind a host that can be copied: lower case, without user or
 * port, and its last label is neither empty nor a number.
 */
static bool
is_plain_host(struct look *l, const char *host)
{
	const char *label = host;
	const char *p = skip_host(l, host, &label);

	l->path = p;
	return label < p && !is_digit(*label) &&
	       (p == l->end || *p == '/' || *p == '?' || *p == '#');
}

/* Makes the bytes of u those of a and b; false if they are too many. */
static bool
join(struct url *u, struct str a, struct str b)
{
	struct buf *href = &u->href;
	size_t      n = a.n + b.n + 1; /* and a slash, perhaps */

	href->n = 0;
	href->max = URL_MAX_BYTES;
	if (n > href->cap && !buf_reserve(href, n))
		return false;
	if (a.n > 0)
		memcpy(href->p, a.p, a.n);
	memcpy(href->p + a.n, b.p, b.n);
	href->n = a.n + b.n;
	return true;
}

/* An empty path of a URL that has a host becomes "/"; join() left room. */
static void
put_slash(struct url *u)
{
	char *path = u->href.p + u->path_at;

	memmove(path + 1, path, u->href.n - u->path_at);
	*path = '/';
	u->href.n++;
	u->query_at++;
	u->fragment_at++;
}

/*
 * The short way for "https://host/path" and "//host/path".  scheme is to be
 * put before s, host is in s.  False: take the full way.
 */
static bool
fast_absolute(struct url *u, struct str scheme, struct str s, const char *host)
{
	struct look l = {.begin = s.p, .end = s.p + s.n};
	uint32_t    host_at = (uint32_t)(scheme.n + (size_t)(host - s.p));

	if (!is_plain_host(&l, host) || !is_plain(&l, false) ||
	    !join(u, scheme, s))
		return false;
	u->scheme_end = host_at - 3;
	u->username_end = host_at;
	u->host_at = host_at;
	u->host_end = host_at + (uint32_t)(l.path - host);
	u->path_at = host_at + (uint32_t)(l.path - host);
	u->query_at = host_at + (uint32_t)(l.query - host);
	u->fragment_at = host_at + (uint32_t)(l.fragment - host);
	u->port = -1;
	u->special = true;
	u->has_host = true;
	u->opaque_path = false;
	if (l.query == l.path)
		put_slash(u);
	return true;
}

/* The base's path up to its last slash, less the "../" at *p; skips them. */
static uint32_t
plain_dots(const struct url *base, const char **p, const char *end)
{
	uint32_t keep = base->query_at;

	while (base->href.p[keep - 1] != '/')
		keep--;
	for (;;) {
		if (end - *p >= 2 && (*p)[0] == '.' && (*p)[1] == '/') {
			*p += 2;
		} else if (end - *p >= 3 && memcmp(*p, "../", 3) == 0) {
			*p += 3;
			if (keep - 1 > base->path_at)
				for (keep--; base->href.p[keep - 1] != '/';)
					keep--;
		} else {
			return keep;
		}
	}
}

/*
 * The first keep bytes of base and then l; scheme: l might begin with one.
 * False: take the full way.
 */
static bool
fast_join(struct url *u, const struct url *base, uint32_t keep, struct look *l,
    bool scheme)
{
	l->path = l->begin;
	if (!is_plain(l, scheme) ||
	    !join(u, url_part(base, 0, keep),
		str_n(l->begin, (size_t)(l->end - l->begin))))
		return false;
	u->scheme_end = base->scheme_end;
	u->username_end = base->username_end;
	u->host_at = base->host_at;
	u->host_end = base->host_end;
	u->path_at = base->path_at;
	u->query_at = keep + (uint32_t)(l->query - l->begin);
	u->fragment_at = keep + (uint32_t)(l->fragment - l->begin);
	u->port = base->port;
	u->special = true;
	u->has_host = true;
	u->opaque_path = false;
	return true;
}

/*
 * The short way for references to a base that is http or https: the begin of
 * the base and then the reference, as it is.  False: take the full way.
 */
static bool
fast_relative(struct url *u, struct str s, const struct url *base)
{
	struct look l = {.begin = s.p, .end = s.p + s.n};
	uint32_t    keep;

	if (s.n == 0 || *s.p == '#') {
		if (!fast_join(u, base, base->fragment_at, &l, false))
			return false;
		u->query_at = base->query_at; /* which is kept */
		return true;
	}
	if (*s.p == '?')
		return fast_join(u, base, base->query_at, &l, false);
	if (*s.p == '/')
		return fast_join(u, base, base->path_at, &l, false);
	keep = plain_dots(base, &l.begin, l.end);
	return fast_join(u, base, keep, &l, l.begin == s.p);
}

bool
url_parse_fast(struct url *u, struct str s, const struct url *base)
{
	static const struct str none = {"", 0};

	if (s.n > 8 && memcmp(s.p, "https://", 8) == 0)
		return fast_absolute(u, none, s, s.p + 8);
	if (s.n > 7 && memcmp(s.p, "http://", 7) == 0)
		return fast_absolute(u, none, s, s.p + 7);
	if (base == NULL || !url_is_http(base))
		return false;
	if (s.n >= 2 && memcmp(s.p, "//", 2) == 0)
		return fast_absolute(
		    u, url_part(base, 0, base->scheme_end + 1), s, s.p + 2);
	return fast_relative(u, s, base);
}
