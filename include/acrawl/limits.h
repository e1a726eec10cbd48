/*
 * limits.h - every bound on what a stranger can make acrawl hold or do.
 *
 * Sizes are bytes and times are milliseconds unless a name says otherwise.
 * What a user may want to change is an option (see config.h); the rest is
 * fixed here, and nowhere else.
 */
#ifndef ACRAWL_LIMITS_H
#define ACRAWL_LIMITS_H

/* A URL of a list, of a Location header or of an href, before parsing. */
#define LIMIT_URL_BYTES (64 * 1024)

/* All response headers of one response together. */
#define LIMIT_HEADER_BYTES (256 * 1024)

/* Content-Type is kept for the report; what is longer is cut. */
#define LIMIT_CONTENT_TYPE 256

/*
 * The body of a redirect or of an HTTP error is of no use, but reading a
 * short one keeps the connection; a longer one is cut off.
 */
#define LIMIT_DRAIN_BYTES (64 * 1024)

/* An attribute's value as it stands in a document; a longer one is no link. */
#define LIMIT_ATTRIBUTE_BYTES (64 * 1024)

/* The same in UTF-8, or with its query percent-encoded. */
#define LIMIT_DECODED_BYTES (16 * LIMIT_ATTRIBUTE_BYTES)

/*
 * Elements in a body that a frameset may still replace wait, as browsers then
 * drop them.  What does not fit is reported at once.
 */
#define LIMIT_HELD_ELEMENTS_BYTES (256 * 1024)

/*
 * Open elements that are remembered, the innermost ones; elements of one name
 * within each other count once.  What is further out is taken for divs.
 */
#define LIMIT_OPEN_ELEMENTS 512

/*
 * Where libxml2 reads, a page ends before what is beyond these, as one that is
 * not well-formed.  A tag, a comment or a DTD is held until all of it is there;
 * CDATA and text are not.
 */
#define LIMIT_XML_MARKUP_BYTES (8 * 1024 * 1024)

/*
 * Attributes and namespaces of one tag, of which libxml2 compares each with
 * all others, and namespaces that are open.
 */
#define LIMIT_XML_ATTRIBUTES 512

/* Attributes with a default, which a DTD may add to every tag. */
#define LIMIT_XML_DEFAULTS 64

/* Elements within each other. */
#define LIMIT_XML_DEPTH (64 * 1024)

/* Distinct names of elements, attributes and the like in one page. */
#define LIMIT_XML_NAMES_BYTES (1024 * 1024)

/*
 * Raw hrefs that wait for a page's <base>, or for its charset.  Beyond it they
 * are resolved by what is known, and a later <base> is ignored.
 */
#define LIMIT_BASE_WAIT_BYTES (256 * 1024)

/* Their rel, alt, line and column, where these are wanted. */
#define LIMIT_WAIT_DETAILS_BYTES (8 * 1024 * 1024)

/*
 * The text of a link, where it is wanted, in UTF-8; what is longer is cut.
 * Before its references are decoded it may have so many bytes, white space
 * being one; what has not ended so far behind its tag ends there.
 */
#define LIMIT_LINK_TEXT_BYTES     96
#define LIMIT_LINK_TEXT_RAW_BYTES 1024
#define LIMIT_LINK_TEXT_SPAN      (16 * 1024)

/* Texts of links that wait with them; links beyond it have none. */
#define LIMIT_WAIT_TEXTS_BYTES (2 * 1024 * 1024)

/*
 * Raw ids that wait for a page's charset, or for a frameset that may replace
 * their elements.  What does not fit is reported at once.
 */
#define LIMIT_WAIT_IDS_BYTES (256 * 1024)

/*
 * Links of one page that are remembered so that none is listed twice.
 * Beyond it a link may repeat; none is lost.
 */
#define LIMIT_PAGE_LINKS_DISTINCT (1024 * 1024)

/*
 * What the links of a page may take where they are listed: so many bytes, and
 * so many more for each byte that is read meanwhile.  Only a page with a very
 * long base and very short hrefs gets there; links beyond it are dropped.
 */
#define LIMIT_LINKS_BURST_BYTES (16 * 1024 * 1024)
#define LIMIT_LINKS_PER_BYTE    64

/* Pages that have begun and are not done: in flight, or before a retry. */
#define LIMIT_PAGES_ALIVE 16384

/* --ordered: how far the run may be ahead of the oldest unfinished page. */
#define LIMIT_ORDERED_AHEAD 16384

/*
 * --ordered: lines that wait for the pages before theirs.  A page that would
 * go beyond gives its place up and is fetched again when its turn has come.
 */
#define LIMIT_ORDERED_HELD_BYTES (64 * 1024 * 1024)

/*
 * Lines that wait for the output.  At HIGH no page is admitted and transfers
 * are paused until it has fallen to LOW.
 */
#define LIMIT_OUTPUT_HIGH (512 * 1024)
#define LIMIT_OUTPUT_LOW  (128 * 1024)

/* Lines of a list that are read before the loop turns again. */
#define LIMIT_LINES_PER_TURN 256

