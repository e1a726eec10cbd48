/*
 * html.c - a document's bytes in, its elements out: who drives.
 */
#include "acrawl/html.h"

#include <stdlib.h>

#include "html_libxml2.h"
#include "tokenizer.h"

/* Either driver is made when the first document comes that needs it. */
struct html {
	struct html_options  options;
	html_element_fn     *element;
	void                *arg;
	struct tokenizer    *tokenizer;
	struct html_libxml2 *libxml2;
	bool                 standard; /* this document has the tokenizer */
};

struct html *
html_new(
    const struct html_options *options, html_element_fn *element, void *arg)
{
	struct html *h = XNEW(struct html);

	h->options = *options;
	h->element = element;
	h->arg = arg;
	return h;
}

void
html_free(struct html *h)
{
	if (h == NULL)
		return;
	tokenizer_free(h->tokenizer);
	html_libxml2_free(h->libxml2);
	free(h);
}

void
html_start(struct html *h, enum html_kind kind, struct str charset)
{
	h->standard = kind == HTML_TEXT && !h->options.libxml2;
	if (h->standard) {
		if (h->tokenizer == NULL)
			h->tokenizer =
			    tokenizer_new(&h->options, h->element, h->arg);
		tokenizer_start(h->tokenizer, charset);
	} else {
		if (h->libxml2 == NULL)
			h->libxml2 =
			    html_libxml2_new(&h->options, h->element, h->arg);
		html_libxml2_start(h->libxml2, kind, charset);
	}
}

bool
html_feed(struct html *h, struct str bytes)
{
	return h->standard ? tokenizer_feed(h->tokenizer, bytes)
	                   : html_libxml2_feed(h->libxml2, bytes);
}

bool
html_end(struct html *h)
{
	if (!h->standard)
		return html_libxml2_end(h->libxml2);
	tokenizer_end(h->tokenizer);
	return true;
}

bool
html_is_decided(const struct html *h)
{
	return !h->standard || tokenizer_charset(h->tokenizer) != NULL;
}

bool
html_decode(struct html *h, struct str raw, struct buf *out)
{
	/* libxml2's values are what they mean already. */
	return h->standard ? tokenizer_decode(h->tokenizer, raw, out)
	                   : buf_add(out, raw);
}

bool
html_decode_text(struct html *h, struct str raw, struct buf *out)
{
	return h->standard ? tokenizer_decode_text(h->tokenizer, raw, out)
	                   : buf_add(out, raw);
}

bool
html_encode_query(struct html *h, struct str href, struct buf *out)
{
	return h->standard ? tokenizer_encode_query(h->tokenizer, href, out)
	                   : html_libxml2_encode_query(h->libxml2, href, out);
}

void
html_trim(struct html *h)
{
	if (h->tokenizer != NULL)
		tokenizer_trim(h->tokenizer);
	if (h->libxml2 != NULL)
		html_libxml2_trim(h->libxml2);
}
