/*
 * site.c - the HTML files of a directory, one after the other.
 *
 * A stack of directories, from the root to the one that is read.  Each is
 * read whole and closed before its first entry is looked at, so that no
 * descriptor is held, and sorted.  The path and the URL of the stack's top
 * are prefixes, with their slash, in one buffer each.
 */
#include "acrawl/site.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acrawl/limits.h"
#include "acrawl/hash.h"
#include "acrawl/log.h"
#include "acrawl/mem.h"

/* Of a path, in a message about it: the reason stands behind it. */
#define SHOWN_BYTES 1000

struct directory {
	struct directory *up; /* NULL: the root */
	size_t            path_n;
	size_t            url_n;
	dev_t             dev;
	ino_t             ino;
	int               links;  /* symbolic ones in its path */
	DIR              *stream; /* NULL: it is read */
	struct buf        bytes;  /* of each entry: its type, name and NUL */
	const char      **names;  /* sorted; into bytes, behind the type */
	size_t            names_n;
	size_t            next;
};

struct site {
	struct directory *top;
	char             *root; /* without symbolic links; NULL: unknown */
	struct buf        path; /* of the entry that is looked at */
	struct buf        url;
	struct fpset      visits; /* of directories behind links: may_visit() */
	bool              failed;
};

/* ----------------------------------------------------------------------
 * Names.
 */

static const struct {
	const char *end;
	const char *content_type;
} types[] = {
    {".html", "text/html"},
    {".htm", "text/html"},
    {".xhtml", "application/xhtml+xml"},
    {".xht", "application/xhtml+xml"},
};

const char *
site_content_type(struct str name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct str end = str_c(types[i].end);

		if (name.n >= end.n &&
		    str_eq_nocase(str_n(name.p + name.n - end.n, end.n), end))
			return types[i].content_type;
	}
	return NULL;
}

static bool
stands_for_itself(char c)
{
	return (c >= '0' && c <= '9') ||
	       (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') ||
	       (c != '\0' && strchr("-_.!~*'()", c) != NULL);
}

void
site_add_segment(struct buf *url, struct str name)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];
		char          coded[3] = {'%', digits[c >> 4], digits[c & 15]};

		if (stands_for_itself(name.p[i]))
			buf_addc(url, name.p[i]);
		else
			buf_add(url, str_n(coded, sizeof(coded)));
	}
}

static bool
is_html(const char *name)
{
	return site_content_type(str_c(name)) != NULL;
}

/* ----------------------------------------------------------------------
 * Directories.
 */

/* The path that is looked at can't be read. */
static void
fail(struct site *s, const char *why)
{
	bool cut = s->path.n > SHOWN_BYTES;

	log_fatal("cannot read %.*s%s: %s", cut ? SHOWN_BYTES : (int)s->path.n,
	    s->path.p, cut ? "..." : "", why);
	s->failed = true;
}

static bool
is_ancestor(const struct site *s, const struct stat *st)
{
	for (const struct directory *d = s->top; d != NULL; d = d->up)
		if (d->dev == st->st_dev && d->ino == st->st_ino)
			return true;
	return false;
}

/*
 * Links among directories could multiply what is below them without end; so
 * behind so many links each directory is read a few times only.
 */
static bool
may_visit(struct site *s, const struct stat *st, int links)
{
	uint64_t visit[4] = {
	    (uint64_t)st->st_dev, (uint64_t)st->st_ino, (uint64_t)links, 0};

	for (; visit[3] < LIMIT_DIRECTORY_VISITS; visit[3]++)
		if (fpset_add(&s->visits,
			fingerprint(str_n((char *)visit, sizeof(visit)))))
			return true;
	return false;
}

static void
pop(struct site *s)
{
	struct directory *d = s->top;

	s->top = d->up;
	if (d->stream != NULL)
		closedir(d->stream);
	buf_clear(&d->bytes);
	free(d->names);
	free(d);
}

