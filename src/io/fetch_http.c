/*
 * fetch_http.c - one request and its response, by libcurl.
 *
 * libcurl tells which sockets it waits for (on_socket) and when it wants to
 * be called again (on_timer); the loop's watches and the task of a
 * struct http call it then.  What libcurl reports while it runs is only noted;
 * the task reads the messages, ends fetches and wakes their owners, because
 * handles may not be taken out of the multi handle from inside a callback.
 */
#include <curl/curl.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>

#include "fetch_int.h"
#include "fetch_outcome.h"

#include "acrawl/hash.h"
#include "acrawl/limits.h"
#include "acrawl/list.h"
#include "acrawl/log.h"

/* How long an answer of DNS is kept. */
#define DNS_SECONDS      60L
#define DNS_SECONDS_MANY 1L

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

struct http {
	struct fetcher    *fetcher;
	CURLM             *multi;
	CURLSH            *share; /* TLS sessions of all easy handles */
	struct task        task;
	bool               timed;  /* libcurl wants to be called in time */
	bool               called; /* there may be messages */
	struct list        pool;   /* requests that are nobody's */
	struct curl_slist *headers;
	struct curl_slist *public_headers; /* without Authorization, Cookie */
	struct curl_slist *resolve;
	size_t             active;      /* requests */
	size_t             connections; /* that may be kept, and in use */
	uint32_t           starts;      /* since there were as many requests */
};

struct request {
	struct fetch fetch;
	struct http *http;
	CURL        *easy;
	size_t       header_bytes;
	size_t       skip_bytes; /* of a body of no use */
	bool         head_only;  /* its method is HEAD */
	char         error[CURL_ERROR_SIZE];
};

static struct request *
request_of(const struct fetch *f)
{
	return CONTAINER_OF(f, struct request, fetch);
}

/* ----------------------------------------------------------------------
 * What a response brings.
 */

/* Ends it with this outcome.  Returns 0, which is an error to libcurl. */
static size_t
abort_with(struct request *rq, enum outcome outcome)
{
	fetch_abort(&rq->fetch, outcome);
	return 0;
}

static struct str
header_value(CURL *easy, const char *name)
{
	struct curl_header *h;

	if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
		return STR_LIT("");
	return str_c(h->value);
}

/* All values of a header; `joined` holds what is not one value alone. */
static struct str
header_values(
    CURL *easy, const char *name, const char *between, struct buf *joined)
{
	struct str          first = header_value(easy, name);
	struct curl_header *h;

	for (size_t i = 1;
	     curl_easy_header(easy, name, i, CURLH_HEADER, -1, &h) == CURLHE_OK;
	     i++) {
		if (i == 1)
			buf_add(joined, first);
		buf_add(joined, str_c(between));
		buf_add(joined, str_c(h->value));
	}
	return joined->n > 0 ? buf_str(joined) : first;
}

static const char *
version_name(CURL *easy)
{
	long version = 0;

	curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
	return version == CURL_HTTP_VERSION_1_0   ? "1.0"
	       : version == CURL_HTTP_VERSION_2_0 ? "2"
	                                          : "1.1";
}

/* The body's length as the headers have it, or UINT64_MAX. */
static uint64_t
declared_length(CURL *easy)
{
	struct str value = header_value(easy, "Content-Length");

	return value.n > 0 ? strtoull(value.p, NULL, 10) : UINT64_MAX;
}

/* Headers by which what guards a server from robots tells that it did. */
static const struct {
	const char *name;
	const char *value; /* begins so; "": any */
} walls[] = {
    {"cf-mitigated", "challenge"},       /* Cloudflare */
    {"cf-chl-bypass", ""},               /* the same, formerly */
    {"x-amzn-waf-action", ""},           /* AWS WAF: challenge, captcha */
    {"x-vercel-mitigated", "challenge"}, /* Vercel */
    {"x-vercel-mitigated", "deny"}, {"x-sucuri-block", ""}, /* Sucuri */
};

static bool
is_wall(CURL *easy)
{
	for (size_t i = 0; i < COUNT(walls); i++) {
		struct str value = header_value(easy, walls[i].name);

		if (value.n > 0 &&
		    str_starts_nocase(value, str_c(walls[i].value)))
			return true;
	}
	return false;
}

