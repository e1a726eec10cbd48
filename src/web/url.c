/*
 * url.c - the parser of the URL standard (https://url.spec.whatwg.org/), 4.4.
 *
 * The serialisation is written from left to right, straight into the url: the
 * parts come in the order in which they are parsed, "." and ".." only cut the
 * end off, and what a reference takes from its base is the base's begin.  The
 * standard's states have become functions that call their successor last; the
 * states of one part (say, authority, host and port) are one function.
 *
 * Nearly all links of real pages need no work but to be put behind a part of
 * their base, so there is a short way for them: parse_fast() says yes only if
 * it sees that the full way would change no byte.
 */
#include "url_int.h"

/* What offsets can express. */
#define URL_MAX_BYTES UINT32_MAX

/*
 * The table's rows: what the bytes of a kind are.  The encode sets grow from
 * ENC_FRAGMENT over ENC_QUERY and ENC_PATH to ENC_USERINFO, but for a few.
 */
#define CTRL                                                                   \
	(ENC_C0 | ENC_FRAGMENT | ENC_QUERY | ENC_SPECIAL_QUERY | ENC_PATH |    \
	    ENC_USERINFO | NO_DOMAIN | FAST_STOP)
#define CNUL (CTRL | NO_HOST)
#define BLNK (CTRL | NO_HOST | BLANK)
#define SPAC (CNUL & ~(unsigned)ENC_C0)
#define QUOT (SPAC & ~(unsigned)(NO_HOST | NO_DOMAIN))
#define ANGL SPAC
#define HASH (SPAC & ~(unsigned)ENC_FRAGMENT)
#define QUES (HASH & ~(unsigned)(ENC_QUERY | ENC_SPECIAL_QUERY))
#define CARE QUES
#define BRAC (QUES & ~(unsigned)(NO_HOST | NO_DOMAIN))
#define GRAV (BRAC | ENC_FRAGMENT)
#define SQUO ENC_SPECIAL_QUERY
#define PERC (NO_DOMAIN | FAST_STOP)
#define AT   (ENC_USERINFO | NO_HOST | NO_DOMAIN)
#define COLN (AT | FAST_STOP)
#define SEMI ENC_USERINFO
#define UPPE IN_SCHEME
#define PLUS IN_SCHEME
#define LOWE (IN_SCHEME | FAST_HOST)
#define DOT  (IN_SCHEME | FAST_HOST | FAST_STOP)
#define LINE FAST_HOST
#define HIBY (CTRL | HIGH)
#define HI16                                                                   \
	HIBY, HIBY, HIBY, HIBY, HIBY, HIBY, HIBY, HIBY, HIBY, HIBY, HIBY,      \
	    HIBY, HIBY, HIBY, HIBY, HIBY

/* clang-format off */
const uint16_t url_class_of[256] = {
	CNUL, CTRL, CTRL, CTRL, CTRL, CTRL, CTRL, CTRL, /* NUL ... */
	CTRL, BLNK, BLNK, CTRL, CTRL, BLNK, CTRL, CTRL, /* BS \t \n VT FF \r */
	CTRL, CTRL, CTRL, CTRL, CTRL, CTRL, CTRL, CTRL,
	CTRL, CTRL, CTRL, CTRL, CTRL, CTRL, CTRL, CTRL,
	SPAC,    0, QUOT, HASH,    0, PERC,    0, SQUO, /*   ! " # $ % & ' */
	   0,    0,    0, PLUS,    0, LOWE,  DOT,   AT, /* ( ) * + , - . / */
	LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, /* 0 1 2 3 4 5 6 7 */
	LOWE, LOWE, COLN, SEMI, ANGL, SEMI, ANGL, QUES, /* 8 9 : ; < = > ? */
	  AT, UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, /* @ A B C D E F G */
	UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, /* H I J K L M N O */
	UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, /* P Q R S T U V W */
	UPPE, UPPE, UPPE,   AT, COLN,   AT, CARE, LINE, /* X Y Z [ \ ] ^ _ */
	GRAV, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, /* ` a b c d e f g */
	LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, /* h i j k l m n o */
	LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, /* p q r s t u v w */
	LOWE, LOWE, LOWE, BRAC,   AT, BRAC,    0, CTRL, /* x y z { | } ~ DEL */
	HI16, HI16, HI16, HI16, HI16, HI16, HI16, HI16,
};
/* clang-format on */

