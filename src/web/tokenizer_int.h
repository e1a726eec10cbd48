/*
 * tokenizer_int.h - what the tokenizer's files share.
 */
#ifndef ACRAWL_TOKENIZER_INT_H
#define ACRAWL_TOKENIZER_INT_H

#include "acrawl/limits.h"
#include "charset.h"
#include "text.h"
#include "tokenizer.h"
#include "tree.h"

/* The standard's states; those that differ only in its errors are one. */
enum state {
	DATA,
	TAG_OPEN,     /* after "<" */
	END_TAG_OPEN, /* after "</" */
	TAG_NAME,
	BEFORE_NAME, /* of an attribute; also "self-closing start tag" */
	ATTR_NAME,
	AFTER_NAME,
	BEFORE_VALUE,
	VALUE_QUOTED,
	VALUE_UNQUOTED,
	MARKUP,        /* after "<!" */
	MARKUP_DASH,   /* after "<!-" */
	MARKUP_CDATA,  /* in "<![CDATA[" */
	BOGUS_COMMENT, /* DOCTYPE too: it ends at the first ">" */
	COMMENT_START,
	COMMENT_START_DASH,
	COMMENT,
	COMMENT_DASH,
	COMMENT_END,
	COMMENT_BANG,
	CDATA,
	RAW,     /* RAWTEXT and RCDATA */
	RAW_LT,  /* after "<" */
	RAW_END, /* in "</name" */
	SCRIPT,
	SCRIPT_LT,
	SCRIPT_BANG,    /* after "<!" or "<!-": `matched` dashes */
	SCRIPT_ESCAPED, /* also double escaped */
	SCRIPT_ESCAPED_LT,
	SCRIPT_NAME, /* a name in escaped text, after "<" or "</" */
	PLAINTEXT,
};

enum tag_kind {
	START_TAG,
	END_TAG,
	RAW_END_TAG, /* of raw text or script */
};

/* The attributes that are asked for here, whatever the wants, come first. */
enum {
	NAME_COLOR,
	NAME_FACE,
	NAME_SIZE,
	NAME_ENCODING,
	NAME_TYPE,
	NAME_ID,
	NAME_NAME,
	NAME_OWN,
};

#define NAMES_MAX (HTML_NAMES_MAX + NAME_OWN)

/* A bit that no name has. */
#define HAVE_ELEMENT (1u << NAMES_MAX)

_Static_assert(NAMES_MAX < 32, "names are bits");

/* A value that was read: n bytes at `at` in the buffer of values. */
struct value {
	uint32_t name;
	uint32_t n;
	size_t   at;
	bool     cut;
};

/* A tag that may become an element; line is 0 until it is wanted. */
struct place {
	uint64_t offset;
	uint64_t line;
	uint64_t column;
};

/*
 * A name in lower case, as its bytes: eight and eight, big-endian.  Beyond 16
 * bytes w[1] is a hash and n is 17: no name that matters is so long.
 */
struct word {
	uint64_t w[2];
	uint32_t n;
};

struct name {
	const char *p;
	struct word word;
};

struct tokenizer;
typedef const char *skip_fn(
    struct tokenizer *t, const char *p, const char *end);

struct tokenizer {
	html_element_fn        *element;
	html_text_fn           *text_fn; /* or NULL */
	html_id_fn             *id;      /* or NULL */
	void                   *arg;
	const struct html_want *wants;
	bool                    lines;
	struct name             names[NAMES_MAX];
	unsigned                names_n;
	uint32_t                want[3][TAG_COUNT]; /* bits: names */
	uint8_t wanted[3][TAG_COUNT]; /* its place among the wants, from 1 */

	bool texted[3][TAG_COUNT]; /* its text is wanted */

	bool may_matter[TAG_COUNT]; /* wanted in any namespace, or asks for
	                               names */
	skip_fn *skip;
	uint32_t may_ask[TAG_COUNT]; /* bits: names, in any namespace */

	/* The tag that is being read. */
	enum state    state;
	enum tag_kind kind;
	struct word   word; /* its name */
	enum tag      tag;
	uint32_t      hash;
	bool          slash; /* the last byte was a "/" */
	uint32_t      ask;   /* bits: the names to keep */
	uint32_t      asked; /* the same, but for those it has */
	char          quote; /* VALUE_QUOTED: which */
	bool          keep;  /* this attribute's value is kept */
	struct word   attr;  /* the name of an attribute */
	struct value  value[NAMES_MAX];
	size_t        value_n;
	struct buf    values;
	struct place  place;

	unsigned matched; /* in MARKUP_CDATA, CDATA, RAW_END, ... */
	enum tag raw;     /* the element whose raw text this is */
	bool     doubly;  /* SCRIPT_ESCAPED: double escaped */
	bool     closing; /* SCRIPT_NAME: after "</" */
	unsigned dashes;  /* SCRIPT_ESCAPED: the last two bytes */

