/*
 * fetch_outcome.h - what a result of libcurl's means for a page.
 */
#ifndef ACRAWL_FETCH_OUTCOME_H
#define ACRAWL_FETCH_OUTCOME_H

#include <curl/curl.h>
#include <stdbool.h>

#include "acrawl/outcome.h"

/*
 * The outcome of a transfer that ended with `code`.  head_seen: its response
 * headers were complete.  detail: libcurl's error text.
 */
enum outcome fetch_outcome(
    CURL *easy, CURLcode code, bool head_seen, const char *detail);

#endif
