/*
 * config_completion.c - --completion: scripts that complete the options in a
 * shell, made from the option table.
 */
#include "config_int.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* What may stand as an option's argument. */
enum complete {
	COMPLETE_NOTHING, /* it takes none */
	COMPLETE_ANY,     /* what nobody can know, as a number */
	COMPLETE_FILES,
	COMPLETE_WORDS,  /* those of add_words() */
	COMPLETE_REPORT, /* one of these words, =, and a file */
};

static enum complete
kind_of(const struct option_row *o)
{
	if (o->argument == NULL)
		return COMPLETE_NOTHING;
	if (o->type == TYPE_REPORT)
		return COMPLETE_REPORT;
	if (strcmp(o->argument, "FILE") == 0)
		return COMPLETE_FILES;
	return strchr(o->argument, '|') != NULL ? COMPLETE_WORDS : COMPLETE_ANY;
}

/* The words of a|b|NAME that stand for themselves, each with `behind` it. */
static void
add_words(struct buf *to, const struct option_row *o, const char *behind)
{
	const char *words =
	    o->type == TYPE_REPORT ? CONFIG_REPORTS : o->argument;

	while (*words != '\0') {
		size_t n = strcspn(words, "|");

		if (!isupper((unsigned char)*words))
			buf_addf(to, "%s%.*s%s", to->n > 0 ? " " : "", (int)n,
			    words, behind);
		words += n + (words[n] == '|');
	}
}

static void
print_words(const struct option_row *o, const char *behind)
{
	struct buf words;

	buf_init(&words, 0);
	add_words(&words, o, behind);
	printf("%s", buf_cstr(&words));
	buf_clear(&words);
}

/* Text within single quotes; those in `special` get a backslash. */
static void
print_quoted(const char *text, const char *special, const char *quote)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			printf("%s", quote);
		else
			printf("%s%c",
			    strchr(special, *text) != NULL ? "\\" : "", *text);
	}
}

/* Where a line of the script is broken. */
#define WIDTH 72

/* The pattern for the options of one kind: "-o | --output | --pages)". */
static void
print_bash_pattern(const struct option_row *rows, size_t n, enum complete kind)
{
	int column = 0;

	for (const struct option_row *o = rows; o < rows + n; o++) {
		if (kind_of(o) != kind)
			continue;
		if (column > WIDTH - 20) {
			printf(" |\\\n");
			column = 0;
		} else if (column > 0) {
			column += printf(" |");
		}
		column += printf(column > 0 ? " " : "  ");
		if (o->letter != 0)
			column += printf("-%c | ", o->letter);
		column += printf("--%s", o->name);
	}
	printf(")\n");
}

/* The cases of options that take one of a few words. */
static void
print_bash_words(const struct option_row *rows, size_t n)
{
	for (const struct option_row *o = rows; o < rows + n; o++) {
		bool report = kind_of(o) == COMPLETE_REPORT;

		if (!report && kind_of(o) != COMPLETE_WORDS)
			continue;
		print_bash_pattern(o, 1, kind_of(o));
		if (report)
			printf("    compopt -o nospace 2>/dev/null\n");
		printf("    words='");
		print_words(o, report ? "=" : "");
		printf("'\n"
		       "    ;;\n");
	}
}

static void
print_bash_names(const struct option_row *rows, size_t n)
{
	int column = 0;

	for (const struct option_row *o = rows; o < rows + n; o++) {
		if (column > WIDTH - 16) {
			printf("\n       ");
			column = 0;
		}
		column += printf("%s--%s", o == rows ? "" : " ", o->name);
	}
}

static void
print_bash(const struct option_row *rows, size_t n)
{
	printf("# What bash completes for acrawl; made by "
	       "acrawl --completion bash.\n"
	       "_acrawl_files() {\n"
	       "  compopt -o filenames 2>/dev/null\n"
	       "  mapfile -t COMPREPLY < <(compgen -f -- \"$1\")\n"
	       "}\n\n"
	       "_acrawl() {\n"
	       "  local cur=${COMP_WORDS[COMP_CWORD]} equals= words=\n"
	       "  local prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
	       "  COMPREPLY=()\n"
	       "  # To bash, --name=value and kind=file are three words.\n"
	       "  if [[ $cur == = ]]; then\n"
	       "    cur= equals=yes\n"
	       "  elif [[ $prev == = ]]; then\n"
	       "    prev=${COMP_WORDS[COMP_CWORD - 2]} equals=yes\n"
	       "  fi\n"
	       "  case $prev in\n");
	print_bash_pattern(rows, n, COMPLETE_FILES);
	printf("    _acrawl_files \"$cur\"\n"
	       "    return\n"
	       "    ;;\n");
	print_bash_pattern(rows, n, COMPLETE_ANY);
	printf("    return\n"
	       "    ;;\n");
	print_bash_words(rows, n);
	printf("  *)\n"
	       "    if [[ $equals && $prev == --* ]]; then\n"
	       "      words='true false'\n"
	       "    elif [[ $equals || $cur != -* ]]; then\n"
	       "      _acrawl_files \"$cur\"\n"
	       "      return\n"
	       "    else\n"
	       "      words='");
	print_bash_names(rows, n);
	printf("'\n"
	       "    fi\n"
	       "    ;;\n"
	       "  esac\n"
	       "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	       "}\n\n"
	       "complete -F _acrawl acrawl\n");
}

