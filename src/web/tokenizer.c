/*
 * tokenizer.c - an HTML document's bytes in, its elements out.
 *
 * Tags are read here (the HTML standard, 13.2.5.1 and 13.2.5.6 to 13.2.5.8 and
 * 13.2.5.32 to 13.2.5.40); tokenizer_scan.c passes over the rest.  All of it is
 * one state machine over the bytes, which stops where they do.  Markup is ASCII
 * in every charset but those that charset.h calls streams, which are turned
 * into UTF-8 first; in the others no byte of a character beyond ASCII is one
 * that ends a name, a value or a tag, so only values are decoded.
 */
#include "tokenizer.h"

#include <stdlib.h>

#include "find.h"
#include "tokenizer_int.h"

/* What a tokenizer may keep of its memory for the next document. */
#define KEEP_BYTES (16 * 1024)

/* What is decoded of a stream at a time. */
#define STREAM_BYTES 4096

static const char *const own_names[NAME_OWN] = {
    "color", "face", "size", "encoding", "type", "id", "name"};

/* A table of what ends a run of bytes. */
enum {
	ENDS_TAG_NAME = 1, /* blank / > */
	ENDS_ATTR = 2,     /* blank / > = */
	ENDS_VALUE = 4,    /* blank > */
};

static const uint8_t ends[256] = {[' '] = 7,
    ['\t'] = 7,
    ['\n'] = 7,
    ['\f'] = 7,
    ['\r'] = 7,
    ['>'] = 7,
    ['/'] = ENDS_TAG_NAME | ENDS_ATTR,
    ['='] = ENDS_ATTR};

static bool
ends_at(const char *p, unsigned what)
{
	return (ends[(unsigned char)*p] & what) != 0;
}

/* Counts the lines up to p. */
static void
count_lines(struct tokenizer *t, const char *p)
{
	size_t n = find_count(t->counted, p, '\n');

	if (n > 0) {
		const char *at = find_behind_last(t->counted, p, '\n');

		t->line += n;
		t->line_at = t->offset + (uint64_t)(at - t->chunk);
	}
	t->counted = p;
}

static void
begin_tag_at(struct tokenizer *t, const char *p)
{
	t->place.offset = t->offset + (uint64_t)(p - t->chunk);
	t->place.line = 0;
	if (t->texting)
		text_pass_markup(t);
}

void
locate_tag(struct tokenizer *t)
{
	if (!t->lines || t->place.line > 0)
		return;
	count_lines(t, t->chunk + (t->place.offset - t->offset));
	t->place.line = t->line;
	t->place.column = t->place.offset - t->line_at + 1;
}

static void
begin_name(struct tokenizer *t, enum tag_kind kind)
{
	t->state = TAG_NAME;
	t->kind = kind;
	t->word = (struct word){.n = 0};
	t->slash = false;
}

/* Reads on in a name, up to a byte that ends it: of a tag or an attribute. */
static const char *
read_word(struct word *word, const char *p, const char *end, unsigned ends_what,
    char other)
{
	struct word w = *word;

	if (w.n == 0 && end - p >= 16) {
		unsigned n = find_name_end(p, other);

		if (n < 8 && ends_at(p + n, ends_what)) {
			word->w[0] = find_lower(p, n);
			word->n = n;
			return p + n;
		}
	}
	while (p < end && !ends_at(p, ends_what))
		word_add(&w, *p++);
	*word = w;
	return p;
}

/* The name is complete: which attributes are wanted. */
static void
end_name(struct tokenizer *t)
{
	t->tag = tag_find(&t->word);
	t->hash = 0;
	t->ask = 0;
	t->state = BEFORE_NAME;
	if (t->tag == TAG_OTHER)
		t->hash = (uint32_t)((t->word.w[0] ^ t->word.w[1] ^ t->word.n) *
					 0x9E3779B97F4A7C15u >>
				     43);
	if (t->kind == START_TAG)
		t->ask = t->may_ask[t->tag];
	t->value_n = 0;
	buf_reset(&t->values);
	t->asked = t->ask;
}

