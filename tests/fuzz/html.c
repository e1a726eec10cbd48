/*
 * html.c - fuzz target: documents in pieces, links out.
 *
 * The input's first three bytes say how the rest, a document, is read: 'x' as
 * XML, 'l' as HTML by libxml2, 'p' as HTML behind as many blanks as the prescan
 * for a charset looks at, else as HTML; the HTTP header's charset, by a digit;
 * and a seed for the cuts.  If that is odd, it is read as for a link check.
 */
#include "fuzz.h"

#include "acrawl/limits.h"
#include "acrawl/links.h"
#include "web/charset.h"

#ifndef SMALL_LIMITS
#define SMALL_LIMITS false
#endif

#define HEAD    3
#define PRESCAN 1024

static const char *const charsets[] = {"", "utf-8", "windows-1252", "shift_jis",
    "gb18030", "utf-16le", "utf-16be", "iso-2022-jp", "koi8-r", "big5",
    "euc-jp", "euc-kr", "replacement", "x-user-defined", "nonsense"};

/* A place in the document, which moves forward only. */
struct place {
	struct str rest;
	uint64_t   line;
	uint64_t   column;
};

struct input {
	enum html_kind kind;
	bool           libxml2;
	struct str     charset;
	uint32_t       seed;
	bool           checks;
	struct str     document;
};

/* Links as lines of text, to be compared. */
struct found {
	struct buf   lines;
	struct buf   urls; /* a line each */
	struct buf   ids;  /* the same */
	bool         details;
	bool         well_formed;
	bool         placed; /* lines and columns are those of the bytes */
	struct place at;     /* of the last link's tag */
};

/* A link comes from the tag that begins where it says. */
static void
check_place(struct place *at, const struct link *l)
{
	struct str tag = str_c(l->tag);

	while (at->line < l->line || at->column < l->column) {
		LAW(at->rest.n > 0 && at->line <= l->line);
		at->column++;
		if (at->rest.p[0] == '\n') {
			at->line++;
			at->column = 1;
		}
		at->rest = fuzz_drop(at->rest, 1);
	}
	LAW(at->line == l->line && at->column == l->column);
	LAW(at->rest.n > tag.n && at->rest.p[0] == '<');
	LAW(str_starts_nocase(fuzz_drop(at->rest, 1), tag) ||
	    (str_eq(tag, STR_LIT("img")) &&
		str_starts_nocase(at->rest, STR_LIT("<image"))));
}

/* Text as it is shown. */
static void
check_text(struct str text)
{
	LAW(text.n <= LIMIT_LINK_TEXT_BYTES);
	LAW(fuzz_is_utf8(text));
	for (size_t i = 0; i < text.n; i++) {
		bool edge = i == 0 || i == text.n - 1;

		LAW(text.p[i] != '\0');
		LAW(!is_blank(text.p[i]) || text.p[i] == ' ');
		LAW(text.p[i] != ' ' || (!edge && text.p[i - 1] != ' '));
	}
}

static void
on_id(void *arg, struct str id)
{
	struct found *f = arg;

	LAW(id.n > 0);
	LAW(fuzz_is_utf8(id));
	buf_add_json(&f->ids, id);
	buf_addc(&f->ids, '\n');
}

static void
on_link(void *arg, const struct link *l)
{
	struct found *f = arg;
	struct str    href = STR_LIT("-");

	if (l->url != NULL) {
		href = url_href(l->url);
		LAW(fuzz_printable(href));
		buf_add(&f->urls, href);
		buf_addc(&f->urls, '\n');
	}
	LAW(l->tag != NULL && l->attr != NULL);
	check_text(l->text);
	if (!f->details)
		return;
	LAW(l->line > 0 && l->column > 0);
	if (f->placed)
		check_place(&f->at, l);
	buf_add(&f->lines, href);
	buf_addf(&f->lines, "\t%s\t%s\t%llu\t%llu\t", l->tag, l->attr,
	    (unsigned long long)l->line, (unsigned long long)l->column);
	buf_add_printable(&f->lines, l->rel);
	buf_addc(&f->lines, '\t');
	buf_add_printable(&f->lines, l->raw);
	buf_addc(&f->lines, '\t');
	buf_add_printable(&f->lines, l->text);
	buf_addc(&f->lines, '\n');
}

