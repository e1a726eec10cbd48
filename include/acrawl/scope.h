/*
 * scope.h - which of the URLs that a crawl finds it may fetch.
 *
 * A URL is in scope if it is http or https and belongs to what the inputs
 * stand for, by --scope:
 *
 *	host	the host of an input, whatever scheme and port (the default)
 *	origin	scheme, host and port of an input
 *	domain	the registrable domain of an input's host (publicsuffix.org,
 *		with its private part: a.github.io is one); an IP address or a
 *		public suffix is its own domain
 *	prefix	the host of an input, below its folder: the path up to its
 *		last '/'
 *	any	everything
 *
 * and --include and --exclude let it pass, and it is not too long.  Hosts are
 * compared as serialised by url.h: "example.com." is another host than
 * "example.com", a user name before the '@' is no part of it.  Paths are
 * compared byte by byte: "/docs%2Fx" is not below "/docs/".
 *
 * Patterns are PCRE2, match anywhere, and see the URL whole, as serialised,
 * without its fragment.  Exclude wins; with any include a URL must match one.
 * A pattern that meets one of LIMIT_PATTERN_... counts as what fetches less,
 * and that is said once for each.
 *
 * What is asked costs one or two looks into a set, with prefix one for each
 * folder of the path, however many inputs there are; a set is one of
 * fingerprints, see hash.h.  Not for several threads at once.
 */
#ifndef ACRAWL_SCOPE_H
#define ACRAWL_SCOPE_H

#include <stdbool.h>

#include "acrawl/config.h"
#include "acrawl/ignore.h"
#include "acrawl/url.h"

struct scope;

/*
 * By scope, include, exclude and max_url_length of config, which is borrowed
 * for as long as the scope lives.  Owned; NULL if a pattern is wrong, which is
 * said: which one, what is wrong and where.
 */
struct scope *scope_new(const struct config *config);
void          scope_free(struct scope *s);

/*
 * Excludes what the patterns of an ignore file match, too.  They are borrowed
 * for as long as the scope lives.  False if one is wrong, which is said with
 * its file and line.
 */
bool scope_exclude(struct scope *s, const struct ignore *ignore);

/*
 * A URL of the input: what it stands for is in scope from now on.  One that is
 * neither http nor https stands for nothing.
 */
void scope_add(struct scope *s, const struct url *input);

/*
 * An input redirected from one URL to another.  If that is the same host, or
 * its name with or without "www.", it stands for an input too: so its host is
 * in scope from now on, and with prefix its folder; or, if that holds the
 * folder redirected from, that one there.  Nothing happens with the other kinds
 * (origin means what it says), or if from is itself elsewhere.
 */
void scope_redirect(
    struct scope *s, const struct url *from, const struct url *to);

enum scope_verdict {
	SCOPE_IN,
	SCOPE_OUT,      /* elsewhere, or neither http nor https */
	SCOPE_EXCLUDED, /* by --include or --exclude */
	SCOPE_TOO_LONG, /* beyond --max-url-length, without its fragment */
};

/* A URL that was found: of what holds against it, OUT first, EXCLUDED last. */
enum scope_verdict scope_of(struct scope *s, const struct url *url);

/*
 * Whether url's host, with origin its origin, is in scope; its path, length
 * and the patterns don't matter.
 */
bool scope_has_host(const struct scope *s, const struct url *url);

/*
 * Whether the patterns let any URL pass, of whatever host, scheme and length.
 * *which becomes the one that decided it, as it was given, or as "FILE:LINE:
 * PATTERN"; NULL if no include matched, or there is none.
 */
bool scope_allows(struct scope *s, const struct url *url, const char **which);

/* The same of what is no URL. */
bool scope_allows_text(struct scope *s, struct str text, const char **which);

#endif
