/*
 * list.h - an intrusive doubly linked list.
 *
 * The node lives inside the object.  A node that is on no list points to
 * itself, so removing it again is harmless: stopping something is idempotent.
 */
#ifndef ACRAWL_LIST_H
#define ACRAWL_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *next;
	struct list *prev;
};

static inline void
list_init(struct list *l)
{
	l->next = l->prev = l;
}

static inline bool
list_empty(const struct list *l)
{
	return l->next == l;
}

/* Whether a node is on some list. */
static inline bool
list_linked(const struct list *node)
{
	return node->next != node;
}

static inline void
list_remove(struct list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	list_init(node);
}

/* Puts node, which must be on no list, at the end of l. */
static inline void
list_push(struct list *l, struct list *node)
{
	node->prev = l->prev;
	node->next = l;
	l->prev->next = node;
	l->prev = node;
}

/* Takes the first node off l; NULL if there is none. */
static inline struct list *
list_pop(struct list *l)
{
	struct list *node = l->next;

	if (node == l)
		return NULL;
	list_remove(node);
	return node;
}

/* Moves all of `from` to the end of `to`. */
static inline void
list_splice(struct list *to, struct list *from)
{
	if (list_empty(from))
		return;
	from->next->prev = to->prev;
	to->prev->next = from->next;
	from->prev->next = to;
	to->prev = from->prev;
	list_init(from);
}

/* Visits each node; the body may not remove `node`. */
#define LIST_EACH(node, l)                                                     \
	for (struct list *node = (l)->next; node != (l); node = node->next)

#endif