static bool
holds(struct str s, struct str part)
{
	for (; s.n >= part.n; s = fuzz_drop(s, 1))
		if (str_starts_nocase(s, part))
			return true;
	return false;
}

/* Whether its bytes are its text, as far as it matters where tags begin. */
static bool
is_placed(const struct input *in)
{
	static const struct str encoded[] = {
	    {"\xFE\xFF", 2}, {"\xFF\xFE", 2}, {"2022", 4}};

	if (in->kind == HTML_XML || in->libxml2)
		return false;
	for (size_t i = 0; i < sizeof(encoded) / sizeof(*encoded); i++)
		if (holds(in->document, encoded[i]))
			return false;
	return !holds(in->charset, STR_LIT("utf-16")) &&
	       !holds(in->charset, STR_LIT("2022"));
}

static struct links_options
options_of(const struct input *in)
{
	return (struct links_options){
	    .set = LINKS_ALL,
	    .details = true,
	    .libxml2 = in->libxml2,
	    .places = in->checks,
	    .texts = in->checks,
	    .id = in->checks ? on_id : NULL,
	};
}

static void
clear(struct found *f)
{
	buf_clear(&f->lines);
	buf_clear(&f->urls);
	buf_clear(&f->ids);
}

static void
start(struct links *l, const struct input *in, struct found *f)
{
	struct url document = {0};

	LAW(url_parse(&document, STR_LIT("http://h/d/f?q#g"), NULL));
	buf_reset(&f->lines);
	buf_reset(&f->urls);
	buf_reset(&f->ids);
	f->placed = is_placed(in);
	f->at = (struct place){in->document, 1, 1};
	if (str_starts_nocase(f->at.rest, STR_LIT("\xEF\xBB\xBF")))
		f->at.rest = fuzz_drop(f->at.rest, 3);
	links_start(l, in->kind, in->charset, &document, on_link, f);
	url_clear(&document);
}

/* Reads the document; in pieces if there is a seed. */
static void
read_all(
    struct links *l, const struct input *in, uint32_t seed, struct found *f)
{
	struct fuzz_cuts cuts = {seed};
	struct str       rest = in->document;
	bool             more = true;

	start(l, in, f);
	while (more && rest.n > 0) {
		struct str piece = rest;

		if (seed != 0)
			piece.n = fuzz_piece(&cuts, rest.n);
		rest = fuzz_drop(rest, piece.n);
		piece = fuzz_copy(piece);
		more = links_feed(l, piece);
		free((char *)piece.p);
	}
	f->well_formed = links_end(l);
}

/* Begins to read it, and then does not go on. */
static void
read_part(struct links *l, const struct input *in, struct found *f)
{
	struct str part = str_n(in->document.p, in->document.n / 2);

	start(l, in, f);
	links_feed(l, part);
}

static void
say(const char *what, const struct found *f)
{
	fprintf(stderr, "-- %s\n%.*s", what, (int)f->lines.n, f->lines.p);
}

/* Each line of `few` is one of `many`. */
static void
check_subset(const struct buf *few, const struct buf *many)
{
	struct str rest = buf_str(few);

	while (rest.n > 0) {
		struct str line = fuzz_line(&rest);
		struct str others = buf_str(many);
		bool       there = false;

		while (!there && others.n > 0)
			there = str_eq(line, fuzz_line(&others));
		LAW(there);
	}
}

static void
check_same(const struct buf *a, const struct buf *b)
{
	check_subset(a, b);
	check_subset(b, a);
}

static void
compare(
    const struct input *in, const struct found *whole, const struct found *cut)
{
	bool same = str_eq(buf_str(&whole->lines), buf_str(&cut->lines));

	/* libxml2's HTML parser is no match for this. */
	if (in->libxml2)
		return;
	if (!same) {
		say("whole", whole);
		say("cut", cut);
	}
	LAW(same);
	check_same(&whole->ids, &cut->ids);
	LAW(whole->well_formed == cut->well_formed);
}

