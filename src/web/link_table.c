/*
 * link_table.c - which attribute of which element refers to a resource.
 *
 * Section numbers are the HTML standard's (its table of attributes in the
 * index lists those of type URL), unless another source is named.  Not here
 * are URLs that name something but lead nowhere (itemid, itemtype), those
 * inside another language (style, srcdoc, scripts, JSON-LD), plug-ins'
 * (classid, archive, codebase), and hashes (usemap).
 */
#include "link_table.h"

#include <stdlib.h>
#include <string.h>

#define H HTML_SPACE_HTML
#define S HTML_SPACE_SVG

#define SVG_ROWS(element, source)                                              \
	{LINKS_ALL, element, S, "href", LINK_URL, WHEN_ALWAYS, source},        \
	{                                                                      \
		LINKS_ALL, element, S, "xlink:href", LINK_URL, WHEN_NO_HREF,   \
		    source                                                     \
	}

/* clang-format off */
const struct link_row link_table[] = {
	/* Hyperlinks. */
	{LINKS_A,   "a",          H, "href",        LINK_URL,     WHEN_ALWAYS,   "4.6.2"},
	{LINKS_ALL, "a",          H, "ping",        LINK_SET,     WHEN_ALWAYS,   "4.6.2"},
	{LINKS_A,   "area",       H, "href",        LINK_URL,     WHEN_ALWAYS,   "4.6.2"},
	{LINKS_ALL, "area",       H, "ping",        LINK_SET,     WHEN_ALWAYS,   "4.6.2"},
	{LINKS_ALL, "form",       H, "action",      LINK_URL,     WHEN_ALWAYS,   "4.10.18.6"},
	{LINKS_ALL, "button",     H, "formaction",  LINK_URL,     WHEN_ALWAYS,   "4.10.18.6"},
	{LINKS_ALL, "input",      H, "formaction",  LINK_URL,     WHEN_ALWAYS,   "4.10.18.6"},
	{LINKS_ALL, "input",      H, "src",         LINK_URL,     WHEN_IMAGE,    "4.10.5.1.19"},
	{LINKS_ALL, "blockquote", H, "cite",        LINK_URL,     WHEN_ALWAYS,   "4.4.4"},
	{LINKS_ALL, "q",          H, "cite",        LINK_URL,     WHEN_ALWAYS,   "4.5.7"},
	{LINKS_ALL, "ins",        H, "cite",        LINK_URL,     WHEN_ALWAYS,   "4.7.3"},
	{LINKS_ALL, "del",        H, "cite",        LINK_URL,     WHEN_ALWAYS,   "4.7.3"},

	/* Of the document. */
	{LINKS_ALL, "link",       H, "href",        LINK_URL,     WHEN_ALWAYS,   "4.2.4"},
	{LINKS_ALL, "link",       H, "imagesrcset", LINK_SRCSET,  WHEN_ALWAYS,   "4.2.4"},
	{LINKS_ALL, "meta",       H, "content",     LINK_REFRESH, WHEN_REFRESH,  "4.2.5.3"},
	{LINKS_ALL, "meta",       H, "content",     LINK_URL,     WHEN_PROPERTY, "Open Graph protocol; X's cards"},
	{LINKS_ALL, "script",     H, "src",         LINK_URL,     WHEN_ALWAYS,   "4.12.1"},
	{LINKS_ALL, "html",       H, "manifest",    LINK_URL,     WHEN_ALWAYS,   "HTML 5.0, 4.1.1 (obsolete)"},
	{LINKS_ALL, "head",       H, "profile",     LINK_SET,     WHEN_ALWAYS,   "HTML 4.01, 7.4.4.3 (obsolete)"},

	/* Embedded content. */
	{LINKS_ALL, "img",        H, "src",         LINK_URL,     WHEN_ALWAYS,   "4.8.3"},
	{LINKS_ALL, "img",        H, "srcset",      LINK_SRCSET,  WHEN_ALWAYS,   "4.8.3"},
	{LINKS_ALL, "img",        H, "longdesc",    LINK_URL,     WHEN_ALWAYS,   "HTML 4.01, 13.2 (obsolete)"},
	{LINKS_ALL, "img",        H, "lowsrc",      LINK_URL,     WHEN_ALWAYS,   "16.3.7 (obsolete)"},
	{LINKS_ALL, "img",        H, "dynsrc",      LINK_URL,     WHEN_ALWAYS,   "16.2 (obsolete)"},
	{LINKS_ALL, "source",     H, "src",         LINK_URL,     WHEN_ALWAYS,   "4.8.2"},
	{LINKS_ALL, "source",     H, "srcset",      LINK_SRCSET,  WHEN_ALWAYS,   "4.8.2"},
	{LINKS_ALL, "iframe",     H, "src",         LINK_URL,     WHEN_ALWAYS,   "4.8.5"},
	{LINKS_ALL, "iframe",     H, "longdesc",    LINK_URL,     WHEN_ALWAYS,   "HTML 4.01, 16.5 (obsolete)"},
	{LINKS_ALL, "embed",      H, "src",         LINK_URL,     WHEN_ALWAYS,   "4.8.6"},
	{LINKS_ALL, "object",     H, "data",        LINK_URL,     WHEN_ALWAYS,   "4.8.7"},
	{LINKS_ALL, "video",      H, "src",         LINK_URL,     WHEN_ALWAYS,   "4.8.8"},
	{LINKS_ALL, "video",      H, "poster",      LINK_URL,     WHEN_ALWAYS,   "4.8.8"},
	{LINKS_ALL, "audio",      H, "src",         LINK_URL,     WHEN_ALWAYS,   "4.8.9"},
	{LINKS_ALL, "track",      H, "src",         LINK_URL,     WHEN_ALWAYS,   "4.8.10"},
	{LINKS_ALL, "frame",      H, "src",         LINK_URL,     WHEN_ALWAYS,   "16.3.3 (obsolete)"},
	{LINKS_ALL, "frame",      H, "longdesc",    LINK_URL,     WHEN_ALWAYS,   "HTML 4.01, 16.2.2 (obsolete)"},
	{LINKS_ALL, "bgsound",    H, "src",         LINK_URL,     WHEN_ALWAYS,   "16.2 (obsolete)"},

	/* Backgrounds: presentational hints. */
	{LINKS_ALL, "body",       H, "background",  LINK_URL,     WHEN_ALWAYS,   "15.3.2"},
	{LINKS_ALL, "table",      H, "background",  LINK_URL,     WHEN_ALWAYS,   "15.3.8"},
	{LINKS_ALL, "thead",      H, "background",  LINK_URL,     WHEN_ALWAYS,   "15.3.8"},
	{LINKS_ALL, "tbody",      H, "background",  LINK_URL,     WHEN_ALWAYS,   "15.3.8"},
	{LINKS_ALL, "tfoot",      H, "background",  LINK_URL,     WHEN_ALWAYS,   "15.3.8"},
	{LINKS_ALL, "tr",         H, "background",  LINK_URL,     WHEN_ALWAYS,   "15.3.8"},
	{LINKS_ALL, "td",         H, "background",  LINK_URL,     WHEN_ALWAYS,   "15.3.8"},
	{LINKS_ALL, "th",         H, "background",  LINK_URL,     WHEN_ALWAYS,   "15.3.8"},

	/* SVG. */
	SVG_ROWS("a",                "SVG 2, 16.2"),
	SVG_ROWS("altglyph",         "SVG 1.1, 10.14.1 (obsolete)"),
	SVG_ROWS("animate",          "SVG Animations 2, 3.6"),
	SVG_ROWS("animatemotion",    "SVG Animations 2, 3.6"),
	SVG_ROWS("animatetransform", "SVG Animations 2, 3.6"),
	SVG_ROWS("color-profile",    "SVG 1.1, 12.3.3 (obsolete)"),
	SVG_ROWS("cursor",           "SVG 1.1, 16.8.3 (obsolete)"),
	SVG_ROWS("discard",          "SVG Animations 2, 3.6"),
	SVG_ROWS("feimage",          "Filter Effects 1, 9.15"),
	SVG_ROWS("filter",           "SVG 1.1, 15.5 (obsolete)"),
	SVG_ROWS("font-face-uri",    "SVG 1.1, 20.8.3 (obsolete)"),
	SVG_ROWS("glyphref",         "SVG 1.1, 10.14.3 (obsolete)"),
	SVG_ROWS("image",            "SVG 2, 12.3"),
	SVG_ROWS("lineargradient",   "SVG 2, 14.2.2"),
	SVG_ROWS("mpath",            "SVG Animations 2, 3.10"),
	SVG_ROWS("pattern",          "SVG 2, 14.3"),
	SVG_ROWS("radialgradient",   "SVG 2, 14.2.3"),
	SVG_ROWS("script",           "SVG 2, 16.5"),
	SVG_ROWS("set",              "SVG Animations 2, 3.6"),
	SVG_ROWS("textpath",         "SVG 2, 11.8"),
	SVG_ROWS("tref",             "SVG 1.1, 10.6 (obsolete)"),
	SVG_ROWS("use",              "SVG 2, 5.5"),

	/* Headers of the response. */
	{LINKS_ALL, NULL,         H, "Link",        LINK_HEADER,  WHEN_ALWAYS,   "RFC 8288, 3"},
	{LINKS_ALL, NULL,         H, "Refresh",     LINK_REFRESH, WHEN_ALWAYS,   "7.8"},
};
/* clang-format on */