/*
 * A parse under way.  Invariant: what has been parsed stands in u->href, as
 * it is serialised, and p is at the first byte that has not.  Appending beyond
 * URL_MAX_BYTES only sets over, which parse_fragment() makes a failure.
 */
struct parse {
	struct url       *u;
	const struct url *base; /* or NULL */
	const char       *p;
	const char       *end;
	bool              over;
};

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

/* Makes u hold nothing but keeps its memory. */
static void
forget(struct url *u)
{
	struct buf href = u->href;

	href.n = 0;
	href.max = URL_MAX_BYTES;
	*u = (struct url){.href = href, .port = -1};
}

bool
url_encode(struct buf *out, struct str s, unsigned set)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t            n = 0; /* bytes to encode */
	char             *to;

	for (size_t i = 0; i < s.n; i++)
		n += (url_class(s.p[i]) & set) != 0;
	if (n == 0)
		return buf_add(out, s);
	if (!buf_reserve(out, s.n + n * 2))
		return false;
	to = out->p + out->n;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((url_class(s.p[i]) & set) == 0) {
			*to++ = s.p[i];
		} else {
			*to++ = '%';
			*to++ = hex[c >> 4];
			*to++ = hex[c & 15];
		}
	}
	out->n += s.n + n * 2;
	return true;
}

static void
put(struct parse *ps, struct str s)
{
	if (!buf_add(&ps->u->href, s))
		ps->over = true;
}

static void
put_encoded(struct parse *ps, const char *p, const char *end, unsigned set)
{
	if (!url_encode(&ps->u->href, str_n(p, (size_t)(end - p)), set))
		ps->over = true;
}

/* The offset of what is written next. */
static uint32_t
here(const struct parse *ps)
{
	return (uint32_t)ps->u->href.n;
}

/* A part of a URL, by its offsets; of one that holds nothing, "". */
static struct str
part(const struct url *u, uint32_t from, uint32_t to)
{
	return from < to ? str_n(u->href.p + from, to - from) : STR_LIT("");
}

static bool
is_file(const struct url *u)
{
	return u->special && str_eq(url_scheme(u), STR_LIT("file"));
}

/* Whether p has bytes left and is at c. */
static bool
at(const struct parse *ps, char c)
{
	return ps->p < ps->end && *ps->p == c;
}

/* Whether c ends a segment of a path; a backslash does in special URLs. */
static bool
is_slash(const struct parse *ps, char c)
{
	return c == '/' || (c == '\\' && ps->u->special);
}

static bool
at_slash(const struct parse *ps)
{
	return ps->p < ps->end && is_slash(ps, *ps->p);
}

/* The first slash, '?' or '#' from p on, or the end. */
static const char *
find_stop(const struct parse *ps)
{
	const char *p = ps->p;

	while (p < ps->end && *p != '?' && *p != '#' && !is_slash(ps, *p))
		p++;
	return p;
}

/* The first c from p on, or the end. */
static const char *
find(const struct parse *ps, char c)
{
	const char *found = memchr(ps->p, c, (size_t)(ps->end - ps->p));

	return found != NULL ? found : ps->end;
}

/*
 * A Windows drive letter: "C:" or "C|".  It counts in file URLs, where it
 * stands for a whole segment.
 */
static bool
is_drive(struct str s)
{
	return s.n == 2 && is_alpha(s.p[0]) && (s.p[1] == ':' || s.p[1] == '|');
}

