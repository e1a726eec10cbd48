/*
 * config_int.h - what the files of config share: the option table.
 */
#ifndef ACRAWL_CONFIG_INT_H
#define ACRAWL_CONFIG_INT_H

#include "acrawl/config.h"
#include "acrawl/str.h"

/* How an option's argument is read and where its value goes. */
enum option_type {
	TYPE_FLAG,    /* a bool: none, or true or false */
	TYPE_COUNT,   /* an int64_t, to which none adds 1 */
	TYPE_SET,     /* a flag that stores `low` in an int64_t */
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
	TYPE_COMPLETION, /* the name of a shell */
};

enum option_flags {
	SHOWN = 0,
	RARE = 1,         /* in the short --help it is there by its name only */
	CRAWL = 2,        /* it needs --recursive, */
	CHECK = 4,        /* --check, or with both flags one of the two */
	LISTING = 8,      /* it is of no use with --check */
	PATH = 16,        /* names a file */
	NONE = 32,        /* an empty argument takes it away */
	DIRECTORY = 64,   /* it needs a directory among the inputs */
	NOT_IN_FILE = 128 /* it is of use on the command line only */
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

/*
 * A value, and where it comes from: a line of the config file, or 0 for the
 * command line.
 */
struct given {
	const struct option_row *row;
	const char              *value; /* NULL: a flag without one */
	size_t                   line;
};

/* All that is given, in the order in which it is stored: the file first. */
struct givens {
	struct given *items;
	size_t        n;
	char         *file; /* the config file's name; NULL: none */
};

void givens_add(struct givens *g, const struct option_row *o, const char *value,
    size_t line);
void givens_clear(struct givens *g);

/* The last that was given for the option's field; NULL: nothing. */
const struct given *givens_last(
    const struct givens *g, const struct option_row *o);

/* Stores one option's value; false if its argument is wrong. */
bool config_set(
    struct config *config, const struct option_row *o, const char *argument);

/* Gives the option the value that it has in `from`, of lists none. */
void config_reset(struct config *config, const struct option_row *o,
    const struct config *from);

/* Whether two configurations have the same value of an option. */
bool config_same(
    const struct config *a, const struct config *b, const struct option_row *o);

/* Appends what an option wants: "wants a whole number ..., not 'x'". */
void config_add_wants(
    struct buf *to, const struct option_row *o, const char *argument);

/* --help; with `all`, each option with its meaning. */
void config_print_help(bool all);

/*
 * Reads the config file, if there is one, into *config and *given.  False if it
 * can't be read or has bad lines, which is said.
 */
bool config_read_file(struct config *config, struct givens *given);

/*
 * Settles what depends on other options.  What a config file says for another
 * kind of run is taken back.
 */
void config_settle(struct config *config, const struct givens *given);

/* Whether the options fit each other; if not, it is said. */
bool config_check(const struct config *config, const struct givens *given);

/* Whether an option is of use in what is to be done. */
bool config_is_of_use(const struct config *config, const struct option_row *o);

/* Prints what is in force.  False if that fails, which is said. */
bool config_print(const struct config *config, const struct givens *given);

/* --completion: prints the script for a shell.  False: there is none. */
bool config_print_completion(const char *shell);

/* The option of that name; NULL: none. */
const struct option_row *config_find(struct str name);

/* Whether an option may be given several times. */
bool config_is_list(const struct option_row *o);

/* A word of flags: true, yes, on, or false, no, off.  NULL: true. */
bool config_bool(const char *text, bool *value);

/* The name of the option that `name` is a slip of; NULL: of none. */
const char *config_guess(struct str name);

void strings_add(struct strings *s, const char *item);

#endif
