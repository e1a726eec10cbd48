/*
 * targets.c - what a link check has to test, and who links to it.
 */
#include "acrawl/targets.h"

#include "acrawl/limits.h"

/* Makes of a target's number and a fingerprint, which is random, another. */
static uint64_t
mix(uint32_t target, uint64_t fp)
{
	fp ^= target * 0x9e3779b97f4a7c15;
	return fp != 0 ? fp : 1;
}

void
targets_init(struct targets *t)
{
	*t = (struct targets){
	    .targets.item_size = sizeof(struct target),
	    .places.item_size = sizeof(struct target_place),
	    .pages.item_size = sizeof(struct target_page),
	    .fragments.item_size = sizeof(struct target_fragment),
	};
}

void
targets_clear(struct targets *t)
{
	texts_clear(&t->texts);
	pool_clear(&t->targets);
	pool_clear(&t->places);
	pool_clear(&t->pages);
	pool_clear(&t->fragments);
	fpmap_clear(&t->by_text);
	fpset_clear(&t->ids);
}

uint32_t
targets_find(struct targets *t, struct str text)
{
	uint64_t  fp = fingerprint(text);
	uint32_t *number;
	uint32_t  where;

	if (t->targets.n >= LIMIT_CHECK_TARGETS)
		return fpmap_get(&t->by_text, fp);
	number = fpmap_at(&t->by_text, fp);
	if (*number != 0)
		return *number;
	where = texts_add(&t->texts, text);
	if (where == 0)
		return 0;
	*number = pool_add(&t->targets);
	if (*number != 0) {
		target_at(t, *number)->text = where;
		target_at(t, *number)->hops = UINT8_MAX;
	}
	return *number;
}

struct str
target_text(const struct targets *t, uint32_t i)
{
	return texts_get(&t->texts, target_at(t, i)->text);
}

uint32_t
targets_add_page(struct targets *t, struct str text, bool is_file)
{
	uint32_t            i = pool_add(&t->pages);
	struct target_page *page;

	if (i == 0)
		return 0;
	page = pool_at(&t->pages, i);
	page->text = texts_add(&t->texts, text);
	page->is_file = is_file;
	return i;
}

uint32_t
targets_add_fragment(struct targets *t, uint32_t target, struct str text)
{
	uint64_t                fp = mix(target, fingerprint(text));
	uint32_t               *number;
	struct target_fragment *fragment;

	if (t->fragments.n >= LIMIT_CHECK_TARGETS)
		return fpmap_get(&t->by_text, fp);
	number = fpmap_at(&t->by_text, fp);
	if (*number != 0)
		return *number;
	*number = pool_add(&t->fragments);
	if (*number == 0)
		return 0;
	fragment = pool_at(&t->fragments, *number);
	fragment->target = target;
	fragment->text = texts_add(&t->texts, text);
	return *number;
}

uint32_t
targets_get_fragment(const struct targets *t, uint32_t target, struct str text)
{
	return fpmap_get(&t->by_text, mix(target, fingerprint(text)));
}

void
targets_add_place(struct targets *t, const struct target_place *place)
{
	uint32_t i;

	target_at(t, place->target)->places++;
	if (t->places.n == LIMIT_CHECK_PLACES) {
		t->lost++;
		return;
	}
	i = pool_add(&t->places);
	*(struct target_place *)pool_at(&t->places, i) = *place;
}

/* ----------------------------------------------------------------------
 * Fragments.
 */

void
targets_add_id(struct targets *t, uint32_t target, struct str id)
{
	if (id.n > 0 && t->ids.n < LIMIT_CHECK_IDS)
		fpset_add(&t->ids, mix(target, fingerprint(id)));
}

/* Percent-decodes (URL standard, 1.3); what is no UTF-8 then is U+FFFD. */
static void
percent_decode(struct str s, struct buf *out)
{
	struct buf bytes;
	struct str rest;

	buf_init(&bytes, 0);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 2 < s.n &&
		    hex_value(s.p[i + 1]) >= 0 && hex_value(s.p[i + 2]) >= 0) {
			buf_addc(&bytes, (char)(hex_value(s.p[i + 1]) * 16 +
						hex_value(s.p[i + 2])));
			i += 2;
		} else {
			buf_addc(&bytes, s.p[i]);
		}
	}
	rest = buf_str(&bytes);
	while (rest.n > 0) {
		uint32_t c;
		size_t   n = utf8_get(rest, &c);

		buf_add(
		    out, n > 0 ? str_n(rest.p, n) : STR_LIT("\xef\xbf\xbd"));
		n += n == 0;
		rest = str_n(rest.p + n, rest.n - n);
	}
	buf_clear(&bytes);
}

static bool
has_id(const struct targets *t, uint32_t target, struct str id)
{
	return fpset_has(&t->ids, mix(target, fingerprint(id)));
}

/* Without its '#', and what is for the browser alone. */
static struct str
for_page(struct str fragment)
{
	fragment = str_n(fragment.p + 1, fragment.n - 1);
	for (size_t i = 0; i + 3 <= fragment.n; i++)
		if (memcmp(fragment.p + i, ":~:", 3) == 0)
			fragment.n = i;
	return fragment;
}

bool
targets_has_id(struct targets *t, uint32_t target, struct str fragment)
{
	struct buf decoded;
	bool       has;

	if (fragment.n == 0)
		return true;
	fragment = for_page(fragment);
	if (fragment.n == 0 || has_id(t, target, fragment))
		return true;
	buf_init(&decoded, 0);
	percent_decode(fragment, &decoded);
	has = has_id(t, target, buf_str(&decoded)) ||
	      str_eq_nocase(buf_str(&decoded), STR_LIT("top"));
	buf_clear(&decoded);
	return has || t->ids.n >= LIMIT_CHECK_IDS;
}
