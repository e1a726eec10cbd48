/*
 * url_host.c - the hosts of URLs: the URL standard, section 3.
 *
 * Domains go through the IDNA processing of UTS 46, by ICU, only if they are
 * not ASCII: for ASCII it amounts to lower case, as a label that begins with
 * "xn--" is not looked into in a name that was ASCII to begin with.
 */
#include "url_int.h"

#include <pthread.h>
#include <unicode/uidna.h>

/*
 * IDNA takes time in the square of a label's length, and no name of more
 * than 253 bytes can be looked up.  So a name that needs IDNA is not valid if
 * it is longer than this before, or after; this is stricter than the standard,
 * which has no limit.  Names in ASCII have none here either.
 */
#define IDNA_BEFORE_MAX 1024
#define IDNA_AFTER_MAX  4096

/* The longest IPv6 address as it is serialised, and a NUL. */
#define IPV6_BYTES sizeof("[1111:2222:3333:4444:5555:6666:7777:8888]")

/*
 * Finds the longest run of at least two zero pieces, the first of several;
 * its length is 0 if there is none.
 */
static int
longest_zeros(const unsigned piece[8], int *length)
{
	int best = 0;

	*length = 0;
	for (int i = 0; i < 8; i++) {
		int n = 0;

		while (i + n < 8 && piece[i + n] == 0)
			n++;
		if (n >= 2 && n > *length) {
			best = i;
			*length = n;
		}
		i += n;
	}
	return best;
}

/* An IPv6 address as RFC 5952 has it, in brackets. */
static bool
put_ipv6(struct buf *out, const unsigned piece[8])
{
	int length;
	int zeros = longest_zeros(piece, &length);

	if (!buf_reserve(out, IPV6_BYTES))
		return false;
	buf_addc(out, '[');
	for (int i = 0; i < 8;) {
		if (length > 0 && i == zeros) {
			buf_add(out, STR_LIT("::"));
			i += length;
			continue;
		}
		if (i > 0 && (length == 0 || i != zeros + length))
			buf_addc(out, ':');
		buf_addf(out, "%x", piece[i++]);
	}
	return buf_addc(out, ']');
}

/*
 * Reads the "1.2.3.4" at the end of an IPv6 address: all of s, and each
 * number in decimal without a leading zero.
 */
static bool
parse_dotted(struct str s, unsigned piece[2])
{
	size_t i = 0;

	for (int number = 0; number < 4; number++) {
		unsigned value = 0;
		size_t   start;

		if (number > 0 && (i == s.n || s.p[i++] != '.'))
			return false;
		start = i;
		while (i < s.n && is_digit(s.p[i])) {
			if (i > start && value == 0)
				return false;
			value = value * 10 + (unsigned)(s.p[i++] - '0');
			if (value > 255)
				return false;
		}
		if (i == start)
			return false;
		piece[number / 2] = piece[number / 2] * 256 + value;
	}
	return i == s.n;
}

/* Moves the pieces behind the "::", which stands at gap, to the end. */
static void
spread(unsigned piece[8], int n, int gap)
{
	for (int to = 7; n > gap; to--) {
		unsigned value = piece[--n];

		piece[n] = 0;
		piece[to] = value;
	}
}

/* The IPv6 parser (3.5); s is what stands between the brackets. */
static bool
parse_ipv6(struct str s, unsigned piece[8])
{
	int    n = 0;    /* pieces read */
	int    gap = -1; /* where the "::" is */
	size_t i = 0;

	if (s.n > 0 && s.p[0] == ':') {
		if (s.n < 2 || s.p[1] != ':')
			return false;
		i = 2;
		gap = ++n;
	}
	while (i < s.n) {
		size_t   start = i;
		unsigned value = 0;

		if (n == 8)
			return false;
		if (s.p[i] == ':') {
			if (gap >= 0)
				return false;
			i++;
			gap = ++n;
			continue;
		}
		while (i < s.n && i - start < 4 && hex_value(s.p[i]) >= 0)
			value = value * 16 + (unsigned)hex_value(s.p[i++]);
		if (i < s.n && s.p[i] == '.') {
			s = str_n(s.p + start, s.n - start);
			if (n > 6 || !parse_dotted(s, piece + n))
				return false;
			n += 2;
			break;
		}
		if (i < s.n && (s.p[i++] != ':' || i == s.n))
			return false;
		piece[n++] = value;
	}
	if (gap >= 0)
		spread(piece, n, gap);
	return gap >= 0 || n == 8;
}

/*
 * Reads one number of an IPv4 address: decimal, octal after 0, hexadecimal
 * after 0x.  Beyond 32 bits it stays at some value beyond 32 bits.
 */
static bool
parse_ipv4_number(struct str s, uint64_t *value)
{
	int    radix = 10;
	size_t i = 0;

	if (s.n == 0)
		return false;
	if (s.n >= 2 && s.p[0] == '0') {
		radix = ascii_lower(s.p[1]) == 'x' ? 16 : 8;
		i = radix == 16 ? 2 : 1;
	}
	*value = 0;
	for (; i < s.n; i++) {
		int digit = hex_value(s.p[i]);

		if (digit < 0 || digit >= radix)
			return false;
		if (*value <= UINT32_MAX)
			*value = *value * (uint64_t)radix + (uint64_t)digit;
	}
	return true;
}

