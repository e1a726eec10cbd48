/*
 * site.c - what a path stands for.
 */
#include "httpd.h"

static const char *
type_of(const char *path)
{
	static const char *const types[][2] = {{".html", "text/html"},
	    {".htm", "text/html"}, {".xhtml", "application/xhtml+xml"},
	    {".css", "text/css"}, {".js", "text/javascript"},
	    {".txt", "text/plain"}, {".json", "application/json"},
	    {".xml", "application/xml"}, {".svg", "image/svg+xml"},
	    {".png", "image/png"}, {".jpg", "image/jpeg"},
	    {".gif", "image/gif"}, {".webp", "image/webp"},
	    {".ico", "image/x-icon"}, {".pdf", "application/pdf"},
	    {".zip", "application/zip"}, {".gz", "application/gzip"}};
	const char              *dot = strrchr(path, '.');

	for (size_t i = 0; dot != NULL && i < sizeof(types) / sizeof(*types);
	     i++)
		if (strcmp(dot, types[i][0]) == 0)
			return types[i][1];
	return "application/octet-stream";
}

/* The path below the root; false if it is not to be followed. */
static bool
file_name(struct buf *name, struct str path)
{
	size_t n;

	buf_add(name, path);
	n = percent_decode(name->p, name->n);
	name->n = n;
	if (name->p[n - 1] == '/')
		buf_add(name, STR_LIT("index.html"));
	return memchr(name->p, '\0', name->n) == NULL &&
	       strstr(buf_cstr(name), "/..") == NULL;
}

/* The file below --root or --hosts, and its type; NULL if there is none. */
static struct body *
open_file(
    const struct server *server, const struct request *r, const char **type)
{
	struct body *body = NULL;
	struct buf   name;
	struct buf   full;

	buf_init(&name, 0);
	buf_init(&full, 0);
	if (server->root != NULL && file_name(&name, r->path)) {
		buf_addf(&full, "%s/", server->root);
		if (server->by_address)
			buf_add(&full, r->local);
		buf_add(&full, buf_str(&name));
		body = body_file(buf_cstr(&full));
		if (body != NULL)
			*type = type_of(buf_cstr(&name));
	}
	buf_clear(&name);
	buf_clear(&full);
	return body;
}

static bool
under_page(struct str path)
{
	static const char page[] = "/page/";

	return str_eq(path, STR_LIT("/page")) ||
	       (path.n >= strlen(page) &&
		   memcmp(path.p, page, strlen(page)) == 0);
}

static struct body *
bytes(struct str s)
{
	struct body *body = body_bytes();

	buf_add(&body->text, s);
	return body;
}

static struct body *
stats_page(struct stats *stats, bool restart)
{
	struct body *body = body_bytes();

	stats_print(stats, &body->text);
	if (restart)
		stats_restart(stats);
	return body;
}

struct body *
site_find(struct server *server, const struct request *r, const struct flags *f,
    struct response *response)
{
	struct body *body;

	response->status = 200;
	response->type = "text/html";
	if (str_eq(r->path, STR_LIT("/stats"))) {
		response->type = "text/plain";
		return stats_page(&server->stats, f->clear > 0);
	}
	if (f->raw.p != NULL)
		return bytes(f->raw);
	body = open_file(server, r, &response->type);
	if (body != NULL)
		return body;
	body = made_find(server, r, response);
	if (body != NULL)
		return body;
	if (under_page(r->path))
		return body_page(r, f);
	response->status = 404;
	return bytes(STR_LIT("<!DOCTYPE html>\n<title>Not found</title>\n"
			     "<h1>Not found</h1>\n<p>There is no such page. "
			     "<a href=\"/\">Start</a>\n"));
}
