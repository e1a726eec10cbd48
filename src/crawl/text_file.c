/*
 * text_file.c - files of text, read by lines and replaced whole.
 */
#include "text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acrawl/limits.h"
#include "acrawl/mem.h"

#define READ_BYTES (64 * 1024)

/* Names that are tried for a file beside; others may have been left. */
#define TRIES 100

bool
text_read_fd(int fd, struct buf *bytes)
{
	char    piece[READ_BYTES];
	ssize_t n;

	for (;;) {
		size_t room = bytes->max - bytes->n;

		n = read(fd, piece, sizeof(piece));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		if ((size_t)n > room) {
			buf_add(bytes, str_n(piece, room));
			errno = EFBIG;
			return false;
		}
		buf_add(bytes, str_n(piece, (size_t)n));
	}
}

bool
text_read(const char *path, struct buf *bytes)
{
	int  fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok;
	int  error;

	if (fd < 0)
		return false;
	ok = text_read_fd(fd, bytes);
	error = errno;
	close(fd);
	errno = error;
	return ok;
}

bool
text_next_line(struct str *rest, struct str *line, bool *whole)
{
	const char *end;
	size_t      n;

	if (rest->n == 0)
		return false;
	end = memchr(rest->p, '\n', rest->n);
	*whole = end != NULL;
	n = *whole ? (size_t)(end - rest->p) : rest->n;
	*line = str_n(rest->p, n);
	n += *whole;
	*rest = str_n(rest->p + n, rest->n - n);
	if (line->n > 0 && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

struct str
text_without_bom(struct str s)
{
	if (s.n >= 3 && memcmp(s.p, "\xEF\xBB\xBF", 3) == 0)
		return str_n(s.p + 3, s.n - 3);
	return s;
}

int
text_compare(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int    order = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

/* ----------------------------------------------------------------------
 * In place of a file.
 */

/* Opens a new file in the directory of path, and makes name its path. */
static int
open_beside(const char *path, struct buf *name)
{
	const char *slash = strrchr(path, '/');
	size_t      folder_n = slash == NULL ? 0 : (size_t)(slash - path) + 1;
	int         fd = -1;

	for (int i = 0; i < TRIES; i++) {
		buf_reset(name);
		buf_add(name, str_n(path, folder_n));
		buf_addf(name, ".acrawl-%ld-%d.tmp", (long)getpid(), i);
		fd = open(buf_cstr(name),
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	return fd;
}

static bool
write_all(int fd, struct str bytes)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			bytes = str_n(bytes.p + n, bytes.n - (size_t)n);
	}
	return true;
}

/* Gives a new file what is to stay of the old one. */
static bool
keep_mode(int fd, const struct stat *old)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return false;
	/* Only root may; others go on with a file of their own. */
	if ((st.st_uid != old->st_uid || st.st_gid != old->st_gid) &&
	    fchown(fd, old->st_uid, old->st_gid) != 0)
		errno = 0;
	return fchmod(fd, old->st_mode & 0777) == 0;
}

/* old: of the file that is there; NULL: there is none. */
static bool
replace(const char *path, const struct stat *old, struct str bytes)
{
	struct buf name;
	int        fd, error;
	bool       ok;

	buf_init(&name, 0);
	fd = open_beside(path, &name);
	ok = fd >= 0 && write_all(fd, bytes) &&
	     (old == NULL || keep_mode(fd, old)) && fsync(fd) == 0;
	error = errno;
	if (fd >= 0 && close(fd) != 0 && ok) {
		error = errno;
		ok = false;
	}
	if (ok && rename(buf_cstr(&name), path) != 0) {
		error = errno;
		ok = false;
	}
	if (fd >= 0 && !ok)
		unlink(buf_cstr(&name));
	buf_clear(&name);
	errno = error;
	return ok;
}

bool
text_replace(const char *path, struct str bytes)
{
	struct stat st;
	char       *real = realpath(path, NULL);
	bool        ok;
	int         error;

	if (real == NULL)
		return errno == ENOENT && replace(path, NULL, bytes);
	if (stat(real, &st) != 0) {
		ok = false;
	} else if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : ENOTSUP;
		ok = false;
	} else {
		ok = replace(real, &st, bytes);
	}
	error = errno;
	free(real);
	errno = error;
	return ok;
}
