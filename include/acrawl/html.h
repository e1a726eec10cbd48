/*
 * html.h - a document's bytes in, its elements out.
 *
 * HTML is read by our own tokenizer of the HTML standard (13.2), with
 * scripting off, or by libxml2's HTML parser, for comparison; XHTML and SVG
 * by libxml2's XML parser: without DTD, external entities or network, and from
 * its first error on not at all.  Whoever drives, elements come through one
 * callback as soon as their bytes are there, and nothing of the document is
 * kept; this module knows nothing of links.
 *
 * Bytes may be cut anywhere; the elements are the same.
 */
#ifndef ACRAWL_HTML_H
#define ACRAWL_HTML_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/str.h"

struct html;

enum html_kind {
	HTML_TEXT, /* text/html */
	HTML_XML,  /* application/xhtml+xml, image/svg+xml */
};

/* The namespaces that elements are told apart by. */
enum html_space {
	HTML_SPACE_HTML,
	HTML_SPACE_SVG,
	HTML_SPACE_MATHML,
};

/* Attributes that a want may have, and names that all of them may have. */
#define HTML_ATTRS_MAX 12
#define HTML_NAMES_MAX 24

/*
 * An element to report, and which of its attributes.  Names are in lower
 * case; "xlink:href" is the attribute of that namespace.
 */
struct html_want {
	const char     *element; /* NULL: the end of the list */
	enum html_space space;
	const char     *attrs[HTML_ATTRS_MAX]; /* ended by NULL if fewer */
	bool            text; /* with html_options.text: its text, too */
};

struct html_attr {
	const char *name;
	struct str  value; /* decoded, UTF-8, with a NUL behind it */
	struct str  raw;   /* its bytes in the document */
	bool        cut;   /* it is longer than LIMIT_ATTRIBUTE_BYTES */
	/*
	 * Has characters beyond ASCII, and the charset will be known only
	 * later: html_decode() can tell then what raw means.
	 */
	bool undecided;
};

/* One element.  All of it is borrowed until the callback returns. */
struct html_element {
	size_t                  want; /* its place in the list of wants */
	const char             *name; /* as it stands there */
	enum html_space         space;
	const struct html_attr *attr; /* in the document's order */
	size_t                  attr_n;
	uint64_t                line;   /* of its '<', from 1 */
	uint64_t                column; /* in bytes, from 1 */
};

typedef void html_element_fn(void *arg, const struct html_element *element);

/*
 * The text in an element, up to LIMIT_LINK_TEXT_RAW_BYTES of it.  White space
 * is not yet as html_tidy_text() has it.  Borrowed like an element.
 */
struct html_text {
	struct str value;     /* decoded, UTF-8 */
	struct str raw;       /* for html_decode_text() */
	bool       undecided; /* as in html_attr */
};

typedef void html_text_fn(void *arg, const struct html_text *text);
typedef void html_id_fn(void *arg, struct str id);

struct html_options {
	const struct html_want *want;    /* borrowed for the parser's life */
	bool                    libxml2; /* HTML by libxml2's parser */
	bool                    lines;   /* elements need line and column */
	/*
	 * NULL, or called once for each element whose want has `text`: behind
	 * that element, before the next such one.  Its text ends at its end
	 * tag or, where that is missing, at the next such element, the page's
	 * end or, in HTML, LIMIT_LINK_TEXT_SPAN.  No text is what stands in
	 * scripts, textareas and the like, or in a template.  By libxml2's HTML
	 * parser it is empty.
	 */
	html_text_fn *text;
	/*
	 * NULL, or called for each value that a fragment may name (HTML
	 * standard, 7.4.6.4): the id of any element, and the name of an HTML
	 * `a`, in UTF-8.  Empty ones, and those longer than
	 * LIMIT_ATTRIBUTE_BYTES, are none.  The order is not the document's.
	 */
	html_id_fn *id;
};

/* A parser that can be used for one document after the other.  Owned. */
struct html *html_new(
    const struct html_options *options, html_element_fn *element, void *arg);
void html_free(struct html *h);

/*
 * Begins a document.  charset is the HTTP header's, empty if it has none; a
 * byte order mark beats it, and what the document declares counts where
 * neither is.
 */
void html_start(struct html *h, enum html_kind kind, struct str charset);

/* The next bytes.  False: it is no use to send more. */
bool html_feed(struct html *h, struct str bytes);

/*
 * The end of the bytes.  A tag that they cut off is not reported.  False if
 * the document is not well-formed, which only XML can be.
 */
bool html_end(struct html *h);

/* Whether an undecided value could be decoded now. */
bool html_is_decided(const struct html *h);

/*
 * Appends what the raw bytes of a value mean, by what is known of the charset
 * now.  False if out is full.
 */
bool html_decode(struct html *h, struct str raw, struct buf *out);

/* The same for the raw bytes of an element's text. */
bool html_decode_text(struct html *h, struct str raw, struct buf *out);

/*
 * Appends a text, which is UTF-8, as it is shown: without white space at its
 * ends, one space for each run of it, and cut at LIMIT_LINK_TEXT_BYTES.
 */
void html_tidy_text(struct str text, struct buf *out);

/*
 * Appends an href with its query in the document's charset, as the URL
 * standard (5.1, "percent-encode after encoding") has it for special schemes
 * but ws and wss; in UTF-8 before the document's first bytes.  False if out is
 * full.
 */
bool html_encode_query(struct html *h, struct str href, struct buf *out);

/* Lets the memory go that a large document needed. */
void html_trim(struct html *h);

#endif