/* The "/C:" that a path begins with, or nothing. */
static struct str
path_drive(const struct url *u, uint32_t path_end)
{
	struct str path = part(u, u->path_at, path_end);

	if (path.n >= 3 && is_alpha(path.p[1]) && path.p[2] == ':' &&
	    (path.n == 3 || path.p[3] == '/'))
		return str_n(path.p, 3);
	return str_n(path.p, 0);
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
	put(ps, part(b, 0, b->has_host ? b->path_at : b->host_end));
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
	put(ps, part(ps->base, ps->base->path_at, ps->base->query_at));
}

/* Removes the path's last segment; a drive letter stays. */
static void
shorten(struct parse *ps)
{
	struct url *u = ps->u;
	size_t      n = u->href.n;

	if (is_file(u) && n - u->path_at == 3 && path_drive(u, here(ps)).n == 3)
		return;
	while (n > u->path_at && u->href.p[n - 1] != '/')
		n--;
	u->href.n = n > u->path_at ? n - 1 : n;
}

/*
 * The path is written: without a host it may not begin with "//", or it would
 * be taken for one when it is parsed again.
 */
static void
end_path(struct parse *ps)
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
 * Fragment state, and the end.  The states before it may have gone on after
 * over was set; what they wrote is then of no use, but it is memory-safe.
 */
static bool
parse_fragment(struct parse *ps)
{
	ps->u->fragment_at = here(ps);
	if (ps->p < ps->end) {
		put(ps, STR_LIT("#"));
		put_encoded(ps, ps->p + 1, ps->end, ENC_FRAGMENT);
	}
	return !ps->over;
}

/* Query state: p is at '?', '#' or the end. */
static bool
parse_query(struct parse *ps)
{
	struct url *u = ps->u;

	u->query_at = here(ps);
	if (at(ps, '?')) {
		const char *hash = find(ps, '#');

		put(ps, STR_LIT("?"));
		put_encoded(ps, ps->p + 1, hash,
		    u->special ? ENC_SPECIAL_QUERY : ENC_QUERY);
		ps->p = hash;
	}
	return parse_fragment(ps);
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

/*
 * Path state: p is at the begin of a segment, the slash before it is passed.
 * The path that u has already is a part of the base's.
 */
static bool
parse_path(struct parse *ps)
{
	struct url *u = ps->u;
	const char *stop;

	for (;; ps->p = stop + 1) {
		int n;

		stop = find_stop(ps);
		n = dots(ps->p, stop);
		if (n == 2)
			shorten(ps);
		if (n == 0) {
			bool drive =
			    u->href.n == u->path_at && is_file(u) &&
			    is_drive(str_n(ps->p, (size_t)(stop - ps->p)));

			put(ps, STR_LIT("/"));
			put_encoded(ps, ps->p, stop, ENC_PATH);
			if (drive && !ps->over)
				u->href.p[u->href.n - 1] = ':';
		}
		if (stop == ps->end || !is_slash(ps, *stop)) {
			if (n != 0) /* the last segment is then an empty one */
				put(ps, STR_LIT("/"));
			break;
		}
	}
	ps->p = stop;
	end_path(ps);
	return parse_query(ps);
}

/* Path start state: p is behind an authority. */
static bool
parse_path_start(struct parse *ps)
{
	ps->u->path_at = here(ps);
	if (at_slash(ps))
		ps->p++;
	else if (!ps->u->special)
		return parse_query(ps);
	return parse_path(ps);
}

/* Opaque path state. */
static bool
parse_opaque(struct parse *ps)
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
	return parse_query(ps);
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

/* Authority, host and port states: p is behind the "//". */
static bool
parse_authority(struct parse *ps)
{
	struct url *u = ps->u;
	const char *end = find_stop(ps);
	const char *last_at = end;
	const char *host;
	bool        bracket = false;

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
	host = ps->p;
	for (; ps->p < end && (bracket || *ps->p != ':'); ps->p++)
		if (*ps->p == '[' || *ps->p == ']')
			bracket = *ps->p == '[';
	if (ps->p == host && (u->special || ps->p < end))
		return false;
	u->host_at = here(ps);
	if (!url_host_parse(
		&u->href, str_n(host, (size_t)(ps->p - host)), !u->special))
		return false;
	u->host_end = here(ps);
	return parse_port(ps, end) && parse_path_start(ps);
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
		return parse_path(ps);
	}
	if (host.n > 0 && !url_host_parse(&u->href, host, false))
		return false;
	if (str_eq(part(u, host_at, here(ps)), STR_LIT("localhost")))
		u->href.n = host_at;
	ps->p = stop;
	end_file_host(ps, host_at);
	return parse_path_start(ps);
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
		return parse_path(ps);
	}
	drive = is_drive(str_n(ps->p, (size_t)(find_stop(ps) - ps->p)));
	take_base(ps);
	if (slash && !drive) {
		put(ps, path_drive(ps->base, ps->base->query_at));
	} else if (!slash && !drive) {
		take_base_path(ps);
		shorten(ps);
	}
	return parse_path(ps);
}

