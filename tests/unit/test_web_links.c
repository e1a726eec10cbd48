/*
 * Pages in, links out: a table of pages, each also in pieces of every size.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#include "acrawl/limits.h"
#include "acrawl/links.h"
#include "acrawl/mime.h"
#include "web/link_table.h"

static const struct links_options of_a = {.set = LINKS_A};

static void
on_link(void *arg, const struct link *link)
{
	struct buf *out = arg;

	buf_add(out, url_href(link->url));
	buf_addc(out, ' ');
}

/* The links of a page that arrives in pieces of `piece` bytes. */
static bool
links_of(struct links *l, enum html_kind kind, const char *charset,
    const char *page_url, struct str page, size_t piece, struct buf *out)
{
	struct url document = {0};
	bool       well_formed;

	assert_true(url_parse(&document, str_c(page_url), NULL));
	buf_reset(out);
	links_start(l, kind, str_c(charset), &document, on_link, out);
	while (page.n > 0) {
		size_t n = piece < page.n ? piece : page.n;

		if (!links_feed(l, str_n(page.p, n)))
			break;
		page = str_n(page.p + n, page.n - n);
	}
	well_formed = links_end(l);
	url_clear(&document);
	return well_formed;
}

static const struct page_case {
	const char    *what;
	enum html_kind kind;
	const char    *charset;
	struct str     page;
	const char    *links;
} cases[] = {
    {"plain", HTML_TEXT, "",
	STR_LIT("<p><a href=b>x</a> <A HREF='/c?d=1&amp;e=2#f'>y</A>"),
	"http://h/a/b http://h/c?d=1&e=2#f "},
    {"other elements have other links", HTML_TEXT, "",
	STR_LIT("<link href=x><img src=y><a name=z><area href=w shape=rect>"),
	"http://h/a/w "},
    {"distinct, in order of first appearance", HTML_TEXT, "",
	STR_LIT("<a href=2>a</a><a href=1>b</a><a href=./2>c</a>"),
	"http://h/a/2 http://h/a/1 "},
    {"base", HTML_TEXT, "",
	STR_LIT("<base href='/deep/er/'><a href=x>a</a><a href='?q'>b</a>"),
	"http://h/deep/er/x http://h/deep/er/?q "},
    {"a base holds for the links before it, and only the first", HTML_TEXT, "",
	STR_LIT("<a href=x>a</a><base target=t><base href=//o/p/>"
		"<a href=y>b</a><base href=//no/>"),
	"http://o/p/x http://o/p/y "},
    {"a base of data: is refused", HTML_TEXT, "",
	STR_LIT("<base href='data:text/plain,x'><base href=/no/>"
		"<a href=y>b</a>"),
	"http://h/a/y "},
    {"not in comments, scripts and styles", HTML_TEXT, "",
	STR_LIT("<!-- <a href=1> --><script>'<a href=2>'</script>"
		"<style><a href=3></style><a href=4>x</a>"),
	"http://h/a/4 "},
    {"a tag that is cut off is none", HTML_TEXT, "",
	STR_LIT("<a href=1>x</a><a href=2 title='"), "http://h/a/1 "},
    {"all schemes are listed", HTML_TEXT, "",
	STR_LIT("<a href=mailto:x@y>m</a><a href='javascript:void(0)'>j</a>"
		"<a href='http://[bad'>b</a><a href=ftp://f/>f</a>"),
	"mailto:x@y javascript:void(0) ftp://f/ "},
    {"charset of the HTTP header", HTML_TEXT, "ISO-8859-1",
	STR_LIT("<a href='\xe9'>e</a>"), "http://h/a/%C3%A9 "},
    {"charset of a meta element", HTML_TEXT, "",
	STR_LIT("<meta charset=windows-1252><a href='\x80'>e</a>"),
	"http://h/a/%E2%82%AC "},
    {"no charset: UTF-8 where it is valid", HTML_TEXT, "",
	STR_LIT("<a href='\xc3\xa9'>e</a>"), "http://h/a/%C3%A9 "},
    {"no charset: long text of UTF-8 before the link", HTML_TEXT, "",
	STR_LIT(
	    "<p>\xe2\x82\xac\xe2\x82\xac \xf0\x9f\x8f\x94 text \xc3\xa9"
	    "\xe2\x82\xac\xe2\x82\xac &amp; &lt;a href=no&gt; more \xc3\xa9</p>"
	    "<a href='\xc3\xa9'>e</a>"),
	"http://h/a/%C3%A9 "},
    {"byte order mark of UTF-8 beats HTTP", HTML_TEXT, "ISO-8859-1",
	STR_LIT("\xEF\xBB\xBF<a href='\xc3\xa9'>e</a>"), "http://h/a/%C3%A9 "},
    {"byte order mark of UTF-16", HTML_TEXT, "",
	STR_LIT("\xFF\xFE<\0a\0 \0h\0r\0e\0f\0=\0x\0>\0\xe9\0"),
	"http://h/a/x "},
    {"no charset, and no UTF-8 either, as the end tells", HTML_TEXT, "",
	STR_LIT("<a href='\xc3\xa9'>e</a><a href=x>x</a>\xe9"),
	"http://h/a/%C3%83%C2%A9 http://h/a/x "},
    {"a base that waits for the charset", HTML_TEXT, "",
	STR_LIT("<a href=x>x</a><base href='/\xc3\xa9/'><a href=y>y</a>\xe9"),
	"http://h/%C3%83%C2%A9/x http://h/%C3%83%C2%A9/y "},
    {"queries are in the page's charset", HTML_TEXT, "windows-1252",
	STR_LIT("<a href='\xe9?\xe9=&#x2713;#\xe9'>e</a>"
		"<a href='mailto:x?\xe9'>m</a><a href='ws://h/?\xe9'>w</a>"),
	"http://h/a/%C3%A9?%E9=%26%2310003%3B#%C3%A9 mailto:x?%C3%A9 "
	"ws://h/?%C3%A9 "},
    {"queries of XML are in its charset, too", HTML_XML, "",
	STR_LIT("<?xml version='1.0' encoding='iso-8859-1'?>"
		"<html xmlns='http://www.w3.org/1999/xhtml'>"
		"<a href='?\xe9'/></html>"),
	"http://h/a/page?%E9 "},
    {"what is in a template is not in the document, XML or not", HTML_XML, "",
	STR_LIT("<html xmlns='http://www.w3.org/1999/xhtml'><template>"
		"<a href='1'/><template/><a href='2'/></template><a href='3'/>"
		"</html>"),
	"http://h/a/3 "},
    {"an empty page", HTML_TEXT, "", STR_LIT(""), ""},
    {"a page of one byte", HTML_TEXT, "", STR_LIT("<"), ""},
    {"XHTML", HTML_XML, "",
	STR_LIT("<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x' 'y'>"
		"<html xmlns='http://www.w3.org/1999/xhtml'><body>"
		"<a href='x?a&amp;b'>&nbsp;</a><x:a xmlns:x='urn:x' href='no'/>"
		"<![CDATA[<a href='no'/>]]><a href='&#233;'/></body></html>"),
	"http://h/a/x?a&b http://h/a/%C3%A9 "},
};

