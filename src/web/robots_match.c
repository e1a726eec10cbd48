/*
 * robots_match.c - which of many patterns matches, and is the longest.
 *
 * In a compiled pattern WILD stands for any run of bytes, and END, which is
 * behind every path, for its end; so '$' is a byte like others, and a pattern
 * without '*' is a prefix.  Prefixes are sorted.  Those that hold for a path
 * are prefixes of the longest of them, and each has been told, when it was
 * compiled, which rule wins among itself and its own prefixes: so the longest
 * one is found, and the rest is known.
 */
#define _GNU_SOURCE /* memmem() */

#include "robots_match.h"

#include <stdlib.h>
#include <string.h>

#define WILD '\0'
#define END  '\1'

#define NONE UINT32_MAX

static bool
is_unreserved(char c)
{
	char l = ascii_lower(c);

	return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._~", c) != NULL);
}

static bool
is_reserved(char c)
{
	return c != '\0' && strchr(":/?#[]@!$&'()*+,;=", c) != NULL;
}

static void
add_escaped(struct buf *out, char c)
{
	static const char digits[] = "0123456789ABCDEF";
	unsigned char     byte = (unsigned char)c;
	const char escaped[3] = {'%', digits[byte >> 4], digits[byte & 15]};

	buf_add(out, str_n(escaped, sizeof(escaped)));
}

