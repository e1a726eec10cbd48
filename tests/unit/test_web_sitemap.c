/*
 * Sitemaps: what is a URL in each form, what is none, and where reading ends.
 * Each text is read whole, byte by byte and compressed.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "unit.h"

#include "acrawl/limits.h"
#include "acrawl/sitemap.h"

#define XML    "<?xml version='1.0' encoding='UTF-8'?>\n"
#define URLSET "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
#define U(loc) "<url><loc>" loc "</loc></url>"

/* Page URLs are written "URL\n", those of sitemaps "@URL\n". */
static void
on_url(void *arg, enum sitemap_kind kind, struct str url)
{
	struct buf *out = arg;

	if (kind == SITEMAP_INDEX)
		buf_addc(out, '@');
	buf_add(out, url);
	buf_addc(out, '\n');
}

static enum sitemap_end
run(struct str bytes, size_t piece, sitemap_fn *fn, void *arg)
{
	struct sitemap  *s = sitemap_new(fn, arg);
	enum sitemap_end end;
	bool             more = true;

	while (bytes.n > 0 && more) {
		size_t n = bytes.n < piece ? bytes.n : piece;
		char  *copy = xmalloc(n);

		memcpy(copy, bytes.p, n);
		more = sitemap_feed(s, str_n(copy, n));
		free(copy);
		bytes = str_n(bytes.p + n, bytes.n - n);
	}
	end = sitemap_end(s);
	assert_int_equal(sitemap_end(s), end);
	sitemap_free(s);
	return end;
}

/* Appends a gzip member. */
static void
compress_to(struct buf *out, struct str text)
{
	z_stream z = {0};
	size_t   room;

	assert_int_equal(
	    deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY),
	    Z_OK);
	room = deflateBound(&z, text.n) + 64;
	assert_true(buf_reserve(out, room));
	z.next_in = (z_const Bytef *)text.p;
	z.avail_in = (uInt)text.n;
	z.next_out = (Bytef *)out->p + out->n;
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->n += room - z.avail_out;
	deflateEnd(&z);
}

static void
check_piece(const char *what, struct str bytes, size_t piece, const char *urls,
    enum sitemap_end end)
{
	struct buf       found = {0};
	enum sitemap_end got = run(bytes, piece, on_url, &found);

	if (got != end || strcmp(buf_cstr(&found), urls) != 0)
		fail_msg("%s, by %zu: end %d, found %s", what, piece, (int)got,
		    buf_cstr(&found));
	buf_clear(&found);
}

static void
check_bytes(
    const char *what, struct str bytes, const char *urls, enum sitemap_end end)
{
	check_piece(what, bytes, SIZE_MAX, urls, end);
	check_piece(what, bytes, 1, urls, end);
	check_piece(what, bytes, 7, urls, end);
}

static void
check(const char *what, struct str text, const char *urls, enum sitemap_end end)
{
	struct buf packed = {0};

	check_bytes(what, text, urls, end);
	compress_to(&packed, text);
	check_bytes(what, buf_str(&packed), urls, end);
	buf_clear(&packed);
}

