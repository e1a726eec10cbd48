/*
 * folder.h - tests that run in a folder of their own, put files there, and hear
 * what is said on standard error.
 */
#ifndef ACRAWL_TEST_FOLDER_H
#define ACRAWL_TEST_FOLDER_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

static char root[] = "/tmp/acrawl-XXXXXX";

/* A folder of its own for each test, which is where it runs. */
static inline int
set_up(void **state)
{
	(void)state;
	memcpy(root, "/tmp/acrawl-XXXXXX", sizeof(root));
	return mkdtemp(root) != NULL && chdir(root) == 0 ? 0 : -1;
}

static inline int
tear_down(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static inline void
put_file(const char *name, struct str bytes)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	assert_int_equal(fclose(f), 0);
}

static inline const char *
content(const char *name)
{
	static char text[4096];
	FILE       *f = fopen(name, "r");
	size_t      n;

	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

/* Standard error goes to a file in between. */
static int saved;

static inline void
listen(void)
{
	int fd = open("said", O_RDWR | O_CREAT | O_TRUNC, 0600);

	saved = dup(STDERR_FILENO);
	assert_true(fd >= 0 && dup2(fd, STDERR_FILENO) >= 0);
	close(fd);
}

static inline const char *
heard(void)
{
	dup2(saved, STDERR_FILENO);
	close(saved);
	return content("said");
}

/* Files in the working directory, "said" apart. */
static inline int
files(void)
{
	DIR           *d = opendir(".");
	struct dirent *e;
	int            n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL)
		n += strcmp(e->d_name, ".") != 0 &&
		     strcmp(e->d_name, "..") != 0 &&
		     strcmp(e->d_name, "said") != 0;
	closedir(d);
	return n;
}

#endif
