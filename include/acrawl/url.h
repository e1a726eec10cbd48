/*
 * url.h - URLs as a browser has them.
 *
 * Implements the parser and the serialiser of the WHATWG URL standard
 * (https://url.spec.whatwg.org/), section 4.4 and 4.5, for UTF-8 documents.
 * A struct url holds a URL that did parse, as its serialisation plus the
 * places of its parts in it; so a parsed URL can be shown, compared, sent and
 * used as a base without more work.  The serialisation is printable ASCII.
 *
 * Input may be any bytes, but not those of the url that is parsed into; what
 * is not UTF-8 counts as U+FFFD.  No input costs more than linear time, or more
 * memory than nine times its length and that of the base.
 */
#ifndef ACRAWL_URL_H
#define ACRAWL_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/str.h"

/*
 * Offsets into the serialisation; parts that are absent are empty:
 *
 *	https://user:pass@example.com:1234/foo/bar?baz#quux
 *	     |      |    |          | ^^^^|       |   |
 *	     |      |    |          | |   |       |   `- fragment_at
 *	     |      |    |          | |   |       `----- query_at
 *	     |      |    |          | |   `------------- path_at
 *	     |      |    |          | `----------------- port (and no offset)
 *	     |      |    |          `------------------- host_end
 *	     |      |    `------------------------------ host_at (after the @)
 *	     |      `----------------------------------- username_end
 *	     `------------------------------------------ scheme_end (at the :)
 */
struct url {
	struct buf href;         /* the serialisation */
	uint32_t   scheme_end;   /* of the ':' */
	uint32_t   username_end; /* == host_at without credentials */
	uint32_t   host_at;
	uint32_t   host_end;
	uint32_t   path_at;
	uint32_t   query_at;    /* of the '?', or fragment_at */
	uint32_t   fragment_at; /* of the '#', or href.n */
	int32_t    port;        /* -1: none, or the scheme's default */
	bool       special;     /* http, https, ws, wss, ftp, file */
	bool       has_host;    /* its host is not null */
	bool       opaque_path; /* mailto:x, data:x, javascript:x, ... */
};

/* All zero is a url that holds nothing; any other is made by url_parse(). */
void url_init(struct url *u);
void url_clear(struct url *u);

/*
 * Parses input against base, which may be NULL.  False if it is not a valid
 * URL; u then holds nothing.  Reuses the memory of u.  u may not be base.
 */
bool url_parse(struct url *u, struct str input, const struct url *base);

/* Makes `to` a copy of `from`. */
void url_copy(struct url *to, const struct url *from);

/* The parts, as views that live as long as u is unchanged. */
struct str url_href(const struct url *u);
struct str url_scheme(const struct url *u);   /* "https", without the colon */
struct str url_host(const struct url *u);     /* an IPv6 one in brackets */
struct str url_path(const struct url *u);     /* without the query */
struct str url_fragment(const struct url *u); /* with its '#', or empty */

/* The serialisation without the fragment: what is fetched. */
struct str url_request(const struct url *u);

/* Whether the scheme is http or https. */
bool url_is_http(const struct url *u);

/*
 * Whether scheme, host and port are the same (the URL standard, 4.7).  Never
 * for file and schemes that are not special: their origins are opaque.
 */
bool url_same_origin(const struct url *a, const struct url *b);

#endif
