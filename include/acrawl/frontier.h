/*
 * frontier.h - the URLs that are still to be fetched, host by host.
 *
 * A host (host.h) has a queue of URLs, a list of pages that wait for it once
 * more (a redirect led there, or an attempt is to be repeated; they go first),
 * and a number of slots. The frontier says who goes next: hosts that may be
 * asked now take turns, so that a long queue never holds up the others. Every
 * decision is O(1), or O(log hosts) where there are delays.
 *
 * Breadth first: a URL waits until all of lower depth are done, of its host or,
 * with `levels`, of all hosts; so each is found first by the shortest way.
 *
 * Cost of a URL: a known one 11 to 22 bytes (hash.h); a queued one besides that
 * its own length and 17 bytes (levels.h); and a page from which others are
 * queued 16 bytes and its own length.  A host takes some 270 bytes, and 220
 * more for each level of which URLs wait, which hold the first of them.
 */
#ifndef ACRAWL_FRONTIER_H
#define ACRAWL_FRONTIER_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/host.h"
#include "acrawl/levels.h"
#include "acrawl/str.h"
#include "acrawl/task.h"
#include "acrawl/url.h"

struct frontier;

struct frontier_options {
	size_t  concurrency; /* slots in all */
	size_t  per_host;    /* slots of each host */
	size_t  per_address; /* slots of all hosts of an address; 0: any */
	int64_t delay_ms;    /* between two requests to one host */
	bool    crawling; /* hosts are remembered, and given up more easily */
	bool    levels;   /* depths hold across hosts, not only within each */
	bool    in_turn;  /* URLs of a host by their turns, not by depth */
};

/* `admitter` is woken when frontier_next() may have something new.  Owned. */
struct frontier *frontier_new(struct sched *sched,
    const struct frontier_options *options, struct task *admitter);
void             frontier_free(struct frontier *fr);

/* Whether url, without its fragment, is new.  From now on it is known. */
bool frontier_learn(struct frontier *fr, const struct url *url);

/* Whether it is known. */
bool frontier_knows(const struct frontier *fr, const struct url *url);

/* Queues a URL, as `text` has it, at url's host. */
void frontier_add(struct frontier *fr, const struct url *url, struct str text,
    const struct lead *lead);

/*
 * The host of url, made if it is new.  It lives until its last URL is done and
 * its last slot given back; when crawling, as long as the frontier.
 */
struct host *frontier_host(struct frontier *fr, const struct url *url);

/*
 * A URL that a host's queue gave out, or refused, is done, and all that was
 * found on it is in the frontier.  level is its entry's.
 */
void frontier_done(struct host *h, uint32_t level);

/*
 * A URL of the host does not count any more: it was not fetched, or only led
 * elsewhere.
 */
void frontier_uncount(struct host *h);

/* What is in no queue begins: the host's sitemaps.  Its level is 0. */
void frontier_begin(struct host *h);

/*
 * From now on each host gets one request at a time, and those that were given
 * up get LIMIT_HOST_CHANCES more; but not those that want a pause beyond
 * LIMIT_RETRY_AFTER_MS.
 */
void frontier_look_again(struct frontier *fr);

/* URLs of that turn and beyond have to wait from now on. */
void frontier_limit(struct frontier *fr, uint64_t turn);

/* Whether new pages of a host may begin; others go on. */
void frontier_shut(struct host *h, bool shut);

/* Pauses of at least ms between two requests to a host, from now on. */
void frontier_slow(struct host *h, int64_t delay_ms);

/* The right to send one request to a host.  All zero is a slot of nobody. */
struct slot {
	struct list  waiting; /* on host->waiting */
	struct host *host;
	struct task *task;
	bool         granted;
	bool         used;    /* for a request */
	bool         sent;    /* that was sent, or there is no delay to keep */
	bool         refused; /* its host was given up */
};

void slot_init(struct slot *slot);

/*
 * Asks for a slot of url's host, in front of its queue.  A slot of the same
 * host that is held already stays, unless it was used and there is a delay to
 * keep; one of another host is given back.  The task is woken when it is
 * granted, or refused.
 */
void slot_want(struct slot *slot, struct frontier *fr, const struct url *url,
    struct task *task);

/* Whether the waiting is over. */
static inline bool
slot_granted(const struct slot *slot)
{
	return slot->granted;
}

/* A request begins by its right. */
static inline void
slot_use(struct slot *slot)
{
	slot->used = true;
}

/* It is connected and being sent: now the host's delay begins. */
void slot_sent(struct slot *slot);

/*
 * Gives it back, or stops waiting for it.  Idempotent.  If it was not used, no
 * delay follows.
 */
void slot_release(struct slot *slot);

/* What an attempt says of the host whose slot it holds. */
enum host_news {
	HOST_ANSWERED,
	HOST_FAILED, /* no answer */
	HOST_BUSY,   /* 429, 503: it wants fewer requests */
};

/*
 * Tells so.  A host that is busy is left alone for retry_after_ms or, where
 * that is negative, for a time that grows, and gets fewer slots for a while.
 * One that answers nothing any more, or wants a pause beyond
 * LIMIT_RETRY_AFTER_MS of a crawl, is given up: frontier_next() then refuses
 * its URLs.
 */
void slot_report(
    struct slot *slot, enum host_news news, int64_t retry_after_ms);

/*
 * The slot's host turns out to have this address (any bytes).  False if that
 * has too many requests already: the slot is to be asked for again.
 */
bool slot_address(struct slot *slot, struct str address);

/*
 * Who goes next.  A page that waits is granted its slot and woken; a queued
 * URL is returned for a new page.
 */
enum frontier_turn {
	FRONTIER_NOBODY,  /* until the admitter is woken */
	FRONTIER_PAGE,    /* a page that waited goes on */
	FRONTIER_ENTRY,   /* *e, owned by the caller, whose *slot is granted */
	FRONTIER_REFUSED, /* *e, owned by the caller: its host was given up */
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
