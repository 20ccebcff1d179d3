/* Commands that need no solver: check, manual, ions, info. */
#include "protocol/commands.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/names.h"
#include "deck/manual.h"
#include "model/ion_table.h"
#include "output/archive.h"
#include "problem/problem.h"
#include "protocol/load.h"

static SbStatus usage(const char *what) {
  fprintf(stderr, "saltbridge: %s\n", what);
  return SB_USAGE;
}

SbStatus sb_command_check(int argc, char **argv) {
  if (argc != 2)
    return usage("check takes one deck: saltbridge check DECK");
  SbLoaded loaded;
  const SbStatus status = sb_load(argv[1], false, &loaded);
  if (status == SB_OK)
    printf("%s: no errors\n", argv[1]);
  sb_unload(&loaded);
  return status;
}

SbStatus sb_command_manual(int argc, char **argv) {
  if (argc > 2)
    return usage("manual takes one kind at most: saltbridge manual [KIND] [--schema]");
  if (argc == 1)
    sb_manual_markdown(&sb_deck_schema, stdout);
  else if (strcmp(argv[1], "--schema") == 0)
    sb_manual_json_schema(&sb_deck_schema, stdout);
  else if (!sb_manual_kind(&sb_deck_schema, argv[1], stdout)) {
    fprintf(stderr, "saltbridge: the manual has no entry '%s' (saltbridge manual prints all of it)\n", argv[1]);
    return SB_USAGE;
  }
  return SB_OK;
}

/* One line of the table. */
static void print_ion(const SbIonTable *table, int i, bool citation) {
  const SbSpecies *ion = &table->ions[i];
  printf("%-14s %+3d   %-12.4g %-22s %s\n", ion->name, ion->charge, ion->diffusivity, ion->source,
         table->long_names[i]);
  if (citation)
    printf("\nsource: %s\n", table->citations[i]);
}

SbStatus sb_command_ions(int argc, char **argv) {
  if (argc > 2)
    return usage("ions takes one name at most: saltbridge ions [NAME]");
  SbArena *arena = sb_arena_create();
  const SbIonTable *table = sb_ion_table(arena);
  SbStatus status = SB_OK;
  const SbSpecies *wanted = argc == 2 ? sb_ion_find(table, argv[1]) : NULL;
  if (argc == 2 && !wanted) {
    const char **names = sb_calloc((size_t)table->count, sizeof *names);
    for (int i = 0; i < table->count; i++)
      names[i] = table->ions[i].name;
    const char *near = sb_names_nearest(argv[1], names, (size_t)table->count);
    fprintf(stderr, "saltbridge: no ion '%s' in the table%s%s%s\n", argv[1], near ? "; did you mean '" : "",
            near ? near : "", near ? "'?" : "");
    free(names);
    status = SB_USAGE;
  } else {
    printf("%-14s %3s   %-12s %-22s %s\n", "ion", "z", "D (m2/s)", "source", "name");
    if (wanted)
      print_ion(table, (int)(wanted - table->ions), true);
    else {
      for (int i = 0; i < table->count; i++)
        print_ion(table, i, false);
      printf("\n%s\n%s", table->notes, table->temperature_law);
    }
  }
  sb_arena_destroy(&arena);
  return status;
}

SbStatus sb_command_info(int argc, char **argv) {
  if (argc != 2)
    return usage("info takes one file: saltbridge info OUT.h5");
  const SbStatus status = sb_archive_info(argv[1], stdout);
  if (status != SB_OK)
    fprintf(stderr, "saltbridge: %s\n", sb_archive_message(NULL));
  return status;
}
