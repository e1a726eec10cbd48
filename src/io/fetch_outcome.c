/*
 * fetch_outcome.c - what a result of libcurl's means for a page.
 *
 * Where libcurl has one code for several cases, errno, OpenSSL's verdict or,
 * at last, the error text tells them apart.
 */
#include "fetch_outcome.h"

#include <errno.h>
#include <string.h>

/* OpenSSL's verify results that have an outcome of their own (x509_vfy.h). */
enum {
	CERT_NOT_YET_VALID = 9,
	CERT_HAS_EXPIRED = 10,
	CERT_HOST_MISMATCH = 62,
	CERT_IP_MISMATCH = 64,
};

static long
os_errno(CURL *easy)
{
	long value = 0;

	curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &value);
	return value;
}

static enum outcome
connect_outcome(CURL *easy)
{
	switch (os_errno(easy)) {
	case ECONNREFUSED:
		return OUTCOME_CONNECT_REFUSED;
	case ETIMEDOUT:
		return OUTCOME_CONNECT_TIMEOUT;
	default:
		return OUTCOME_CONNECT_FAILED;
	}
}

/* What OpenSSL says of the certificate. */
static enum outcome
tls_outcome(CURL *easy)
{
	long verdict = 0;

	curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
	switch (verdict) {
	case 0: /* fine, or */
	case 1: /* libcurl's own: there was no verdict */
		return OUTCOME_TLS_FAILED;
	case CERT_NOT_YET_VALID:
	case CERT_HAS_EXPIRED:
		return OUTCOME_TLS_EXPIRED;
	case CERT_HOST_MISMATCH:
	case CERT_IP_MISMATCH:
		return OUTCOME_TLS_WRONG_HOST;
	default:
		return OUTCOME_TLS_UNTRUSTED;
	}
}

/*
 * No TLS connection came about.  The errno that libcurl keeps may be that of
 * an earlier request, so that only its words tell.
 */
static enum outcome
handshake_outcome(CURL *easy, const char *detail)
{
	return strstr(detail, "Connection reset") != NULL ? OUTCOME_RESET
	                                                  : tls_outcome(easy);
}

/* The certificate was read and refused. */
static enum outcome
certificate_outcome(CURL *easy)
{
	enum outcome o = tls_outcome(easy);

	/* OpenSSL was content; libcurl itself compares the host name. */
	return o == OUTCOME_TLS_FAILED ? OUTCOME_TLS_WRONG_HOST : o;
}

static enum outcome
receive_outcome(bool head_seen, const char *detail)
{
	if (strstr(detail, "chunked-encoding") != NULL)
		return OUTCOME_BAD_RESPONSE;
	return head_seen ? OUTCOME_TRUNCATED : OUTCOME_RESET;
}

enum outcome
fetch_outcome(CURL *easy, CURLcode code, bool head_seen, const char *detail)
{
	/* An enum of the library's: some 90 values, and more to come. */
	switch ((int)code) {
	case CURLE_OK:
		return head_seen ? OUTCOME_OK : OUTCOME_BAD_RESPONSE;
	case CURLE_URL_MALFORMAT:
		return OUTCOME_BAD_URL;
	case CURLE_COULDNT_RESOLVE_HOST:
		return OUTCOME_DNS_NOT_FOUND;
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_PROXY:
		return OUTCOME_PROXY_FAILED;
	case CURLE_COULDNT_CONNECT:
		return connect_outcome(easy);
	case CURLE_OPERATION_TIMEDOUT:
		return OUTCOME_CONNECT_TIMEOUT;
	case CURLE_PEER_FAILED_VERIFICATION:
		return certificate_outcome(easy);
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_SHUTDOWN_FAILED:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_USE_SSL_FAILED:
		return handshake_outcome(easy, detail);
	case CURLE_GOT_NOTHING:
		return OUTCOME_EMPTY_REPLY;
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		return receive_outcome(head_seen, detail);
	case CURLE_PARTIAL_FILE:
		return OUTCOME_TRUNCATED;
	case CURLE_BAD_CONTENT_ENCODING:
		return OUTCOME_BAD_ENCODING;
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return OUTCOME_HTTP2_ERROR;
	case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9, or no HTTP at all */
	case CURLE_WEIRD_SERVER_REPLY:
		return OUTCOME_BAD_RESPONSE;
	case CURLE_OUT_OF_MEMORY: /* what libcurl says of an endless header */
		return head_seen ? OUTCOME_FAILED : OUTCOME_HEADERS_TOO_LARGE;
	default:
		return OUTCOME_FAILED;
	}
}
