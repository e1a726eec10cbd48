/*
 * config_int.h - what the files of config share: the option table.
 */
#ifndef ACRAWL_CONFIG_INT_H
#define ACRAWL_CONFIG_INT_H

#include "acrawl/config.h"
#include "acrawl/str.h"

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
	TYPE_SITEMAP, /* a const char *: auto, never or a URL */
	TYPE_STATUSES, /* a const char *: see config_accepts() */
	TYPE_RESOLVE,  /* one more of a struct strings: HOST:PORT:ADDR */
	TYPE_REPORT,   /* one more of a struct strings: KIND=FILE */
	TYPE_HELP,
	TYPE_VERSION,
};

enum option_flags {
	SHOWN = 0,
	RARE = 1,    /* in the short --help it is there by its name only */
	CRAWL = 2,   /* it needs --recursive, */
	CHECK = 4,   /* --check, or with both flags one of the two */
	LISTING = 8, /* it is of no use with --check */
};

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
	unsigned         flags; /* of enum option_flags */
};

/* Until --links is given: a, or all with --check. */
#define LINKS_UNSET ((enum links_set)2)

/* The kinds of --report. */
#define CONFIG_REPORTS "text|tsv|jsonl|junit|sarif|github|markdown"

/* The table, in the order of --help; *n is how many there are. */
const struct option_row *config_rows(size_t *n);

/* What holds where nothing is said. */
void config_defaults(struct config *config);

/* Stores one option's value; false if its argument is wrong. */
bool config_set(
    struct config *config, const struct option_row *o, const char *argument);

/* Whether two configurations have the same value of an option. */
bool config_same(
    const struct config *a, const struct config *b, const struct option_row *o);

/* Appends what an option wants: "wants a whole number ..., not 'x'". */
void config_add_wants(
    struct buf *to, const struct option_row *o, const char *argument);

/* --help; with `all`, each option with its meaning. */
void config_print_help(bool all);

/*
 * Whether the options fit each other; if not, it is said.  Settles what
 * depends on others.
 */
bool config_check(struct config *config);

void strings_add(struct strings *s, const char *item);

#endif
