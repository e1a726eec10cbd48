/*
 * limits.c - fuzz target: as html.c, with the limits of limits.h.
 */
#define SMALL_LIMITS true
#include "html.c"
