/*
 * version.h - which acrawl this is.
 */
#ifndef ACRAWL_VERSION_H
#define ACRAWL_VERSION_H

#define ACRAWL_VERSION "0.1.0"

#endif
