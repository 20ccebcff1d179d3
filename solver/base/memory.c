#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/status.h"

static void *checked(void *memory, size_t count, size_t size) {
  if (memory)
    return memory;
  fprintf(stderr, "saltbridge: out of memory (%zu times %zu bytes)\n", count, size);
  exit(SB_INTERNAL);
}

void *sb_calloc(size_t count, size_t size) {
  return checked(calloc(count ? count : 1, size ? size : 1), count, size);
}

void *sb_realloc(void *memory, size_t count, size_t size) {
  if (size && count > SIZE_MAX / size)
    return checked(NULL, count, size);
  return checked(realloc(memory, count > 0 && size > 0 ? count * size : 1), count, size);
}