/* The headers of a response are complete: what is to become of its body? */
static bool
on_head(struct request *rq, int status)
{
	struct fetch         *f = &rq->fetch;
	struct buf            joined[4];
	struct fetch_response response = {
	    .status = status,
	    .location = header_value(rq->easy, "Location"),
	    .version = version_name(rq->easy),
	    .length = declared_length(rq->easy),
	    .cookie = header_value(rq->easy, "Set-Cookie").n > 0,
	    .wall = is_wall(rq->easy),
	};

	for (size_t i = 0; i < COUNT(joined); i++)
		buf_init(&joined[i], LIMIT_HEADER_BYTES);
	/* By commas, as RFC 9110, 5.3 allows. */
	response.content_type =
	    header_values(rq->easy, "Content-Type", ", ", &joined[0]);
	response.link = header_values(rq->easy, "Link", ", ", &joined[1]);
	response.refresh = header_values(rq->easy, "Refresh", ", ", &joined[2]);
	response.robots_tag =
	    header_values(rq->easy, "X-Robots-Tag", "\n", &joined[3]);
	fetch_head(f, &response);
	for (size_t i = 0; i < COUNT(joined); i++)
		buf_clear(&joined[i]);
	if (f->body == FETCH_READ || response.length == 0 || rq->head_only)
		return true;
	if (f->body == FETCH_SKIP && (response.length <= LIMIT_DRAIN_BYTES ||
					 response.length == UINT64_MAX))
		return true;
	fetch_abort(f, OUTCOME_OK);
	return false;
}

/* libcurl: one header line, with its line end. */
static size_t
on_header(char *p, size_t size, size_t n, void *arg)
{
	struct request *rq = arg;
	long            status = 0;

	n *= size;
	rq->header_bytes += n;
	if (rq->header_bytes > LIMIT_HEADER_BYTES)
		return abort_with(rq, OUTCOME_HEADERS_TOO_LARGE);
	if (rq->fetch.head_seen || n > 2 || p[n - 1] != '\n')
		return n;
	curl_easy_getinfo(rq->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status < 200)
		return n;
	return on_head(rq, (int)status) ? n : 0;
}

/* libcurl: some of the body, decoded. */
static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct request *rq = arg;
	struct fetch   *f = &rq->fetch;

	n *= size;
	if (f->fetcher->paused)
		return CURL_WRITEFUNC_PAUSE;
	if (!f->head_seen)
		return abort_with(rq, OUTCOME_BAD_RESPONSE);
	if (f->body == FETCH_READ)
		return fetch_feed(f, str_n(p, n)) ? n : 0;
	rq->skip_bytes += n;
	if (rq->skip_bytes > LIMIT_DRAIN_BYTES)
		return abort_with(rq, OUTCOME_OK);
	return n;
}

/* libcurl: it is connected, and about to send the request. */
static int
on_request(void *arg, char *address, char *local, int port, int local_port)
{
	struct request *rq = arg;

	(void)address;
	(void)local;
	(void)port;
	(void)local_port;
	if (rq->fetch.sink->sent != NULL)
		rq->fetch.sink->sent(rq->fetch.arg);
	return CURL_PREREQFUNC_OK;
}

/* The bytes of an address that libcurl is about to connect to. */
static struct str
address_bytes(const struct curl_sockaddr *a)
{
	const char *p = (const char *)&a->addr;

	return a->family == AF_INET
	           ? str_n(p + offsetof(struct sockaddr_in, sin_addr), 4)
	           : str_n(p + offsetof(struct sockaddr_in6, sin6_addr), 16);
}

/* libcurl: a socket is wanted. */
static curl_socket_t
on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct request *rq = arg;

	if (purpose == CURLSOCKTYPE_IPCXN &&
	    (a->family == AF_INET || a->family == AF_INET6) &&
	    !rq->fetch.sink->address(rq->fetch.arg, address_bytes(a)))
		return CURL_SOCKET_BAD;
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* ----------------------------------------------------------------------
 * The life of a request.
 */

