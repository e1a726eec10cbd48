/*
 * httpd.c - the loopback test server: options, listeners, the end.
 */
#include <arpa/inet.h>
#include <event2/listener.h>
#include <getopt.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "httpd.h"

#define MOST_BINDS 16
#define BACKLOG    4096
#define PORT_TRIES 20

union address {
	struct sockaddr     any;
	struct sockaddr_in  v4;
	struct sockaddr_in6 v6;
};

struct options {
	union address  bind[MOST_BINDS];
	size_t         binds;
	unsigned short port;
	const char    *root;
	bool           by_address;
	const char    *rules;
	const char    *log;
	const char    *answers;
	long           seconds;
};

static const char usage[] =
    "Usage: httpd [OPTION]...\n"
    "  --bind ADDR      listens on this loopback address (127.0.0.1);\n"
    "                   127.0.0.0/8: on all of them\n"
    "  --port N         (any)\n"
    "  --root DIR       serves files\n"
    "  --hosts DIR      those of DIR/ADDRESS to who asks this address\n"
    "  --rules FILE     other queries for some requests; see rules.c\n"
    "  --log FILE       each request as it comes\n"
    "  --answers FILE   each as it ends: its begin, its end (ms), address,\n"
    "                   target, status, method; whole after /stats or at\n"
    "                   the end\n"
    "  --seconds N      ends after that (600)\n"
    "A test server whose misbehaviour is in the query string; see flags.h.\n"
    "Prints \"port N\" once it listens.\n";

static void
raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* False unless text is the number of a loopback address, or all. */
static bool
parse_address(const char *text, union address *a)
{
	*a = (union address){0};
	if (strcmp(text, "127.0.0.0/8") == 0) {
		a->v4.sin_family = AF_INET; /* see is_loopback() */
		return true;
	}
	if (inet_pton(AF_INET, text, &a->v4.sin_addr) == 1) {
		a->v4.sin_family = AF_INET;
		return ntohl(a->v4.sin_addr.s_addr) >> 24 == 127;
	}
	if (inet_pton(AF_INET6, text, &a->v6.sin6_addr) == 1) {
		a->v6.sin6_family = AF_INET6;
		return IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr) != 0;
	}
	return false;
}

static bool
parse_options(struct options *o, int argc, char **argv)
{
	static const struct option longs[] = {
	    {"bind", required_argument, NULL, 'b'},
	    {"port", required_argument, NULL, 'p'},
	    {"root", required_argument, NULL, 'r'},
	    {"hosts", required_argument, NULL, 'h'},
	    {"rules", required_argument, NULL, 'u'},
	    {"log", required_argument, NULL, 'l'},
	    {"answers", required_argument, NULL, 'a'},
	    {"seconds", required_argument, NULL, 's'}, {0}};
	int c;

	*o = (struct options){.seconds = 600};
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'b':
			if (o->binds == MOST_BINDS ||
			    !parse_address(optarg, &o->bind[o->binds])) {
				fprintf(stderr,
				    "httpd: %s: not a loopback address\n",
				    optarg);
				return false;
			}
			o->binds++;
			break;
		case 'p':
			o->port = (unsigned short)atoi(optarg);
			break;
		case 'r':
		case 'h':
			o->root = optarg;
			o->by_address = c == 'h';
			break;
		case 'u':
			o->rules = optarg;
			break;
		case 'l':
			o->log = optarg;
			break;
		case 'a':
			o->answers = optarg;
			break;
		case 's':
			o->seconds = atol(optarg);
			break;
		default:
			fputs(usage, stderr);
			return false;
		}
	}
	if (o->binds == 0)
		parse_address("127.0.0.1", &o->bind[o->binds++]);
	if (optind < argc)
		fputs(usage, stderr);
	return optind == argc;
}