/* An attribute's name is complete: whether its value is kept. */
static void
end_attr_name(struct tokenizer *t)
{
	t->keep = false;
	for (uint32_t left = t->asked; left != 0; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctz(left);

		if (!word_eq(&t->names[i].word, &t->attr))
			continue;
		t->keep = true;
		t->asked &= ~(1u << i);
		t->value[t->value_n++] =
		    (struct value){i, 0, t->values.n, false};
		buf_addc(&t->values, '\0');
		break;
	}
}

static void
add_value(struct tokenizer *t, const char *p, size_t n)
{
	struct value *v = &t->value[t->value_n - 1];

	if (n > LIMIT_ATTRIBUTE_BYTES - v->n) {
		n = LIMIT_ATTRIBUTE_BYTES - v->n;
		v->cut = true;
	}
	if (n == 0 || !buf_reserve(&t->values, n + 1))
		return;
	/* Over the NUL, which then follows again. */
	memcpy(t->values.p + v->at + v->n, p, n);
	v->n += (uint32_t)n;
	t->values.p[v->at + v->n] = '\0';
	t->values.n = v->at + v->n + 1;
}

void
keep_value(struct tokenizer *t, unsigned name, struct str value)
{
	t->value[t->value_n++] = (struct value){name, 0, t->values.n, false};
	buf_addc(&t->values, '\0');
	add_value(t, value.p, value.n);
	t->ask |= 1u << name;
}

static struct str
value_of(const struct tokenizer *t, unsigned name)
{
	for (size_t i = 0; i < t->value_n; i++)
		if (t->value[i].name == name)
			return str_n(
			    t->values.p + t->value[i].at, t->value[i].n);
	return str_n("", 0);
}

/* Whether a value, references and all, is that word. */
static bool
value_is(struct tokenizer *t, unsigned name, struct str word)
{
	struct str raw = value_of(t, name);

	if (raw.n == 0 || raw.n > 256)
		return false;
	buf_reset(&t->decoded);
	return tokenizer_decode(t, raw, &t->decoded) &&
	       str_eq_nocase(buf_str(&t->decoded), word);
}

static unsigned
tag_flags(struct tokenizer *t)
{
	unsigned flags = t->slash ? TREE_SELF_CLOSING : 0;

	if (t->ask == t->asked)
		return flags;
	if (t->tag == TAG_FONT &&
	    ((t->ask & ~t->asked) &
		(1u << NAME_COLOR | 1u << NAME_FACE | 1u << NAME_SIZE)) != 0)
		flags |= TREE_FONT;
	if (t->tag == TAG_ANNOTATION_XML &&
	    (value_is(t, NAME_ENCODING, STR_LIT("text/html")) ||
		value_is(t, NAME_ENCODING, STR_LIT("application/xhtml+xml"))))
		flags |= TREE_HTML_POINT;
	if (t->tag == TAG_INPUT && value_is(t, NAME_TYPE, STR_LIT("hidden")))
		flags |= TREE_HIDDEN;
	return flags;
}

/*
 * Whether an element is a new one, or gives new attributes that are wanted to
 * html or body.  What those have stays (13.2.6.4.7): it is taken out.
 */
static bool
is_news(struct tokenizer *t, const struct tree_result *r)
{
	uint32_t *have = NULL;
	uint32_t  given = 0;
	size_t    n = 0;
	bool      first;

	if (r->space == TREE_HTML && r->tag == TAG_HTML)
		have = &t->html;
	else if (r->space == TREE_HTML && r->tag == TAG_BODY)
		have = &t->body;
	else
		return true;
	first = *have == 0;
	for (size_t i = 0; i < t->value_n; i++) {
		if ((*have >> t->value[i].name & 1) != 0)
			continue;
		given |= 1u << t->value[i].name;
		t->value[n++] = t->value[i];
	}
	t->value_n = n;
	*have |= HAVE_ELEMENT | (t->ask & ~t->asked);
	return first || (given & t->want[r->space][r->tag]) != 0;
}