/* The empty reference, "?query" and "#fragment": the base's path stays. */
static bool
parse_same_path(struct parse *ps)
{
	const struct url *b = ps->base;

	take_base(ps);
	take_base_path(ps);
	if (!b->opaque_path)
		end_path(ps);
	if (at(ps, '?'))
		return parse_query(ps);
	ps->u->query_at = here(ps);
	put(ps, part(b, b->query_at, b->fragment_at));
	return parse_fragment(ps);
}

/* Relative and relative slash states; u->special is as the base's. */
static bool
parse_relative(struct parse *ps)
{
	struct url *u = ps->u;

	if (!at_slash(ps)) {
		take_base(ps);
		take_base_path(ps);
		shorten(ps);
		return parse_path(ps);
	}
	ps->p++;
	if (!at_slash(ps)) {
		take_base(ps);
		return parse_path(ps);
	}
	ps->p++;
	u->href.n = 0;
	put(ps, part(ps->base, 0, ps->base->scheme_end + 1));
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
	if (!is_file(b))
		return parse_relative(ps);
	ps->u->href.n = 0;
	put(ps, part(b, 0, b->scheme_end + 1));
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
			return parse_opaque(ps);
		ps->p++;
		if (at(ps, '/')) {
			ps->p++;
			return parse_authority(ps);
		}
		u->username_end = u->host_at = u->host_end = here(ps);
		u->path_at = here(ps);
		return parse_path(ps);
	}
	if (!same)
		ps->base = NULL;
	if (is_file(u))
		return same ? parse_reference(ps) : parse_file(ps);
	if (same && !(ps->end - ps->p >= 2 && memcmp(ps->p, "//", 2) == 0))
		return parse_reference(ps);
	return parse_special_authority(ps);
}

/*
 * The length of the UTF-8 character that n > 0 bytes begin with.  If they
 * begin with none, *good becomes false and the length is that of what one
 * U+FFFD stands for (the Encoding standard, 8.1.1).
 */
static size_t
utf8_length(const unsigned char *p, size_t n, bool *good)
{
	unsigned char low = 0x80;
	unsigned char high = 0xbf;
	size_t        length;

	*good = p[0] < 0x80;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 1;
	length = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf4)
		high = 0x8f;
	for (size_t i = 1; i < length; i++) {
		if (i == n || p[i] < low || p[i] > high)
			return i;
		low = 0x80;
		high = 0xbf;
	}
	*good = true;
	return length;
}

/*
 * Copies s without tabs and newlines and with U+FFFD for what is not UTF-8.
 * In this order: bytes on both sides of a tab are no character.
 */
