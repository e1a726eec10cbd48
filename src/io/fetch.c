/*
 * fetch.c - one request and its response, by libcurl.
 *
 * libcurl tells which sockets it waits for (on_socket) and when it wants to
 * be called again (on_timer); the loop's watches and the fetcher's task call
 * it then.  What libcurl reports while it runs is only noted; the task reads
 * the messages, ends fetches and wakes their owners, because handles may not
 * be taken out of the multi handle from inside a callback.
 */
#include "acrawl/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <strings.h>

#include "fetch_outcome.h"

#include "acrawl/limits.h"
#include "acrawl/list.h"
#include "acrawl/log.h"

struct fetcher {
	struct loop         *loop;
	struct fetch_options options;
	CURLM               *multi;
	CURLSH              *share; /* TLS sessions of all easy handles */
	struct task          task;
	bool                 timed;  /* libcurl wants to be called in time */
	bool                 called; /* there may be messages */
	bool                 paused;
	struct list          active;
	struct list          pool;
	struct curl_slist   *headers;
	struct curl_slist   *public_headers; /* without Authorization, Cookie */
	struct curl_slist   *resolve;
};

/* Who holds a fetch: fetcher->active from start to done, else its owner. */
struct fetch {
	struct list              node; /* on fetcher->active or ->pool */
	struct fetcher          *fetcher;
	CURL                    *easy;
	const struct fetch_sink *sink;
	void                    *arg;
	struct task             *task;
	struct timer             deadline;
	int64_t                  left_ms; /* of the deadline, during a pause */
	size_t                   header_bytes;
	uint64_t                 body_bytes; /* read, decoded */
	size_t                   skip_bytes; /* of a body of no use */
	bool                     head_seen;
	bool                     aborted; /* by us, with the outcome set */
	bool                     done;
	enum fetch_body          body;
	enum outcome             outcome;
	int                      status;
	char                     error[CURL_ERROR_SIZE];
};

/* ----------------------------------------------------------------------
 * What a response brings.
 */

static size_t
abort_with(struct fetch *f, enum outcome outcome)
{
	f->aborted = true;
	f->outcome = outcome;
	return 0; /* for libcurl: an error */
}

static struct str
header_value(CURL *easy, const char *name)
{
	struct curl_header *h;

	if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
		return STR_LIT("");
	return str_c(h->value);
}

/*
 * All values of a header, joined as RFC 9110, 5.3 allows; `joined` holds what
 * is not one value alone.
 */
static struct str
header_values(CURL *easy, const char *name, struct buf *joined)
{
	struct str          first = header_value(easy, name);
	struct curl_header *h;

	for (size_t i = 1;
	     curl_easy_header(easy, name, i, CURLH_HEADER, -1, &h) == CURLHE_OK;
	     i++) {
		if (i == 1)
			buf_add(joined, first);
		buf_add(joined, STR_LIT(", "));
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

/* The headers of a response are complete: what is to become of its body? */
static bool
on_head(struct fetch *f, int status)
{
	struct buf            joined[3];
	struct fetch_response response = {
	    .status = status,
	    .location = header_value(f->easy, "Location"),
	    .version = version_name(f->easy),
	};
	uint64_t length = declared_length(f->easy);

	for (size_t i = 0; i < 3; i++)
		buf_init(&joined[i], LIMIT_HEADER_BYTES);
	response.content_type =
	    header_values(f->easy, "Content-Type", &joined[0]);
	response.link = header_values(f->easy, "Link", &joined[1]);
	response.refresh = header_values(f->easy, "Refresh", &joined[2]);
	f->head_seen = true;
	f->status = status;
	f->body = f->sink->head(f->arg, &response);
	for (size_t i = 0; i < 3; i++)
		buf_clear(&joined[i]);
	if (f->body == FETCH_READ || length == 0)
		return true;
	if (f->body == FETCH_SKIP &&
	    (length <= LIMIT_DRAIN_BYTES || length == UINT64_MAX))
		return true;
	abort_with(f, OUTCOME_OK);
	return false;
}

/* libcurl: one header line, with its line end. */
static size_t
on_header(char *p, size_t size, size_t n, void *arg)
{
	struct fetch *f = arg;
	long          status = 0;

	n *= size;
	f->header_bytes += n;
	if (f->header_bytes > LIMIT_HEADER_BYTES)
		return abort_with(f, OUTCOME_HEADERS_TOO_LARGE);
	if (f->head_seen || n > 2 || p[n - 1] != '\n')
		return n;
	curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status < 200)
		return n;
	return on_head(f, (int)status) ? n : 0;
}

/* libcurl: some of the body, decoded. */
static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct fetch *f = arg;
	uint64_t      left = f->fetcher->options.max_size - f->body_bytes;

	n *= size;
	if (f->fetcher->paused)
		return CURL_WRITEFUNC_PAUSE;
	if (!f->head_seen)
		return abort_with(f, OUTCOME_BAD_RESPONSE);
	if (f->body != FETCH_READ) {
		f->skip_bytes += n;
		if (f->skip_bytes > LIMIT_DRAIN_BYTES)
			return abort_with(f, OUTCOME_OK);
		return n;
	}
	if (n <= left) {
		f->body_bytes += n;
		if (!f->sink->body(f->arg, str_n(p, n)))
			return abort_with(f, OUTCOME_OK);
		return n;
	}
	f->body_bytes += left;
	f->sink->body(f->arg, str_n(p, left));
	return abort_with(f, OUTCOME_TOO_LARGE);
}

