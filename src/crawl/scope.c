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

#include "acrawl/hash.h"
#include "acrawl/mem.h"
#include "scope_patterns.h"

/* The longest name that DNS has (RFC 1035, 2.3.4), written with dots. */
#define NAME_MAX_BYTES 253

/* A power of two: hosts whose registrable domain is remembered. */
#define KNOWN_DOMAINS 64

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

	struct patterns include;
	struct patterns exclude;
	struct matcher *matcher;
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

static bool
add_options(struct patterns *p, const char *option, const struct strings *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		if (!patterns_add_option(p, option, texts->items[i]))
			return false;
	return true;
}

struct scope *
scope_new(const struct config *config)
{
	struct scope *s = XNEW(struct scope);

	s->config = config;
	s->suffixes = psl_builtin();
	s->known = xcalloc(KNOWN_DOMAINS, sizeof(*s->known));
	s->matcher = matcher_new();
	s->exclude.undecided = true;
	if (!add_options(&s->include, "--include ", &config->include) ||
	    !add_options(&s->exclude, "--exclude ", &config->exclude)) {
		scope_free(s);
		return NULL;
	}
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
	patterns_clear(&s->include);
	patterns_clear(&s->exclude);
	matcher_free(s->matcher);
	free(s);
}

bool
scope_exclude(struct scope *s, const struct ignore *ignore)
{
	for (size_t i = 0; i < ignore->n; i++)
		if (!patterns_add_line(&s->exclude, &ignore->items[i]))
			return false;
	return true;
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

bool
scope_allows_text(struct scope *s, struct str text, const char **which)
{
	*which = patterns_match(&s->exclude, s->matcher, text);
	if (*which != NULL)
		return false;
	*which = patterns_match(&s->include, s->matcher, text);
	return *which != NULL || s->include.n == 0;
}

bool
scope_allows(struct scope *s, const struct url *url, const char **which)
{
	return scope_allows_text(s, url_request(url), which);
}

enum scope_verdict
scope_of(struct scope *s, const struct url *url)
{
	struct str  whole = url_request(url);
	const char *which;

	/* With prefix the folder's fingerprint has the host in it. */
	if (s->config->scope == SCOPE_PREFIX
		? !url_is_http(url) || !below_folder(s, url)
		: !scope_has_host(s, url))
		return SCOPE_OUT;
	if ((int64_t)whole.n > s->config->max_url_length)
		return SCOPE_TOO_LONG;
	if (!scope_allows(s, url, &which))
		return SCOPE_EXCLUDED;
	return SCOPE_IN;
}
