/*
 * config.c - the command line, after the config file.
 */
#include "config_int.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acrawl/log.h"
#include "acrawl/version.h"

/* What getopt_long() wants, made from the table. */
static void
make_getopt(struct option *longs, char *letters)
{
	size_t                   n;
	const struct option_row *rows = config_rows(&n);

	*letters++ = ':';
	for (size_t i = 0; i < n; i++) {
		const struct option_row *o = &rows[i];
		bool                     takes = o->argument != NULL;

		longs[i] = (struct option){o->name,
		    takes                 ? required_argument
		    : o->type <= TYPE_SET ? optional_argument
					  : no_argument,
		    NULL, 256 + (int)i};
		if (o->letter != 0) {
			*letters++ = o->letter;
			if (takes)
				*letters++ = ':';
		}
	}
	longs[n] = (struct option){NULL, 0, NULL, 0};
	*letters = '\0';
}

/* The option that getopt_long() found; NULL: it found none. */
static const struct option_row *
find_row(int code)
{
	size_t                   n;
	const struct option_row *rows = config_rows(&n);

	if (code >= 256)
		return &rows[code - 256];
	for (size_t i = 0; i < n; i++)
		if (rows[i].letter == code)
			return &rows[i];
	return NULL;
}

/* What "--name" or "--name=value" was to be; NULL: nothing that is known. */
static const char *
guess_of(const char *word)
{
	return config_guess(str_n(word + 2, strcspn(word + 2, "=")));
}

/* getopt_long() refused argv[optind - 1]. */
static enum config_result
refuse(int code, char **argv)
{
	const char *word = argv[optind - 1];
	const char *guess;

	if (code == ':')
		log_plain("%s needs an argument (see acrawl --help)", word);
	else if (optopt >= 256)
		log_plain("%s takes no argument (see acrawl --help)", word);
	else if (optopt != 0)
		log_plain("no option -%c (see acrawl --help)", optopt);
	else if ((guess = guess_of(word)) != NULL)
		log_plain("no option %s; is --%s meant?", word, guess);
	else
		log_plain("no option %s (see acrawl --help)", word);
	return CONFIG_BAD;
}

void
config_defaults(struct config *config)
{
	*config = (struct config){
	    .output = "-",
	    .links = LINKS_UNSET,
	    .depth = -1,
	    .max_url_length = 2048,
	    .sitemap = "auto",
	    .accept = "200..299",
	    .cache_age_ms = (int64_t)24 * 3600 * 1000,
	    .concurrency = 128,
	    .per_host = 8,
	    .timeout_ms = 30 * 1000,
	    .connect_timeout_ms = 10 * 1000,
	    .retries = 2,
	    .max_redirects = 10,
	    .max_size = 16 * 1024 * 1024,
	    .user_agent = "acrawl/" ACRAWL_VERSION,
	};
}

void
givens_add(struct givens *g, const struct option_row *o, const char *value,
    size_t line)
{
	g->items = xrealloc(g->items, g->n + 1, sizeof(*g->items));
	g->items[g->n++] = (struct given){o, value, line};
}

void
givens_clear(struct givens *g)
{
	free(g->items);
	free(g->file);
}

const struct given *
givens_last(const struct givens *g, const struct option_row *o)
{
	for (size_t i = g->n; i > 0; i--)
		if (g->items[i - 1].row->offset == o->offset)
			return &g->items[i - 1];
	return NULL;
}

static void
complain(const struct given *g)
{
	struct buf wants;

	buf_init(&wants, 0);
	config_add_wants(&wants, g->row, g->value);
	log_plain("--%s %s", g->row->name, buf_cstr(&wants));
	buf_clear(&wants);
}

