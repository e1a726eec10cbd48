/*
 * find.h - the next byte of some kind, sixteen at a time.
 *
 * What lies between two bytes of markup is short, mostly: too short for a call
 * of memchr() to pay, and its end hard to guess for a loop over bytes.
 */
#ifndef ACRAWL_FIND_H
#define ACRAWL_FIND_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>

static inline unsigned
find_mask(const char *p, char c)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);

	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(c)));
}
#endif

/* The first c of [p, end), or NULL. */
static inline const char *
find_byte(const char *p, const char *end, char c)
{
#ifdef __SSE2__
	for (int i = 0; i < 4 && end - p >= 16; i++, p += 16) {
		unsigned mask = find_mask(p, c);

		if (mask != 0)
			return p + __builtin_ctz(mask);
	}
#endif
	return memchr(p, c, (size_t)(end - p));
}

/* Behind the last c of [p, end), which has one. */
static inline const char *
find_behind_last(const char *p, const char *end, char c)
{
#ifdef __SSE2__
	for (; end - p >= 16; end -= 16) {
		unsigned mask = find_mask(end - 16, c);

		if (mask != 0)
			return end - __builtin_clz(mask << 16);
	}
#endif
	while (end > p && end[-1] != c)
		end--;
	return end;
}

/* How many c there are in [p, end). */
static inline size_t
find_count(const char *p, const char *end, char c)
{
	size_t n = 0;

#ifdef __SSE2__
	while (end - p >= 16) {
		const char *far = end - p > 255 * 16 ? p + 255 * 16 : end;
		__m128i     all = _mm_set1_epi8(c);
		__m128i     sum = _mm_setzero_si128();

		/* Each byte of sum counts up to 255. */
		for (; far - p >= 16; p += 16)
			sum = _mm_sub_epi8(sum,
			    _mm_cmpeq_epi8(_mm_loadu_si128((
					       const __m128i *)(const void *)p),
				all));
		sum = _mm_sad_epu8(sum, _mm_setzero_si128());
		n += (size_t)_mm_cvtsi128_si32(sum) +
		     (size_t)_mm_cvtsi128_si32(_mm_srli_si128(sum, 8));
	}
#endif
	for (; p < end; p++)
		n += *p == c;
	return n;
}

/*
 * Where, in the 16 bytes at p, is the first '/', '>', `other`, or byte that is
 * a blank, a control or beyond ASCII; 16 if nowhere, or if that is not known.
 */
static inline unsigned
find_name_end(const char *p, char other)
{
#ifdef __SSE2__
	__m128i  v = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i  m = _mm_cmplt_epi8(v, _mm_set1_epi8(0x21));
	unsigned mask;

	m = _mm_or_si128(m, _mm_cmpeq_epi8(v, _mm_set1_epi8('/')));
	m = _mm_or_si128(m, _mm_cmpeq_epi8(v, _mm_set1_epi8('>')));
	m = _mm_or_si128(m, _mm_cmpeq_epi8(v, _mm_set1_epi8(other)));
	mask = (unsigned)_mm_movemask_epi8(m);
	return (unsigned)__builtin_ctz(mask | 1u << 16);
#else
	(void)p;
	(void)other;
	return 16;
#endif
}

/* The n < 8 bytes at p, 8 being readable, as a number, in lower case. */
static inline uint64_t
find_lower(const char *p, unsigned n)
{
	const uint64_t each = 0x0101010101010101u;
	uint64_t       w = 0;
	uint64_t       low;
	uint64_t       upper;

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(&w, p, 8);
	w = __builtin_bswap64(w) >> 1 >> (63 - 8 * n);
#else
	for (unsigned i = 0; i < n; i++)
		w = w << 8 | (unsigned char)p[i];
#endif
	/* Bytes from 'A' to 'Z' get the bit that makes them small. */
	low = w & 0x7f * each;
	upper = (low + (0x80 - 'A') * each) & ~(low + (0x7f - 'Z') * each);
	return w | (upper & ~w & 0x80 * each) >> 2;
}

#endif
