/*
 * url.c - the URL parser against the URL standard's own tests.
 *
 * usage: url DIR, where DIR has url/cases-flat.json, url/toascii.json and
 * url/IdnaTestV2.json.  The status is 1 if a URL misses, or if a domain misses
 * for a reason that is not known.
 *
 * What a domain becomes is a matter of UTS 46's tables, which are ICU's and may
 * be older than the tests.  So each miss is explained by the code point that
 * the tables treat in another way since Unicode 15.0, and, as far as that can
 * be done, the explanation is tried: with the code point replaced as the later
 * tables say, the row has to hit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "conf.h"
#include "web/url_int.h"

#define IGNORED 0 /* mapped to nothing */

/* What later tables of UTS 46 map, each range in parallel. */
static const struct {
	UChar32 first, last, to;
} mapped_later[] = {
    {0x04c0, 0x04c0, 0x04cf},    /* Cyrillic palochka */
    {0x10a0, 0x10c5, 0x2d00},    /* Georgian capitals */
    {0x115f, 0x1160, IGNORED},   /* Hangul fillers */
    {0x17b4, 0x17b5, IGNORED},   /* Khmer inherent vowels */
    {0x180e, 0x180e, IGNORED},   /* Mongolian vowel separator */
    {0x1e9e, 0x1e9e, 0x00df},    /* capital sharp s; it was "ss" */
    {0x206a, 0x206f, IGNORED},   /* deprecated format controls */
    {0x2132, 0x2132, 0x214e},    /* turned F */
    {0x2183, 0x2183, 0x2184},    /* Roman reversed hundred */
    {0x3164, 0x3164, IGNORED},   /* Hangul filler */
    {0xffa0, 0xffa0, IGNORED},   /* halfwidth Hangul filler */
    {0x1d173, 0x1d17a, IGNORED}, /* musical format controls */
    {0x2f868, 0x2f868, 0x36fc},  /* ideographs whose mapping was amended */
    {0x2f874, 0x2f874, 0x5f53},
    {0x2f91f, 0x2f91f, 0x243ab},
    {0x2f95f, 0x2f95f, 0x7aee},
    {0x2f9bf, 0x2f9bf, 0x45d7},
};

/* How a miss is explained. */
enum reason { UNKNOWN, EMPTY, MAPPED, ASSIGNED, REASONS };

static const char *const reasons[REASONS] = {
    [UNKNOWN] = "NOT EXPLAINED",
    [EMPTY] = "the URL standard has no empty domain, UTS 46 has",
    [MAPPED] = "mapped in another way since Unicode 15.0",
    [ASSIGNED] = "assigned since Unicode 15.0",
};

/* Reads all of dir/file.  Ends the program if it cannot. */
static void
read_file(struct buf *out, const char *dir, const char *file)
{
	struct buf path;
	char       bytes[16384];
	size_t     n;
	FILE      *f;

	buf_init(&path, 0);
	buf_addf(&path, "%s/%s", dir, file);
	f = fopen(buf_cstr(&path), "rb");
	if (f == NULL) {
		perror(buf_cstr(&path));
		exit(2);
	}
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		buf_add(out, str_n(bytes, n));
	fclose(f);
	buf_clear(&path);
}

/* The code unit of the "\uXXXX" at p, or 0. */
static unsigned
escape_at(const char *p)
{
	unsigned unit = 0;

	if (p[0] != '\\' || p[1] != 'u')
		return 0;
	for (int i = 2; i < 6; i++) {
		if (hex_value(p[i]) < 0)
			return 0;
		unit = unit * 16 + (unsigned)hex_value(p[i]);
	}
	return unit;
}

/* Lone surrogates, which no URL holds: a browser takes them for U+FFFD. */
static void
replace_surrogates(char *p)
{
	while ((p = strchr(p, '\\')) != NULL) {
		unsigned unit = escape_at(p);
		unsigned next = unit != 0 ? escape_at(p + 6) : 0;

		if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 &&
		    next < 0xe000) {
			p += 12;
			continue;
		}
		if (unit >= 0xd800 && unit < 0xe000)
			memcpy(p + 2, "fffd", 4);
		p += unit != 0 ? 6 : 2;
	}
}

/* conf_load() for tables with lone surrogates, which are no JSON to some. */
static json_t *
load(const char *dir, const char *file)
{
	struct buf   text;
	json_error_t error;
	json_t      *rows;

	buf_init(&text, 0);
	read_file(&text, dir, file);
	(void)buf_cstr(&text);
	replace_surrogates(text.p);
	rows = json_loadb(text.p, text.n, JSON_ALLOW_NUL, &error);
	if (rows == NULL) {
		fprintf(stderr, "%s:%d: %s\n", file, error.line, error.text);
		exit(2);
	}
	buf_clear(&text);
	return rows;
}

/* Whether a parse of the row gives what it should, and gives it again. */
static bool
is_right(struct url *u, bool parsed, struct str wanted)
{
	struct url again;
	bool       same;

	if (!parsed || wanted.p == NULL)
		return !parsed && wanted.p == NULL;
	url_init(&again);
	same = url_parse(&again, url_href(u), NULL) &&
	       str_eq(url_href(&again), wanted);
	url_clear(&again);
	return same && str_eq(url_href(u), wanted);
}

