/*
 * config.c - the option table and the command line.
 */
#include "acrawl/config.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acrawl/limits.h"
#include "acrawl/log.h"
#include "acrawl/mem.h"
#include "acrawl/str.h"
#include "acrawl/url.h"
#include "acrawl/version.h"

/* How an option's argument is read and where its value goes. */
enum option_type {
	TYPE_FLAG,    /* none; sets a bool */
	TYPE_COUNT,   /* none; adds 1 to an int64_t */
	TYPE_SET,     /* none; stores `low` in an int64_t */
	TYPE_NUMBER,  /* an int64_t from low to high */
	TYPE_SIZE,    /* an int64_t of bytes from low to high */
	TYPE_TIME,    /* an int64_t of ms from low to high */
	TYPE_STRING,  /* a const char * */
	TYPE_STRINGS, /* one more of a struct strings */
	TYPE_WORD,    /* one of those of `argument`; their number, in an enum */
	TYPE_SCHEMES, /* names of schemes, apart by commas */
	TYPE_HELP,
	TYPE_VERSION,
};

/* In the short --help a rare one is there by its name only. */
enum option_use { SHOWN, RARE };

struct option_row {
	char             letter; /* 0: none */
	const char      *name;
	const char      *argument; /* NULL: takes none; TYPE_WORD: a|b|c */
	enum option_type type;
	size_t           offset;
	int64_t          low;
	int64_t          high;
	const char      *group; /* NULL: that of the row before */
	const char      *help;
	enum option_use  use;
};

/* TYPE_WORD stores its value so. */
_Static_assert(sizeof(enum progress) == sizeof(unsigned) &&
		   sizeof(enum format) == sizeof(unsigned) &&
		   sizeof(enum links_set) == sizeof(unsigned) &&
		   sizeof(enum scope_kind) == sizeof(unsigned) &&
		   sizeof(enum robots_mode) == sizeof(unsigned) &&
		   sizeof(enum html_parser) == sizeof(unsigned),
    "enums are stored as unsigned numbers");

#define AT(field) offsetof(struct config, field)
#define MOST_MS   ((int64_t)1000 * 86400 * 365)

