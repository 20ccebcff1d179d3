/* A writer of JSON: keeps count of commas and indentation. Strings are escaped (RFC 8259, section 7); numbers have 17
   digits, so that they come back the same; what is not finite becomes null. */
#ifndef SB_OUTPUT_JSON_H
#define SB_OUTPUT_JSON_H

#include <stdbool.h>
#include <stdio.h>

enum { SB_JSON_DEPTH = 16 };

typedef struct {
  FILE *stream;
  int depth;
  bool begun[SB_JSON_DEPTH]; /* something stands already at this depth */
} SbJson;

/* key: NULL inside lists and at the top. */
void sb_json_object(SbJson *json, const char *key);
void sb_json_object_end(SbJson *json);
void sb_json_list(SbJson *json, const char *key);
void sb_json_list_end(SbJson *json);

void sb_json_number(SbJson *json, const char *key, double value);
void sb_json_integer(SbJson *json, const char *key, long value);
void sb_json_bool(SbJson *json, const char *key, bool value);
/* text NULL: null. Bytes that are no UTF-8 are the caller's to avoid. */
void sb_json_text(SbJson *json, const char *key, const char *text);

#endif