static void
try_url(struct conf *c, const json_t *row)
{
	struct str        input = conf_member(row, "input");
	struct str        base_text = conf_member(row, "base");
	struct str        wanted = conf_member(row, "href");
	struct url        u, base;
	const struct url *b = NULL;
	bool              parsed = false;
	bool              right;

	url_init(&u);
	url_init(&base);
	if (base_text.p != NULL)
		b = &base;
	if (b == NULL || url_parse(&base, base_text, NULL))
		parsed = url_parse(&u, input, b);
	right = is_right(&u, parsed, wanted);
	if (right && parsed) /* by the other way too */
		right =
		    url_parse_full(&u, input, b) && is_right(&u, true, wanted);
	conf_row(c, right, row, "got %.*s", parsed ? (int)u.href.n : 7,
	    parsed ? u.href.p : "failure");
	url_clear(&u);
	url_clear(&base);
}

static bool
try_urls(const char *dir)
{
	struct conf c = conf_begin("cases-flat");
	json_t     *rows = conf_load(dir, "url/cases-flat.json");
	json_t     *row;
	size_t      i;

	json_array_foreach(rows, i, row) try_url(&c, row);
	json_decref(rows);
	return conf_end(&c);
}

/* Whether the domain becomes what is wanted; out is what it becomes. */
static bool
domain_is(struct buf *out, struct str domain, struct str wanted)
{
	buf_reset(out);
	if (!url_host_parse(out, domain, false)) {
		buf_reset(out);
		buf_add(out, STR_LIT("failure"));
		return wanted.p == NULL;
	}
	return wanted.p != NULL && str_eq(buf_str(out), wanted);
}

/* What later tables map c to; c itself if they do as ICU's. */
static UChar32
map_later(UChar32 c)
{
	for (size_t i = 0; i < sizeof(mapped_later) / sizeof(*mapped_later);
	     i++)
		if (c >= mapped_later[i].first && c <= mapped_later[i].last)
			return mapped_later[i].to == IGNORED
			           ? IGNORED
			           : c - mapped_later[i].first +
			                 mapped_later[i].to;
	return c;
}

/*
 * Copies a domain as later tables map it.  *odd is the last code point that
 * they treat in another way, *is_new whether it has no meaning to ICU yet.
 */
static void
map_domain(struct buf *out, struct str domain, UChar32 *odd, bool *is_new)
{
	for (size_t i = 0; i < domain.n;) {
		char    bytes[4];
		size_t  n = 0;
		UChar32 c, to;

		U8_NEXT_UNSAFE(domain.p, i, c); /* jansson saw to it */
		to = map_later(c);
		if (u_charType(c) == U_UNASSIGNED) {
			*is_new = true;
			*odd = c;
		} else if (to != c) {
			*odd = c;
		}
		if (to != IGNORED || c == 0)
			U8_APPEND_UNSAFE(bytes, n, to);
		buf_add(out, str_n(bytes, n));
	}
}

static enum reason
explain(struct str domain, struct str wanted, UChar32 *odd)
{
	struct buf mapped, out;
	bool       is_new = false;
	bool       hit;

	*odd = 0;
	if (domain.n == 0)
		return EMPTY;
	buf_init(&mapped, 0);
	buf_init(&out, 0);
	map_domain(&mapped, domain, odd, &is_new);
	hit = domain_is(&out, buf_str(&mapped), wanted);
	buf_clear(&mapped);
	buf_clear(&out);
	if (hit)
		return MAPPED;
	return is_new && wanted.p != NULL ? ASSIGNED : UNKNOWN;
}

static void
try_domain(struct conf *c, const json_t *row, size_t count[REASONS])
{
	struct str  domain = conf_member(row, "input");
	struct str  wanted = conf_member(row, "output");
	struct buf  out;
	enum reason reason;
	UChar32     odd;

	buf_init(&out, 0);
	if (domain_is(&out, domain, wanted)) {
		conf_row(c, true, row, "%s", "");
	} else {
		reason = explain(domain, wanted, &odd);
		count[reason]++;
		if (odd != 0)
			conf_row(c, false, row, "got %s; U+%04X is %s",
			    buf_cstr(&out), (unsigned)odd, reasons[reason]);
		else
			conf_row(c, false, row, "got %s; %s", buf_cstr(&out),
			    reasons[reason]);
	}
	buf_clear(&out);
}

/* Rows that are no objects are comments. */
static bool
try_domains(const char *dir, const char *name, const char *file)
{
	size_t      count[REASONS] = {0};
	struct conf c = conf_begin(name);
	json_t     *rows = load(dir, file);
	json_t     *row;
	size_t      i;

	json_array_foreach(rows, i, row) if (json_is_object(row))
	    try_domain(&c, row, count);
	json_decref(rows);
	(void)conf_end(&c);
	for (int reason = 0; reason < REASONS; reason++)
		if (count[reason] > 0)
			printf("%s: %zu misses: %s\n", name, count[reason],
			    reasons[reason]);
	return c.rows > 0 && count[UNKNOWN] == 0;
}

int
main(int argc, char **argv)
{
	bool ok;

	if (argc != 2) {
		fprintf(stderr, "usage: url DIR\n");
		return 2;
	}
	printf("ICU has Unicode %s\n", U_UNICODE_VERSION);
	ok = try_urls(argv[1]);
	ok = try_domains(argv[1], "toascii", "url/toascii.json") && ok;
	ok = try_domains(argv[1], "IdnaTestV2", "url/IdnaTestV2.json") && ok;
	return ok ? 0 : 1;
}
