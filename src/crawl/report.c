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

void
report_link(struct str parts[REPORT_LINK_PARTS], const struct page *p,
    const struct url *link)
{
	parts[0] = page_source(p);
	parts[1] = STR_LIT("\t");
	parts[2] = url_href(link);
}

void
report_pages_header(struct writer *w)
{
	struct str line =
	    STR_LIT("source_url\tfinal_url\toutcome\tstatus\tbytes\tlinks\t"
		    "ms\tattempts\tcontent_type");

	writer_line(w, &line, 1);
}

void
report_page(struct writer *w, const struct page *p)
{
	const struct page_result *r = &p->result;
	char                      code[OUTCOME_CODE_SIZE];
	char                      numbers[160];
	struct str                parts[5];

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
	writer_line(w, parts, COUNT(parts));
}