/* ----------------------------------------------------------------------
 * The life of a fetch.
 */

/* Takes f out of libcurl's hands with the outcome that is set. */
static void
end(struct fetch *f)
{
	curl_multi_remove_handle(f->fetcher->multi, f->easy);
	timer_stop(&f->deadline);
	list_remove(&f->node);
	f->done = true;
	task_wake(f->task);
}

/* libcurl is done with f. */
static void
on_result(struct fetch *f, CURLcode code)
{
	bool skipped = f->head_seen && f->body != FETCH_READ;

	if (!f->aborted)
		f->outcome = skipped ? OUTCOME_OK
		                     : fetch_outcome(f->easy, code,
					   f->head_seen, f->error);
	end(f);
}

static bool
set_options(struct fetch *f, const char **error)
{
	const struct fetch_options *o = &f->fetcher->options;
	CURL                       *easy = f->easy;
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
	SET(PRIVATE, f);
	SET(ERRORBUFFER, f->error);
	SET(HEADERFUNCTION, on_header);
	SET(HEADERDATA, f);
	SET(WRITEFUNCTION, on_body);
	SET(WRITEDATA, f);
	SET(SHARE, f->fetcher->share);
	SET(NOSIGNAL, 1L);
	SET(QUICK_EXIT, 1L);
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
	SET(RESOLVE, f->fetcher->resolve);
	SET(SSL_VERIFYPEER, o->insecure ? 0L : 1L);
	SET(SSL_VERIFYHOST, o->insecure ? 0L : 2L);
	if (o->proxy != NULL)
		SET(PROXY, o->proxy);
	if (o->cacert != NULL)
		SET(CAINFO, o->cacert);
#undef SET
	return true;
}

static void
fetch_free(struct fetch *f)
{
	if (f->easy != NULL)
		curl_easy_cleanup(f->easy);
	free(f);
}

/* A new fetch with an easy handle of its own; NULL if an option is refused. */
static struct fetch *
fetch_new(struct fetcher *fr, const char **error)
{
	struct fetch *f = XNEW(struct fetch);

	f->fetcher = fr;
	list_init(&f->node);
	f->easy = curl_easy_init();
	if (f->easy == NULL)
		mem_exhausted();
	if (!set_options(f, error)) {
		fetch_free(f);
		return NULL;
	}
	return f;
}

static struct fetch *
take_from_pool(struct fetcher *fr)
{
	struct list  *node = list_pop(&fr->pool);
	struct fetch *f;
	const char   *error;

	if (node != NULL)
		return CONTAINER_OF(node, struct fetch, node);
	f = fetch_new(fr, &error);
	if (f == NULL)
		mem_exhausted(); /* the options were taken before */
	return f;
}

static void
start_deadline(struct fetch *f, int64_t ms)
{
	struct sched *s = loop_sched(f->fetcher->loop);

	f->left_ms = ms;
	if (f->fetcher->options.timeout_ms > 0 && !f->fetcher->paused)
		timer_start(&f->deadline, s, ms, f->task);
}

