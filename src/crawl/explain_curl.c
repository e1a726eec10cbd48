/*
 * explain_curl.c - the curl command that does what a request did.
 *
 * It is for a POSIX shell: what is not plain stands between single quotes.
 * Secrets are left to whoever runs it.
 */
#include "explain_int.h"

/* Words in names of headers whose values are not for everybody. */
static const char *const secret_words[] = {"auth", "cookie", "token", "key",
    "secret", "session", "password", "credential"};

static void
add_quoted(struct buf *out, struct str word)
{
	buf_addc(out, '\'');
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] == '\'')
			buf_add(out, STR_LIT("'\\''"));
		else
			buf_addc(out, word.p[i]);
	}
	buf_addc(out, '\'');
}

/* One word of a command. */
static void
add_word(struct buf *out, struct str word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_./:=@,+";
	bool              is_plain = word.n > 0;

	for (size_t i = 0; i < word.n && is_plain; i++)
		is_plain = memchr(plain, word.p[i], sizeof(plain) - 1) != NULL;
	if (is_plain)
		buf_add(out, word);
	else
		add_quoted(out, word);
}

static void
add_option(struct buf *out, const char *option, struct str value)
{
	buf_addf(out, " %s ", option);
	add_word(out, value);
}

/* As seconds, which may have a fraction. */
static void
add_time(struct buf *out, const char *option, int64_t ms)
{
	if (ms <= 0)
		return;
	buf_addf(out, " %s %lld", option, (long long)ms / 1000);
	if (ms % 1000 != 0)
		buf_addf(out, ".%03lld", (long long)ms % 1000);
}

/* Whether a header is one that does not go to everybody: FETCH_TRUSTED. */
static bool
is_for_trusted(struct str header)
{
	return str_starts_nocase(header, STR_LIT("Authorization:")) ||
	       str_starts_nocase(header, STR_LIT("Cookie:"));
}

static bool
has_part(struct str s, struct str part)
{
	for (size_t i = 0; i + part.n <= s.n; i++)
		if (str_starts_nocase(str_n(s.p + i, s.n - i), part))
			return true;
	return false;
}

/* "Name: value", whose value may have to be left out. */
static void
add_header(struct buf *out, struct str header)
{
	const char *colon = memchr(header.p, ':', header.n);
	struct str  name = header;
	struct buf  shown;
	bool        secret = false;

	buf_init(&shown, 0);
	if (colon != NULL)
		name.n = (size_t)(colon - header.p);
	for (size_t i = 0; i < sizeof(secret_words) / sizeof(*secret_words);
	     i++)
		secret |=
		    colon != NULL && has_part(name, str_c(secret_words[i]));
	buf_add(&shown, secret ? name : header);
	if (secret)
		buf_add(&shown, STR_LIT(": SECRET"));
	add_option(out, "-H", buf_str(&shown));
	buf_clear(&shown);
}

bool
explain_withheld(const struct config *config, const struct step *s)
{
	for (size_t i = 0; i < config->headers.n; i++)
		if (!s->trusted &&
		    is_for_trusted(str_c(config->headers.items[i])))
			return true;
	return false;
}

static void
add_request(struct buf *out, const struct config *config, const struct step *s)
{
	buf_add(out, s->head ? STR_LIT(" -I") : STR_LIT(" -sS -o /dev/null"));
	buf_add(out, STR_LIT(" --compressed"));
	add_option(out, "-A", str_c(config->user_agent));
	for (size_t i = 0; i < config->headers.n; i++) {
		struct str header = str_c(config->headers.items[i]);

		if (s->trusted || !is_for_trusted(header))
			add_header(out, header);
	}
}

static void
add_connection(struct buf *out, const struct config *config)
{
	struct buf proxy;

	if (config->proxy != NULL) {
		buf_init(&proxy, 0);
		explain_add_proxy(&proxy, str_c(config->proxy));
		add_option(out, "-x", buf_str(&proxy));
		buf_clear(&proxy);
	}
	if (config->cacert != NULL)
		add_option(out, "--cacert", str_c(config->cacert));
	if (config->insecure)
		buf_add(out, STR_LIT(" -k"));
	for (size_t i = 0; i < config->resolve.n; i++)
		add_option(out, "--resolve", str_c(config->resolve.items[i]));
	if (config->ip_version != 0)
		buf_addf(out, " -%d", (int)config->ip_version);
	add_time(out, "--connect-timeout", config->connect_timeout_ms);
	add_time(out, "-m", config->timeout_ms);
}

void
explain_add_curl(
    struct buf *out, const struct config *config, const struct step *s)
{
	struct buf url;

	buf_init(&url, 0);
	explain_add_url(&url, str_c(s->url));
	buf_add(out, STR_LIT("curl -v"));
	add_request(out, config, s);
	add_connection(out, config);
	/* Else curl takes them for sets and ranges of URLs. */
	if (strpbrk(s->url, "[]{}\\") != NULL)
		buf_add(out, STR_LIT(" -g"));
	buf_addc(out, ' ');
	add_quoted(out, buf_str(&url));
	buf_clear(&url);
}
