#include "output/json.h"

#include <math.h>

static void begin(SbJson *json, const char *key) {
  if (json->depth > 0) {
    fputs(json->begun[json->depth] ? "," : "", json->stream);
    fprintf(json->stream, "\n%*s", 2 * json->depth, "");
    json->begun[json->depth] = true;
  }
  if (key)
    fprintf(json->stream, "\"%s\": ", key);
}

static void open(SbJson *json, const char *key, char bracket) {
  begin(json, key);
  fputc(bracket, json->stream);
  if (json->depth < SB_JSON_DEPTH - 1)
    json->depth++;
  json->begun[json->depth] = false;
}

static void shut(SbJson *json, char bracket) {
  const bool filled = json->begun[json->depth];
  json->depth--;
  if (filled)
    fprintf(json->stream, "\n%*s", 2 * json->depth, "");
  fputc(bracket, json->stream);
  if (json->depth == 0)
    fputc('\n', json->stream);
}

void sb_json_object(SbJson *json, const char *key) {
  open(json, key, '{');
}

void sb_json_object_end(SbJson *json) {
  shut(json, '}');
}

void sb_json_list(SbJson *json, const char *key) {
  open(json, key, '[');
}

void sb_json_list_end(SbJson *json) {
  shut(json, ']');
}

void sb_json_number(SbJson *json, const char *key, double value) {
  begin(json, key);
  if (isfinite(value))
    fprintf(json->stream, "%.17g", value);
  else
    fputs("null", json->stream);
}

void sb_json_integer(SbJson *json, const char *key, long value) {
  begin(json, key);
  fprintf(json->stream, "%ld", value);
}

void sb_json_bool(SbJson *json, const char *key, bool value) {
  begin(json, key);
  fputs(value ? "true" : "false", json->stream);
}

void sb_json_text(SbJson *json, const char *key, const char *text) {
  begin(json, key);
  if (!text) {
    fputs("null", json->stream);
    return;
  }
  fputc('"', json->stream);
  for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
    if (*c == '"' || *c == '\\')
      fprintf(json->stream, "\\%c", *c);
    else if (*c < 0x20 || *c == 0x7f)
      fprintf(json->stream, "\\u%04x", *c);
    else
      fputc(*c, json->stream);
  }
  fputc('"', json->stream);
}