/* The argument, as _arguments of zsh has it: ":what it is:how to complete". */
static void
print_zsh_argument(const struct option_row *o)
{
	if (kind_of(o) == COMPLETE_NOTHING)
		return;
	printf(":%s:", o->name);
	switch (kind_of(o)) {
	case COMPLETE_FILES:
		printf("_files");
		break;
	case COMPLETE_WORDS:
		printf("(");
		print_words(o, "");
		printf(")");
		break;
	case COMPLETE_REPORT:
		printf("_acrawl_report");
		break;
	case COMPLETE_ANY:
	case COMPLETE_NOTHING:
		printf(" ");
		break;
	}
}

static void
print_zsh_option(const struct option_row *o)
{
	const char *equals = o->argument != NULL ? "=" : "";
	bool        many = config_is_list(o) || o->type == TYPE_COUNT;

	printf("    ");
	if (o->letter != 0 && many)
		printf("'*'{-%c%s,--%s%s}'", o->letter,
		    o->argument != NULL ? "+" : "", o->name, equals);
	else if (o->letter != 0)
		printf("'(-%c --%s)'{-%c%s,--%s%s}'", o->letter, o->name,
		    o->letter, o->argument != NULL ? "+" : "", o->name, equals);
	else
		printf("'%s--%s%s", many ? "*" : "", o->name, equals);
	printf("[");
	print_quoted(o->help, "[]\\", "'\\''");
	printf("]");
	print_zsh_argument(o);
	printf("'\n");
}

static void
print_zsh(const struct option_row *rows, size_t n)
{
	printf("#compdef acrawl\n"
	       "# What zsh completes for acrawl; made by "
	       "acrawl --completion zsh.\n"
	       "_acrawl_report() {\n"
	       "  if compset -P '*='; then\n"
	       "    _files\n"
	       "  else\n"
	       "    compadd -q -S = -- ");
	print_words(config_find(STR_LIT("report")), "");
	printf("\n"
	       "  fi\n"
	       "}\n\n"
	       "_acrawl() {\n"
	       "  local -a options=(\n");
	for (const struct option_row *o = rows; o < rows + n; o++)
		print_zsh_option(o);
	printf("  )\n"
	       "  _arguments -s -S $options '*:input:_files'\n"
	       "}\n\n"
	       "# It is read as a function when it is needed, or sourced.\n"
	       "if [[ $funcstack[1] == _acrawl ]]; then\n"
	       "  _acrawl \"$@\"\n"
	       "else\n"
	       "  compdef _acrawl acrawl\n"
	       "fi\n");
}

static void
print_fish_option(const struct option_row *o)
{
	printf("complete -c acrawl");
	if (o->letter != 0)
		printf(" -s %c", o->letter);
	printf(" -l %s", o->name);
	switch (kind_of(o)) {
	case COMPLETE_NOTHING:
		break;
	case COMPLETE_ANY:
		printf(" -x");
		break;
	case COMPLETE_FILES:
		printf(" -r -F");
		break;
	case COMPLETE_WORDS:
		printf(" -x -a '");
		print_words(o, "");
		printf("'");
		break;
	case COMPLETE_REPORT:
		printf(" -r -F -a '");
		print_words(o, "=");
		printf("'");
		break;
	}
	printf(" -d '");
	print_quoted(o->help, "\\", "\\'");
	printf("'\n");
}

static void
print_fish(const struct option_row *rows, size_t n)
{
	printf("# What fish completes for acrawl; made by "
	       "acrawl --completion fish.\n");
	for (const struct option_row *o = rows; o < rows + n; o++)
		print_fish_option(o);
}

bool
config_print_completion(const char *shell)
{
	size_t                   n;
	const struct option_row *rows = config_rows(&n);

	if (strcmp(shell, "bash") == 0)
		print_bash(rows, n);
	else if (strcmp(shell, "zsh") == 0)
		print_zsh(rows, n);
	else if (strcmp(shell, "fish") == 0)
		print_fish(rows, n);
	else
		return false;
	return true;
}