static void
check_cuts(const struct input *in, const struct found *whole)
{
	struct links_options options = options_of(in);
	struct links        *l = links_new(&options);
	struct found         cut = {.details = true};

	read_all(l, in, in->seed, &cut);
	compare(in, whole, &cut);
	/* The same reader again, after what a page leaves behind. */
	read_part(l, in, &cut);
	links_trim(l);
	read_all(l, in, in->seed * 7, &cut);
	compare(in, whole, &cut);
	clear(&cut);
	links_free(l);
}

static void
check_a(const struct input *in, const struct found *whole)
{
	struct links_options options = {.set = LINKS_A, .libxml2 = in->libxml2};
	struct links        *l = links_new(&options);
	struct found         a = {0};

	read_all(l, in, 0, &a);
	/* Else the others may have taken the room to wait for a base. */
	if (!SMALL_LIMITS)
		check_subset(&a.urls, &whole->urls);
	clear(&a);
	links_free(l);
}

/* A link check finds the same URLs as others do. */
static void
check_places(const struct input *in, const struct found *whole)
{
	struct links_options options = {
	    .set = LINKS_ALL, .details = true, .libxml2 = in->libxml2};
	struct links *l = links_new(&options);
	struct found  plain = {.details = true};

	read_all(l, in, 0, &plain);
	check_same(&plain.urls, &whole->urls);
	clear(&plain);
	links_free(l);
}

/* Whether the document says nothing of its charset. */
static bool
is_undeclared(const struct input *in)
{
	size_t bom;

	return in->kind == HTML_TEXT && !in->libxml2 &&
	       charset_find(in->charset) == NULL &&
	       charset_bom(in->document, &bom) == NULL &&
	       charset_prescan(in->document) == NULL;
}

/* It is then read as if it had declared what it is. */
static void
check_undeclared(const struct input *in, const struct found *whole)
{
	struct links_options options = options_of(in);
	struct links        *l = links_new(&options);
	struct found         declared = {.details = true};
	struct input         other = *in;

	other.charset =
	    str_c(fuzz_is_utf8(in->document) ? "utf-8" : "windows-1252");
	read_all(l, &other, in->seed, &declared);
	compare(in, whole, &declared);
	clear(&declared);
	links_free(l);
}

static void
check(const struct input *in)
{
	struct links_options options = options_of(in);
	struct links        *l = links_new(&options);
	struct found         whole = {.details = true};

	read_all(l, in, 0, &whole);
	check_cuts(in, &whole);
	check_a(in, &whole);
	if (!SMALL_LIMITS && in->checks)
		check_places(in, &whole);
	/* With little room to wait, what is not known yet is guessed. */
	if (!SMALL_LIMITS && is_undeclared(in))
		check_undeclared(in, &whole);
	clear(&whole);
	links_free(l);
}

/* The document behind blanks.  Its p is owned. */
static struct str
behind_blanks(struct str document)
{
	char *p = xmalloc(PRESCAN + document.n);

	memset(p, ' ', PRESCAN);
	memcpy(p + PRESCAN, document.p, document.n);
	return str_n(p, PRESCAN + document.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const size_t charsets_n = sizeof(charsets) / sizeof(*charsets);
	struct input in;

	if (n < HEAD)
		return 0;
	in = (struct input){
	    .kind = data[0] == 'x' ? HTML_XML : HTML_TEXT,
	    .libxml2 = data[0] == 'l',
	    .charset = str_c(charsets[(uint8_t)(data[1] - '0') % charsets_n]),
	    .seed = 1 + data[2] * 2654435761u,
	    .checks = data[2] % 2 == 1,
	    .document = str_n((const char *)data + HEAD, n - HEAD),
	};
	if (data[0] == 'p')
		in.document = behind_blanks(in.document);
	check(&in);
	if (data[0] == 'p')
		free((char *)in.document.p);
	return 0;
}
