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

/* What a link check asks for. */
struct checked {
	struct buf links; /* "raw->URL[text] " each; no URL: it is invalid */
	struct buf ids;   /* "id " each */
};

static void
on_checked(void *arg, const struct link *link)
{
	struct checked *c = arg;
	struct str      href = STR_LIT("-");

	if (link->url != NULL)
		href = url_href(link->url);
	if (str_starts_nocase(href, STR_LIT("http://h")))
		href = str_n(href.p + 8, href.n - 8);
	buf_addf(&c->links, "%.*s->%.*s[%.*s] ", (int)link->raw.n, link->raw.p,
	    (int)href.n, href.p, (int)link->text.n, link->text.p);
}

static void
on_id(void *arg, struct str id)
{
	struct checked *c = arg;

	buf_add(&c->ids, id);
	buf_addc(&c->ids, ' ');
}

static const struct links_options checking = {.set = LINKS_ALL,
    .details = true,
    .places = true,
    .texts = true,
    .id = on_id};

#define XHTML "<html xmlns='http://www.w3.org/1999/xhtml'>"
#define SVG   "<svg xmlns='http://www.w3.org/2000/svg'>"
#define TEN   "0123456789"

static const struct checked_case {
	const char    *what;
	enum html_kind kind;
	const char    *charset;
	const char    *page;
	const char    *links;
	const char    *ids;
} checked_cases[] = {
    {"each place of a URL", HTML_TEXT, "",
	"<a href=1>x</a><img src=1><a href=1>y</a>",
	"1->/1[x] 1->/1[] 1->/1[y] ", ""},
    {"what is no URL", HTML_TEXT, "",
	"<a href='http://[x'>x</a><img srcset='//[y 1x, z 2x'><a href=1>y</a>",
	"http://[x->-[x] //[y->-[] z->/z[] 1->/1[y] ", ""},
    {"white space", HTML_TEXT, "",
	"<a href=1>\n a \t\r\n b<br>c&nbsp; &#10;\xC2\xA0"
	"d\f</a>",
	"1->/1[a bc d] ", ""},
    {"elements within", HTML_TEXT, "",
	"<a href=1><b>o</b><i>n<!-- no -->e</i> <p>two</p></a>three",
	"1->/1[one two] ", ""},
    {"references, as text has them", HTML_TEXT, "",
	"<a href=1>a &lt b &notit; &eacute;&copy=&#x20AC;&bogus;</a>",
	"1->/1[a < b \xC2\xACit; \xC3\xA9\xC2\xA9=\xE2\x82\xAC&bogus;] ", ""},
    {"no reference goes on behind markup", HTML_TEXT, "",
	"<a href=1>&am<b>p;</b>&am<!---->p;&<i></i>lt;</a>",
	"1->/1[&amp;&amp;&lt;] ", ""},
    {"less-than signs that begin no tag", HTML_TEXT, "",
	"<a href=1>1 < 2 <3</ x></></a>", "1->/1[1 < 2 <3] ", ""},
    {"an a that another one ends", HTML_TEXT, "",
	"<a href=1>one <a href=2>two</a> three", "1->/1[one] 2->/2[two] ", ""},
    {"an a that the page's end ends", HTML_TEXT, "", "<a href=1>one <b>two",
	"1->/1[one two] ", ""},
    {"an a without a link ends one, too", HTML_TEXT, "",
	"<a href=1>one <a name=2>two</a> three", "1->/1[one] ", "2 "},
    {"two links of one a", HTML_TEXT, "", "<a href=1 ping='2 3'>x</a>",
	"1->/1[x] 2->/2[x] 3->/3[x] ", ""},
    {"links in an a", HTML_TEXT, "",
	"<a href=1>x<img src=2 alt=y><iframe src=3></iframe>z</a><img src=4>",
	"1->/1[xz] 2->/2[y] 3->/3[] 4->/4[] ", ""},
    {"an img instead of text", HTML_TEXT, "",
	"<a href=1> <img alt=''><img alt=' &lt;\n x'><img alt=y>&nbsp;</a>"
	"<a href=2></a><img alt=z><a href=3><svg><img alt=s></a>",
	"1->/1[< x] 2->/2[] 3->/3[s] ", ""},
    {"alt of an area", HTML_TEXT, "",
	"<map><area href=1 alt=' a  b '><area href=2></map>",
	"1->/1[a b] 2->/2[] ", ""},
    {"what is not text", HTML_TEXT, "",
	"<a href=1>a<script>b</script><style>c</style><textarea>d</textarea>"
	"<template>e<a href=no>f</a></template><noscript>g</noscript></a>",
	"1->/1[ag] ", ""},
    {"svg", HTML_TEXT, "",
	"<svg><a href=1><text>x<![CDATA[<y>&amp;]]]]></text></a>"
	"<a xlink:href=2><title>z</title></a></svg>",
	"1->/1[x<y>&amp;]]] 2->/2[z] ", ""},
    {"a base that comes late", HTML_TEXT, "",
	"<a href=1>one</a><img src=2 alt=i><a href=3>two</a><base href=/b/>"
	"<a href=4>three</a>",
	"1->/b/1[one] 2->/b/2[i] 3->/b/3[two] 4->/b/4[three] ", ""},
    {"a base in a", HTML_TEXT, "", "<a href=1>x<base href=/b/>y</a>",
	"1->/b/1[xy] ", ""},
    {"charset of the header", HTML_TEXT, "shift_jis",
	"<a href=1>\x83\x5C</a><i id=\x83\x5C></i>", "1->/1[\xE3\x82\xBD] ",
	"\xE3\x82\xBD "},
    {"charset that a meta declares", HTML_TEXT, "",
	"<a href=1 id=\xE9>\x80</a><meta charset=windows-1252>",
	"1->/1[\xE2\x82\xAC] ", "\xC3\xA9 "},
    {"charset that the end tells", HTML_TEXT, "",
	"<a href=1>\xC3\xA9</a><p id=\xC3\xA9 class=x><p id='b' class=x>"
	"<a href=2><img alt=\xC3\xA9></a><img src=3 alt=\xC3\xA9>\xE9",
	"1->/1[\xC3\x83\xC2\xA9] 2->/2[\xC3\x83\xC2\xA9] "
	"3->/3[\xC3\x83\xC2\xA9] ",
	"b \xC3\x83\xC2\xA9 "},
    {"charset that the end leaves", HTML_TEXT, "",
	"<a href=1>\xC3\xA9</a><p id=\xC3\xA9>x", "1->/1[\xC3\xA9] ",
	"\xC3\xA9 "},
    {"a frameset instead of a body", HTML_TEXT, "",
	"<html id=h><i id=no><a href=1 id=no> </a><frameset id=f>"
	"<frame src=2 id=g>",
	"2->/2[] ", "h f g "},
    {"no frameset behind text", HTML_TEXT, "",
	"<a href=1> </a><a href=2> <a href=3 id=a>x</a><frameset id=no>",
	"1->/1[] 2->/2[] 3->/3[x] ", "a "},
    {"a text that is cut", HTML_TEXT, "",
	"<a href=1>" TEN TEN TEN TEN TEN TEN TEN TEN TEN "12345\xC3\xA9</a>"
	"<a href=2>" TEN TEN TEN TEN TEN TEN TEN TEN TEN " 12345 7</a>",
	"1->/1[" TEN TEN TEN TEN TEN TEN TEN TEN     TEN "12345] "
	"2->/2[" TEN TEN TEN TEN TEN TEN TEN TEN TEN " 12345] ",
	""},
    {"ids of all elements", HTML_TEXT, "",
	"<html id=a><body id=b><html id=no><p id=\"c\" class=\"x\">"
	"<x-y id=d><svg id='e'><g ID=f></g></svg><math id=g><mi id=h></math>"
	"<div class=\"x y\" id=\"i\"><br id=j /><li id=\"k\"></div ID=no>",
	"", "a b c d e f g h i j k "},
    {"ids of the first of two, of none, of references", HTML_TEXT, "",
	"<p id=a id=b><p id><p id=''><p id=\"\"><p id=\"\" id=\"no\"><i "
	"id='&lt;&#101;'></i><p title='id=no' xml:id=no data-id=no>",
	"", "a <e "},
    {"names of a, and of no other", HTML_TEXT, "",
	"<a name=a id=b>x</a><img name=no><svg><a name=no id=c></svg>"
	"<select><a name=no></select><form name=no id=d><form id=no></form>",
	"", "c d a b "},
    {"no ids in templates, but theirs", HTML_TEXT, "",
	"<p>x<template id=a><p id=no><a name=no></template><p id=b>", "",
	"a b "},
    {"no ids in comments and scripts", HTML_TEXT, "",
	"x<!-- <p id=no> --><script id=a><p id=no></script>"
	"<textarea id=b><p id=\"no\"></textarea><p class=\"<i id=no>\" id=c>",
	"", "a b c "},
    {"ids in pages of UTF-16", HTML_TEXT, "utf-16", "\xFF\xFE", "", ""},
    {"XHTML", HTML_XML, "",
	XHTML "<a href='1'>\n a <b>&lt;\xC3\xA9</b><![CDATA[ &amp; ]]>"
	      "<script>no</script><template>no<a href='no'>no</a></template>"
	      "<img src='2' alt='i'/> &#65;</a><a href='3'><img alt=' j '/></a>"
	      "<a href='http://['>x<a href='4'>y</a>z</a></html>",
	"1->/1[a <\xC3\xA9 &amp; A] 2->/2[i] 3->/3[j] http://[->-[x] "
	"4->/4[y] ",
	""},
    {"ids of XHTML", HTML_XML, "",
	"<html xmlns='http://www.w3.org/1999/xhtml' id='a' xmlns:x='urn:x'>"
	"<a name='b' id='c'/><p name='no' x:id='no' xml:id='no' ID='no'/>"
	"<x:y id='d&amp;'/><template id='e'><p id='no'/></template>"
	"<p id=''/><x:a name='no' id='f'/></html>",
	"", "a b c d& e f "},
    {"SVG", HTML_XML, "",
	SVG "<a href='1' id='x'><text id='y'>one</text><style>no</style></a>"
	    "two</svg>",
	"1->/1[one] ", "x y "},
};