/* What %XX at the begin of s stands for; -1 if there is none. */
static int
escape_at(struct str s)
{
	int high, low;

	if (s.n < 3 || s.p[0] != '%')
		return -1;
	high = hex_value(s.p[1]);
	low = hex_value(s.p[2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static void
add_normal(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		int  escaped = escape_at(str_n(s.p + i, s.n - i));
		bool plain = is_unreserved(c) || is_reserved(c);

		if (escaped >= 0) {
			c = (char)escaped;
			plain = is_unreserved(c) || c == '*' || c == '$';
			i += 2;
		}
		if (plain)
			buf_addc(out, c);
		else
			add_escaped(out, c);
	}
}

static struct str
rule_bytes(const struct buf *bytes, const struct robots_rule *r)
{
	return r->size > 0 ? str_n(bytes->p + r->at, r->size) : str_n("", 0);
}

static struct robots_rule *
new_rule(struct robots_rules *r)
{
	if (r->n == r->cap) {
		r->cap = r->cap > 0 ? 2 * r->cap : 16;
		r->rule = xrealloc(r->rule, r->cap, sizeof(*r->rule));
	}
	return &r->rule[r->n++];
}

/* Takes what is before the first '*' of s, and that.  False: there is none. */
static bool
cut_star(struct str *s, struct str *piece)
{
	const char *star = s->n > 0 ? memchr(s->p, '*', s->n) : NULL;

	*piece = *s;
	if (star == NULL)
		return false;
	piece->n = (size_t)(star - s->p);
	*s = str_n(star + 1, s->n - piece->n - 1);
	return true;
}

static bool
ends_wild(const struct buf *out, size_t at)
{
	return out->n > at && out->p[out->n - 1] == WILD;
}

/* Returns the octets. */
static size_t
compile(struct buf *out, struct str pattern)
{
	bool       anchored = pattern.n > 0 && pattern.p[pattern.n - 1] == '$';
	size_t     at = out->n;
	size_t     stars = 0;
	size_t     wilds = 0;
	size_t     literal;
	struct str piece;

	pattern.n -= anchored ? 1 : 0;
	for (; cut_star(&pattern, &piece); stars++) {
		add_normal(out, piece);
		if (!ends_wild(out, at)) {
			buf_addc(out, WILD);
			wilds++;
		}
	}
	add_normal(out, piece);
	literal = out->n - at - wilds;
	if (ends_wild(out, at))
		out->n--; /* "/a*" and "/a*$" are "/a" */
	else if (anchored)
		buf_addc(out, END);
	return literal + stars + (anchored ? 1 : 0);
}

void
robots_rules_add(struct robots_rules *r, struct str pattern, bool allow)
{
	struct robots_rule *rule = new_rule(r);
	size_t              at = r->bytes.n;
	size_t              octets = compile(&r->bytes, pattern);

	*rule = (struct robots_rule){
	    .at = (uint32_t)at,
	    .size = (uint32_t)(r->bytes.n - at),
	    .octets = (uint32_t)octets & 0x7fffffffu,
	    .allow = allow,
	    .up = NONE,
	};
}

void
robots_rules_clear(struct robots_rules *r)
{
	buf_clear(&r->bytes);
	free(r->rule);
	*r = (struct robots_rules){0};
}

/* By length, then what allows (RFC 9309, 2.2.2). */
static bool
beats(const struct robots_rule *a, const struct robots_rule *b)
{
	if (a->octets != b->octets)
		return a->octets > b->octets;
	return a->allow && !b->allow;
}

/* A rule while it is sorted. */
struct entry {
	struct str         bytes;
	struct robots_rule rule;
};

static int
compare_bytes(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int    order = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

static int
compare_rules(const struct robots_rule *a, const struct robots_rule *b)
{
	return beats(b, a) - beats(a, b);
}

/* Of rules with the same bytes the winner is the first. */
static int
by_bytes(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;
	int                 order = compare_bytes(x->bytes, y->bytes);

	return order != 0 ? order : compare_rules(&x->rule, &y->rule);
}

static int
by_rank(const void *a, const void *b)
{
	return compare_rules(a, b);
}

static bool
starts_with(struct str s, struct str prefix)
{
	return s.n >= prefix.n &&
	       (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

/*
 * Adds a prefix that is behind all others in order.  up leads to the longest
 * of those that it starts with; one that it does not start with is not on the
 * way of any that follow either, so each is looked at once.
 */
static void
add_prefix(struct robots_table *t, struct robots_rule rule)
{
	struct str bytes = rule_bytes(&t->bytes, &rule);
	uint32_t   up = t->prefixes > 0 ? (uint32_t)t->prefixes - 1 : NONE;

	while (up != NONE &&
	       !starts_with(bytes, rule_bytes(&t->bytes, &t->prefix[up])))
		up = t->prefix[up].up;
	rule.up = up;
	if (up != NONE && beats(&t->prefix[up], &rule)) {
		rule.octets = t->prefix[up].octets;
		rule.allow = t->prefix[up].allow;
	}
	t->prefix[t->prefixes++] = rule;
}

static void
add_entry(struct robots_table *t, const struct entry *e)
{
	struct robots_rule rule = e->rule;

	rule.at = (uint32_t)t->bytes.n;
	buf_add(&t->bytes, e->bytes);
	if (e->bytes.n > 0 && memchr(e->bytes.p, WILD, e->bytes.n) != NULL)
		t->wild[t->wilds++] = rule;
	else
		add_prefix(t, rule);
}

/* Gives back what there is too much of. */
static void *
fit(void *p, size_t n, size_t size)
{
	if (n > 0)
		return xrealloc(p, n, size);
	free(p);
	return NULL;
}

static struct entry *
sorted_entries(const struct robots_rules *r)
{
	struct entry *entries = xcalloc(r->n, sizeof(*entries));

	for (size_t i = 0; i < r->n; i++) {
		entries[i].rule = r->rule[i];
		entries[i].bytes = rule_bytes(&r->bytes, &r->rule[i]);
	}
	qsort(entries, r->n, sizeof(*entries), by_bytes);
	return entries;
}

void
robots_table_init(struct robots_table *t, const struct robots_rules *r)
{
	struct entry *entries;

	*t = (struct robots_table){0};
	if (r->n == 0)
		return;
	entries = sorted_entries(r);
	buf_reserve(&t->bytes, r->bytes.n);
	t->prefix = xcalloc(r->n, sizeof(*t->prefix));
	t->wild = xcalloc(r->n, sizeof(*t->wild));
	for (size_t i = 0; i < r->n; i++)
		if (i == 0 || !str_eq(entries[i - 1].bytes, entries[i].bytes))
			add_entry(t, &entries[i]);
	free(entries);
	t->prefix = fit(t->prefix, t->prefixes, sizeof(*t->prefix));
	t->wild = fit(t->wild, t->wilds, sizeof(*t->wild));
	t->bytes.p = fit(t->bytes.p, t->bytes.n, 1);
	t->bytes.cap = t->bytes.n;
	if (t->wilds > 0)
		qsort(t->wild, t->wilds, sizeof(*t->wild), by_rank);
}

void
robots_table_clear(struct robots_table *t)
{
	buf_clear(&t->bytes);
	free(t->prefix);
	free(t->wild);
	*t = (struct robots_table){0};
}

size_t
robots_table_bytes(const struct robots_table *t)
{
	return t->bytes.cap + t->prefixes * sizeof(*t->prefix) +
	       t->wilds * sizeof(*t->wild);
}

/* How many of the prefixes are not behind path in order. */
static size_t
prefixes_until(const struct robots_table *t, struct str path)
{
	size_t low = 0;
	size_t high = t->prefixes;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_bytes(
			rule_bytes(&t->bytes, &t->prefix[middle]), path) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t
common(struct str a, struct str b)
{
	size_t n = 0;

	while (n < a.n && n < b.n && a.p[n] == b.p[n])
		n++;
	return n;
}

/*
 * The rule that wins among the prefixes of path, or NULL.  The longest prefix
 * is the last that is not behind path in order, or one that this starts with.
 */
static const struct robots_rule *
match_prefix(const struct robots_table *t, struct str path)
{
	size_t   n = prefixes_until(t, path);
	uint32_t at = n > 0 ? (uint32_t)n - 1 : NONE;
	size_t   shared;

	if (at == NONE)
		return NULL;
	shared = common(rule_bytes(&t->bytes, &t->prefix[at]), path);
	while (at != NONE && t->prefix[at].size > shared)
		at = t->prefix[at].up;
	return at != NONE ? &t->prefix[at] : NULL;
}

/*
 * Skips path until behind the first `piece`.  The first is as good as any: it
 * leaves the most for the pieces behind it.
 */
static bool
skip_to(struct str *path, struct str piece, size_t *work)
{
	const char *found = memmem(path->p, path->n, piece.p, piece.n);
	size_t      n =
            found != NULL ? (size_t)(found - path->p) + piece.n : path->n;

	*work -= n < *work ? n : *work;
	*path = str_n(path->p + n, path->n - n);
	return found != NULL;
}

/* Takes what is before the next WILD, and that. */
static struct str
next_piece(struct str *pattern)
{
	const char *wild = memchr(pattern->p, WILD, pattern->n);
	struct str  piece = *pattern;
	size_t      taken = pattern->n;

	if (wild != NULL) {
		piece.n = (size_t)(wild - pattern->p);
		taken = piece.n + 1;
	}
	*pattern = str_n(pattern->p + taken, pattern->n - taken);
	return piece;
}

static bool
match_wild(struct str pattern, struct str path, size_t *work)
{
	struct str piece = next_piece(&pattern);

	if (!starts_with(path, piece))
		return false;
	path = str_n(path.p + piece.n, path.n - piece.n);
	while (pattern.n > 0)
		if (!skip_to(&path, next_piece(&pattern), work))
			return false;
	return true;
}

/* path is in normal form, with END. */
static bool
allows(const struct robots_table *t, struct str path, size_t *work)
{
	const struct robots_rule *best = match_prefix(t, path);

	for (size_t i = 0; i < t->wilds; i++) {
		const struct robots_rule *wild = &t->wild[i];

		if (best != NULL && !beats(wild, best))
			break;
		if (match_wild(rule_bytes(&t->bytes, wild), path, work))
			return wild->allow;
		if (*work == 0)
			return false;
	}
	return best == NULL || best->allow;
}

bool
robots_table_allows(const struct robots_table *t, struct str path, size_t *work)
{
	struct buf normal;
	bool       allowed;

	buf_init(&normal, 0);
	add_normal(&normal, path.n > 0 ? path : STR_LIT("/"));
	buf_addc(&normal, END);
	/* RFC 9309, 2.2.2. */
	allowed = str_eq(buf_str(&normal), STR_LIT("/robots.txt\1")) ||
	          allows(t, buf_str(&normal), work);
	buf_clear(&normal);
	return allowed;
}
