/*
 * robots.c - the lines of a robots.txt, and whom they are for.
 *
 * A line is what an admin wrote, so it is read with goodwill; but what is no
 * text, or not text of a robots.txt, is no rule.  The rules of our agent and
 * those of "*" are both collected, as it shows at the end only which hold.
 */
#include "acrawl/robots.h"

#include <stdlib.h>
#include <string.h>

#include "acrawl/limits.h"
#include "robots_match.h"

struct robots {
	struct robots_table table;
	int64_t             delay_ms; /* -1: none */
};

/* What all groups of one agent say. */
struct group {
	struct robots_rules rules;
	int64_t             delay_ms; /* -1: none */
	bool                seen;
	bool                current; /* the lines being read are for it */
};

struct reader {
	struct str         token; /* ours; borrowed */
	struct group       own;
	struct group       any;       /* of "*" */
	bool               in_agents; /* the next agent joins those before */
	robots_sitemap_fn *fn;
	void              *arg;
};

enum name {
	NAME_OTHER,
	NAME_AGENT,
	NAME_ALLOW,
	NAME_DISALLOW,
	NAME_DELAY,
	NAME_SITEMAP,
};

/* As they are spelt, and how they are often misspelt. */
static const struct {
	const char *text;
	enum name   name;
} names[] = {
    {"user-agent", NAME_AGENT},
    {"allow", NAME_ALLOW},
    {"disallow", NAME_DISALLOW},
    {"crawl-delay", NAME_DELAY},
    {"sitemap", NAME_SITEMAP},
    {"useragent", NAME_AGENT},
    {"user agent", NAME_AGENT},
    {"disalow", NAME_DISALLOW},
    {"disallaw", NAME_DISALLOW},
    {"dissalow", NAME_DISALLOW},
    {"dissallow", NAME_DISALLOW},
    {"diasllow", NAME_DISALLOW},
    {"crawldelay", NAME_DELAY},
    {"crawl delay", NAME_DELAY},
    {"site-map", NAME_SITEMAP},
};

static struct str
drop(struct str s, size_t n)
{
	return n > 0 ? str_n(s.p + n, s.n - n) : s;
}

static struct str
until(struct str s, const char *end)
{
	return end != NULL ? str_n(s.p, (size_t)(end - s.p)) : s;
}

static const char *
find(struct str s, char c)
{
	return s.n > 0 ? memchr(s.p, c, s.n) : NULL;
}

static enum name
name_of(struct str s)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq_nocase(s, str_c(names[i].text)))
			return names[i].name;
	return NAME_OTHER;
}

/* A product token (RFC 9309, 2.2.1) is the begin of s up to any other byte. */
static struct str
token_of(struct str s)
{
	size_t n = 0;

	while (n < s.n &&
	       ((ascii_lower(s.p[n]) >= 'a' && ascii_lower(s.p[n]) <= 'z') ||
		   s.p[n] == '-' || s.p[n] == '_'))
		n++;
	return str_n(s.p, n);
}

struct str
robots_token(struct str agent)
{
	struct str token = token_of(agent);
	struct str rest = str_n(token.p + token.n, agent.n - token.n);

	if (rest.n > 0 && is_blank(rest.p[0]))
		rest = str_n(
		    rest.p + 1, token_of(str_n(rest.p + 1, rest.n - 1)).n);
	else if (rest.n > 0 && (rest.p[0] < '0' || rest.p[0] > '9'))
		rest.n = 0;
	return rest.n == 0 ? token : str_n(token.p, 0);
}

static bool
is_text(struct str s)
{
	uint32_t c;

	if (find(s, '\0') != NULL)
		return false;
	while (s.n > 0) {
		size_t n = ascii_run(s);

		if (n == 0)
			n = utf8_get(s, &c);
		if (n == 0)
			return false;
		s = drop(s, n);
	}
	return true;
}

/* "*" may have blanks and more behind it. */
static bool
is_any(struct str agent)
{
	return agent.n > 0 && agent.p[0] == '*' &&
	       (agent.n == 1 || is_blank(agent.p[1]));
}

static bool
is_token(struct str s, struct str token)
{
	return token.n > 0 && str_eq_nocase(token_of(s), token);
}

