/*
 * xml_out.c - XML by libxml2's writer.
 *
 * It would write what it is given as it is: so what may not stand in XML goes
 * before it gets there.  It fails only for want of memory, or if it is called
 * in a wrong order, which the tests would show.
 */
#include "acrawl/xml_out.h"

#include <libxml/xmlwriter.h>
#include <stdlib.h>

#include "acrawl/mem.h"

struct xml_out {
	xmlTextWriter *writer;
	struct buf     value; /* the one at hand, clean */
};

static void
must(int result)
{
	if (result < 0)
		mem_exhausted();
}

static int
append(void *arg, const char *bytes, int n)
{
	buf_add(arg, str_n(bytes, (size_t)n));
	return n;
}

struct xml_out *
xml_out_new(struct buf *buf)
{
	struct xml_out  *x = XNEW(struct xml_out);
	xmlOutputBuffer *out = xmlOutputBufferCreateIO(append, NULL, buf, NULL);

	if (out == NULL || (x->writer = xmlNewTextWriter(out)) == NULL)
		mem_exhausted();
	must(xmlTextWriterSetIndent(x->writer, 1));
	must(xmlTextWriterStartDocument(x->writer, NULL, "UTF-8", NULL));
	return x;
}

void
xml_out_free(struct xml_out *x)
{
	must(xmlTextWriterEndDocument(x->writer));
	xmlFreeTextWriter(x->writer);
	buf_clear(&x->value);
	free(x);
}

void
xml_out_start(struct xml_out *x, const char *name)
{
	must(xmlTextWriterStartElement(x->writer, BAD_CAST name));
}

void
xml_out_end(struct xml_out *x)
{
	must(xmlTextWriterEndElement(x->writer));
}

/* The characters of XML 1.0, section 2.2. */
static bool
is_char(uint32_t c)
{
	return c >= 0x20 ? c != 0xFFFE && c != 0xFFFF
	                 : c == '\t' || c == '\n' || c == '\r';
}

/* As a C string that lives until the next call. */
static const xmlChar *
clean(struct xml_out *x, struct str s)
{
	buf_reset(&x->value);
	while (s.n > 0) {
		uint32_t c;
		size_t   n = utf8_get(s, &c);

		if (n > 0 && is_char(c)) {
			buf_add(&x->value, str_n(s.p, n));
		} else {
			buf_add(&x->value, STR_LIT("\xEF\xBF\xBD"));
			n = n > 0 ? n : 1;
		}
		s = str_n(s.p + n, s.n - n);
	}
	return BAD_CAST buf_cstr(&x->value);
}

void
xml_out_attr(struct xml_out *x, const char *name, struct str value)
{
	must(xmlTextWriterWriteAttribute(
	    x->writer, BAD_CAST name, clean(x, value)));
}

void
xml_out_text(struct xml_out *x, struct str text)
{
	must(xmlTextWriterWriteString(x->writer, clean(x, text)));
}
