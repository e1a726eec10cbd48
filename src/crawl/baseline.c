/*
 * baseline.c - the file of breaks that are known.
 *
 * Targets are views into the bytes of the file, sorted to be looked up.
 */
#include "acrawl/baseline.h"

#include <errno.h>
#include <stdlib.h>

#include "acrawl/limits.h"
#include "acrawl/log.h"
#include "acrawl/mem.h"
#include "text_file.h"

/* Wrong lines that are said one by one. */
#define SHOWN_LINES 5

static const char head[] =
    "# Broken links that are known: acrawl --check --baseline does not fail "
    "for them.\n"
    "# Written by --write-baseline, which drops comments.\n";

struct known {
	struct str target;
	struct str code;
	bool       seen;
};

struct baseline {
	struct buf    bytes;
	struct known *items;
	size_t        n;
	size_t        cap;
};

/* ----------------------------------------------------------------------
 * Reads.
 */

static bool
is_code(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
		    !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '_')
			return false;
	return s.n > 0;
}

static bool
is_target(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return false;
	return s.n > 0;
}

static void
add(struct baseline *b, struct str code, struct str target)
{
	if (b->n == b->cap) {
		b->cap = b->cap == 0 ? 64 : b->cap * 2;
		b->items = xrealloc(b->items, b->cap, sizeof(*b->items));
	}
	b->items[b->n++] = (struct known){.target = target, .code = code};
}

/* False if the line is none that a baseline has. */
static bool
read_line(struct baseline *b, struct str line)
{
	struct str target = str_trim(line);
	struct str code;

	if (target.n == 0 || target.p[0] == '#')
		return true;
	code = str_next_word(&target);
	target = str_trim(target);
	if (!is_code(code) || !is_target(target))
		return false;
	add(b, code, target);
	return true;
}

static void
read_lines(struct baseline *b, const char *path)
{
	struct str rest = text_without_bom(buf_str(&b->bytes));
	struct str line;
	size_t     number = 0, wrong = 0;
	bool       whole;

	while (text_next_line(&rest, &line, &whole)) {
		number++;
		if (!read_line(b, line) && ++wrong <= SHOWN_LINES)
			log_plain("%s:%zu: not a code and a target; left out",
			    path, number);
	}
	if (wrong > SHOWN_LINES)
		log_plain("%s: %zu more such lines are left out", path,
		    wrong - SHOWN_LINES);
}

static int
compare_known(const void *a, const void *b)
{
	return text_compare(((const struct known *)a)->target,
	    ((const struct known *)b)->target);
}

/* Sorts, and drops what is there twice. */
static void
sort(struct baseline *b)
{
	size_t kept = 0;

	if (b->n == 0)
		return;
	qsort(b->items, b->n, sizeof(*b->items), compare_known);
	for (size_t i = 1; i < b->n; i++)
		if (!str_eq(b->items[i].target, b->items[kept].target))
			b->items[++kept] = b->items[i];
	b->n = kept + 1;
}

struct baseline *
baseline_read(const char *path, bool optional)
{
	struct baseline *b = XNEW(struct baseline);

	buf_init(&b->bytes, LIMIT_BASELINE_BYTES);
	if (!text_read(path, &b->bytes) && (errno != ENOENT || !optional)) {
		log_plain(
		    "cannot read the baseline %s: %s", path, strerror(errno));
		baseline_free(b);
		return NULL;
	}
	read_lines(b, path);
	sort(b);
	return b;
}

void
baseline_free(struct baseline *b)
{
	if (b == NULL)
		return;
	buf_clear(&b->bytes);
	free(b->items);
	free(b);
}

bool
baseline_knows(struct baseline *b, struct str target)
{
	struct known  key = {.target = target};
	struct known *found;

	if (b->n == 0)
		return false;
	found = bsearch(&key, b->items, b->n, sizeof(key), compare_known);
	if (found != NULL)
		found->seen = true;
	return found != NULL;
}

size_t
baseline_n(const struct baseline *b)
{
	return b->n;
}

struct str
baseline_target(const struct baseline *b, size_t i)
{
	return b->items[i].target;
}

struct str
baseline_code(const struct baseline *b, size_t i)
{
	return b->items[i].code;
}

bool
baseline_seen(const struct baseline *b, size_t i)
{
	return b->items[i].seen;
}

/* ----------------------------------------------------------------------
 * Writes.
 */

static int
compare_entries(const void *a, const void *b)
{
	const struct baseline_entry *x = a;
	const struct baseline_entry *y = b;
	int                          order = text_compare(x->target, y->target);

	return order != 0 ? order : text_compare(x->code, y->code);
}

static bool
add_lines(struct buf *out, const struct baseline_entry *sorted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && str_eq(sorted[i].target, sorted[i - 1].target))
			continue;
		if (!buf_add(out, sorted[i].code) || !buf_addc(out, '\t') ||
		    !buf_add_printable(out, sorted[i].target) ||
		    !buf_addc(out, '\n'))
			return false;
	}
	return true;
}

bool
baseline_write(const char *path, const struct baseline_entry *entries, size_t n)
{
	struct baseline_entry *sorted = xcalloc(n, sizeof(*sorted));
	struct buf             out;
	bool                   ok;

	buf_init(&out, LIMIT_BASELINE_BYTES);
	buf_add(&out, str_c(head));
	if (n > 0) {
		memcpy(sorted, entries, n * sizeof(*sorted));
		qsort(sorted, n, sizeof(*sorted), compare_entries);
	}
	errno = EFBIG;
	ok = add_lines(&out, sorted, n) && text_replace(path, buf_str(&out));
	if (!ok)
		log_plain(
		    "cannot write the baseline %s: %s", path, strerror(errno));
	buf_clear(&out);
	free(sorted);
	return ok;
}