static const struct option_row options[] = {
    {0, "base-url", "URL", TYPE_STRING, AT(base_url), 0, 0, "Input",
	"where the files of a directory are published", SHOWN},

    {'o', "output", "FILE", TYPE_STRING, AT(output), 0, 0, "Output",
	"links go to FILE (default -, standard output)", SHOWN},
    {'f', "format", "tsv|jsonl", TYPE_WORD, AT(format), 0, 0, NULL,
	"of links: columns, or an object a line (tsv)", SHOWN},
    {0, "pages", "FILE", TYPE_STRING, AT(pages), 0, 0, NULL,
	"one row for each URL with its outcome", SHOWN},
    {0, "no-header", NULL, TYPE_FLAG, AT(no_header), 0, 0, NULL,
	"leave out the line with the columns' names", RARE},
    {0, "ordered", NULL, TYPE_FLAG, AT(ordered), 0, 0, NULL,
	"pages in input order: the same bytes each time", SHOWN},

    {0, "links", "a|all", TYPE_WORD, AT(links), 0, 0, "Which links",
	"of a and area, or of all elements, headers (a)", SHOWN},
    {0, "schemes", "LIST", TYPE_SCHEMES, AT(schemes), 0, 0, NULL,
	"only these, such as http,https (all)", RARE},
    {0, "html-parser", "standard|libxml2", TYPE_WORD, AT(html_parser), 0, 0,
	NULL, "by the HTML standard, or by libxml2", RARE},

    {'r', "recursive", NULL, TYPE_FLAG, AT(recursive), 0, 0, "Crawl a site",
	"follow the links from page to page", SHOWN},
    {'d', "depth", "N", TYPE_NUMBER, AT(depth), 0, 1000000, NULL,
	"not beyond N links from an input (no end)", SHOWN},
    {0, "scope", "host|origin|domain|prefix|any", TYPE_WORD, AT(scope), 0, 0,
	NULL, "what belongs to the site of an input (host)", SHOWN},
    {0, "include", "RE", TYPE_STRINGS, AT(include), 0, 0, NULL,
	"only URLs that match, of those found; repeatable", SHOWN},
    {0, "exclude", "RE", TYPE_STRINGS, AT(exclude), 0, 0, NULL,
	"none that match; repeatable, wins", SHOWN},
    {0, "max-pages", "N", TYPE_NUMBER, AT(max_pages), 1, INT64_MAX, NULL,
	"URLs in all (100000)", SHOWN},
    {0, "max-pages-per-host", "N", TYPE_NUMBER, AT(max_pages_per_host), 1,
	INT64_MAX, NULL, "URLs of each host (no end)", RARE},
    {0, "max-url-length", "N", TYPE_SIZE, AT(max_url_length), 1,
	LIMIT_URL_BYTES, NULL, "of URLs to follow, in bytes (2k)", RARE},
    {0, "robots", "found|always|never", TYPE_WORD, AT(robots), 0, 0, NULL,
	"obey robots.txt for URLs that were found (found)", SHOWN},
    {0, "nofollow", NULL, TYPE_FLAG, AT(nofollow), 0, 0, NULL,
	"do not follow links with rel=nofollow", RARE},
    {0, "sitemap", "auto|never|URL", TYPE_STRING, AT(sitemap), 0, 0, NULL,
	"read the site's sitemaps, none, or this (auto)", SHOWN},

    {'c', "concurrency", "N", TYPE_NUMBER, AT(concurrency), 1, 100000,
	"How many, how long", "pages in flight in all (128)", SHOWN},
    {0, "per-host", "N", TYPE_NUMBER, AT(per_host), 1, 100000, NULL,
	"pages in flight per host (8)", SHOWN},
    {0, "per-address", "N", TYPE_NUMBER, AT(per_address), 1, 100000, NULL,
	"pages in flight per IP address (no end)", RARE},
    {0, "delay", "T", TYPE_TIME, AT(delay_ms), 0, MOST_MS, NULL,
	"pause between two requests to a host (0)", SHOWN},
    {'t', "timeout", "T", TYPE_TIME, AT(timeout_ms), 0, MOST_MS, NULL,
	"each request, from start to end (30s; 0: none)", SHOWN},
    {0, "connect-timeout", "T", TYPE_TIME, AT(connect_timeout_ms), 0, MOST_MS,
	NULL, "for DNS, TCP and TLS together (10s; 0: none)", RARE},
    {0, "deadline", "T", TYPE_TIME, AT(deadline_ms), 0, MOST_MS, NULL,
	"end the whole run after T (0: never)", SHOWN},
    {0, "retries", "N", TYPE_NUMBER, AT(retries), 0, 100, NULL,
	"more attempts after a passing failure (2)", RARE},
    {0, "max-redirects", "N", TYPE_NUMBER, AT(max_redirects), 0, 100, NULL,
	"hops to follow per page (10)", RARE},
    {0, "max-size", "N", TYPE_SIZE, AT(max_size), 0, INT64_MAX, NULL,
	"bytes to read per page, decoded (16m; 0: no end)", RARE},

    {'A', "user-agent", "NAME", TYPE_STRING, AT(user_agent), 0, 0,
	"Requests, as with curl", "(acrawl/" ACRAWL_VERSION ")", SHOWN},
    {'H', "header", "LINE", TYPE_STRINGS, AT(headers), 0, 0, NULL,
	"add a request header; may be repeated", SHOWN},
    {'x', "proxy", "URL", TYPE_STRING, AT(proxy), 0, 0, NULL,
	"(default: what http_proxy etc. say)", RARE},
    {0, "cacert", "FILE", TYPE_STRING, AT(cacert), 0, 0, NULL,
	"trust these certificates (PEM)", RARE},
    {'k', "insecure", NULL, TYPE_FLAG, AT(insecure), 0, 0, NULL,
	"do not verify certificates", SHOWN},
    {0, "resolve", "HOST:PORT:ADDR", TYPE_STRINGS, AT(resolve), 0, 0, NULL,
	"use ADDR for HOST", RARE},
    {'4', "ipv4", NULL, TYPE_SET, AT(ip_version), 4, 0, NULL,
	"use IPv4 addresses only", RARE},
    {'6', "ipv6", NULL, TYPE_SET, AT(ip_version), 6, 0, NULL,
	"use IPv6 addresses only", RARE},

    {'q', "quiet", NULL, TYPE_FLAG, AT(quiet), 0, 0, "Messages",
	"only what stops the run", SHOWN},
    {'v', "verbose", NULL, TYPE_COUNT, AT(verbose), 0, 0, NULL,
	"a log line for each step; -vv: more", SHOWN},
    {0, "progress", "auto|always|never", TYPE_WORD, AT(progress), 0, 0, NULL,
	"(auto: if standard error is a terminal)", RARE},
    {'h', "help", NULL, TYPE_HELP, 0, 0, 0, NULL,
	"show this and exit; --help all: all of it", SHOWN},
    {'V', "version", NULL, TYPE_VERSION, 0, 0, 0, NULL,
	"show the version and exit", SHOWN},
};

