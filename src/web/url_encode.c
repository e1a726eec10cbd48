/*
 * url_encode.c - what a byte is to the URL standard: the percent-encode sets
 * (1.3), and UTF-8, which all input becomes first.
 */
#include "url_int.h"

/*
 * The table's rows: what the bytes of a kind are.  The encode sets grow from
 * ENC_FRAGMENT over ENC_QUERY and ENC_PATH to ENC_USERINFO, but for a few.
 */
#define CTRL                                                                   \
	(ENC_C0 | ENC_FRAGMENT | ENC_QUERY | ENC_SPECIAL_QUERY | ENC_PATH |    \
	    ENC_USERINFO | NO_DOMAIN | FAST_STOP)
#define CNUL (CTRL | NO_HOST)
#define BLNK (CTRL | NO_HOST | BLANK)
#define SPAC (CNUL & ~(unsigned)ENC_C0)
#define QUOT (SPAC & ~(unsigned)(NO_HOST | NO_DOMAIN))
#define ANGL SPAC
#define HASH (SPAC & ~(unsigned)ENC_FRAGMENT)
#define QUES (HASH & ~(unsigned)(ENC_QUERY | ENC_SPECIAL_QUERY))
#define CARE QUES
#define BRAC (QUES & ~(unsigned)(NO_HOST | NO_DOMAIN))
#define GRAV (BRAC | ENC_FRAGMENT)
#define SQUO (ENC_SPECIAL_QUERY | FAST_STOP)
#define PERC (NO_DOMAIN | FAST_STOP)
#define AT   (ENC_USERINFO | NO_HOST | NO_DOMAIN)
#define COLN (AT | FAST_STOP)
#define SEMI ENC_USERINFO
#define UPPE IN_SCHEME
#define PLUS IN_SCHEME
#define LOWE (IN_SCHEME | FAST_HOST)
#define DOT  (IN_SCHEME | FAST_HOST | FAST_STOP)
#define LINE FAST_HOST
#define HIBY (CTRL | HIGH)
#define HI16                                                                   \
	HIBY, HIBY, HIBY, HIBY, HIBY, HIBY, HIBY, HIBY, HIBY, HIBY, HIBY,      \
	    HIBY, HIBY, HIBY, HIBY, HIBY

/* clang-format off */
const uint16_t url_class_of[256] = {
	CNUL, CTRL, CTRL, CTRL, CTRL, CTRL, CTRL, CTRL, /* NUL ... */
	CTRL, BLNK, BLNK, CTRL, CTRL, BLNK, CTRL, CTRL, /* BS \t \n VT FF \r */
	CTRL, CTRL, CTRL, CTRL, CTRL, CTRL, CTRL, CTRL,
	CTRL, CTRL, CTRL, CTRL, CTRL, CTRL, CTRL, CTRL,
	SPAC,    0, QUOT, HASH,    0, PERC,    0, SQUO, /*   ! " # $ % & ' */
	   0,    0,    0, PLUS,    0, LOWE,  DOT,   AT, /* ( ) * + , - . / */
	LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, /* 0 1 2 3 4 5 6 7 */
	LOWE, LOWE, COLN, SEMI, ANGL, SEMI, ANGL, QUES, /* 8 9 : ; < = > ? */
	  AT, UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, /* @ A B C D E F G */
	UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, /* H I J K L M N O */
	UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, UPPE, /* P Q R S T U V W */
	UPPE, UPPE, UPPE,   AT, COLN,   AT, CARE, LINE, /* X Y Z [ \ ] ^ _ */
	GRAV, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, /* ` a b c d e f g */
	LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, /* h i j k l m n o */
	LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, LOWE, /* p q r s t u v w */
	LOWE, LOWE, LOWE, BRAC,   AT, BRAC,    0, CTRL, /* x y z { | } ~ DEL */
	HI16, HI16, HI16, HI16, HI16, HI16, HI16, HI16,
};
/* clang-format on */

bool
url_encode(struct buf *out, struct str s, unsigned set)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t            n = 0; /* bytes to encode */
	char             *to;

	for (size_t i = 0; i < s.n; i++)
		n += (url_class(s.p[i]) & set) != 0;
	if (n == 0)
		return buf_add(out, s);
	if (!buf_reserve(out, s.n + n * 2))
		return false;
	to = out->p + out->n;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((url_class(s.p[i]) & set) == 0) {
			*to++ = s.p[i];
		} else {
			*to++ = '%';
			*to++ = hex[c >> 4];
			*to++ = hex[c & 15];
		}
	}
	out->n += s.n + n * 2;
	return true;
}

/*
 * The length of the UTF-8 character that n > 0 bytes begin with.  If they
 * begin with none, *good becomes false and the length is that of what one
 * U+FFFD stands for (the Encoding standard, 8.1.1).
 */
static size_t
utf8_length(const unsigned char *p, size_t n, bool *good)
{
	unsigned char low = 0x80;
	unsigned char high = 0xbf;
	size_t        length;

	*good = p[0] < 0x80;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 1;
	length = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf4)
		high = 0x8f;
	for (size_t i = 1; i < length; i++) {
		if (i == n || p[i] < low || p[i] > high)
			return i;
		low = 0x80;
		high = 0xbf;
	}
	*good = true;
	return length;
}

void
url_clean(struct buf *out, struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	const unsigned char *end = p + s.n;
	const unsigned char *run = p; /* not copied yet */

	while (p < end) {
		bool   good = true;
		size_t n = 1;

		if (*p >= 0x80)
			n = utf8_length(p, (size_t)(end - p), &good);
		if (good && (url_class_of[*p] & BLANK) == 0) {
			p += n;
			continue;
		}
		buf_add(out, str_n((const char *)run, (size_t)(p - run)));
		if (!good)
			buf_add(out, STR_LIT("\xef\xbf\xbd"));
		p += n;
		run = p;
	}
	buf_add(out, str_n((const char *)run, (size_t)(p - run)));
}

bool
url_is_utf8(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	const unsigned char *end = p + s.n;
	bool                 good = true;

	while (p < end && good)
		p += *p < 0x80 ? 1 : utf8_length(p, (size_t)(end - p), &good);
	return good;
}
