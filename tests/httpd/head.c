/*
 * head.c - the heads of requests and responses.
 */
#include <stdlib.h>

#include "httpd.h"

#define FILLER_BYTES 1000

/* Takes what stands before the first c, or all, off s. */
static struct str
next_part(struct str *s, char c)
{
	const char *end = s->n > 0 ? memchr(s->p, c, s->n) : NULL;
	size_t      n = end != NULL ? (size_t)(end - s->p) : s->n;
	struct str  part = str_n(s->p, n);
	size_t      skip = end != NULL ? n + 1 : n;

	*s = str_n(s->p + skip, s->n - skip);
	return part;
}

static void
parse_header(struct request *r, struct str line)
{
	struct str name = next_part(&line, ':');
	struct str value = str_trim(line);

	if (r->names.n > 0)
		buf_addc(&r->names, ',');
	buf_add(&r->names, name);
	if (str_eq_nocase(name, STR_LIT("host")))
		r->host = value;
	else if (str_eq_nocase(name, STR_LIT("user-agent")))
		r->agent = value;
	else if (str_eq_nocase(name, STR_LIT("content-length")))
		r->length = strtoll(value.p, NULL, 10);
	else if (str_eq_nocase(name, STR_LIT("connection")) &&
		 str_eq_nocase(value, STR_LIT("close")))
		r->keep = false;
}

/* A proxy is asked for a whole URL; the path is what follows its host. */
static void
split_target(struct request *r)
{
	struct str s = r->target;

	if (str_starts_nocase(s, STR_LIT("http://"))) {
		s = str_n(s.p + 7, s.n - 7);
		while (s.n > 0 && s.p[0] != '/')
			s = str_n(s.p + 1, s.n - 1);
	}
	r->path = next_part(&s, '?');
	r->query = s;
}

bool
request_parse(struct request *r, struct str head)
{
	struct str line = str_trim(next_part(&head, '\n'));
	struct str version;

	*r = (struct request){.keep = true};
	r->method = next_part(&line, ' ');
	r->target = next_part(&line, ' ');
	version = line;
	split_target(r);
	if (!str_starts_nocase(version, STR_LIT("HTTP/1.")) || r->path.n == 0 ||
	    r->path.p[0] != '/')
		return false;
	r->http10 = str_eq_nocase(version, STR_LIT("HTTP/1.0"));
	r->keep = !r->http10;
	while (head.n > 0) {
		line = str_trim(next_part(&head, '\n'));
		if (line.n > 0)
			parse_header(r, line);
	}
	return r->length >= 0;
}

void
request_clear(struct request *r)
{
	buf_clear(&r->names);
	*r = (struct request){0};
}

static const char *
reason_of(int status)
{
	static const struct {
		int         status;
		const char *text;
	} reasons[] = {{200, "OK"}, {201, "Created"}, {202, "Accepted"},
	    {204, "No Content"}, {206, "Partial Content"},
	    {300, "Multiple Choices"}, {301, "Moved Permanently"},
	    {302, "Found"}, {303, "See Other"}, {304, "Not Modified"},
	    {307, "Temporary Redirect"}, {308, "Permanent Redirect"},
	    {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"},
	    {404, "Not Found"}, {405, "Method Not Allowed"},
	    {408, "Request Timeout"}, {410, "Gone"}, {418, "I'm a Teapot"},
	    {425, "Too Early"}, {429, "Too Many Requests"},
	    {500, "Internal Server Error"}, {502, "Bad Gateway"},
	    {503, "Service Unavailable"}, {504, "Gateway Timeout"}};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Whatever";
}

static void
add_times(struct buf *out, char c, int64_t n)
{
	for (; n > 0; n--)
		buf_addc(out, c);
}

static void
add_type(struct buf *out, const char *type, const struct flags *f)
{
	struct str value = f->type.p != NULL ? f->type : str_c(type);

	if (value.n == 0)
		return;
	buf_add(out, STR_LIT("Content-Type: "));
	buf_add(out, value);
	if (f->charset.p != NULL) {
		buf_add(out, STR_LIT("; charset="));
		buf_add(out, f->charset);
	}
	buf_add(out, STR_LIT("\r\n"));
}

static void
add_encoding(struct buf *out, struct str encoding)
{
	buf_add(out, STR_LIT("Content-Encoding: "));
	buf_add(
	    out, str_eq(encoding, STR_LIT("bad")) ? STR_LIT("gzip") : encoding);
	buf_add(out, STR_LIT("\r\n"));
}

/* Headers that are there to be many, or long. */
static void
add_filler(struct buf *out, const struct flags *f)
{
	static const char name[] = "X-Filler: ";

	for (int64_t n = f->headers; n > 0; n -= FILLER_BYTES) {
		int64_t line = n < FILLER_BYTES ? n : FILLER_BYTES;

		buf_add(out, STR_LIT(name));
		add_times(out, 'f', line - (int64_t)sizeof(name) - 1);
		buf_add(out, STR_LIT("\r\n"));
	}
	if (f->longheader > 0) {
		buf_add(out, STR_LIT("X-Long: "));
		add_times(out, 'l', f->longheader - 10);
		buf_add(out, STR_LIT("\r\n"));
	}
}

void
response_head(struct buf *out, const struct response *r, const struct flags *f)
{
	struct str location =
	    f->location.p != NULL ? f->location : str_c(r->location);

	for (int64_t i = 0; i < f->interim; i++)
		buf_add(out,
		    STR_LIT(
			"HTTP/1.1 103 Early Hints\r\n"
			"Link: </style.css>; rel=preload; as=style\r\n\r\n"));
	buf_addf(out, "HTTP/1.%d %03d ", f->http10 > 0 ? 0 : 1, r->status);
	buf_add(
	    out, f->reason.p != NULL ? f->reason : str_c(reason_of(r->status)));
	buf_add(out, STR_LIT("\r\nServer: acrawl-httpd\r\n"));
	add_type(out, r->type, f);
	if (f->encoding.n > 0)
		add_encoding(out, f->encoding);
	if (f->header.p != NULL) {
		buf_add(out, f->header);
		buf_add(out, STR_LIT("\r\n"));
	}
	if (location.n > 0) {
		buf_add(out, STR_LIT("Location: "));
		buf_add(out, location);
		buf_add(out, STR_LIT("\r\n"));
	}
	if (f->retryafter >= 0)
		buf_addf(
		    out, "Retry-After: %lld\r\n", (long long)f->retryafter);
	add_filler(out, f);
	if (r->chunked)
		buf_add(out, STR_LIT("Transfer-Encoding: chunked\r\n"));
	if (r->length >= 0)
		buf_addf(out, "Content-Length: %lld\r\n", (long long)r->length);
	if (!r->keep)
		buf_add(out, STR_LIT("Connection: close\r\n"));
	buf_add(out, STR_LIT("\r\n"));
}
