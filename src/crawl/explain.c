/*
 * explain.c - the text about one target of a link check.
 *
 *	label       what there is to say
 *	            and more of it
 *
 * Nothing is judged here: what a rule, a request or a fragment came to is asked
 * of those whose affair it is.
 */
#include "acrawl/explain.h"

#include <inttypes.h>

#include "check_int.h"
#include "explain_int.h"

#include "acrawl/limits.h"

/* ----------------------------------------------------------------------
 * Parts of the text.
 */

/* Begins a line; without a name it goes on with what was there. */
static void
label(struct buf *out, const char *name)
{
	buf_addf(out, "%-12s", name);
}

static void
end_line(struct buf *out)
{
	buf_addc(out, '\n');
}

/* The string without what stands before '@' in `from`..`to`. */
static void
add_masked(struct buf *out, struct str s, size_t from, size_t to)
{
	const char *colon;
	size_t      at = to;

	while (at > from && s.p[at - 1] != '@')
		at--;
	if (at == from) {
		buf_add_printable(out, s);
		return;
	}
	colon = memchr(s.p + from, ':', at - from);
	buf_add_printable(out, str_n(s.p, from));
	buf_add(
	    out, colon != NULL ? STR_LIT("USER:PASSWORD@") : STR_LIT("USER@"));
	buf_add_printable(out, str_n(s.p + at, s.n - at));
}

/* Where the authority begins: behind "//"; s.n if there is none. */
static size_t
authority_of(struct str s)
{
	for (size_t i = 0; i + 1 < s.n; i++)
		if (s.p[i] == '/' && s.p[i + 1] == '/')
			return i + 2;
	return s.n;
}

void
explain_add_url(struct buf *out, struct str url)
{
	size_t from = authority_of(url);
	size_t to = from;

	while (to < url.n && url.p[to] != '/' && url.p[to] != '?' &&
	       url.p[to] != '#' && url.p[to] != '\\')
		to++;
	add_masked(out, url, from, to);
}

void
explain_add_proxy(struct buf *out, struct str proxy)
{
	size_t from = authority_of(proxy);

	add_masked(out, proxy, from < proxy.n ? from : 0, proxy.n);
}

/* How long ago, or for how long. */
static void
add_time(struct buf *out, int64_t ms)
{
	static const struct {
		int64_t     ms;
		const char *name;
	} units[] = {{86400000, "d"}, {3600000, "h"}, {60000, "min"},
	    {1000, "s"}, {1, "ms"}};
	size_t i = 0;

	while (i < 4 && ms < (i < 3 ? 2 : 1) * units[i].ms)
		i++;
	buf_addf(out, "%" PRId64 " %s", ms / units[i].ms, units[i].name);
}

/* ----------------------------------------------------------------------
 * What the target is, and the rules for it.
 */

struct explained {
	struct check         *check;
	const struct trace   *trace;
	struct target_place   place;
	const struct target  *target;
	struct str            text; /* the target's */
	struct str            fragment;
	struct url            url; /* without a fragment; or nothing */
	bool                  is_url;
	struct ending         ending;
	const struct finding *finding; /* NULL: none */
};

static void
add_target(const struct explained *x, struct buf *out)
{
	label(out, "URL");
	explain_add_url(out, x->text);
	if (x->target->outcome == OUTCOME_BAD_URL && !x->is_url)
		buf_add(out, STR_LIT(" (which is none)"));
	end_line(out);
	if (x->is_url && !url_is_http(&x->url)) {
		label(out, "");
		buf_add(out, STR_LIT("its scheme is "));
		buf_add_printable(out, url_scheme(&x->url));
		buf_add(out, STR_LIT(": nothing that can be tested\n"));
	}
	if (x->fragment.n > 0) {
		label(out, "");
		buf_add(out, STR_LIT("its fragment is "));
		buf_add_printable(out, x->fragment);
		end_line(out);
	}
}

/* What --include, --exclude and the ignore file say. */
static void
add_patterns(const struct explained *x, struct buf *out)
{
	const char *which = NULL;
	bool passes = scope_allows(x->check->crawl->scope, &x->url, &which);
	bool any = x->check->config->include.n > 0 ||
	           x->check->config->exclude.n > 0 || x->check->ignore.n > 0;

	label(out, "Rules");
	if (which != NULL) {
		buf_add(out,
		    passes ? STR_LIT("included by ") : STR_LIT("excluded by "));
		buf_add_printable(out, str_c(which));
	} else if (!passes) {
		buf_add(out, STR_LIT("excluded: no --include matches"));
	} else {
		buf_add(out, any ? STR_LIT("no pattern excludes it")
				 : STR_LIT("no patterns to exclude it"));
	}
	end_line(out);
}

