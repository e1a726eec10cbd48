/*
 * config_file.c - the config file: "option = value" lines.
 */
#include "config_int.h"
#include "text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acrawl/limits.h"
#include "acrawl/log.h"

#define CONFIG_NAME ".acrawlrc"

/* What is read. */
struct reader {
	struct config *config;
	struct givens *given;
	struct str folder; /* of the file, with its slash; empty: this one */
	size_t     line;
	bool       bad;
};

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether `up`, "" or "../" and so on, is the root. */
static bool
is_root(const char *up)
{
	struct stat here, above;
	struct buf  path;
	bool        is;

	buf_init(&path, 0);
	buf_addf(&path, "%s.", up);
	is = stat(buf_cstr(&path), &here) != 0;
	buf_addc(&path, '.');
	is = is || stat(buf_cstr(&path), &above) != 0 ||
	     same_file(&here, &above);
	buf_clear(&path);
	return is;
}

/*
 * Whether a file that nobody named may say what is done: in a folder that
 * everybody can write to, as /tmp, it may be anybody's.
 */
static bool
is_trusted(const char *path)
{
	struct stat file, here;

	return stat(path, &file) != 0 || file.st_uid == 0 ||
	       file.st_uid == geteuid() ||
	       (stat(".", &here) == 0 && file.st_uid == here.st_uid);
}

/* Whether there is something to read: nobody waits for a FIFO. */
static bool
is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 &&
	       (stat(path, &st) != 0 || S_ISREG(st.st_mode) ||
		   S_ISDIR(st.st_mode));
}

static char *
find_nearest(const char *name)
{
	struct buf up, path;
	char      *found = NULL;

	buf_init(&up, LIMIT_PATH_BYTES);
	buf_init(&path, 0);
	for (;;) {
		buf_reset(&path);
		buf_addf(&path, "%s%s", buf_cstr(&up), name);
		if (is_there(buf_cstr(&path))) {
			found = str_dup(buf_str(&path));
			break;
		}
		if (is_root(buf_cstr(&up)) || !buf_add(&up, STR_LIT("../")))
			break;
	}
	buf_clear(&up);
	buf_clear(&path);
	return found;
}

char *
config_nearest(const char *name, const char *option)
{
	char *path = find_nearest(name);

	if (path == NULL || is_trusted(path))
		return path;
	log_plain("%s is left out, since it is another user's; --%s %s reads "
		  "it",
	    path, option, path);
	free(path);
	return NULL;
}

/* The file's name, owned; NULL: there is none to be read. */
static char *
choose_file(const struct config *config)
{
	if (config->no_config)
		return NULL;
	if (config->config_file != NULL)
		return xstrdup(config->config_file);
	return config_nearest(CONFIG_NAME, "config");
}

/* Reads all of fd.  What is wrong; NULL: nothing. */
static const char *
read_all(int fd, struct buf *text)
{
	if (text_read_fd(fd, text))
		return NULL;
	return errno == EFBIG ? "is too long for a config file"
	                      : strerror(errno);
}

/* *regular: it is a file that stands somewhere, not a pipe. */
static bool
read_file(const char *path, struct buf *text, bool *regular)
{
	int         fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	const char *wrong;

	if (fd < 0) {
		log_plain("cannot read the config file %s: %s", path,
		    strerror(errno));
		return false;
	}
	*regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	wrong = read_all(fd, text);
	if (wrong != NULL)
		log_plain("cannot read the config file %s: %s", path, wrong);
	close(fd);
	return wrong == NULL;
}