static void
clean(struct buf *out, struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	const unsigned char *end = p + s.n;
	const unsigned char *run = p; /* not copied yet */

	while (p < end) {
		bool   good = true;
		size_t n = 1;

		if (*p >= 0x80)
			n = utf8_length(p, (size_t)(end - p), &good);
		if (good && (url_class_of[*p] & BLANK) == 0) {
			p += n;
			continue;
		}
		buf_add(out, str_n((const char *)run, (size_t)(p - run)));
		if (!good)
			buf_add(out, STR_LIT("\xef\xbf\xbd"));
		p += n;
		run = p;
	}
	buf_add(out, str_n((const char *)run, (size_t)(p - run)));
}

static bool
is_utf8(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	const unsigned char *end = p + s.n;
	bool                 good = true;

	while (p < end && good)
		p += *p < 0x80 ? 1 : utf8_length(p, (size_t)(end - p), &good);
	return good;
}

/* Without control bytes and spaces at either end; its p is not NULL. */
static struct str
trim(struct str s)
{
	if (s.n == 0)
		return STR_LIT("");
	while (s.n > 0 && (unsigned char)s.p[0] <= ' ') {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && (unsigned char)s.p[s.n - 1] <= ' ')
		s.n--;
	return s;
}

/* The full way, for trimmed input. */
static bool
parse_any(struct url *u, struct str input, const struct url *base)
{
	struct parse ps = {.u = u, .base = base};
	struct buf   copy;
	unsigned     seen = 0;
	bool         ok;

	forget(u);
	if (input.n > URL_MAX_BYTES)
		return false;
	buf_init(&copy, 0);
	for (size_t i = 0; i < input.n; i++)
		seen |= url_class(input.p[i]);
	if ((seen & BLANK) != 0 || ((seen & HIGH) != 0 && !is_utf8(input))) {
		clean(&copy, input);
		input = buf_str(&copy);
	}
	ps.p = input.p;
	ps.end = ps.p + input.n;
	if (parse_scheme(&ps))
		ok = parse_after_scheme(&ps);
	else if (base == NULL || (base->opaque_path && !at(&ps, '#')))
		ok = false;
	else
		ok = parse_reference(&ps);
	buf_clear(&copy);
	if (!ok)
		forget(u);
	return ok;
}

bool
url_parse_full(struct url *u, struct str input, const struct url *base)
{
	return parse_any(u, trim(input), base);
}

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
	forget(u);
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
			return fast_absolute(
			    u, part(base, 0, base->scheme_end + 1), p + 2, end);
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
	forget(u);
	if (!buf_reserve(&u->href, keep + (size_t)(end - p)))
		return false;
	buf_add(&u->href, part(base, 0, keep));
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
static bool
parse_fast(struct url *u, struct str s, const struct url *base)
{
	static const struct str https = {"https:", 6};
	static const struct str http = {"http:", 5};

	if (s.n > 8 && memcmp(s.p, "https://", 8) == 0)
		return fast_absolute(u, https, s.p + 8, s.p + s.n);
	if (s.n > 7 && memcmp(s.p, "http://", 7) == 0)
		return fast_absolute(u, http, s.p + 7, s.p + s.n);
	return base != NULL && url_is_http(base) && fast_relative(u, s, base);
}

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
	input = trim(input);
	return parse_fast(u, input, base) || parse_any(u, input, base);
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
	return part(u, 0, u->scheme_end);
}

struct str
url_host(const struct url *u)
{
	return part(u, u->host_at, u->host_end);
}

struct str
url_fragment(const struct url *u)
{
	return part(u, u->fragment_at, (uint32_t)u->href.n);
}

struct str
url_request(const struct url *u)
{
	return part(u, 0, u->fragment_at);
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
	return a->special && b->special && !is_file(a) && a->port == b->port &&
	       str_eq(url_scheme(a), url_scheme(b)) &&
	       str_eq(url_host(a), url_host(b));
}
