/*
 * main.c - from the command line to the exit status.
 */
#include <fcntl.h>
#include <unistd.h>

#include "acrawl/config.h"
#include "acrawl/crawl.h"
#include "acrawl/log.h"

/*
 * Descriptors 0 to 2 must be open, lest a file that is opened later become
 * "standard output" and get what is meant for another.  What stands in for a
 * closed one can't be used, so that nothing is lost without a word.
 */
static void
open_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null",
			fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(1);
}

int
main(int argc, char **argv)
{
	struct config config;
	int           status = 1;

	open_standard_descriptors();
	switch (config_parse(&config, argc, argv)) {
	case CONFIG_RUN:
		log_set_level(config.quiet          ? LOG_FATAL
			      : config.verbose > 1  ? LOG_DEBUG
			      : config.verbose == 1 ? LOG_INFO
						    : LOG_ERROR);
		status = crawl_run(&config);
		break;
	case CONFIG_DONE:
		status = 0;
		break;
	case CONFIG_BAD:
		break;
	}
	config_clear(&config);
	return status;
}