/* Feeds a page in pieces of `piece` bytes. */
static void
check_page(struct links *l, const struct checked_case *c, size_t piece,
    struct checked *found)
{
	struct url document = {0};
	struct str rest = str_c(c->page);

	assert_true(url_parse(&document, STR_LIT("http://h/page"), NULL));
	buf_reset(&found->links);
	buf_reset(&found->ids);
	links_start(
	    l, c->kind, str_c(c->charset), &document, on_checked, found);
	while (rest.n > 0) {
		struct str part =
		    str_n(rest.p, piece < rest.n ? piece : rest.n);

		links_feed(l, part);
		rest = str_n(rest.p + part.n, rest.n - part.n);
	}
	assert_true(links_end(l));
	url_clear(&document);
}

static void
test_checking(void **state)
{
	struct links  *l = links_new(&checking);
	struct checked found = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(checked_cases) / sizeof(*checked_cases);
	     i++) {
		const struct checked_case *c = &checked_cases[i];

		for (size_t piece = 1; piece <= strlen(c->page); piece++) {
			check_page(l, c, piece, &found);
			if (strcmp(buf_cstr(&found.links), c->links) != 0 ||
			    strcmp(buf_cstr(&found.ids), c->ids) != 0)
				fail_msg("%s, in pieces of %zu: %s%s", c->what,
				    piece, buf_cstr(&found.links),
				    buf_cstr(&found.ids));
		}
	}
	buf_clear(&found.links);
	buf_clear(&found.ids);
	links_free(l);
}

