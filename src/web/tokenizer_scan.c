/*
 * tokenizer_scan.c - comments, raw text and scripts: what is passed over.
 *
 * The HTML standard, 13.2.5.2 to 13.2.5.5, 13.2.5.9 to 13.2.5.31 and 13.2.5.42
 * to 13.2.5.71.  Each function reads until its states are left or the bytes
 * end, and returns where it is.
 */
#include "tokenizer_int.h"

/* `dashes`, where the script is not in escaped text. */
#define NOT_ESCAPED UINT32_MAX

static const char *
find(const char *p, const char *end, char c)
{
	const char *at = memchr(p, c, (size_t)(end - p));

	return at != NULL ? at : end;
}

/* After "<![": a CDATA section if `matched` goes through all of this. */
static const char cdata[] = "[CDATA[";

/* "Markup declaration open", and the comments and the like that it opens. */
const char *
scan_markup(struct tokenizer *t, const char *p, const char *end)
{
	while (p < end) {
		char c = *p;

		switch ((int)t->state) {
		case MARKUP:
			if (c == '-') {
				t->state = MARKUP_DASH;
				p++;
			} else if (c == '[' && tree_foreign(&t->tree)) {
				t->state = MARKUP_CDATA;
				t->matched = 1;
				p++;
			} else {
				t->state = BOGUS_COMMENT;
			}
			break;
		case MARKUP_DASH:
			if (c == '-') {
				t->state = COMMENT_START;
				p++;
			} else {
				t->state = BOGUS_COMMENT;
			}
			break;
		case MARKUP_CDATA:
			if (c != cdata[t->matched]) {
				t->state = BOGUS_COMMENT;
				break;
			}
			p++;
			if (cdata[++t->matched] == '\0') {
				t->state = CDATA;
				t->matched = 0;
			}
			break;
		case BOGUS_COMMENT:
			p = find(p, end, '>');
			if (p == end)
				return end;
			t->state = DATA;
			return p + 1;
		case COMMENT_START:
		case COMMENT_START_DASH:
			if (c == '>') {
				t->state = DATA;
				return p + 1;
			}
			if (c != '-') {
				t->state = COMMENT;
				break;
			}
			t->state = t->state == COMMENT_START
			               ? COMMENT_START_DASH
			               : COMMENT_END;
			p++;
			break;
		case COMMENT:
			p = find(p, end, '-');
			if (p == end)
				return end;
			t->state = COMMENT_DASH;
			p++;
			break;
		case COMMENT_DASH:
			t->state = c == '-' ? COMMENT_END : COMMENT;
			p++;
			break;
		case COMMENT_END:
			p++;
			if (c == '>') {
				t->state = DATA;
				return p;
			}
			if (c == '!')
				t->state = COMMENT_BANG;
			else if (c != '-')
				t->state = COMMENT;
			break;
		case COMMENT_BANG:
			p++;
			if (c == '>') {
				t->state = DATA;
				return p;
			}
			t->state = c == '-' ? COMMENT_DASH : COMMENT;
			break;
		case CDATA:
			if (t->matched == 0) {
				const char *from = p;

				p = find(p, end, ']');
				if (wants_text(t))
					read_cdata(t, from, p);
				if (p == end)
					return end;
				t->matched = 1;
			} else if (c == ']' && t->matched == 1) {
				t->matched = 2;
			} else if (c == '>' && t->matched == 2) {
				t->state = DATA;
				return p + 1;
			} else {
				/* What was matched is text. */
				size_t n = c == ']' ? 1 : t->matched;

				read_cdata(t, "]]", &"]]"[n]);
				if (c != ']')
					read_cdata(t, p, p + 1);
				t->matched = c == ']' ? 2 : 0;
			}
			p++;
			break;
		default:
			return p;
		}
	}
	return p;
}