const size_t link_table_n = sizeof(link_table) / sizeof(*link_table);

/*
 * Properties of the Open Graph protocol (ogp.me) and of X's cards whose content
 * is a URL.
 */
static const char *const url_properties[] = {"og:audio", "og:audio:secure_url",
    "og:audio:url", "og:image", "og:image:secure_url", "og:image:url",
    "og:see_also", "og:url", "og:video", "og:video:secure_url", "og:video:url",
    "twitter:image", "twitter:image:src", "twitter:image0", "twitter:image1",
    "twitter:image2", "twitter:image3", "twitter:player",
    "twitter:player:stream", "twitter:url"};

const struct html_attr *
link_attr(const struct html_element *e, const char *name)
{
	for (size_t i = 0; i < e->attr_n; i++)
		if (link_same_name(e->attr[i].name, name))
			return &e->attr[i];
	return NULL;
}

/* Whether an attribute is that word, in any case. */
static bool
attr_is(const struct html_element *e, const char *name, const char *word)
{
	const struct html_attr *a = link_attr(e, name);

	return a != NULL && str_eq_nocase(a->value, str_c(word));
}

static bool
has_url_property(const struct html_element *e)
{
	static const char *const attrs[] = {"property", "name"};

	for (size_t i = 0; i < sizeof(attrs) / sizeof(*attrs); i++) {
		const struct html_attr *a = link_attr(e, attrs[i]);

		for (size_t j = 0; a != NULL && j < sizeof(url_properties) /
							sizeof(*url_properties);
		     j++)
			if (str_eq_nocase(
				str_trim(a->value), str_c(url_properties[j])))
				return true;
	}
	return false;
}

