/*
 * tokenizer.h - the elements of an HTML document, by the standard.
 *
 * The HTML standard's tokenizer (13.2.5) with the tree construction that
 * decides what is an element (tree.h) and the charset (charset.h), scripting
 * off.  It is told which elements matter, and which of their attributes; all
 * else is passed over at the speed of looking for its end.
 *
 * Memory does not depend on the document: see limits.h.  The functions are
 * those of html.h.
 */
#ifndef ACRAWL_TOKENIZER_H
#define ACRAWL_TOKENIZER_H

#include "acrawl/html.h"

struct tokenizer;

struct tokenizer *tokenizer_new(
    const struct html_options *options, html_element_fn *element, void *arg);
void tokenizer_free(struct tokenizer *t);

void tokenizer_start(struct tokenizer *t, struct str charset);

/* False: no element can come any more. */
bool tokenizer_feed(struct tokenizer *t, struct str bytes);
void tokenizer_end(struct tokenizer *t);

/*
 * The standard's name of the charset; NULL while it is not known.  For a
 * document that declares none it is known when a byte was not UTF-8, or after
 * tokenizer_end().
 */
const char *tokenizer_charset(const struct tokenizer *t);

bool tokenizer_decode(struct tokenizer *t, struct str raw, struct buf *out);
bool tokenizer_decode_text(
    struct tokenizer *t, struct str raw, struct buf *out);
bool tokenizer_encode_query(
    struct tokenizer *t, struct str href, struct buf *out);
void tokenizer_trim(struct tokenizer *t);

#endif