static void
join(struct group *g, bool named)
{
	g->seen |= named;
	g->current |= named;
}

static void
on_agent(struct reader *r, struct str agent)
{
	if (!r->in_agents) {
		r->own.current = false;
		r->any.current = false;
	}
	r->in_agents = true;
	join(&r->any, is_any(agent));
	join(&r->own, is_token(agent, r->token));
}

static void
on_rule(struct reader *r, struct str pattern, bool allow)
{
	r->in_agents = false;
	if (pattern.n == 0)
		return;
	if (r->own.current)
		robots_rules_add(&r->own.rules, pattern, allow);
	if (r->any.current)
		robots_rules_add(&r->any.rules, pattern, allow);
}

/* "10", "0.5" or ".5", in seconds.  -1 for all else. */
static int64_t
parse_delay(struct str s)
{
	int64_t ms = 0;
	int64_t unit = 1000;
	bool    point = false;
	bool    digits = false;

	for (size_t i = 0; i < s.n; i++) {
		int64_t digit = s.p[i] - '0';

		if (s.p[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (digit < 0 || digit > 9)
			return -1;
		digits = true;
		unit = point ? unit / 10 : unit;
		if (point)
			ms += digit * unit;
		else if (ms < LIMIT_ROBOTS_DELAY_MS)
			ms = ms * 10 + digit * unit;
	}
	if (!digits)
		return -1;
	return ms < LIMIT_ROBOTS_DELAY_MS ? ms : LIMIT_ROBOTS_DELAY_MS;
}

/* Of several the longest holds. */
static void
on_delay(struct group *g, int64_t ms)
{
	if (g->current && ms > g->delay_ms)
		g->delay_ms = ms;
}

/* NAME: VALUE */
static enum name
split_at_colon(struct str line, struct str *value)
{
	const char *colon = find(line, ':');
	struct str  name = until(line, colon);

	if (colon == NULL)
		return NAME_OTHER;
	*value = str_trim(drop(line, name.n + 1));
	return name_of(str_trim(name));
}

/* NAME VALUE, if these are all words that there are. */
static enum name
split_at_blank(struct str line, struct str *value)
{
	size_t n = 0;

	while (n < line.n && !is_blank(line.p[n]))
		n++;
	*value = str_trim(drop(line, n));
	for (size_t i = 0; i < value->n; i++)
		if (is_blank(value->p[i]))
			return NAME_OTHER;
	return value->n > 0 ? name_of(str_n(line.p, n)) : NAME_OTHER;
}

/*
 * A value that is no text is an empty one, but the line is there: an agent
 * whose name cannot be read begins a group, which is not ours.
 */
static void
read_line(struct reader *r, struct str line)
{
	struct str value = {0};
	enum name  name;

	line = str_trim(until(line, find(line, '#')));
	name = split_at_colon(line, &value);
	if (name == NAME_OTHER)
		name = split_at_blank(line, &value);
	if (!is_text(value))
		value.n = 0;
	switch (name) {
	case NAME_AGENT:
		on_agent(r, value);
		break;
	case NAME_ALLOW:
		on_rule(r, value, true);
		break;
	case NAME_DISALLOW:
		on_rule(r, value, false);
		break;
	case NAME_DELAY:
		on_delay(&r->own, parse_delay(value));
		on_delay(&r->any, parse_delay(value));
		break;
	case NAME_SITEMAP:
		if (r->fn != NULL && value.n > 0)
			r->fn(r->arg, value);
		break;
	case NAME_OTHER:
		break;
	}
}

/* As far as a line is read, its end included; a character is not cut. */
static struct str
cut_line(struct str line)
{
	const size_t max = LIMIT_ROBOTS_LINE - 1;
	size_t       n = max;

	if (line.n <= max)
		return line;
	while (n > max - 3 && ((unsigned char)line.p[n] & 0xC0) == 0x80)
		n--;
	return str_n(line.p, n);
}

static size_t
line_size(struct str text)
{
	size_t n = 0;

	while (n < text.n && text.p[n] != '\n' && text.p[n] != '\r')
		n++;
	return n;
}

static void
read_lines(struct reader *r, struct str text)
{
	while (text.n > 0) {
		size_t n = line_size(text);

		read_line(r, cut_line(str_n(text.p, n)));
		text = drop(text, n < text.n ? n + 1 : n);
	}
}

/* A text of the greatest size is one that was cut, mostly within a line. */
static struct str
cut_text(struct str text)
{
	if (text.n < LIMIT_ROBOTS_BYTES)
		return text;
	text.n = LIMIT_ROBOTS_BYTES;
	while (text.n > 0 && text.p[text.n - 1] != '\n' &&
	       text.p[text.n - 1] != '\r')
		text.n--;
	return text;
}

/* Of a byte order mark, as much as there is. */
static struct str
skip_bom(struct str text)
{
	static const char bom[] = {'\xEF', '\xBB', '\xBF'};
	size_t            n = 0;

	while (n < sizeof(bom) && n < text.n && text.p[n] == bom[n])
		n++;
	return drop(text, n);
}

/* The page that a server gives for whatever it is asked. */
static bool
is_html(struct str text)
{
	text = str_trim(text);
	return str_starts_nocase(text, STR_LIT("<!doctype html")) ||
	       str_starts_nocase(text, STR_LIT("<html"));
}

struct robots *
robots_parse(
    struct str text, struct str agent, robots_sitemap_fn *fn, void *arg)
{
	struct robots *robots = XNEW(struct robots);
	struct reader  r = {
	     .token = robots_token(agent),
	     .own.delay_ms = -1,
	     .any.delay_ms = -1,
	     .fn = fn,
	     .arg = arg,
        };
	const struct group *g;

	text = skip_bom(cut_text(text));
	if (!is_html(text))
		read_lines(&r, text);
	g = r.own.seen ? &r.own : &r.any;
	robots_table_init(&robots->table, &g->rules);
	robots->delay_ms = g->delay_ms;
	robots_rules_clear(&r.own.rules);
	robots_rules_clear(&r.any.rules);
	return robots;
}

void
robots_free(struct robots *r)
{
	if (r == NULL)
		return;
	robots_table_clear(&r->table);
	free(r);
}

bool
robots_allows(const struct robots *r, struct str path)
{
	size_t work = LIMIT_ROBOTS_WORK;

	return robots_table_allows(&r->table, path, &work);
}

int64_t
robots_delay_ms(const struct robots *r)
{
	return r->delay_ms;
}

size_t
robots_bytes(const struct robots *r)
{
	return sizeof(*r) + robots_table_bytes(&r->table);
}

/* "googlebot:", but not "max-snippet:" or the hours of a date. */
static bool
is_agent_name(struct str name)
{
	static const char *const directives[] = {"unavailable_after",
	    "max-snippet", "max-image-preview", "max-video-preview"};

	for (size_t i = 0; i < sizeof(directives) / sizeof(*directives); i++)
		if (str_eq_nocase(name, str_c(directives[i])))
			return false;
	for (size_t i = 0; i < name.n; i++)
		if (is_blank(name.p[i]))
			return false;
	return is_any(name) || token_of(name).n > 0;
}

/* One header: a list, of which the part behind "NAME:" is for NAME. */
static bool
header_nofollow(struct str header, struct str token)
{
	bool ours = true;

	while (header.n > 0) {
		struct str  word = until(header, find(header, ','));
		const char *colon = find(word, ':');
		struct str  name = str_trim(until(word, colon));

		header = drop(header, word.n + (word.n < header.n));
		if (colon != NULL && is_agent_name(name)) {
			ours = is_any(name) || is_token(name, token);
			word = drop(word, (size_t)(colon - word.p) + 1);
		}
		word = str_trim(word);
		if (ours && (str_eq_nocase(word, STR_LIT("nofollow")) ||
				str_eq_nocase(word, STR_LIT("none"))))
			return true;
	}
	return false;
}

bool
robots_tag_nofollow(struct str value, struct str agent)
{
	struct str token = robots_token(agent);

	while (value.n > 0) {
		struct str header = until(value, find(value, '\n'));

		if (header_nofollow(header, token))
			return true;
		value = drop(value, header.n + (header.n < value.n));
	}
	return false;
}