static void
on_element(struct tokenizer *t, const struct tree_result *r)
{
	bool texted = t->texted[r->space][r->tag];
	bool news = is_news(t, r);

	if (t->id != NULL)
		report_ids(t, r);
	if (texted)
		text_end(t);
	if (news && t->wanted[r->space][r->tag])
		report_element(t, r);
	if (texted)
		text_begin(t, r->tag);
}

void
end_tag(struct tokenizer *t)
{
	struct tree_result r;

	t->state = DATA;
	if (t->kind == RAW_END_TAG)
		return;
	if (t->kind == END_TAG) {
		if (t->texting && t->tag == t->text_tag &&
		    t->tree.templates == 0)
			text_end(t);
		if (!tree_end_plain(&t->tree, t->tag, t->hash))
			tree_end(&t->tree, t->tag, t->hash);
		return;
	}
	if (tree_start_plain(&t->tree, t->tag, t->hash))
		r = (struct tree_result){
		    .element = t->tree.templates == 0, .tag = t->tag};
	else
		r = tree_start(&t->tree, t->tag, t->hash, tag_flags(t));
	if (r.dropped)
		report_drop(t);
	if (r.element && (t->wanted[r.space][r.tag] || t->id != NULL))
		on_element(t, &r);
	switch (r.content) {
	case TREE_DATA:
		break;
	case TREE_RAW:
		t->state = RAW;
		t->raw = t->tag;
		break;
	case TREE_SCRIPT:
		t->state = SCRIPT;
		t->raw = TAG_SCRIPT;
		break;
	case TREE_PLAINTEXT:
		t->state = PLAINTEXT;
		break;
	}
}

/* Tells the tree of text. */
static void
show_tree(struct tokenizer *t, const char *p, const char *end)
{
	if (!tree_wants_text(&t->tree))
		return;
	for (; p < end; p++) {
		if (!is_blank(*p) && *p != '\0') {
			tree_text(&t->tree);
			return;
		}
	}
}

void
read_text(struct tokenizer *t, const char *p, const char *end)
{
	show_tree(t, p, end);
	text_take(t, str_n(p, (size_t)(end - p)));
}

void
read_cdata(struct tokenizer *t, const char *p, const char *end)
{
	show_tree(t, p, end);
	text_take_literal(t, str_n(p, (size_t)(end - p)));
}

