/*
 * config_check.c - whether the options fit each other.
 */
#include "config_int.h"

#include <string.h>
#include <sys/stat.h>

#include "acrawl/log.h"

static bool
is_standard_output(const char *file)
{
	return strcmp(file, "-") == 0;
}

static bool
has_directory(const struct config *config)
{
	struct stat st;

	for (size_t i = 0; i < config->inputs.n; i++)
		if (stat(config->inputs.items[i], &st) == 0 &&
		    S_ISDIR(st.st_mode))
			return true;
	return false;
}

/* Whether an option is about what is written, beside standard output. */
static bool
writes(const struct option_row *o)
{
	return o->offset == offsetof(struct config, output) ||
	       o->offset == offsetof(struct config, reports) ||
	       o->offset == offsetof(struct config, write_baseline);
}

bool
config_is_of_use(const struct config *config, const struct option_row *o)
{
	unsigned flags = o->flags;

	if (config->explain != NULL && writes(o))
		return false;
	if ((flags & LISTING) != 0)
		return !config->check;
	if ((flags & DIRECTORY) != 0)
		return config->inputs.n == 0 || has_directory(config);
	return (flags & (CRAWL | CHECK)) == 0 ||
	       ((flags & CRAWL) != 0 && config->recursive) ||
	       ((flags & CHECK) != 0 && config->check);
}

static void
say_of_no_use(const struct config *config, const struct option_row *o)
{
	if (config->explain != NULL && writes(o)) {
		log_plain("--explain writes to standard output only: --%s is "
			  "of no use with it",
		    o->name);
		return;
	}
	if ((o->flags & LISTING) != 0)
		log_plain("--%s is about listing links: with --check, "
			  "--report KIND=FILE says what is written",
		    o->name);
	else if ((o->flags & DIRECTORY) != 0)
		log_plain(
		    "--%s is for a directory, and no input is one", o->name);
	else if ((o->flags & CHECK) == 0)
		log_plain("--%s is about crawling a site: it needs "
			  "--recursive",
		    o->name);
	else if ((o->flags & CRAWL) == 0)
		log_plain(
		    "--%s is about checking links: it needs --check", o->name);
	else
		log_plain("--%s is about crawling a site or checking links: "
			  "it needs --recursive or --check",
		    o->name);
}

/* Whether the command line has the last word on an option. */
static bool
is_of_command_line(const struct givens *given, const struct option_row *o)
{
	const struct given *last = givens_last(given, o);

	return last != NULL && last->line == 0;
}

void
config_settle(struct config *config, const struct givens *given)
{
	size_t                   n;
	const struct option_row *rows = config_rows(&n);
	struct config            defaults;

	config_defaults(&defaults);
	if (config->explain != NULL) {
		config->check = true;
		config->fragments |= strchr(config->explain, '#') != NULL;
	}
	if (config->links == LINKS_UNSET)
		config->links = config->check ? LINKS_ALL : LINKS_A;
	for (const struct option_row *o = rows; o < rows + n; o++)
		if (!config_is_of_use(config, o) &&
		    !is_of_command_line(given, o))
			config_reset(config, o, &defaults);
}

/* What is of no use now was said on the command line. */
static bool
check_uses(const struct config *config)
{
	size_t                   n;
	const struct option_row *rows = config_rows(&n);
	struct config            defaults;

	config_defaults(&defaults);
	for (const struct option_row *o = rows; o < rows + n; o++) {
		if (config_is_of_use(config, o) ||
		    config_same(config, &defaults, o))
			continue;
		say_of_no_use(config, o);
		return false;
	}
	return true;
}

/* What FILE is in KIND=FILE. */
static const char *
report_file(const char *report)
{
	return strchr(report, '=') + 1;
}

/* Standard output takes any number of reports, a file one. */
static bool
check_reports(const struct config *config)
{
	for (size_t i = 0; i < config->reports.n; i++) {
		const char *file = report_file(config->reports.items[i]);
		bool        twice = strcmp(file, config->output) == 0;

		for (size_t k = 0; k < i && !twice; k++)
			twice = strcmp(file,
				    report_file(config->reports.items[k])) == 0;
		if (!twice || is_standard_output(file))
			continue;
		log_plain("two reports go to %s; give one of them another file",
		    file);
		return false;
	}
	return true;
}

static bool
check_links(const struct config *config)
{
	if (config->internal && config->external) {
		log_plain("--internal and --external leave no link; give one "
			  "of them, or neither");
		return false;
	}
	if (config->write_baseline && config->baseline == NULL) {
		log_plain("--write-baseline needs --baseline FILE, which it "
			  "writes");
		return false;
	}
	return check_reports(config);
}

static bool
check_inputs(const struct config *config)
{
	if (config->inputs.n == 0 && config->explain == NULL &&
	    !config->print_config) {
		log_plain("what is to be fetched? Name a file of URLs, a URL, "
			  "a directory, or - for standard input "
			  "(see acrawl --help)");
		return false;
	}
	if (config->recursive && config->base_url != NULL) {
		log_plain("--recursive is for URLs: of a directory, which "
			  "--base-url is about, all files are read anyway");
		return false;
	}
	return true;
}

static bool
check_outputs(const struct config *config)
{
	if (config->pages == NULL || strcmp(config->pages, config->output) != 0)
		return true;
	log_plain("--output and --pages both go to %s; give one of them "
		  "another file",
	    is_standard_output(config->pages) ? "standard output"
					      : config->pages);
	return false;
}

bool
config_check(const struct config *config, const struct givens *given)
{
	if (check_inputs(config) && check_uses(config) &&
	    check_outputs(config) && check_links(config))
		return true;
	if (given->file != NULL && config->inputs.n > 0)
		log_plain("some options may come from %s: see --print-config",
		    given->file);
	return false;
}