static void
test_cases(void **state)
{
	struct links *l = links_new(&of_a); /* one for all: it must forget */
	struct buf    out;

	(void)state;
	buf_init(&out, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct page_case *c = &cases[i];

		for (size_t piece = 1; piece <= c->page.n + 1; piece++) {
			assert_true(links_of(l, c->kind, c->charset,
			    "http://h/a/page", c->page, piece, &out));
			if (strcmp(buf_cstr(&out), c->links) != 0)
				fail_msg("%s, in pieces of %zu: %s", c->what,
				    piece, buf_cstr(&out));
		}
	}
	buf_clear(&out);
	links_free(l);
}

static void
test_xhtml_up_to_its_error(void **state)
{
	struct links *l = links_new(&of_a);
	struct buf    out;
	struct str    bad =
	    STR_LIT("<html xmlns='http://www.w3.org/1999/xhtml'>"
		    "<a href='1'/><p><b></p></b><a href='2'/></html>");
	struct str cut = STR_LIT("<html><a href='1'/><a href='2'");

	(void)state;
	buf_init(&out, 0);
	assert_false(links_of(l, HTML_XML, "", "http://h/", bad, 7, &out));
	assert_string_equal(buf_cstr(&out), "http://h/1 ");
	assert_false(links_of(l, HTML_XML, "", "http://h/", cut, 7, &out));
	assert_string_equal(buf_cstr(&out), "http://h/1 ");
	buf_clear(&out);
	links_free(l);
}

