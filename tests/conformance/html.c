/*
 * html.c - the HTML tokenizer against html5lib's tests: attributes, character
 * references in attribute values, and elements.  Takes the directory of the
 * data.
 *
 * Only elements and attributes that the tokenizer knows can be asked for, and
 * not all at once, so a row may be read several times and what came put
 * together.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acrawl/html.h"

#include "web/link_table.h"
#include "web/tags.h"

#include "conf.h"

static const char *const token_files[] = {"test1", "test2", "test3", "test4",
    "contentModelFlags", "domjs", "entities", "escapeFlag", "namedEntities",
    "numericEntities"};

#define TOKEN_FILES_N (sizeof(token_files) / sizeof(*token_files))

static void
read_page(const struct html_want *want, struct str bytes,
    html_element_fn *element, void *arg)
{
	struct html_options options = {.want = want, .lines = true};
	struct html        *h = html_new(&options, element, arg);

	html_start(h, HTML_TEXT, STR_LIT("utf-8"));
	html_feed(h, bytes);
	html_end(h);
	html_free(h);
}

static void
add_attrs(json_t *to, const struct html_element *e)
{
	for (size_t i = 0; i < e->attr_n; i++)
		json_object_set_new(to, e->attr[i].name,
		    json_stringn(e->attr[i].value.p, e->attr[i].value.n));
}

/*
 * The tests of the tokenizer.
 */

static bool
is_there(const char *dir, const char *file)
{
	struct buf path;
	FILE      *f;

	buf_init(&path, 0);
	buf_addf(&path, "%s/%s", dir, file);
	f = fopen(buf_cstr(&path), "r");
	buf_clear(&path);
	if (f != NULL)
		fclose(f);
	return f != NULL;
}

/* The rows that begin in the Data state, of all files that are there. */
static json_t *
load_tokens(const char *dir)
{
	json_t *rows = json_array();

	for (size_t f = 0; f < TOKEN_FILES_N; f++) {
		struct buf    path;
		json_t       *root;
		size_t        i;
		json_t       *row;
		const json_t *states;

		buf_init(&path, 0);
		buf_addf(&path, "html5lib/%s.test", token_files[f]);
		if (!is_there(dir, buf_cstr(&path))) {
			printf("%s is not there\n", buf_cstr(&path));
			buf_clear(&path);
			continue;
		}
		root = conf_load(dir, buf_cstr(&path));
		buf_clear(&path);
		json_array_foreach(json_object_get(root, "tests"), i, row)
		{
			states = json_object_get(row, "initialStates");
			if (states == NULL ||
			    strcmp(json_string_value(json_array_get(states, 0)),
				"Data state") == 0)
				json_array_append(rows, row);
		}
		json_decref(root);
	}
	return rows;
}

static bool
is_token(const json_t *token, const char *kind)
{
	return str_eq(conf_str(json_array_get(token, 0)), str_c(kind));
}

/* The attributes of a row's start tags, an object for each tag. */
static json_t *
expected_attrs(const json_t *row)
{
	json_t       *list = json_array();
	size_t        i;
	const json_t *token;

	json_array_foreach(json_object_get(row, "output"), i, token)
	{
		if (is_token(token, "StartTag"))
			json_array_append(list, json_array_get(token, 2));
	}
	return list;
}

static bool
has_attrs(const json_t *tags)
{
	size_t        i;
	const json_t *attrs;

	json_array_foreach(tags, i, attrs)
	{
		if (json_object_size(attrs) > 0)
			return true;
	}
	return false;
}

/*
 * The input, but each start tag's name is "a": the tests have names that no
 * element has, which cannot be asked for.
 */
static void
rename_tags(const json_t *row, struct buf *out)
{
	struct str    s = conf_member(row, "input");
	size_t        i;
	const json_t *token;

	buf_reset(out);
	json_array_foreach(json_object_get(row, "output"), i, token)
	{
		struct str name = conf_str(json_array_get(token, 1));

		if (!is_token(token, "StartTag"))
			continue;
		while (s.n > 0 &&
		       (*s.p != '<' ||
			   !str_starts_nocase(str_n(s.p + 1, s.n - 1), name))) {
			buf_addc(out, *s.p);
			s = str_n(s.p + 1, s.n - 1);
		}
		if (s.n == 0)
			return;
		buf_add(out, STR_LIT("<a"));
		s = str_n(s.p + 1 + name.n, s.n - 1 - name.n);
	}
	buf_add(out, s);
}

