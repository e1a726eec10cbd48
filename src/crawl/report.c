/*
 * report.c - the lines of the two outputs.
 */
#include "acrawl/report.h"

#include <stdio.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

void
report_links_header(struct writer *w)
{
	struct str line = STR_LIT("source_url\tparsed_url");

	writer_line(w, &line, 1);
}

/* A member of an object, after its first. */
static void
json_string(struct buf *line, const char *name, struct str value)
{
	buf_addf(line, ",\"%s\":", name);
	buf_add_json(line, value);
}

static void
json_number(struct buf *line, const char *name, uint64_t value)
{
	buf_addf(line, ",\"%s\":%llu", name, (unsigned long long)value);
}

/* One object; what a link of a header has not is null. */
static void
link_as_json(struct buf *line, const struct page *p, const struct link *link)
{
	buf_add(line, STR_LIT("{\"source_url\":"));
	buf_add_json(line, page_source(p));
	json_string(line, "parsed_url", url_href(link->url));
	json_string(line, "page", url_href(&p->url));
	if (link->tag != NULL)
		json_string(line, "tag", str_c(link->tag));
	else
		buf_add(line, STR_LIT(",\"tag\":null"));
	json_string(line, "attr", str_c(link->attr));
	json_string(line, "rel", link->rel);
	if (link->tag != NULL) {
		json_number(line, "line", link->line);
		json_number(line, "column", link->column);
	} else {
		buf_add(line, STR_LIT(",\"line\":null,\"column\":null"));
	}
	json_string(line, "raw", link->raw);
	buf_addc(line, '}');
}

size_t
report_link(struct str parts[REPORT_LINK_PARTS], struct buf *line,
    enum format format, const struct page *p, const struct link *link)
{
	switch (format) {
	case FORMAT_TSV:
		parts[0] = page_source(p);
		parts[1] = STR_LIT("\t");
		parts[2] = url_href(link->url);
		return 3;
	case FORMAT_JSONL:
		break;
	}
	buf_reset(line);
	link_as_json(line, p, link);
	parts[0] = buf_str(line);
	return 1;
}

void
report_pages_header(struct writer *w, bool crawled)
{
	struct str parts[] = {
	    STR_LIT("source_url\tfinal_url\toutcome\tstatus\tbytes\tlinks\t"
		    "ms\tattempts\tcontent_type"),
	    STR_LIT("\tdepth\treferrer"),
	};

	writer_line(w, parts, crawled ? 2 : 1);
}

void
report_page(struct writer *w, const struct page *p, bool crawled)
{
	const struct lead        *lead = &p->entry->lead;
	const struct page_result *r = &p->result;
	char                      code[OUTCOME_CODE_SIZE];
	char                      numbers[160];
	char                      depth[32];
	struct str                parts[7];

	outcome_code(r->outcome, r->status, code);
	snprintf(numbers, sizeof(numbers), "\t%s\t%d\t%llu\t%llu\t%lld\t%lld\t",
	    code, r->status, (unsigned long long)r->bytes,
	    (unsigned long long)r->links, (long long)r->ms,
	    (long long)r->attempts);
	parts[0] = page_source(p);
	parts[1] = STR_LIT("\t");
	parts[2] = url_href(&p->url);
	parts[3] = str_c(numbers);
	parts[4] = str_c(r->content_type != NULL ? r->content_type : "");
	snprintf(depth, sizeof(depth), "\t%u\t", (unsigned)lead->depth);
	parts[5] = str_c(depth);
	parts[6] = source_text(lead->source);
	writer_line(w, parts, crawled ? 7 : 5);
}