/* The label after the last dot; one dot at the very end does not count. */
static struct str
last_label(struct str host)
{
	size_t end = host.n;
	size_t start;

	if (end > 0 && host.p[end - 1] == '.')
		end--;
	for (start = end; start > 0 && host.p[start - 1] != '.'; start--)
		;
	return str_n(host.p + start, end - start);
}

/* Whether a domain is to be read as an IPv4 address, valid or not. */
static bool
ends_in_number(struct str host)
{
	struct str label = last_label(host);
	uint64_t   value;
	size_t     digits = 0;

	if (label.n == 0 || !is_digit(label.p[0]))
		return false;
	while (digits < label.n && is_digit(label.p[digits]))
		digits++;
	return digits == label.n || parse_ipv4_number(label, &value);
}

/* Parses "1.2.3.4" and its other spellings with one to four numbers. */
static bool
parse_ipv4(struct str host, uint32_t *address)
{
	uint64_t sum = 0;

	if (host.n > 0 && host.p[host.n - 1] == '.')
		host.n--;
	for (int n = 0; n < 4; n++) {
		const char *dot = memchr(host.p, '.', host.n);
		size_t      length = host.n;
		uint64_t    value;

		if (dot != NULL)
			length = (size_t)(dot - host.p);
		if (!parse_ipv4_number(str_n(host.p, length), &value))
			return false;
		if (dot == NULL) { /* the last fills the bytes that are left */
			*address = (uint32_t)(sum + value);
			return value < (uint64_t)1 << 8 * (4 - n);
		}
		if (value > 255)
			return false;
		sum += value << 8 * (3 - n);
		host = str_n(dot + 1, host.n - length - 1);
	}
	return false;
}

/*
 * ICU's tables for UTS 46: the same for all, never closed.  Many threads may
 * use them.
 */
static UIDNA *idna;

static void
open_idna(void)
{
	static const uint32_t options =
	    UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
	    UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE;
	UErrorCode error = U_ZERO_ERROR;

	idna = uidna_openUTS46(options, &error);
}

/*
 * Applies UTS 46 ToASCII to the bytes of out from at on.  Hyphens, empty
 * labels and lengths are not checked: the standard's beStrict is false.
 */
static bool
to_ascii(struct buf *out, size_t at)
{
	static const uint32_t forgiven =
	    UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
	    UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN |
	    UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	UIDNAInfo             info = UIDNA_INFO_INITIALIZER;
	UErrorCode            error = U_ZERO_ERROR;
	char                  ascii[IDNA_AFTER_MAX];
	int32_t               n;

	if (out->n - at > IDNA_BEFORE_MAX)
		return false;
	if (pthread_once(&once, open_idna) != 0 || idna == NULL)
		return false;
	n = uidna_nameToASCII_UTF8(idna, out->p + at, (int32_t)(out->n - at),
	    ascii, IDNA_AFTER_MAX, &info, &error);
	if (U_FAILURE(error) || (info.errors & ~forgiven) != 0)
		return false;
	out->n = at;
	return buf_add(out, str_n(ascii, (size_t)n));
}

/*
 * Appends s without its percent-encoding and in lower case.  All the classes
 * of the bytes are added to *seen.
 */
static bool
put_decoded(struct buf *out, struct str s, unsigned *seen)
{
	if (!buf_reserve(out, s.n))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%' && s.n - i > 2 && hex_value(s.p[i + 1]) >= 0 &&
		    hex_value(s.p[i + 2]) >= 0) {
			c = (char)(hex_value(s.p[i + 1]) * 16 +
				   hex_value(s.p[i + 2]));
			i += 2;
		}
		out->p[out->n++] = ascii_lower(c);
		*seen |= url_class(c);
	}
	return true;
}

/* A domain, or an IPv4 address, which is a domain that ends in a number. */
static bool
put_domain(struct buf *out, struct str host)
{
	size_t     at = out->n;
	unsigned   seen = 0;
	struct str domain;
	uint32_t   address;

	if (!put_decoded(out, host, &seen))
		return false;
	if ((seen & HIGH) != 0) {
		if (!to_ascii(out, at))
			return false;
		seen = 0;
		for (size_t i = at; i < out->n; i++)
			seen |= url_class(out->p[i]);
	}
	if (out->n == at || (seen & NO_DOMAIN) != 0)
		return false;
	domain = str_n(out->p + at, out->n - at);
	if (!ends_in_number(domain))
		return true;
	if (!parse_ipv4(domain, &address))
		return false;
	out->n = at;
	return buf_addf(out, "%u.%u.%u.%u", address >> 24, address >> 16 & 255,
	    address >> 8 & 255, address & 255);
}

bool
url_host_parse(struct buf *out, struct str host, bool opaque)
{
	if (host.n > 0 && host.p[0] == '[') {
		unsigned piece[8] = {0};

		return host.n > 1 && host.p[host.n - 1] == ']' &&
		       parse_ipv6(str_n(host.p + 1, host.n - 2), piece) &&
		       put_ipv6(out, piece);
	}
	if (!opaque)
		return put_domain(out, host);
	for (size_t i = 0; i < host.n; i++)
		if ((url_class(host.p[i]) & NO_HOST) != 0)
			return false;
	return url_encode(out, host, ENC_C0);
}
