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
 * "standard output" and get what is meant for another.
 */
static void
open_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
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
