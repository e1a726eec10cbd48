/*
 * url.c - a parsed URL: how it is made, copied and looked at.
 *
 * Nearly all links of real pages need no work but to be put behind a part of
 * their base, so there are two ways to parse one: url_fast.c says yes only if
 * it sees that url_parse.c and url_path.c, the standard's state machine, would
 * change no byte.
 */
#include "url_int.h"

void
url_init(struct url *u)
{
	*u = (struct url){.href = {.p = NULL}};
}

void
url_clear(struct url *u)
{
	buf_clear(&u->href);
	url_init(u);
}

bool
url_parse(struct url *u, struct str input, const struct url *base)
{
	input = url_trim(input);
	return url_parse_fast(u, input, base) || url_parse_full(u, input, base);
}

void
url_copy(struct url *to, const struct url *from)
{
	struct buf href = to->href;

	buf_reset(&href);
	href.max = from->href.max;
	buf_add(&href, buf_str(&from->href));
	*to = *from;
	to->href = href;
}

struct str
url_href(const struct url *u)
{
	return buf_str(&u->href);
}

struct str
url_scheme(const struct url *u)
{
	return url_part(u, 0, u->scheme_end);
}

struct str
url_host(const struct url *u)
{
	return url_part(u, u->host_at, u->host_end);
}

struct str
url_path(const struct url *u)
{
	return url_part(u, u->path_at, u->query_at);
}

struct str
url_fragment(const struct url *u)
{
	return url_part(u, u->fragment_at, (uint32_t)u->href.n);
}

struct str
url_request(const struct url *u)
{
	return url_part(u, 0, u->fragment_at);
}

bool
url_is_http(const struct url *u)
{
	const char *p = u->href.p;

	return (u->scheme_end == 4 && memcmp(p, "http", 4) == 0) ||
	       (u->scheme_end == 5 && memcmp(p, "https", 5) == 0);
}

/*
 * Only special schemes but file have an origin that can be the same as
 * another's; a blob's, which is that of the URL inside, is not looked for.
 */
bool
url_same_origin(const struct url *a, const struct url *b)
{
	return a->special && b->special && !url_is_file(a) &&
	       a->port == b->port && str_eq(url_scheme(a), url_scheme(b)) &&
	       str_eq(url_host(a), url_host(b));
}