/*
 * The path of a file of a directory, as it is opened; the system takes no
 * longer one.
 */
#define LIMIT_PATH_BYTES 4095

/* Symbolic links to directories on the way to one file. */
#define LIMIT_PATH_LINKS 4

/* How often one directory is read behind one, two, ... symbolic links. */
#define LIMIT_DIRECTORY_VISITS 64

/* The names in one directory together; they are sorted. */
#define LIMIT_DIRECTORY_BYTES (256 * 1024 * 1024)

/* Names of directories that are read before the loop turns again. */
#define LIMIT_NAMES_PER_TURN 1024

/* Files that are read at the same time. */
#define LIMIT_FILES_ALIVE 4

/* A config file. */
#define LIMIT_CONFIG_BYTES (256 * 1024)

/* URLs of one crawl where --max-pages says nothing. */
#define LIMIT_PAGES_DEFAULT 100000

/*
 * One --include or --exclude on one URL: steps from each byte of it at which a
 * match may begin, steps within each other, and kilobytes for the way back.
 * PCRE2's machine code has no bound of depth, and doesn't count the innermost
 * repeat of a single character.
 */
#define LIMIT_PATTERN_STEPS 100000
#define LIMIT_PATTERN_DEPTH 10000
#define LIMIT_PATTERN_KB    1024

/*
 * URLs that a page has found, which wait for its end.  With --ordered a page
 * that has more gives its place up, as with lines.
 */
#define LIMIT_FOUND_BYTES (1024 * 1024)

/* How long a robots.txt holds (RFC 9309, 2.4), and one that can't be had. */
#define LIMIT_ROBOTS_MS       (24 * 3600 * 1000)
#define LIMIT_ROBOTS_AGAIN_MS (60 * 1000)

/* Redirects of a robots.txt (RFC 9309, 2.3.1.2). */
#define LIMIT_ROBOTS_REDIRECTS 5

/* Sitemaps of a host, and indexes on the way to one. */
#define LIMIT_SITEMAPS        10000
#define LIMIT_SITEMAP_NESTING 4

/* The URLs of sitemaps that a host's wait for being read may take. */
#define LIMIT_SITEMAP_LIST_BYTES (16 * 1024 * 1024)

/* A robots.txt: what is beyond is not read.  RFC 9309, 2.5 wants 500 KiB. */
#define LIMIT_ROBOTS_BYTES (1024 * 1024)

/* One line of it: what is beyond is dropped. */
#define LIMIT_ROBOTS_LINE 16664

/*
 * What one URL's check may read for rules with wildcards, all together; one
 * that needs more counts as forbidden.  A whole robots.txt of such rules for a
 * URL of 2 KB stays below.
 */
#define LIMIT_ROBOTS_WORK (256 * 1024 * 1024)

/* The longest Crawl-delay that is heeded. */
#define LIMIT_ROBOTS_DELAY_MS (60 * 1000)

/* One sitemap, decompressed (sitemaps.org), and the URLs in it. */
#define LIMIT_SITEMAP_BYTES (50 * 1024 * 1024)
#define LIMIT_SITEMAP_URLS  50000

/*
 * Its XML ends at what is beyond these: bytes of a tag or a comment, bytes of
 * distinct names, attributes of a tag, elements within each other.
 */
#define LIMIT_SITEMAP_MARKUP_BYTES (128 * 1024)
#define LIMIT_SITEMAP_NAMES_BYTES  (64 * 1024)
#define LIMIT_SITEMAP_ATTRIBUTES   64
#define LIMIT_SITEMAP_DEPTH        256

/* The longest wait that a Retry-After header may ask for. */
#define LIMIT_RETRY_AFTER_MS (60 * 1000)

/*
 * A link check: distinct URLs, and fragments of them; beyond that the check is
 * incomplete, and says so.
 */
#define LIMIT_CHECK_TARGETS (32 * 1024 * 1024)

/*
 * Links that are remembered with their lines, and ids of pages.  Beyond them
 * links are tested, but not listed, and fragments count as there.
 */
#define LIMIT_CHECK_PLACES (64 * 1024 * 1024)
#define LIMIT_CHECK_IDS    (64 * 1024 * 1024)

/* Attempts in a row that a host does not answer, until it is given up. */
#define LIMIT_HOST_FAILURES 32

/* The same in the second look of a link check, of a host given up before. */
#define LIMIT_HOST_CHANCES 4

/* The file of breaks that are known. */
#define LIMIT_BASELINE_BYTES (64 * 1024 * 1024)

/* The file of earlier answers; the oldest are left out. */
#define LIMIT_CACHE_BYTES (64 * 1024 * 1024)

/* How long a run waits for others that are writing the same cache. */
#define LIMIT_CACHE_LOCK_MS (10 * 1000)

/* The file of patterns for what is not to be tested. */
#define LIMIT_IGNORE_BYTES (1024 * 1024)

/* What is in flight when a run is told to end may take this long. */
#define LIMIT_GRACE_MS 5000

/* Requests and looks that --explain remembers. */
#define LIMIT_EXPLAIN_STEPS 1000

#endif