/* Says what is wrong with the line. */
static void complain(struct reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void
complain(struct reader *r, const char *fmt, ...)
{
	char    text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_plain("%s:%zu: %s", r->given->file, r->line, text);
	r->bad = true;
}

/* Keeps a string for the life of the config. */
static const char *
keep(struct config *config, char *owned)
{
	strings_add(&config->owned, owned);
	return owned;
}

/*
 * The value without a comment, which begins at a # behind a blank.  Where such
 * a # is meant, a backslash stands before it, and one more for each that is
 * meant.
 */
static void
add_value(struct buf *to, struct str s)
{
	bool blank = true;

	for (size_t i = 0; i < s.n; i++) {
		size_t k = i;

		while (blank && k < s.n && s.p[k] == '\\')
			k++;
		if (blank && k < s.n && s.p[k] == '#') {
			if (k == i)
				break;
			i++;
		}
		blank = is_blank(s.p[i]);
		buf_addc(to, s.p[i]);
	}
	to->n = str_trim(buf_str(to)).n;
}

/* A file's name is meant from the config file's folder. */
static void
add_folder(struct buf *to, struct str folder, const struct option_row *o,
    struct str value)
{
	struct str file = value;

	if (o->type == TYPE_REPORT) {
		const char *equals = memchr(value.p, '=', value.n);

		if (equals == NULL)
			return;
		file.p = equals + 1;
		file.n = (size_t)(value.p + value.n - file.p);
	}
	buf_add(to, str_n(value.p, value.n - file.n));
	if (file.n > 0 && file.p[0] != '/' && !str_eq(file, STR_LIT("-")))
		buf_add(to, folder);
	buf_add(to, file);
}

/* What config_set() is given, owned. */
static char *
make_value(const struct reader *r, const struct option_row *o, struct str text)
{
	struct buf plain, full;
	char      *value;

	buf_init(&plain, 0);
	buf_init(&full, 0);
	add_value(&plain, str_trim(text));
	if ((o->flags & PATH) != 0)
		add_folder(&full, r->folder, o, buf_str(&plain));
	else
		buf_add(&full, buf_str(&plain));
	value = str_dup(buf_str(&full));
	buf_clear(&plain);
	buf_clear(&full);
	return value;
}

static void
store(struct reader *r, const struct option_row *o, const char *value)
{
	struct buf wants;

	givens_add(r->given, o, value, r->line);
	if (config_set(r->config, o, value))
		return;
	buf_init(&wants, 0);
	config_add_wants(&wants, o, value);
	complain(r, "%s %s", o->name, buf_cstr(&wants));
	buf_clear(&wants);
}

static void
complain_of_name(struct reader *r, struct str name)
{
	const char *guess = config_guess(name);
	char       *word = str_dup(name);

	if (guess != NULL)
		complain(r, "no option %s; is %s meant?", word, guess);
	else
		complain(r, "no option %s", word);
	free(word);
}

/* "name = value", or the name of a flag alone. */
static void
read_line(struct reader *r, struct str line)
{
	const struct option_row *o;
	struct str               name = {line.p, 0};

	while (name.n < line.n && !is_blank(line.p[name.n]) &&
	       line.p[name.n] != '=')
		name.n++;
	line = str_trim(str_n(line.p + name.n, line.n - name.n));
	o = config_find(name);
	if (o == NULL)
		complain_of_name(r, name);
	else if ((o->flags & NOT_IN_FILE) != 0)
		complain(r, "%s is for the command line only", o->name);
	else if (line.n > 0 && line.p[0] == '=')
		store(r, o,
		    keep(r->config,
			make_value(r, o, str_n(line.p + 1, line.n - 1))));
	else if (line.n > 0 && line.p[0] != '#')
		complain(r, "a = is missing behind %s", o->name);
	else if (o->argument != NULL)
		complain(r, "%s needs a value: %s = %s", o->name, o->name,
		    o->argument);
	else
		store(r, o, NULL);
}

static void
read_lines(struct reader *r, struct str text)
{
	if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0)
		text = str_n(text.p + 3, text.n - 3);
	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t      n = end != NULL ? (size_t)(end - text.p) : text.n;
		struct str  line = str_trim(str_n(text.p, n));

		r->line++;
		if (line.n > 0 && memchr(line.p, '\0', line.n) != NULL)
			complain(r, "there is a NUL byte in it");
		else if (line.n > 0 && line.p[0] != '#')
			read_line(r, line);
		n += end != NULL;
		text = str_n(text.p + n, text.n - n);
	}
}

/* Up to the last slash of path. */
static struct str
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return str_n(path, slash != NULL ? (size_t)(slash + 1 - path) : 0);
}

bool
config_read_file(struct config *config, struct givens *given)
{
	struct reader r = {.config = config, .given = given};
	struct buf    text;
	bool          ok, regular = false;

	given->file = choose_file(config);
	if (given->file == NULL)
		return true;
	buf_init(&text, LIMIT_CONFIG_BYTES);
	ok = read_file(given->file, &text, &regular);
	if (ok) {
		if (regular)
			r.folder = folder_of(given->file);
		read_lines(&r, buf_str(&text));
	}
	buf_clear(&text);
	return ok && !r.bad;
}
