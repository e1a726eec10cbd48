/*
 * heap.h - an intrusive binary min-heap.
 *
 * The node lives inside the object and knows its place, so that any node can
 * be taken out in O(log n).  Nodes of equal key come out in the order in
 * which they were put in: timers that are due together fire in order.
 */
#ifndef ACRAWL_HEAP_H
#define ACRAWL_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_node {
	int64_t  key;
	uint64_t tie;
	size_t   place; /* 1 + index in the heap; 0: in no heap */
};

struct heap {
	struct heap_node **v;
	size_t             n;
	size_t             cap;
	uint64_t           ties;
};

/* All zero is an empty heap and a node in no heap. */
void heap_clear(struct heap *h);

/* Puts a node in with a key; a node that is in h already is moved. */
void heap_put(struct heap *h, struct heap_node *node, int64_t key);

/* Takes a node out; harmless for a node in no heap. */
void heap_remove(struct heap *h, struct heap_node *node);

/* The node with the smallest key, left where it is; NULL if empty. */
static inline struct heap_node *
heap_top(const struct heap *h)
{
	return h->n > 0 ? h->v[0] : NULL;
}

static inline bool
heap_has(const struct heap_node *node)
{
	return node->place != 0;
}

#endif