/* Of the names in --help. */
#define NAMES_WIDTH 28

#define OPTIONS_N (sizeof(options) / sizeof(*options))

/* An option's names: "-o, --output FILE". */
static void
add_names(struct buf *to, const struct option_row *o)
{
	buf_addf(to, "%c%c%c --%s%s%s", o->letter != 0 ? '-' : ' ',
	    o->letter != 0 ? o->letter : ' ', o->letter != 0 ? ',' : ' ',
	    o->name, o->argument != NULL ? " " : "",
	    o->argument != NULL ? o->argument : "");
}

static void
print_option(const struct option_row *o)
{
	struct buf names;

	buf_init(&names, 0);
	add_names(&names, o);
	if (names.n > NAMES_WIDTH)
		printf("  %s\n  %-*s %s\n", buf_cstr(&names), NAMES_WIDTH, "",
		    o->help);
	else
		printf("  %-*s %s\n", NAMES_WIDTH, buf_cstr(&names), o->help);
	buf_clear(&names);
}

/* The rare options of the group that begins at first, by their names. */
static void
print_rare(size_t first)
{
	int column = 0;

	for (size_t i = first;
	     i < OPTIONS_N && (i == first || options[i].group == NULL); i++) {
		const struct option_row *o = &options[i];
		int                      width =
		    (int)strlen(o->name) + 4 +
		    (o->argument != NULL ? (int)strlen(o->argument) + 1 : 0);

		if (o->use != RARE)
			continue;
		if (column == 0 || column + width > 79)
			column = printf("%s      and", column > 0 ? "\n" : "") -
			         (column > 0);
		column +=
		    printf(" --%s%s%s", o->name, o->argument != NULL ? " " : "",
			o->argument != NULL ? o->argument : "");
	}
	if (column > 0)
		printf("\n");
}

/* What fits a screen; with `all`, each option with its meaning. */
static void
print_help(bool all)
{
	size_t group = 0;

	printf("Usage: acrawl [OPTION]... INPUT...\n"
	       "Fetches pages at the same time and lists their links, "
	       "source_url<TAB>parsed_url.\n"
	       "INPUT: a file of URLs (one a line, # comments), an http(s) "
	       "URL, - for stdin,\nor the directory of a built site, with "
	       "--base-url.\n");
	for (size_t i = 0; i < OPTIONS_N; i++) {
		if (options[i].group != NULL) {
			printf("%s:\n", options[i].group);
			group = i;
		}
		if (all || options[i].use == SHOWN)
			print_option(&options[i]);
		if (!all &&
		    (i + 1 == OPTIONS_N || options[i + 1].group != NULL))
			print_rare(group);
	}
	printf("Sizes take k, m, g; times ms, s, m, h, d. Exit status: 0 all "
	       "fetched, 1 usage,\n2 some pages failed, 3 incomplete. "
	       "More: %sman acrawl\n",
	    all ? "" : "acrawl --help all, ");
}

/* The number in text and its unit behind it; false if there is none. */
static bool
number_and_unit(const char *text, double *number, const char **unit)
{
	char *end;

	if (!isdigit((unsigned char)text[0]) && text[0] != '.')
		return false;
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return false;
	errno = 0;
	*number = strtod(text, &end);
	*unit = end;
	return errno == 0 && end != text;
}

struct unit {
	const char *name;
	double      factor;
};

static bool
scaled(const char *text, const struct unit *units, size_t n, int64_t *value)
{
	const char *unit;
	double      number;

	if (!number_and_unit(text, &number, &unit))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (strcasecmp(unit, units[i].name) != 0)
			continue;
		number = number * units[i].factor + 0.5;
		if (!(number <= 9007199254740992.0))
			return false;
		*value = (int64_t)number;
		return true;
	}
	return false;
}

bool
config_size(const char *text, int64_t *bytes)
{
	static const struct unit units[] = {
	    {"", 1}, {"b", 1}, {"k", 0x1p10}, {"m", 0x1p20}, {"g", 0x1p30}};

	return scaled(text, units, sizeof(units) / sizeof(*units), bytes);
}

bool
config_time(const char *text, int64_t *ms)
{
	static const struct unit units[] = {{"", 1e3}, {"ms", 1}, {"s", 1e3},
	    {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}};

	return scaled(text, units, sizeof(units) / sizeof(*units), ms);
}

static bool
whole_number(const char *text, int64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	*value = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0';
}

static void
strings_add(struct strings *s, const char *item)
{
	s->items = xrealloc(s->items, s->n + 2, sizeof(*s->items));
	s->items[s->n++] = item;
	s->items[s->n] = NULL;
}