static void
test_xml_opens_nothing(void **state)
{
	struct links *l = links_new(&of_a);
	struct buf    out;
	struct str    page =
	    STR_LIT("<!DOCTYPE html [<!ENTITY f SYSTEM 'file:///etc/passwd'>"
		    "<!ENTITY l 'lol'><!ENTITY m '&l;&l;&l;&l;&l;&l;&l;&l;'>]>"
		    "<html xmlns='http://www.w3.org/1999/xhtml'>&f;"
		    "<a href='x'/></html>");

	(void)state;
	buf_init(&out, 0);
	links_of(l, HTML_XML, "", "http://h/", page, 1000, &out);
	assert_null(strstr(buf_cstr(&out), "root"));
	buf_clear(&out);
	links_free(l);
}

static void
count_link(void *arg, const struct link *link)
{
	(void)link;
	++*(uint64_t *)arg;
}

/* More hrefs than may wait for a base: none is lost, memory stays small. */
static void
test_waiting_is_bounded(void **state)
{
	struct links *l = links_new(&of_a);
	struct url    document = {0};
	uint64_t      n = 0;

	(void)state;
	assert_true(url_parse(&document, STR_LIT("http://h/"), NULL));
	links_start(l, HTML_TEXT, STR_LIT(""), &document, count_link, &n);
	for (int i = 0; i < 50000; i++) {
		char tag[64];
		int  length = snprintf(tag, sizeof(tag), "<a href=%d>x</a>", i);

		assert_true(links_feed(l, str_n(tag, (size_t)length)));
		if (i == 100)
			assert_int_equal(n, 0); /* a base may come */
	}
	assert_true(n > 0); /* there were too many to wait */
	assert_true(links_feed(l, STR_LIT("<base href=//late/>")));
	assert_true(links_end(l));
	assert_int_equal(n, 50000);
	links_trim(l);
	url_clear(&document);
	links_free(l);
}

/* --links all, as "tag.attr=raw->URL", one page for each mechanism. */
static const struct all_case {
	const char    *what;
	enum html_kind kind;
	const char    *page;
	const char    *links;
} all_cases[] = {
    {"one attribute after the other, and base is none", HTML_TEXT,
	"<base href=/b/><link rel=icon href=i><img src=s srcset='t 1x, u 2x,"
	"bad 0w' longdesc=l><a href=h ping='p q'>x</a>",
	"link.href=i->/b/i img.src=s->/b/s img.srcset=t->/b/t "
	"img.srcset=u->/b/u img.longdesc=l->/b/l a.href=h->/b/h "
	"a.ping=p->/b/p a.ping=q->/b/q "},
    {"input: src only of an image", HTML_TEXT,
	"<input src=no><input type=IMAGE src=yes formaction=f>",
	"input.src=yes->/yes input.formaction=f->/f "},
    {"meta: refresh and properties", HTML_TEXT,
	"<meta http-equiv=Refresh content='3; url=r'><meta content=no>"
	"<meta name=description content=no><meta property=og:image content=o>"
	"<meta content=t name=twitter:image>",
	"meta.content=r->/r meta.content=o->/o meta.content=t->/t "},
    {"svg: href beats xlink:href, other namespaces are not HTML's", HTML_TEXT,
	"<svg><a href=1 /><a xlink:href=2 /><image xlink:href=no href=3 />"
	"<linearGradient href='#g'/><img src=4></svg>",
	"a.href=1->/1 a.xlink:href=2->/2 image.href=3->/3 "
	"lineargradient.href=#g->/page#g img.src=4->/4 "},
    {"svg as a document of its own", HTML_XML,
	"<svg xmlns='http://www.w3.org/2000/svg' "
	"xmlns:x='http://www.w3.org/1999/xlink'><radialGradient x:href='1'/>"
	"<a href='2' x:href='no'/></svg>",
	"radialgradient.xlink:href=1->/1 a.href=2->/2 "},
    {"each URL once, where it comes first", HTML_TEXT,
	"<img src=x><a href=x>x</a>", "img.src=x->/x "},
};

