/*
 * replay.c - runs a fuzz target over files, without libFuzzer.
 *
 * usage: NAME FILE...
 */
#include "fuzz.h"

static void
replay(const char *path)
{
	FILE      *f = fopen(path, "rb");
	char       part[4096];
	struct buf file;
	struct str exact;
	size_t     n;

	if (f == NULL) {
		perror(path);
		exit(1);
	}
	buf_init(&file, 0);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&file, str_n(part, n));
	fclose(f);
	exact = fuzz_copy(buf_str(&file));
	LLVMFuzzerTestOneInput((const uint8_t *)exact.p, exact.n);
	free((char *)exact.p);
	buf_clear(&file);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		/* Who aborts does not say on which file. */
		fprintf(stderr, "%s\n", argv[i]);
		replay(argv[i]);
	}
	printf("%d files\n", argc - 1);
	return argc > 1 ? 0 : 1;
}
