/*
 * ignore.c - the file of patterns for what a link check is not to test.
 */
#include "acrawl/ignore.h"

#include <errno.h>
#include <stdlib.h>

#include "acrawl/config.h"
#include "acrawl/limits.h"
#include "acrawl/log.h"
#include "acrawl/mem.h"
#include "text_file.h"

#define NAME ".acrawlignore"

static void
add(struct ignore *out, const char *path, size_t line, struct str pattern)
{
	struct buf named;

	if (out->n == out->cap) {
		out->cap = out->cap == 0 ? 16 : out->cap * 2;
		out->items =
		    xrealloc(out->items, out->cap, sizeof(*out->items));
	}
	buf_init(&named, 0);
	buf_addf(&named, "%s:%zu: ", path, line);
	buf_add(&named, pattern);
	buf_cstr(&named);
	out->items[out->n++] = (struct ignore_pattern){
	    .named = named.p, .text = named.p + named.n - pattern.n};
}

static bool
read_lines(struct ignore *out, const char *path, struct str bytes)
{
	struct str rest = text_without_bom(bytes);
	struct str line;
	size_t     number = 0;
	bool       whole;

	while (text_next_line(&rest, &line, &whole)) {
		struct str pattern = str_trim(line);

		number++;
		if (pattern.n == 0 || pattern.p[0] == '#')
			continue;
		if (memchr(pattern.p, '\0', pattern.n) != NULL) {
			log_plain("%s:%zu: not a pattern: a NUL byte is in it",
			    path, number);
			return false;
		}
		add(out, path, number, pattern);
	}
	return true;
}

static bool
read_file(struct ignore *out, const char *path)
{
	struct buf bytes;
	bool       ok;

	buf_init(&bytes, LIMIT_IGNORE_BYTES);
	ok = text_read(path, &bytes);
	if (!ok)
		log_plain("cannot read the ignore file %s: %s", path,
		    strerror(errno));
	ok = ok && read_lines(out, path, buf_str(&bytes));
	if (!ok)
		ignore_clear(out);
	buf_clear(&bytes);
	return ok;
}

bool
ignore_read(const char *path, struct ignore *out)
{
	char *found;
	bool  ok;

	*out = (struct ignore){0};
	if (path != NULL)
		return read_file(out, path);
	found = config_nearest(NAME, "ignore-file");
	ok = found == NULL || read_file(out, found);
	free(found);
	return ok;
}

void
ignore_clear(struct ignore *out)
{
	for (size_t i = 0; i < out->n; i++)
		free(out->items[i].named);
	free(out->items);
	*out = (struct ignore){0};
}