/* libcurl is done with a request. */
static void
on_result(struct request *rq, CURLcode code)
{
	struct fetch *f = &rq->fetch;
	bool          skipped = f->head_seen && f->body != FETCH_READ;

	if (!f->aborted)
		f->outcome = skipped ? OUTCOME_OK
		                     : fetch_outcome(rq->easy, code,
					   f->head_seen, rq->error);
	fetch_end(f);
}

static bool
set_options(struct request *rq, const struct http *h, const char **error)
{
	const struct fetch_options *o = &h->fetcher->options;
	CURL                       *easy = rq->easy;
	static const long           ip[] = {[0] = CURL_IPRESOLVE_WHATEVER,
		      [4] = CURL_IPRESOLVE_V4,
		      [6] = CURL_IPRESOLVE_V6};

#define SET(option, value)                                                     \
	do {                                                                   \
		*error = #option;                                              \
		if (curl_easy_setopt(easy, CURLOPT_##option, value) !=         \
		    CURLE_OK)                                                  \
			return false;                                          \
	} while (0)
	SET(PRIVATE, rq);
	SET(ERRORBUFFER, rq->error);
	SET(HEADERFUNCTION, on_header);
	SET(HEADERDATA, rq);
	SET(WRITEFUNCTION, on_body);
	SET(WRITEDATA, rq);
	SET(SHARE, h->share);
	SET(NOSIGNAL, 1L);
	SET(QUICK_EXIT, 1L);
	SET(PREREQFUNCTION, on_request);
	SET(PREREQDATA, rq);
	SET(PROTOCOLS_STR, "http,https");
	SET(HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	SET(ACCEPT_ENCODING, "");
	SET(PATH_AS_IS, 1L);
	SET(SUPPRESS_CONNECT_HEADERS, 1L);
	SET(IPRESOLVE, ip[o->ip_version]);
	SET(USERAGENT, o->user_agent);
	/* 0 would be libcurl's own 300 s. */
	SET(CONNECTTIMEOUT_MS, o->connect_timeout_ms > 0
				   ? (long)o->connect_timeout_ms
				   : (long)INT_MAX);
	SET(RESOLVE, h->resolve);
	SET(SSL_VERIFYPEER, o->insecure ? 0L : 1L);
	SET(SSL_VERIFYHOST, o->insecure ? 0L : 2L);
	if (o->addresses) {
		SET(OPENSOCKETFUNCTION, on_open);
		SET(OPENSOCKETDATA, rq);
	}
	if (o->proxy != NULL)
		SET(PROXY, o->proxy);
	if (o->cacert != NULL)
		SET(CAINFO, o->cacert);
#undef SET
	return true;
}

static void
request_free(struct request *rq)
{
	if (rq->easy != NULL)
		curl_easy_cleanup(rq->easy);
	free(rq);
}

/* A new one with an easy handle of its own; NULL if an option is refused. */
static struct request *
request_new(struct http *h, const char **error)
{
	struct request *rq = XNEW(struct request);

	rq->http = h;
	list_init(&rq->fetch.node);
	rq->easy = curl_easy_init();
	if (rq->easy == NULL)
		mem_exhausted();
	if (!set_options(rq, h, error)) {
		request_free(rq);
		return NULL;
	}
	return rq;
}

static struct request *
take_from_pool(struct http *h)
{
	struct list    *node = list_pop(&h->pool);
	struct request *rq;
	const char     *error;

	if (node != NULL)
		return request_of(CONTAINER_OF(node, struct fetch, node));
	rq = request_new(h, &error);
	if (rq == NULL)
		mem_exhausted(); /* the options were taken before */
	return rq;
}

/* There may be messages of libcurl's to read. */
static void
call(struct http *h)
{
	h->called = true;
	task_wake(&h->task);
}

static void
request_end(struct fetch *f)
{
	struct request *rq = request_of(f);

	rq->http->active--;
	curl_multi_remove_handle(rq->http->multi, rq->easy);
}

static void
request_pause(struct fetch *f, bool pause)
{
	struct request *rq = request_of(f);
	CURLcode        code = CURLE_OK;

	/*
	 * Before the end of the headers libcurl would forget a pause, or hold
	 * header lines back and hand them over as one block; such a transfer
	 * is paused by on_body(), if it gets there.
	 */
	if (!pause)
		code = curl_easy_pause(rq->easy, CURLPAUSE_CONT);
	else if (f->head_seen)
		code = curl_easy_pause(rq->easy, CURLPAUSE_RECV);
	/* What a callback refused is told here, and not again. */
	if (code != CURLE_OK && f->aborted)
		on_result(rq, code);
	call(rq->http);
}

static void
request_result(const struct fetch *f, struct fetch_result *r)
{
	const struct request *rq = request_of(f);
	curl_off_t            wait = 0;

	curl_easy_getinfo(rq->easy, CURLINFO_RETRY_AFTER, &wait);
	if (wait > 0 && wait < INT_MAX)
		r->retry_after_ms = (int64_t)wait * 1000;
	r->detail = rq->error;
	curl_easy_getinfo(rq->easy, CURLINFO_PRIMARY_IP, &r->address);
}

static void
request_take_back(struct fetch *f)
{
	struct http *h = request_of(f)->http;

	task_wake(&h->task);
	list_push(&h->pool, &f->node);
}

static const struct fetch_kind request_kind = {
    request_end, request_pause, request_result, request_take_back};

/* Requests to one host go one way, so that they share its connections. */
static struct http *
shard_of(const struct fetcher *fr, const struct url *url)
{
	return fr->http[fingerprint(url_host(url)) % fr->shards];
}

/*
 * One request more.  As many connections as requests are kept warm, and a
 * share of those that there may be; more are closed, slowly, when fewer
 * requests are made.
 */
static void
allow_connections(struct http *h)
{
	size_t share = h->fetcher->options.connections / h->fetcher->shards + 1;

	h->active++;
	if (h->active + share > h->connections) {
		h->connections = h->active + share;
		h->starts = 0;
	} else if (++h->starts < 64) {
		return;
	} else {
		h->connections--;
		h->starts = 0;
	}
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)h->connections);
}

