/*
 * levels.c - URLs that wait, level by level: breadth first.
 */
#include "acrawl/levels.h"

#include <stdlib.h>
#include <string.h>

#include "acrawl/mem.h"

/* A pointer to a source, among the bytes of a block. */
#define SOURCE_BYTES sizeof(void *)

/* Blocks grow from FIRST to LAST bytes, for hosts of one URL or a million. */
#define BLOCK_FIRST 128
#define BLOCK_LAST  (16 * 1024)

struct block {
	struct block *next;
	uint32_t      read; /* bytes of data that were taken */
	uint32_t      n;
	uint32_t      cap;
	char          data[];
};

/*
 * How a URL lies in a block: this, its source if that is another than the
 * source of the URL before it, and its text.
 */
struct packed {
	uint64_t turn;  /* << 2 | whether it is again << 1 | a probe */
	uint32_t depth; /* << 1 | whether it is free */
	uint32_t bits; /* length << 8 | hops << 1 | whether there is a source */
};

struct level {
	struct level *next;
	uint32_t      number;
	size_t        unfinished;
	struct block *first;
	struct block *last;
	/* The queue holds the source of each run of URLs once. */
	struct source *in;  /* of the last URL that was queued */
	struct source *out; /* of the last one that was taken, held */
};

struct source *
source_new(struct str text)
{
	struct source *s = xmalloc(sizeof(*s) + text.n);

	s->from = NULL;
	s->holders = 1;
	s->n = (uint32_t)text.n;
	memcpy(s->text, text.p, text.n);
	return s;
}

struct source *
source_hold(struct source *s)
{
	if (s != NULL)
		s->holders++;
	return s;
}

void
source_drop(struct source *s)
{
	while (s != NULL && --s->holders == 0) {
		struct source *from = s->from;

		free(s);
		s = from;
	}
}

static struct entry *
make_entry(struct str text, size_t more, const struct lead *lead)
{
	struct entry *e = xmalloc(sizeof(*e) + text.n + more);

	e->lead = *lead;
	e->host = NULL;
	e->level = 0;
	e->n = (uint32_t)text.n;
	e->is_file = more > 0;
	memcpy(e->text, text.p, text.n);
	return e;
}

struct entry *
entry_new(struct str text, const struct lead *lead)
{
	struct entry *e = make_entry(text, 0, lead);

	source_hold(e->lead.source);
	return e;
}

struct entry *
entry_new_file(struct str text, struct str path, uint64_t turn)
{
	struct entry *e =
	    make_entry(text, path.n + 1, &(struct lead){.turn = turn});

	memcpy(e->text + text.n, path.p, path.n);
	e->text[text.n + path.n] = '\0';
	return e;
}

void
entry_free(struct entry *e)
{
	if (e == NULL)
		return;
	source_drop(e->lead.source);
	free(e);
}

/*
 * The level of that number, made if there is none.  What is found is mostly of
 * the last one, of many where a host has to wait for long.
 */
static struct level *
find_level(struct levels *l, uint32_t number)
{
	struct level **at = &l->first;
	struct level  *level;

	if (l->last != NULL && l->last->number <= number)
		at = l->last->number == number ? &l->last : &l->last->next;
	while (*at != NULL && (*at)->number < number)
		at = &(*at)->next;
	if (*at != NULL && (*at)->number == number)
		return *at;
	level = XNEW(struct level);
	level->number = number;
	level->next = *at;
	*at = level;
	if (level->next == NULL)
		l->last = level;
	return level;
}

/* Room for n bytes at the end of a level's blocks. */
static char *
append(struct level *level, size_t n)
{
	struct block *b = level->last;
	size_t        cap;

	if (b == NULL || b->cap - b->n < n) {
		cap = b == NULL ? BLOCK_FIRST : (size_t)b->cap * 2;
		cap = cap > BLOCK_LAST ? BLOCK_LAST : cap;
		cap = cap < n ? n : cap;
		b = xmalloc(sizeof(*b) + cap);
		b->next = NULL;
		b->read = b->n = 0;
		b->cap = (uint32_t)cap;
		if (level->last != NULL)
			level->last->next = b;
		else
			level->first = b;
		level->last = b;
	}
	b->n += (uint32_t)n;
	return b->data + b->n - n;
}