/* "</name" was read: its end tag, if the name ends here. */
static bool
begin_end_tag(struct tokenizer *t, char c)
{
	if (!is_blank(c) && c != '/' && c != '>')
		return false;
	t->kind = RAW_END_TAG;
	t->state = BEFORE_NAME;
	t->slash = false;
	t->ask = t->asked = 0;
	return true;
}

/* Matches the end tag's name; false if it is not it. */
static bool
match_name(struct tokenizer *t, char c)
{
	const struct tag_name *name = &tag_names[t->raw];

	if (t->matched == name->n || ascii_lower(c) != name->name[t->matched])
		return false;
	t->matched++;
	return true;
}

const char *
scan_raw(struct tokenizer *t, const char *p, const char *end)
{
	while (p < end) {
		switch ((int)t->state) {
		case RAW:
			p = find(p, end, '<');
			if (p == end)
				return end;
			t->state = RAW_LT;
			p++;
			break;
		case RAW_LT:
			if (*p != '/') {
				t->state = RAW;
				break;
			}
			t->state = RAW_END;
			t->matched = 0;
			p++;
			break;
		case RAW_END:
			if (match_name(t, *p)) {
				p++;
				break;
			}
			if (t->matched == tag_names[t->raw].n &&
			    begin_end_tag(t, *p))
				return p;
			t->state = RAW;
			if (t->raw != TAG_SCRIPT)
				break;
			t->state = SCRIPT;
			if (t->dashes != NOT_ESCAPED)
				t->state = SCRIPT_ESCAPED;
			return p;
		default:
			return p;
		}
	}
	return p;
}

/* Escaped text: up to what may end it, or begin or end the double one. */
static const char *
scan_escaped(struct tokenizer *t, const char *p, const char *end)
{
	while (p < end) {
		char c = *p++;

		if (c == '-') {
			if (t->dashes < 2)
				t->dashes++;
		} else if (c == '>' && t->dashes == 2) {
			t->state = SCRIPT;
			t->dashes = NOT_ESCAPED;
			return p;
		} else {
			t->dashes = 0;
			if (c == '<') {
				t->state = SCRIPT_ESCAPED_LT;
				return p;
			}
		}
	}
	return p;
}

const char *
scan_script(struct tokenizer *t, const char *p, const char *end)
{
	while (p < end) {
		char c = *p;

		switch ((int)t->state) {
		case SCRIPT:
			t->dashes = NOT_ESCAPED;
			t->doubly = false;
			p = find(p, end, '<');
			if (p == end)
				return end;
			t->state = SCRIPT_LT;
			p++;
			break;
		case SCRIPT_LT:
			if (c == '/') {
				t->state = RAW_END;
				t->matched = 0;
				return p + 1;
			}
			t->state = c == '!' ? SCRIPT_BANG : SCRIPT;
			t->matched = 0;
			p += c == '!';
			break;
		case SCRIPT_BANG:
			if (c != '-') {
				t->state = SCRIPT;
				break;
			}
			p++;
			if (++t->matched == 2) {
				t->state = SCRIPT_ESCAPED;
				t->dashes = 2;
			}
			break;
		case SCRIPT_ESCAPED:
			p = scan_escaped(t, p, end);
			break;
		case SCRIPT_ESCAPED_LT:
			t->matched = 0;
			t->closing = false;
			if (c == '/' && !t->doubly) {
				t->state = RAW_END;
				return p + 1;
			}
			if (c == '/') {
				t->closing = true;
				t->state = SCRIPT_NAME;
				p++;
			} else if (is_letter(c) && !t->doubly) {
				t->state = SCRIPT_NAME;
			} else {
				t->state = SCRIPT_ESCAPED;
			}
			break;
		case SCRIPT_NAME:
			if (is_letter(c)) {
				if (t->matched <= 6 && !match_name(t, c))
					t->matched = 7;
				p++;
				break;
			}
			t->state = SCRIPT_ESCAPED;
			if (is_blank(c) || c == '/' || c == '>') {
				if (t->matched == 6)
					t->doubly = !t->closing;
				p++;
			}
			break;
		default:
			return p;
		}
	}
	return p;
}