/* Reads until the bytes end. */
static void
run(struct tokenizer *t, const char *p, const char *end)
{
	const char *from;

	while (p < end) {
		switch (t->state) {
		case DATA:
			if (!wants_text(t)) {
				p = t->skip(t, p, end);
				if (t->state != DATA || p == end)
					break;
			}
			from = p;
			p = find_byte(p, end, '<');
			if (wants_text(t))
				read_text(t, from, p != NULL ? p : end);
			if (p == NULL)
				return;
			begin_tag_at(t, p);
			t->state = TAG_OPEN;
			if (++p == end)
				return;
			/* fall through */
		case TAG_OPEN:
			if (is_letter(*p)) {
				begin_name(t, START_TAG);
			} else if (*p == '/' && end - p > 1 &&
				   is_letter(p[1])) {
				begin_name(t, END_TAG);
				p++;
			} else if (*p == '/') {
				t->state = END_TAG_OPEN;
				p++;
				break;
			} else if (*p == '!') {
				t->state = MARKUP;
				p++;
				break;
			} else if (*p == '?') {
				t->state = BOGUS_COMMENT;
				break;
			} else {
				t->state = DATA;
				read_text(t, "<", &"<"[1]);
				break;
			}
			/* fall through */
		case TAG_NAME:
			p = read_word(&t->word, p, end, ENDS_TAG_NAME, '>');
			if (p == end)
				return;
			end_name(t);
			/* fall through */
		case BEFORE_NAME:
		before_name:
			for (;; p++) {
				if (p == end)
					return;
				if (*p == '/')
					t->slash = true;
				else if (is_blank(*p))
					t->slash = false;
				else
					break;
			}
			if (*p == '>') {
				p++;
				end_tag(t);
				break;
			}
			t->slash = false;
			t->state = ATTR_NAME;
			t->attr = (struct word){.n = 0};
			/* The first byte belongs to it even if it is "=". */
			if (*p == '=')
				word_add(&t->attr, *p++);
			/* fall through */
		case ATTR_NAME:
			p = read_word(&t->attr, p, end, ENDS_ATTR, '=');
			if (p == end)
				return;
			t->keep = false;
			if (t->asked != 0)
				end_attr_name(t);
			t->state = AFTER_NAME;
			/* fall through */
		case AFTER_NAME:
			while (p < end && is_blank(*p))
				p++;
			if (p == end)
				return;
			if (*p != '=') {
				t->state = BEFORE_NAME;
				goto before_name;
			}
			p++;
			t->state = BEFORE_VALUE;
			/* fall through */
		case BEFORE_VALUE:
			while (p < end && is_blank(*p))
				p++;
			if (p == end)
				return;
			if (*p == '>') {
				t->state = BEFORE_NAME;
				goto before_name;
			}
			if (*p != '"' && *p != '\'') {
				t->state = VALUE_UNQUOTED;
				break;
			}
			t->quote = *p++;
			t->state = VALUE_QUOTED;
			if (p == end)
				return;
			/* fall through */
		case VALUE_QUOTED:
			from = p;
			p = find_byte(p, end, t->quote);
			if (t->keep)
				add_value(t, from,
				    (size_t)((p != NULL ? p : end) - from));
			if (p == NULL)
				return;
			p++;
			t->state = BEFORE_NAME;
			goto before_name;
		case VALUE_UNQUOTED:
			from = p;
			while (p < end && !ends_at(p, ENDS_VALUE))
				p++;
			if (t->keep)
				add_value(t, from, (size_t)(p - from));
			if (p == end)
				return;
			t->state = BEFORE_NAME;
			goto before_name;
		case END_TAG_OPEN:
			if (is_letter(*p)) {
				begin_name(t, END_TAG);
			} else if (*p == '>') {
				t->state = DATA;
				p++;
			} else {
				t->state = BOGUS_COMMENT;
			}
			break;
		case MARKUP:
		case MARKUP_DASH:
		case MARKUP_CDATA:
		case BOGUS_COMMENT:
		case COMMENT_START:
		case COMMENT_START_DASH:
		case COMMENT:
		case COMMENT_DASH:
		case COMMENT_END:
		case COMMENT_BANG:
		case CDATA:
			p = scan_markup(t, p, end);
			break;
		case RAW:
		case RAW_LT:
		case RAW_END:
			p = scan_raw(t, p, end);
			break;
		case SCRIPT:
		case SCRIPT_LT:
		case SCRIPT_BANG:
		case SCRIPT_ESCAPED:
		case SCRIPT_ESCAPED_LT:
		case SCRIPT_NAME:
			p = scan_script(t, p, end);
			break;
		case PLAINTEXT:
			return;
		}
	}
}

/* Text: in a charset whose markup is ASCII. */
static void
take_text(struct tokenizer *t, struct str s)
{
	t->chunk = s.p;
	t->counted = s.p;
	run(t, s.p, s.p + s.n);
	if (t->lines) {
		locate_tag(t);
		count_lines(t, s.p + s.n);
	}
	t->offset += s.n;
}

static void
take_stream(struct tokenizer *t, struct str s, bool end)
{
	char   text_bytes[STREAM_BYTES];
	size_t n;

	do {
		n = decoder_stream(
		    &t->decoder, &s, text_bytes, sizeof(text_bytes), end);
		take_text(t, str_n(text_bytes, n));
	} while (n > 0 || s.n > 0);
}

