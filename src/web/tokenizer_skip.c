/*
 * tokenizer_skip.c - most tags of most pages, many bytes at a time.
 *
 * What stands between two tags of interest is tags of plain form that are
 * whole in the bytes at hand: "<p>", "<span class="x">", "</em>".  They are
 * read here by the places of three marks: 64 bytes are compared with each mark
 * at once, which gives a bit for each byte, and the next mark is the next bit,
 * how far off it may be.  All this knows, run() in tokenizer.c knows, too:
 * whatever looks any different is left to it, from its "<" on.
 */
#include "find.h"
#include "tokenizer_int.h"

#ifdef __SSE2__

#define BLOCK_BYTES 64

/* What must be there behind a block for a name in it to be read at once. */
#define AHEAD_BYTES 32

/*
 * 64 bytes and where in them the marks are that were not passed yet: bit i
 * stands for byte i.  next_block() is the only way on.
 */
struct block {
	const char *p;
	const char *end; /* of all bytes at hand */
	uint64_t    lt, gt, quote;
};

static inline uint64_t
bits(const __m128i v[4], char c)
{
	const __m128i all = _mm_set1_epi8(c);
	uint64_t      found = 0;

	for (int i = 0; i < 4; i++)
		found |= (uint64_t)(unsigned)_mm_movemask_epi8(
			     _mm_cmpeq_epi8(v[i], all))
		         << 16 * i;
	return found;
}

static inline void
look(struct block *b)
{
	__m128i v[4];

	for (int i = 0; i < 4; i++)
		v[i] = _mm_loadu_si128(
		    (const __m128i *)(const void *)(b->p + 16 * i));
	b->lt = bits(v, '<');
	b->gt = bits(v, '>');
	b->quote = bits(v, '"');
}

/* False: there are not enough bytes. */
static inline bool
next_block(struct block *b)
{
	b->p += BLOCK_BYTES;
	if (b->end - b->p < BLOCK_BYTES + AHEAD_BYTES)
		return false;
	look(b);
	return true;
}

/* Passes all marks up to bit i. */
static inline void
pass(struct block *b, unsigned i)
{
	uint64_t beyond = ~(uint64_t)1 << i;

	b->lt &= beyond;
	b->gt &= beyond;
	b->quote &= beyond;
}

/* Whether a space, a name and "=" are all that is between p and a quote. */
static inline bool
begins_value(const char *p, const char *quote)
{
	unsigned n = find_name_end(p + 1, '=');

	return *p == ' ' && n > 0 && p + n + 2 == quote && quote[-1] == '=';
}

/*
 * Passes the tag whose name ends at p; returns its ">", or NULL if not all of
 * it is there or there is more to it than attributes of the form name="value".
 */
static inline const char *
pass_tag(struct block *b, const char *p)
{
	for (;;) {
		unsigned i;

		while ((b->gt | b->quote) == 0)
			if (!next_block(b))
				return NULL;
		i = (unsigned)__builtin_ctzll(b->gt | b->quote);
		pass(b, i);
		if (b->p[i] == '>')
			return p == b->p + i ? p : NULL;
		if (!begins_value(p, b->p + i))
			return NULL;
		while (b->quote == 0)
			if (!next_block(b))
				return NULL;
		i = (unsigned)__builtin_ctzll(b->quote);
		pass(b, i);
		p = b->p + i + 1;
	}
}

/* Hands a start tag without attributes that matter to the tree. */
static void
open_element(struct tokenizer *t, enum tag tag)
{
	t->tag = tag;
	t->kind = START_TAG;
	t->slash = false;
	t->hash = t->ask = t->asked = 0;
	t->value_n = 0;
	end_tag(t);
}

const char *
skip_tags(struct tokenizer *t, const char *p, const char *end)
{
	struct block b = {.p = p, .end = end};

	if (end - p < BLOCK_BYTES + AHEAD_BYTES)
		return p;
	look(&b);
	do {
		uint64_t    word[2] = {0, 0};
		const char *at, *name;
		enum tag    tag;
		unsigned    n;
		bool        closes;

		while (b.lt == 0)
			if (!next_block(&b))
				return b.p;
		n = (unsigned)__builtin_ctzll(b.lt);
		pass(&b, n);
		at = b.p + n;
		closes = at[1] == '/';
		name = at + 1 + closes;
		n = find_name_end(name, '>');
		if (n - 1 > 6 || !is_letter(*name))
			return at;
		word[0] = find_lower(name, n);
		tag = tag_find(word, n);
		if (tag == TAG_OTHER ||
		    (!closes && (t->may_ask[tag] != 0 || t->wanted_any[tag])))
			return at;
		p = pass_tag(&b, name + n);
		if (p == NULL)
			return at;
		p++;
		if (!closes) {
			if (!tree_start_plain(&t->tree, tag, 0))
				open_element(t, tag);
		} else if (!tree_end_plain(&t->tree, tag, 0)) {
			tree_end(&t->tree, tag, 0);
		}
	} while (t->state == DATA && !tree_wants_text(&t->tree));
	return p;
}

#else

const char *
skip_tags(struct tokenizer *t, const char *p, const char *end)
{
	(void)t;
	(void)end;
	return p;
}

#endif
