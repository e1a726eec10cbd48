/*
 * check_sarif.c - a link check's report as SARIF 2.1.0 (OASIS standard).
 *
 * A result for each place, as code scanning shows a result where its first
 * location is.  The results are made, written and freed one by one, each a
 * line: a site may have very many.
 *
 * Columns are counted in bytes, for which SARIF has no name.  utf16CodeUnits
 * comes nearest: it is the same where a line is ASCII before its link, and
 * else less than the bytes.
 */
#include <jansson.h>
#include <ctype.h>
#include <stdlib.h>

#include "acrawl/mem.h"
#include "acrawl/version.h"
#include "check_report_int.h"

#define SCHEMA                                                                 \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"  \
	"sarif-schema-2.1.0.json"

static const char *const levels[CHECK_RANKS] = {
    [CHECK_FAILS] = "error",
    [CHECK_WARNS] = "warning",
    [CHECK_MOVED] = "note",
    [CHECK_KNOWN] = "note",
};

/* jansson fails only for want of memory: what it is given is UTF-8. */
static json_t *
must(json_t *value)
{
	if (value == NULL)
		mem_exhausted();
	return value;
}

static json_t *
object(void)
{
	return must(json_object());
}

/* Takes value. */
static void
set(json_t *o, const char *name, json_t *value)
{
	if (json_object_set_new(o, name, must(value)) != 0)
		mem_exhausted();
}

/* An array of one.  Takes value. */
static json_t *
one(json_t *value)
{
	json_t *a = must(json_array());

	if (json_array_append_new(a, value) != 0)
		mem_exhausted();
	return a;
}

static json_t *
string(struct str s)
{
	struct buf utf8 = {0};
	json_t    *value;

	check_add_utf8(&utf8, s);
	value = must(json_stringn(buf_cstr(&utf8), utf8.n));
	buf_clear(&utf8);
	return value;
}

/* An object of one string. */
static json_t *
pair(const char *name, struct str value)
{
	json_t *o = object();

	set(o, name, string(value));
	return o;
}

static int
append(const char *bytes, size_t n, void *out)
{
	buf_add(out, str_n(bytes, n));
	return 0;
}

/* Takes value. */
static void
add_json(struct buf *out, json_t *value)
{
	if (json_dump_callback(
		value, append, out, JSON_COMPACT | JSON_ENSURE_ASCII) != 0)
		mem_exhausted();
	json_decref(value);
}

/*
 * What consumers show: {0} would be replaced by an argument, and [text](link)
 * become a link (3.11.5, 3.11.6).
 */
static json_t *
message(struct str s)
{
	struct buf text = {0};
	json_t    *value;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '{' || c == '}')
			buf_addc(&text, c);
		if (c == '(' && i > 0 && s.p[i - 1] == ']')
			buf_addc(&text, ' ');
		buf_addc(&text, c);
	}
	value = pair("text", buf_str(&text));
	buf_clear(&text);
	return value;
}

/* A code that findings have, with the most severe verdict of them. */
struct rule {
	struct str      code;
	enum check_rank rank;
	struct str      why;
};

struct rules {
	struct rule *items; /* by code */
	size_t       n;
};

static int
compare(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int    d = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return d != 0 ? d : (a.n > b.n) - (a.n < b.n);
}

static int
compare_codes(const void *a, const void *b)
{
	return compare(
	    ((const struct rule *)a)->code, ((const struct rule *)b)->code);
}

static int
compare_rules(const void *a, const void *b)
{
	const struct rule *x = a, *y = b;
	int                d = compare_codes(a, b);

	if (d == 0)
		d = (int)x->rank - (int)y->rank;
	return d != 0 ? d : compare(x->why, y->why);
}

/* What a finding of this verdict is where no baseline knows it. */
static enum check_rank
usual_rank(enum verdict v)
{
	return v == VERDICT_REDIRECTED ? CHECK_MOVED
	       : v == VERDICT_BLOCKED  ? CHECK_WARNS
	                               : CHECK_FAILS;
}

