/*
 * url_parse.c - the parser of the URL standard (https://url.spec.whatwg.org/),
 * 4.4: its state machine, from the scheme to the port.
 *
 * The serialisation is written from left to right, straight into the url: the
 * parts come in the order in which they are parsed, "." and ".." only cut the
 * end off, and what a reference takes from its base is the base's begin.
 */
#include "url_parse.h"

static const struct {
	struct str name;
	int        port; /* the default; 0: none */
} specials[] = {
    {{"https", 5}, 443},
    {{"http", 4}, 80},
    {{"file", 4}, 0},
    {{"ftp", 3}, 21},
    {{"wss", 3}, 443},
    {{"ws", 2}, 80},
};

/* The default port of a special scheme, 0 for file, -1 if not special. */
static int
special_port(struct str scheme)
{
	for (size_t i = 0; i < sizeof(specials) / sizeof(*specials); i++)
		if (str_eq(scheme, specials[i].name))
			return specials[i].port;
	return -1;
}

/*
 * Begins with all that stands before the base's path; a "/." that stands
 * there only to keep a path from looking like a host is left out.
 */
static void
take_base(struct parse *ps)
{
	struct url       *u = ps->u;
	const struct url *b = ps->base;

	u->href.n = 0;
	put(ps, url_part(b, 0, b->has_host ? b->path_at : b->host_end));
	u->scheme_end = b->scheme_end;
	u->username_end = b->username_end;
	u->host_at = b->host_at;
	u->host_end = b->host_end;
	u->path_at = here(ps);
	u->port = b->port;
	u->special = b->special;
	u->has_host = b->has_host;
	u->opaque_path = b->opaque_path;
}

static void
take_base_path(struct parse *ps)
{
	put(ps, url_part(ps->base, ps->base->path_at, ps->base->query_at));
}

/* Port state: p is at the end of the host. */
static bool
parse_port(struct parse *ps, const char *end)
{
	struct url *u = ps->u;
	int         port = 0;

	if (ps->p == end || ++ps->p == end)
		return true;
	for (; ps->p < end; ps->p++) {
		if (!is_digit(*ps->p))
			return false;
		port = port * 10 + (*ps->p - '0');
		if (port > 65535)
			return false;
	}
	if (port == special_port(url_scheme(u)))
		return true;
	u->port = port;
	if (!buf_addf(&u->href, ":%d", port))
		ps->over = true;
	return true;
}

/* What stands before the last '@' of the authority. */
static void
parse_credentials(struct parse *ps, const char *last_at)
{
	struct url *u = ps->u;
	const char *colon = memchr(ps->p, ':', (size_t)(last_at - ps->p));
	bool        password = colon != NULL && colon + 1 < last_at;

	if (colon == NULL)
		colon = last_at;
	put_encoded(ps, ps->p, colon, ENC_USERINFO);
	u->username_end = here(ps);
	if (password) {
		put(ps, STR_LIT(":"));
		put_encoded(ps, colon + 1, last_at, ENC_USERINFO);
	}
	if (colon > ps->p || password)
		put(ps, STR_LIT("@"));
}

/* Where the host that p is at ends: at a ':' that is not in brackets. */
static const char *
find_host_end(const struct parse *ps, const char *end)
{
	bool        bracket = false;
	const char *p;

	for (p = ps->p; p < end && (bracket || *p != ':'); p++)
		if (*p == '[' || *p == ']')
			bracket = *p == '[';
	return p;
}

/* Host and port states: p is behind the credentials, end is the port's. */
static bool
parse_host(struct parse *ps, const char *end)
{
	struct url *u = ps->u;
	const char *stop = find_host_end(ps, end);
	struct str  host = str_n(ps->p, (size_t)(stop - ps->p));

	if (host.n == 0 && (u->special || stop < end))
		return false;
	u->host_at = here(ps);
	if (!url_host_parse(&u->href, host, !u->special))
		return false;
	u->host_end = here(ps);
	ps->p = stop;
	return parse_port(ps, end) && url_parse_path_start(ps);
}

/* Authority, host and port states: p is behind the "//". */
static bool
parse_authority(struct parse *ps)
{
	struct url *u = ps->u;
	const char *end = find_stop(ps);
	const char *last_at = end;

	put(ps, STR_LIT("//"));
	u->has_host = true;
	u->username_end = here(ps);
	while (last_at > ps->p && last_at[-1] != '@')
		last_at--;
	if (last_at > ps->p) {
		parse_credentials(ps, last_at - 1);
		ps->p = last_at;
		if (ps->p == end)
			return false;
	}
	return parse_host(ps, end);
}

/* Special authority ignore slashes state. */
static bool
parse_special_authority(struct parse *ps)
{
	while (at_slash(ps))
		ps->p++;
	return parse_authority(ps);
}

/* Ends an authority of a file URL: its host is written. */
static void
end_file_host(struct parse *ps, uint32_t host_at)
{
	struct url *u = ps->u;

	u->has_host = true;
	u->username_end = u->host_at = host_at;
	u->host_end = u->path_at = here(ps);
}

/* File host state: p is behind the "//", scheme and "//" are written. */
static bool
parse_file_host(struct parse *ps)
{
	struct url *u = ps->u;
	const char *stop = find_stop(ps);
	struct str  host = str_n(ps->p, (size_t)(stop - ps->p));
	uint32_t    host_at = here(ps);

	if (is_drive(host)) {
		end_file_host(ps, host_at);
		return url_parse_path(ps);
	}
	if (host.n > 0 && !url_host_parse(&u->href, host, false))
		return false;
	if (str_eq(url_part(u, host_at, here(ps)), STR_LIT("localhost")))
		u->href.n = host_at;
	ps->p = stop;
	end_file_host(ps, host_at);
	return url_parse_path_start(ps);
}

