/*
 * pool.c - items of one size, and strings, that stay where they are.
 */
#include "acrawl/pool.h"

#include <stdlib.h>
#include <string.h>

#include "acrawl/mem.h"

#define CHUNK_ITEMS 1024

uint32_t
pool_add(struct pool *p)
{
	size_t chunk = p->n / CHUNK_ITEMS;

	if (p->n == UINT32_MAX)
		return 0;
	if (p->n % CHUNK_ITEMS == 0) {
		p->chunks = xrealloc(p->chunks, chunk + 1, sizeof(char *));
		p->chunks[chunk] = xcalloc(CHUNK_ITEMS, p->item_size);
	}
	return ++p->n;
}

void *
pool_at(const struct pool *p, uint32_t i)
{
	return p->chunks[(i - 1) / CHUNK_ITEMS] +
	       (i - 1) % CHUNK_ITEMS * p->item_size;
}

void
pool_clear(struct pool *p)
{
	for (size_t i = 0; i * CHUNK_ITEMS < p->n; i++)
		free(p->chunks[i]);
	free(p->chunks);
	p->chunks = NULL;
	p->n = 0;
}

/* ----------------------------------------------------------------------
 * Strings: a number is where its length and then its bytes are, in chunks of
 * TEXT_CHUNK bytes, plus 1.
 */

#define TEXT_CHUNK (1024 * 1024)

/* So that each place in them has a number. */
#define TEXT_CHUNKS_MAX 4095

static bool
make_room(struct texts *t, size_t n)
{
	if (n > TEXT_CHUNK)
		return false;
	if (t->chunks_n > 0 && n <= TEXT_CHUNK - t->used)
		return true;
	if (t->chunks_n == TEXT_CHUNKS_MAX)
		return false;
	t->chunks = xrealloc(t->chunks, t->chunks_n + 1, sizeof(char *));
	t->chunks[t->chunks_n++] = xmalloc(TEXT_CHUNK);
	t->used = 0;
	return true;
}

uint32_t
texts_add(struct texts *t, struct str s)
{
	uint32_t  n = (uint32_t)s.n;
	uint32_t *number;
	char     *at;

	if (s.n == 0)
		return 0;
	number = fpmap_at(&t->map, fingerprint(s));
	if (*number != 0 || !make_room(t, sizeof(n) + s.n))
		return *number;
	at = t->chunks[t->chunks_n - 1] + t->used;
	memcpy(at, &n, sizeof(n));
	memcpy(at + sizeof(n), s.p, s.n);
	*number = (uint32_t)((t->chunks_n - 1) * TEXT_CHUNK + t->used) + 1;
	t->used += sizeof(n) + s.n;
	return *number;
}

struct str
texts_get(const struct texts *t, uint32_t i)
{
	const char *at;
	uint32_t    n;

	if (i == 0)
		return STR_LIT("");
	at = t->chunks[(i - 1) / TEXT_CHUNK] + (i - 1) % TEXT_CHUNK;
	memcpy(&n, at, sizeof(n));
	return str_n(at + sizeof(n), n);
}

void
texts_clear(struct texts *t)
{
	for (size_t i = 0; i < t->chunks_n; i++)
		free(t->chunks[i]);
	free(t->chunks);
	fpmap_clear(&t->map);
	*t = (struct texts){0};
}
