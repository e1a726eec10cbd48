/*
 * cache.c - answers of earlier checks, kept in a file.
 *
 * Answers are views into the bytes of the file, sorted by URL to be looked up;
 * those of this run are lines of the same form, in a buffer.  To save them the
 * file is read again, under its lock, and the two are merged.
 *
 * The lock is one on the file itself.  Whoever has got it looks whether that
 * is still the file of this name: another run may have replaced it meanwhile.
 */
#include "acrawl/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "acrawl/limits.h"
#include "acrawl/log.h"
#include "acrawl/mem.h"
#include "text_file.h"

#define MAGIC   "acrawl cache "
#define VERSION "1"

/* Between two looks at a lock that another run holds. */
#define LOCK_PAUSE_MS 10

struct entry {
	int64_t    time_ms;
	int        status;
	struct str url;
	struct str to;
	size_t     place; /* among the lines, old ones first */
};

struct entries {
	struct entry *v;
	size_t        n;
	size_t        cap;
};

/* What a file turned out to be. */
enum shape {
	SHAPE_FINE,
	SHAPE_DAMAGED, /* some lines are wrong */
	SHAPE_OTHER,   /* another version */
	SHAPE_FOREIGN, /* no cache */
};

struct cache {
	const char    *path;
	int64_t        age_ms;
	int64_t        now_ms;
	struct buf     bytes; /* of the file, as it was */
	struct entries known;
	struct buf     fresh; /* lines of this run */
};

/* ----------------------------------------------------------------------
 * Lines.
 */

/* A decimal number of at most 15 digits; -1: it is none. */
static int64_t
number_of(struct str s)
{
	int64_t number = 0;

	if (s.n == 0 || s.n > 15)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		number = number * 10 + (s.p[i] - '0');
	}
	return number;
}

static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= 0x20 || s.p[i] > 0x7e)
			return false;
	return true;
}

/* Takes what is before the next tab, or all, off *rest. */
static struct str
next_column(struct str *rest)
{
	const char *tab = rest->n == 0 ? NULL : memchr(rest->p, '\t', rest->n);
	size_t      n = tab == NULL ? rest->n : (size_t)(tab - rest->p);
	struct str  column = str_n(rest->p, n);

	n += tab != NULL;
	*rest = str_n(rest->p + n, rest->n - n);
	return column;
}

static bool
read_entry(struct str line, struct entry *e)
{
	struct str time = next_column(&line);
	struct str status = next_column(&line);

	e->time_ms = number_of(time);
	e->status = status.n == 3 ? (int)number_of(status) : -1;
	e->url = next_column(&line);
	/* The last column has a tab before it, even if it is empty. */
	if (e->url.n == 0 || line.p == e->url.p + e->url.n)
		return false;
	e->to = line;
	return e->time_ms >= 0 && e->status >= 100 && is_plain(e->url) &&
	       is_plain(e->to);
}

static void
add(struct entries *all, const struct entry *e)
{
	if (all->n == all->cap) {
		all->cap = all->cap == 0 ? 64 : all->cap * 2;
		all->v = xrealloc(all->v, all->cap, sizeof(*all->v));
	}
	all->v[all->n] = *e;
	all->v[all->n].place = all->n;
	all->n++;
}

/*
 * Appends the entries in lines that are of a time from..to.  How many lines
 * are wrong; a last one without its end may have been cut.
 */
static size_t
add_lines(struct entries *all, struct str lines, int64_t from, int64_t to)
{
	struct entry e;
	struct str   line;
	size_t       wrong = 0;
	bool         whole;

	while (text_next_line(&lines, &line, &whole)) {
		if (!whole || !read_entry(line, &e))
			wrong++;
		else if (e.time_ms >= from && e.time_ms <= to)
			add(all, &e);
	}
	return wrong;
}

/* The entries of a file; *wrong lines are none. */
static enum shape
add_file(struct entries *all, struct str bytes, int64_t from, int64_t to,
    size_t *wrong)
{
	const struct str magic = STR_LIT(MAGIC);
	struct str       line;
	bool             whole;

	*wrong = 0;
	if (bytes.n == 0)
		return SHAPE_FINE; /* another run has just made it */
	if (memcmp(bytes.p, magic.p, bytes.n < magic.n ? bytes.n : magic.n) !=
	    0)
		return SHAPE_FOREIGN;
	text_next_line(&bytes, &line, &whole);
	if (!whole || !str_eq(line, STR_LIT(MAGIC VERSION)))
		return SHAPE_OTHER;
	*wrong = add_lines(all, bytes, from, to);
	return *wrong > 0 ? SHAPE_DAMAGED : SHAPE_FINE;
}

