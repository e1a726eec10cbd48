/*
 * charset.c - fuzz target: which charset a page is in, and its text.
 *
 * The input is a label, a newline, a seed for the cuts (a byte), and text.
 */
#include "fuzz.h"

#include "web/charset.h"

/* A label means the same in capitals and between blanks. */
static const struct charset *
find(struct str label)
{
	const struct charset *found = charset_find(label);
	struct buf            other;

	buf_init(&other, 0);
	buf_add(&other, STR_LIT(" \n"));
	for (size_t i = 0; i < label.n; i++)
		buf_addc(
		    &other, ascii_lower(label.p[i]) == label.p[i]
				? (char)(label.p[i] >= 'a' && label.p[i] <= 'z'
					     ? label.p[i] - ('a' - 'A')
					     : label.p[i])
				: ascii_lower(label.p[i]));
	buf_add(&other, STR_LIT("\t"));
	LAW(charset_find(buf_str(&other)) == found);
	LAW(found == NULL || charset_find(str_c(found->name)) == found);
	buf_clear(&other);
	return found;
}

static void
check_sniffing(struct str text)
{
	struct str            exact = fuzz_copy(text);
	struct str            begin = exact;
	const struct charset *found = charset_prescan(exact);
	const struct charset *marked;
	size_t                bom;

	if (begin.n > CHARSET_PRESCAN_BYTES)
		begin.n = CHARSET_PRESCAN_BYTES;
	LAW(charset_prescan(begin) == found);
	LAW(found == NULL || (strncmp(found->name, "UTF-16", 6) != 0 &&
				 strcmp(found->name, "x-user-defined") != 0));
	marked = charset_bom(exact, &bom);
	LAW(bom <= exact.n && (marked != NULL) == (bom > 0));
	free((char *)exact.p);
}

/* How far the text is UTF-8, in pieces. */
static void
check_utf8(struct str text, uint32_t seed)
{
	struct fuzz_cuts  cuts = {seed};
	struct utf8_check whole = {0};
	struct utf8_check cut = {0};
	size_t            good = utf8_check(&whole, text);
	struct str        rest = text;
	size_t            cut_good = 0;

	LAW(good <= text.n && whole.bad == (good < text.n));
	LAW((good == text.n && whole.need == 0) == fuzz_is_utf8(text));
	while (rest.n > 0) {
		size_t     n = fuzz_piece(&cuts, rest.n);
		struct str piece = fuzz_copy(str_n(rest.p, n));

		LAW(!cut.bad || utf8_check(&cut, piece) == 0);
		if (!cut.bad)
			cut_good += utf8_check(&cut, piece);
		free((char *)piece.p);
		rest = fuzz_drop(rest, n);
	}
	LAW(good == cut_good && whole.bad == cut.bad);
	LAW(whole.bad || whole.need == cut.need);
}

/* Decodes in pieces of input and output; in one go if there is no seed. */
static void
stream(struct decoder *d, struct str text, uint32_t seed, struct buf *out)
{
	struct fuzz_cuts cuts = {seed};
	char             part[1024];

	decoder_set(d, d->charset);
	do {
		size_t     n = text.n;
		size_t     room = sizeof(part);
		struct str piece, rest;
		size_t     wrote;

		if (seed != 0 && n > 0)
			n = fuzz_piece(&cuts, n);
		if (seed != 0)
			room = DECODER_CHAR_BYTES - 1 +
			       fuzz_piece(&cuts, room / 2);
		piece = fuzz_copy(str_n(text.p, n));
		text = fuzz_drop(text, n);
		rest = piece;
		do {
			wrote =
			    decoder_stream(d, &rest, part, room, text.n == 0);
			LAW(wrote <= room);
			LAW(fuzz_inside(rest, piece));
			buf_add(out, str_n(part, wrote));
		} while (wrote > 0 || rest.n > 0);
		free((char *)piece.p);
	} while (text.n > 0);
}

static void
check_stream(struct decoder *d, struct str text, uint32_t seed, struct buf *out)
{
	struct buf cut;

	buf_init(&cut, 0);
	stream(d, text, 0, out);
	stream(d, text, seed, &cut);
	LAW(fuzz_is_utf8(buf_str(out)));
	LAW(str_eq(buf_str(out), buf_str(&cut)));
	buf_clear(&cut);
}

/* Twice, and into a buffer that may be too small. */
static void
check_text(struct decoder *d, struct str text, uint32_t seed, struct buf *out)
{
	struct str exact = fuzz_copy(text);
	struct buf again;

	LAW(decoder_text(d, exact, out));
	LAW(fuzz_is_utf8(buf_str(out)));
	LAW(!fuzz_is_utf8(text) || d->charset->kind != CHARSET_UTF8 ||
	    str_eq(text, buf_str(out)));
	buf_init(&again, 1 + seed % 512);
	if (decoder_text(d, exact, &again))
		LAW(str_eq(buf_str(out), buf_str(&again)));
	else
		LAW(out->n > again.max);
	LAW(again.n <= again.max);
	buf_clear(&again);
	free((char *)exact.p);
}

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* Only the query of an href changes, and becomes ASCII.  Takes href. */
static void
check_query(struct decoder *d, struct str href)
{
	struct str query, fragment;
	struct buf out;
	size_t     end = 0;
	size_t     at = 0;

	buf_init(&out, 0);
	/* Nothing's p would be NULL. */
	buf_reserve(&out, 1);
	LAW(decoder_encode_query(d, href, &out));
	while (end < href.n && href.p[end] != '#')
		end++;
	while (at < end && href.p[at] != '?')
		at++;
	fragment = fuzz_drop(href, end);
	LAW(out.n >= at + fragment.n);
	query = str_n(out.p + at, out.n - at - fragment.n);
	LAW(at == 0 || memcmp(href.p, out.p, at) == 0);
	LAW(str_eq(fragment, str_n(out.p + out.n - fragment.n, fragment.n)));
	if (strncmp(d->charset->name, "UTF-", 4) == 0)
		LAW(str_eq(query, str_n(href.p + at, end - at)));
	else if (d->charset->kind != CHARSET_NONE)
		LAW(is_ascii(query));
	buf_clear(&out);
	free((char *)href.p);
}

static void
check_charset(const struct charset *charset, struct str text, uint32_t seed)
{
	struct decoder d = {0};
	struct buf     streamed, decoded;

	buf_init(&streamed, 0);
	buf_init(&decoded, 0);
	decoder_set(&d, charset);
	if (charset->coding != CODING_OTHER)
		check_stream(&d, text, seed, &streamed);
	if (charset->kind != CHARSET_NONE)
		check_text(&d, text, seed, &decoded);
	if (charset->coding != CODING_OTHER && charset->kind == CHARSET_BYTES)
		LAW(str_eq(buf_str(&streamed), buf_str(&decoded)));
	check_query(&d, fuzz_copy(buf_str(&decoded)));
	check_query(&d, fuzz_copy(text));
	decoder_clear(&d);
	buf_clear(&streamed);
	buf_clear(&decoded);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str            text = str_n((const char *)data, n);
	struct str            label = fuzz_line(&text);
	const struct charset *charset = find(label);
	uint32_t              seed = 1;

	if (text.n > 0) {
		seed += (unsigned char)*text.p * 2654435761u;
		text = fuzz_drop(text, 1);
	}
	check_sniffing(text);
	check_utf8(text, seed);
	if (charset != NULL)
		check_charset(charset, text, seed);
	return 0;
}