bool
link_applies(enum link_when when, const struct html_element *e)
{
	switch (when) {
	case WHEN_ALWAYS:
		return true;
	case WHEN_IMAGE:
		return attr_is(e, "type", "image");
	case WHEN_REFRESH:
		return attr_is(e, "http-equiv", "refresh");
	case WHEN_PROPERTY:
		return has_url_property(e);
	case WHEN_NO_HREF:
		return link_attr(e, "href") == NULL;
	}
	return false;
}

bool
link_leads(const struct link_row *row)
{
	if (row->set == LINKS_A || row->form == LINK_REFRESH)
		return true;
	if (row->element == NULL)
		return false;
	if (row->space == HTML_SPACE_SVG)
		return strcmp(row->element, "a") == 0;
	return strcmp(row->attr, "src") == 0 &&
	       (strcmp(row->element, "iframe") == 0 ||
		   strcmp(row->element, "frame") == 0);
}

static struct html_want *
want_of(struct html_want *wants, const char *element, enum html_space space)
{
	struct html_want *w = wants;

	while (w->element != NULL &&
	       (w->space != space || strcmp(w->element, element) != 0))
		w++;
	w->element = element;
	w->space = space;
	return w;
}

static void
want_attr(struct html_want *w, const char *attr)
{
	size_t i = 0;

	while (i < HTML_ATTRS_MAX && w->attrs[i] != NULL) {
		if (strcmp(w->attrs[i], attr) == 0)
			return;
		i++;
	}
	if (i == HTML_ATTRS_MAX)
		abort();
	w->attrs[i] = attr;
}

/* Texts of a, where it is wanted; the alt of area and img, which may be in a.
 */
static void
want_texts(struct html_want *wants)
{
	want_attr(want_of(wants, "area", HTML_SPACE_HTML), "alt");
	want_attr(want_of(wants, "img", HTML_SPACE_HTML), "alt");
	for (struct html_want *w = wants; w->element != NULL; w++)
		w->text = strcmp(w->element, "a") == 0;
}

struct html_want *
link_wants(const struct links_options *options)
{
	static const char *const needs[][3] = {
	    [WHEN_ALWAYS] = {NULL},
	    [WHEN_IMAGE] = {"type"},
	    [WHEN_REFRESH] = {"http-equiv"},
	    [WHEN_PROPERTY] = {"property", "name"},
	    [WHEN_NO_HREF] = {"href"},
	};
	struct html_want *wants = xcalloc(link_table_n + 3, sizeof(*wants));

	want_attr(want_of(wants, "base", HTML_SPACE_HTML), "href");
	for (size_t i = 0; i < link_table_n; i++) {
		const struct link_row *row = &link_table[i];
		struct html_want      *w;

		if (row->set > options->set || row->element == NULL)
			continue;
		w = want_of(wants, row->element, row->space);
		want_attr(w, row->attr);
		for (size_t j = 0; needs[row->when][j] != NULL; j++)
			want_attr(w, needs[row->when][j]);
		if (options->details)
			want_attr(w, "rel");
	}
	if (options->texts)
		want_texts(wants);
	if (options->agent.p != NULL) {
		struct html_want *meta =
		    want_of(wants, "meta", HTML_SPACE_HTML);

		want_attr(meta, "name");
		want_attr(meta, "content");
	}
	return wants;
}

const struct link_row **
link_rows(const struct html_want *wants)
{
	const struct link_row **rows =
	    xcalloc(link_table_n + 3, sizeof(struct link_row *));

	for (size_t i = LINK_WANT_BASE + 1; wants[i].element != NULL; i++) {
		rows[i] = link_table;
		while (rows[i]->space != wants[i].space ||
		       rows[i]->element == NULL ||
		       strcmp(rows[i]->element, wants[i].element) != 0)
			rows[i]++;
	}
	return rows;
}

bool
link_row_is_of(const struct link_row *row, const struct html_element *e)
{
	return row < link_table + link_table_n && row->element != NULL &&
	       row->space == e->space && link_same_name(row->element, e->name);
}