/* ----------------------------------------------------------------------
 * Order.
 */

static int
newest_first(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;

	if (x->time_ms != y->time_ms)
		return x->time_ms > y->time_ms ? -1 : 1;
	return (x->place < y->place) - (x->place > y->place);
}

static int
by_url(const void *a, const void *b)
{
	return text_compare(
	    ((const struct entry *)a)->url, ((const struct entry *)b)->url);
}

static int
by_url_newest_first(const void *a, const void *b)
{
	int order = by_url(a, b);

	return order != 0 ? order : newest_first(a, b);
}

/* Sorts by URL, and keeps the newest of each. */
static void
sort(struct entries *all)
{
	size_t kept = 0;

	if (all->n == 0)
		return;
	qsort(all->v, all->n, sizeof(*all->v), by_url_newest_first);
	for (size_t i = 1; i < all->n; i++)
		if (!str_eq(all->v[i].url, all->v[kept].url))
			all->v[++kept] = all->v[i];
	all->n = kept + 1;
}

/* ----------------------------------------------------------------------
 * The cache in memory.
 */

static void
warn(const struct cache *c, enum shape shape, size_t wrong)
{
	switch (shape) {
	case SHAPE_FINE:
		break;
	case SHAPE_DAMAGED:
		log_plain("warning: the cache %s is damaged: %zu %s left out",
		    c->path, wrong, wrong == 1 ? "line is" : "lines are");
		break;
	case SHAPE_OTHER:
		log_plain("warning: the cache %s is of another version, or "
			  "damaged: begun anew",
		    c->path);
		break;
	case SHAPE_FOREIGN:
		log_plain("warning: %s is no cache of acrawl: not used, and "
			  "left as it is",
		    c->path);
		break;
	}
}

static int64_t
oldest(const struct cache *c)
{
	return c->now_ms - c->age_ms;
}

/* What can be read of it. */
static void
read_file(struct cache *c)
{
	int fd = open(c->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 ? errno != ENOENT : !text_read_fd(fd, &c->bytes))
		log_plain("warning: cannot read the cache %s: %s", c->path,
		    strerror(errno));
	if (fd >= 0)
		close(fd);
}

struct cache *
cache_open(const char *path, int64_t age_ms, int64_t now_ms)
{
	struct cache *c = XNEW(struct cache);
	enum shape    shape;
	size_t        wrong;

	c->path = path;
	c->age_ms = age_ms;
	c->now_ms = now_ms;
	buf_init(&c->bytes, LIMIT_CACHE_BYTES);
	buf_init(&c->fresh, LIMIT_CACHE_BYTES);
	read_file(c);
	shape = add_file(
	    &c->known, buf_str(&c->bytes), oldest(c), c->now_ms, &wrong);
	warn(c, shape, wrong);
	sort(&c->known);
	return c;
}

void
cache_free(struct cache *c)
{
	if (c == NULL)
		return;
	buf_clear(&c->bytes);
	buf_clear(&c->fresh);
	free(c->known.v);
	free(c);
}

static const struct entry *
find(const struct cache *c, struct str url)
{
	struct entry key = {.url = url};

	if (c->known.n == 0)
		return NULL;
	return bsearch(&key, c->known.v, c->known.n, sizeof(key), by_url);
}

int64_t
cache_answer_age(const struct cache *c, struct str url)
{
	const struct entry *found = find(c, url);

	return found != NULL ? c->now_ms - found->time_ms : -1;
}

bool
cache_get(const struct cache *c, struct str url, struct cache_answer *answer)
{
	const struct entry *found = find(c, url);

	if (found != NULL)
		*answer = (struct cache_answer){found->status, found->to};
	return found != NULL;
}

