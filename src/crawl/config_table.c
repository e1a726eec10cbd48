/*
 * config_table.c - the option table, and the search in it.
 */
#include "config_int.h"

#include "acrawl/limits.h"
#include "acrawl/version.h"

/* TYPE_WORD stores its value so. */
_Static_assert(sizeof(enum progress) == sizeof(unsigned) &&
		   sizeof(enum format) == sizeof(unsigned) &&
		   sizeof(enum links_set) == sizeof(unsigned) &&
		   sizeof(enum scope_kind) == sizeof(unsigned) &&
		   sizeof(enum robots_mode) == sizeof(unsigned) &&
		   sizeof(enum html_parser) == sizeof(unsigned) &&
		   sizeof(enum check_method) == sizeof(unsigned),
    "enums are stored as unsigned numbers");

#define AT(field) offsetof(struct config, field)
#define MOST_MS   ((int64_t)1000 * 86400 * 365)

static const struct option_row rows[] = {
    {0, "base-url", "URL", TYPE_STRING, AT(base_url), 0, 0, "Input and output",
	"where the files of a directory are published", SHOWN | DIRECTORY},

    {'o', "output", "FILE", TYPE_STRING, AT(output), 0, 0, NULL,
	"links go to FILE (default -, standard output)", SHOWN | PATH},
    {'f', "format", "tsv|jsonl", TYPE_WORD, AT(format), 0, 0, NULL,
	"of links: columns, or an object a line (tsv)", SHOWN | LISTING},
    {0, "pages", "FILE", TYPE_STRING, AT(pages), 0, 0, NULL,
	"one row for each URL with its outcome", SHOWN | LISTING | PATH | NONE},
    {0, "no-header", NULL, TYPE_FLAG, AT(no_header), 0, 0, NULL,
	"leave out the line with the columns' names", RARE | LISTING},
    {0, "ordered", NULL, TYPE_FLAG, AT(ordered), 0, 0, NULL,
	"pages in input order: the same bytes each time", RARE},

    {0, "links", "a|all", TYPE_WORD, AT(links), 0, 0, "Which links",
	"of a and area (the default), or of all elements", SHOWN},
    {0, "schemes", "LIST", TYPE_SCHEMES, AT(schemes), 0, 0, NULL,
	"only these, such as http,https (all)", RARE},
    {0, "html-parser", "standard|libxml2", TYPE_WORD, AT(html_parser), 0, 0,
	NULL, "by the HTML standard, or by libxml2", RARE},

    {'r', "recursive", NULL, TYPE_FLAG, AT(recursive), 0, 0, "Crawl a site",
	"follow the links from page to page", SHOWN},
    {'d', "depth", "N", TYPE_NUMBER, AT(depth), 0, 1000000, NULL,
	"not beyond N links from an input (no end)", SHOWN | CRAWL},
    {0, "scope", "host|origin|domain|prefix|any", TYPE_WORD, AT(scope), 0, 0,
	NULL, "what belongs to the site of an input (host)", RARE | CRAWL},
    {0, "include", "RE", TYPE_STRINGS, AT(include), 0, 0, NULL,
	"only URLs that match, of those found; repeatable",
	SHOWN | CRAWL | CHECK},
    {0, "exclude", "RE", TYPE_STRINGS, AT(exclude), 0, 0, NULL,
	"none that match; repeatable, wins", SHOWN | CRAWL | CHECK},
    {0, "max-pages", "N", TYPE_NUMBER, AT(max_pages), 1, INT64_MAX, NULL,
	"URLs in all (100000)", SHOWN | CRAWL},
    {0, "max-pages-per-host", "N", TYPE_NUMBER, AT(max_pages_per_host), 1,
	INT64_MAX, NULL, "URLs of each host (no end)", RARE | CRAWL},
    {0, "max-url-length", "N", TYPE_SIZE, AT(max_url_length), 1,
	LIMIT_URL_BYTES, NULL, "of URLs to follow, in bytes (2k)", RARE},
    {0, "robots", "found|always|never", TYPE_WORD, AT(robots), 0, 0, NULL,
	"obey robots.txt for URLs that were found (found)", RARE},
    {0, "nofollow", NULL, TYPE_FLAG, AT(nofollow), 0, 0, NULL,
	"do not follow links with rel=nofollow", RARE | CRAWL},
    {0, "sitemap", "auto|never|URL", TYPE_SITEMAP, AT(sitemap), 0, 0, NULL,
	"read the site's sitemaps, none, or this (auto)", SHOWN | CRAWL},

    {0, "check", NULL, TYPE_FLAG, AT(check), 0, 0, "Check links",
	"test the links of the pages, do not list them", SHOWN},
    {0, "fragments", NULL, TYPE_FLAG, AT(fragments), 0, 0, NULL,
	"also whether the page has the #id of a link", SHOWN | CHECK},
    {0, "accept", "LIST", TYPE_STATUSES, AT(accept), 0, 0, NULL,
	"statuses that are ok (200..299)", SHOWN | CHECK},
    {0, "strict", NULL, TYPE_FLAG, AT(strict), 0, 0, NULL,
	"blocked links fail, too", SHOWN | CHECK},
    {0, "internal", NULL, TYPE_FLAG, AT(internal), 0, 0, NULL,
	"only links to the site of the inputs", SHOWN | CHECK},
    {0, "external", NULL, TYPE_FLAG, AT(external), 0, 0, NULL,
	"only links to others", SHOWN | CHECK},
    {0, "ignore-file", "FILE", TYPE_STRING, AT(ignore_file), 0, 0, NULL,
	"more to --exclude, a line each (.acrawlignore)", RARE | CHECK | PATH},
    {0, "check-method", "auto|head|get", TYPE_WORD, AT(check_method), 0, 0,
	NULL, "auto: HEAD, then GET where that fails", RARE | CHECK},
    {0, "no-second-look", NULL, TYPE_FLAG, AT(no_second_look), 0, 0, NULL,
	"what fails is not tried again at the end", RARE | CHECK},
    {0, "fallback-ext", "EXT", TYPE_STRINGS, AT(fallback_ext), 0, 0, NULL,
	"of a directory: /page is page.EXT; repeatable", RARE | CHECK},
    {0, "baseline", "FILE", TYPE_STRING, AT(baseline), 0, 0, NULL,
	"what FILE names is known and does not fail",
	SHOWN | CHECK | PATH | NONE},
    {0, "write-baseline", NULL, TYPE_FLAG, AT(write_baseline), 0, 0, NULL,
	"write what is found to the --baseline", RARE | CHECK},
    {0, "cache", "FILE", TYPE_STRING, AT(cache), 0, 0, NULL,
	"what was ok is kept there, and not asked again",
	SHOWN | CHECK | PATH | NONE},
    {0, "cache-age", "T", TYPE_TIME, AT(cache_age_ms), 0, MOST_MS, NULL,
	"for so long (1d)", RARE | CHECK},
    {0, "report", "KIND=FILE", TYPE_REPORT, AT(reports), 0, 0, NULL,
	"text tsv jsonl junit sarif github markdown", SHOWN | CHECK | PATH},
    {0, "explain", "URL", TYPE_STRING, AT(explain), 0, 0, NULL,
	"tell everything about one target", SHOWN | NOT_IN_FILE},

    {'c', "concurrency", "N", TYPE_NUMBER, AT(concurrency), 1, 100000,
	"How many, how long", "pages in flight in all (128)", SHOWN},
    {0, "per-host", "N", TYPE_NUMBER, AT(per_host), 1, 100000, NULL,
	"pages in flight per host (8)", SHOWN},
    {0, "per-address", "N", TYPE_NUMBER, AT(per_address), 1, 100000, NULL,
	"pages in flight per IP address (no end)", RARE},
    {0, "delay", "T", TYPE_TIME, AT(delay_ms), 0, MOST_MS, NULL,
	"pause between two requests to a host (0)", RARE},
    {'t', "timeout", "T", TYPE_TIME, AT(timeout_ms), 0, MOST_MS, NULL,
	"each request, from start to end (30s; 0: none)", SHOWN},
    {0, "connect-timeout", "T", TYPE_TIME, AT(connect_timeout_ms), 0, MOST_MS,
	NULL, "for DNS, TCP and TLS together (10s; 0: none)", RARE},
    {0, "deadline", "T", TYPE_TIME, AT(deadline_ms), 0, MOST_MS, NULL,
	"end the whole run after T (0: never)", RARE},
    {0, "retries", "N", TYPE_NUMBER, AT(retries), 0, 100, NULL,
	"more attempts after a passing failure (2)", RARE},
    {0, "max-redirects", "N", TYPE_NUMBER, AT(max_redirects), 0, 100, NULL,
	"hops to follow per page (10)", RARE},
    {0, "max-size", "N", TYPE_SIZE, AT(max_size), 0, INT64_MAX, NULL,
	"bytes to read per page, decoded (16m; 0: no end)", RARE},

    {'A', "user-agent", "NAME", TYPE_STRING, AT(user_agent), 0, 0,
	"Requests, as with curl", "(acrawl/" ACRAWL_VERSION ")", RARE},
    {'H', "header", "LINE", TYPE_STRINGS, AT(headers), 0, 0, NULL,
	"add a request header; may be repeated", RARE},
    {'x', "proxy", "URL", TYPE_STRING, AT(proxy), 0, 0, NULL,
	"(default: what http_proxy etc. say)", RARE},
    {0, "cacert", "FILE", TYPE_STRING, AT(cacert), 0, 0, NULL,
	"trust these certificates (PEM)", RARE | PATH | NONE},
    {'k', "insecure", NULL, TYPE_FLAG, AT(insecure), 0, 0, NULL,
	"do not verify certificates", RARE},
    {0, "resolve", "HOST:PORT:ADDR", TYPE_RESOLVE, AT(resolve), 0, 0, NULL,
	"use ADDR for HOST", RARE},
    {'4', "ipv4", NULL, TYPE_SET, AT(ip_version), 4, 0, NULL,
	"use IPv4 addresses only", RARE},
    {'6', "ipv6", NULL, TYPE_SET, AT(ip_version), 6, 0, NULL,
	"use IPv6 addresses only", RARE},

    {'q', "quiet", NULL, TYPE_FLAG, AT(quiet), 0, 0, "Messages, configuration",
	"only what stops the run", SHOWN},
    {'v', "verbose", NULL, TYPE_COUNT, AT(verbose), 0, 9, NULL,
	"a log line for each step; -vv: more", SHOWN},
    {0, "progress", "auto|always|never", TYPE_WORD, AT(progress), 0, 0, NULL,
	"(auto: if standard error is a terminal)", RARE},
    {0, "config", "FILE", TYPE_STRING, AT(config_file), 0, 0, NULL,
	"read options from FILE (.acrawlrc)", RARE | NOT_IN_FILE},
    {0, "no-config", NULL, TYPE_FLAG, AT(no_config), 0, 0, NULL, "read none",
	RARE | NOT_IN_FILE},
    {0, "print-config", NULL, TYPE_FLAG, AT(print_config), 0, 0, NULL,
	"show the options in force and where from", RARE | NOT_IN_FILE},
    {0, "completion", "bash|zsh|fish", TYPE_COMPLETION, 0, 0, 0, NULL,
	"print what makes the shell complete options", RARE | NOT_IN_FILE},
    {'h', "help", NULL, TYPE_HELP, 0, 0, 0, NULL,
	"show this and exit; --help all: all of it", SHOWN | NOT_IN_FILE},
    {'V', "version", NULL, TYPE_VERSION, 0, 0, 0, NULL,
	"show the version and exit", RARE | NOT_IN_FILE},
};

