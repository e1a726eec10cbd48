/*
 * site_find.c - what a web server would answer from a directory.
 *
 * The path in the file system is put together in one buffer, behind that of
 * the directory.
 */
#include "acrawl/site_find.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "acrawl/limits.h"
#include "acrawl/mem.h"
#include "acrawl/site.h"

#define INDEX_NAME STR_LIT("index.html")

enum kind {
	KIND_NONE, /* or one that is not to be answered */
	KIND_FILE,
	KIND_FOLDER,
};

struct site_finder {
	const char *const *extensions;
	struct buf         path;   /* begins with that of the directory */
	size_t             root_n; /* which is so long, with its slash; or 0 */
};

struct site_finder *
site_finder_new(const char *dir, const char *const *extensions)
{
	struct site_finder *f = XNEW(struct site_finder);
	char               *root = realpath(dir, NULL);

	f->extensions = extensions;
	if (root == NULL)
		return f;
	/* With a NUL behind it. */
	buf_init(&f->path, LIMIT_PATH_BYTES + 1);
	buf_add(&f->path, str_c(root));
	free(root);
	if (f->path.p[f->path.n - 1] != '/')
		buf_addc(&f->path, '/');
	f->root_n = f->path.n;
	return f;
}

void
site_finder_free(struct site_finder *f)
{
	if (f == NULL)
		return;
	buf_clear(&f->path);
	free(f);
}

/* ----------------------------------------------------------------------
 * From a URL's path to a name.
 */

/* What of the path is below the directory. */
static struct str
name_of(const struct site_finder *f)
{
	return str_n(f->path.p + f->root_n, f->path.n - f->root_n);
}

/* Takes the next byte off s; -1 if it is a '%' without its two digits. */
static int
next_byte(struct str *s)
{
	int    byte = (unsigned char)s->p[0];
	size_t n = 1;

	if (byte == '%') {
		int high = s->n < 3 ? -1 : hex_value(s->p[1]);
		int low = s->n < 3 ? -1 : hex_value(s->p[2]);

		if (high < 0 || low < 0)
			return -1;
		byte = high * 16 + low;
		n = 3;
	}
	*s = str_n(s->p + n, s->n - n);
	return byte;
}

/* Appends what coded stands for to the path, which ends with a slash. */
static bool
add_decoded(struct site_finder *f, struct str coded)
{
	struct buf *path = &f->path;

	while (coded.n > 0) {
		int byte = next_byte(&coded);

		if (byte <= 0 || path->n >= LIMIT_PATH_BYTES)
			return false;
		if (byte != '/' || path->p[path->n - 1] != '/')
			buf_addc(path, (char)byte);
	}
	return true;
}

static bool
is_dots(struct str segment)
{
	return str_eq(segment, STR_LIT(".")) || str_eq(segment, STR_LIT(".."));
}

static bool
has_dots(struct str name)
{
	size_t start = 0;

	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] != '/')
			continue;
		if (is_dots(str_n(name.p + start, i - start)))
			return true;
		start = i + 1;
	}
	return is_dots(str_n(name.p + start, name.n - start));
}

/* ----------------------------------------------------------------------
 * Looks into the file system.
 */

static enum kind
kind_of(struct site_finder *f)
{
	struct stat st;

	if (stat(buf_cstr(&f->path), &st) != 0)
		return KIND_NONE;
	return S_ISREG(st.st_mode)   ? KIND_FILE
	       : S_ISDIR(st.st_mode) ? KIND_FOLDER
	                             : KIND_NONE;
}

/* Whether path and tail are a file; if not, path stays as it is. */
static bool
has_with(struct site_finder *f, struct str tail)
{
	size_t n = f->path.n;

	if (n + tail.n <= LIMIT_PATH_BYTES && buf_add(&f->path, tail) &&
	    kind_of(f) == KIND_FILE)
		return true;
	f->path.n = n;
	return false;
}

static bool
has_with_extension(struct site_finder *f)
{
	size_t n = f->path.n;

	for (const char *const *e = f->extensions; *e != NULL; e++) {
		if (n < LIMIT_PATH_BYTES && **e != '.')
			buf_addc(&f->path, '.');
		if (has_with(f, str_c(*e)))
			return true;
		f->path.n = n;
	}
	return false;
}

static enum site_answer
answer(struct site_finder *f)
{
	if (f->path.p[f->path.n - 1] == '/')
		return has_with(f, INDEX_NAME) ? SITE_ANSWER_INDEX
		                               : SITE_ANSWER_NONE;
	switch (kind_of(f)) {
	case KIND_FILE:
		return SITE_ANSWER_FILE;
	case KIND_FOLDER:
		buf_addc(&f->path, '/');
		if (has_with(f, INDEX_NAME))
			return SITE_ANSWER_SLASH;
		f->path.n--;
		break;
	case KIND_NONE:
		break;
	}
	return has_with_extension(f) ? SITE_ANSWER_FALLBACK : SITE_ANSWER_NONE;
}

enum site_answer
site_find(struct site_finder *f, struct str url_path, struct buf *name)
{
	enum site_answer found = SITE_ANSWER_NONE;

	buf_reset(name);
	f->path.n = f->root_n;
	if (f->root_n > 0 && add_decoded(f, url_path) && !has_dots(name_of(f)))
		found = answer(f);
	if (found != SITE_ANSWER_NONE && !buf_add(name, name_of(f)))
		return SITE_ANSWER_NONE;
	return found;
}

void
site_url_of(struct buf *url, struct str name)
{
	const char *slash;

	while (name.n > 0 && (slash = memchr(name.p, '/', name.n)) != NULL) {
		size_t n = (size_t)(slash - name.p);

		site_add_segment(url, str_n(name.p, n));
		buf_addc(url, '/');
		name = str_n(slash + 1, name.n - n - 1);
	}
	site_add_segment(url, name);
}
