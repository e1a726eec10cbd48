/*
 * conn.c - a connection: requests in, answers out, and how they go wrong.
 *
 * One request is dealt with at a time; the next may wait in the input.
 */
#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "acrawl/task.h"

#include "httpd.h"

#define MOST_HEAD (4 * 1024 * 1024)
#define PIECE     (64 * 1024)
#define DRIP_MS   100
#define LINGER_MS 1000
#define RESET_MS  50

enum conn_state {
	READING, /* waits for a request */
	WAITING, /* for the delay to end, or for ever */
	SENDING,
	STALLED,   /* until the client gives up */
	RESETTING, /* what was sent is on its way, then comes RST */
	LINGERING, /* ours is closed, the client's end is not */
};

/* What happens when `limit` bytes of the body were sent. */
enum limit_action {
	LIMIT_NONE,
	LIMIT_CUT,
	LIMIT_STALL,
	LIMIT_RESET,
	LIMIT_BAD
};

struct conn {
	struct list         node;
	struct server      *server;
	struct bufferevent *bev;
	struct event       *timer;
	enum conn_state     state;
	char                local[INET6_ADDRSTRLEN];
	int64_t             skip; /* of the request's body */

	/* The request that is being answered. */
	char             *head;
	struct request    request;
	struct flags      flags;
	struct host      *host;   /* NULL: does not count */
	int64_t           began;  /* ms */
	int               status; /* that was sent; 0: none */
	struct body      *body;
	int64_t           sent; /* of the body, without chunk sizes */
	int64_t           limit;
	enum limit_action action;
	bool              keep;
	bool              chunked;
	bool              over; /* all is in the output */
	bool              dripping;
};

static void serve(struct conn *c);

static void
end_request(struct conn *c)
{
	evtimer_del(c->timer);
	if (c->host != NULL) {
		stats_end(&c->server->stats, c->host);
		stats_answered(
		    &c->server->stats, &c->request, c->began, c->status);
	}
	c->host = NULL;
	body_free(c->body);
	c->body = NULL;
	flags_clear(&c->flags);
	request_clear(&c->request);
	free(c->head);
	c->head = NULL;
}

static void
conn_free(struct conn *c)
{
	end_request(c);
	c->server->stats.connections--;
	list_remove(&c->node);
	event_free(c->timer);
	bufferevent_free(c->bev);
	free(c);
}

void
conns_free(struct server *server)
{
	while (!list_empty(&server->conns))
		conn_free(CONTAINER_OF(server->conns.next, struct conn, node));
}

static void
start_timer(struct conn *c, int64_t ms)
{
	struct timeval tv = {ms / 1000, ms % 1000 * 1000};

	/* From now, not from when the loop last looked: never too early. */
	event_base_update_cache_time(c->server->base);
	evtimer_add(c->timer, &tv);
}

/*
 * Closes so that the client sees the end, not a reset: a socket that is
 * closed with unread input answers by RST.
 */
static void
linger(struct conn *c)
{
	end_request(c);
	c->state = LINGERING;
	shutdown(bufferevent_getfd(c->bev), SHUT_WR);
	start_timer(c, LINGER_MS);
}

static void
reset(struct conn *c)
{
	struct linger off = {.l_onoff = 1, .l_linger = 0};

	setsockopt(bufferevent_getfd(c->bev), SOL_SOCKET, SO_LINGER, &off,
	    sizeof(off));
	conn_free(c);
}

/* Everything up to the limit, or all, has left. */
static void
conclude(struct conn *c)
{
	switch (c->over ? LIMIT_NONE : c->action) {
	case LIMIT_NONE:
		if (!c->keep) {
			linger(c);
			return;
		}
		end_request(c);
		c->state = READING;
		serve(c);
		return;
	case LIMIT_CUT:
		linger(c);
		return;
	case LIMIT_STALL:
		evtimer_del(c->timer);
		c->state = STALLED;
		return;
	case LIMIT_RESET:
		c->state = RESETTING;
		start_timer(c, RESET_MS);
		return;
	case LIMIT_BAD:
		evbuffer_add_printf(
		    bufferevent_get_output(c->bev), "many\r\nbytes follow\r\n");
		c->over = true;
		c->keep = false;
		return;
	}
}