struct fetch *
fetch_start(struct fetcher *fr, const struct url *url, unsigned how,
    const struct fetch_sink *sink, void *arg, struct task *task)
{
	struct http    *h = shard_of(fr, url);
	struct request *rq = take_from_pool(h);
	struct fetch   *f = &rq->fetch;
	struct buf      address;
	bool            tls = str_eq(url_scheme(url), STR_LIT("https"));

	f->fetcher = fr;
	f->kind = &request_kind;
	f->sink = sink;
	f->arg = arg;
	f->task = task;
	rq->header_bytes = 0;
	rq->skip_bytes = 0;
	rq->head_only = (how & FETCH_HEAD) != 0;
	rq->error[0] = '\0';

	buf_init(&address, 0);
	buf_add(&address, url_request(url));
	curl_easy_setopt(rq->easy, CURLOPT_URL, buf_cstr(&address));
	buf_clear(&address);
	curl_easy_setopt(rq->easy, CURLOPT_HTTPHEADER,
	    (how & FETCH_TRUSTED) != 0 ? h->headers : h->public_headers);
	curl_easy_setopt(
	    rq->easy, rq->head_only ? CURLOPT_NOBODY : CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(rq->easy, CURLOPT_FRESH_CONNECT,
	    (how & FETCH_FRESH) != 0 ? 1L : 0L);
	/*
	 * Over TLS, wait for a first connection to learn whether it takes
	 * more requests at once; others would wait for a whole response.
	 */
	curl_easy_setopt(rq->easy, CURLOPT_PIPEWAIT, tls ? 1L : 0L);
	curl_easy_setopt(rq->easy, CURLOPT_DNS_CACHE_TIMEOUT,
	    fr->many_hosts ? DNS_SECONDS_MANY : DNS_SECONDS);
	fetch_begin(f);
	allow_connections(h);
	if (curl_multi_add_handle(h->multi, rq->easy) != CURLM_OK)
		fetch_end(f);
	return f;
}

/* ----------------------------------------------------------------------
 * libcurl and the loop.
 */

/* A socket that libcurl waits for can be used. */
static void
on_ready(void *arg, int fd, int what)
{
	struct http *h = arg;
	int          running;

	curl_multi_socket_action(h->multi, fd,
	    ((what & WATCH_READ) != 0 ? CURL_CSELECT_IN : 0) |
		((what & WATCH_WRITE) != 0 ? CURL_CSELECT_OUT : 0),
	    &running);
	call(h);
}

/* libcurl: what to wait for on a socket from now on. */
static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	struct http  *h = arg;
	struct watch *w = socket_arg;
	int           wanted = ((what & CURL_POLL_IN) != 0 ? WATCH_READ : 0) |
	             ((what & CURL_POLL_OUT) != 0 ? WATCH_WRITE : 0);

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		watch_free(w);
		curl_multi_assign(h->multi, fd, NULL);
		return 0;
	}
	if (w != NULL) {
		watch_set(w, wanted);
		return 0;
	}
	w = watch_new(h->fetcher->loop, fd, wanted, on_ready, h);
	if (w == NULL)
		return -1;
	curl_multi_assign(h->multi, fd, w);
	return 0;
}

