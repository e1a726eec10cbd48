/*
 * body.c - where the bytes of a body come from.
 *
 * Nothing is ever held whole: a source is read like a file, a piece at a
 * time, and each piece is encoded by itself.
 */
#include <event2/buffer.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "httpd.h"

/* What an encoder is given at a time; fits the blocks of brotli and zstd. */
#define PIECE 32768

#define LINKS_AT_A_TIME 64

static const char lorem[] =
    "The path climbs in wide turns through larch and juniper to the saddle, "
    "where\nthe wind comes up from the other valley and the hut is seen for "
    "the first time.\nBelow it lies the tarn, which keeps its ice until the "
    "end of June in most years.\n";

static struct body *
body_new(enum body_kind kind)
{
	struct body *b = XNEW(struct body);

	b->kind = kind;
	b->fd = -1;
	b->ready = evbuffer_new();
	if (b->ready == NULL)
		mem_exhausted();
	return b;
}

struct body *
body_bytes(void)
{
	return body_new(BODY_BYTES);
}

struct body *
body_file(const char *path)
{
	struct stat  st;
	struct body *b;
	int          fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return NULL;
	}
	b = body_new(BODY_FILE);
	b->fd = fd;
	b->file_size = st.st_size;
	return b;
}

static void
add_escaped(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '&':
			buf_add(out, STR_LIT("&amp;"));
			break;
		case '<':
			buf_add(out, STR_LIT("&lt;"));
			break;
		case '"':
			buf_add(out, STR_LIT("&quot;"));
			break;
		default:
			buf_addc(out, s.p[i]);
		}
	}
}

/* One in three with the path, with the name only, with the whole URL. */
static void
add_link(const struct body *b, int64_t i, struct buf *out)
{
	buf_add(out, STR_LIT("<p><a href=\""));
	if (i % 3 == 0)
		buf_add(out, buf_str(&b->origin));
	if (i % 3 != 2)
		buf_add(out, buf_str(&b->dir));
	buf_add(out, buf_str(&b->leaf));
	buf_addf(out, "%lld\">Page %lld</a></p>\n", (long long)i, (long long)i);
}

static int64_t
links_length(const struct body *b)
{
	struct buf one;
	int64_t    sum = 0;

	buf_init(&one, 0);
	for (int64_t i = b->link; i < b->links_end; i++) {
		buf_reset(&one);
		add_link(b, i, &one);
		sum += (int64_t)one.n;
	}
	buf_clear(&one);
	return sum;
}

/* /page/a/b has the links b-1, b-2 ... beside it, and /page has /page/1. */
static void
page_names(struct body *b, const struct request *r)
{
	struct str path = r->path;
	size_t     slash = path.n;

	buf_add(&b->origin, STR_LIT("http://"));
	add_escaped(&b->origin, r->host);
	while (slash > 0 && path.p[slash - 1] != '/')
		slash--;
	add_escaped(&b->dir, str_n(path.p, slash));
	add_escaped(&b->leaf, str_n(path.p + slash, path.n - slash));
	if (str_eq(path, STR_LIT("/page")))
		buf_addc(&b->leaf, '/');
	else if (slash < path.n)
		buf_addc(&b->leaf, '-');
}

static void
add_base(struct buf *out, struct str href)
{
	if (href.p == NULL)
		return;
	buf_add(out, STR_LIT("<base href=\""));
	add_escaped(out, href);
	buf_add(out, STR_LIT("\">\n"));
}

struct body *
body_page(const struct request *r, const struct flags *f)
{
	struct body *b = body_new(BODY_PAGE);
	int64_t      length;

	page_names(b, r);
	b->link = f->first >= 0 ? f->first : 1;
	b->links_end = b->link + (f->links >= 0 ? f->links : 3);

	buf_add(
	    &b->text, STR_LIT("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
			      "<title>"));
	add_escaped(&b->text, r->path);
	buf_add(&b->text, STR_LIT("</title>\n"));
	add_base(&b->text, f->base);
	buf_add(&b->text, STR_LIT("</head>\n<body>\n<h1>"));
	add_escaped(&b->text, r->path);
	buf_add(
	    &b->text, STR_LIT("</h1>\n<p>A page of the test server.</p>\n"));
	add_base(&b->tail, f->basis);
	buf_add(&b->tail, STR_LIT("</body>\n</html>\n"));

	length = f->size > 0 ? body_length(b) : 0;
	b->padding = f->size > length ? f->size - length : 0;
	return b;
}

int64_t
body_length(const struct body *b)
{
	if (b->encoding != ENCODING_NONE)
		return -1;
	return (int64_t)(b->text.n - b->at) + b->file_size + links_length(b) +
	       b->padding + (int64_t)b->tail.n;
}

void
body_encode(struct body *b, enum encoding encoding)
{
	bool gzip = encoding == ENCODING_GZIP;

	b->encoding = encoding;
	if (!gzip && encoding != ENCODING_DEFLATE)
		return;
	b->zlib = XNEW(z_stream);
	if (deflateInit2(b->zlib, 6, Z_DEFLATED, gzip ? 15 + 16 : 15, 8,
		Z_DEFAULT_STRATEGY) != Z_OK)
		mem_exhausted();
}