static void
on_detail(void *arg, const struct link *link)
{
	struct buf *out = arg;
	struct str  href = url_href(link->url);

	if (str_starts_nocase(href, STR_LIT("http://h")))
		href = str_n(href.p + 8, href.n - 8);
	buf_addf(out, "%s.%s=%.*s->%.*s ",
	    link->tag != NULL ? link->tag : "header", link->attr,
	    (int)link->raw.n, link->raw.p, (int)href.n, href.p);
	if (link->rel.n > 0)
		buf_addf(out, "(%.*s) ", (int)link->rel.n, link->rel.p);
}

static void
test_all_links(void **state)
{
	static const struct links_options all = {.set = LINKS_ALL};
	struct links                     *l = links_new(&all);
	struct url                        document = {0};
	struct buf                        out;

	(void)state;
	buf_init(&out, 0);
	assert_true(url_parse(&document, STR_LIT("http://h/page"), NULL));
	for (size_t i = 0; i < sizeof(all_cases) / sizeof(*all_cases); i++) {
		const struct all_case *c = &all_cases[i];

		buf_reset(&out);
		links_start(
		    l, c->kind, STR_LIT(""), &document, on_detail, &out);
		assert_true(links_feed(l, str_c(c->page)));
		assert_true(links_end(l));
		if (strcmp(buf_cstr(&out), c->links) != 0)
			fail_msg("%s: %s", c->what, buf_cstr(&out));
	}
	url_clear(&document);
	buf_clear(&out);
	links_free(l);
}

/*
 * All that is a link, written down here once more, so that no row of the table
 * is lost without a word: what stands before, elements, attributes, and what
 * else the element needs.
 */
static const struct {
	const char *before;
	const char *elements;
	const char *attrs;
	const char *more;
} places[] = {
    {"", "a area", "href ping", ""},
    {"", "form", "action", ""},
    {"", "button", "formaction", ""},
    {"", "input", "formaction", ""},
    {"", "input", "src", " type=image"},
    {"", "blockquote q ins del", "cite", ""},
    {"", "link", "href imagesrcset", ""},
    {"", "script", "src", ""},
    {"", "html", "manifest", ""},
    {"", "head", "profile", ""},
    {"", "meta", "content", " property=og:image"},
    {"", "meta", "content", " name=twitter:player"},
    {"", "img", "src srcset longdesc lowsrc dynsrc", ""},
    {"<video>", "source", "src srcset", ""},
    {"", "iframe", "src longdesc", ""},
    {"", "embed audio track bgsound", "src", ""},
    {"", "object", "data", ""},
    {"", "video", "src poster", ""},
    {"<frameset>", "frame", "src longdesc", ""},
    {"", "body table", "background", ""},
    {"<table>", "thead tbody tfoot tr td th", "background", ""},
    {"<svg>",
	"a altglyph animate animatemotion animatetransform color-profile "
	"cursor discard feimage filter font-face-uri glyphref image "
	"lineargradient mpath pattern radialgradient script set textpath "
	"tref use",
	"href xlink:href", ""},
};

/* The next word of a list, or false. */
static bool
next(const char **list, struct str *word)
{
	*list += strspn(*list, " ");
	*word = str_n(*list, strcspn(*list, " "));
	*list += word->n;
	return word->n > 0;
}

static void
test_every_place(void **state)
{
	static const struct links_options all = {.set = LINKS_ALL};
	struct links                     *l = links_new(&all);
	struct url                        document = {0};
	struct buf                        page, want, got;
	size_t                            n = 0;

	(void)state;
	buf_init(&page, 0);
	buf_init(&want, 0);
	buf_init(&got, 0);
	assert_true(url_parse(&document, STR_LIT("http://h/page"), NULL));
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		const char *elements = places[i].elements;
		struct str  element, attr;

		while (next(&elements, &element)) {
			const char *attrs = places[i].attrs;

			while (next(&attrs, &attr)) {
				buf_reset(&page);
				buf_reset(&want);
				buf_reset(&got);
				buf_addf(&page, "%s<%.*s %.*s=u%s>",
				    places[i].before, (int)element.n, element.p,
				    (int)attr.n, attr.p, places[i].more);
				buf_addf(&want, "%.*s.%.*s=u->/u ",
				    (int)element.n, element.p, (int)attr.n,
				    attr.p);
				links_start(l, HTML_TEXT, STR_LIT(""),
				    &document, on_detail, &got);
				links_feed(l, buf_str(&page));
				links_end(l);
				assert_string_equal(
				    buf_cstr(&got), buf_cstr(&want));
				n++;
			}
		}
	}
	/* og and twitter are one row here; headers and refresh have tests. */
	assert_int_equal(n, link_table_n - 3 + 1);
	buf_clear(&page);
	buf_clear(&want);
	buf_clear(&got);
	url_clear(&document);
	links_free(l);
}

