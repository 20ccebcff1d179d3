/* A growing store for things that live and die together (a deck and all that hangs on it): many allocations, one free.
 */
#ifndef SB_BASE_ARENA_H
#define SB_BASE_ARENA_H

#include <stddef.h>

typedef struct SbArena SbArena;

/* A new, empty arena. Running out of memory ends the program with a message (the exit code of an internal error). */
SbArena *sb_arena_create(void);
void sb_arena_destroy(SbArena **arena);

/* Zeroed memory of `count` times `size` bytes, aligned for any type. */
void *sb_arena_alloc(SbArena *arena, size_t count, size_t size);

/* A copy of text, or a printed one. */
char *sb_arena_text(SbArena *arena, const char *text);
char *sb_arena_printf(SbArena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
