/*
 * frontier.h - the URLs that are still to be fetched, host by host.
 *
 * A host has a queue of URLs, a list of pages that wait for it once more (a
 * redirect led there, or an attempt is to be repeated; they go first), and a
 * number of slots. The frontier says who goes next: hosts that may be asked
 * now take turns, so that a long queue never holds up the others. Every
 * decision is O(1), or O(log hosts) with a delay.
 *
 * A host is its name, without port and scheme.
 *
 * Cost of a URL: a known one 11 to 22 bytes (hash.h); a queued one besides
 * that its own length and 32 bytes at most.
 */
#ifndef ACRAWL_FRONTIER_H
#define ACRAWL_FRONTIER_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/str.h"
#include "acrawl/task.h"
#include "acrawl/url.h"

struct frontier;
struct host;

/*
 * A URL in a queue, as it was listed (in printable form); or that of a file,
 * which is in no queue, with its path.
 */
struct entry {
	struct entry *next;
	uint64_t      turn; /* its place in the input */
	uint32_t      n;
	bool          is_file;
	char          text[]; /* and a file's path, with a NUL */
};

static inline struct str
entry_text(const struct entry *e)
{
	return str_n(e->text, e->n);
}

/* The path of a file; NULL: it is to be fetched. */
static inline const char *
entry_path(const struct entry *e)
{
	return e->is_file ? e->text + e->n : NULL;
}

struct frontier_options {
	size_t  concurrency; /* slots in all */
	size_t  per_host;    /* slots of each host */
	int64_t delay_ms;    /* between two grants of one host's slots */
};

/* `admitter` is woken when frontier_next() may have something new.  Owned. */
struct frontier *frontier_new(struct sched *sched,
    const struct frontier_options *options, struct task *admitter);
void             frontier_free(struct frontier *fr);

/* Whether url, without its fragment, is new.  From now on it is known. */
bool frontier_learn(struct frontier *fr, const struct url *url);

/* Queues an entry at url's host.  Takes the entry. */
void frontier_add(struct frontier *fr, const struct url *url, struct entry *e);

/* Makes an entry.  Returned owned, freed with free(). */
struct entry *entry_new(struct str text, uint64_t turn);
struct entry *entry_new_file(struct str text, struct str path, uint64_t turn);

/* The right to send one request to a host.  All zero is a slot of nobody. */
struct slot {
	struct list      waiting; /* on host->waiting */
	struct frontier *frontier;
	struct host     *host;
	struct task     *task;
	bool             granted;
};

void slot_init(struct slot *slot);

/*
 * Asks for a slot of url's host, in front of its queue.  A slot of the same
 * host that is held already stays, unless there is a delay to keep; one of
 * another host is given back.  The task is woken when it is granted.
 */
void slot_want(struct slot *slot, struct frontier *fr, const struct url *url,
    struct task *task);

static inline bool
slot_granted(const struct slot *slot)
{
	return slot->granted;
}

/* Gives it back, or stops waiting for it.  Idempotent. */
void slot_release(struct slot *slot);

/*
 * Who goes next.  A page that waits is granted its slot and woken; a queued
 * URL is returned for a new page.
 */
enum frontier_turn {
	FRONTIER_NOBODY, /* until the admitter is woken */
	FRONTIER_PAGE,   /* a page that waited goes on */
	FRONTIER_ENTRY,  /* *e, owned by the caller, whose *slot is granted */
};

/*
 * slot is filled for FRONTIER_ENTRY; it moves to its page by slot_move().
 * only_pages: no new pages, only those that wait for another slot.
 */
enum frontier_turn frontier_next(
    struct frontier *fr, bool only_pages, struct entry **e, struct slot *slot);

/* Moves a granted slot to its place in a page. */
void slot_move(struct slot *to, struct slot *from, struct task *task);

/* Ms until a host that is only delayed may be asked; -1: none is. */
int64_t frontier_delay_ms(const struct frontier *fr);

/* Takes one queued URL out, whatever its host; NULL if there is none. */
struct entry *frontier_take_any(struct frontier *fr);

/* Whether a slot is free. */
bool frontier_has_slot(const struct frontier *fr);

size_t frontier_queued(const struct frontier *fr);
size_t frontier_hosts(const struct frontier *fr);

#endif