/* Behind enough text tags are passed over in blocks: each cut within them. */
static void
test_ids_in_blocks(void **state)
{
	static const char tags[] =
	    "<p>x</p><div class=\"a\" id=\"b\"><span ID=\"c&amp;\"></span>"
	    "<h2 id=\"d\" class=\"e\">x</h2><li id=\"f\">x<li id=\"g\">"
	    "<span id=\"\xC3\xA9\" id=\"no\" class=\"\">x</span id=\"no\">"
	    "<template><i id=\"no\"></i></template><i idx=\"no\" di=\"no\">"
	    "</i><p id=\"h\"><p id=\"i\" lang=\"id\"><b i=\"\" id=\"j\"></b>";
	static const struct links_options ids = {.id = on_id};
	struct links                     *l = links_new(&ids);
	struct checked                    found = {0};
	struct buf                        page = {0};

	(void)state;
	buf_add(&page, STR_LIT("<body>"));
	for (size_t i = 0; i < 3; i++) {
		buf_add(&page, str_c(tags));
		for (size_t j = 0; j < 20; j++)
			buf_addf(&page, "<p>%s</p>", TEN);
	}
	for (size_t piece = 1; piece <= page.n; piece++) {
		struct checked_case c = {
		    .charset = "utf-8", .page = buf_cstr(&page)};

		check_page(l, &c, piece, &found);
		assert_string_equal(buf_cstr(&found.ids),
		    "b c& d f g \xC3\xA9 h i j b c& d f g \xC3\xA9 h i j "
		    "b c& d f g \xC3\xA9 h i j ");
	}
	buf_clear(&found.links);
	buf_clear(&found.ids);
	buf_clear(&page);
	links_free(l);
}

static void
count_checked(void *arg, const struct link *link)
{
	struct checked *c = arg;

	if (link->url == NULL)
		buf_addf(&c->links, "%zu bytes ", link->raw.n);
	else
		buf_addc(&c->links, 'x');
}

/* A page of `times` of a piece behind its head. */
static void
check_long(struct links *l, const char *head, const char *piece, size_t times,
    const char *tail, struct checked *found)
{
	struct url document = {0};
	struct buf page = {0};

	assert_true(url_parse(&document, STR_LIT("http://h/page"), NULL));
	buf_add(&page, str_c(head));
	for (size_t i = 0; i < times; i++)
		buf_add(&page, str_c(piece));
	buf_add(&page, str_c(tail));
	buf_reset(&found->links);
	buf_reset(&found->ids);
	links_start(l, HTML_TEXT, STR_LIT(""), &document, count_checked, found);
	links_feed(l, buf_str(&page));
	links_end(l);
	buf_clear(&page);
	url_clear(&document);
}

