/*
 * explain_host.c - how a host is reached: by which addresses, or by whom.
 *
 * The addresses are looked up anew, and that waits for the answer: libcurl
 * keeps to itself which ones it found.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>

#include "explain_int.h"

/*
 * The proxy of requests for url, where libcurl looks for it; NULL: none.
 * *from: what says so.
 */
static const char *
proxy_of(const struct config *config, const struct url *url, const char **from)
{
	static const char *const names[] = {"http_proxy", "https_proxy",
	    "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
	bool tls = str_eq(url_scheme(url), STR_LIT("https"));

	*from = "--proxy";
	if (config->proxy != NULL)
		return *config->proxy != '\0' ? config->proxy : NULL;
	for (size_t i = tls ? 1 : 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *value = getenv(names[i]);

		*from = names[i];
		if (value != NULL && *value != '\0')
			return value;
		if (!tls && i == 0)
			i = 2;
	}
	return NULL;
}

static bool
is_address(struct str host)
{
	char            text[64];
	struct in6_addr a;

	if (host.n == 0 || host.n >= sizeof(text))
		return false;
	memcpy(text, host.p, host.n);
	text[host.n] = '\0';
	return host.p[0] == '[' || inet_pton(AF_INET, text, &a) == 1;
}

/* The override of --resolve for a host and its port; NULL: none. */
static const char *
override_of(const struct config *config, const struct url *url)
{
	bool        tls = str_eq(url_scheme(url), STR_LIT("https"));
	struct buf  wanted;
	const char *found = NULL;

	buf_init(&wanted, 0);
	buf_add(&wanted, url_host(url));
	buf_addf(&wanted, ":%d:",
	    url->port >= 0 ? (int)url->port
	    : tls          ? 443
			   : 80);
	for (size_t i = 0; i < config->resolve.n && found == NULL; i++) {
		struct str item = str_c(config->resolve.items[i]);
		struct str any = STR_LIT("*");
		size_t     plus = item.n > 0 && item.p[0] == '+';

		item = str_n(item.p + plus, item.n - plus);
		any.n = item.n > 0 && item.p[0] == '*';
		if (str_starts_nocase(item, buf_str(&wanted)) ||
		    (any.n > 0 &&
			str_starts_nocase(str_n(item.p + 1, item.n - 1),
			    str_c(strchr(buf_cstr(&wanted), ':')))))
			found = config->resolve.items[i];
	}
	buf_clear(&wanted);
	return found;
}

/* The addresses that the system knows for a name. */
static void
add_addresses(struct buf *out, struct str host, int ip_version)
{
	struct addrinfo  hints = {.ai_socktype = SOCK_STREAM,
	     .ai_family = ip_version == 4   ? AF_INET
	                  : ip_version == 6 ? AF_INET6
	                                    : AF_UNSPEC};
	struct addrinfo *found = NULL;
	char            *name = str_dup(host);
	char             text[64];
	const char      *between = "";
	int              error = getaddrinfo(name, NULL, &hints, &found);

	if (error != 0)
		buf_addf(out, "no address: %s", gai_strerror(error));
	for (struct addrinfo *a = found; a != NULL; a = a->ai_next) {
		if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof(text),
			NULL, 0, NI_NUMERICHOST) != 0)
			continue;
		buf_addf(out, "%s%s", between, text);
		between = ", ";
	}
	if (found != NULL)
		freeaddrinfo(found);
	free(name);
}

void
explain_add_host(
    struct buf *out, const struct config *config, const struct url *url)
{
	const char *from;
	const char *proxy = proxy_of(config, url, &from);
	const char *override = override_of(config, url);

	buf_add_printable(out, url_host(url));
	if (proxy != NULL) {
		buf_add(out, STR_LIT(" by the proxy "));
		explain_add_proxy(out, str_c(proxy));
		buf_addf(out, " (%s%s)", from,
		    config->proxy == NULL && (getenv("no_proxy") != NULL ||
						 getenv("NO_PROXY") != NULL)
			? ", unless no_proxy names it"
			: "");
	} else if (override != NULL) {
		buf_add(out, STR_LIT(": --resolve "));
		buf_add_printable(out, str_c(override));
	} else if (is_address(url_host(url))) {
		buf_add(out, STR_LIT(" is an address"));
	} else {
		buf_add(out, STR_LIT(": "));
		add_addresses(out, url_host(url), (int)config->ip_version);
	}
}