static struct rules
find_rules(const struct findings *f)
{
	struct rules r = {xcalloc(f->n + 1, sizeof(struct rule)), 0};

	for (size_t i = 0; i < f->n; i++)
		r.items[i] = (struct rule){.code = f->items[i].code,
		    .rank = usual_rank(f->items[i].verdict),
		    .why = f->items[i].why};
	qsort(r.items, f->n, sizeof(struct rule), compare_rules);
	for (size_t i = 0; i < f->n; i++)
		if (r.n == 0 ||
		    compare_codes(&r.items[r.n - 1], &r.items[i]) != 0)
			r.items[r.n++] = r.items[i];
	return r;
}

static size_t
rule_index(const struct rules *r, struct str code)
{
	struct rule        key = {.code = code};
	const struct rule *found =
	    bsearch(&key, r->items, r->n, sizeof(struct rule), compare_codes);

	return (size_t)(found - r->items);
}

static json_t *
rule_object(const struct rule *rule)
{
	json_t *o = pair("id", rule->code);

	set(o, "shortDescription", message(rule->why));
	set(o, "fullDescription", message(rule->why));
	set(o, "help",
	    message(STR_LIT("The manual page acrawl(1) lists the codes.")));
	set(o, "defaultConfiguration",
	    pair("level", str_c(levels[rule->rank])));
	return o;
}

static json_t *
tool_object(const struct rules *r)
{
	json_t *driver = pair("name", STR_LIT("acrawl"));
	json_t *rules = must(json_array());
	json_t *tool = object();

	for (size_t i = 0; i < r->n; i++)
		if (json_array_append_new(rules, rule_object(&r->items[i])))
			mem_exhausted();
	set(driver, "version", json_string(ACRAWL_VERSION));
	set(driver, "rules", rules);
	set(tool, "driver", driver);
	return tool;
}

static json_t *
invocation_object(const struct findings *f)
{
	json_t *o = object();

	set(o, "executionSuccessful", json_boolean(f->incomplete == NULL));
	if (f->incomplete != NULL) {
		json_t *said = object();

		set(said, "level", json_string("error"));
		set(said, "message", message(str_c(f->incomplete)));
		set(o, "toolExecutionNotifications", one(said));
	}
	return o;
}

static bool
is_hex(char c)
{
	return isxdigit((unsigned char)c) != 0;
}

/* How much of a URL is before its path: there, brackets are of an address. */
static size_t
before_path(struct str url)
{
	size_t i = 0;

	for (int slashes = 0; i < url.n; i++)
		if (url.p[i] == '/' && ++slashes == 3)
			break;
	return i;
}

/*
 * A URL as RFC 3986 wants it, as the URL standard allows more; or a path as a
 * reference, of which it keeps no more than letters, digits and these.
 */
static struct buf
uri_of(const struct place *p)
{
	static const char in_path[] = "/-._~";
	static const char in_url[] = "/-._~:?#@!$&'()*+,;=";
	struct buf        uri = {0};
	size_t            host = p->is_file ? 0 : before_path(p->page);

	if (p->is_file && p->page.n > 0 && p->page.p[0] == '/')
		buf_add(&uri, STR_LIT("file://"));
	for (size_t i = 0; i < p->page.n; i++) {
		const char *s = p->page.p + i;
		bool escaped = !p->is_file && *s == '%' && i + 2 < p->page.n &&
		               is_hex(s[1]) && is_hex(s[2]);

		if (i < host || escaped || isalnum((unsigned char)*s) ||
		    (*s != '\0' &&
			strchr(p->is_file ? in_path : in_url, *s) != NULL))
			buf_addc(&uri, *s);
		else
			buf_addf(&uri, "%%%02X", (unsigned char)*s);
	}
	return uri;
}

static json_t *
region_object(const struct place *p)
{
	json_t *o = object();

	set(o, "startLine", json_integer(p->line));
	if (p->column > 0)
		set(o, "startColumn", json_integer(p->column));
	return o;
}

static json_t *
location_object(const struct place *p)
{
	struct buf uri = uri_of(p);
	json_t    *artifact = pair("uri", buf_str(&uri));
	json_t    *physical = object();
	json_t    *o = object();

	if (p->is_file && p->page.n > 0 && p->page.p[0] != '/')
		set(artifact, "uriBaseId", json_string("%SRCROOT%"));
	set(physical, "artifactLocation", artifact);
	if (p->line > 0)
		set(physical, "region", region_object(p));
	set(o, "physicalLocation", physical);
	buf_clear(&uri);
	return o;
}