/* All of it, or nothing and false if that is beyond the maximum. */
static bool
add_line(struct buf *out, const struct entry *e)
{
	if (!buf_reserve(out, e->url.n + e->to.n + 64))
		return false;
	buf_addf(out, "%" PRId64 "\t%d\t", e->time_ms, e->status);
	buf_add(out, e->url);
	buf_addc(out, '\t');
	buf_add(out, e->to);
	buf_addc(out, '\n');
	return true;
}

void
cache_put(struct cache *c, struct str url, const struct cache_answer *answer)
{
	struct entry e = {
	    .time_ms = c->now_ms,
	    .status = answer->status,
	    .url = url,
	    .to = answer->to,
	};

	if (url.n > 0 && is_plain(url) && is_plain(answer->to) &&
	    answer->status >= 100 && answer->status <= 999)
		add_line(&c->fresh, &e);
}

/* ----------------------------------------------------------------------
 * Saves.
 */

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits for the lock.  False with errno: EWOULDBLOCK, it took too long. */
static bool
lock(int fd, int64_t until_ms)
{
	const struct timespec pause = {0, LOCK_PAUSE_MS * 1000000L};

	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK ||
		    clock_ms(CLOCK_MONOTONIC) > until_ms)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

static bool
is_still(int fd, const char *path)
{
	struct stat held, there;

	return fstat(fd, &held) == 0 && stat(path, &there) == 0 &&
	       held.st_dev == there.st_dev && held.st_ino == there.st_ino;
}

/* Opens the file, made if need be, with its lock; -1 with errno. */
static int
open_locked(const char *path)
{
	int64_t until_ms = clock_ms(CLOCK_MONOTONIC) + LIMIT_CACHE_LOCK_MS;
	int     error;

	do {
		int fd =
		    open(path, O_RDWR | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0666);

		if (fd < 0)
			return -1;
		if (!lock(fd, until_ms)) {
			error = errno;
			close(fd);
			errno = error;
			return -1;
		}
		if (is_still(fd, path))
			return fd;
		close(fd);
	} while (clock_ms(CLOCK_MONOTONIC) <= until_ms);
	errno = EWOULDBLOCK;
	return -1;
}

/* What fits of the newest. */
static void
add_newest(struct buf *out, struct entries *all)
{
	buf_add(out, STR_LIT(MAGIC VERSION "\n"));
	if (all->n > 0)
		qsort(all->v, all->n, sizeof(*all->v), newest_first);
	for (size_t i = 0; i < all->n && add_line(out, &all->v[i]); i++)
		;
}

/*
 * Others may have begun after this run, so what they have written need only
 * not be from the future of now.
 */
static bool
merge(const struct cache *c, struct str old, struct buf *out)
{
	struct entries all = {0};
	size_t         wrong;
	int64_t        latest = clock_ms(CLOCK_REALTIME);
	bool           ours;

	if (latest < c->now_ms)
		latest = c->now_ms;
	ours = add_file(&all, old, oldest(c), latest, &wrong) != SHAPE_FOREIGN;
	if (ours) {
		add_lines(&all, buf_str(&c->fresh), INT64_MIN, INT64_MAX);
		sort(&all);
		add_newest(out, &all);
	}
	free(all.v);
	return ours;
}

/* NULL, or why not. */
static const char *
save_locked(const struct cache *c, int fd)
{
	struct buf  old, out;
	const char *why = NULL;

	buf_init(&old, LIMIT_CACHE_BYTES);
	buf_init(&out, LIMIT_CACHE_BYTES);
	if (!text_read_fd(fd, &old) && errno != EFBIG)
		why = strerror(errno);
	else if (!merge(c, buf_str(&old), &out))
		why = "it is no cache of acrawl";
	else if (!text_replace(c->path, buf_str(&out)))
		why = strerror(errno);
	buf_clear(&old);
	buf_clear(&out);
	return why;
}

bool
cache_save(struct cache *c)
{
	const char *why;
	int         fd;

	if (c->fresh.n == 0)
		return true;
	fd = open_locked(c->path);
	if (fd >= 0)
		why = save_locked(c, fd);
	else if (errno == EWOULDBLOCK)
		why = "other runs are writing it";
	else
		why = strerror(errno);
	if (fd >= 0)
		close(fd);
	if (why != NULL)
		log_plain(
		    "warning: cannot write the cache %s: %s", c->path, why);
	return why == NULL;
}
