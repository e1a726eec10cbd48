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
 * X(name, code, retryable, text)
 *
 * Retryable: another attempt may well end otherwise.  HTTP errors have one
 * row; their code is "http_" and the status, and the status decides whether
 * they are retryable.
 */
#define OUTCOMES(X)                                                            \
	X(OK, "ok", false, "fetched and read to its end")                      \
	X(HTTP, "http_", false, "the server answered with this HTTP status")   \
	X(NOT_HTML, "not_html", false, "neither HTML nor XHTML; not read")     \
	X(BAD_URL, "bad_url", false, "not a valid URL")                        \
	X(BAD_SCHEME, "bad_scheme", false, "neither http nor https")           \
	X(DNS_NOT_FOUND, "dns_not_found", true,                                \
	    "the host name has no address")                                    \
	X(CONNECT_REFUSED, "connect_refused", true, "connection refused")      \
	X(CONNECT_TIMEOUT, "connect_timeout", true,                            \
	    "no connection within --connect-timeout")                          \
	X(CONNECT_FAILED, "connect_failed", true,                              \
	    "the host or its network can't be reached")                        \
	X(PROXY_FAILED, "proxy_failed", true, "the proxy can't be used")       \
	X(TLS_FAILED, "tls_failed", false, "no TLS connection was agreed on")  \
	X(TLS_EXPIRED, "tls_expired", false,                                   \
	    "the certificate has expired or is not yet valid")                 \
	X(TLS_WRONG_HOST, "tls_wrong_host", false,                             \
	    "the certificate is for another host")                             \
	X(TLS_UNTRUSTED, "tls_untrusted", false,                               \
	    "nobody trusted has signed the certificate")                       \
	X(TIMEOUT, "timeout", true, "not done within --timeout")               \
	X(RESET, "reset", true, "the connection broke")                        \
	X(EMPTY_REPLY, "empty_reply", true,                                    \
	    "the server closed the connection without an answer")              \
	X(TRUNCATED, "truncated", true, "the page broke off before its end")   \
	X(BAD_RESPONSE, "bad_response", false, "the answer is no valid HTTP")  \
	X(BAD_ENCODING, "bad_encoding", false,                                 \
	    "the body's compression is damaged or unknown")                    \
	X(HTTP2_ERROR, "http2_error", true, "the server broke HTTP/2 off")     \
	X(TOO_LARGE, "too_large", false, "more than --max-size; read so far")  \
	X(LINKS_LIMITED, "links_limited", false,                               \
	    "its links go beyond a limit: some left out, or without base")     \
	X(HEADERS_TOO_LARGE, "headers_too_large", false,                       \
	    "too many response headers")                                       \
	X(TOO_MANY_REDIRECTS, "too_many_redirects", false,                     \
	    "more than --max-redirects")                                       \
	X(BAD_REDIRECT, "bad_redirect", false,                                 \
	    "redirected to what is not a valid URL")                           \
	X(BAD_MARKUP, "bad_markup", false,                                     \
	    "XML that is not well-formed; read up to there")                   \
	X(UNREADABLE, "unreadable", false, "the file can't be read")           \
	X(INTERRUPTED, "interrupted", false,                                   \
	    "the run ended while the page was on its way")                     \
	X(NOT_STARTED, "not_started", false, "the run ended before its turn")  \
	X(FAILED, "failed", false, "another error of the transfer")

enum outcome {
#define OUTCOME_ENUM(name, code, retryable, text) OUTCOME_##name,
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

/* Whether another attempt is worth it. */
bool outcome_retryable(enum outcome o, int http_status);

#endif
