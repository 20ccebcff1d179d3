/* Blocks in a chain; a request that does not fit the newest block opens another, at least twice as large up to a limit.
 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

enum { FIRST_BLOCK = 4096, LARGEST_STEP = 1 << 20 };

typedef struct Block Block;
struct Block {
  Block *older;
  size_t used, size;
  max_align_t data[];
};

struct SbArena {
  Block *newest;
  size_t next_size;
};

static void *or_give_up(void *memory) {
  if (memory == NULL) {
    fputs("saltbridge: out of memory\n", stderr);
    exit(SB_INTERNAL);
  }
  return memory;
}

SbArena *sb_arena_create(void) {
  SbArena *arena = or_give_up(calloc(1, sizeof *arena));
  arena->next_size = FIRST_BLOCK;
  return arena;
}

void sb_arena_destroy(SbArena **arena) {
  if (*arena == NULL) {
    return;
  }
  for (Block *block = (*arena)->newest; block != NULL;) {
    Block *older = block->older;
    free(block);
    block = older;
  }
  free(*arena);
  *arena = NULL;
}

void *sb_arena_alloc(SbArena *arena, size_t count, size_t size) {
  if (size != 0 && count > (SIZE_MAX / 2) / size) {
    or_give_up(NULL);
  }
  const size_t unit = sizeof(max_align_t);
  size_t bytes = (count * size + unit - 1) / unit * unit;
  if (arena->newest == NULL || arena->newest->size - arena->newest->used < bytes) {
    size_t room = bytes > arena->next_size ? bytes : arena->next_size;
    Block *block = or_give_up(calloc(1, sizeof *block + room));
    block->older = arena->newest;
    block->size = room;
    arena->newest = block;
    arena->next_size = arena->next_size < LARGEST_STEP ? 2 * arena->next_size : LARGEST_STEP;
  }
  void *memory = (char *)arena->newest->data + arena->newest->used;
  arena->newest->used += bytes;
  return memory;
}

char *sb_arena_text(SbArena *arena, const char *text) {
  size_t size = strlen(text) + 1;
  return memcpy(sb_arena_alloc(arena, size, 1), text, size);
}

char *sb_arena_printf(SbArena *arena, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  size_t size = length < 0 ? 1 : (size_t)length + 1;
  char *text = sb_arena_alloc(arena, size, 1);
  va_start(arguments, format);
  vsnprintf(text, size, format, arguments);
  va_end(arguments);
  return text;
}
