/*
 * outcome.c - what became of a URL.
 */
#include "acrawl/outcome.h"

#include <stddef.h>
#include <stdio.h>

static const struct {
	const char *code;
	unsigned    traits;
	const char *text;
} table[OUTCOME_COUNT] = {
#define OUTCOME_ROW(name, code, traits, text) {code, traits, text},
    OUTCOMES(OUTCOME_ROW)
#undef OUTCOME_ROW
};

/* The statuses that one meets, and those that pass: RFC 9110, RFC 6585. */
static const struct {
	int         status;
	unsigned    traits;
	const char *text;
} statuses[] = {
    {301, 0, "moved permanently"},
    {304, 0, "not modified"},
    {308, 0, "permanent redirect"},
    {400, 0, "bad request"},
    {401, 0, "unauthorized"},
    {403, 0, "forbidden"},
    {404, 0, "not found"},
    {408, OUTCOME_RETRYABLE, "request timeout"},
    {410, 0, "gone"},
    {429, OUTCOME_RETRYABLE | OUTCOME_HOST, "too many requests"},
    {451, 0, "unavailable for legal reasons"},
    {500, OUTCOME_RETRYABLE, "internal server error"},
    {502, OUTCOME_RETRYABLE | OUTCOME_HOST, "bad gateway"},
    {503, OUTCOME_RETRYABLE | OUTCOME_HOST, "service unavailable"},
    {504, OUTCOME_RETRYABLE | OUTCOME_HOST, "gateway timeout"},
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

unsigned
outcome_traits(enum outcome o, int http_status)
{
	if (o == OUTCOME_HTTP)
		for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses);
		     i++)
			if (statuses[i].status == http_status)
				return statuses[i].traits;
	return table[o].traits;
}