/*
 * What a result is known by when lines have moved: a hash, and which one it is
 * of those of the same target, page and text.
 */
struct print {
	uint64_t hash;
	size_t   place;
	size_t   nth;
};

/* FNV-1a; s and a byte that none has. */
static uint64_t
hash_add(uint64_t hash, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		hash = (hash ^ (unsigned char)s.p[i]) * 0x100000001B3u;
	return (hash ^ 0xFF) * 0x100000001B3u;
}

static int
compare_hashes(const void *a, const void *b)
{
	const struct print *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static int
compare_places(const void *a, const void *b)
{
	const struct print *x = a, *y = b;

	return (x->place > y->place) - (x->place < y->place);
}

/* One for each place.  Returned owned. */
static struct print *
find_prints(const struct finding *f)
{
	struct print *prints = xcalloc(f->places_n, sizeof(struct print));
	uint64_t      target = hash_add(0xCBF29CE484222325u, f->target);

	for (size_t i = 0; i < f->places_n; i++) {
		prints[i].place = i;
		prints[i].hash = hash_add(
		    hash_add(target, f->places[i].page), f->places[i].text);
	}
	qsort(prints, f->places_n, sizeof(struct print), compare_hashes);
	for (size_t i = 0; i < f->places_n; i++)
		prints[i].nth = i > 0 && prints[i].hash == prints[i - 1].hash
		                    ? prints[i - 1].nth + 1
		                    : 1;
	qsort(prints, f->places_n, sizeof(struct print), compare_places);
	return prints;
}

/* By the name that GitHub knows; it looks at no other. */
static json_t *
fingerprint_object(const struct print *print)
{
	struct buf text = {0};
	json_t    *o;

	buf_addf(
	    &text, "%016llx:%zu", (unsigned long long)print->hash, print->nth);
	o = pair("primaryLocationLineHash", buf_str(&text));
	buf_clear(&text);
	return o;
}

static json_t *
properties_object(const struct finding *f, const struct place *p)
{
	json_t *o = pair("verdict", str_c(verdict_name(f->verdict)));

	set(o, "target", string(f->target));
	if (f->to.n > 0)
		set(o, "to", string(f->to));
	set(o, "text", string(p->text));
	return o;
}

static json_t *
result_object(const struct finding *f, const struct place *p,
    const struct print *print, size_t rule)
{
	struct buf text = {0};
	json_t    *o = pair("ruleId", f->code);

	check_add_message(&text, f, p->text);
	set(o, "ruleIndex", json_integer((json_int_t)rule));
	set(o, "level", json_string(levels[check_rank(f)]));
	if (f->known)
		set(o, "baselineState", json_string("unchanged"));
	set(o, "message", message(buf_str(&text)));
	set(o, "locations", one(location_object(p)));
	set(o, "partialFingerprints", fingerprint_object(print));
	set(o, "properties", properties_object(f, p));
	buf_clear(&text);
	return o;
}

static void
add_results(
    struct buf *out, const struct rules *r, const struct finding *f, bool first)
{
	struct print *prints = find_prints(f);
	size_t        rule = rule_index(r, f->code);

	for (size_t i = 0; i < f->places_n; i++) {
		buf_add(out, first && i == 0 ? STR_LIT("\n") : STR_LIT(",\n"));
		add_json(
		    out, result_object(f, &f->places[i], &prints[i], rule));
	}
	free(prints);
}

void
check_sarif(const struct findings *f, bool colour, struct buf *out)
{
	struct rules rules = find_rules(f);

	(void)colour;
	buf_add(
	    out, STR_LIT("{\"$schema\":\"" SCHEMA "\",\"version\":\"2.1.0\","
			 "\"runs\":[{\n\"tool\":"));
	add_json(out, tool_object(&rules));
	buf_add(out,
	    STR_LIT(",\n\"columnKind\":\"utf16CodeUnits\",\n\"invocations\":"));
	add_json(out, one(invocation_object(f)));
	buf_add(out, STR_LIT(",\n\"results\":["));
	for (size_t i = 0; i < f->n; i++)
		add_results(out, &rules, &f->items[i], i == 0);
	buf_add(out, STR_LIT("\n]}]}\n"));
	free(rules.items);
}