/* Start tags that are read once more, for other attributes. */
struct tags {
	json_t *list;
	size_t  at;
};

static void
on_tag(void *arg, const struct html_element *e)
{
	struct tags *t = arg;

	if (t->at == json_array_size(t->list))
		json_array_append_new(t->list, json_object());
	add_attrs(json_array_get(t->list, t->at++), e);
}

/* The attributes, out of `names`, of all <a> of a document. */
static json_t *
read_attrs(struct str document, const json_t *names)
{
	struct html_want want[2] = {{.element = "a"}, {.element = NULL}};
	struct tags      tags = {json_array(), 0};
	size_t           n = 0;
	const char      *name;
	const json_t    *unused;

	json_object_foreach((json_t *)names, name, unused)
	{
		want[0].attrs[n++ % HTML_ATTRS_MAX] = name;
		if (n % HTML_ATTRS_MAX != 0 && n < json_object_size(names))
			continue;
		if (n % HTML_ATTRS_MAX != 0)
			want[0].attrs[n % HTML_ATTRS_MAX] = NULL;
		tags.at = 0;
		read_page(want, document, on_tag, &tags);
	}
	return tags.list;
}

/* Every name that a row has, so that an attribute too many is seen. */
static json_t *
names_of(const json_t *rows)
{
	json_t       *names = json_object();
	size_t        i, j;
	const json_t *row;
	json_t       *attrs;

	json_array_foreach(rows, i, row)
	{
		json_t *tags = expected_attrs(row);

		json_array_foreach(tags, j, attrs)
		{
			const char *name;
			json_t     *unused;

			json_object_foreach(attrs, name, unused)
			    json_object_set_new(names, name, json_true());
		}
		json_decref(tags);
	}
	return names;
}

static bool
run_attributes(const json_t *rows)
{
	struct conf   c = conf_begin("attributes");
	json_t       *names = names_of(rows);
	struct buf    document;
	size_t        i;
	const json_t *row;

	buf_init(&document, 0);
	json_array_foreach(rows, i, row)
	{
		json_t *want = expected_attrs(row);

		if (has_attrs(want)) {
			json_t *got;

			rename_tags(row, &document);
			got = read_attrs(buf_str(&document), names);
			conf_row(&c, json_equal(want, got), row,
			    "other attributes in %s", buf_cstr(&document));
			json_decref(got);
		}
		json_decref(want);
	}
	buf_clear(&document);
	json_decref(names);
	return conf_end(&c);
}

