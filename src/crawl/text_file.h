/*
 * text_file.h - files of text that a run keeps or is told by: the baseline,
 * the cache, the ignore file.
 *
 * They are read whole, by lines, and replaced whole: nobody ever reads a half.
 */
#ifndef ACRAWL_TEXT_FILE_H
#define ACRAWL_TEXT_FILE_H

#include <stdbool.h>

#include "acrawl/str.h"

/*
 * Appends a file to bytes, whose maximum is that of the file.  False, with
 * errno set, if that fails; EFBIG: there is more, and bytes are full.
 */
bool text_read_fd(int fd, struct buf *bytes);
bool text_read(const char *path, struct buf *bytes);

/*
 * Takes the next line off *rest, without its LF or CRLF; *whole is whether it
 * had one.  False if there is none.
 */
bool text_next_line(struct str *rest, struct str *line, bool *whole);

/* Without the UTF-8 byte order mark that it may begin with. */
struct str text_without_bom(struct str s);

/* By bytes, as memcmp() has it; a prefix comes first. */
int text_compare(struct str a, struct str b);

/*
 * Makes bytes the content of path: writes them to a file beside it, which
 * takes its place when all is on the disk.  Mode and, if it may, owner of a
 * file that exists stay; a symbolic link leads to the file that is replaced
 * (one to nothing is replaced itself).  False, with errno set, if that fails;
 * path is then as it was.  Only a regular file can be replaced.
 */
bool text_replace(const char *path, struct str bytes);

#endif