static void
send_piece(struct conn *c)
{
	struct evbuffer *out = bufferevent_get_output(c->bev);
	struct evbuffer *piece = evbuffer_new();
	int64_t          most = c->flags.drip > 0 ? c->flags.drip : PIECE;
	size_t           n;

	if (piece == NULL)
		mem_exhausted();
	if (most > PIECE)
		most = PIECE;
	if (most > c->limit - c->sent)
		most = c->limit - c->sent;
	n = body_take(c->body, piece, (size_t)most);
	c->over = n < (size_t)most;
	c->sent += (int64_t)n;
	if (c->chunked && n > 0)
		evbuffer_add_printf(out, "%zx\r\n", n);
	evbuffer_add_buffer(out, piece);
	if (c->chunked && n > 0)
		evbuffer_add_printf(out, "\r\n");
	if (c->chunked && c->over)
		evbuffer_add_printf(out, "0\r\n\r\n");
	evbuffer_free(piece);
	if (c->flags.drip > 0) {
		c->dripping = true;
		start_timer(c, DRIP_MS);
	}
}

/* Sends what there is to send now.  May free c. */
static void
advance(struct conn *c)
{
	for (;;) {
		size_t queued =
		    evbuffer_get_length(bufferevent_get_output(c->bev));

		if (c->over || c->sent == c->limit) {
			if (queued == 0)
				conclude(c);
			return;
		}
		if (queued >= PIECE || c->dripping)
			return;
		send_piece(c);
	}
}

static void
set_limit(struct conn *c, int64_t at, enum limit_action action)
{
	if (at < 0 || at >= c->limit)
		return;
	c->limit = at;
	c->action = action;
}

static enum encoding
encoding_of(struct str name)
{
	static const char *const names[] = {
	    [ENCODING_GZIP] = "gzip",
	    [ENCODING_DEFLATE] = "deflate",
	    [ENCODING_BR] = "br",
	    [ENCODING_ZSTD] = "zstd",
	};

	for (int i = ENCODING_GZIP; i <= ENCODING_ZSTD; i++)
		if (str_eq_nocase(name, str_c(names[i])))
			return (enum encoding)i;
	return ENCODING_NONE;
}

/* How the end of the body will be told. */
static void
choose_framing(struct conn *c, struct response *r)
{
	const struct flags *f = &c->flags;

	r->length = f->nolength > 0 || f->chunked > 0 || f->badchunk > 0
	                ? -1
	                : body_length(c->body);
	c->chunked = r->length < 0 && f->nolength <= 0 && f->http10 <= 0 &&
	             !c->request.http10;
	c->keep = c->request.keep && f->close <= 0 && f->http10 <= 0 &&
	          (c->chunked || r->length >= 0);
}

static void
send_response(struct conn *c)
{
	struct response r = {0};
	struct flags   *f = &c->flags;
	struct buf      head;

	c->body = site_find(c->server, &c->request, f, &r);
	body_encode(c->body, encoding_of(f->encoding));
	if (f->location.p != NULL)
		r.status = 302;
	if (f->status >= 0)
		r.status = (int)f->status;
	c->status = r.status;
	choose_framing(c, &r);
	r.chunked = c->chunked;
	r.keep = c->keep;
	c->over = str_eq(c->request.method, STR_LIT("HEAD")) ||
	          r.status == 204 || r.status == 304;
	if (r.status == 204) {
		r.length = -1;
		r.chunked = false;
	}

	buf_init(&head, 0);
	response_head(&head, &r, f);
	evbuffer_add(bufferevent_get_output(c->bev), head.p, head.n);
	buf_clear(&head);
	advance(c);
}

static void
answer(struct conn *c)
{
	c->state = SENDING;
	if (c->flags.reset == 1) {
		reset(c);
	} else if (c->flags.empty > 0) {
		linger(c);
	} else if (c->flags.garbage > 0) {
		evbuffer_add_printf(bufferevent_get_output(c->bev),
		    "220 mail.example ESMTP \001\002\377\r\n"
		    "500 What do you mean?\r\n\r\n");
		c->over = true;
		c->keep = false;
	} else {
		send_response(c);
	}
}

/* Looks at what the request asks for.  May free c. */
static void
begin_request(struct conn *c)
{
	struct stats *stats = &c->server->stats;
	struct flags *f = &c->flags;

	c->began = clock_monotonic.now(clock_monotonic.arg);
	c->status = 0;
	flags_parse(f, c->request.query, c->request.method);
	if (str_eq(c->request.path, STR_LIT("/stats"))) {
		stats_flush(stats);
	} else {
		rules_apply(&c->server->rules, &c->request, f);
		c->host = stats_begin(stats, &c->request);
		stats_log(stats, &c->request);
	}
	if (f->fail >= 0) {
		if (stats_seen(stats, &c->request) >= f->fail)
			flags_drop_faults(f);
		else if (f->status < 0)
			f->status = 503;
	}
	c->limit = INT64_MAX;
	c->action = LIMIT_NONE;
	set_limit(c, f->cut, LIMIT_CUT);
	set_limit(c, f->stall, LIMIT_STALL);
	set_limit(c, f->reset > 1 ? f->reset : -1, LIMIT_RESET);
	if (f->badchunk > 0)
		set_limit(c, f->badchunk > 1 ? f->badchunk : 0, LIMIT_BAD);
	c->sent = 0;
	c->over = c->dripping = false;

	c->state = WAITING;
	if (f->headstall > 0)
		return;
	if (f->delay > 0)
		start_timer(c, f->delay);
	else
		answer(c);
}

