/*
 * scope.h - which of the URLs that a crawl finds it may fetch.
 *
 * A URL is in scope if it is http or https and belongs to what the inputs
 * stand for, by --scope:
 *
 *	host	the host of an input, whatever scheme and port (the default)
 *	origin	scheme, host and port of an input
 *	domain	the registrable domain of an input's host (publicsuffix.org);
 *		an IP address or a public suffix is its own domain
 *	prefix	the host of an input, below its folder: the path up to its
 *		last '/'
 *	any	everything
 *
 * and --include and --exclude let it pass, and it is not too long.  Hosts are
 * compared as serialised by url.h: "example.com." is another host than
 * "example.com", a user name before the '@' is no part of it.
 */
#ifndef ACRAWL_SCOPE_H
#define ACRAWL_SCOPE_H

#include <stdbool.h>

#include "acrawl/config.h"
#include "acrawl/url.h"

struct scope;

/*
 * By scope, include, exclude and max_url_length of config, which is borrowed.
 * Owned; NULL if a pattern is wrong, which is said: which one, what is wrong
 * and where.
 */
struct scope *scope_new(const struct config *config);
void          scope_free(struct scope *s);

/* An http(s) URL of the input: what it stands for is in scope from now on. */
void scope_add(struct scope *s, const struct url *input);

/*
 * An input redirected from one URL to another: if that is but its https, or
 * its name with or without "www.", that stands for an input too (with host and
 * prefix; origin means what it says).
 */
void scope_redirect(
    struct scope *s, const struct url *from, const struct url *to);

enum scope_verdict {
	SCOPE_IN,
	SCOPE_OUT,      /* elsewhere, or neither http nor https */
	SCOPE_EXCLUDED, /* by --include or --exclude */
	SCOPE_TOO_LONG, /* beyond --max-url-length */
};

/* A URL that was found.  Patterns see it whole, without its fragment. */
enum scope_verdict scope_of(struct scope *s, const struct url *url);

/* Whether url's host is in scope; its path, length, patterns don't matter. */
bool scope_has_host(const struct scope *s, const struct url *url);

#endif
