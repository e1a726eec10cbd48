/*
 * mem.h - allocation that does not fail.
 *
 * Out of memory ends the program with a message, so no caller has an error
 * path for it.  What a stranger can make grow is bounded where it grows (see
 * limits.h), not here.
 */
#ifndef ACRAWL_MEM_H
#define ACRAWL_MEM_H

#include <stddef.h>

#define MUST_CHECK           __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, va) __attribute__((format(printf, fmt, va)))

/* The struct that holds `member`, from a pointer to that member. */
#define CONTAINER_OF(ptr, type, member)                                        \
	((type *)(void *)((char *)(ptr)-offsetof(type, member)))

/* n bytes, not cleared.  Returned owned: the caller calls free(). */
void *xmalloc(size_t n) MUST_CHECK;

/* n * size bytes, cleared; n * size may not overflow.  Returned owned. */
void *xcalloc(size_t n, size_t size) MUST_CHECK;

/* Resizes p, which may be NULL, to n * size bytes.  Takes p, returns owned. */
void *xrealloc(void *p, size_t n, size_t size) MUST_CHECK;

/* A copy of s.  Borrows s, returned owned. */
char *xstrdup(const char *s) MUST_CHECK;

/* One cleared object.  The cast makes a size that does not fit an error. */
#define XNEW(type) ((type *)xcalloc(1, sizeof(type)))

/* Ends the program with "acrawl: out of memory" and exit status 1. */
_Noreturn void mem_exhausted(void);

#endif
