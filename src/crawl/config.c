/*
 * config.c - the command line.
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
		    takes ? required_argument : no_argument, NULL,
		    256 + (int)i};
		if (o->letter != 0) {
			*letters++ = o->letter;
			if (takes)
				*letters++ = ':';
		}
	}
	longs[n] = (struct option){NULL, 0, NULL, 0};
	*letters = '\0';
}

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

/* Does what an option of the command line says. */
static enum config_result
take(struct config *config, const struct option_row *o, char **rest)
{
	struct buf wants;

	if (o->type == TYPE_HELP) {
		config_print_help(*rest != NULL && strcmp(*rest, "all") == 0);
		return CONFIG_DONE;
	}
	if (o->type == TYPE_VERSION) {
		printf("acrawl " ACRAWL_VERSION "\n");
		return CONFIG_DONE;
	}
	if (config_set(config, o, optarg))
		return CONFIG_RUN;
	buf_init(&wants, 0);
	config_add_wants(&wants, o, optarg);
	log_plain("--%s %s", o->name, buf_cstr(&wants));
	buf_clear(&wants);
	return CONFIG_BAD;
}

static enum config_result
take_all(struct config *config, int argc, char **argv,
    const struct option *longs, const char *letters)
{
	enum config_result result = CONFIG_RUN;
	int                code;

	optind = 0; /* glibc: begin afresh, also within a word of letters */
	opterr = 0;
	while (result == CONFIG_RUN &&
	       (code = getopt_long(argc, argv, letters, longs, NULL)) != -1)
		result = code == ':' || code == '?'
		             ? refuse(code, argv)
		             : take(config, find_row(code), argv + optind);
	return result;
}

enum config_result
config_parse(struct config *config, int argc, char **argv)
{
	size_t             n;
	struct option     *longs;
	char              *letters;
	enum config_result result;

	config_rows(&n);
	longs = xcalloc(n + 1, sizeof(*longs));
	letters = xmalloc(2 * n + 2);
	make_getopt(longs, letters);
	config_defaults(config);
	result = take_all(config, argc, argv, longs, letters);
	free(longs);
	free(letters);
	if (result != CONFIG_RUN)
		return result;
	for (int i = optind; i < argc; i++)
		strings_add(&config->inputs, argv[i]);
	return config_check(config) ? CONFIG_RUN : CONFIG_BAD;
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
}