/*
 * File and file slash states; base, if there is one, is a file URL, and the
 * scheme is written.
 */
static bool
parse_file(struct parse *ps)
{
	bool slash = at_slash(ps);
	bool drive;

	if (slash)
		ps->p++;
	if (slash && at_slash(ps)) {
		ps->p++;
		put(ps, STR_LIT("//"));
		return parse_file_host(ps);
	}
	if (ps->base == NULL) {
		put(ps, STR_LIT("//"));
		end_file_host(ps, here(ps));
		return url_parse_path(ps);
	}
	drive = is_drive(str_n(ps->p, (size_t)(find_stop(ps) - ps->p)));
	take_base(ps);
	if (slash && !drive) {
		put(ps, url_path_drive(ps->base, ps->base->query_at));
	} else if (!slash && !drive) {
		take_base_path(ps);
		url_path_shorten(ps);
	}
	return url_parse_path(ps);
}

/* The empty reference, "?query" and "#fragment": the base's path stays. */
static bool
parse_same_path(struct parse *ps)
{
	const struct url *b = ps->base;

	take_base(ps);
	take_base_path(ps);
	if (!b->opaque_path)
		url_path_end(ps);
	if (at(ps, '?'))
		return url_parse_query(ps);
	ps->u->query_at = here(ps);
	put(ps, url_part(b, b->query_at, b->fragment_at));
	return url_parse_fragment(ps);
}

/* Relative and relative slash states; u->special is as the base's. */
static bool
parse_relative(struct parse *ps)
{
	struct url *u = ps->u;

	if (!at_slash(ps)) {
		take_base(ps);
		take_base_path(ps);
		url_path_shorten(ps);
		return url_parse_path(ps);
	}
	ps->p++;
	if (!at_slash(ps)) {
		take_base(ps);
		return url_parse_path(ps);
	}
	ps->p++;
	u->href.n = 0;
	put(ps, url_part(ps->base, 0, ps->base->scheme_end + 1));
	u->scheme_end = ps->base->scheme_end;
	return u->special ? parse_special_authority(ps) : parse_authority(ps);
}

/* Scheme start and scheme states: writes the scheme and its ':', if any. */
static bool
parse_scheme(struct parse *ps)
{
	struct url *u = ps->u;
	const char *p = ps->p;

	if (p == ps->end || !is_alpha(*p))
		return false;
	while (p < ps->end && (url_class(*p) & IN_SCHEME) != 0)
		p++;
	if (p == ps->end || *p != ':')
		return false;
	put(ps, str_n(ps->p, (size_t)(p + 1 - ps->p)));
	for (size_t i = 0; i < u->href.n; i++)
		u->href.p[i] = ascii_lower(u->href.p[i]);
	u->scheme_end = (uint32_t)(p - ps->p);
	u->special = special_port(url_scheme(u)) >= 0;
	ps->p = p + 1;
	return true;
}

/* No scheme state, and those that take what the base has. */
static bool
parse_reference(struct parse *ps)
{
	const struct url *b = ps->base;

	ps->u->special = b->special;
	ps->u->scheme_end = b->scheme_end;
	if (ps->p == ps->end || *ps->p == '?' || *ps->p == '#')
		return parse_same_path(ps);
	if (!url_is_file(b))
		return parse_relative(ps);
	ps->u->href.n = 0;
	put(ps, url_part(b, 0, b->scheme_end + 1));
	return parse_file(ps);
}

/* What follows the scheme. */
static bool
parse_after_scheme(struct parse *ps)
{
	struct url *u = ps->u;
	bool        same =
	    ps->base != NULL && str_eq(url_scheme(u), url_scheme(ps->base));

	if (!u->special) {
		if (!at(ps, '/'))
			return url_parse_opaque(ps);
		ps->p++;
		if (at(ps, '/')) {
			ps->p++;
			return parse_authority(ps);
		}
		u->username_end = u->host_at = u->host_end = here(ps);
		u->path_at = here(ps);
		return url_parse_path(ps);
	}
	if (!same)
		ps->base = NULL;
	if (url_is_file(u))
		return same ? parse_reference(ps) : parse_file(ps);
	if (same && !(ps->end - ps->p >= 2 && memcmp(ps->p, "//", 2) == 0))
		return parse_reference(ps);
	return parse_special_authority(ps);
}

/* Scheme start state, and all that follow. */
static bool
parse(struct parse *ps)
{
	if (parse_scheme(ps))
		return parse_after_scheme(ps);
	if (ps->base == NULL || (ps->base->opaque_path && !at(ps, '#')))
		return false;
	return parse_reference(ps);
}

bool
url_parse_full(struct url *u, struct str input, const struct url *base)
{
	struct parse ps = {.u = u, .base = base};
	struct buf   copy;
	unsigned     seen = 0;
	bool         ok;

	url_forget(u);
	input = url_trim(input);
	if (input.n > URL_MAX_BYTES)
		return false;
	buf_init(&copy, 0);
	for (size_t i = 0; i < input.n; i++)
		seen |= url_class(input.p[i]);
	if ((seen & BLANK) != 0 ||
	    ((seen & HIGH) != 0 && !url_is_utf8(input))) {
		url_clean(&copy, input);
		input = buf_str(&copy);
	}
	ps.p = input.p;
	ps.end = ps.p + input.n;
	ok = parse(&ps);
	buf_clear(&copy);
	if (!ok)
		url_forget(u);
	return ok;
}