/* A reader goes from an element's first row to the next element's. */
static void
test_rows_of_an_element_stand_together(void **state)
{
	(void)state;
	for (size_t i = 0; i < link_table_n; i++) {
		const struct link_row *a = &link_table[i];
		bool                   left = false;

		for (size_t j = i + 1; j < link_table_n; j++) {
			const struct link_row *b = &link_table[j];
			bool                   same = a->space == b->space &&
			            a->element != NULL && b->element != NULL &&
			            strcmp(a->element, b->element) == 0;

			if (same && left)
				fail_msg("%s.%s", b->element, b->attr);
			left = left || !same;
		}
	}
}

/* Headers are resolved against the document, whatever its base. */
static void
test_headers(void **state)
{
	static const struct links_options all = {
	    .set = LINKS_ALL, .details = true};
	struct links *l = links_new(&all);
	struct url    document = {0};
	struct buf    out;

	(void)state;
	buf_init(&out, 0);
	assert_true(url_parse(&document, STR_LIT("http://h/page"), NULL));
	links_start(l, HTML_TEXT, STR_LIT(""), &document, on_detail, &out);
	links_header(l, "link", STR_LIT("<n>; rel=next, <p?a,b>;rel=prev"));
	links_header(l, "Refresh", STR_LIT("0;url=r"));
	links_header(l, "X-Other", STR_LIT("<no>"));
	links_feed(l, STR_LIT("<base href=/b/><a href=x rel=nofollow>x</a>"));
	links_end(l);
	assert_string_equal(buf_cstr(&out),
	    "header.Link=n->/n (next) header.Link=p?a,b->/p?a,b (prev) "
	    "header.Refresh=r->/r a.href=x->/b/x (nofollow) ");
	url_clear(&document);
	buf_clear(&out);
	links_free(l);
}

struct place {
	uint64_t line[8];
	uint64_t column[8];
	size_t   n;
};

static void
on_place(void *arg, const struct link *link)
{
	struct place *p = arg;

	p->line[p->n] = link->line;
	p->column[p->n++] = link->column;
}

/* Line and column of the tag, by either parser, also for those that wait. */
static void
test_places(void **state)
{
	static const char page[] =
	    "<p>\n  <a href=1\n>x</a>\n\n"
	    "<b><!--\n--><a href=2>x</a>\r\n\t<a href=3>";
	static const struct links_options details = {.details = true};
	struct links                     *l = links_new(&details);
	struct url                        document = {0};

	(void)state;
	assert_true(url_parse(&document, STR_LIT("http://h/page"), NULL));
	for (size_t piece = 1; piece < sizeof(page); piece++) {
		struct place p = {.n = 0};

		links_start(l, HTML_TEXT, STR_LIT(""), &document, on_place, &p);
		for (size_t at = 0; at < sizeof(page) - 1; at += piece)
			links_feed(
			    l, str_n(page + at, sizeof(page) - 1 - at < piece
						    ? sizeof(page) - 1 - at
						    : piece));
		links_end(l);
		assert_int_equal(p.n, 3);
		assert_int_equal(p.line[0], 2);
		assert_int_equal(p.column[0], 3);
		assert_int_equal(p.line[1], 6);
		assert_int_equal(p.column[1], 4);
		assert_int_equal(p.line[2], 7);
		assert_int_equal(p.column[2], 2);
	}
	url_clear(&document);
	links_free(l);
}

/* The same in XML, whose parser knows only where a tag ends. */
static void
test_places_in_xml(void **state)
{
	static const struct links_options details = {.details = true};
	static const struct str           page =
	    STR_LIT("<html xmlns='http://www.w3.org/1999/xhtml'>\n <p>x <a\n"
		    "  title='y'\n  href='1'>z</a> <a href='2'/></p>\n"
		    "<a href='3'/></html>");
	struct links *l = links_new(&details);
	struct url    document = {0};
	struct place  p = {.n = 0};

	(void)state;
	assert_true(url_parse(&document, STR_LIT("http://h/page"), NULL));
	links_start(l, HTML_XML, STR_LIT(""), &document, on_place, &p);
	links_feed(l, page);
	assert_true(links_end(l));
	assert_int_equal(p.n, 3);
	assert_int_equal(p.line[0], 2);
	assert_int_equal(p.column[0], 7);
	assert_int_equal(p.line[1], 4);
	assert_int_equal(p.column[1], 18);
	assert_int_equal(p.line[2], 5);
	assert_int_equal(p.column[2], 1);
	url_clear(&document);
	links_free(l);
}

