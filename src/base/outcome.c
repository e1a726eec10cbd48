/*
 * outcome.c - what became of a URL.
 */
#include "acrawl/outcome.h"

#include <stddef.h>
#include <stdio.h>

static const struct {
	const char *code;
	bool        retryable;
	const char *text;
} table[OUTCOME_COUNT] = {
#define OUTCOME_ROW(name, code, retryable, text) {code, retryable, text},
    OUTCOMES(OUTCOME_ROW)
#undef OUTCOME_ROW
};

/* The statuses that one meets, and those that pass: RFC 9110, RFC 6585. */
static const struct {
	int         status;
	bool        retryable;
	const char *text;
} statuses[] = {
    {304, false, "not modified"},
    {400, false, "bad request"},
    {401, false, "unauthorized"},
    {403, false, "forbidden"},
    {404, false, "not found"},
    {408, true, "request timeout"},
    {410, false, "gone"},
    {429, true, "too many requests"},
    {451, false, "unavailable for legal reasons"},
    {500, true, "internal server error"},
    {502, true, "bad gateway"},
    {503, true, "service unavailable"},
    {504, true, "gateway timeout"},
};

const char *
outcome_code(enum outcome o, int http_status, char code[OUTCOME_CODE_SIZE])
{
	if (o == OUTCOME_HTTP)
		snprintf(code, OUTCOME_CODE_SIZE, "http_%d", http_status);
	else
		snprintf(code, OUTCOME_CODE_SIZE, "%s", table[o].code);
	return code;
}

const char *
outcome_text(enum outcome o, int http_status)
{
	if (o == OUTCOME_HTTP)
		for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses);
		     i++)
			if (statuses[i].status == http_status)
				return statuses[i].text;
	return table[o].text;
}

bool
outcome_retryable(enum outcome o, int http_status)
{
	if (o == OUTCOME_HTTP)
		for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses);
		     i++)
			if (statuses[i].status == http_status)
				return statuses[i].retryable;
	return table[o].retryable;
}
