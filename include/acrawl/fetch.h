/*
 * fetch.h - one request and its response, by libcurl; or a file instead.
 *
 * A fetcher owns a libcurl multi handle, its connections and a pool of easy
 * handles, and drives them from a loop: sockets and timers as libcurl asks
 * for them, nothing else.  A fetch is one request: it follows no redirect,
 * tries nothing again, and ends with an outcome.
 *
 * HTTP/1.1 with keep-alive, HTTP/2 over TLS where the server offers it; gzip,
 * deflate, br and zstd are decoded; only http and https.
 *
 * A file is fetched the same way: its bytes go to the same sink, it ends with
 * an outcome, and limits, pauses and the time from start to end hold for it.
 */
#ifndef ACRAWL_FETCH_H
#define ACRAWL_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/loop.h"
#include "acrawl/outcome.h"
#include "acrawl/str.h"
#include "acrawl/url.h"

/* What the user may set; all is borrowed for the fetcher's life. */
struct fetch_options {
	int64_t            timeout_ms;         /* from start to end; 0: none */
	int64_t            connect_timeout_ms; /* DNS, TCP and TLS; 0: none */
	uint64_t           max_size;           /* decoded bytes of a body */
	const char        *user_agent;
	const char *const *headers; /* "Name: value", until NULL */
	const char        *proxy;   /* NULL: as the environment says */
	const char        *cacert;  /* file of PEM certificates, or NULL */
	const char *const *resolve; /* "host:port:address", until NULL */
	bool               insecure;
	int                ip_version;  /* 4, 6, or 0 for either */
	size_t             connections; /* how many may be kept open */
	bool               addresses;   /* sinks want to be asked about them */
};

struct fetcher;
struct fetch;

/* Owned; NULL if libcurl refuses an option, which *error then names. */
struct fetcher *fetcher_new(
    struct loop *loop, const struct fetch_options *options, const char **error);

/* Frees it, its connections and its pools.  All fetches must be stopped. */
void fetcher_free(struct fetcher *fr);

/*
 * How many hosts are asked in turn.  With many, answers of DNS are kept for a
 * short time only, since libcurl looks at all of them at each transfer's end.
 */
void fetcher_hosts(struct fetcher *fr, size_t hosts);

/*
 * Stops reading from all sockets, or goes on.  The time of a pause does not
 * count for a fetch's timeout.  Not to be called from a sink.
 */
void fetcher_pause(struct fetcher *fr, bool pause);

/* What is to become of a response's body, said when its headers are there. */
enum fetch_body {
	FETCH_READ,  /* hand it to the sink */
	FETCH_SKIP,  /* of no use; read it if it is short, for the connection */
	FETCH_ABORT, /* of no use; don't read on */
};

struct fetch_response {
	int  status; /* 0: a file */
	bool is_file;
	/*
	 * Empty where there is none; several of one name are joined by commas.
	 */
	struct str content_type;
	struct str link;
	struct str refresh;
	struct str robots_tag; /* X-Robots-Tag; joined by line feeds */
	struct str location;   /* the first */
	uint64_t   length; /* bytes of the body as declared; or UINT64_MAX */
	bool       cookie; /* one is set */
	bool wall; /* the server says that it takes us for a robot, and minds */
	const char *version; /* "1.1", "2", ... */
};

/*
 * Where a fetch's response goes.  All are called in the loop's sleep or by a
 * task of the fetcher's, and may not stop the fetch themselves.
 */
struct fetch_sink {
	/* The headers of the final response; borrowed. */
	enum fetch_body (*head)(void *arg, const struct fetch_response *r);
	/* Decoded bytes of the body.  False: of no more use, don't read on. */
	bool (*body)(void *arg, struct str bytes);
	/*
	 * With fetch_options.addresses: a connection is to be made to this
	 * address, 4 or 16 bytes.  False: not to it; if there is no other, the
	 * fetch ends.
	 */
	bool (*address)(void *arg, struct str address);
	/* It is connected, and the request is being sent; may be NULL. */
	void (*sent)(void *arg);
	uint64_t max_size; /* decoded bytes of a body; 0: that of the options */
};

/* How a request is made. */
enum fetch_how {
	FETCH_HEAD = 1,    /* for the headers only */
	FETCH_FRESH = 2,   /* by a connection of its own */
	FETCH_TRUSTED = 4, /* headers that may hold a secret go there, too:
	                      Authorization and Cookie */
};

/*
 * Starts a request for url, which is borrowed until this returns.  `task` is
 * woken when it has ended or run out of time.  how: of enum fetch_how.
 * Returned owned, to be given to fetch_stop().
 */
struct fetch *fetch_start(struct fetcher *fr, const struct url *url,
    unsigned how, const struct fetch_sink *sink, void *arg, struct task *task);

/*
 * The same for a regular file: the response has this content type, which is
 * borrowed, and no status.  Symbolic links are followed.
 */
struct fetch *fetch_file(struct fetcher *fr, const char *path,
    const char *content_type, const struct fetch_sink *sink, void *arg,
    struct task *task);

/* Whether it has ended.  Called by the task. */
bool fetch_done(struct fetch *f);

/* How it ended, after fetch_done(). */
struct fetch_result {
	enum outcome outcome;        /* OK: the response is complete */
	int          status;         /* 0: there was no response */
	uint64_t     bytes;          /* decoded bytes of the body */
	int64_t      retry_after_ms; /* -1: the server said nothing */
	const char *detail; /* libcurl's words, or the system's; until f ends */
	const char *address; /* connected to, a proxy's too; the same.  NULL: a
	                        file; empty: not connected */
};
struct fetch_result fetch_result(const struct fetch *f);

/* Ends it if it hasn't, and takes it back.  NULL is nothing. */
void fetch_stop(struct fetch *f);

#endif
