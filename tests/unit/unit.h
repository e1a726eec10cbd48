/*
 * unit.h - what every unit test includes: cmocka, and the headers it needs.
 */
#ifndef ACRAWL_UNIT_H
#define ACRAWL_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
