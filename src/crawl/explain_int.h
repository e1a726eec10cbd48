/*
 * explain_int.h - what the files of --explain share: the trace.
 */
#ifndef ACRAWL_EXPLAIN_INT_H
#define ACRAWL_EXPLAIN_INT_H

#include "acrawl/config.h"
#include "acrawl/explain.h"

/* One thing that was done: a request, or a look into the directories. */
struct step {
	char *url;
	bool  is_file;

	/* Of a request. */
	bool         is_robots; /* for robots.txt */
	bool         head;      /* its method */
	bool         again;     /* it is a second look */
	bool         trusted;   /* headers that may hold a secret were sent */
	int64_t      attempt;   /* from 1 */
	int64_t      ms;
	int64_t      retry_after_ms; /* -1: the server said nothing */
	int          status;         /* 0: no response */
	enum outcome outcome;      /* of the transfer, or what the page says */
	char        *address;      /* connected to */
	char        *detail;       /* of what failed; NULL: nothing did */
	char        *location;     /* where it leads; NULL: nowhere */
	bool         bad_location; /* that is no URL, and stands as it came */

	/* Of a look. */
	enum site_answer answer;
	char            *path;    /* of the file; NULL: there is none */
	size_t           name_at; /* in it: its name below the directory */
	bool             read;    /* it is, or was */
};

struct trace {
	struct step *steps;
	size_t       n;
	bool         begun;
	char        *location; /* of the response that is being read */
	uint32_t     place;    /* the link to the target */
};

/* Appends a URL, or what should be one, without its credentials. */
void explain_add_url(struct buf *out, struct str url);
void explain_add_proxy(struct buf *out, struct str proxy);

/*
 * explain_host.c: appends how url's host is reached: its addresses, the proxy
 * or what --resolve says.
 */
void explain_add_host(
    struct buf *out, const struct config *config, const struct url *url);

/* explain_curl.c: appends the command that repeats a request. */
void explain_add_curl(
    struct buf *out, const struct config *config, const struct step *s);

/* Whether some header of the configuration was not sent with a request. */
bool explain_withheld(const struct config *config, const struct step *s);

#endif
