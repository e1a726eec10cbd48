/*
 * limits.h - limits that are so small that short inputs reach them.
 *
 * Included before all else where src/web is built for the target "limits".
 */
#ifndef ACRAWL_FUZZ_LIMITS_H
#define ACRAWL_FUZZ_LIMITS_H

#include "acrawl/limits.h"

#undef LIMIT_URL_BYTES
#undef LIMIT_ATTRIBUTE_BYTES
#undef LIMIT_HELD_ELEMENTS_BYTES
#undef LIMIT_OPEN_ELEMENTS
#undef LIMIT_BASE_WAIT_BYTES
#undef LIMIT_PAGE_LINKS_DISTINCT
#undef LIMIT_XML_ATTRIBUTES
#undef LIMIT_XML_DEFAULTS
#undef LIMIT_XML_DEPTH

#define LIMIT_URL_BYTES           24
#define LIMIT_ATTRIBUTE_BYTES     32
#define LIMIT_HELD_ELEMENTS_BYTES 512
#define LIMIT_OPEN_ELEMENTS       8
#define LIMIT_BASE_WAIT_BYTES     128
#define LIMIT_PAGE_LINKS_DISTINCT 4
#define LIMIT_XML_ATTRIBUTES      3
#define LIMIT_XML_DEFAULTS        2
#define LIMIT_XML_DEPTH           6

#endif