static void
add_site(const struct explained *x, struct buf *out)
{
	const struct config *config = x->check->config;

	label(out, "");
	buf_add(out, check_is_internal(x->check, &x->url)
			 ? STR_LIT("internal: on the site of the inputs")
		     : config->inputs.n > 0
			 ? STR_LIT("external: not on the site of the inputs")
			 : STR_LIT("external: no input says what is internal"));
	if (x->target->skip == SKIP_INTERNAL)
		buf_add(out, STR_LIT("; skipped by --external"));
	if (x->target->skip == SKIP_EXTERNAL)
		buf_add(out, STR_LIT("; skipped by --internal"));
	end_line(out);
}

static void
add_baseline(const struct explained *x, struct buf *out)
{
	struct baseline *b = x->check->baseline;
	struct str named = x->finding != NULL ? x->finding->target : x->text;

	if (b == NULL)
		return;
	label(out, "");
	buf_addf(out, "the baseline %s it\n",
	    baseline_knows(b, named) ? "knows" : "does not know");
}

static void
add_cache(const struct explained *x, struct buf *out)
{
	const struct cache *c = x->check->cache;
	int64_t             age;

	if (c == NULL)
		return;
	age = cache_answer_age(c, x->text);
	label(out, "");
	if (age < 0) {
		buf_add(out, STR_LIT("the cache has no answer"));
	} else {
		buf_add(out, STR_LIT("the cache has an answer, of "));
		add_time(out, age);
		buf_add(out, STR_LIT(" ago"));
		if (x->target->from_cache)
			buf_addf(
			    out, ": %d, so nobody is asked", x->target->status);
		else
			buf_add(out, STR_LIT(", which does not tell all"));
	}
	end_line(out);
}

static void
add_robots(const struct explained *x, struct buf *out)
{
	enum outcome o = (enum outcome)x->target->outcome;

	if (x->check->config->robots != ROBOTS_ALWAYS || !x->is_url ||
	    x->target->is_file || x->target->skip != SKIP_NOT)
		return;
	label(out, "");
	buf_add(out, o == OUTCOME_ROBOTS_DENIED
			 ? STR_LIT("robots.txt forbids it")
		     : o == OUTCOME_ROBOTS_UNREACHABLE
			 ? STR_LIT("robots.txt can't be fetched")
			 : STR_LIT("robots.txt allows it"));
	end_line(out);
}

static void
add_rules(const struct explained *x, struct buf *out)
{
	if (!x->is_url || !url_is_http(&x->url))
		return;
	add_patterns(x, out);
	add_site(x, out);
	label(out, "");
	buf_addf(out, "ok are statuses %s\n", x->check->config->accept);
	add_baseline(x, out);
	add_cache(x, out);
	add_robots(x, out);
}

/* ----------------------------------------------------------------------
 * What was done.
 */

/* Each host once that was asked. */
static void
add_hosts(const struct explained *x, struct buf *out)
{
	struct fpset seen = {0};
	const char  *name = "DNS";
	struct url   url;

	url_init(&url);
	for (size_t i = 0; i < x->trace->n; i++) {
		const struct step *s = &x->trace->steps[i];

		if (s->is_file || !url_parse(&url, str_c(s->url), NULL) ||
		    !fpset_add(
			&seen, fingerprint(str_n(url.href.p + url.host_at,
				   url.path_at - url.host_at))))
			continue;
		label(out, name);
		explain_add_host(out, x->check->config, &url);
		end_line(out);
		name = "";
	}
	fpset_clear(&seen);
	url_clear(&url);
}

static void
add_file(const struct step *s, struct buf *out)
{
	static const char *const how[] = {
	    [SITE_ANSWER_FILE] = "the file answers: ",
	    [SITE_ANSWER_INDEX] = "its index answers: ",
	    [SITE_ANSWER_FALLBACK] = "by --fallback-ext answers: ",
	    [SITE_ANSWER_SLASH] = "301 to it with a slash, for: ",
	    [SITE_ANSWER_NONE] = "no file in the directory answers",
	};

	label(out, "File");
	explain_add_url(out, str_c(s->url));
	end_line(out);
	label(out, "");
	buf_add(out, str_c(how[s->answer]));
	if (s->path != NULL)
		buf_add_printable(out, str_c(s->path));
	end_line(out);
}

