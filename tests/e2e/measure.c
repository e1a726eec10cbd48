/*
 * measure FILE COMMAND...: runs a command and writes to FILE what it took:
 * lines "wall_ms N", "cpu_ms N", "peak_kb N".  Exits as the command does; a
 * signal that it is sent is passed on.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t child;

static void
pass_on(int signal_number)
{
	kill(child, signal_number);
}

static long
ms_of(struct timeval tv)
{
	return tv.tv_sec * 1000 + tv.tv_usec / 1000;
}

int
main(int argc, char **argv)
{
	struct timespec began, ended;
	struct rusage   usage;
	int             status;
	FILE           *f;

	if (argc < 3)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &began);
	child = fork();
	if (child == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	signal(SIGINT, pass_on);
	signal(SIGTERM, pass_on);
	while (wait4(child, &status, 0, &usage) < 0)
		continue;
	clock_gettime(CLOCK_MONOTONIC, &ended);
	f = fopen(argv[1], "w");
	if (f == NULL)
		return 2;
	fprintf(f, "wall_ms %ld\ncpu_ms %ld\npeak_kb %ld\n",
	    (long)(ended.tv_sec - began.tv_sec) * 1000 +
		(ended.tv_nsec - began.tv_nsec) / 1000000,
	    ms_of(usage.ru_utime) + ms_of(usage.ru_stime), usage.ru_maxrss);
	fclose(f);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
