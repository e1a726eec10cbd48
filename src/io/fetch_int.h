/*
 * fetch_int.h - what all kinds of fetches share.
 *
 * A fetch is a struct fetch inside the struct of its kind: a request by
 * libcurl (fetch_http.c) or a file (fetch_file.c).  The kind brings the
 * response, by fetch_head() and fetch_feed(), and says by fetch_end() that it
 * is over; sink, limits, time and pauses are the same for all and are here.
 */
#ifndef ACRAWL_FETCH_INT_H
#define ACRAWL_FETCH_INT_H

#include "acrawl/fetch.h"
#include "acrawl/list.h"

/*
 * What libcurl needs, for the requests to some of the hosts.  It looks through
 * all connections, and all answers of DNS, of a multi handle again and again:
 * several with fewer of them cost less where hosts are many.  But each takes
 * two descriptors: there is one for so many connections.
 */
struct http;
#define SHARDS_MAX            16
#define CONNECTIONS_PER_SHARD 16

struct fetcher {
	struct loop         *loop;
	struct fetch_options options;
	bool                 paused;
	bool                 many_hosts;
	struct list          active; /* fetches that have begun and not ended */
	struct http         *http[SHARDS_MAX];
	size_t               shards;
	char                *bytes; /* of a file, for one read; NULL: not yet */
};

/* What a kind does differently. */
struct fetch_kind {
	/* Lets go of what brings bytes: none come any more. */
	void (*end)(struct fetch *f);
	/* The fetcher has begun to pause, or goes on. */
	void (*pause)(struct fetch *f, bool pause);
	/* Fills in what only this kind knows. */
	void (*result)(const struct fetch *f, struct fetch_result *r);
	/* Frees it, or keeps it to be used again. */
	void (*take_back)(struct fetch *f);
};

/* Who holds a fetch: fetcher->active from start to done, else its owner. */
struct fetch {
	struct list              node;
	struct fetcher          *fetcher;
	const struct fetch_kind *kind;
	const struct fetch_sink *sink;
	void                    *arg;
	struct task             *task;
	struct timer             deadline;
	int64_t                  left_ms;    /* of it, during a pause */
	uint64_t                 body_bytes; /* read, decoded */
	bool                     head_seen;
	bool                     aborted; /* by us, with the outcome set */
	bool                     done;
	enum fetch_body          body;
	enum outcome             outcome;
	int                      status;
};

/* Begins f, of which the kind has set fetcher, kind, sink, arg and task. */
void fetch_begin(struct fetch *f);

/* The head of the response is there: asks the sink what is to become of it. */
void fetch_head(struct fetch *f, const struct fetch_response *r);

/*
 * Hands some of the body to the sink, up to the limit.  False, with the
 * outcome set: nothing more is wanted.
 */
bool fetch_feed(struct fetch *f, struct str bytes);

/* Notes that we end it, and how, as nothing more is wanted. */
void fetch_abort(struct fetch *f, enum outcome outcome);

/* It has ended with the outcome that is set.  Its owner is woken. */
void fetch_end(struct fetch *f);

/* The requests' part of a fetcher: see there for *error.  NULL: refused. */
struct http *http_new(struct fetcher *fr, const char **error);
void         http_free(struct http *h);

#endif