static void
test_schemes(void **state)
{
	static const char *const          list[] = {"https", "mailto", NULL};
	static const struct links_options some = {.schemes = list};
	struct links                     *l = links_new(&some);
	struct buf                        out;

	(void)state;
	buf_init(&out, 0);
	links_of(l, HTML_TEXT, "", "http://h/",
	    STR_LIT("<a href=x><a href='MAILTO:x'><a href=https://h/>"
		    "<a href='javascript:x'>"),
	    7, &out);
	assert_string_equal(buf_cstr(&out), "mailto:x https://h/ ");
	buf_clear(&out);
	links_free(l);
}

static void
test_mime(void **state)
{
	static const struct {
		const char *value;
		enum mime   mime;
		const char *charset;
	} rows[] = {
	    {"text/html", MIME_HTML, ""},
	    {"Text/HTML; charset=utf-8", MIME_HTML, "utf-8"},
	    {" text/html ;charset=\"x;y\";charset=z", MIME_HTML, "x;y"},
	    {"text/html;boundary=x; CharSet=koi8-r", MIME_HTML, "koi8-r"},
	    {"text/html; charset", MIME_HTML, ""},
	    {"text/html; charset=\"open", MIME_HTML, "open"},
	    {"application/xhtml+xml", MIME_XML, ""},
	    {"image/svg+xml", MIME_XML, ""},
	    {"text/plain; charset=utf-8", MIME_OTHER, "utf-8"},
	    {"text/plain, text/html", MIME_HTML, ""},
	    {"text/html;charset=gbk, text/html", MIME_HTML, "gbk"},
	    {"text/html;charset=gbk, text/html;charset=x", MIME_HTML, "x"},
	    {"text/plain;charset=gbk, text/html", MIME_HTML, ""},
	    {"text/html;charset=gbk, */*, bad, ", MIME_HTML, "gbk"},
	    {"text/html;charset=gbk;x=\",text/plain", MIME_HTML, "gbk"},
	    {"text/htmlx", MIME_OTHER, ""},
	    {"", MIME_UNKNOWN, ""},
	    {"html", MIME_UNKNOWN, ""},
	    {"/html", MIME_UNKNOWN, ""},
	    {";;;", MIME_UNKNOWN, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str charset;

		if (mime_parse(str_c(rows[i].value), &charset) !=
			rows[i].mime ||
		    !str_eq(charset, str_c(rows[i].charset)))
			fail_msg("%s", rows[i].value);
	}
	assert_int_equal(mime_sniff(STR_LIT("<!doctype html>   ")), MIME_HTML);
	assert_int_equal(mime_sniff(STR_LIT("<html lang=en>   ")), MIME_HTML);
	assert_int_equal(mime_sniff(STR_LIT("<!-- hello -->")), MIME_HTML);
	assert_int_equal(mime_sniff(STR_LIT("<p>")), MIME_HTML);
	assert_int_equal(mime_sniff(STR_LIT("<pre>")), MIME_OTHER);
	assert_int_equal(mime_sniff(STR_LIT("%PDF-1.4")), MIME_OTHER);
	assert_int_equal(mime_sniff(STR_LIT("")), MIME_OTHER);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_xhtml_up_to_its_error),
	    cmocka_unit_test(test_xml_opens_nothing),
	    cmocka_unit_test(test_waiting_is_bounded),
	    cmocka_unit_test(test_all_links),
	    cmocka_unit_test(test_every_place),
	    cmocka_unit_test(test_rows_of_an_element_stand_together),
	    cmocka_unit_test(test_headers),
	    cmocka_unit_test(test_places),
	    cmocka_unit_test(test_places_in_xml),
	    cmocka_unit_test(test_schemes),
	    cmocka_unit_test(test_mime),
	};

	return cmocka_run_group_tests_name("web/links", tests, NULL, NULL);
}