/* It declared nothing and is not UTF-8. */
static void
settle(struct tokenizer *t, const struct charset *charset)
{
	t->undecided = false;
	t->charset = charset;
	decoder_set(&t->decoder, charset);
}

static void
take(struct tokenizer *t, struct str s)
{
	size_t good = t->undecided ? utf8_check(&t->check, s) : s.n;

	/* Up to that byte it is undecided, however the bytes are cut. */
	if (good < s.n) {
		take_text(t, str_n(s.p, good));
		settle(t, charset_windows_1252());
		s = str_n(s.p + good, s.n - good);
	}
	if (t->charset->kind == CHARSET_STREAM)
		take_stream(t, s, false);
	else if (t->charset->kind != CHARSET_NONE)
		take_text(t, s);
}

/* The first bytes are there: finds the charset, and takes them. */
static void
begin(struct tokenizer *t, struct str s)
{
	size_t                bom;
	const struct charset *found = charset_bom(s, &bom);

	if (found == NULL)
		found = t->http;
	if (found == NULL)
		found = charset_prescan(s);
	t->begun = true;
	settle(t, found != NULL ? found : charset_utf8());
	t->undecided = found == NULL;
	take(t, str_n(s.p + bom, s.n - bom));
}

bool
tokenizer_feed(struct tokenizer *t, struct str s)
{
	size_t need = t->http != NULL ? 3 : CHARSET_PRESCAN_BYTES;

	if (!t->begun && (t->head_n > 0 || s.n < need)) {
		size_t n = need - t->head_n;

		n = n < s.n ? n : s.n;
		memcpy(t->head + t->head_n, s.p, n);
		t->head_n += n;
		s = str_n(s.p + n, s.n - n);
		if (t->head_n == need)
			begin(t, str_n(t->head, need));
	} else if (!t->begun) {
		begin(t, str_n(s.p, need));
		s = str_n(s.p + need, s.n - need);
	}
	if (!t->begun)
		return true;
	if (s.n > 0)
		take(t, s);
	return t->charset->kind != CHARSET_NONE &&
	       (t->state != PLAINTEXT || t->undecided);
}

void
tokenizer_end(struct tokenizer *t)
{
	if (!t->begun)
		begin(t, str_n(t->head, t->head_n));
	if (t->charset->kind == CHARSET_STREAM)
		take_stream(t, str_n("", 0), true);
	if (t->undecided && t->check.need > 0)
		settle(t, charset_windows_1252());
	t->undecided = false;
	report_held(t);
	text_end(t);
	if (t->id != NULL)
		report_waiting_ids(t);
}

const char *
tokenizer_charset(const struct tokenizer *t)
{
	return t->begun && !t->undecided ? t->charset->name : NULL;
}

/* The bit of an attribute's name; 0 if there are too many. */
static uint32_t
name_bit(struct tokenizer *t, const char *name)
{
	unsigned i = 0;

	while (i < t->names_n && strcmp(t->names[i].p, name) != 0)
		i++;
	if (i == NAMES_MAX)
		abort();
	if (i == t->names_n) {
		t->names[t->names_n].p = name;
		t->names[t->names_n++].word = word_of(name);
	}
	return 1u << i;
}

