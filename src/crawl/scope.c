/*
 * scope.c - which of the URLs that a crawl finds it may fetch.
 *
 * This is asked for each link of each page, so what the inputs stand for is
 * kept as fingerprints and a question is a look or two into a set, however
 * many inputs there are.  A folder's fingerprint is made of its parent's and
 * its own name: all those above a path come of one walk along it.
 */
#include "acrawl/scope.h"

#include <libpsl.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "acrawl/hash.h"
#include "acrawl/limits.h"
#include "acrawl/log.h"
#include "acrawl/mem.h"

/* The longest name that DNS has (RFC 1035, 2.3.4), written with dots. */
#define NAME_MAX_BYTES 253

/* A power of two: hosts whose registrable domain is remembered. */
#define KNOWN_DOMAINS 64

#define PATTERN_MESSAGE_BYTES 256

struct pattern {
	const char *text;
	pcre2_code *code;
	bool        gave_up; /* and it was said */
};

/* The patterns of one option. */
struct patterns {
	const char     *option;
	bool            undecided; /* what it counts as if one gives up */
	struct pattern *items;
	size_t          n;
};

struct known_domain {
	uint64_t host;
	uint64_t domain;
};

struct scope {
	const struct config *config;
	struct fpset         sites;   /* of the inputs, see site_of() */
	struct fpset         folders; /* of the inputs, with prefix */
	size_t               deepest; /* how many names the longest has */

	const psl_ctx_t     *suffixes;
	struct known_domain *known; /* a cache, by the host's fingerprint */

	struct patterns      include;
	struct patterns      exclude;
	pcre2_match_context *limits;
	pcre2_match_data    *match;
	pcre2_jit_stack     *stack;
};

static uint64_t
both(uint64_t a, uint64_t b)
{
	uint64_t pair[2] = {a, b};

	return fingerprint(str_n((const char *)pair, sizeof(pair)));
}

/* An IPv6 address has no dots, and so no domain to libpsl either. */
static bool
is_ipv4(struct str host)
{
	for (size_t i = 0; i < host.n; i++)
		if ((host.p[i] < '0' || host.p[i] > '9') && host.p[i] != '.')
			return false;
	return true;
}

/*
 * The end of host that is its registrable domain, or all of it.  A dot at its
 * end stays, so that it is another domain than the one without; libpsl must
 * not see it, since it would take the empty name behind it for the top level.
 */
static struct str
domain_of(const psl_ctx_t *suffixes, struct str host)
{
	char        name[NAME_MAX_BYTES + 1];
	const char *domain;
	size_t      n = host.n;

	while (n > 0 && host.p[n - 1] == '.')
		n--;
	if (n == 0 || n > NAME_MAX_BYTES || is_ipv4(host))
		return host;
	memcpy(name, host.p, n);
	name[n] = '\0';
	domain = psl_registrable_domain(suffixes, name);
	if (domain == NULL)
		return host;
	return str_n(host.p + (domain - name), host.n - (domain - name));
}

static uint64_t
known_domain(const struct scope *s, struct str host)
{
	uint64_t             fp = fingerprint(host);
	struct known_domain *known = &s->known[fp % KNOWN_DOMAINS];

	if (known->host != fp)
		*known = (struct known_domain){
		    fp, fingerprint(domain_of(s->suffixes, host))};
	return known->domain;
}

/* The fingerprint of what a host belongs to; with origin, a host and port. */
static uint64_t
site_of(const struct scope *s, const struct url *url)
{
	struct str host = url_host(url);

	switch (s->config->scope) {
	case SCOPE_ORIGIN:
		return both(fingerprint(host),
		    (uint64_t)(url->port + 1) * 2 + (url->scheme_end == 5));
	case SCOPE_DOMAIN:
		return known_domain(s, host);
	case SCOPE_HOST:
	case SCOPE_PREFIX:
	case SCOPE_ANY:
		break;
	}
	return fingerprint(host);
}

/*
 * Takes the next name and its '/' off path, and makes *fp, the fingerprint of
 * a folder, that of the one of this name in it.  False at the last '/'.
 */
