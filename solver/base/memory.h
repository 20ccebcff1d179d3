/* Allocation that cannot fail: without memory the program ends with a message and the exit code of an internal error.
 */
#ifndef SB_BASE_MEMORY_H
#define SB_BASE_MEMORY_H

#include <stddef.h>

/* Zeroed memory of count times size bytes (at least one byte). */
void *sb_calloc(size_t count, size_t size);
void *sb_realloc(void *memory, size_t count, size_t size);

#endif
