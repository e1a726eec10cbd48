/*
 * headers.c - srcset, meta refresh and Link headers against what the browsers'
 * own tests expect.  Takes the directory of the data.
 */
#include <stdio.h>

#include "acrawl/link_header.h"
#include "acrawl/refresh.h"
#include "acrawl/srcset.h"

#include "conf.h"

/* The rows say which candidate an img shows: the first valid one, or none. */
static bool
run_srcset(const char *dir)
{
	json_t       *rows = conf_load(dir, "srcset-cases.json");
	struct conf   c = conf_begin("srcset");
	size_t        i;
	const json_t *row;

	json_array_foreach(rows, i, row)
	{
		struct str rest = conf_member(row, "srcset");
		struct str url;

		if (!srcset_next(&rest, &url))
			url = str_n("", 0);
		conf_row(&c, str_eq(url, conf_member(row, "expect")), row,
		    "got %.*s", (int)url.n, url.p);
	}
	json_decref(rows);
	return conf_end(&c);
}

/*
 * The rows were resolved, so they are without the tabs and newlines that the
 * URL parser removes.
 */
static void
without_newlines(struct str url, struct buf *out)
{
	buf_reset(out);
	for (size_t i = 0; i < url.n; i++)
		if (memchr("\t\n\r", url.p[i], 3) == NULL)
			buf_addc(out, url.p[i]);
}

/*
 * "expect" is null for an invalid refresh, else the seconds and the URL, which
 * is null where there is none.
 */
static bool
run_refresh(const char *dir)
{
	json_t       *rows = conf_load(dir, "meta-refresh-cases.json");
	struct conf   c = conf_begin("refresh");
	struct buf    got;
	size_t        i;
	const json_t *row;

	buf_init(&got, 0);
	json_array_foreach(rows, i, row)
	{
		const json_t *expect = json_object_get(row, "expect");
		const json_t *want = json_array_get(expect, 1);
		struct str    url = {0};
		bool found = refresh_url(conf_member(row, "content"), &url);

		without_newlines(found ? url : str_n("", 0), &got);
		conf_row(&c,
		    found == json_is_string(want) &&
			(!found || str_eq(buf_str(&got), conf_str(want))),
		    row, "got %s %s", found ? "a URL" : "none", buf_cstr(&got));
	}
	buf_clear(&got);
	json_decref(rows);
	return conf_end(&c);
}

static void
try_split(struct conf *c, const json_t *row)
{
	const json_t *expect = json_object_get(row, "out");
	struct str    rest = conf_member(row, "in");
	struct str    value;
	size_t        n = 0;
	bool          ok = true;

	for (; link_header_split(&rest, &value); n++)
		ok &= str_eq(value, conf_str(json_array_get(expect, n)));
	conf_row(c, ok && n == json_array_size(expect), row, "got %zu", n);
}

/* The rows are one link each. */
static void
try_parse(struct conf *c, const json_t *row)
{
	bool               valid = json_is_true(json_object_get(row, "valid"));
	struct str         rest = conf_member(row, "in");
	struct link_header link;
	bool               found = link_header_next(&rest, &link);

	if (!found)
		link = (struct link_header){0};
	conf_row(c,
	    found == valid && rest.n == 0 &&
		str_eq(link.url, conf_member(row, "url")) &&
		str_eq(link.rel, conf_member(row, "rel")),
	    row, "got %s url %.*s rel %.*s", found ? "a link" : "none",
	    (int)link.url.n, link.url.p, (int)link.rel.n, link.rel.p);
}

static bool
run_link_header(const char *dir)
{
	json_t       *root = conf_load(dir, "link-header-cases.json");
	struct conf   c = conf_begin("link-header");
	size_t        i;
	const json_t *row;

	json_array_foreach(json_object_get(root, "split"), i, row)
	    try_split(&c, row);
	json_array_foreach(json_object_get(root, "parse"), i, row)
	    try_parse(&c, row);
	json_decref(root);
	return conf_end(&c);
}

int
main(int argc, char **argv)
{
	bool ok;

	if (argc != 2) {
		fputs("usage: headers DIRECTORY\n", stderr);
		return 2;
	}
	ok = run_srcset(argv[1]);
	ok &= run_refresh(argv[1]);
	ok &= run_link_header(argv[1]);
	return ok ? 0 : 1;
}
