/*
 * outcome.h - what became of a URL: the one table of page outcomes.
 *
 * A page's failure is data, not an error path.  Each URL gets exactly one
 * outcome; its code is what the report and the log show, and is stable: codes
 * are added, never renamed or given another meaning.  The man page lists
 * them, and a test keeps that list and this table the same.
 */
#ifndef ACRAWL_OUTCOME_H
#define ACRAWL_OUTCOME_H

#include <stdbool.h>

/*
 * X(name, code, traits, text)
 *
 * RETRYABLE: another attempt may well end otherwise.  HOST: it says something
 * of the host, not of the page; a host of which nothing else is heard is given
 * up.  SKIPPED: left out by the rules of the crawl, which is no failure.  HTTP
 * errors have one row; their code is "http_" and the status, which decides on
 * their traits.
 */
#define OUTCOME_RETRYABLE 1
#define OUTCOME_HOST      2
#define OUTCOME_SKIPPED   4

#define OUTCOMES(X)                                                            \
	X(OK, "ok", 0, "fetched and read to its end")                          \
	X(HTTP, "http_", 0, "the server answered with this HTTP status")       \
	X(NOT_HTML, "not_html", OUTCOME_SKIPPED,                               \
	    "neither HTML nor XHTML; not read")                                \
	X(REDIRECT, "redirect", OUTCOME_SKIPPED,                               \
	    "leads to another URL, which has a row of its own")                \
	X(OUT_OF_SCOPE, "out_of_scope", OUTCOME_SKIPPED,                       \
	    "redirected out of the crawl's scope; not followed")               \
	X(ROBOTS_DENIED, "robots_denied", OUTCOME_SKIPPED,                     \
	    "forbidden by robots.txt")                                         \
	X(ROBOTS_UNREACHABLE, "robots_unreachable", 0,                         \
	    "its robots.txt can't be fetched, so nothing is")                  \
	X(HOST_GIVEN_UP, "host_given_up", 0,                                   \
	    "its host failed again and again, or asked for a long pause")      \
	X(BAD_URL, "bad_url", 0, "not a valid URL")                            \
	X(BAD_SCHEME, "bad_scheme", 0, "neither http nor https")               \
	X(DNS_NOT_FOUND, "dns_not_found", OUTCOME_RETRYABLE | OUTCOME_HOST,    \
	    "the host name has no address")                                    \
	X(CONNECT_REFUSED, "connect_refused",                                  \
	    OUTCOME_RETRYABLE | OUTCOME_HOST, "connection refused")            \
	X(CONNECT_TIMEOUT, "connect_timeout",                                  \
	    OUTCOME_RETRYABLE | OUTCOME_HOST,                                  \
	    "no connection within --connect-timeout")                          \
	X(CONNECT_FAILED, "connect_failed", OUTCOME_RETRYABLE | OUTCOME_HOST,  \
	    "the host or its network can't be reached")                        \
	X(PROXY_FAILED, "proxy_failed", OUTCOME_RETRYABLE,                     \
	    "the proxy can't be used")                                         \
	X(TLS_FAILED, "tls_failed", OUTCOME_HOST,                              \
	    "no TLS connection was agreed on")                                 \
	X(TLS_EXPIRED, "tls_expired", OUTCOME_HOST,                            \
	    "the certificate has expired or is not yet valid")                 \
	X(TLS_WRONG_HOST, "tls_wrong_host", OUTCOME_HOST,                      \
	    "the certificate is for another host")                             \
	X(TLS_UNTRUSTED, "tls_untrusted", OUTCOME_HOST,                        \
	    "nobody trusted has signed the certificate")                       \
	X(TIMEOUT, "timeout", OUTCOME_RETRYABLE | OUTCOME_HOST,                \
	    "not done within --timeout")                                       \
	X(RESET, "reset", OUTCOME_RETRYABLE | OUTCOME_HOST,                    \
	    "the connection broke")                                            \
	X(EMPTY_REPLY, "empty_reply", OUTCOME_RETRYABLE | OUTCOME_HOST,        \
	    "the server closed the connection without an answer")              \
	X(TRUNCATED, "truncated", OUTCOME_RETRYABLE,                           \
	    "the page broke off before its end")                               \
	X(BAD_RESPONSE, "bad_response", OUTCOME_HOST,                          \
	    "the answer is no valid HTTP")                                     \
	X(BAD_ENCODING, "bad_encoding", 0,                                     \
	    "the body's compression is damaged or unknown")                    \
	X(HTTP2_ERROR, "http2_error", OUTCOME_RETRYABLE | OUTCOME_HOST,        \
	    "the server broke HTTP/2 off")                                     \
	X(TOO_LARGE, "too_large", 0, "more than --max-size; read so far")      \
	X(LINKS_LIMITED, "links_limited", 0,                                   \
	    "its links go beyond a limit: some left out, or without base")     \
	X(HEADERS_TOO_LARGE, "headers_too_large", 0,                           \
	    "too many response headers")                                       \
	X(TOO_MANY_REDIRECTS, "too_many_redirects", 0,                         \
	    "more than --max-redirects, or in a circle")                       \
	X(BAD_REDIRECT, "bad_redirect", 0,                                     \
	    "redirected to what is not a valid URL")                           \
	X(BAD_MARKUP, "bad_markup", 0,                                         \
	    "XML that is not well-formed; read up to there")                   \
	X(UNREADABLE, "unreadable", 0, "the file can't be read")               \
	X(NO_FILE, "no_file", 0, "the directory has no such file")             \
	X(NO_FRAGMENT, "no_fragment", 0, "the page has no such fragment")      \
	X(BOT_WALL, "bot_wall", 0, "the server takes us for a robot")          \
	X(WANTS_COOKIES, "wants_cookies", 0,                                   \
	    "in a circle of redirects that sets a cookie")                     \
	X(INTERRUPTED, "interrupted", 0,                                       \
	    "the run ended while the page was on its way")                     \
	X(NOT_STARTED, "not_started", 0, "the run ended before its turn")      \
	X(FAILED, "failed", 0, "another error of the transfer")

enum outcome {
#define OUTCOME_ENUM(name, code, traits, text) OUTCOME_##name,
	OUTCOMES(OUTCOME_ENUM)
#undef OUTCOME_ENUM
	    OUTCOME_COUNT
};

/* Long enough for any code and its NUL. */
#define OUTCOME_CODE_SIZE 32

/* Writes the code, a C string, into code and returns it. */
const char *outcome_code(
    enum outcome o, int http_status, char code[OUTCOME_CODE_SIZE]);

/* What it means, for people; without a full stop. */
const char *outcome_text(enum outcome o, int http_status);

/* Its traits, as in the table above. */
unsigned outcome_traits(enum outcome o, int http_status);

/* Whether another attempt is worth it. */
static inline bool
outcome_retryable(enum outcome o, int http_status)
{
	return (outcome_traits(o, http_status) & OUTCOME_RETRYABLE) != 0;
}

#endif
