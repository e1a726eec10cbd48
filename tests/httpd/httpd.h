/*
 * httpd.h - the loopback test server: an HTTP/1.1 server that misbehaves the
 * way the query string of a request tells it to.  flags.h lists the flags.
 *
 * httpd.c  options, listeners, the end
 * conn.c   a connection: requests in, answers out, and how they go wrong
 * head.c   the heads of requests and responses
 * flags.c  the query string
 * rules.c  which requests get another query
 * site.c   what a path stands for
 * made.c   sites that are made while they are asked for
 * body.c   where the bytes of a body come from
 * stats.c  what was counted, and the logs
 */
#ifndef HTTPD_H
#define HTTPD_H

#include <event2/event.h>
#include <event2/util.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "acrawl/list.h"
#include "acrawl/str.h"

#include "flags.h"

/* head.c */

/* A request's head.  The strings are views into what was parsed. */
struct request {
	struct str method;
	struct str target; /* as it was sent */
	struct str path;   /* still percent-encoded */
	struct str query;  /* without the '?' */
	struct str host;
	struct str agent;
	struct str local;  /* the server's address that was asked */
	struct buf names;  /* of all headers, joined by commas */
	int64_t    length; /* of its body */
	bool       keep;   /* the client will have the connection stay open */
	bool       http10;
};

/* False if it is none.  Borrows head, which must outlive the request. */
bool request_parse(struct request *r, struct str head);

void request_clear(struct request *r);

/* What a response's head says, beside what the flags say. */
struct response {
	int         status;
	const char *type;   /* unless a flag gives one */
	int64_t     length; /* -1: none is told */
	bool        chunked;
	bool        keep;
	char        location[32]; /* unless a flag gives one; empty: none */
};

/* Appends interim responses, status line and headers. */
void response_head(
    struct buf *out, const struct response *r, const struct flags *f);

/* stats.c */

/* A Host, in lower case and without its port, and its requests. */
struct host {
	char *name;
	long  busy;
	long  busiest;
};

struct stats {
	long  requests;
	long  busy; /* requests being answered now */
	long  busiest;
	long  connections;
	long  accepted;
	void *hosts; /* trees of <search.h> */
	void *fails;
	FILE *log;
	FILE *answers;
};

/* A request begins, ends.  The host is valid between the two. */
struct host *stats_begin(struct stats *s, const struct request *r);
void         stats_end(struct stats *s, struct host *host);

void stats_print(const struct stats *s, struct buf *out);

/* Forgets the maxima. */
void stats_restart(struct stats *s);

/*
 * How many requests for this target there were at this address before; counts
 * this one.
 */
long stats_seen(struct stats *s, const struct request *r);

void stats_log(const struct stats *s, const struct request *r);

/* An answer is over, that was begun at `began` ms; status 0: there was none. */
void stats_answered(
    const struct stats *s, const struct request *r, int64_t began, int status);

/* What was logged is in the files. */
void stats_flush(const struct stats *s);

void stats_clear(struct stats *s);

/* rules.c */

struct rules {
	const char *file; /* NULL: there are none */
	bool        read;
	struct list list;
};

/* The flags of a request are those of the rule that fits it, if one does. */
void rules_apply(struct rules *rules, const struct request *r, struct flags *f);

void rules_clear(struct rules *rules);

/* body.c */

enum body_kind {
	BODY_BYTES, /* what is in text */
	BODY_FILE,
	BODY_PAGE, /* text, links, padding, end */
};

enum encoding {
	ENCODING_NONE,
	ENCODING_GZIP,
	ENCODING_DEFLATE,
	ENCODING_BR,
	ENCODING_ZSTD,
};

/*
 * A body is made piece by piece as it is sent.  text holds what comes next,
 * from `at` on; when it is used up, the next stage fills it again.
 */
struct body {
	enum body_kind kind;
	struct buf     text;
	size_t         at;
	struct buf     tail;
	int            fd; /* of a file, else -1 */
	int64_t        file_size;

	struct buf dir; /* a page: its path up to the last '/', and the rest */
	struct buf leaf;
	struct buf origin;
	int64_t    link; /* the next one */
	int64_t    links_end;
	int64_t    padding;

	enum encoding      encoding;
	struct z_stream_s *zlib;
	bool               begun; /* something encoded was made */
	bool               ended; /* there will be no more */
	struct evbuffer   *ready; /* made, not taken yet */
};

/* text is empty and to be filled by the caller.  Returned owned. */
struct body *body_bytes(void);

/* NULL if there is no such regular file.  Borrows path. */
struct body *body_file(const char *path);

struct body *body_page(const struct request *r, const struct flags *f);

void body_encode(struct body *b, enum encoding encoding);

/* How long it will be as it is sent; -1 if nobody knows yet. */
int64_t body_length(const struct body *b);

/* Moves up to n bytes to out; fewer only at the end.  Returns how many. */
size_t body_take(struct body *b, struct evbuffer *out, size_t n);

void body_free(struct body *b);

/* site.c, made.c, conn.c */

struct server {
	struct event_base *base;
	const char        *root;       /* NULL: there are no files */
	bool               by_address; /* below it is a folder for each */
	struct rules       rules;
	struct stats       stats;
	struct list        conns;
};

/* The body for a request, with its type and status.  Returned owned. */
struct body *site_find(struct server *server, const struct request *r,
    const struct flags *f, struct response *response);

/* The same, if the path is one of a made site; else NULL. */
struct body *made_find(const struct server *server,
    const struct request *request, struct response *response);

/* Takes the socket. */
void conn_new(struct server *server, evutil_socket_t fd);

void conns_free(struct server *server);

#endif
