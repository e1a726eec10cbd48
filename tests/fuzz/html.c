/*
 * html.c - fuzz target: documents in pieces, links out.
 *
 * The input's first three bytes say how the rest, a document, is read: 'x' as
 * XML, 'l' as HTML by libxml2, else as HTML; the HTTP header's charset, by a
 * digit; and a seed for the cuts.
 */
#include "fuzz.h"

#include "acrawl/links.h"

#define HEAD 3

static const char *const charsets[] = {"", "utf-8", "windows-1252", "shift_jis",
    "gb18030", "utf-16le", "utf-16be", "iso-2022-jp", "koi8-r", "big5",
    "euc-jp", "euc-kr", "replacement", "x-user-defined", "nonsense"};

struct input {
	enum html_kind kind;
	bool           libxml2;
	struct str     charset;
	uint32_t       seed;
	struct str     document;
};

/* Links as lines of text, to be compared. */
struct found {
	struct buf lines;
	struct buf urls; /* a line each */
	bool       details;
	bool       well_formed;
	uint64_t   line;
	uint64_t   column;
};

static void
on_link(void *arg, const struct link *l)
{
	struct found *f = arg;

	LAW(fuzz_printable(url_href(l->url)));
	LAW(l->tag != NULL && l->attr != NULL);
	buf_add(&f->urls, url_href(l->url));
	buf_addc(&f->urls, '\n');
	if (!f->details)
		return;
	LAW(l->line > 0 && l->column > 0);
	buf_add(&f->lines, url_href(l->url));
	buf_addf(&f->lines, "\t%s\t%s\t%llu\t%llu\t", l->tag, l->attr,
	    (unsigned long long)l->line, (unsigned long long)l->column);
	buf_add_printable(&f->lines, l->rel);
	buf_addc(&f->lines, '\t');
	buf_add_printable(&f->lines, l->raw);
	buf_addc(&f->lines, '\n');
}

static void
start(struct links *l, const struct input *in, struct found *f)
{
	struct url document = {0};

	LAW(url_parse(&document, STR_LIT("http://h/d/f?q#g"), NULL));
	buf_reset(&f->lines);
	buf_reset(&f->urls);
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

static void
compare(const struct found *whole, const struct found *cut)
{
	bool same = str_eq(buf_str(&whole->lines), buf_str(&cut->lines));

	if (!same) {
		say("whole", whole);
		say("cut", cut);
	}
	LAW(same);
	LAW(whole->well_formed == cut->well_formed);
}

/* Each URL of `few` is one of `many`. */
static void
check_subset(const struct found *few, const struct found *many)
{
	struct str rest = buf_str(&few->urls);

	while (rest.n > 0) {
		struct str url = fuzz_line(&rest);
		struct str others = buf_str(&many->urls);
		bool       there = false;

		while (!there && others.n > 0)
			there = str_eq(url, fuzz_line(&others));
		LAW(there);
	}
}

static void
check_cuts(const struct input *in, const struct found *whole)
{
	struct links_options options = {
	    .set = LINKS_ALL, .details = true, .libxml2 = in->libxml2};
	struct links *l = links_new(&options);
	struct found  cut = {.details = true};

	read_all(l, in, in->seed, &cut);
	compare(whole, &cut);
	/* The same reader again, after what a page leaves behind. */
	read_part(l, in, &cut);
	links_trim(l);
	read_all(l, in, in->seed * 7, &cut);
	compare(whole, &cut);
	buf_clear(&cut.lines);
	buf_clear(&cut.urls);
	links_free(l);
}

static void
check_a(const struct input *in, const struct found *whole)
{
	struct links_options options = {.set = LINKS_A, .libxml2 = in->libxml2};
	struct links        *l = links_new(&options);
	struct found         a = {0};

	read_all(l, in, 0, &a);
	check_subset(&a, whole);
	buf_clear(&a.urls);
	links_free(l);
}

static void
check(const struct input *in)
{
	struct links_options options = {
	    .set = LINKS_ALL, .details = true, .libxml2 = in->libxml2};
	struct links *l = links_new(&options);
	struct found  whole = {.details = true};

	read_all(l, in, 0, &whole);
	check_cuts(in, &whole);
	check_a(in, &whole);
	buf_clear(&whole.lines);
	buf_clear(&whole.urls);
	links_free(l);
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
	    .document = str_n((const char *)data + HEAD, n - HEAD),
	};
	check(&in);
	return 0;
}