const struct option_row *
config_rows(size_t *n)
{
	*n = sizeof(rows) / sizeof(*rows);
	return rows;
}

const struct option_row *
config_find(struct str name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (str_eq(str_c(rows[i].name), name))
			return &rows[i];
	return NULL;
}

/* More letters than any option has. */
#define GUESS_MAX 32

/* How many letters have to be put in, left out or changed between them. */
static size_t
distance(struct str a, struct str b)
{
	size_t row[GUESS_MAX + 1];

	for (size_t k = 0; k <= b.n; k++)
		row[k] = k;
	for (size_t i = 0; i < a.n; i++) {
		size_t before = row[0];

		row[0] = i + 1;
		for (size_t k = 0; k < b.n; k++) {
			size_t best = before + (a.p[i] != b.p[k]);

			before = row[k + 1];
			if (before + 1 < best)
				best = before + 1;
			if (row[k] + 1 < best)
				best = row[k] + 1;
			row[k + 1] = best;
		}
	}
	return row[b.n];
}

const char *
config_guess(struct str name)
{
	const char *guess = NULL;
	size_t      best = 3;

	if (name.n < 4 || name.n > GUESS_MAX)
		return NULL;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t d = distance(str_c(rows[i].name), name);

		if (d < best) {
			best = d;
			guess = rows[i].name;
		}
	}
	return guess;
}