/* The place of text among words that bars separate. */
static bool
read_word(const char *text, const char *words, unsigned *value)
{
	size_t n = strlen(text);

	*value = 0;
	while (strncmp(words, text, n) != 0 ||
	       (words[n] != '|' && words[n] != '\0')) {
		words = strchr(words, '|');
		if (words++ == NULL)
			return false;
		*value += 1;
	}
	return n > 0;
}

/* Whether text is a scheme's name (URL standard, 4.3). */
static bool
is_scheme(const char *text)
{
	return isalpha((unsigned char)text[0]) &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789+-.")] ==
	           '\0';
}

static bool
read_schemes(const char *text, struct config *config)
{
	char *word, *comma;

	free(config->schemes_text);
	config->schemes.n = 0;
	config->schemes_text = xstrdup(text);
	for (char *c = config->schemes_text; *c != '\0'; c++)
		*c = ascii_lower(*c);
	for (word = config->schemes_text; word != NULL; word = comma) {
		comma = strchr(word, ',');
		if (comma != NULL)
			*comma++ = '\0';
		if (!is_scheme(word))
			return false;
		strings_add(&config->schemes, word);
	}
	return true;
}

/* Stores one option's value; false if its argument is wrong. */
static bool
apply(struct config *config, const struct option_row *o, const char *argument)
{
	void   *at = (char *)config + o->offset;
	int64_t value = 0;
	bool    ok = true;

	switch (o->type) {
	case TYPE_FLAG:
		*(bool *)at = true;
		return true;
	case TYPE_COUNT:
		*(int64_t *)at += 1;
		return true;
	case TYPE_SET:
		*(int64_t *)at = o->low;
		return true;
	case TYPE_STRING:
		*(const char **)at = argument;
		return true;
	case TYPE_STRINGS:
		strings_add(at, argument);
		return true;
	case TYPE_WORD:
		return read_word(argument, o->argument, at);
	case TYPE_SCHEMES:
		return read_schemes(argument, config);
	case TYPE_NUMBER:
		ok = whole_number(argument, &value);
		break;
	case TYPE_SIZE:
		ok = config_size(argument, &value);
		break;
	case TYPE_TIME:
		ok = config_time(argument, &value);
		break;
	case TYPE_HELP:
	case TYPE_VERSION:
		return true;
	}
	if (!ok || value < o->low || value > o->high)
		return false;
	*(int64_t *)at = value;
	return true;
}

/* Says what an option wants. */
static void
complain(const struct option_row *o, const char *argument)
{
	static const char *const wants[] = {
	    [TYPE_NUMBER] = "a whole number",
	    [TYPE_SIZE] = "a size such as 500k, 16m or 1g",
	    [TYPE_TIME] = "a time such as 500ms, 10s, 5m or 1h",
	    [TYPE_SCHEMES] = "schemes such as http,https,mailto",
	};

	if (o->type == TYPE_NUMBER)
		log_plain("--%s wants %s from %lld to %lld, not '%s'", o->name,
		    wants[o->type], (long long)o->low, (long long)o->high,
		    argument);
	else if (o->type == TYPE_WORD)
		log_plain("--%s wants one of %s, not '%s'", o->name,
		    o->argument, argument);
	else
		log_plain("--%s wants %s, not '%s'", o->name, wants[o->type],
		    argument);
}

/* What getopt_long() wants, made from the table. */
static void
make_getopt(struct option *longs, char *letters)
{
	*letters++ = ':';
	for (size_t i = 0; i < OPTIONS_N; i++) {
		const struct option_row *o = &options[i];
		bool                     takes = o->argument != NULL;

		longs[i] = (struct option){o->name,
		    takes ? required_argument : no_argument, NULL,
		    256 + (int)i};
		if (o->letter != 0) {
			*letters++ = o->letter;
			if (takes)
				*letters++ = ':';
		}
	}
	longs[OPTIONS_N] = (struct option){NULL, 0, NULL, 0};
	*letters = '\0';
}

static const struct option_row *
find_row(int code)
{
	if (code >= 256)
		return &options[code - 256];
	for (size_t i = 0; i < OPTIONS_N; i++)
		if (options[i].letter == code)
			return &options[i];
	return NULL;
}

/* getopt_long() refused argv[optind - 1]. */
static enum config_result
refuse(int code, char **argv)
{
	const char *word = argv[optind - 1];

	if (code == ':')
		log_plain("%s needs an argument (see acrawl --help)", word);
	else if (optopt >= 256)
		log_plain("%s takes no argument (see acrawl --help)", word);
	else if (optopt != 0)
		log_plain("no option -%c (see acrawl --help)", optopt);
	else
		log_plain("no option %s (see acrawl --help)", word);
	return CONFIG_BAD;
}