/* The head of the next request, taken off the input; NULL if not all there. */
static char *
take_head(struct evbuffer *in, size_t *n)
{
	struct evbuffer_ptr end = evbuffer_search(in, "\r\n\r\n", 4, NULL);
	char               *head;

	if (end.pos < 0)
		return NULL;
	*n = (size_t)end.pos + 4;
	head = xmalloc(*n + 1);
	evbuffer_remove(in, head, *n);
	head[*n] = '\0';
	return head;
}

static void
refuse(struct conn *c, const char *status)
{
	evbuffer_add_printf(bufferevent_get_output(c->bev),
	    "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
	    status);
	c->state = SENDING;
	c->over = true;
	c->keep = false;
}

/* Takes the next request if it is there.  May free c. */
static void
serve(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->bev);
	size_t           n = evbuffer_get_length(in);

	if (c->skip > 0 && n > 0) {
		if ((int64_t)n > c->skip)
			n = (size_t)c->skip;
		evbuffer_drain(in, n);
		c->skip -= (int64_t)n;
	}
	if (c->skip > 0)
		return;
	c->head = take_head(in, &n);
	if (c->head == NULL) {
		if (evbuffer_get_length(in) >= MOST_HEAD)
			refuse(c, "431 Request Header Fields Too Large");
		return;
	}
	if (!request_parse(&c->request, str_n(c->head, n))) {
		refuse(c, "400 Bad Request");
		return;
	}
	c->request.local = str_c(c->local);
	c->skip = c->request.length;
	begin_request(c);
}

static void
on_read(struct bufferevent *bev, void *arg)
{
	struct conn     *c = arg;
	struct evbuffer *in = bufferevent_get_input(bev);

	if (c->state == READING)
		serve(c);
	else if (c->state == LINGERING)
		evbuffer_drain(in, evbuffer_get_length(in));
}

static void
on_drained(struct bufferevent *bev, void *arg)
{
	struct conn *c = arg;

	(void)bev;
	if (c->state == SENDING)
		advance(c);
}

/* The client has gone. */
static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	(void)bev;
	(void)what;
	conn_free(arg);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	(void)fd;
	(void)what;
	switch (c->state) {
	case WAITING:
		answer(c);
		break;
	case SENDING:
		c->dripping = false;
		advance(c);
		break;
	case RESETTING:
		reset(c);
		break;
	case LINGERING:
		conn_free(c);
		break;
	case READING:
	case STALLED:
		break;
	}
}

/* Under which address the client found this socket. */
static void
find_local(evutil_socket_t fd, char *text)
{
	union {
		struct sockaddr     any;
		struct sockaddr_in  v4;
		struct sockaddr_in6 v6;
	} a = {0};
	socklen_t n = sizeof(a);

	getsockname(fd, &a.any, &n);
	evutil_inet_ntop(a.any.sa_family,
	    a.any.sa_family == AF_INET6 ? (const void *)&a.v6.sin6_addr
					: (const void *)&a.v4.sin_addr,
	    text, INET6_ADDRSTRLEN);
}

void
conn_new(struct server *server, evutil_socket_t fd)
{
	struct conn *c = XNEW(struct conn);
	int          on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	c->server = server;
	find_local(fd, c->local);
	list_init(&c->node);
	list_push(&server->conns, &c->node);
	flags_init(&c->flags);
	c->timer = evtimer_new(server->base, on_timer, c);
	c->bev =
	    bufferevent_socket_new(server->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (c->timer == NULL || c->bev == NULL)
		mem_exhausted();
	bufferevent_setcb(c->bev, on_read, on_drained, on_event, c);
	bufferevent_setwatermark(c->bev, EV_READ, 0, 2 * MOST_HEAD);
	bufferevent_set_max_single_write(c->bev, PIECE);
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
	server->stats.connections++;
	server->stats.accepted++;
}