/* A listening socket, or -1.  Port 0 becomes the one that was found. */
static int
listen_on(union address a, unsigned short *port)
{
	bool      v6 = a.any.sa_family == AF_INET6;
	socklen_t n = v6 ? sizeof(a.v6) : sizeof(a.v4);
	int       on = 1;
	int       fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (v6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	*(v6 ? &a.v6.sin6_port : &a.v4.sin_port) = htons(*port);
	if (bind(fd, &a.any, n) != 0 || listen(fd, BACKLOG) != 0 ||
	    getsockname(fd, &a.any, &n) != 0 ||
	    evutil_make_socket_nonblocking(fd) != 0) {
		close(fd);
		return -1;
	}
	*port = ntohs(v6 ? a.v6.sin6_port : a.v4.sin_port);
	return fd;
}

static bool
listen_on_all(const struct options *o, unsigned short *port, int *fds)
{
	*port = o->port;
	for (size_t i = 0; i < o->binds; i++) {
		fds[i] = listen_on(o->bind[i], port);
		if (fds[i] < 0) {
			while (i-- > 0)
				close(fds[i]);
			return false;
		}
	}
	return true;
}

/*
 * All addresses share the port.  Any port that is free on the first address
 * may be taken on another, so this is tried a few times.
 */
static bool
find_port(const struct options *o, unsigned short *port, int *fds)
{
	int tries = o->port == 0 && o->binds > 1 ? PORT_TRIES : 1;

	while (tries-- > 0)
		if (listen_on_all(o, port, fds))
			return true;
	perror("httpd: cannot listen");
	return false;
}

/* No other machine gets in by 0.0.0.0. */
static bool
is_loopback(const struct sockaddr *address)
{
	const struct sockaddr_in *v4 = (const void *)address;

	return address->sa_family == AF_INET6 ||
	       ntohl(v4->sin_addr.s_addr) >> 24 == 127;
}

static void
on_connection(struct evconnlistener *listener, evutil_socket_t fd,
    struct sockaddr *address, int length, void *arg)
{
	(void)listener;
	(void)length;
	if (is_loopback(address))
		conn_new(arg, fd);
	else
		evutil_closesocket(fd);
}

static void
on_accept_error(struct evconnlistener *listener, void *arg)
{
	(void)listener;
	(void)arg;
	perror("httpd: accept");
}

static void
on_signal(evutil_socket_t fd, short what, void *arg)
{
	struct server *server = arg;

	(void)fd;
	(void)what;
	event_base_loopbreak(server->base);
}

/* With a clock that does not round delays down. */
static struct event_base *
base_new(void)
{
	struct event_config *config = event_config_new();
	struct event_base   *base = NULL;

	if (config != NULL) {
		event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
		base = event_base_new_with_config(config);
		event_config_free(config);
	}
	if (base == NULL)
		mem_exhausted();
	return base;
}

static void
run(struct server *server, const struct options *o, const int *fds,
    unsigned short port)
{
	struct evconnlistener *listeners[MOST_BINDS];
	const int              signals[] = {SIGTERM, SIGINT, SIGHUP};
	struct event          *ends[3];
	struct timeval         tv = {o->seconds, 0};

	for (size_t i = 0; i < o->binds; i++) {
		listeners[i] = evconnlistener_new(server->base, on_connection,
		    server, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0,
		    fds[i]);
		if (listeners[i] == NULL)
			mem_exhausted();
		evconnlistener_set_error_cb(listeners[i], on_accept_error);
	}
	for (size_t i = 0; i < 3; i++) {
		ends[i] =
		    evsignal_new(server->base, signals[i], on_signal, server);
		evsignal_add(ends[i], NULL);
	}
	printf("port %d\n", port);
	fflush(stdout);

	event_base_loopexit(server->base, &tv);
	event_base_dispatch(server->base);

	for (size_t i = 0; i < 3; i++)
		event_free(ends[i]);
	for (size_t i = 0; i < o->binds; i++)
		evconnlistener_free(listeners[i]);
	conns_free(server);
}

/* False, and says so, if it cannot be; name may be NULL. */
static bool
open_log(FILE **log, const char *name)
{
	if (name != NULL && (*log = fopen(name, "we")) == NULL)
		perror(name);
	return name == NULL || *log != NULL;
}

int
main(int argc, char **argv)
{
	struct server  server = {0};
	struct options options;
	unsigned short port;
	int            fds[MOST_BINDS];

	if (!parse_options(&options, argc, argv))
		return 1;
	signal(SIGPIPE, SIG_IGN);
	raise_descriptor_limit();
	list_init(&server.conns);
	list_init(&server.rules.list);
	server.root = options.root;
	server.by_address = options.by_address;
	server.rules.file = options.rules;
	if (!open_log(&server.stats.log, options.log) ||
	    !open_log(&server.stats.answers, options.answers) ||
	    !find_port(&options, &port, fds)) {
		stats_clear(&server.stats);
		return 1;
	}
	server.base = base_new();
	run(&server, &options, fds, port);
	rules_clear(&server.rules);
	stats_clear(&server.stats);
	event_base_free(server.base);
	return 0;
}
