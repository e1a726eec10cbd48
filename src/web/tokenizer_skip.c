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
#include <immintrin.h>

#define BLOCK_BYTES 64

/* What must be there behind a block for a name in it to be read at once. */
#define AHEAD_BYTES 32

#define INLINE static inline __attribute__((always_inline))

/*
 * 64 bytes and where in them the marks are: bit i stands for byte i.  `left`
 * has the bits that were not passed yet; next_block() is the only way on.
 */
struct block {
	const char *p;
	const char *end; /* of all bytes at hand */
	uint64_t    left;
	uint64_t    lt, gt, quote;
};

typedef void look_fn(struct block *b);

INLINE uint64_t
bits_sse2(const char *p, char c)
{
	const __m128i all = _mm_set1_epi8(c);
	uint64_t      found = 0;

	for (int i = 0; i < 4; i++) {
		__m128i v =
		    _mm_loadu_si128((const __m128i *)(const void *)p + i);

		found |= (uint64_t)(unsigned)_mm_movemask_epi8(
			     _mm_cmpeq_epi8(v, all))
		         << 16 * i;
	}
	return found;
}

INLINE void
look_sse2(struct block *b)
{
	b->lt = bits_sse2(b->p, '<');
	b->gt = bits_sse2(b->p, '>');
	b->quote = bits_sse2(b->p, '"');
}

#define AVX2 __attribute__((target("avx2,bmi,bmi2")))

AVX2 INLINE uint64_t
bits_avx2(const char *p, char c)
{
	const __m256i  all = _mm256_set1_epi8(c);
	const __m256i *at = (const __m256i *)(const void *)p;
	unsigned       low = (unsigned)_mm256_movemask_epi8(
		  _mm256_cmpeq_epi8(_mm256_loadu_si256(at), all));
	unsigned high = (unsigned)_mm256_movemask_epi8(
	    _mm256_cmpeq_epi8(_mm256_loadu_si256(at + 1), all));

	return low | (uint64_t)high << 32;
}

AVX2 INLINE void
look_avx2(struct block *b)
{
	b->lt = bits_avx2(b->p, '<');
	b->gt = bits_avx2(b->p, '>');
	b->quote = bits_avx2(b->p, '"');
}

/* False: there are not enough bytes. */
INLINE bool
next_block(struct block *b, look_fn *look)
{
	b->p += BLOCK_BYTES;
	if (b->end - b->p < BLOCK_BYTES + AHEAD_BYTES)
		return false;
	look(b);
	b->left = ~(uint64_t)0;
	return true;
}

/* Passes all marks up to the next of those in `marks`; returns its place. */
INLINE unsigned
pass(struct block *b, uint64_t marks)
{
	unsigned i = (unsigned)__builtin_ctzll(marks & b->left);

	b->left = ~(uint64_t)1 << i;
	return i;
}

/* Whether a space, a name and "=" are all that is between p and a quote. */
INLINE bool
begins_value(const char *p, const char *quote)
{
	unsigned n = find_name_end(p + 1, '=');

	return *p == ' ' && n > 0 && p + n + 2 == quote && quote[-1] == '=';
}

INLINE bool
is_id(const char *p, const char *quote)
{
	return quote - p == 4 && (p[1] | 0x20) == 'i' && (p[2] | 0x20) == 'd';
}

/*
 * Passes the tag whose name ends at p; returns its ">", or NULL if not all of
 * it is there or there is more to it than attributes of the form name="value".
 * *id, if it is asked for, becomes the first id that it has.
 */
INLINE const char *
pass_tag(struct block *b, const char *p, look_fn *look, struct str *id)
{
	for (;;) {
		const char *value;
		bool        wanted;
		unsigned    i;

		while (((b->gt | b->quote) & b->left) == 0)
			if (!next_block(b, look))
				return NULL;
		i = pass(b, b->gt | b->quote);
		if (b->p[i] == '>')
			return p == b->p + i ? p : NULL;
		if (!begins_value(p, b->p + i))
			return NULL;
		value = b->p + i + 1;
		wanted = id != NULL && id->p == NULL && is_id(p, b->p + i);
		while ((b->quote & b->left) == 0)
			if (!next_block(b, look))
				return NULL;
		i = pass(b, b->quote);
		p = b->p + i + 1;
		if (wanted)
			*id = str_n(value, (size_t)(p - 1 - value));
	}
}

/*
 * What the tree can't do in short.  False: it is not text any more that
 * follows, or it matters.
 */
static bool
change_tree(struct tokenizer *t, enum tag tag, bool closes, struct str id)
{
	t->tag = tag;
	t->kind = closes ? END_TAG : START_TAG;
	t->slash = false;
	t->hash = t->ask = t->asked = 0;
	t->value_n = 0;
	buf_reset(&t->values);
	if (id.n > 0)
		keep_value(t, NAME_ID, id);
	end_tag(t);
	return t->state == DATA && !tree_wants_text(&t->tree);
}

INLINE const char *
skip(struct tokenizer *t, const char *p, const char *end, look_fn *look,
    bool ids)
{
	struct block b = {.p = p, .end = end, .left = ~(uint64_t)0};

	if (end - p < BLOCK_BYTES + AHEAD_BYTES)
		return p;
	look(&b);
	for (;;) {
		struct str  id = {NULL, 0};
		struct word word;
		const char *at, *name;
		enum tag    tag;
		unsigned    n;
		bool        closes;

		while ((b.lt & b.left) == 0)
			if (!next_block(&b, look))
				return b.p;
		at = b.p + pass(&b, b.lt);
		closes = at[1] == '/';
		name = at + 1 + closes;
		n = find_name_end(name, '>');
		if (n - 1 > 6 || !is_letter(*name))
			return at;
		word = (struct word){{find_lower(name, n), 0}, n};
		tag = tag_find(&word);
		if (tag == TAG_OTHER || (!closes && t->may_matter[tag]))
			return at;
		p = pass_tag(&b, name + n, look, ids ? &id : NULL);
		if (p == NULL)
			return at;
		p++;
		if (closes ? tree_end_plain(&t->tree, tag, 0)
			   : tree_start_plain(&t->tree, tag, 0)) {
			if (ids && id.n > 0 && !closes &&
			    t->tree.templates == 0)
				report_id(t, id);
			continue;
		}
		if (!change_tree(t, tag, closes, id))
			return p;
	}
}

static const char *
skip_sse2(struct tokenizer *t, const char *p, const char *end)
{
	return skip(t, p, end, look_sse2, false);
}

static const char *
skip_sse2_ids(struct tokenizer *t, const char *p, const char *end)
{
	return skip(t, p, end, look_sse2, true);
}

AVX2 static const char *
skip_avx2(struct tokenizer *t, const char *p, const char *end)
{
	return skip(t, p, end, look_avx2, false);
}

AVX2 static const char *
skip_avx2_ids(struct tokenizer *t, const char *p, const char *end)
{
	return skip(t, p, end, look_avx2, true);
}

skip_fn *
skip_choose(bool ids)
{
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
		return ids ? skip_avx2_ids : skip_avx2;
	return ids ? skip_sse2_ids : skip_sse2;
}

#else

static const char *
skip_nothing(struct tokenizer *t, const char *p, const char *end)
{
	(void)t;
	(void)end;
	return p;
}

skip_fn *
skip_choose(bool ids)
{
	(void)ids;
	return skip_nothing;
}

#endif