struct tokenizer *
tokenizer_new(
    const struct html_options *options, html_element_fn *element, void *arg)
{
	const struct html_want *want = options->want;
	struct tokenizer       *t = XNEW(struct tokenizer);

	t->element = element;
	t->arg = arg;
	t->wants = want;
	t->lines = options->lines;
	t->text_fn = options->text;
	t->id = options->id;
	for (size_t i = 0; i < NAME_OWN; i++)
		name_bit(t, own_names[i]);
	for (; want->element != NULL; want++) {
		struct word word = word_of(want->element);
		enum tag    tag = tag_find(&word);

		if (tag == TAG_OTHER)
			abort();
		t->wanted[want->space][tag] =
		    (uint8_t)(want - options->want + 1);
		t->texted[want->space][tag] =
		    options->text != NULL && want->text;
		for (size_t i = 0; i < HTML_ATTRS_MAX && want->attrs[i] != NULL;
		     i++)
			t->want[want->space][tag] |=
			    name_bit(t, want->attrs[i]);
	}
	/* The namespace, and that image is img, is known only at its end. */
	for (unsigned i = 0; i < TAG_COUNT; i++)
		t->may_ask[i] = t->want[TREE_HTML][i] | t->want[TREE_SVG][i] |
		                t->want[TREE_MATHML][i];
	t->may_ask[TAG_IMAGE] |= t->want[TREE_HTML][TAG_IMG];
	t->may_ask[TAG_FONT] |=
	    1u << NAME_COLOR | 1u << NAME_FACE | 1u << NAME_SIZE;
	t->may_ask[TAG_ANNOTATION_XML] |= 1u << NAME_ENCODING;
	t->may_ask[TAG_INPUT] |= 1u << NAME_TYPE;
	for (unsigned i = 0; i < TAG_COUNT; i++)
		t->may_matter[i] = t->may_ask[i] != 0 ||
		                   t->wanted[TREE_HTML][i] != 0 ||
		                   t->wanted[TREE_SVG][i] != 0 ||
		                   t->wanted[TREE_MATHML][i] != 0;
	for (unsigned i = 0; i < TAG_COUNT && t->id != NULL; i++)
		t->may_ask[i] |= 1u << NAME_ID;
	if (t->id != NULL)
		t->may_ask[TAG_A] |= 1u << NAME_NAME;
	t->skip = skip_choose(t->id != NULL);
	buf_init(&t->values, NAMES_MAX * (LIMIT_ATTRIBUTE_BYTES + 2));
	buf_init(&t->held, LIMIT_HELD_ELEMENTS_BYTES);
	buf_init(&t->ids, LIMIT_WAIT_IDS_BYTES);
	buf_init(&t->decoded, NAMES_MAX * (4 * LIMIT_ATTRIBUTE_BYTES));
	buf_init(&t->utf8, 4 * LIMIT_ATTRIBUTE_BYTES);
	tokenizer_start(t, str_n("", 0));
	return t;
}

void
tokenizer_free(struct tokenizer *t)
{
	if (t == NULL)
		return;
	buf_clear(&t->values);
	buf_clear(&t->held);
	buf_clear(&t->ids);
	buf_clear(&t->decoded);
	buf_clear(&t->utf8);
	decoder_clear(&t->decoder);
	free(t);
}

void
tokenizer_start(struct tokenizer *t, struct str charset)
{
	t->state = DATA;
	t->offset = 0;
	t->line = 1;
	t->line_at = 0;
	t->place = (struct place){.line = 1};
	t->http = charset.n > 0 ? charset_find(charset) : NULL;
	t->begun = false;
	t->undecided = true;
	t->check = (struct utf8_check){0};
	t->head_n = 0;
	t->holding = true;
	t->value_n = 0;
	t->html = t->body = 0;
	t->texting = t->text_due = false;
	t->ids_kept = 0;
	tree_reset(&t->tree);
	buf_reset(&t->held);
	buf_reset(&t->ids);
}

void
tokenizer_trim(struct tokenizer *t)
{
	if (t->values.cap > KEEP_BYTES)
		buf_clear(&t->values);
	if (t->held.cap > KEEP_BYTES)
		buf_clear(&t->held);
	if (t->ids.cap > KEEP_BYTES)
		buf_clear(&t->ids);
	if (t->decoded.cap > KEEP_BYTES)
		buf_clear(&t->decoded);
	if (t->utf8.cap > KEEP_BYTES)
		buf_clear(&t->utf8);
}