/* The names of references, with ";" or without, and what they stand for. */
static json_t *
references_of(const json_t *rows)
{
	json_t       *names = json_object();
	size_t        i;
	const json_t *row;

	json_array_foreach(rows, i, row)
	{
		const json_t *output = json_object_get(row, "output");

		if (!str_starts_nocase(conf_member(row, "description"),
			STR_LIT("Named entity: ")))
			continue;
		json_object_set(names, conf_member(row, "input").p + 1,
		    json_array_get(json_array_get(output, 0), 1));
	}
	return names;
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') ||
	       (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

/* How long the longest name at the start of s is, without its "&"; or 0. */
static size_t
reference_at(const json_t *names, struct str s)
{
	size_t n = s.n < 32 ? s.n : 32;

	while (n > 0 && json_object_getn(names, s.p, n) == NULL)
		n--;
	return n;
}

/*
 * Input with its named references replaced: in text all of them, in attributes
 * not those without ";" in front of "=" or a letter or digit (13.2.5.73).
 */
static void
replace_names(
    const json_t *names, struct str in, bool attribute, struct buf *out)
{
	buf_reset(out);
	for (size_t i = 0; i < in.n; i++) {
		struct str rest = str_n(in.p + i + 1, in.n - i - 1);
		size_t     n = in.p[i] == '&' ? reference_at(names, rest) : 0;

		if (n == 0 ||
		    (attribute && rest.p[n - 1] != ';' && n < rest.n &&
			(rest.p[n] == '=' || is_alnum(rest.p[n])))) {
			buf_addc(out, in.p[i]);
			continue;
		}
		buf_add(out, conf_str(json_object_getn(names, rest.p, n)));
		i += n;
	}
}

static bool
is_text_with_reference(const json_t *row)
{
	const json_t *output = json_object_get(row, "output");
	struct str    input = conf_member(row, "input");

	return json_array_size(output) == 1 &&
	       is_token(json_array_get(output, 0), "Character") &&
	       memchr(input.p, '&', input.n) != NULL;
}

/* Tries a value in one kind of quotes, "" for none. */
static bool
is_value(struct str raw, struct str value, const char *quote)
{
	json_t    *names = json_pack("{s:b}", "href", 1);
	json_t    *want = json_pack("[{s:s%}]", "href", value.p, value.n);
	json_t    *got;
	struct buf document;
	bool       same;

	buf_init(&document, 0);
	buf_addf(&document, "<a href=%s", quote);
	buf_add(&document, raw);
	buf_addf(&document, "%s>", quote);
	got = read_attrs(buf_str(&document), names);
	same = json_equal(want, got);
	buf_clear(&document);
	json_decref(got);
	json_decref(want);
	json_decref(names);
	return same;
}

/* Whether a value can stand in such quotes, or in none. */
static bool
can_stand(struct str s, const char *quote)
{
	if (*quote != '\0')
		return memchr(s.p, *quote, s.n) == NULL;
	for (size_t i = 0; i < s.n; i++)
		if (memchr("\t\n\f\r >", s.p[i], 6) != NULL)
			return false;
	return true;
}

/*
 * The tests have the references in text; here they stand in an attribute, in
 * each of the three ways that there are.  Numeric ones are the same in both.
 */
static bool
run_references(const json_t *rows)
{
	static const char *const quotes[] = {"", "'", "\""};

	struct conf   c = conf_begin("references");
	json_t       *names = references_of(rows);
	struct buf    value;
	size_t        i;
	const json_t *row;

	buf_init(&value, 0);
	json_array_foreach(rows, i, row)
	{
		struct str raw = conf_member(row, "input");
		struct str text = conf_str(json_array_get(
		    json_array_get(json_object_get(row, "output"), 0), 1));
		bool       ok = true;

		if (!is_text_with_reference(row))
			continue;
		replace_names(names, raw, false, &value);
		if (str_eq(buf_str(&value), text))
			replace_names(names, raw, true, &value);
		else {
			/* Else it is numeric, or the rules here are wrong. */
			ok = strstr(buf_cstr(&value), "&#") != NULL;
			buf_reset(&value);
			buf_add(&value, text);
		}
		for (size_t q = 0; q < 3; q++)
			ok = ok &&
			     (!can_stand(raw, quotes[q]) ||
				 is_value(raw, buf_str(&value), quotes[q]));
		conf_row(&c, ok, row, "not %s", buf_cstr(&value));
	}
	buf_clear(&value);
	json_decref(names);
	return conf_end(&c);
}

/*
 * The tests of tree construction.
 */

/* Why the elements of a row may differ from the standard's tree. */
enum reason {
	IMPLIED,
	ADOPTED,
	NESTED,
	SELECT,
	SELECT_CARRIER,
	FOSTERED,
	REASONS,
};

static const char *const reasons[REASONS] = {
    [IMPLIED] = "no tag stands for an element: it has no attributes, so it "
		"is no link",
    [ADOPTED] = "a formatting element is opened again: its copies have the "
		"link that it has",
    [NESTED] = "a noscript in a noscript, which the standard ignores: it "
	       "carries no link",
    [SELECT] = "what stands in a select is dropped, as the standard had it "
	       "until 2025: here nothing that carries a link",
    [SELECT_CARRIER] = "the same, and it could carry one: decided so, with "
		       "the oracle and the browsers before 2025",
    [FOSTERED] = "source order is not tree order, as tables put out what they "
		 "may not hold, and html and body may come late: the same "
		 "elements",
};

struct element {
	enum html_space space;
	const char     *name; /* borrowed */
	json_t         *attrs;
	uint64_t        line;
	uint64_t        column;
	bool            carries; /* the table of links has it */
	bool            matched;
};

struct elements {
	struct element e[256];
	size_t         n;
};

static void
add_element(struct elements *list, const struct element *e)
{
	if (list->n == sizeof(list->e) / sizeof(*list->e)) {
		fputs("html: a row has too many elements\n", stderr);
		exit(2);
	}
	list->e[list->n++] = *e;
}

static void
clear_elements(struct elements *list)
{
	while (list->n > 0)
		json_decref(list->e[--list->n].attrs);
}

/* Whether a link can be an attribute of it, or a <base>. */
static bool
carries(enum html_space space, struct str name)
{
	if (space == HTML_SPACE_HTML && str_eq(name, STR_LIT("base")))
		return true;
	for (size_t i = 0; i < link_table_n; i++)
		if (link_table[i].element != NULL &&
		    link_table[i].space == space &&
		    str_eq(str_c(link_table[i].element), name))
			return true;
	return false;
}

static enum tag
known_tag(struct str name)
{
	for (unsigned i = 1; i < TAG_COUNT; i++)
		if (str_eq_nocase(str_c(tag_names[i].name), name))
			return (enum tag)i;
	return TAG_OTHER;
}

static enum html_space
space_of(struct str name)
{
	if (str_eq(name, STR_LIT("svg")))
		return HTML_SPACE_SVG;
	return str_eq(name, STR_LIT("math")) ? HTML_SPACE_MATHML
	                                     : HTML_SPACE_HTML;
}

/* The attributes by the names that they have in wants. */
static json_t *
plain_attrs(const json_t *attrs)
{
	json_t     *out = json_object();
	const char *name;
	json_t     *value;

	json_object_foreach((json_t *)attrs, name, value)
	{
		bool xlink = strcmp(name, "xlink href") == 0;

		json_object_set(out, xlink ? "xlink:href" : name, value);
	}
	return out;
}

/*
 * What a row expects, without what is in a template, or has a name that the
 * tokenizer has not.  Of an element that carries no link the attributes are of
 * no interest.
 */
static void
expected_elements(const json_t *row, struct elements *out)
{
	size_t        i;
	const json_t *e;

	json_array_foreach(json_object_get(row, "elements"), i, e)
	{
		struct str     name = conf_str(json_array_get(e, 1));
		enum tag       tag = known_tag(name);
		struct element add = {
		    .space = space_of(conf_str(json_array_get(e, 0))),
		};

		if (json_is_true(json_array_get(e, 3)) || tag == TAG_OTHER)
			continue;
		add.name = tag_names[tag].name;
		add.carries = carries(add.space, str_c(add.name));
		add.attrs = add.carries ? plain_attrs(json_array_get(e, 2))
		                        : json_object();
		add_element(out, &add);
	}
}

/*
 * Later tags of html and body are reported as elements of their own: here they
 * are put together, as in the tree.
 */
static struct element *
the_same_one(struct elements *list, const struct html_element *e)
{
	if (e->space != HTML_SPACE_HTML ||
	    (strcmp(e->name, "html") != 0 && strcmp(e->name, "body") != 0))
		return NULL;
	for (size_t i = 0; i < list->n; i++)
		if (list->e[i].space == e->space &&
		    strcmp(list->e[i].name, e->name) == 0)
			return &list->e[i];
	return NULL;
}

static void
on_element(void *arg, const struct html_element *e)
{
	struct elements *list = arg;
	struct element   add = {e->space, e->name, NULL, e->line, e->column,
	      carries(e->space, str_c(e->name)), false};
	struct element  *same = the_same_one(list, e);

	if (same == NULL) {
		add.attrs = json_object();
		add_element(list, &add);
		same = &list->e[list->n - 1];
	}
	add_attrs(same->attrs, e);
}

static void
want_attrs(struct html_want *w, const struct elements *expected)
{
	for (size_t i = 0; i < expected->n; i++) {
		const struct element *e = &expected->e[i];
		const char           *name;
		const json_t         *unused;

		if (e->space != w->space || strcmp(e->name, w->element) != 0)
			continue;
		json_object_foreach((json_t *)e->attrs, name, unused)
		{
			size_t j = 0;

			while (j < HTML_ATTRS_MAX && w->attrs[j] != NULL &&
			       strcmp(w->attrs[j], name) != 0)
				j++;
			if (j < HTML_ATTRS_MAX)
				w->attrs[j] = name;
		}
	}
}

static int
by_place(const void *a, const void *b)
{
	const struct element *x = a;
	const struct element *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->column < y->column ? -1 : x->column > y->column;
}

/* All elements of a document whose names are known, in its order. */
static void
read_elements(
    struct str document, const struct elements *expected, struct elements *out)
{
	struct html_want want[TAG_COUNT];

	for (int space = HTML_SPACE_HTML; space <= HTML_SPACE_MATHML; space++) {
		memset(want, 0, sizeof(want));
		for (unsigned i = 1; i < TAG_COUNT; i++) {
			want[i - 1].element = tag_names[i].name;
			want[i - 1].space = (enum html_space)space;
			want_attrs(&want[i - 1], expected);
		}
		read_page(want, document, on_element, out);
	}
	qsort(out->e, out->n, sizeof(*out->e), by_place);
}

static bool
is_same(const struct element *a, const struct element *b)
{
	return a->space == b->space && strcmp(a->name, b->name) == 0 &&
	       json_equal(a->attrs, b->attrs);
}

static bool
is_in(const struct element *e, const struct elements *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (is_same(e, &list->e[i]))
			return true;
	return false;
}

/* Pairs the elements that are in both; the others remain. */
static void
match(struct elements *a, struct elements *b)
{
	for (size_t i = 0; i < a->n; i++) {
		for (size_t j = 0; j < b->n && !a->e[i].matched; j++) {
			if (b->e[j].matched || !is_same(&a->e[i], &b->e[j]))
				continue;
			a->e[i].matched = b->e[j].matched = true;
		}
	}
}

static bool
is_one_of(const char *name, const char *const *names)
{
	while (*names != NULL && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

/* Elements that come without a tag, or with an end tag only. */
static bool
is_implied(const struct element *e)
{
	static const char *const names[] = {
	    "html", "head", "body", "colgroup", "tbody", "tr", "p", "br", NULL};

	return e->space == HTML_SPACE_HTML && is_one_of(e->name, names) &&
	       json_object_size(e->attrs) == 0;
}

static bool
is_formatting(const struct element *e)
{
	static const char *const names[] = {"a", "b", "big", "code", "em",
	    "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
	    NULL};

	return e->space == HTML_SPACE_HTML && is_one_of(e->name, names);
}

/* Why an element is not in the other list; REASONS: nobody knows. */
static enum reason
explain(const struct element *e, const struct elements *other, bool missing,
    struct str document)
{
	if (missing && is_formatting(e) && is_in(e, other))
		return ADOPTED;
	if (missing && is_implied(e))
		return IMPLIED;
	if (!missing && strcmp(e->name, "noscript") == 0 && is_in(e, other))
		return NESTED;
	if (strstr(document.p, "<select") != NULL)
		return e->carries ? SELECT_CARRIER : SELECT;
	return REASONS;
}

static bool
same_order(const struct elements *a, const struct elements *b)
{
	size_t j = 0;

	for (size_t i = 0; i < a->n; i++) {
		if (!a->e[i].matched)
			continue;
		while (!b->e[j].matched)
			j++;
		if (!is_same(&a->e[i], &b->e[j++]))
			return false;
	}
	return true;
}

static const char *
show(const struct elements *list, struct buf *out)
{
	static const char *const spaces[] = {"", "svg ", "math "};

	buf_reset(out);
	for (size_t i = 0; i < list->n; i++) {
		char *attrs = json_dumps(list->e[i].attrs, JSON_SORT_KEYS);

		buf_addf(out, "%s<%s%s%s>", list->e[i].matched ? "" : "!",
		    spaces[list->e[i].space], list->e[i].name,
		    attrs != NULL && strlen(attrs) > 2 ? attrs : "");
		free(attrs);
	}
	return buf_cstr(out);
}

struct tree_counts {
	struct conf carriers; /* rows whose elements that carry links agree */
	struct conf lists;    /* rows all of whose differences are known */
	size_t      seen[REASONS];
};

/* Explains what is in a and not in b; false if one that carries links is. */
static bool
explain_all(const struct elements *a, const struct elements *b, bool missing,
    struct str document, bool seen[REASONS + 1])
{
	bool same = true;

	for (size_t i = 0; i < a->n; i++) {
		enum reason why;

		if (a->e[i].matched)
			continue;
		why = explain(&a->e[i], b, missing, document);
		seen[why] = true;
		same &= !a->e[i].carries || why != REASONS;
	}
	return same;
}

static void
try_tree(struct tree_counts *c, const json_t *row)
{
	struct elements expected = {.n = 0};
	struct elements got = {.n = 0};
	struct str      document = conf_member(row, "data");
	struct buf      text;
	bool            seen[REASONS + 1] = {false};
	bool            same;

	buf_init(&text, 0);
	expected_elements(row, &expected);
	read_elements(document, &expected, &got);
	match(&expected, &got);
	same = explain_all(&expected, &got, true, document, seen);
	same &= explain_all(&got, &expected, false, document, seen);
	seen[FOSTERED] = !same_order(&expected, &got);
	conf_row(&c->carriers, same && !seen[SELECT_CARRIER], row, "got %s",
	    show(&got, &text));
	conf_row(&c->lists, !seen[REASONS], row, "got %s", show(&got, &text));
	for (size_t i = 0; i < REASONS; i++)
		c->seen[i] += seen[i];
	clear_elements(&expected);
	clear_elements(&got);
	buf_clear(&text);
}

/* Whether the row's id is in the list of those that bear on links. */
static bool
is_relevant(const json_t *ids, const json_t *row)
{
	size_t        i;
	const json_t *id;

	json_array_foreach(ids, i, id)
	{
		if (json_equal(id, json_object_get(row, "id")))
			return true;
	}
	return false;
}

/* Rows that bear on links, or the others. */
static bool
run_trees(const json_t *rows, const json_t *ids, bool relevant)
{
	struct tree_counts c = {
	    conf_begin(relevant ? "elements that carry links"
				: "the same in other trees"),
	    conf_begin(relevant ? "elements, with reasons"
				: "the same in other trees"),
	    {0}};
	size_t        fragments = 0;
	size_t        scripted = 0;
	size_t        i;
	const json_t *row;
	bool          ok;

	json_array_foreach(rows, i, row)
	{
		if (is_relevant(ids, row) != relevant)
			continue;
		if (json_is_string(json_object_get(row, "fragment")))
			fragments++;
		else if (str_eq(conf_member(row, "scripting"), STR_LIT("on")))
			scripted++;
		else
			try_tree(&c, row);
	}
	conf_end(&c.carriers);
	ok = c.carriers.rows - c.carriers.hits == c.seen[SELECT_CARRIER];
	ok &= conf_end(&c.lists);
	for (i = 0; i < REASONS; i++)
		printf("  %zu differ: %s\n", c.seen[i], reasons[i]);
	printf("  %zu not run: they want scripts to run\n", scripted);
	printf(
	    "  %zu not run: they are fragments, which no page is\n", fragments);
	return ok;
}

int
main(int argc, char **argv)
{
	json_t *rows;
	json_t *ids;
	bool    ok;

	if (argc != 2) {
		fputs("usage: html DIRECTORY\n", stderr);
		return 2;
	}
	rows = load_tokens(argv[1]);
	ok = run_attributes(rows);
	ok &= run_references(rows);
	json_decref(rows);
	rows = conf_load(argv[1], "html5lib/tree-elements.json");
	ids = conf_load(argv[1], "html5lib/link-relevant-ids.json");
	ok &= run_trees(rows, ids, true);
	ok &= run_trees(rows, ids, false);
	json_decref(rows);
	json_decref(ids);
	return ok ? 0 : 1;
}