/* "301 in 2 ms from 127.0.0.1", or what else came. */
static void
add_answer(const struct step *s, struct buf *out)
{
	char code[OUTCOME_CODE_SIZE];

	label(out, "");
	if (s->status > 0)
		buf_addf(out, "%d", s->status);
	if (s->status == 0 ||
	    (s->outcome != OUTCOME_OK && s->outcome != OUTCOME_HTTP))
		buf_addf(out, "%s%s: %s", s->status > 0 ? ", " : "",
		    outcome_code(s->outcome, s->status, code),
		    outcome_text(s->outcome, s->status));
	buf_addf(out, "%sin %" PRId64 " ms",
	    s->status > 0 && s->outcome != OUTCOME_OK &&
		    s->outcome != OUTCOME_HTTP
		? ", "
	    : s->status > 0 ? " "
			    : ", ",
	    s->ms);
	if (s->address[0] != '\0')
		buf_addf(out, " from %s", s->address);
	end_line(out);
}

static void
add_request(const struct step *s, size_t n, bool by_get, struct buf *out)
{
	struct buf name;

	buf_init(&name, 0);
	buf_addf(&name, "Request %zu", n);
	label(out, buf_cstr(&name));
	buf_clear(&name);
	buf_add(out, s->head ? STR_LIT("HEAD ") : STR_LIT("GET "));
	explain_add_url(out, str_c(s->url));
	end_line(out);
	if (s->again) {
		label(out, "");
		buf_add(out, STR_LIT("the second look: a fresh connection, "
				     "when all else is done\n"));
	}
	if (by_get) {
		label(out, "");
		buf_add(out, STR_LIT("by GET, as HEAD may be answered "
				     "otherwise\n"));
	}
	if (s->attempt > 1) {
		label(out, "");
		buf_addf(
		    out, "attempt %" PRId64 ", after a pause\n", s->attempt);
	}
	add_answer(s, out);
	if (s->detail != NULL) {
		label(out, "");
		buf_add_printable(out, str_c(s->detail));
		end_line(out);
	}
	if (s->location != NULL) {
		label(out, "");
		buf_add(out, s->bad_location ? STR_LIT("leads to no URL: ")
					     : STR_LIT("leads to "));
		explain_add_url(out, str_c(s->location));
		end_line(out);
	}
	if (s->retry_after_ms >= 0) {
		label(out, "");
		buf_add(out, STR_LIT("asks to come again in "));
		add_time(out, s->retry_after_ms);
		end_line(out);
	}
}

/* Whether a request is made because HEAD did not tell. */
static bool
is_by_get(const struct trace *tr, size_t i)
{
	const struct step *s = &tr->steps[i];

	return i > 0 && !s->is_file && !s->head && s[-1].head &&
	       s->again == s[-1].again && strcmp(s->url, s[-1].url) == 0;
}

static void
add_steps(const struct explained *x, struct buf *out)
{
	size_t requests = 0;

	for (size_t i = 0; i < x->trace->n; i++) {
		if (x->trace->steps[i].is_file)
			add_file(&x->trace->steps[i], out);
		else
			add_request(&x->trace->steps[i], ++requests,
			    is_by_get(x->trace, i), out);
	}
	if (x->trace->n == LIMIT_EXPLAIN_STEPS) {
		label(out, "");
		buf_add(out, STR_LIT("and maybe more\n"));
	}
	if (requests == 0) {
		label(out, "Requests");
		buf_add(out, STR_LIT("none\n"));
	}
}

/* ----------------------------------------------------------------------
 * What it came to.
 */

static void
add_fragment(const struct explained *x, struct buf *out)
{
	struct targets *t = &x->check->targets;
	struct str      wanted = x->fragment;
	bool            there;

	if (x->place.fragment == 0)
		return;
	there = check_has_fragment(
	    x->check, pool_at(&t->fragments, x->place.fragment), &x->ending);
	if (x->ending.fragment != 0)
		wanted = texts_get(&t->texts, x->ending.fragment);
	label(out, "Fragment");
	buf_add_printable(out, wanted);
	if (!there)
		buf_add(out, STR_LIT(" is not there: no such id"));
	else if (x->target->from_cache && x->target->ids_known)
		buf_add(out, STR_LIT(" is there, as the cache has it"));
	else if (target_at(t, x->ending.last)->has_ids)
		buf_add(out, STR_LIT(" is there"));
	else if (x->ending.verdict == VERDICT_OK ||
		 x->ending.verdict == VERDICT_REDIRECTED)
		buf_add(out, STR_LIT(" was not looked for: there is no HTML "
				     "that was read to its end"));
	else
		buf_add(out, STR_LIT(" was not looked for"));
	end_line(out);
}

/* Why a target is not tested. */
static const char *
why_skipped(const struct target *t)
{
	static const char *const why[] = {
	    [SKIP_NOT] = "forbidden by robots.txt",
	    [SKIP_SCHEME] = "neither http nor https",
	    [SKIP_EXCLUDED] = "excluded by a pattern",
	    [SKIP_INTERNAL] = "internal, with --external",
	    [SKIP_EXTERNAL] = "external, with --internal",
	};

	return why[t->skip];
}

