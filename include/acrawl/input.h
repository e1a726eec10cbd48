/*
 * input.h - the lists of URLs, line by line, as they are needed.
 *
 * Files, standard input, URLs of the command line and directories, one after
 * the other.  Nothing is read ahead but one buffer, or the names in a
 * directory, and a pipe that has nothing yet does not hold the loop up.
 */
#ifndef ACRAWL_INPUT_H
#define ACRAWL_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "acrawl/config.h"
#include "acrawl/loop.h"
#include "acrawl/str.h"

struct input;

/*
 * Borrows names (files, http(s) URLs, directories, "-") for its life.
 * base_url is what the files of directories are published under; NULL if none
 * is known.  Owned; NULL if a file can't be read, or a base URL is missing or
 * of no use, which is said.
 */
struct input *input_new(
    struct loop *loop, const struct strings *names, const char *base_url);
void input_free(struct input *in);

struct input_line {
	const char *file;     /* where it stands: for messages */
	uint64_t    line;     /* 0: it is an argument, or of a directory */
	struct str  text;     /* without outer blanks; until the next call */
	bool        too_long; /* only its first LIMIT_URL_BYTES are there */
	struct str  path;     /* INPUT_FILE: with a NUL behind; as text */
};

enum input_result {
	INPUT_LINE, /* a line that is neither blank nor a comment */
	INPUT_FILE, /* a file of a directory: its path, its URL as text */
	INPUT_WAIT, /* nothing yet: t is woken when there may be */
	INPUT_MORE, /* nothing yet: to be asked again in the next turn */
	INPUT_END,  /* no more lines */
};

enum input_result input_next(
    struct input *in, struct input_line *line, struct task *t);

/* base_url in its serialisation, with a slash at its end; or empty. */
struct str input_base_url(const struct input *in);

/* Whether some input could not be read to its end; it was said. */
bool input_failed(const struct input *in);

/* stat() of a file, or of a standard descriptor if its name is "-". */
struct stat;
bool file_stat(const char *name, int standard_fd, struct stat *st);

/* Whether an argument names a directory. */
bool input_is_directory(const char *name);

/* Whether path, an output, is a regular file that is, or is in, an input. */
bool input_is_file(const struct input *in, const char *path);

#endif