/* What is too long for a URL is told of, but for data. */
static void
test_too_long(void **state)
{
	struct links  *l = links_new(&checking);
	struct checked found = {0};

	(void)state;
	check_long(
	    l, "<a href=", TEN, LIMIT_ATTRIBUTE_BYTES / 10 + 1, "x>", &found);
	assert_string_equal(buf_cstr(&found.links), "65536 bytes ");
	assert_int_equal(links_dropped(l), 0);
	check_long(l, "<img src=' DATA:", TEN, LIMIT_ATTRIBUTE_BYTES / 10 + 1,
	    "'><img src=y>", &found);
	assert_string_equal(buf_cstr(&found.links), "x");
	check_long(l, "<img srcset='", "a 1x,", LIMIT_ATTRIBUTE_BYTES / 5 + 1,
	    "'>", &found);
	assert_string_equal(buf_cstr(&found.links), "");
	check_long(l, "<p id='", TEN, LIMIT_ATTRIBUTE_BYTES / 10 + 1,
	    "'><p id=x>", &found);
	assert_string_equal(buf_cstr(&found.ids), "x ");
	buf_clear(&found.links);
	buf_clear(&found.ids);
	links_free(l);
}

/* More than may wait: each is reported, and no place is lost. */
static void
test_unclosed_a_is_bounded(void **state)
{
	struct links  *l = links_new(&checking);
	struct checked found = {0};

	(void)state;
	check_long(
	    l, "<base href=/><a href=x>", "<img src=x>", 100000, "", &found);
	assert_int_equal(found.links.n, 100001);
	check_long(
	    l, "<base href=/>", "<a href=x>\xC3\xA9</a>", 100000, "", &found);
	assert_int_equal(found.links.n, 100000);
	check_long(l, "", "<p id='\xC3\xA9'>", 100000, "", &found);
	assert_int_equal(found.ids.n, 300000);
	buf_clear(&found.links);
	buf_clear(&found.ids);
	links_free(l);
}

/* A text that does not end is one all the same, long before the page ends. */
static void
test_unclosed_a_ends(void **state)
{
	static const struct {
		const char *piece;
		size_t      times;
	} rows[] = {
	    {"word ", LIMIT_LINK_TEXT_RAW_BYTES / 5 + 1},
	    {"<br>", LIMIT_LINK_TEXT_SPAN / 4 + 2},
	};
	struct links  *l = links_new(&checking);
	struct checked found = {0};
	struct url     document = {0};

	(void)state;
	assert_true(url_parse(&document, STR_LIT("http://h/page"), NULL));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		buf_reset(&found.links);
		links_start(l, HTML_TEXT, STR_LIT("utf-8"), &document,
		    count_checked, &found);
		links_feed(l, STR_LIT("<base href=/><body><a href=1>"));
		assert_int_equal(found.links.n, 0);
		for (size_t j = 0; j < rows[i].times; j++)
			links_feed(l, str_c(rows[i].piece));
		assert_int_equal(found.links.n, 1);
		links_end(l);
		assert_int_equal(found.links.n, 1);
	}
	url_clear(&document);
	buf_clear(&found.links);
	buf_clear(&found.ids);
	links_free(l);
}

/* libxml2's HTML parser has no texts; ids it has. */
static void
test_checking_by_libxml2(void **state)
{
	static const struct links_options options = {
	    .libxml2 = true, .places = true, .texts = true, .id = on_id};
	static const struct checked_case c = {.charset = "",
	    .page = "<p id=a><a href=1 name=b>x</a><a href=1>y<img src=2></a>"
		    "<a href='http://['>z</a><img name=no>"};
	struct links                    *l = links_new(&options);
	struct checked                   found = {0};

	(void)state;
	check_page(l, &c, 1000, &found);
	assert_string_equal(
	    buf_cstr(&found.links), "1->/1[] 1->/1[] http://[->-[] ");
	assert_string_equal(buf_cstr(&found.ids), "a b ");
	buf_clear(&found.links);
	buf_clear(&found.ids);
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
	    cmocka_unit_test(test_checking),
	    cmocka_unit_test(test_ids_in_blocks),
	    cmocka_unit_test(test_too_long),
	    cmocka_unit_test(test_unclosed_a_is_bounded),
	    cmocka_unit_test(test_unclosed_a_ends),
	    cmocka_unit_test(test_checking_by_libxml2),
	    cmocka_unit_test(test_schemes),
	    cmocka_unit_test(test_mime),
	};

	return cmocka_run_group_tests_name("web/links", tests, NULL, NULL);
}