/* Where redirects lead, and whether that counts. */
static void
add_end(const struct explained *x, struct buf *out)
{
	const struct targets *t = &x->check->targets;

	if (x->ending.led_to == 0)
		return;
	label(out, "");
	buf_add(out, STR_LIT("redirects lead to "));
	explain_add_url(out, target_text(t, x->ending.led_to));
	if (target_at(t, x->ending.last)->skip != SKIP_NOT)
		buf_addf(out, ", which is not tested: %s",
		    why_skipped(target_at(t, x->ending.last)));
	end_line(out);
}

static void
add_consequence(const struct explained *x, struct buf *out)
{
	const struct finding *f = x->finding;

	label(out, "");
	if (f == NULL)
		buf_add(out, STR_LIT("not reported"));
	else if (f->fails)
		buf_add(out, STR_LIT("reported; the run fails (status 2)"));
	else if (f->known)
		buf_add(out, STR_LIT("reported as known by the baseline; the "
				     "run does not fail"));
	else if (f->verdict == VERDICT_BLOCKED)
		buf_add(out, STR_LIT("reported; with --strict the run would "
				     "fail"));
	else
		buf_add(out, STR_LIT("reported; the run does not fail"));
	end_line(out);
}

static void
add_verdict(const struct explained *x, struct buf *out)
{
	const struct finding *f = x->finding;
	char                  code[OUTCOME_CODE_SIZE];

	label(out, "Verdict");
	if (f != NULL) {
		buf_addf(out, "%s ", verdict_name(f->verdict));
		buf_add_printable(out, f->code);
		buf_add(out, STR_LIT(": "));
		buf_add_printable(out, f->why);
	} else if (!x->ending.tested) {
		buf_addf(out, "none: %s",
		    x->check->found.findings.incomplete != NULL
			? x->check->found.findings.incomplete
			: "it was not tested");
	} else {
		buf_add(out, str_c(verdict_name(x->ending.verdict)));
		if (x->ending.verdict == VERDICT_SKIPPED)
			buf_addf(out, ": %s", why_skipped(x->target));
		else if (x->ending.verdict == VERDICT_REDIRECTED)
			buf_addf(out, " %s: not for good",
			    outcome_code(
				x->ending.outcome, x->ending.status, code));
	}
	end_line(out);
	add_end(x, out);
	add_consequence(x, out);
}

/* The command for the request that came last, which decided. */
static void
add_command(const struct explained *x, struct buf *out)
{
	const struct config *config = x->check->config;
	const struct step   *last = NULL;

	for (size_t i = 0; i < x->trace->n; i++)
		if (!x->trace->steps[i].is_file &&
		    (last == NULL || !x->trace->steps[i].is_robots))
			last = &x->trace->steps[i];
	if (last == NULL)
		return;
	buf_add(out, STR_LIT("\nTo repeat the last request:\n"));
	explain_add_curl(out, config, last);
	end_line(out);
	if (explain_withheld(config, last))
		buf_add(out,
		    STR_LIT("without the headers Authorization and Cookie, "
			    "which go only to hosts of the inputs\n"));
}

/* The finding that the target's link is shown by; NULL: none. */
static const struct finding *
finding_of(const struct check *ck)
{
	for (size_t i = 0; i < ck->found.findings.n; i++)
		if (ck->found.items[i].places_n > 0)
			return &ck->found.items[i];
	return NULL;
}

void
explain_add(struct check *ck, struct buf *out)
{
	struct explained x = {.check = ck, .trace = ck->trace};

	if (x.trace->place == 0) {
		buf_add(out, STR_LIT("The run ended before it began.\n"));
		return;
	}
	x.place = *(struct target_place *)pool_at(
	    &ck->targets.places, x.trace->place);
	x.target = target_at(&ck->targets, x.place.target);
	x.text = target_text(&ck->targets, x.place.target);
	if (x.place.fragment != 0) {
		struct target_fragment *f =
		    pool_at(&ck->targets.fragments, x.place.fragment);

		x.fragment = texts_get(&ck->targets.texts, f->text);
	}
	url_init(&x.url);
	x.is_url = url_parse(&x.url, x.text, NULL);
	x.ending = check_ending(ck, x.place.target);
	x.finding = finding_of(ck);
	add_target(&x, out);
	add_rules(&x, out);
	add_hosts(&x, out);
	add_steps(&x, out);
	add_fragment(&x, out);
	add_verdict(&x, out);
	add_command(&x, out);
	url_clear(&x.url);
}