static const struct text_case {
	const char      *what;
	struct str       text;
	const char      *urls;
	enum sitemap_end end;
} cases[] = {
    {"one page", STR_LIT(XML URLSET U("http://h/a") "</urlset>"),
	"http://h/a\n", SITEMAP_WHOLE},
    {"a page with all there is",
	STR_LIT(XML URLSET
	    "<url><loc>http://h/a</loc><lastmod>2005-01-01</lastmod>"
	    "<changefreq>monthly</changefreq><priority>0.8</priority></url>" U(
		"http://h/b") "</urlset>\n"),
	"http://h/a\nhttp://h/b\n", SITEMAP_WHOLE},
    {"no namespace", STR_LIT("<urlset>" U("http://h/a") "</urlset>"),
	"http://h/a\n", SITEMAP_WHOLE},
    {"another namespace, with a prefix",
	STR_LIT(
	    "<s:urlset xmlns:s='http://www.google.com/schemas/sitemap/0.84'>"
	    "<s:url><s:loc>http://h/a</s:loc></s:url></s:urlset>"),
	"http://h/a\n", SITEMAP_WHOLE},
    {"a prefix of no namespace",
	STR_LIT(
	    "<s:urlset><s:url><s:loc>http://h/a</s:loc></s:url></s:urlset>"),
	"http://h/a\n", SITEMAP_WHOLE},
    {"no page", STR_LIT(XML URLSET "</urlset>"), "", SITEMAP_WHOLE},
    {"an empty root", STR_LIT("<urlset/>"), "", SITEMAP_WHOLE},
    {"an empty loc",
	STR_LIT("<urlset><url><loc/></url>" U("") U(" \n ")
		U("http://h/a") "</urlset>"),
	"http://h/a\n", SITEMAP_WHOLE},
    {"blanks around", STR_LIT("<urlset>" U("\r\n\t http://h/a \n") "</urlset>"),
	"http://h/a\n", SITEMAP_WHOLE},
    {"blanks within", STR_LIT("<urlset>" U("http://h/a b") "</urlset>"),
	"http://h/a b\n", SITEMAP_WHOLE},
    {"a relative one is the caller's matter",
	STR_LIT("<urlset>" U("/a") "</urlset>"), "/a\n", SITEMAP_WHOLE},
    {"predefined entities",
	STR_LIT("<urlset>" U(
	    "http://h/?a=1&amp;b=&lt;&gt;&quot;&apos;") "</urlset>"),
	"http://h/?a=1&b=<>\"'\n", SITEMAP_WHOLE},
    {"numbers of characters",
	STR_LIT("<urlset>" U("http://h/&#97;&#x26;&#xE9;&#8364;") "</urlset>"),
	"http://h/a&\xC3\xA9\xE2\x82\xAC\n", SITEMAP_WHOLE},
    {"CDATA",
	STR_LIT("<urlset>" U(" <![CDATA[ http://h/?a&b]]>&amp;<![CDATA[c\n]]>"
			     " ") "</urlset>"),
	"http://h/?a&b&c\n", SITEMAP_WHOLE},
    {"a comment within",
	STR_LIT("<urlset>" U("http://h/<!-- x -->a<?x y?>b") "</urlset>"),
	"http://h/ab\n", SITEMAP_WHOLE},
    {"an element within is no URL",
	STR_LIT("<urlset>" U("http://h/<b>a</b>c") U("http://h/d") "</urlset>"),
	"http://h/d\n", SITEMAP_WHOLE},
    {"a loc within a loc",
	STR_LIT("<urlset><url><loc>http://h/a<url><loc>http://h/b</loc></url>"
		"</loc></url>" U("http://h/c") "</urlset>"),
	"http://h/c\n", SITEMAP_WHOLE},
    {"names have a case",
	STR_LIT("<urlset><URL><LOC>http://h/a</LOC></URL>"
		"<url><Loc>http://h/b</Loc></url></urlset>"),
	"", SITEMAP_WHOLE},
    {"images and videos",
	STR_LIT(URLSET
	    "<url xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'"
	    " xmlns:video='http://www.google.com/schemas/sitemap-video/1.1'>"
	    "<image:image><image:loc>http://h/i.png</image:loc></image:image>"
	    "<loc>http://h/a</loc><video:video>"
	    "<video:content_loc>http://h/v.mp4</video:content_loc>"
	    "<video:player_loc>http://h/v</video:player_loc>"
	    "<video:thumbnail_loc>http://h/t.png</video:thumbnail_loc>"
	    "<video:loc>http://h/l</video:loc>"
	    "</video:video></url></urlset>"),
	"http://h/a\n", SITEMAP_WHOLE},
    {"other languages are no pages of this one",
	STR_LIT("<urlset xmlns:xhtml='http://www.w3.org/1999/xhtml'><url>"
		"<loc>http://h/en</loc><xhtml:link rel='alternate'"
		" hreflang='de' href='http://h/de'/></url></urlset>"),
	"http://h/en\n", SITEMAP_WHOLE},
    {"a loc outside of a url",
	STR_LIT("<urlset><loc>http://h/a</loc><x><loc>http://h/b</loc></x>"
		"</urlset>"),
	"", SITEMAP_WHOLE},
    {"text outside of a loc",
	STR_LIT("<urlset>http://h/a\n<url>http://h/b\n<lastmod>http://h/c\n"
		"</lastmod></url></urlset>"),
	"", SITEMAP_WHOLE},
    {"an index",
	STR_LIT(XML "<sitemapindex><sitemap><loc> http://h/1.xml.gz\n</loc>"
		    "<lastmod>2004-10-01T18:23:17+00:00</lastmod></sitemap>"
		    "<sitemap><loc>http://h/2?a&amp;b</loc></sitemap>"
		    "</sitemapindex>"),
	"@http://h/1.xml.gz\n@http://h/2?a&b\n", SITEMAP_WHOLE},

    {"RSS",
	STR_LIT(
	    XML "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'>"
		"<channel><title>t</title><link>http://h/</link>"
		"<atom:link href='http://h/rss' rel='self'/>"
		"<image><link>http://h/i</link></image><item><title>a</title>"
		"<link> http://h/a?b&amp;c </link><guid>http://h/g</guid>"
		"<source><link>http://h/s</link></source></item>"
		"<item><link><![CDATA[http://h/b]]></link></item>"
		"<item><atom:link href='http://h/c'/></item></channel></rss>"),
	"http://h/a?b&c\nhttp://h/b\n", SITEMAP_WHOLE},
    {"RSS 1.0",
	STR_LIT(
	    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
	    " xmlns='http://purl.org/rss/1.0/'><channel><link>http://h/</link>"
	    "</channel><item rdf:about='http://h/x'><link>http://h/a</link>"
	    "</item></rdf:RDF>"),
	"http://h/a\n", SITEMAP_WHOLE},
    {"Atom",
	STR_LIT("<feed xmlns='http://www.w3.org/2005/Atom'>"
		"<link href='http://h/'/><entry><link href='http://h/a'/>"
		"<link rel='self' href='http://h/self'/>"
		"<link href='http://h/e' rel='enclosure'/>"
		"<link rel='alternate' href=' http://h/b?c&amp;&#100; '/>"
		"<link rel='Alternate' href='/c'>http://h/x</link><link/>"
		"<link x:rel='self' href='/d' x:href='/e' xmlns:x='x'/>"
		"<source><link href='http://h/s'/></source>"
		"<content type='xhtml'><div><a href='http://h/y'/></div>"
		"</content></entry></feed>"),
	"http://h/a\nhttp://h/b?c&d\n/c\n/d\n", SITEMAP_WHOLE},

    {"text", STR_LIT("http://h/a\nhttps://h/b\n"), "http://h/a\nhttps://h/b\n",
	SITEMAP_WHOLE},
    {"ends of lines",
	STR_LIT("\r\n\rhttp://h/a\rhttp://h/b\r\nhttp://h/c\n\rhttp://h/d"),
	"http://h/a\nhttp://h/b\nhttp://h/c\nhttp://h/d\n", SITEMAP_WHOLE},
    {"blanks around lines", STR_LIT(" \t http://h/a \t\n\n  \n http://h/b "),
	"http://h/a\nhttp://h/b\n", SITEMAP_WHOLE},
    {"a byte order mark", STR_LIT("\xEF\xBB\xBFhttp://h/a\nhttp://h/b"),
	"http://h/a\nhttp://h/b\n", SITEMAP_WHOLE},
    {"schemes ignore case, others are none",
	STR_LIT("HTTP://h/a\nHttps://h/b\nftp://h/c\n# http://h/d\nh/e\n"
		"http:/h/f\nhttp:\n"),
	"HTTP://h/a\nHttps://h/b\n", SITEMAP_WHOLE},
    {"no markup in text", STR_LIT("http://h/?a&amp;b\n<loc>http://h/c</loc>\n"),
	"http://h/?a&amp;b\n", SITEMAP_WHOLE},
    {"lines that are not UTF-8",
	STR_LIT("http://h/\xE9\nhttp://h/\xC3\xA9\nhttp://h/\xC3"),
	"http://h/\xC3\xA9\n", SITEMAP_WHOLE},

    {"blanks before XML",
	STR_LIT("\r\n  " XML "<urlset>" U("http://h/a") "</urlset>"),
	"http://h/a\n", SITEMAP_WHOLE},
    {"a byte order mark before XML",
	STR_LIT(
	    "\xEF\xBB\xBF" XML "<urlset>" U("http://h/\xC3\xA9") "</urlset>"),
	"http://h/\xC3\xA9\n", SITEMAP_WHOLE},
    {"a byte order mark and blanks before XML",
	STR_LIT("\xEF\xBB\xBF\n" XML "<urlset>" U("http://h/a") "</urlset>"),
	"http://h/a\n", SITEMAP_WHOLE},
    {"a byte order mark against a declaration",
	STR_LIT("\xEF\xBB\xBF<?xml version='1.0' encoding='ISO-8859-1'?>"
		"<urlset>" U("http://h/\xC3\xA9") "</urlset>"),
	"http://h/\xC3\xA9\n", SITEMAP_WHOLE},
    {"UTF-8 that is declared UTF-16",
	STR_LIT("<?xml version='1.0' encoding='utf-16'?>"
		"<urlset>" U("http://h/\xC3\xA9") "</urlset>"),
	"http://h/\xC3\xA9\n", SITEMAP_WHOLE},
    {"ISO-8859-1",
	STR_LIT("<?xml version='1.0' encoding='ISO-8859-1'?><urlset>" U(
	    "http://h/\xE9") "</urlset>"),
	"http://h/\xC3\xA9\n", SITEMAP_WHOLE},

    {"nothing", STR_LIT(""), "", SITEMAP_BROKEN},
    {"blanks", STR_LIT(" \n\n "), "", SITEMAP_BROKEN},
    {"rubbish", STR_LIT("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "", SITEMAP_BROKEN},
    {"text without a URL", STR_LIT("Not found\n"), "", SITEMAP_BROKEN},
    {"HTML",
	STR_LIT("<!DOCTYPE html><html><body><a href='http://h/a'>a</a>\n"
		"http://h/b\n<url><loc>http://h/c</loc></url></body></html>"),
	"", SITEMAP_BROKEN},
    {"HTML without a DOCTYPE",
	STR_LIT("<html><url><loc>http://h/a</loc></url></html>"), "",
	SITEMAP_BROKEN},
    {"another root", STR_LIT("<urls>" U("http://h/a") "</urls>"), "",
	SITEMAP_BROKEN},
    {"XML that breaks off",
	STR_LIT("<urlset>" U("http://h/a") "<url><loc>http://h/b</loc"),
	"http://h/a\n", SITEMAP_BROKEN},
    {"XML that is never closed", STR_LIT("<urlset>" U("http://h/a")),
	"http://h/a\n", SITEMAP_BROKEN},
    {"a feed that breaks off",
	STR_LIT(
	    "<feed><entry><link href='http://h/a'/><link href='http://h/b'"),
	"http://h/a\n", SITEMAP_BROKEN},
    {"a link that breaks off behind its attributes",
	STR_LIT("<feed><entry><link href='http://h/a' "), "", SITEMAP_BROKEN},
    {"XML that is not well-formed",
	STR_LIT("<urlset>" U("http://h/a") U("http://h/?b&c=d")
		U("http://h/e") "</urlset>"),
	"http://h/a\n", SITEMAP_BROKEN},
    {"crossed tags",
	STR_LIT("<urlset>" U("http://h/a") "<url><loc>http://h/b</url></loc>" U(
	    "http://h/c") "</urlset>"),
	"http://h/a\n", SITEMAP_BROKEN},
    {"something behind the root",
	STR_LIT("<urlset>" U("http://h/a") "</urlset>http://h/b\n"),
	"http://h/a\n", SITEMAP_BROKEN},
    {"bytes that are not UTF-8",
	STR_LIT("<urlset>" U("http://h/a") U("http://h/\xE9")
		U("http://h/b") "</urlset>"),
	"http://h/a\n", SITEMAP_BROKEN},
    {"an encoding that nobody knows",
	STR_LIT("<?xml version='1.0' encoding='x-none'?><urlset>" U(
	    "http://h/a") "</urlset>"),
	"", SITEMAP_BROKEN},
    {"an entity that nobody knows",
	STR_LIT("<urlset>" U("http://h/a") U("http://h/&nbsp;")
		U("http://h/b") "</urlset>"),
	"http://h/a\n", SITEMAP_BROKEN},
    {"a DOCTYPE",
	STR_LIT("<!DOCTYPE urlset><urlset>" U("http://h/a") "</urlset>"), "",
	SITEMAP_BROKEN},
    {"an external DTD",
	STR_LIT("<!DOCTYPE urlset SYSTEM 'http://127.0.0.1:9/x.dtd'><urlset>" U(
	    "http://h/a") "</urlset>"),
	"", SITEMAP_BROKEN},
    {"an external entity",
	STR_LIT("<!DOCTYPE urlset [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
		"<urlset>" U("http://h/&x;") "</urlset>"),
	"", SITEMAP_BROKEN},
    {"an external parameter entity",
	STR_LIT("<!DOCTYPE urlset [<!ENTITY % x SYSTEM 'file:///etc/passwd'>"
		"%x;]><urlset>" U("http://h/a") "</urlset>"),
	"", SITEMAP_BROKEN},
    {"a billion laughs",
	STR_LIT("<!DOCTYPE urlset [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>"
		"<!ENTITY c '&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;'>]>"
		"<urlset>" U("http://h/&d;") "</urlset>"),
	"", SITEMAP_BROKEN},
    {"a DTD too late",
	STR_LIT("<urlset>" U("http://h/a") "<!DOCTYPE urlset>" U(
	    "http://h/b") "</urlset>"),
	"http://h/a\n", SITEMAP_BROKEN},
    {"XInclude is an element like others",
	STR_LIT("<urlset xmlns:xi='http://www.w3.org/2001/XInclude'>"
		"<xi:include href='file:///etc/passwd' parse='text'/>" U(
		    "http://h/a") "</urlset>"),
	"http://h/a\n", SITEMAP_WHOLE},
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		check(
		    cases[i].what, cases[i].text, cases[i].urls, cases[i].end);
}

static void
add_utf16(struct buf *out, const char *ascii, bool big)
{
	for (; *ascii != '\0'; ascii++) {
		buf_addc(out, big ? '\0' : *ascii);
		buf_addc(out, big ? *ascii : '\0');
	}
}

static void
check_utf16(const char *what, struct str begin, bool big)
{
	struct buf text = {0};
	struct buf urls = {0};

	buf_add(&text, begin);
	add_utf16(
	    &text, "<?xml version='1.0' encoding='UTF-16'?><urlset>", big);
	for (int i = 0; i < 500; i++) {
		add_utf16(&text, U("http://h/a?b&amp;c"), big);
		buf_add(&urls, STR_LIT("http://h/a?b&c\n"));
	}
	add_utf16(&text, "</urlset>", big);
	check(what, buf_str(&text), buf_cstr(&urls), SITEMAP_WHOLE);
	buf_clear(&text);
	buf_clear(&urls);
}

static void
test_utf16(void **state)
{
	(void)state;
	check_utf16("UTF-16LE", STR_LIT("\xFF\xFE"), false);
	check_utf16("UTF-16BE", STR_LIT("\xFE\xFF"), true);
	check_utf16("UTF-16LE without a mark", STR_LIT(""), false);
	check_utf16("UTF-16BE without a mark", STR_LIT(""), true);
}

static void
test_gzip(void **state)
{
	struct str text = STR_LIT("http://h/a\nhttp://h/b\nhttp://h/c\n");
	struct buf gzip = {0};
	struct buf twice = {0};
	size_t     first;

	(void)state;
	compress_to(&gzip, text);
	first = gzip.n;
	compress_to(&twice, buf_str(&gzip));
	check_bytes("gzip in gzip", buf_str(&twice), "", SITEMAP_BROKEN);
	for (size_t n = 1; n < first; n++) {
		struct buf found = {0};

		assert_int_equal(
		    run(str_n(gzip.p, n), 3, on_url, &found), SITEMAP_BROKEN);
		assert_true(found.n <= text.n);
		assert_memory_equal(buf_cstr(&found), text.p, found.n);
		buf_clear(&found);
	}
	/* The checksum comes behind all of the text. */
	check_bytes("no checksum", str_n(gzip.p, first - 8),
	    "http://h/a\nhttp://h/b\nhttp://h/c\n", SITEMAP_BROKEN);
	gzip.p[first - 5] ^= 1;
	check_bytes("a wrong checksum", buf_str(&gzip),
	    "http://h/a\nhttp://h/b\nhttp://h/c\n", SITEMAP_BROKEN);
	gzip.p[first - 5] ^= 1;

	buf_addc(&gzip, '\0');
	check_bytes("padding", buf_str(&gzip),
	    "http://h/a\nhttp://h/b\nhttp://h/c\n", SITEMAP_WHOLE);
	gzip.n--;
	compress_to(&gzip, STR_LIT(""));
	compress_to(&gzip, STR_LIT("http://h/d\nhttp://h/e"));
	check_bytes("members", buf_str(&gzip),
	    "http://h/a\nhttp://h/b\nhttp://h/c\nhttp://h/d\nhttp://h/e\n",
	    SITEMAP_WHOLE);
	gzip.p[first + 1] ^= 1;
	check_bytes("a second member that is none", buf_str(&gzip),
	    "http://h/a\nhttp://h/b\nhttp://h/c\n", SITEMAP_BROKEN);
	check_bytes("a damaged header", STR_LIT("\x1f\x8b\x07\nhttp://h/a\n"),
	    "", SITEMAP_BROKEN);
	buf_clear(&gzip);
	buf_clear(&twice);
}

static void
on_count(void *arg, enum sitemap_kind kind, struct str url)
{
	(void)kind;
	(void)url;
	++*(size_t *)arg;
}

static void
check_count(const char *what, const struct buf *text, size_t wanted,
    enum sitemap_end end)
{
	struct buf gzip = {0};

	compress_to(&gzip, buf_str(text));
	for (int i = 0; i < 4; i++) {
		struct str       bytes = buf_str(i < 2 ? text : &gzip);
		size_t           n = 0;
		enum sitemap_end got =
		    run(bytes, i % 2 == 0 ? 1000 : SIZE_MAX, on_count, &n);

		if (n != wanted || got != end)
			fail_msg(
			    "%s (%d): end %d, %zu URLs", what, i, (int)got, n);
	}
	buf_clear(&gzip);
}

static void
add_many(struct buf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_add(out, str_c(text));
}

static void
test_urls_limit(void **state)
{
	struct buf xml = {0};
	struct buf text = {0};

	(void)state;
	add_many(&xml, "<urlset>", 1);
	add_many(&xml, U("http://h/a"), LIMIT_SITEMAP_URLS);
	/* What is no URL does not count. */
	add_many(&xml, U(""), 10);
	add_many(&xml, "</urlset>", 1);
	check_count("XML", &xml, LIMIT_SITEMAP_URLS, SITEMAP_WHOLE);
	xml.n -= strlen("</urlset>");
	add_many(&xml, U("http://h/b") "</urlset>", 1);
	check_count("XML, one more", &xml, LIMIT_SITEMAP_URLS, SITEMAP_LIMITED);

	add_many(&text, "http://h/a\n", LIMIT_SITEMAP_URLS);
	add_many(&text, "h/a\n", 10);
	check_count("text", &text, LIMIT_SITEMAP_URLS, SITEMAP_WHOLE);
	add_many(&text, "http://h/a", 1);
	check_count(
	    "text, one more", &text, LIMIT_SITEMAP_URLS, SITEMAP_LIMITED);
	buf_clear(&xml);
	buf_clear(&text);
}

static void
test_bytes_limit(void **state)
{
	struct buf text = {0};

	(void)state;
	add_many(&text, "http://h/a\n", 1);
	assert_true(buf_reserve(&text, LIMIT_SITEMAP_BYTES + 64));
	while (text.n < LIMIT_SITEMAP_BYTES - 10)
		buf_addc(&text, '\n');
	add_many(&text, "http://h/b", 1);
	check_count("all of it", &text, 2, SITEMAP_WHOLE);
	/* What the bound cuts is no URL. */
	add_many(&text, "c", 1);
	check_count("a byte more", &text, 1, SITEMAP_LIMITED);
	buf_clear(&text);

	add_many(&text, "<urlset>" U("http://h/a"), 1);
	assert_true(buf_reserve(&text, LIMIT_SITEMAP_BYTES + 64));
	while (text.n < LIMIT_SITEMAP_BYTES - 20)
		buf_addc(&text, ' ');
	add_many(&text, U("http://h/b") "</urlset>", 1);
	check_count("XML", &text, 1, SITEMAP_LIMITED);
	buf_clear(&text);
}

/* The same text in a member again and again. */
static void
test_bomb(void **state)
{
	struct buf      zeros = {0};
	struct buf      gzip = {0};
	struct sitemap *s;
	size_t          urls = 0;
	size_t          fed = 0;
	bool            more;

	(void)state;
	add_many(&zeros, "http://h/a\n", 1);
	assert_true(buf_reserve(&zeros, 10 << 20));
	memset(zeros.p + zeros.n, 0, (10 << 20) - zeros.n);
	zeros.n = 10 << 20;
	compress_to(&gzip, buf_str(&zeros));
	s = sitemap_new(on_count, &urls);
	do {
		more = sitemap_feed(s, buf_str(&gzip));
		fed++;
	} while (more && fed < 100);
	assert_int_equal(fed, LIMIT_SITEMAP_BYTES / zeros.n + 1);
	assert_int_equal(sitemap_end(s), SITEMAP_LIMITED);
	assert_int_equal(urls, 1);
	sitemap_free(s);

	buf_clear(&zeros);
	buf_clear(&gzip);
}

/* A URL behind so many members of nothing that it is not read. */
static void
test_empty_members(void **state)
{
	struct buf gzip = {0};
	size_t     urls = 0;

	(void)state;
	compress_to(&gzip, STR_LIT(""));
	while (gzip.n < LIMIT_SITEMAP_BYTES) {
		assert_true(buf_reserve(&gzip, gzip.n));
		buf_add(&gzip, buf_str(&gzip));
	}
	compress_to(&gzip, STR_LIT("http://h/a\n"));
	assert_int_equal(
	    run(buf_str(&gzip), SIZE_MAX, on_count, &urls), SITEMAP_LIMITED);
	assert_int_equal(
	    run(buf_str(&gzip), 16384, on_count, &urls), SITEMAP_LIMITED);
	assert_int_equal(urls, 0);
	buf_clear(&gzip);
}

static void
check_long(const char *before, size_t n, const char *fill, const char *after,
    size_t urls)
{
	struct buf text = {0};

	add_many(&text, before, 1);
	add_many(&text, fill, n);
	add_many(&text, after, 1);
	check_count(before, &text, urls, SITEMAP_WHOLE);
	buf_clear(&text);
}

/* The URL "http://h/x...", and one behind it. */
static void
test_long_urls(void **state)
{
	const size_t most = LIMIT_URL_BYTES - strlen("http://h/");

	(void)state;
	check_long("http://h/", most, "x", "\nhttp://h/b\n", 2);
	check_long("http://h/", most + 1, "x", "\nhttp://h/b\n", 1);
	check_long("http://h/", 1 << 20, "x", "\nhttp://h/b\n", 1);
	check_long(" ", 1 << 20, " ", "http://h/a\nhttp://h/b\n", 2);
	check_long("http://h/a", 1 << 20, " ", "\nhttp://h/b\n", 2);
	check_long("http://h/a", 1 << 20, " ", "c\nhttp://h/b\n", 1);
	/* It does not fit, even if what comes with it would. */
	check_long("\nhttp://h/a", 20 * 4096 - 11, " ", "c\nhttp://h/b\n", 1);
	check_long("<urlset><url><loc>http://h/", most, "x",
	    "\n</loc></url>" U("http://h/b") "</urlset>", 2);
	check_long("<urlset><url><loc>http://h/", most + 1, "x",
	    "</loc></url>" U("http://h/b") "</urlset>", 1);
	check_long("<urlset><url><loc>http://h/", 20 << 20, "x",
	    "</loc></url>" U("http://h/b") "</urlset>", 1);
	check_long("<urlset><url><loc>http://h/a", 1 << 20, " ",
	    "</loc></url>" U("http://h/b") "</urlset>", 2);
	check_long("<urlset><url><loc><![CDATA[http://h/", 20 << 20, "x",
	    "]]></loc></url>" U("http://h/b") "</urlset>", 1);
	check_long("<feed><entry><link href='http://h/", most, "x",
	    "'/><link href='http://h/b'/></entry></feed>", 2);
	check_long("<feed><entry><link href='http://h/", most + 1, "x",
	    "'/><link href='http://h/b'/></entry></feed>", 1);
}

/* A piece n times, with another number each time where it has an @. */
static const struct bound_case {
	const char      *what;
	const char      *open;
	const char      *piece;
	size_t           n;
	const char      *undo; /* as often */
	const char      *close;
	size_t           urls; /* one is before, one behind */
	enum sitemap_end end;
} bounds[] = {
    {"attributes", "<a", " a@='='", LIMIT_SITEMAP_ATTRIBUTES, "", "/>", 2,
	SITEMAP_WHOLE},
    {"an attribute too many", "<a", " a@='>'", LIMIT_SITEMAP_ATTRIBUTES + 1, "",
	"/>", 1, SITEMAP_LIMITED},
    {"100,000 attributes", "<a", " a@=''", 100000, "", "/>", 1,
	SITEMAP_LIMITED},
    {"too many namespaces", "", "<a xmlns:a@='b'>",
	LIMIT_SITEMAP_ATTRIBUTES + 1, "</a>", "", 1, SITEMAP_LIMITED},
    /* The root is one, too. */
    {"depth", "", "<a>", LIMIT_SITEMAP_DEPTH - 1, "</a>", "", 2, SITEMAP_WHOLE},
    {"too much depth", "", "<a>", LIMIT_SITEMAP_DEPTH, "</a>", "", 1,
	SITEMAP_LIMITED},
    {"far too much depth", "", "<a>", 1000000, "", "", 1, SITEMAP_LIMITED},
    {"a long attribute", "<a a='", "0123456789@", 8000, "", "'/>", 2,
	SITEMAP_WHOLE},
    {"an attribute that is too long", "<a a='", "0123456789@", 80000, "", "'/>",
	1, SITEMAP_LIMITED},
    {"a comment that is too long", "<!--", "0123456789@", 80000, "", "-->", 1,
	SITEMAP_LIMITED},
    {"a name that is too long", "<", "abcdefgh@", 80000, "", "/>", 1,
	SITEMAP_LIMITED},
    {"an ampersand and nothing", "&", "abcdefgh@", 80000, "", "", 1,
	SITEMAP_LIMITED},
    {"names", "", "<a@/>", 1000, "", "", 2, SITEMAP_WHOLE},
    {"too many names", "", "<a@/>", 100000, "", "", 1, SITEMAP_BROKEN},
    {"a CDATA section of any length", "<![CDATA[", "]] <a> ]>@ ]", 400000, "",
	"]]]>", 2, SITEMAP_WHOLE},
    {"text of any length", "", "0123456789@", 400000, "", "", 2, SITEMAP_WHOLE},
};

static void
test_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bounds) / sizeof(*bounds); i++) {
		const struct bound_case *c = &bounds[i];
		struct buf               text = {0};

		add_many(&text, "<urlset>" U("http://h/a"), 1);
		add_many(&text, c->open, 1);
		for (size_t j = 0; j < c->n; j++)
			add_numbered(&text, c->piece, j);
		add_many(&text, c->undo, c->n);
		add_many(&text, c->close, 1);
		add_many(&text, U("http://h/b") "</urlset>", 1);
		check_count(c->what, &text, c->urls, c->end);
		buf_clear(&text);
	}
}

/* Whoever knows enough is not sent more. */
static void
test_no_more(void **state)
{
	size_t          n = 0;
	struct sitemap *s = sitemap_new(on_count, &n);
	char            blanks[8192];

	(void)state;
	memset(blanks, ' ', sizeof(blanks));
	memcpy(blanks, "<html>", 6);
	assert_true(sitemap_feed(s, STR_LIT("")));
	assert_false(sitemap_feed(s, str_n(blanks, sizeof(blanks))));
	assert_false(sitemap_feed(s, STR_LIT("http://h/a\n")));
	assert_int_equal(sitemap_end(s), SITEMAP_BROKEN);
	assert_false(sitemap_feed(s, STR_LIT("http://h/a\n")));
	assert_int_equal(n, 0);
	sitemap_free(s);
	sitemap_free(sitemap_new(on_count, &n));
	sitemap_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_utf16),
	    cmocka_unit_test(test_gzip),
	    cmocka_unit_test(test_urls_limit),
	    cmocka_unit_test(test_bytes_limit),
	    cmocka_unit_test(test_bomb),
	    cmocka_unit_test(test_empty_members),
	    cmocka_unit_test(test_long_urls),
	    cmocka_unit_test(test_bounds),
	    cmocka_unit_test(test_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
