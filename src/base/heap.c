/*
 * heap.c - an intrusive binary min-heap.
 */
#include "acrawl/heap.h"

#include <stdlib.h>

#include "acrawl/mem.h"

void
heap_clear(struct heap *h)
{
	for (size_t i = 0; i < h->n; i++)
		h->v[i]->place = 0;
	free(h->v);
	*h = (struct heap){0};
}

static bool
before(const struct heap_node *a, const struct heap_node *b)
{
	return a->key != b->key ? a->key < b->key : a->tie < b->tie;
}

static void
set(struct heap *h, size_t i, struct heap_node *node)
{
	h->v[i] = node;
	node->place = i + 1;
}

/* Moves the node at i up or down until the heap is in order again. */
static void
settle(struct heap *h, size_t i)
{
	struct heap_node *node = h->v[i];

	while (i > 0 && before(node, h->v[(i - 1) / 2])) {
		set(h, i, h->v[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < h->n && before(h->v[child + 1], h->v[child]))
			child++;
		if (child >= h->n || !before(h->v[child], node))
			break;
		set(h, i, h->v[child]);
		i = child;
	}
	set(h, i, node);
}

void
heap_put(struct heap *h, struct heap_node *node, int64_t key)
{
	heap_remove(h, node);
	if (h->n == h->cap) {
		h->cap = h->cap != 0 ? h->cap * 2 : 16;
		h->v = xrealloc(h->v, h->cap, sizeof(struct heap_node *));
	}
	node->key = key;
	node->tie = h->ties++;
	set(h, h->n, node);
	h->n++;
	settle(h, h->n - 1);
}

void
heap_remove(struct heap *h, struct heap_node *node)
{
	size_t            i = node->place;
	struct heap_node *last;

	if (i == 0)
		return;
	node->place = 0;
	last = h->v[--h->n];
	if (last == node)
		return;
	set(h, i - 1, last);
	settle(h, i - 1);
}