void
levels_push(
    struct levels *l, uint32_t number, struct str text, const struct lead *lead)
{
	struct level *level = find_level(l, number);
	bool          other = lead->source != level->in;
	size_t        source_n = other ? SOURCE_BYTES : 0;
	char *at = append(level, sizeof(struct packed) + source_n + text.n);
	struct packed packed = {
	    .turn = lead->turn << 2 | (uint64_t)lead->again << 1 | lead->probe,
	    .depth = lead->depth << 1 | lead->free,
	    .bits = (uint32_t)text.n << 8 | (uint32_t)lead->hops << 1 | other,
	};

	memcpy(at, &packed, sizeof(packed));
	memcpy(at + sizeof(packed), &lead->source, source_n);
	memcpy(at + sizeof(packed) + source_n, text.p, text.n);
	if (other)
		level->in = source_hold(lead->source);
	level->unfinished++;
	l->queued++;
}

static struct level *
first_queued(const struct levels *l)
{
	struct level *level = l->first;

	while (level != NULL && level->first == NULL)
		level = level->next;
	return level;
}

/* What is first in a block, which lies there without alignment. */
static struct packed
peek(const struct block *b)
{
	struct packed packed;

	memcpy(&packed, b->data + b->read, sizeof(packed));
	return packed;
}

bool
levels_next(const struct levels *l, uint32_t *number, uint64_t *turn)
{
	const struct level *level = first_queued(l);

	if (level == NULL)
		return false;
	*number = level->number;
	*turn = peek(level->first).turn >> 2;
	return true;
}

/* The next run of URLs begins, with its source. */
static void
take_source(struct level *level, struct block *b)
{
	source_drop(level->out);
	memcpy(&level->out, b->data + b->read, SOURCE_BYTES);
	b->read += SOURCE_BYTES;
}

/* All of a level's first block was taken. */
static void
drop_block(struct level *level)
{
	struct block *b = level->first;

	level->first = b->next;
	free(b);
	if (level->first != NULL)
		return;
	level->last = NULL;
	source_drop(level->out);
	level->in = level->out = NULL;
}

struct entry *
levels_pop(struct levels *l)
{
	struct level *level = first_queued(l);
	struct block *b = level->first;
	struct packed packed = peek(b);
	struct lead   lead = {.turn = packed.turn >> 2,
	      .again = (packed.turn & 2) != 0,
	      .probe = (packed.turn & 1) != 0,
	      .depth = packed.depth >> 1,
	      .free = (packed.depth & 1) != 0,
	      .hops = (uint8_t)(packed.bits >> 1 & 0x7f)};
	struct entry *e;

	b->read += (uint32_t)sizeof(packed);
	if ((packed.bits & 1) != 0)
		take_source(level, b);
	lead.source = level->out;
	e = entry_new(str_n(b->data + b->read, packed.bits >> 8), &lead);
	e->level = level->number;
	b->read += e->n;
	if (b->read == b->n)
		drop_block(level);
	l->queued--;
	return e;
}

void
levels_begin(struct levels *l, uint32_t number)
{
	find_level(l, number)->unfinished++;
}

bool
levels_end(struct levels *l, uint32_t number)
{
	struct level *before = NULL;
	struct level *level = l->first;

	while (level->number != number) {
		before = level;
		level = level->next;
	}
	if (--level->unfinished > 0)
		return false;
	if (before != NULL)
		before->next = level->next;
	else
		l->first = level->next;
	if (l->last == level)
		l->last = before;
	free(level);
	return before == NULL;
}

uint32_t
levels_lowest(const struct levels *l)
{
	return l->first != NULL ? l->first->number : LEVELS_NONE;
}

void
levels_clear(struct levels *l)
{
	while (l->queued > 0)
		entry_free(levels_pop(l));
	while (l->first != NULL) {
		struct level *next = l->first->next;

		free(l->first);
		l->first = next;
	}
	l->last = NULL;
}
