/*
 * robots.c - fuzz target: robots.txt.
 *
 * Each input is a path, a newline, an agent, a newline, and the text.  What
 * the text says must not hang on how it, or the path, is written; and a single
 * pattern must match as a matcher says that is written after RFC 9309 alone.
 */
#include "fuzz.h"

#include "acrawl/limits.h"
#include "acrawl/robots.h"

/* A rule takes 8 bytes of a text at least, a byte of it three at most. */
#define TABLE_PER_BYTE 5
#define TABLE_BYTES    256

static bool
is_unreserved(int c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_' ||
	       c == '~';
}

/* Beyond a byte: what take() says of one that is escaped, and a wildcard. */
enum {
	ESCAPED = 0x100,
	STAR = 0x200,
};

static int
hex(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, ascii_lower(c)) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/* Takes the first character of s, as both sides of a comparison have it. */
static int
take(struct str *s)
{
	int c = (unsigned char)s->p[0];

	if (c == '%' && s->n >= 3 && hex(s->p[1]) >= 0 && hex(s->p[2]) >= 0) {
		c = hex(s->p[1]) * 16 + hex(s->p[2]);
		*s = fuzz_drop(*s, 3);
		if (is_unreserved(c) || c == '*' || c == '$')
			return c;
		return c | ESCAPED;
	}
	*s = fuzz_drop(*s, 1);
	if (is_unreserved(c) ||
	    (c != '\0' && strchr(":/?#[]@!$&'()*+,;=", c) != NULL))
		return c;
	return c | ESCAPED;
}

/* out has room for three of each byte; returned is how many there are. */
static size_t
take_all(struct str s, bool pattern, int *out)
{
	const char *digits = "0123456789ABCDEF";
	size_t      n = 0;

	while (s.n > 0) {
		bool star = pattern && s.p[0] == '*';
		int  c = take(&s);

		if ((c & ESCAPED) != 0) {
			out[n++] = '%';
			out[n++] = digits[c >> 4 & 15];
			c = digits[c & 15];
		}
		out[n++] = star ? STAR : c;
	}
	return n;
}

/* Pattern by pattern character, which places of the path may be reached. */
static bool
reaches(const int *pattern, size_t m, const int *path, size_t n, bool to_end)
{
	bool *at = xcalloc(n + 1, sizeof(*at));
	bool  found = false;

	at[0] = true;
	for (size_t i = 0; i < m; i++) {
		for (size_t j = n + 1; pattern[i] != STAR && j-- > 0;)
			at[j] = j > 0 && at[j - 1] && path[j - 1] == pattern[i];
		for (size_t j = 1; pattern[i] == STAR && j <= n; j++)
			at[j] |= at[j - 1];
	}
	for (size_t j = 0; j <= n; j++)
		found |= at[j] && (!to_end || j == n);
	free(at);
	return found;
}

static bool
matches(struct str pattern, struct str path)
{
	bool   to_end = pattern.n > 0 && pattern.p[pattern.n - 1] == '$';
	int   *a = xcalloc(3 * pattern.n + 1, sizeof(*a));
	int   *b = xcalloc(3 * path.n + 1, sizeof(*b));
	size_t m, n;
	bool   found;

	pattern.n -= to_end ? 1 : 0;
	m = take_all(pattern, true, a);
	n = take_all(path.n > 0 ? path : STR_LIT("/"), false, b);
	found = reaches(a, m, b, n, to_end);
	free(a);
	free(b);
	return found;
}

static bool
allows(struct str text, struct str agent, struct str path)
{
	struct robots *r = robots_parse(text, agent, NULL, NULL);
	bool           allowed = robots_allows(r, path);

	robots_free(r);
	return allowed;
}

/* A line that is a pattern and nothing else. */
static void
check_pattern(struct str pattern, struct str path)
{
	struct buf text;

	if (pattern.n == 0 || pattern.n > LIMIT_ROBOTS_LINE / 2 ||
	    str_trim(pattern).n < pattern.n || !fuzz_is_utf8(pattern) ||
	    memchr(pattern.p, '#', pattern.n) != NULL ||
	    memchr(pattern.p, '\0', pattern.n) != NULL ||
	    memchr(pattern.p, '\r', pattern.n) != NULL)
		return;
	buf_init(&text, 0);
	buf_add(&text, STR_LIT("user-agent: *\ndisallow: "));
	buf_add(&text, pattern);
	LAW(allows(buf_str(&text), STR_LIT("a"), path) ==
	    (!matches(pattern, path) ||
		matches(STR_LIT("/robots.txt$"), path)));
	buf_clear(&text);
}

/* A path means the same where what may be escaped is, and is it twice. */
static void
check_escaped(const struct robots *r, struct str path, bool allowed)
{
	struct buf escaped;

	buf_init(&escaped, 0);
	for (size_t i = 0; i < path.n; i++) {
		unsigned char c = (unsigned char)path.p[i];
		bool          in_escape = (i >= 1 && path.p[i - 1] == '%') ||
		                 (i >= 2 && path.p[i - 2] == '%');

		if (c > 0x7F || (is_unreserved(c) && !in_escape))
			buf_addf(&escaped, "%%%02x", c);
		else
			buf_addc(&escaped, path.p[i]);
	}
	LAW(robots_allows(r, buf_str(&escaped)) == allowed);
	buf_clear(&escaped);
}

/*
 * As other systems end their lines, and with lines that say nothing; but not
 * before what may be HTML.
 */
static void
check_lines(struct str text, struct str agent, struct str path, bool allowed)
{
	struct buf other;

	if (text.n == 0 || memchr(text.p, '<', text.n) != NULL)
		return;
	buf_init(&other, 0);
	while (text.n > 0) {
		struct str line = fuzz_line(&text);

		buf_add(&other, line);
		buf_add(&other, STR_LIT("\r\n\n# x\n foo: bar\n"));
	}
	if (other.n < LIMIT_ROBOTS_BYTES)
		LAW(allows(buf_str(&other), agent, path) == allowed);
	buf_clear(&other);
}

struct sitemaps {
	struct str text;
	size_t     n;
};

static void
on_sitemap(void *arg, struct str url)
{
	struct sitemaps *s = arg;

	s->n++;
	LAW(url.n > 0 && url.n < LIMIT_ROBOTS_LINE);
	LAW(fuzz_inside(url, s->text));
	LAW(fuzz_is_utf8(url) && str_trim(url).n == url.n);
	LAW(memchr(url.p, '\n', url.n) == NULL);
}

static void
check_text(struct str text, struct str agent, struct str path)
{
	struct sitemaps sitemaps = {.text = text};
	struct robots  *r = robots_parse(text, agent, on_sitemap, &sitemaps);
	bool            allowed = robots_allows(r, path);

	LAW(robots_allows(r, STR_LIT("/robots.txt")));
	LAW(robots_delay_ms(r) >= -1 && robots_delay_ms(r) <= 60000);
	LAW(robots_bytes(r) <= TABLE_BYTES + TABLE_PER_BYTE * text.n);
	LAW(sitemaps.n <= text.n);
	LAW(robots_allows(r, path) == allowed);
	LAW(path.n > 0 || robots_allows(r, STR_LIT("/")) == allowed);
	check_escaped(r, path, allowed);
	check_lines(text, agent, path, allowed);
	robots_free(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str input = fuzz_copy(str_n((const char *)data, n));
	struct str rest = input;
	struct str path = fuzz_line(&rest);
	struct str agent = fuzz_line(&rest);

	check_pattern(agent, path);
	check_text(rest, agent, path);
	robots_tag_nofollow(rest, agent);
	free((char *)input.p);
	return 0;
}