/* Whether a URL can be fetched. */
static bool
is_http_url(const char *text)
{
	struct url url;
	bool       ok;

	url_init(&url);
	ok = url_parse(&url, str_c(text), NULL) && url_is_http(&url);
	url_clear(&url);
	return ok;
}

/* The options that mean nothing without --recursive, and what they need. */
static bool
check_crawl(const struct config *config)
{
	const struct {
		const char *name;
		bool        given;
	} needs[] = {
	    {"depth", config->depth >= 0},
	    {"scope", config->scope != SCOPE_HOST},
	    {"include", config->include.n > 0},
	    {"exclude", config->exclude.n > 0},
	    {"max-pages", config->max_pages > 0},
	    {"max-pages-per-host", config->max_pages_per_host > 0},
	    {"nofollow", config->nofollow},
	    {"sitemap", strcmp(config->sitemap, "auto") != 0},
	};

	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		if (!needs[i].given || config->recursive)
			continue;
		log_plain("--%s is about crawling a site: it needs --recursive",
		    needs[i].name);
		return false;
	}
	if (config->recursive && config->base_url != NULL) {
		log_plain("--recursive is for URLs: of a directory, which "
			  "--base-url is about, all files are read anyway");
		return false;
	}
	if (strcmp(config->sitemap, "auto") == 0 ||
	    strcmp(config->sitemap, "never") == 0 ||
	    is_http_url(config->sitemap))
		return true;
	log_plain("--sitemap wants auto, never or an http(s) URL, not '%s'",
	    config->sitemap);
	return false;
}

static enum config_result
check(const struct config *config)
{
	if (config->inputs.n == 0) {
		log_plain("what is to be fetched? Name a file of URLs, a URL, "
			  "a directory, or - for standard input "
			  "(see acrawl --help)");
		return CONFIG_BAD;
	}
	if (config->pages != NULL &&
	    strcmp(config->pages, config->output) == 0) {
		log_plain("--output and --pages both go to %s; give one of "
			  "them another file",
		    strcmp(config->pages, "-") == 0 ? "standard output"
						    : config->pages);
		return CONFIG_BAD;
	}
	if (!check_crawl(config))
		return CONFIG_BAD;
	for (size_t i = 0; i < config->resolve.n; i++) {
		const char *colon = strchr(config->resolve.items[i], ':');

		if (colon == NULL || strchr(colon + 1, ':') == NULL) {
			log_plain("--resolve wants HOST:PORT:ADDRESS, not '%s'",
			    config->resolve.items[i]);
			return CONFIG_BAD;
		}
	}
	return CONFIG_RUN;
}

enum config_result
config_parse(struct config *config, int argc, char **argv)
{
	struct option longs[OPTIONS_N + 1];
	char          letters[2 * OPTIONS_N + 2];
	int           code;

	*config = (struct config){
	    .output = "-",
	    .depth = -1,
	    .max_url_length = 2048,
	    .sitemap = "auto",
	    .concurrency = 128,
	    .per_host = 8,
	    .timeout_ms = 30 * 1000,
	    .connect_timeout_ms = 10 * 1000,
	    .retries = 2,
	    .max_redirects = 10,
	    .max_size = 16 * 1024 * 1024,
	    .user_agent = "acrawl/" ACRAWL_VERSION,
	};
	make_getopt(longs, letters);
	optind = 0; /* glibc: begin afresh, also within a word of letters */
	opterr = 0;
	while ((code = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		const struct option_row *o;

		if (code == ':' || code == '?')
			return refuse(code, argv);
		o = find_row(code);
		if (o->type == TYPE_HELP) {
			print_help(
			    optind < argc && strcmp(argv[optind], "all") == 0);
			return CONFIG_DONE;
		}
		if (o->type == TYPE_VERSION) {
			printf("acrawl " ACRAWL_VERSION "\n");
			return CONFIG_DONE;
		}
		if (!apply(config, o, optarg)) {
			complain(o, optarg);
			return CONFIG_BAD;
		}
	}
	for (int i = optind; i < argc; i++)
		strings_add(&config->inputs, argv[i]);
	return check(config);
}

void
config_clear(struct config *config)
{
	free(config->inputs.items);
	free(config->schemes.items);
	free(config->schemes_text);
	free(config->include.items);
	free(config->exclude.items);
	free(config->headers.items);
	free(config->resolve.items);
}