/* Does at once what some options ask for; next is behind the option. */
static enum config_result
serve(const struct given *g, const char *next)
{
	if (g->row->type == TYPE_HELP) {
		config_print_help(next != NULL && strcmp(next, "all") == 0);
		return CONFIG_DONE;
	}
	if (g->row->type == TYPE_VERSION) {
		printf("acrawl " ACRAWL_VERSION "\n");
		return CONFIG_DONE;
	}
	if (g->row->type != TYPE_COMPLETION)
		return CONFIG_RUN;
	if (config_print_completion(g->value))
		return CONFIG_DONE;
	complain(g);
	return CONFIG_BAD;
}

/* The options of the command line, in their order; inputs go behind them. */
static enum config_result
gather_by(struct givens *line, int argc, char **argv,
    const struct option *longs, const char *letters)
{
	enum config_result result = CONFIG_RUN;
	int                code;

	optind = 0; /* glibc: begin afresh, also within a word of letters */
	opterr = 0;
	while (result == CONFIG_RUN &&
	       (code = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		const struct option_row *o = find_row(code);

		if (o == NULL)
			return refuse(code, argv);
		givens_add(line, o, optarg, 0);
		result = serve(&line->items[line->n - 1], argv[optind]);
	}
	return result;
}

static enum config_result
gather(struct givens *line, int argc, char **argv)
{
	size_t             n;
	struct option     *longs;
	char              *letters;
	enum config_result result;

	config_rows(&n);
	longs = xcalloc(n + 1, sizeof(*longs));
	letters = xmalloc(2 * n + 2);
	make_getopt(longs, letters);
	result = gather_by(line, argc, argv, longs, letters);
	free(longs);
	free(letters);
	return result;
}

/* Stores what the command line gives. */
static bool
take(struct config *config, struct givens *given, const struct given *g)
{
	const struct given *last = givens_last(given, g->row);

	/* -v beats the file, it does not add to it. */
	if (g->row->type == TYPE_COUNT && last != NULL && last->line > 0)
		config->verbose = 0;
	givens_add(given, g->row, g->value, 0);
	if (config_set(config, g->row, g->value))
		return true;
	complain(g);
	return false;
}

/* Which config file is meant has to be known before all else. */
static bool
take_first(struct config *config, const struct givens *line)
{
	struct givens first = {0};
	bool          ok = true;

	for (size_t i = 0; i < line->n && ok; i++)
		if ((line->items[i].row->flags & NOT_IN_FILE) != 0)
			ok = take(config, &first, &line->items[i]);
	givens_clear(&first);
	return ok;
}

static bool
take_all(struct config *config, struct givens *given, const struct givens *line)
{
	for (size_t i = 0; i < line->n; i++)
		if (!take(config, given, &line->items[i]))
			return false;
	return true;
}

/* From what was given to what is done. */
static enum config_result
decide(struct config *config, struct givens *given, const struct givens *line)
{
	if (!take_first(config, line) || !config_read_file(config, given) ||
	    !take_all(config, given, line))
		return CONFIG_BAD;
	config_settle(config, given);
	if (config->print_config && !config_print(config, given))
		return CONFIG_BAD;
	if (!config_check(config, given))
		return CONFIG_BAD;
	return config->print_config ? CONFIG_DONE : CONFIG_RUN;
}

enum config_result
config_parse(struct config *config, int argc, char **argv)
{
	struct givens      line = {0}, given = {0};
	enum config_result result;

	config_defaults(config);
	result = gather(&line, argc, argv);
	if (result == CONFIG_RUN) {
		for (int i = optind; i < argc; i++)
			strings_add(&config->inputs, argv[i]);
		result = decide(config, &given, &line);
	}
	givens_clear(&line);
	givens_clear(&given);
	return result;
}

void
config_clear(struct config *config)
{
	free(config->inputs.items);
	free(config->schemes.items);
	free(config->schemes_text);
	free(config->include.items);
	free(config->exclude.items);
	free(config->fallback_ext.items);
	free(config->reports.items);
	free(config->headers.items);
	free(config->resolve.items);
	for (size_t i = 0; i < config->owned.n; i++)
		free((char *)config->owned.items[i]);
	free(config->owned.items);
}