	/* Where the text is. */
	const char *chunk;
	uint64_t    offset;  /* of chunk */
	const char *counted; /* up to here, lines are counted */
	uint64_t    line;
	uint64_t    line_at; /* the offset of its start */

	/* The charset. */
	const struct charset *charset;
	const struct charset *http;
	bool                  begun;
	bool                  undecided;
	struct utf8_check     check;
	struct decoder        decoder;
	char                  head[CHARSET_PRESCAN_BYTES];
	size_t                head_n;

	struct tree tree;
	uint32_t    html; /* bits: names of attributes that html has */
	uint32_t    body; /* the same of body */
	struct buf  held; /* see tokenizer_report.c */
	bool        holding;

	/* The text that is being read; see tokenizer_text.c. */
	struct text text;
	bool        texting;
	bool        text_due; /* its element, or one before, was reported */
	enum tag    text_tag;
	uint64_t    text_far; /* the offset up to which it may go on */

	struct buf ids;      /* that wait: their length, then they */
	size_t     ids_kept; /* those up to here no frameset replaces */
	struct buf decoded;
	struct buf utf8;
};

static inline bool
is_letter(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

static inline void
word_add(struct word *word, char byte)
{
	unsigned char c = (unsigned char)ascii_lower(byte);

	if (word->n < 8)
		word->w[0] = word->w[0] << 8 | c;
	else if (word->n < 16)
		word->w[1] = word->w[1] << 8 | c;
	else
		word->w[1] = (word->w[1] ^ c) * 0x9E3779B97F4A7C15u;
	word->n += word->n < 17;
}

static inline struct word
word_of(const char *s)
{
	struct word word = {.n = 0};

	while (*s != '\0')
		word_add(&word, *s++);
	return word;
}

static inline bool
word_eq(const struct word *a, const struct word *b)
{
	return a->w[0] == b->w[0] && a->w[1] == b->w[1] && a->n == b->n;
}

static inline enum tag
tag_find(const struct word *word)
{
	uint64_t               h = (word->w[0] ^ word->w[1]) * TAG_HASH_MUL;
	unsigned               i = tag_slots[h >> (64 - TAG_HASH_BITS)];
	const struct tag_name *name = &tag_names[i];

	if (name->w[0] == word->w[0] && name->w[1] == word->w[1] &&
	    name->n == word->n)
		return (enum tag)i;
	return TAG_OTHER;
}

/* tokenizer.c: a tag is complete, its name and attributes are in t. */
void end_tag(struct tokenizer *t);

/* To the tree only whether there is any but white space can matter. */
static inline bool
wants_text(const struct tokenizer *t)
{
	return tree_wants_text(&t->tree) || t->texting;
}

/* Text; in CDATA without references. */
void read_text(struct tokenizer *t, const char *p, const char *end);
void read_cdata(struct tokenizer *t, const char *p, const char *end);

/* Finds the line and the column of the tag that was read last. */
void locate_tag(struct tokenizer *t);

/* Keeps the value of one of the names, which t has not yet. */
void keep_value(struct tokenizer *t, unsigned name, struct str value);

/*
 * tokenizer_skip.c: passes over tags that nobody wants; returns where run()
 * has to go on.  For the state DATA while text does not matter.  There is one
 * for each kind of processor, with or without a look for ids.
 */
skip_fn *skip_choose(bool ids);

/* tokenizer_scan.c: what is in the states without tags, as far as it goes. */
const char *scan_markup(struct tokenizer *t, const char *p, const char *end);
const char *scan_raw(struct tokenizer *t, const char *p, const char *end);
const char *scan_script(struct tokenizer *t, const char *p, const char *end);

/* tokenizer_report.c */
void report_element(struct tokenizer *t, const struct tree_result *r);
void report_drop(struct tokenizer *t);
void report_held(struct tokenizer *t);

/* An id in the document; those of the element whose tag was read. */
void report_id(struct tokenizer *t, struct str raw);
void report_ids(struct tokenizer *t, const struct tree_result *r);

/* At the document's end. */
void report_waiting_ids(struct tokenizer *t);

/*
 * tokenizer_text.c: the text in an element begins or ends; more of it is there,
 * or markup within.
 */
void text_begin(struct tokenizer *t, enum tag tag);
void text_end(struct tokenizer *t);
void text_take(struct tokenizer *t, struct str s);
void text_take_literal(struct tokenizer *t, struct str s);
void text_pass_markup(struct tokenizer *t);

/* An element whose text is wanted is about to be reported. */
void text_await(struct tokenizer *t);

/* What was held is reported: if its text has ended, it is empty. */
void text_settle(struct tokenizer *t);

#endif