static void
push(struct site *s, DIR *stream, const struct stat *st, int links)
{
	struct directory *d = XNEW(struct directory);

	d->up = s->top;
	d->path_n = s->path.n;
	d->url_n = s->url.n;
	d->dev = st->st_dev;
	d->ino = st->st_ino;
	d->links = links;
	d->stream = stream;
	buf_init(&d->bytes, LIMIT_DIRECTORY_BYTES);
	s->top = d;
}

/* Goes into the directory that is looked at.  Path and URL end with a slash. */
static void
enter(struct site *s, int links)
{
	struct stat st;
	DIR        *stream;
	int         fd = open(buf_cstr(&s->path),
		    O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0) {
		fail(s, strerror(errno));
	} else if (is_ancestor(s, &st)) {
		log_info("not followed, it leads back: %s", buf_cstr(&s->path));
	} else if (links > 0 && !may_visit(s, &st, links)) {
		log_info("not followed, read before: %s", buf_cstr(&s->path));
	} else if ((stream = fdopendir(fd)) == NULL) {
		fail(s, strerror(errno));
	} else {
		push(s, stream, &st, links);
		return;
	}
	if (fd >= 0)
		close(fd);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All entries are there: sorts them. */
static void
end_reading(struct directory *d)
{
	const char *p = d->bytes.p;

	closedir(d->stream);
	d->stream = NULL;
	d->names = xcalloc(d->names_n, sizeof(*d->names));
	for (size_t i = 0; i < d->names_n; i++) {
		d->names[i] = p + 1;
		p += 1 + strlen(p + 1) + 1;
	}
	if (d->names_n > 0)
		qsort(d->names, d->names_n, sizeof(*d->names), compare);
}

/* Whether it may be, or lead to, a file that is wanted. */
static bool
is_of_use(const struct dirent *e)
{
	if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
		return false;
	return e->d_type == DT_DIR || e->d_type == DT_LNK ||
	       e->d_type == DT_UNKNOWN || is_html(e->d_name);
}

/* Reads one entry more.  What was read before an error is looked at, too. */
static void
read_entry(struct site *s)
{
	struct directory    *d = s->top;
	const struct dirent *e;

	errno = 0;
	e = readdir(d->stream);
	if (e == NULL) {
		if (errno != 0)
			fail(s, strerror(errno));
		end_reading(d);
		return;
	}
	if (!is_of_use(e))
		return;
	if (!buf_reserve(&d->bytes, strlen(e->d_name) + 2)) {
		fail(s, "too many names");
		end_reading(d);
		return;
	}
	buf_addc(&d->bytes, (char)e->d_type);
	buf_add(&d->bytes, str_n(e->d_name, strlen(e->d_name) + 1));
	d->names_n++;
}

/* ----------------------------------------------------------------------
 * Entries.
 */

/* DT_DIR, DT_REG, ...: by lstat() where readdir() does not know. */
static int
type_of(struct site *s, const char *name)
{
	int         type = (unsigned char)name[-1];
	struct stat st;

	if (type != DT_UNKNOWN)
		return type;
	if (lstat(buf_cstr(&s->path), &st) != 0) {
		fail(s, strerror(errno));
		return DT_UNKNOWN;
	}
	return S_ISDIR(st.st_mode)   ? DT_DIR
	       : S_ISREG(st.st_mode) ? DT_REG
	       : S_ISLNK(st.st_mode) ? DT_LNK
	                             : DT_UNKNOWN;
}

static bool
is_inside(const char *root, const char *real)
{
	size_t n = strlen(root);

	if (n == 1)
		return true; /* "/" */
	return strncmp(real, root, n) == 0 &&
	       (real[n] == '/' || real[n] == '\0');
}

static bool
leads_to_nothing(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

/* The type of what a symbolic link leads to; DT_UNKNOWN: not followed. */
static int
follow(struct site *s)
{
	const char *path = buf_cstr(&s->path);
	struct stat st;
	char       *real = realpath(path, NULL);
	int         type = DT_UNKNOWN;

	if (real == NULL || stat(real, &st) != 0) {
		if (leads_to_nothing(errno))
			log_info("not followed, it leads to nothing: %s", path);
		else
			fail(s, strerror(errno));
	} else if (s->root == NULL || !is_inside(s->root, real)) {
		log_info("not followed, it leads out: %s", path);
	} else if (s->top->links == LIMIT_PATH_LINKS) {
		log_info("not followed, too many links: %s", path);
	} else if (S_ISDIR(st.st_mode)) {
		type = DT_DIR;
	} else if (S_ISREG(st.st_mode)) {
		type = DT_REG;
	} else {
		log_info("not followed, it leads to no file: %s", path);
	}
	free(real);
	return type;
}

/* Looks at the next entry.  True if it is a file that is wanted. */
static bool
look(struct site *s)
{
	struct directory *d = s->top;
	const char       *name = d->names[d->next++];
	int               links = d->links;
	int               type;

	s->path.n = d->path_n;
	s->url.n = d->url_n;
	buf_add(&s->path, str_c(name));
	if (s->path.n > LIMIT_PATH_BYTES) {
		fail(s, "the path is too long");
		return false;
	}
	type = type_of(s, name);
	if (type == DT_LNK) {
		type = follow(s);
		links++;
	}
	if (type == DT_REG && is_html(name)) {
		site_add_segment(&s->url, str_c(name));
		return true;
	}
	if (type == DT_DIR) {
		buf_addc(&s->path, '/');
		site_add_segment(&s->url, str_c(name));
		buf_addc(&s->url, '/');
		enter(s, links);
	}
	return false;
}

/* ----------------------------------------------------------------------
 * The walk.
 */

struct site *
site_new(const char *path, struct str base_url)
{
	struct site *s = XNEW(struct site);

	buf_init(&s->path, 0); /* LIMIT_PATH_BYTES and a name, at most */
	buf_init(&s->url, 0);
	buf_add(&s->url, base_url);
	s->root = realpath(path, NULL);
	buf_add(&s->path, str_c(path));
	if (s->path.p[s->path.n - 1] != '/')
		buf_addc(&s->path, '/');
	enter(s, 0);
	return s;
}

void
site_free(struct site *s)
{
	if (s == NULL)
		return;
	while (s->top != NULL)
		pop(s);
	free(s->root);
	fpset_clear(&s->visits);
	buf_clear(&s->path);
	buf_clear(&s->url);
	free(s);
}

bool
site_failed(const struct site *s)
{
	return s->failed;
}

/* The real path of the directory that a file is to be made in; or NULL. */
static char *
real_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct buf  parent;
	char       *real;

	buf_init(&parent, 0);
	buf_add(&parent, slash == NULL
			     ? STR_LIT(".")
			     : str_n(path, (size_t)(slash - path) + 1));
	real = realpath(buf_cstr(&parent), NULL);
	buf_clear(&parent);
	return real;
}

bool
site_has(const char *dir, const char *path)
{
	char *root = realpath(dir, NULL);
	char *real = realpath(path, NULL);
	bool  html = is_html(real != NULL ? real : path);
	bool  has;

	if (real == NULL)
		real = real_parent(path);
	has = root != NULL && real != NULL && html && is_inside(root, real);
	free(root);
	free(real);
	return has;
}

enum site_result
site_next(struct site *s, struct site_file *file)
{
	for (int n = 0; n < LIMIT_NAMES_PER_TURN; n++) {
		struct directory *d = s->top;

		if (d == NULL)
			return SITE_END;
		if (d->stream != NULL) {
			read_entry(s);
		} else if (d->next == d->names_n) {
			pop(s);
		} else if (look(s)) {
			file->path = str_c(buf_cstr(&s->path));
			file->url = buf_str(&s->url);
			return SITE_FILE;
		}
	}
	return SITE_MORE;
}
