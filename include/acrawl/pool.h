/*
 * pool.h - items of one size, and strings, that stay where they are.
 *
 * Both grow without being copied, so what they hand out lives as long as they
 * do, and is named by a number of 32 bits, from 1; 0 is nothing.
 */
#ifndef ACRAWL_POOL_H
#define ACRAWL_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acrawl/hash.h"
#include "acrawl/str.h"

/* All zero but for item_size is an empty pool. */
struct pool {
	size_t   item_size; /* bytes */
	char   **chunks;
	uint32_t n; /* items: 1 to n are there */
};

/* One item more, all zero.  Its number; 0 if there are 2^32 - 1 already. */
uint32_t pool_add(struct pool *p);

/* The item of a number from 1 to p->n. */
void *pool_at(const struct pool *p, uint32_t i);

void pool_clear(struct pool *p);

/* Strings, each held once.  All zero is empty. */
struct texts {
	char       **chunks;
	size_t       chunks_n;
	size_t       used; /* of the last chunk */
	struct fpmap map;
};

/* The number of s; 0 if it is empty, too long (1 MiB), or there is no room. */
uint32_t texts_add(struct texts *t, struct str s);

/* The string of a number; empty for 0. */
struct str texts_get(const struct texts *t, uint32_t i);

void texts_clear(struct texts *t);

#endif
