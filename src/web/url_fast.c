/*
 * url_fast.c - the short way of the URL parser, for links that need no work.
 */
#include "url_int.h"

/* The first byte from p on that is of one of the classes, or the end. */
static const char *
skip(const char *p, const char *end, unsigned classes)
{
	while (p < end && (url_class(*p) & classes) == 0)
		p++;
	return p;
}

/*
 * Whether all from p on can be copied as path, query and fragment of a special
 * URL but a file's.  Segments that begin with a dot, or with %2, are left to
 * the full way.  segment: p is the begin of one; scheme: what comes before the
 * first slash might be one.  Finds the '?' and the '#', or the end.
 */
static bool
is_plain(const char *p, const char *end, bool segment, bool scheme,
    const char **query, const char **fragment)
{
	const char *begin = segment ? p : NULL;

	for (;; p++) {
		p = skip(p, end, FAST_STOP);
		if (p == end || *p == '?' || *p == '#')
			break;
		if (*p == ':') {
			if (scheme &&
			    memchr(begin, '/', (size_t)(p - begin)) == NULL)
				return false;
			scheme = false;
		} else if (*p == '.') {
			if (p == begin || p[-1] == '/')
				return false;
		} else if (*p == '%') {
			if ((p == begin || p[-1] == '/') && p + 1 < end &&
			    p[1] == '2')
				return false;
		} else {
			return false;
		}
	}
	*query = p;
	*fragment = p;
	if (p < end && *p == '?')
		*fragment = skip(p + 1, end, ENC_SPECIAL_QUERY);
	if (*fragment == end)
		return true;
	return **fragment == '#' &&
	       skip(*fragment + 1, end, ENC_FRAGMENT) == end;
}

/*
 * The end of a host that can be copied, or NULL: lower case, without user or
 * port, and its last label is neither empty nor a number.
 */
static const char *
plain_host(const char *p, const char *end)
{
	const char *stop = p;
	const char *label = p;

	for (; stop < end && (url_class(*stop) & FAST_HOST) != 0; stop++)
		if (*stop == '.')
			label = stop + 1;
	if (stop == label || is_digit(*label))
		return NULL;
	if (stop < end && *stop != '/' && *stop != '?' && *stop != '#')
		return NULL;
	return stop;
}

/*
 * The short way for "https://host/path" and "//host/path"; scheme is the
 * scheme with its ':', and p is behind the "//".  False: take the full way.
 */
static bool
fast_absolute(struct url *u, struct str scheme, const char *p, const char *end)
{
	const char *host_end = plain_host(p, end);
	const char *query, *fragment;
	uint32_t    host_at = (uint32_t)scheme.n + 2;
	bool        slash; /* to be put before a query, or at the end */

	if (host_end == NULL ||
	    !is_plain(host_end, end, false, false, &query, &fragment))
		return false;
	url_forget(u);
	slash = query == host_end;
	if (!buf_reserve(&u->href, host_at + slash + (size_t)(end - p)))
		return false;
	buf_add(&u->href, scheme);
	buf_add(&u->href, STR_LIT("//"));
	buf_add(&u->href, str_n(p, (size_t)(host_end - p)));
	if (slash)
		buf_addc(&u->href, '/');
	buf_add(&u->href, str_n(host_end, (size_t)(end - host_end)));
	u->scheme_end = (uint32_t)scheme.n - 1;
	u->username_end = u->host_at = host_at;
	u->host_end = u->path_at = host_at + (uint32_t)(host_end - p);
	u->query_at = host_at + slash + (uint32_t)(query - p);
	u->fragment_at = host_at + slash + (uint32_t)(fragment - p);
	u->special = u->has_host = true;
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
 * The short way for references to a base that is http or https: the begin of
 * the base and then the reference, as it is.  False: take the full way.
 */
static bool
fast_relative(struct url *u, struct str s, const struct url *base)
{
	const char *p = s.p;
	const char *end = p + s.n;
	const char *query, *fragment;
	uint32_t    keep;
	bool        same_query = false;

	if (s.n == 0 || *p == '#') {
		if (skip(p + (s.n > 0), end, ENC_FRAGMENT) != end)
			return false;
		keep = base->fragment_at;
		query = fragment = p;
		same_query = true;
	} else if (*p == '/') {
		if (s.n > 1 && p[1] == '/')
			return fast_absolute(u,
			    url_part(base, 0, base->scheme_end + 1), p + 2,
			    end);
		if (!is_plain(p, end, false, false, &query, &fragment))
			return false;
		keep = base->path_at;
	} else if (*p == '?') {
		if (!is_plain(p, end, false, false, &query, &fragment))
			return false;
		keep = base->query_at;
	} else {
		keep = plain_dots(base, &p, end);
		if (!is_plain(p, end, true, p == s.p, &query, &fragment))
			return false;
	}
	url_forget(u);
	if (!buf_reserve(&u->href, keep + (size_t)(end - p)))
		return false;
	buf_add(&u->href, url_part(base, 0, keep));
	buf_add(&u->href, str_n(p, (size_t)(end - p)));
	u->scheme_end = base->scheme_end;
	u->username_end = base->username_end;
	u->host_at = base->host_at;
	u->host_end = base->host_end;
	u->path_at = base->path_at;
	u->query_at = keep + (uint32_t)(query - p);
	if (same_query)
		u->query_at = base->query_at;
	u->fragment_at = keep + (uint32_t)(fragment - p);
	u->port = base->port;
	u->special = u->has_host = true;
	return true;
}

/* False: take the full way; no more is known. */
bool
url_parse_fast(struct url *u, struct str s, const struct url *base)
{
	static const struct str https = {"https:", 6};
	static const struct str http = {"http:", 5};

	if (s.n > 8 && memcmp(s.p, "https://", 8) == 0)
		return fast_absolute(u, https, s.p + 8, s.p + s.n);
	if (s.n > 7 && memcmp(s.p, "http://", 7) == 0)
		return fast_absolute(u, http, s.p + 7, s.p + s.n);
	return base != NULL && url_is_http(base) && fast_relative(u, s, base);
}
