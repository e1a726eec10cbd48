/*
 * charset.c - which charset a page is in, and queries in it: html5lib's
 * encoding tests, the Encoding standard's labels, Content-Type headers, and
 * percent-encoding.  Takes the directory of the data.
 */
/* For memmem(). */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acrawl/html.h"
#include "acrawl/mime.h"
#include "acrawl/url.h"

#include "web/charset.h"
#include "web/tokenizer.h"

#include "conf.h"

static void
on_element(void *arg, const struct html_element *e)
{
	(void)arg;
	(void)e;
}

/* The charset of a whole page; header is the HTTP header's label. */
static const struct charset *
charset_of(struct str page, struct str header)
{
	static const struct html_want    want[] = {{.element = NULL}};
	static const struct html_options options = {.want = want};
	struct tokenizer     *t = tokenizer_new(&options, on_element, NULL);
	const struct charset *found;

	tokenizer_start(t, header);
	tokenizer_feed(t, page);
	tokenizer_end(t);
	found = charset_find(str_c(tokenizer_charset(t)));
	tokenizer_free(t);
	return found;
}

/* Whether what a page declares stands too late: decision C1. */
static bool
is_late(struct str page)
{
	return page.n > CHARSET_PRESCAN_BYTES &&
	       charset_prescan(page) == NULL &&
	       memmem(page.p + CHARSET_PRESCAN_BYTES,
		   page.n - CHARSET_PRESCAN_BYTES, "charset", 7) != NULL;
}

/*
 * The rows take windows-1252 for what is not declared, we only where the bytes
 * are not UTF-8 (C1).  So a byte that is not is put behind each page.
 */
static void
try_page(struct conf *c, const char *file, struct str page, struct str label,
    size_t *late)
{
	const struct charset *want = charset_find(label);
	const struct charset *got;
	struct buf            bytes;

	buf_init(&bytes, 0);
	buf_add(&bytes, page);
	buf_addc(&bytes, '\xFF');
	got = charset_of(buf_str(&bytes), str_n("", 0));
	buf_clear(&bytes);
	if (want != got && got == charset_windows_1252() && is_late(page))
		++*late;
	conf_row(c, want == got, NULL, "%s row %zu: %s, not %.*s: %.*s", file,
	    c->rows + 1, got->name, (int)label.n, label.p,
	    page.n < 60 ? (int)page.n : 60, page.p);
}

static struct str
until(struct str *rest, const char *mark)
{
	const char *at = memmem(rest->p, rest->n, mark, strlen(mark));
	struct str  s = *rest;

	if (at == NULL) {
		*rest = str_n(rest->p + rest->n, 0);
		return s;
	}
	s.n = (size_t)(at - s.p);
	*rest = str_n(at + strlen(mark), rest->n - s.n - strlen(mark));
	return s;
}

static void
load_bytes(const char *dir, const char *file, struct buf *out)
{
	struct buf path;
	FILE      *f;
	char       part[4096];
	size_t     n;

	buf_init(&path, 0);
	buf_addf(&path, "%s/%s", dir, file);
	f = fopen(buf_cstr(&path), "rb");
	if (f == NULL) {
		perror(buf_cstr(&path));
		exit(2);
	}
	buf_reset(out);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(out, str_n(part, n));
	fclose(f);
	buf_clear(&path);
}

static bool
run_encoding(const char *dir)
{
	static const char *const files[] = {"html5lib/encoding/tests1.dat",
	    "html5lib/encoding/tests2.dat",
	    "html5lib/encoding/test-yahoo-jp.dat"};
	struct conf              c = conf_begin("encoding");
	struct buf               bytes;
	size_t                   late = 0;

	buf_init(&bytes, 0);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct str rest;

		load_bytes(dir, files[i], &bytes);
		rest = buf_str(&bytes);
		until(&rest, "#data\n");
		while (rest.n > 0) {
			struct str page = until(&rest, "\n#encoding\n");
			struct str label = until(&rest, "\n");

			until(&rest, "#data\n");
			try_page(&c, files[i], page, label, &late);
		}
	}
	buf_clear(&bytes);
	conf_end(&c);
	printf("  %zu differ: declared beyond the first 1,024 bytes, which do "
	       "not count\n",
	    late);
	puts("  1 not run: it wants scripts to run");
	return c.rows > 0 && c.hits + late == c.rows;
}

