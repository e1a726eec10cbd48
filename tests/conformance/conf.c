/*
 * conf.c - load rows, count misses.
 */
#include "conf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* A row of a big table is cut, its input stands at its begin. */
#define SHOWN_BYTES 600

json_t *
conf_load(const char *dir, const char *file)
{
	struct buf   path;
	json_error_t error;
	json_t      *root;

	buf_init(&path, 0);
	buf_addf(&path, "%s/%s", dir, file);
	root = json_load_file(buf_cstr(&path), JSON_ALLOW_NUL, &error);
	if (root == NULL) {
		fprintf(stderr, "%s:%d: %s\n", buf_cstr(&path), error.line,
		    error.text);
		exit(2);
	}
	buf_clear(&path);
	return root;
}

struct str
conf_str(const json_t *value)
{
	if (!json_is_string(value))
		return str_n(NULL, 0);
	return str_n(json_string_value(value), json_string_length(value));
}

struct str
conf_member(const json_t *object, const char *key)
{
	return conf_str(json_object_get(object, key));
}

struct conf
conf_begin(const char *name)
{
	return (struct conf){.name = name};
}

static void
show_row(const json_t *row)
{
	char *text = json_dumps(
	    row, JSON_ENSURE_ASCII | JSON_ENCODE_ANY | JSON_PRESERVE_ORDER);

	if (text != NULL)
		printf(" %.*s", SHOWN_BYTES, text);
	free(text);
}

void
conf_row(struct conf *c, bool ok, const json_t *row, const char *fmt, ...)
{
	va_list    ap;
	char       message[SHOWN_BYTES];
	int        n;
	struct buf printable;

	c->rows++;
	if (ok) {
		c->hits++;
		return;
	}
	va_start(ap, fmt);
	n = vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	buf_init(&printable, 0);
	if (n > 0)
		buf_add_printable(&printable, str_c(message));
	printf("%s: miss", c->name);
	if (row != NULL)
		show_row(row);
	printf(": %s\n", buf_cstr(&printable));
	buf_clear(&printable);
}

bool
conf_end(const struct conf *c)
{
	printf("%s %zu of %zu\n", c->name, c->hits, c->rows);
	return c->rows > 0 && c->hits == c->rows;
}
