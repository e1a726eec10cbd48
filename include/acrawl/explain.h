/*
 * explain.h - --explain: all about one target, for a person.
 *
 * The link check (check.h) tests the target as it does any other, as if a page
 * linked to it; what is done for it leaves a trace, of which this makes a text.
 * Inputs are not fetched: they say what is internal, whom to trust with
 * secrets, and which directories answer.
 *
 * What a server sent is shown as printable ASCII; credentials, and headers that
 * may hold a secret, are shown as placeholders.
 */
#ifndef ACRAWL_EXPLAIN_H
#define ACRAWL_EXPLAIN_H

#include "acrawl/fetch.h"
#include "acrawl/site_find.h"
#include "acrawl/str.h"

struct check;
struct page;
struct trace;

/* Of a check that is to explain a target.  Owned; NULL is nothing. */
struct trace *trace_new(void);
void          trace_free(struct trace *tr);

/* ----------------------------------------------------------------------
 * The trace.  Nothing happens if the check has none.
 */

/* For pages: the headers of a response are there; and a request is over. */
void check_trace_head(
    struct check *ck, const struct page *p, const struct fetch_response *r);
void check_trace_end(
    struct check *ck, const struct page *p, const struct fetch_result *r);

/*
 * For the check: what the directories answer for a target; `finder` is the
 * number of the one that does, `name` the file.
 */
void check_trace_file(struct check *ck, uint32_t target,
    enum site_answer answer, size_t finder, struct str name);

/* ----------------------------------------------------------------------
 * For the check, if it has a trace.
 */

/* The input has ended.  Begins with the target, once; reads files that answer.
 */
void explain_go_on(struct check *ck);

/* All is tested, and found: appends the text. */
void explain_add(struct check *ck, struct buf *out);

#endif