static bool
next_folder(struct str *path, uint64_t *fp)
{
	const char *slash = memchr(path->p, '/', path->n);
	size_t      n;

	if (slash == NULL)
		return false;
	n = (size_t)(slash - path->p) + 1;
	*fp = both(*fp, fingerprint(str_n(path->p, n)));
	*path = str_n(path->p + n, path->n - n);
	return true;
}

static void
add_folder(struct scope *s, const struct url *url)
{
	struct str path = url_path(url);
	uint64_t   fp = fingerprint(url_host(url));
	size_t     depth = 0;

	while (next_folder(&path, &fp))
		depth++;
	fpset_add(&s->folders, fp);
	if (depth > s->deepest)
		s->deepest = depth;
}

static bool
below_folder(const struct scope *s, const struct url *url)
{
	struct str path = url_path(url);
	uint64_t   fp = fingerprint(url_host(url));

	for (size_t i = 0; i < s->deepest && next_folder(&path, &fp); i++)
		if (fpset_has(&s->folders, fp))
			return true;
	return false;
}

static void
complain(const char *option, const char *text, int error, size_t at)
{
	PCRE2_UCHAR message[PATTERN_MESSAGE_BYTES] = "";
	size_t      n = strlen(text);

	pcre2_get_error_message(error, message, sizeof(message));
	log_plain("%s wants a regular expression (PCRE2), not '%s': %s at "
		  "character %zu",
	    option, text, (const char *)message, at < n ? at + 1 : n);
}

static bool
compile(struct patterns *p, const struct strings *texts)
{
	p->items = xcalloc(texts->n, sizeof(*p->items));
	for (; p->n < texts->n; p->n++) {
		struct pattern *one = &p->items[p->n];
		int             error;
		PCRE2_SIZE      at;

		one->text = texts->items[p->n];
		one->code = pcre2_compile((PCRE2_SPTR)one->text,
		    PCRE2_ZERO_TERMINATED, 0, &error, &at, NULL);
		if (one->code == NULL) {
			complain(p->option, one->text, error, at);
			return false;
		}
		/* Where there is no JIT the pattern is interpreted. */
		pcre2_jit_compile(one->code, PCRE2_JIT_COMPLETE);
	}
	return true;
}

static void
free_patterns(struct patterns *p)
{
	for (size_t i = 0; i < p->n; i++)
		pcre2_code_free(p->items[i].code);
	free(p->items);
}

static void
prepare_match(struct scope *s)
{
	s->limits = pcre2_match_context_create(NULL);
	s->match = pcre2_match_data_create(1, NULL);
	if (s->limits == NULL || s->match == NULL)
		mem_exhausted();
	pcre2_set_match_limit(s->limits, LIMIT_PATTERN_STEPS);
	pcre2_set_depth_limit(s->limits, LIMIT_PATTERN_DEPTH);
	pcre2_set_heap_limit(s->limits, LIMIT_PATTERN_KB);
	/* NULL without JIT, and then not needed. */
	s->stack = pcre2_jit_stack_create(
	    32 * 1024, (size_t)LIMIT_PATTERN_KB * 1024, NULL);
	pcre2_jit_stack_assign(s->limits, NULL, s->stack);
}

struct scope *
scope_new(const struct config *config)
{
	struct scope *s = XNEW(struct scope);

	s->config = config;
	s->suffixes = psl_builtin();
	s->known = xcalloc(KNOWN_DOMAINS, sizeof(*s->known));
	s->include.option = "--include";
	s->exclude.option = "--exclude";
	s->exclude.undecided = true;
	if (!compile(&s->include, &config->include) ||
	    !compile(&s->exclude, &config->exclude)) {
		scope_free(s);
		return NULL;
	}
	prepare_match(s);
	return s;
}

void
scope_free(struct scope *s)
{
	if (s == NULL)
		return;
	fpset_clear(&s->sites);
	fpset_clear(&s->folders);
	free(s->known);
	free_patterns(&s->include);
	free_patterns(&s->exclude);
	pcre2_match_data_free(s->match);
	pcre2_match_context_free(s->limits);
	pcre2_jit_stack_free(s->stack);
	free(s);
}