static bool
refill_from_file(struct body *b)
{
	ssize_t n;

	if (!buf_reserve(&b->text, PIECE))
		return false;
	n = read(b->fd, b->text.p, PIECE);
	b->text.n = n > 0 ? (size_t)n : 0;
	return n > 0;
}

/* Puts what comes next into text; false if that was all. */
static bool
refill(struct body *b)
{
	buf_reset(&b->text);
	b->at = 0;
	if (b->kind == BODY_FILE)
		return refill_from_file(b);
	if (b->link < b->links_end) {
		for (int i = 0; i < LINKS_AT_A_TIME && b->link < b->links_end;
		     i++)
			add_link(b, b->link++, &b->text);
	} else if (b->padding > 0) {
		while (b->padding > 0 && b->text.n < PIECE) {
			int64_t most = (int64_t)sizeof(lorem) - 1;
			int64_t n = b->padding < most ? b->padding : most;

			buf_add(&b->text, str_n(lorem, (size_t)n));
			b->padding -= n;
		}
	} else {
		buf_add(&b->text, buf_str(&b->tail));
		buf_reset(&b->tail);
	}
	return b->text.n > 0;
}

/* Up to n bytes of what is not encoded yet; 0 only at the end. */
static size_t
source_read(struct body *b, char *out, size_t n)
{
	size_t done = 0;

	while (done < n) {
		size_t part = b->text.n - b->at;

		if (part == 0) {
			if (!refill(b))
				break;
			continue;
		}
		if (part > n - done)
			part = n - done;
		memcpy(out + done, b->text.p + b->at, part);
		b->at += part;
		done += part;
	}
	return done;
}

static void
fill_zlib(struct body *b, char *piece, size_t n)
{
	unsigned char out[PIECE];

	b->zlib->next_in = (unsigned char *)piece;
	b->zlib->avail_in = (uInt)n;
	do {
		b->zlib->next_out = out;
		b->zlib->avail_out = sizeof(out);
		deflate(b->zlib, n == 0 ? Z_FINISH : Z_NO_FLUSH);
		evbuffer_add(b->ready, out, sizeof(out) - b->zlib->avail_out);
	} while (b->zlib->avail_out == 0);
}

/* The low bytes of v, the lowest first. */
static void
add_little(struct evbuffer *out, uint32_t v, int bytes)
{
	for (; bytes > 0; bytes--, v >>= 8) {
		unsigned char c = v & 0xff;

		evbuffer_add(out, &c, 1);
	}
}

/*
 * Brotli (RFC 7932) and zstd (RFC 8878) have blocks that are not compressed,
 * and these are all that a test of a client needs.
 */
static void
fill_br(struct body *b, const char *piece, size_t n)
{
	/* Fields from bit 0 on: WBITS 0, once; ISLAST 0; MNIBBLES 00; MLEN - 1
	 * in 16 bits; ISUNCOMPRESSED 1. */
	uint32_t head = ((uint32_t)n - 1) << 3 | 1u << 19;

	if (n == 0) /* ISLAST 1, ISLASTEMPTY 1 */
		add_little(b->ready, b->begun ? 3 : 3 << 1, 1);
	else
		add_little(b->ready, b->begun ? head : head << 1, 3);
	evbuffer_add(b->ready, piece, n);
}

static void
fill_zstd(struct body *b, const char *piece, size_t n)
{
	if (!b->begun) {
		add_little(b->ready, 0xfd2fb528, 4);
		add_little(b->ready, 0, 1);      /* no size, no checksum */
		add_little(b->ready, 7 << 3, 1); /* a window of 128 KB */
	}
	add_little(b->ready, (uint32_t)n << 3 | (n == 0), 3);
	evbuffer_add(b->ready, piece, n);
}

/* Makes the next piece. */
static void
fill(struct body *b)
{
	char   piece[PIECE];
	size_t n = source_read(b, piece, sizeof(piece));

	b->ended = n == 0;
	switch (b->encoding) {
	case ENCODING_NONE:
		evbuffer_add(b->ready, piece, n);
		break;
	case ENCODING_GZIP:
	case ENCODING_DEFLATE:
		fill_zlib(b, piece, n);
		break;
	case ENCODING_BR:
		fill_br(b, piece, n);
		break;
	case ENCODING_ZSTD:
		fill_zstd(b, piece, n);
		break;
	}
	b->begun = true;
}

size_t
body_take(struct body *b, struct evbuffer *out, size_t n)
{
	int moved;

	while (!b->ended && evbuffer_get_length(b->ready) < n)
		fill(b);
	moved = evbuffer_remove_buffer(b->ready, out, n);
	return moved > 0 ? (size_t)moved : 0;
}

void
body_free(struct body *b)
{
	if (b == NULL)
		return;
	if (b->zlib != NULL)
		deflateEnd(b->zlib);
	if (b->fd >= 0)
		close(b->fd);
	free(b->zlib);
	buf_clear(&b->text);
	buf_clear(&b->tail);
	buf_clear(&b->dir);
	buf_clear(&b->leaf);
	buf_clear(&b->origin);
	evbuffer_free(b->ready);
	free(b);
}