struct fetch *
fetch_start(struct fetcher *fr, const struct url *url, bool trusted,
    const struct fetch_sink *sink, void *arg, struct task *task)
{
	struct fetch *f = take_from_pool(fr);
	struct str    request = url_request(url);
	struct buf    address;
	bool          tls = str_eq(url_scheme(url), STR_LIT("https"));

	f->sink = sink;
	f->arg = arg;
	f->task = task;
	f->header_bytes = 0;
	f->body_bytes = 0;
	f->skip_bytes = 0;
	f->head_seen = f->aborted = f->done = false;
	f->body = FETCH_READ;
	f->outcome = OUTCOME_FAILED;
	f->status = 0;
	f->error[0] = '\0';

	buf_init(&address, 0);
	buf_add(&address, request);
	curl_easy_setopt(f->easy, CURLOPT_URL, buf_cstr(&address));
	buf_clear(&address);
	curl_easy_setopt(f->easy, CURLOPT_HTTPHEADER,
	    trusted ? fr->headers : fr->public_headers);
	/*
	 * Over TLS, wait for a first connection to learn whether it takes
	 * more requests at once; others would wait for a whole response.
	 */
	curl_easy_setopt(f->easy, CURLOPT_PIPEWAIT, tls ? 1L : 0L);
	list_push(&fr->active, &f->node);
	start_deadline(f, fr->options.timeout_ms);
	if (curl_multi_add_handle(fr->multi, f->easy) != CURLM_OK)
		end(f);
	return f;
}

bool
fetch_done(struct fetch *f)
{
	if (!f->done && f->fetcher->options.timeout_ms > 0 &&
	    !f->fetcher->paused && timer_expired(&f->deadline)) {
		f->outcome = OUTCOME_TIMEOUT;
		end(f);
	}
	return f->done;
}

struct fetch_result
fetch_result(const struct fetch *f)
{
	curl_off_t wait = 0;

	curl_easy_getinfo(f->easy, CURLINFO_RETRY_AFTER, &wait);
	return (struct fetch_result){
	    .outcome = f->outcome,
	    .status = f->status,
	    .bytes = f->body_bytes,
	    .retry_after_ms =
		wait > 0 && wait < INT_MAX ? (int64_t)wait * 1000 : -1,
	    .detail = f->error,
	};
}

void
fetch_stop(struct fetch *f)
{
	if (f == NULL)
		return;
	if (!f->done)
		end(f);
	task_wake(&f->fetcher->task);
	list_push(&f->fetcher->pool, &f->node);
}

/* ----------------------------------------------------------------------
 * libcurl and the loop.
 */

/* A socket that libcurl waits for can be used. */
static void
on_ready(void *arg, int fd, int what)
{
	struct fetcher *fr = arg;
	int             running;

	curl_multi_socket_action(fr->multi, fd,
	    ((what & WATCH_READ) != 0 ? CURL_CSELECT_IN : 0) |
		((what & WATCH_WRITE) != 0 ? CURL_CSELECT_OUT : 0),
	    &running);
	fr->called = true;
	task_wake(&fr->task);
}

/* libcurl: what to wait for on a socket from now on. */
static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	struct fetcher *fr = arg;
	struct watch   *w = socket_arg;
	int             wanted = ((what & CURL_POLL_IN) != 0 ? WATCH_READ : 0) |
	             ((what & CURL_POLL_OUT) != 0 ? WATCH_WRITE : 0);

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		watch_free(w);
		curl_multi_assign(fr->multi, fd, NULL);
		return 0;
	}
	if (w != NULL) {
		watch_set(w, wanted);
		return 0;
	}
	w = watch_new(fr->loop, fd, wanted, on_ready, fr);
	if (w == NULL)
		return -1;
	curl_multi_assign(fr->multi, fd, w);
	return 0;
}

/* libcurl: when to call it again; -1: no matter. */
static int
on_timer(CURLM *multi, long ms, void *arg)
{
	struct fetcher *fr = arg;

	(void)multi;
	fr->timed = ms >= 0;
	if (fr->timed)
		task_sleep(&fr->task, ms);
	else
		timer_stop(&fr->task.timer);
	return 0;
}

static void
read_messages(struct fetcher *fr)
{
	CURLMsg *message;
	int      left;

	while ((message = curl_multi_info_read(fr->multi, &left)) != NULL) {
		CURLcode      code = message->data.result;
		struct fetch *f = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &f);
		on_result(f, code);
	}
}