/* libcurl: when to call it again; -1: no matter. */
static int
on_timer(CURLM *multi, long ms, void *arg)
{
	struct http *h = arg;

	(void)multi;
	h->timed = ms >= 0;
	if (h->timed)
		task_sleep(&h->task, ms);
	else
		timer_stop(&h->task.timer);
	return 0;
}

static void
read_messages(struct http *h)
{
	CURLMsg *message;
	int      left;

	while ((message = curl_multi_info_read(h->multi, &left)) != NULL) {
		CURLcode        code = message->data.result;
		struct request *rq = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &rq);
		on_result(rq, code);
	}
}

static bool
is_time(const struct http *h)
{
	return h->timed && task_slept(&h->task);
}

enum http_state {
	HTTP_WAITS = 1, /* the timer, or on_ready() */
};

static void
http_run(struct task *t)
{
	struct http *h = CONTAINER_OF(t, struct http, task);
	int          running;

	switch (t->state) {
	case TASK_NEW:
		for (;;) {
			AWAIT(t, HTTP_WAITS, h->called || is_time(h));
			if (is_time(h)) {
				h->timed = false;
				curl_multi_socket_action(
				    h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
			}
			h->called = false;
			read_messages(h);
		}
	}
}

/* ----------------------------------------------------------------------
 * Setting up and taking down.
 */

static struct curl_slist *
add_to(struct curl_slist *list, const char *s)
{
	list = curl_slist_append(list, s);
	if (list == NULL)
		mem_exhausted();
	return list;
}

/* Headers that curl, too, does not send to another origin. */
static bool
is_secret(const char *header)
{
	return strncasecmp(header, "Authorization:", 14) == 0 ||
	       strncasecmp(header, "Cookie:", 7) == 0;
}

static void
make_lists(struct http *h)
{
	const struct fetch_options *o = &h->fetcher->options;

	for (size_t i = 0; o->headers != NULL && o->headers[i] != NULL; i++) {
		h->headers = add_to(h->headers, o->headers[i]);
		if (!is_secret(o->headers[i]))
			h->public_headers =
			    add_to(h->public_headers, o->headers[i]);
	}
	for (size_t i = 0; o->resolve != NULL && o->resolve[i] != NULL; i++)
		h->resolve = add_to(h->resolve, o->resolve[i]);
}

struct http *
http_new(struct fetcher *fr, const char **error)
{
	struct http    *h = XNEW(struct http);
	struct request *first;

	h->fetcher = fr;
	list_init(&h->pool);
	task_spawn(&h->task, loop_sched(fr->loop), http_run, NULL);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		mem_exhausted();
	make_lists(h);
	h->share = curl_share_init();
	h->multi = curl_multi_init();
	if (h->share == NULL || h->multi == NULL)
		mem_exhausted();
	curl_share_setopt(
	    h->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	first = request_new(h, error);
	if (first == NULL) {
		http_free(h);
		return NULL;
	}
	list_push(&h->pool, &first->fetch.node);
	return h;
}

void
http_free(struct http *h)
{
	struct list *node;

	if (h == NULL)
		return;
	while ((node = list_pop(&h->pool)) != NULL)
		request_free(
		    request_of(CONTAINER_OF(node, struct fetch, node)));
	curl_multi_cleanup(h->multi);
	curl_share_cleanup(h->share);
	curl_slist_free_all(h->headers);
	curl_slist_free_all(h->public_headers);
	curl_slist_free_all(h->resolve);
	task_stop(&h->task);
	curl_global_cleanup();
	free(h);
}
