/*
 * gunzip.c - decompresses gzip by zlib's inflate.
 */
#include "gunzip.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#include "acrawl/mem.h"

/* The largest window, and gzip's header and nothing else. */
#define WINDOW_BITS (15 + 16)

struct gunzip {
	z_stream          z;
	enum gunzip_state state;
};

struct gunzip *
gunzip_new(void)
{
	struct gunzip *g = XNEW(struct gunzip);

	if (inflateInit2(&g->z, WINDOW_BITS) != Z_OK)
		mem_exhausted();
	return g;
}

void
gunzip_free(struct gunzip *g)
{
	if (g == NULL)
		return;
	inflateEnd(&g->z);
	free(g);
}

/* Between two members: whether another begins. */
static void
begin_member(struct gunzip *g, char first)
{
	if (first == '\x1f') {
		inflateReset(&g->z);
		g->state = GUNZIP_INSIDE;
	} else {
		g->state = GUNZIP_OVER;
	}
}

/* One call of inflate.  False: it can do no more with this input. */
static bool
inflate_some(struct gunzip *g, struct str *in, struct buf *out)
{
	z_stream *z = &g->z;
	uInt      n = in->n < UINT_MAX ? (uInt)in->n : UINT_MAX;
	uInt      room =
            out->cap - out->n < UINT_MAX ? (uInt)(out->cap - out->n) : UINT_MAX;
	int result;

	z->next_in = (z_const Bytef *)in->p;
	z->avail_in = n;
	z->next_out = (Bytef *)out->p + out->n;
	z->avail_out = room;
	result = inflate(z, Z_NO_FLUSH);
	n -= z->avail_in;
	*in = str_n(in->p + n, in->n - n);
	out->n += room - z->avail_out;
	if (result == Z_MEM_ERROR)
		mem_exhausted();
	if (result == Z_STREAM_END)
		g->state = GUNZIP_WHOLE;
	else if (result != Z_OK && result != Z_BUF_ERROR)
		g->state = GUNZIP_BROKEN;
	return g->state != GUNZIP_INSIDE || in->n > 0;
}

size_t
gunzip(struct gunzip *g, struct str *in, char *at, size_t room)
{
	struct buf out = {.p = at, .cap = room};
	bool       more = true;

	while (more && out.n < room && g->state < GUNZIP_OVER) {
		if (g->state == GUNZIP_INSIDE)
			more = inflate_some(g, in, &out);
		else if (in->n > 0)
			begin_member(g, *in->p);
		else
			more = false;
	}
	return out.n;
}

enum gunzip_state
gunzip_state(const struct gunzip *g)
{
	return g->state;
}