static bool
is_time(const struct fetcher *fr)
{
	return fr->timed && task_slept(&fr->task);
}

enum fetcher_state {
	FETCHER_WAITS = 1, /* the timer, or on_ready() */
};

static void
fetcher_run(struct task *t)
{
	struct fetcher *fr = CONTAINER_OF(t, struct fetcher, task);
	int             running;

	switch (t->state) {
	case TASK_NEW:
		for (;;) {
			AWAIT(t, FETCHER_WAITS, fr->called || is_time(fr));
			if (is_time(fr)) {
				fr->timed = false;
				curl_multi_socket_action(fr->multi,
				    CURL_SOCKET_TIMEOUT, 0, &running);
			}
			fr->called = false;
			read_messages(fr);
		}
	}
}

void
fetcher_pause(struct fetcher *fr, bool pause)
{
	struct list *node, *next;

	if (fr->paused == pause)
		return;
	fr->paused = pause;
	for (node = fr->active.next; node != &fr->active; node = next) {
		struct fetch *f = CONTAINER_OF(node, struct fetch, node);
		CURLcode      code = CURLE_OK;

		next = node->next;
		if (pause) {
			f->left_ms = timer_left(&f->deadline);
			timer_stop(&f->deadline);
		} else {
			start_deadline(f, f->left_ms);
		}
		/*
		 * Before the end of the headers libcurl would forget a pause,
		 * or hold header lines back and hand them over as one block;
		 * such a transfer is paused by on_body(), if it gets there.
		 */
		if (!pause)
			code = curl_easy_pause(f->easy, CURLPAUSE_CONT);
		else if (f->head_seen)
			code = curl_easy_pause(f->easy, CURLPAUSE_RECV);
		/* What a callback refused is told here, and not again. */
		if (code != CURLE_OK && f->aborted)
			on_result(f, code);
	}
	fr->called = true;
	task_wake(&fr->task);
}

/* ----------------------------------------------------------------------
 * The fetcher.
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
make_lists(struct fetcher *fr)
{
	const struct fetch_options *o = &fr->options;

	for (size_t i = 0; o->headers != NULL && o->headers[i] != NULL; i++) {
		fr->headers = add_to(fr->headers, o->headers[i]);
		if (!is_secret(o->headers[i]))
			fr->public_headers =
			    add_to(fr->public_headers, o->headers[i]);
	}
	for (size_t i = 0; o->resolve != NULL && o->resolve[i] != NULL; i++)
		fr->resolve = add_to(fr->resolve, o->resolve[i]);
}

struct fetcher *
fetcher_new(
    struct loop *loop, const struct fetch_options *options, const char **error)
{
	struct fetcher *fr = XNEW(struct fetcher);
	struct fetch   *first;

	fr->loop = loop;
	fr->options = *options;
	list_init(&fr->active);
	list_init(&fr->pool);
	task_spawn(&fr->task, loop_sched(loop), fetcher_run, NULL);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		mem_exhausted();
	make_lists(fr);
	fr->share = curl_share_init();
	fr->multi = curl_multi_init();
	if (fr->share == NULL || fr->multi == NULL)
		mem_exhausted();
	curl_share_setopt(
	    fr->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	curl_multi_setopt(fr->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(fr->multi, CURLMOPT_SOCKETDATA, fr);
	curl_multi_setopt(fr->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(fr->multi, CURLMOPT_TIMERDATA, fr);
	/* Without it libcurl closes warm connections when few are in use. */
	curl_multi_setopt(
	    fr->multi, CURLMOPT_MAXCONNECTS, (long)options->connections);
	first = fetch_new(fr, error);
	if (first == NULL) {
		fetcher_free(fr);
		return NULL;
	}
	list_push(&fr->pool, &first->node);
	return fr;
}

void
fetcher_free(struct fetcher *fr)
{
	struct list *node;

	if (fr == NULL)
		return;
	while ((node = list_pop(&fr->pool)) != NULL)
		fetch_free(CONTAINER_OF(node, struct fetch, node));
	curl_multi_cleanup(fr->multi);
	curl_share_cleanup(fr->share);
	curl_slist_free_all(fr->headers);
	curl_slist_free_all(fr->public_headers);
	curl_slist_free_all(fr->resolve);
	task_stop(&fr->task);
	curl_global_cleanup();
	free(fr);
}