void
scope_add(struct scope *s, const struct url *input)
{
	if (!url_is_http(input))
		return;
	fpset_add(&s->sites, site_of(s, input));
	if (s->config->scope == SCOPE_PREFIX)
		add_folder(s, input);
}

/* Whether b is a with "www." before it. */
static bool
is_www_of(struct str a, struct str b)
{
	return b.n == a.n + 4 && memcmp(b.p, "www.", 4) == 0 &&
	       memcmp(b.p + 4, a.p, a.n) == 0;
}

/* An IP address has no such namesake: the URL parser refuses www.127.0.0.1. */
static bool
same_site(struct str a, struct str b)
{
	return str_eq(a, b) || is_www_of(a, b) || is_www_of(b, a);
}

/* Up to its last '/'. */
static struct str
folder_of(const struct url *u)
{
	struct str path = url_path(u);

	while (path.n > 0 && path.p[path.n - 1] != '/')
		path.n--;
	return path;
}

/* Whether a redirect leads out of a folder, to one that it is in. */
static bool
leads_up(const struct url *from, const struct url *to)
{
	struct str inner = folder_of(from);
	struct str outer = folder_of(to);

	return outer.n < inner.n && memcmp(inner.p, outer.p, outer.n) == 0;
}

void
scope_redirect(struct scope *s, const struct url *from, const struct url *to)
{
	enum scope_kind kind = s->config->scope;
	struct url      same_folder;

	if ((kind != SCOPE_HOST && kind != SCOPE_PREFIX) ||
	    !scope_has_host(s, from) ||
	    !same_site(url_host(from), url_host(to)))
		return;
	url_init(&same_folder);
	if (!leads_up(from, to))
		scope_add(s, to);
	else if (url_parse(&same_folder, folder_of(from), to))
		scope_add(s, &same_folder);
	url_clear(&same_folder);
}

bool
scope_has_host(const struct scope *s, const struct url *url)
{
	return url_is_http(url) && (s->config->scope == SCOPE_ANY ||
				       fpset_has(&s->sites, site_of(s, url)));
}

/* Says once for each pattern that it can't be decided. */
static bool
give_up(
    const struct patterns *p, struct pattern *one, struct str url, int error)
{
	PCRE2_UCHAR message[PATTERN_MESSAGE_BYTES] = "";

	if (!one->gave_up) {
		one->gave_up = true;
		pcre2_get_error_message(error, message, sizeof(message));
		log_error("%s '%s' takes too much (%s), so this URL and others "
			  "like it are left out: %.*s",
		    p->option, one->text, (const char *)message, (int)url.n,
		    url.p);
	}
	return p->undecided;
}

static bool
matches(const struct scope *s, const struct patterns *p, struct pattern *one,
    struct str url)
{
	int rc = pcre2_match(
	    one->code, (PCRE2_SPTR)url.p, url.n, 0, 0, s->match, s->limits);

	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
		return give_up(p, one, url, rc);
	return rc >= 0;
}

static bool
any_matches(const struct scope *s, const struct patterns *p, struct str url)
{
	for (size_t i = 0; i < p->n; i++)
		if (matches(s, p, &p->items[i], url))
			return true;
	return false;
}

enum scope_verdict
scope_of(struct scope *s, const struct url *url)
{
	struct str whole = url_request(url);

	/* With prefix the folder's fingerprint has the host in it. */
	if (s->config->scope == SCOPE_PREFIX
		? !url_is_http(url) || !below_folder(s, url)
		: !scope_has_host(s, url))
		return SCOPE_OUT;
	if ((int64_t)whole.n > s->config->max_url_length)
		return SCOPE_TOO_LONG;
	if (any_matches(s, &s->exclude, whole) ||
	    (s->include.n > 0 && !any_matches(s, &s->include, whole)))
		return SCOPE_EXCLUDED;
	return SCOPE_IN;
}
