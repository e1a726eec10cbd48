/*
 * url_path.c - the second half of the state machine: from the path to the end.
 */
#include "url_parse.h"

struct str
url_path_drive(const struct url *u, uint32_t path_end)
{
	struct str path = url_part(u, u->path_at, path_end);

	if (path.n >= 3 && is_alpha(path.p[1]) && path.p[2] == ':' &&
	    (path.n == 3 || path.p[3] == '/'))
		return str_n(path.p, 3);
	return str_n(path.p, 0);
}

void
url_path_shorten(struct parse *ps)
{
	struct url *u = ps->u;
	size_t      n = u->href.n;

	if (url_is_file(u) && n - u->path_at == 3 &&
	    url_path_drive(u, here(ps)).n == 3)
		return;
	while (n > u->path_at && u->href.p[n - 1] != '/')
		n--;
	u->href.n = n > u->path_at ? n - 1 : n;
}

void
url_path_end(struct parse *ps)
{
	struct url *u = ps->u;
	char       *path;

	if (u->has_host || u->href.n - u->path_at < 2)
		return;
	path = u->href.p + u->path_at;
	if (path[0] != '/' || path[1] != '/')
		return;
	put(ps, STR_LIT("/."));
	if (ps->over)
		return;
	path = u->href.p + u->path_at;
	memmove(path + 2, path, u->href.n - u->path_at - 2);
	memcpy(path, "/.", 2);
	u->path_at += 2;
}

/*
 * The states before it may have gone on after over was set; what they wrote is
 * then of no use, but it is memory-safe.
 */
bool
url_parse_fragment(struct parse *ps)
{
	ps->u->fragment_at = here(ps);
	if (ps->p < ps->end) {
		put(ps, STR_LIT("#"));
		put_encoded(ps, ps->p + 1, ps->end, ENC_FRAGMENT);
	}
	return !ps->over;
}

bool
url_parse_query(struct parse *ps)
{
	struct url *u = ps->u;

	u->query_at = here(ps);
	if (at(ps, '?')) {
		const char *hash =
		    memchr(ps->p, '#', (size_t)(ps->end - ps->p));

		if (hash == NULL)
			hash = ps->end;
		put(ps, STR_LIT("?"));
		put_encoded(ps, ps->p + 1, hash,
		    u->special ? ENC_SPECIAL_QUERY : ENC_QUERY);
		ps->p = hash;
	}
	return url_parse_fragment(ps);
}

/* 2 for "..", 1 for ".", in any spelling; 0 for other segments. */
static int
dots(const char *p, const char *end)
{
	int n = 0;

	while (p < end && n < 3) {
		if (*p == '.')
			p++;
		else if (end - p >= 3 && p[0] == '%' && p[1] == '2' &&
			 ascii_lower(p[2]) == 'e')
			p += 3;
		else
			return 0;
		n++;
	}
	return n < 3 ? n : 0;
}

/* Appends the segment that p is at; of "C|" as the first, "C:". */
static void
put_segment(struct parse *ps, const char *end)
{
	struct url *u = ps->u;
	bool        drive = u->href.n == u->path_at && url_is_file(u) &&
	             is_drive(str_n(ps->p, (size_t)(end - ps->p)));

	put(ps, STR_LIT("/"));
	put_encoded(ps, ps->p, end, ENC_PATH);
	if (drive && !ps->over)
		u->href.p[u->href.n - 1] = ':';
}

bool
url_parse_path(struct parse *ps)
{
	for (;;) {
		const char *stop = find_stop(ps);
		int         n = dots(ps->p, stop);

		if (n == 2)
			url_path_shorten(ps);
		else if (n == 0)
			put_segment(ps, stop);
		ps->p = stop;
		if (!at_slash(ps)) {
			if (n != 0) /* the last segment is then an empty one */
				put(ps, STR_LIT("/"));
			break;
		}
		ps->p++;
	}
	url_path_end(ps);
	return url_parse_query(ps);
}

bool
url_parse_path_start(struct parse *ps)
{
	ps->u->path_at = here(ps);
	if (at_slash(ps))
		ps->p++;
	else if (!ps->u->special)
		return url_parse_query(ps);
	return url_parse_path(ps);
}

bool
url_parse_opaque(struct parse *ps)
{
	struct url *u = ps->u;
	const char *stop = ps->p;
	const char *blank;

	while (stop < ps->end && *stop != '?' && *stop != '#')
		stop++;
	/* A last space would be lost if what follows it were cut off. */
	blank = stop;
	if (stop > ps->p && stop < ps->end && stop[-1] == ' ')
		blank--;
	u->opaque_path = true;
	u->username_end = u->host_at = u->host_end = u->path_at = here(ps);
	put_encoded(ps, ps->p, blank, ENC_C0);
	if (blank < stop)
		put(ps, STR_LIT("%20"));
	ps->p = stop;
	return url_parse_query(ps);
}