/* As a label's own, and as that of a page by its HTTP header. */
static bool
run_labels(const char *dir)
{
	json_t     *labels = conf_load(dir, "charset/whatwg-labels.json");
	struct conf c = conf_begin("labels");
	const char *label;
	json_t     *name;

	json_object_foreach(labels, label, name)
	{
		const struct charset *got = charset_find(str_c(label));

		conf_row(&c,
		    got != NULL && str_eq(str_c(got->name), conf_str(name)) &&
			charset_of(str_n("x", 1), str_c(label)) == got,
		    name, "%s is %s", label, got != NULL ? got->name : "none");
	}
	json_decref(labels);
	return conf_end(&c);
}

static bool
run_content_types(const char *dir)
{
	json_t       *rows = conf_load(dir, "charset/content-types.json");
	struct conf   c = conf_begin("content-types");
	struct buf    value;
	size_t        i, j;
	const json_t *row;
	const json_t *header;

	buf_init(&value, 0);
	json_array_foreach(rows, i, row)
	{
		struct str            type;
		struct str            name = conf_member(row, "encoding");
		struct str            label;
		const struct charset *got;
		enum mime             mime;

		buf_reset(&value);
		json_array_foreach(
		    json_object_get(row, "contentType"), j, header)
		{
			buf_add(&value, str_c(j > 0 ? ", " : ""));
			buf_add(&value, conf_str(header));
		}
		type = conf_member(row, "documentContentType");
		mime = mime_parse(buf_str(&value), &label);
		got = charset_find(label);
		conf_row(&c,
		    (mime == MIME_HTML) == str_eq(type, STR_LIT("text/html")) &&
			mime != MIME_UNKNOWN && (got != NULL) == (name.n > 0) &&
			(got == NULL || str_eq(str_c(got->name), name)),
		    row, "got %d %.*s", (int)mime, (int)label.n, label.p);
	}
	buf_clear(&value);
	json_decref(rows);
	return conf_end(&c);
}

/* A URL's query in a charset, percent-encoded. */
static void
query_in(const char *label, struct str query, struct buf *out)
{
	struct decoder d = {0};
	struct buf     href;
	struct url     u;
	struct buf     encoded;

	buf_init(&href, 0);
	buf_init(&encoded, 0);
	url_init(&u);
	buf_add(&href, STR_LIT("http://h/?"));
	buf_add(&href, query);
	decoder_set(&d, charset_find(str_c(label)));
	decoder_encode_query(&d, buf_str(&href), &encoded);
	buf_reset(out);
	if (url_parse(&u, buf_str(&encoded), NULL))
		buf_add(out, str_n(u.href.p + u.query_at + 1,
				 u.fragment_at - u.query_at - 1));
	decoder_clear(&d);
	url_clear(&u);
	buf_clear(&encoded);
	buf_clear(&href);
}

/* Strings among the rows are comments. */
static bool
run_percent_encoding(const char *dir)
{
	json_t       *rows = conf_load(dir, "url/percent-encoding.json");
	struct conf   c = conf_begin("percent-encoding");
	struct buf    got;
	size_t        i;
	const json_t *row;

	buf_init(&got, 0);
	json_array_foreach(rows, i, row)
	{
		struct buf  wrong;
		const char *label;
		json_t     *want;

		if (!json_is_object(row))
			continue;
		buf_init(&wrong, 0);
		json_object_foreach(json_object_get(row, "output"), label, want)
		{
			query_in(label, conf_member(row, "input"), &got);
			if (!str_eq(buf_str(&got), conf_str(want)))
				buf_addf(
				    &wrong, " %s %s", label, buf_cstr(&got));
		}
		conf_row(&c, wrong.n == 0, row, "got%s", buf_cstr(&wrong));
		buf_clear(&wrong);
	}
	buf_clear(&got);
	json_decref(rows);
	return conf_end(&c);
}

int
main(int argc, char **argv)
{
	bool ok;

	if (argc != 2) {
		fputs("usage: charset DIRECTORY\n", stderr);
		return 2;
	}
	ok = run_encoding(argv[1]);
	ok &= run_labels(argv[1]);
	ok &= run_content_types(argv[1]);
	ok &= run_percent_encoding(argv[1]);
	return ok ? 0 : 1;
}
