/*
 * config.h - what the user wants: the option table, the config file and the
 * command line.
 *
 * One table has a row for each option: its names, its argument, where its
 * value goes, its group and its help.  It drives the parser of both and
 * --help; a test holds the man page to it.
 */
#ifndef ACRAWL_CONFIG_H
#define ACRAWL_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acrawl/links.h"

/* What reads HTML. */
enum html_parser { HTML_PARSER_STANDARD, HTML_PARSER_LIBXML2 };

enum format { FORMAT_TSV, FORMAT_JSONL };

/* What belongs to the site that is crawled: see scope.h. */
enum scope_kind {
	SCOPE_HOST,
	SCOPE_ORIGIN,
	SCOPE_DOMAIN,
	SCOPE_PREFIX,
	SCOPE_ANY
};

/* Whose robots.txt is obeyed: for URLs that were found, all, or none. */
enum robots_mode { ROBOTS_FOUND, ROBOTS_ALWAYS, ROBOTS_NEVER };

/* How a link's target is asked: HEAD, then GET where that fails; or one. */
enum check_method { CHECK_METHOD_AUTO, CHECK_METHOD_HEAD, CHECK_METHOD_GET };

enum progress { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

/* Strings given one by one; items[n] is NULL.  The array is owned. */
struct strings {
	const char **items;
	size_t       n;
};

struct config {
	struct strings inputs;   /* files, URLs, directories, "-" */
	const char    *base_url; /* of directories; NULL: none */

	/* Output. */
	const char *output; /* links; "-" is standard output */
	const char *pages;  /* outcomes; NULL: none */
	bool        no_header;
	bool        ordered;
	enum format format;

	/* Links. */
	enum links_set   links;
	struct strings   schemes;      /* in lower case; owned; none: all */
	char            *schemes_text; /* what they point into */
	enum html_parser html_parser;

	/* Crawling a site. */
	bool             recursive;
	int64_t          depth; /* links to follow from an input; -1: any */
	enum scope_kind  scope;
	struct strings   include; /* PCRE2 */
	struct strings   exclude;
	int64_t          max_pages;          /* 0: LIMIT_PAGES_DEFAULT */
	int64_t          max_pages_per_host; /* 0: any */
	int64_t          max_url_length; /* bytes, of URLs that were found */
	enum robots_mode robots;
	bool             nofollow; /* rel=nofollow is obeyed */
	const char      *sitemap;  /* "auto", "never" or a URL */

	/* Checking links. */
	bool        check;
	bool        fragments;
	const char *accept; /* see config_accepts() */
	bool        strict;
	bool        internal;
	bool        external;
	const char *ignore_file; /* NULL: .acrawlignore, if there is one */
	enum check_method check_method;
	bool              no_second_look;
	struct strings    fallback_ext;
	const char       *baseline; /* NULL: none */
	bool              write_baseline;
	const char       *cache; /* NULL: none */
	int64_t           cache_age_ms;
	struct strings    reports; /* KIND=FILE */
	const char       *explain; /* a URL; NULL: none.  Implies check */

	/* How many, how long. */
	int64_t concurrency;
	int64_t per_host;
	int64_t per_address; /* 0: any number */
	int64_t delay_ms;
	int64_t timeout_ms;
	int64_t connect_timeout_ms;
	int64_t deadline_ms; /* 0: none */
	int64_t retries;
	int64_t max_redirects;
	int64_t max_size; /* bytes */

	/* Requests. */
	const char    *user_agent;
	struct strings headers;
	const char    *proxy;
	const char    *cacert;
	bool           insecure;
	struct strings resolve;
	int64_t        ip_version; /* 4, 6, or 0 for either */

	/* Messages. */
	bool          quiet;
	int64_t       verbose; /* how many -v */
	enum progress progress;

	/* The config file. */
	const char    *config_file; /* NULL: .acrawlrc, if there is one */
	bool           no_config;
	bool           print_config;
	struct strings owned; /* its strings; all others are argv's */
};

enum config_result {
	CONFIG_RUN,  /* go on */
	CONFIG_DONE, /* --help and the like: it is printed */
	CONFIG_BAD,  /* wrong usage: it is said */
};

/*
 * Reads the config file and the command line into *config, from the defaults.
 * Borrows argv for the life of config; config_clear() frees the rest.
 */
enum config_result config_parse(struct config *config, int argc, char **argv);
void               config_clear(struct config *config);

/*
 * A number with a suffix: sizes k, m, g (of 1024), times ms, s (the default),
 * m, h, d, with a fraction if one likes.  False if it is no such thing, or
 * beyond 2^53.
 */
bool config_size(const char *text, int64_t *bytes);
bool config_time(const char *text, int64_t *ms);

/*
 * The file of that name in the working directory or in the nearest folder above
 * it, as "name", "../name" and so on.  Returned owned; NULL: there is none, or
 * it is that of somebody who is not to be trusted, which is said, with the
 * option that reads it nevertheless.
 */
char *config_nearest(const char *name, const char *option);

/*
 * Whether a status is one of those of --accept, numbers and ranges N..N apart
 * by commas.
 */
bool config_accepts(const char *accept, int status);

#endif
