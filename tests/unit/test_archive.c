/* The archive of a run: what it stores where, its behaviour on a full disk, and its table of contents. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <hdf5.h>
#include <hdf5_hl.h>

#include "deck/tree.h"
#include "output/archive.h"
#include "output/archive_file.h"
#include "output/archive_resolved.h"

/* A membrane that excludes Cl-, takes up half of K+ and is charged: fields jump at its faces. */
static const char membrane_deck[] =
    "saltbridge: 1\n"
    "title: \"A \\\"charged\\\" membrane\"\n"
    "field: electroneutral\n"
    "species: [K+, Cl-, {name: K-, charge: 0, diffusivity: 1e-9 m2/s}]\n"
    "domain:\n"
    "  - {region: left bath, width: 10 nm, cells: 4, fill: {K+: 100 mM, Cl-: 100 mM, K-: 1 mM}}\n"
    "  - {region: membrane, width: 20 nm, cells: 6, fixed_charge: -0.1 M, fill: {K+: 0.1 M}, "
    "partition: {K+: 0.5, Cl-: 0}}\n"
    "  - {region: right bath, width: 10 nm, cells: 4, fill: {K+: 10 mM, Cl-: 10 mM, K-: 1 mM}}\n"
    "terminals:\n"
    "  left: {reservoir: left bath}\n"
    "  right: {reservoir: right bath, potential: {table: [[0 s, 0 V], [1 s, 10 mV], [1 s, 20 mV], [2 s, 5 mV]]}}\n"
    "protocol: [{transient: {until: 1 s}}]\n"
    "expect:\n"
    "  - {quantity: concentration, species: K+, at: {x: 12.5 nm}, value: 1 mM, tolerance: 1 %, source: none}\n";

enum { CELLS = 14, NODES = CELLS + 1, ENTRIES = NODES + 2 };

typedef struct {
  SbDeck *deck;
  SbDiagnostics *diagnostics;
  SbProblem *problem;
  SbMesh *mesh, *fine;
  SbChain *chain, *fine_chain;
  double *u, *fine_u;
  SbRun *run;
  SbReading *readings;
  char folder[64], path[96], part[104];
} Bench;

/* Potential 1 V/m right of x = 0 and a Donnan jump of 10 mV into the membrane; concentrations (in solution) fall as
 * exp(-x/10 nm). */
static double *make_state(const SbChain *chain) {
  double *u = calloc((size_t)chain->unknowns, sizeof *u);
  for (int j = 0; j < chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    double *here = u + chain->offset[j];
    for (int s = 0; s < chain->problem->species_count; s++)
      if (pattern->slot[s] >= 0)
        here[pattern->slot[s]] = 100.0 * exp(-chain->mesh->x[j] / 10e-9);
    here[pattern->potential] = chain->mesh->x[j];
    if (pattern->jump >= 0)
      here[pattern->jump] = 0.01;
  }
  return u;
}

static Bench make_bench(const char *text) {
  Bench bench = {.folder = "archive_XXXXXX"};
  assert_non_null(mkdtemp(bench.folder));
  snprintf(bench.path, sizeof bench.path, "%s/out.h5", bench.folder);
  snprintf(bench.part, sizeof bench.part, "%s.part", bench.path);
  assert_int_equal(sb_deck_read_text("deck", text, strlen(text), &bench.deck, &bench.diagnostics), SB_OK);
  bench.problem = sb_problem_create(bench.deck, bench.diagnostics);
  assert_non_null(bench.problem);
  const double edges[] = {0, 10e-9, 30e-9, 40e-9};
  const int cells[] = {4, 6, 4};
  bench.mesh = sb_mesh_create_uniform(0, 0.0, 3, edges, cells);
  bench.fine = sb_mesh_halve(bench.mesh);
  bench.chain = sb_chain_create(bench.problem, bench.mesh);
  bench.fine_chain = sb_chain_create(bench.problem, bench.fine);
  bench.u = make_state(bench.chain);
  bench.fine_u = make_state(bench.fine_chain);
  bench.run = sb_run_create(bench.problem);
  bench.readings = calloc((size_t)bench.run->measure_count, sizeof *bench.readings);
  for (int i = 0; i < bench.run->measure_count; i++)
    bench.readings[i] = (SbReading){.value = i + 0.5, .mesh_bar = NAN, .time_bar = NAN};
  return bench;
}

static void free_bench(Bench *bench) {
  free(bench->readings);
  sb_run_destroy(&bench->run);
  free(bench->u);
  free(bench->fine_u);
  sb_chain_destroy(&bench->chain);
  sb_chain_destroy(&bench->fine_chain);
  sb_mesh_destroy(&bench->mesh);
  sb_mesh_destroy(&bench->fine);
  sb_problem_destroy(&bench->problem);
  sb_deck_destroy(&bench->deck);
  sb_diagnostics_destroy(&bench->diagnostics);
  unlink(bench->path);
  assert_int_equal(rmdir(bench->folder), 0); /* nothing else was left in it */
}

static bool exists(const char *path) {
  struct stat status;
  return stat(path, &status) == 0;
}

/* A transient with frames on the mesh itself, on the halved one, and one that was not solved. First failure wins. */
static SbStatus write_transient(const Bench *bench, SbArchive *archive, int frames) {
  SbStepResult *step = sb_run_add_step(bench->run, "transient");
  step->coordinate_name = "time";
  step->coordinate_dimension = SB_DIMENSION_TIME;
  step->effort.method = "by hand";
  step->failure.message = strdup("it was \xce\xb1 test");
  SbStatus status = sb_archive_begin_step(archive, bench->run, step, bench->chain);
  for (int f = 0; f < frames && status == SB_OK; f++) {
    const bool solved = f % 3 != 2;
    const SbMoment moment = {.time = f};
    const SbReading *readings = solved ? bench->readings : NULL;
    const SbChain *chain = f % 3 == 0 ? bench->chain : bench->fine_chain;
    sb_run_add_frame(bench->run, step, f, readings);
    const double *u = f % 3 == 0 ? bench->u : bench->fine_u;
    status = sb_archive_frame(archive, f, chain, solved ? u : NULL, &moment, readings);
  }
  if (status != SB_OK)
    return status;
  step->readings[0].mesh_bar = 0.125; /* known only now */
  return sb_archive_end_step(archive, bench->run, step);
}

/* A transient, and a steady step that is not ended. */
static void write_all(Bench *bench, int frames) {
  SbArchive *archive = NULL;
  assert_int_equal(sb_archive_open(bench->path, bench->problem, "-ksp_view", &archive), SB_OK);
  assert_string_equal(sb_archive_message(archive), "");
  assert_true(exists(bench->part));
  sb_archive_note(archive, "petsc_version", "3.14.15");
  assert_int_equal(write_transient(bench, archive, frames), SB_OK);
  sb_archive_begin_step(archive, bench->run, sb_run_add_step(bench->run, "steady"), bench->chain);
  sb_archive_frame(archive, NAN, bench->chain, bench->u, NULL, bench->readings);
  assert_false(exists(bench->path));
  assert_int_equal(sb_archive_close(&archive, true), SB_OK);
  assert_null(archive);
  assert_true(exists(bench->path));
  assert_false(exists(bench->part));
}

/* ---- reading back
 * ------------------------------------------------------------------------------------------------------- */
static hsize_t read_values(hid_t group, const char *name, double *values, hsize_t most) {
  hsize_t size[2] = {1, 1};
  const hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
  if (dataset < 0)
    fail_msg("no dataset %s", name);
  const hid_t space = H5Dget_space(dataset);
  H5Sget_simple_extent_dims(space, size, NULL);
  assert_true(size[0] * size[1] <= most);
  assert_true(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
  H5Sclose(space);
  H5Dclose(dataset);
  return size[0] * size[1];
}

static void assert_attribute(hid_t group, const char *object, const char *name, const char *expected) {
  char *text = NULL;
  const hid_t attribute = H5Aopen_by_name(group, object, name, H5P_DEFAULT, H5P_DEFAULT);
  if (attribute < 0)
    fail_msg("%s has no attribute %s", object, name);
  const hid_t type = H5Aget_type(attribute);
  assert_true(H5Aread(attribute, type, (void *)&text) >= 0);
  assert_string_equal(text, expected);
  H5free_memory(text);
  H5Tclose(type);
  H5Aclose(attribute);
}

static void assert_axis(hid_t group, const char *name, const char *axis, unsigned index) {
  const hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT), scale = H5Dopen2(group, axis, H5P_DEFAULT);
  assert_true(dataset >= 0 && scale >= 0);
  assert_true(H5DSis_scale(scale) > 0);
  assert_true(H5DSis_attached(dataset, scale, index) > 0);
  H5Dclose(scale);
  H5Dclose(dataset);
}

static void assert_near(double value, double expected) {
  if (isnan(value) && isnan(expected))
    return;
  if (!(fabs(value - expected) <= 1e-12 * fabs(expected) + 1e-30))
    fail_msg("%.17g, expected %.17g", value, expected);
}

typedef struct {
  hid_t file, group;
} Reading;

static Reading open_archive(const Bench *bench, const char *group) {
  Reading reading = {.file = H5Fopen(bench->path, H5F_ACC_RDONLY, H5P_DEFAULT)};
  assert_true(reading.file >= 0);
  reading.group = H5Gopen2(reading.file, group, H5P_DEFAULT);
  assert_true(reading.group >= 0);
  return reading;
}

static void close_archive(const Reading *reading) {
  H5Gclose(reading->group);
  H5Fclose(reading->file);
}

/* ---- tests
 * -------------------------------------------------------------------------------------------------------------- */
static void test_profiles(void **state) {
  (void)state;
  Bench bench = make_bench(membrane_deck);
  write_all(&bench, 3);
  const Reading reading = open_archive(&bench, "step_1_transient");
  double x[ENTRIES], region[ENTRIES], potential[3 * ENTRIES], k[3 * ENTRIES], cl[3 * ENTRIES];
  assert_int_equal(read_values(reading.group, "x", x, ENTRIES), ENTRIES);
  assert_int_equal(read_values(reading.group, "region", region, ENTRIES), ENTRIES);
  assert_int_equal(read_values(reading.group, "electric_potential", potential, 3 * ENTRIES), 3 * ENTRIES);
  assert_int_equal(read_values(reading.group, "concentration_K", k, 3 * ENTRIES), 3 * ENTRIES);
  read_values(reading.group, "concentration_Cl", cl, 3 * ENTRIES);
  const double vt = bench.problem->thermal_voltage;
  for (int i = 0; i < ENTRIES; i++) {
    const int r = i < 5 ? 0 : i < 12 ? 1 : 2;
    const bool after_jump = i == 5 || i == 12; /* the face at the left edge of a region */
    assert_near(region[i], r);
    assert_near(x[i], bench.mesh->x[i - r]);
    assert_near(potential[i], x[i] + (after_jump ? 0.01 : 0.0));
    const double solution = 100.0 * exp(-x[i] / 10e-9);
    assert_near(k[i], (r == 1 ? 0.5 : 1.0) * solution * (after_jump ? exp(-0.01 / vt) : 1.0));
    assert_near(cl[i], r == 1 ? NAN : solution * (after_jump ? exp(0.01 / vt) : 1.0));
    /* the finer mesh has these nodes too; the third frame is unsolved */
    assert_near(potential[ENTRIES + i], potential[i]);
    assert_near(k[ENTRIES + i], k[i]);
    assert_near(potential[2 * ENTRIES + i], NAN);
  }
  assert_true(H5Lexists(reading.group, "charge_density", H5P_DEFAULT) == 0); /* zero by construction */
  close_archive(&reading);
  free_bench(&bench);
}

static void test_links(void **state) {
  (void)state;
  Bench bench = make_bench(membrane_deck);
  write_all(&bench, 1);
  const Reading reading = open_archive(&bench, "step_1_transient");
  double x[CELLS], field[CELLS], flux[CELLS];
  assert_int_equal(read_values(reading.group, "x_link", x, CELLS), CELLS);
  read_values(reading.group, "electric_field", field, CELLS);
  read_values(reading.group, "flux_K_2", flux, CELLS); /* K-, without charge: J = D (c_L - c_R)/h */
  for (int j = 0; j < CELLS; j++) {
    const double h = bench.mesh->h[j], left = bench.mesh->x[j], right = bench.mesh->x[j + 1];
    const bool after_jump = j == 4 || j == 10;
    assert_near(x[j], 0.5 * (left + right));
    if (fabs(field[j] - (-1.0 + (after_jump ? 0.01 / h : 0.0))) > 1e-6 * (1.0 + 0.01 / h))
      fail_msg("field %g V/m at link %d", field[j], j);
    const double expected = 1e-9 / h * 100.0 * (exp(-left / 10e-9) - exp(-right / 10e-9));
    if (fabs(flux[j] - expected) > 1e-9 * expected)
      fail_msg("flux %g, expected %g mol/m2/s at link %d", flux[j], expected, j);
  }
  close_archive(&reading);
  free_bench(&bench);
}

static void test_numbers_and_labels(void **state) {
  (void)state;
  Bench bench = make_bench(membrane_deck);
  write_all(&bench, 3);
  const Reading reading = open_archive(&bench, "step_1_transient");
  double values[3];
  assert_int_equal(read_values(reading.group, "time", values, 3), 3);
  for (int f = 0; f < 3; f++)
    assert_near(values[f], f);
  assert_int_equal(read_values(reading.group, "potential", values, 3), 3);
  assert_near(values[0], 0.5);
  assert_near(values[2], NAN);
  read_values(reading.group, "potential_mesh_bar", values, 3);
  assert_near(values[0], 0.125);
  assert_int_equal(read_values(reading.file, "step_2_steady/potential", values, 3), 1);
  assert_near(values[0], 0.5);
  read_values(reading.group, "solved", values, 3);
  assert_near(values[1], 1.0);
  assert_near(values[2], 0.0);
  read_values(reading.group, "concentration_K_at_12p5_nm", values, 3);
  assert_attribute(reading.group, "concentration_K_at_12p5_nm", "units", "mol/m3");
  assert_attribute(reading.group, "flux_K_2_at_right_end", "species", "K-");
  assert_attribute(reading.group, "flux_K_2_at_right_end", "units", "mol/m2/s");
  assert_attribute(reading.group, "concentration_Cl", "long_name", "concentration of Cl-");
  assert_attribute(reading.group, "time", "units", "s");
  assert_attribute(reading.group, ".", "coordinate", "time");
  assert_attribute(reading.group, ".", "method", "by hand");
  assert_attribute(reading.group, ".", "failure", "it was \xce\xb1 test");
  assert_attribute(reading.file, ".", "petsc_version", "3.14.15");
  assert_attribute(reading.file, ".", "petsc_options", "-ksp_view");
  assert_attribute(reading.file, ".", "title", "A \"charged\" membrane");
  assert_axis(reading.group, "concentration_Cl", "time", 0);
  assert_axis(reading.group, "concentration_Cl", "x", 1);
  assert_axis(reading.group, "flux_K", "x_link", 1);
  assert_axis(reading.group, "region", "x", 0);
  assert_axis(reading.group, "potential_time_bar", "time", 0);
  assert_axis(reading.group, "amount", "species", 0);
  assert_axis(reading.group, "region_left", "region_name", 0);
  close_archive(&reading);
  free_bench(&bench);
}

static void test_only_wanted_profiles(void **state) {
  (void)state;
  char text[sizeof membrane_deck + 64];
  snprintf(text, sizeof text, "%srecord: {profiles: [electric potential]}\n", membrane_deck);
  Bench bench = make_bench(text);
  write_all(&bench, 1);
  const Reading reading = open_archive(&bench, "step_1_transient");
  assert_true(H5Lexists(reading.group, "electric_potential", H5P_DEFAULT) > 0);
  assert_true(H5Lexists(reading.group, "concentration_K", H5P_DEFAULT) == 0);
  assert_true(H5Lexists(reading.group, "flux_K", H5P_DEFAULT) == 0);
  close_archive(&reading);
  free_bench(&bench);
}

static const SbNode *entry(const SbNode *list, size_t index) {
  return index < list->count ? list->values[index] : NULL;
}

/* JSON is YAML: the deck's own parser reads it. */
static const char *value_at(const SbNode *node, const char *path) {
  char copy[128];
  snprintf(copy, sizeof copy, "%s", path);
  char *save = NULL;
  for (char *key = strtok_r(copy, "/", &save); key && node; key = strtok_r(NULL, "/", &save))
    node = node->type == SB_NODE_LIST ? entry(node, strtoul(key, NULL, 10)) : sb_tree_get(node, key);
  return node && node->type == SB_NODE_SCALAR ? node->text : "(none)";
}

static void test_resolved_deck(void **state) {
  (void)state;
  Bench bench = make_bench(membrane_deck);
  char *json = sb_resolved_deck(bench.problem);
  SbArena *arena = sb_arena_create();
  SbDiagnostics *diagnostics = sb_diagnostics_create("json", json, strlen(json));
  const SbNode *root = sb_tree_parse(arena, json, strlen(json), diagnostics);
  sb_diagnostics_print(diagnostics, stderr);
  assert_non_null(root);
  static const struct {
    const char *path, *text;
  } expected[] = {
      {"deck/title", "A \"charged\" membrane"},
      {"deck/temperature", "298.14999999999998"},
      {"deck/field", "electroneutral"},
      {"deck/species/2/charge", "0"},
      {"deck/domain/0/region/fill/K+", "100"},
      {"deck/terminals/left/reservoir/value", "left bath"},
      {"deck/terminals/right/potential/table/0/1", "0"},
      {"deck/terminals/right/potential/table/2/1", "0.02"},
      {"deck/terminals/right/potential/table/3/0", "2"},
      {"deck/protocol/0/transient/until", "1"},
      {"deck/expect/0/quantity", "concentration"},
      {"deck/expect/0/tolerance", "0.01"},
      {"deck/accuracy/potential", "1.0000000000000001e-05"},
      {"regions/1/partition/Cl-", "0"},
      {"regions/1/permittivity", "78.400000000000006"},
      {"regions/2/fixed_charge", "0"},
      {"reservoirs/right/K+", "10"},
  };
  for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
    if (strcmp(value_at(root, expected[i].path), expected[i].text) != 0)
      fail_msg("%s is %s, expected %s, in %s", expected[i].path, value_at(root, expected[i].path), expected[i].text,
               json);
  sb_diagnostics_destroy(&diagnostics);
  sb_arena_destroy(&arena);
  free(json);
  free_bench(&bench);
}

/* A file may not grow beyond the limit: the system's answer is that of a full disk but for the number. */
static void test_full_disk(void **state) {
  (void)state;
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit old;
  getrlimit(RLIMIT_FSIZE, &old);
  int failures = 0;
  for (rlim_t limit = 1000; limit < 400000; limit += limit / 3) {
    Bench bench = make_bench(membrane_deck);
    const struct rlimit low = {limit, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &low);
    SbArchive *archive = NULL;
    SbStatus status = sb_archive_open(bench.path, bench.problem, NULL, &archive);
    if (status == SB_OK) {
      status = write_transient(&bench, archive, 12);
      const SbStatus closed = sb_archive_close(&archive, true);
      status = status == SB_OK ? closed : status;
    }
    setrlimit(RLIMIT_FSIZE, &old);
    assert_null(archive);
    assert_int_equal(exists(bench.path), status == SB_OK);
    assert_false(exists(bench.part));
    if (status != SB_OK) {
      assert_int_equal(status, SB_IO);
      assert_non_null(strstr(sb_archive_message(NULL), bench.path));
      assert_non_null(strstr(sb_archive_message(NULL), "File too large"));
      failures++;
    }
    free_bench(&bench);
  }
  assert_true(failures > 5);
}

static void test_unwritable(void **state) {
  (void)state;
  Bench bench = make_bench(membrane_deck);
  SbArchive *archive = NULL;
  assert_int_equal(sb_archive_open("no such folder/out.h5", bench.problem, NULL, &archive), SB_IO);
  assert_null(archive);
  assert_string_equal(sb_archive_message(NULL),
                      "no such folder/out.h5: cannot create the output file: No such file or directory");
  assert_int_equal(sb_archive_open(bench.folder, bench.problem, NULL, &archive), SB_IO);
  assert_non_null(strstr(sb_archive_message(NULL), "folder"));
  /* two runs that write one file */
  assert_int_equal(sb_archive_open(bench.path, bench.problem, NULL, &archive), SB_OK);
  SbArchive *second = NULL;
  assert_int_equal(sb_archive_open(bench.path, bench.problem, NULL, &second), SB_IO);
  assert_non_null(strstr(sb_archive_message(NULL), "another run"));
  assert_int_equal(sb_archive_close(&archive, false), SB_OK); /* not kept: nothing is left */
  assert_false(exists(bench.part));
  assert_false(exists(bench.path));
  free_bench(&bench);
}

static char *info(const char *path, SbStatus expected) {
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  assert_int_equal(sb_archive_info(path, stream), expected);
  fclose(stream);
  return text;
}

static void test_info(void **state) {
  (void)state;
  Bench bench = make_bench(membrane_deck);
  free(info(bench.path, SB_NO_FILE));
  assert_non_null(strstr(sb_archive_message(NULL), "No such file"));
  FILE *other = fopen(bench.path, "w");
  fputs("no HDF5\n", other);
  fclose(other);
  free(info(bench.path, SB_IO));
  assert_non_null(strstr(sb_archive_message(NULL), "no output file of saltbridge"));
  unlink(bench.path);
  write_all(&bench, 4);
  char *text = info(bench.path, SB_OK);
  static const char *const wanted[] = {"A \"charged\" membrane", "PETSc 3.14.15", "step_1_transient",
                                       "4 frames over time",     "14 cells",      "potential 500 mV",
                                       "concentration_Cl",       "-ksp_view"};
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
    if (!strstr(text, wanted[i]))
      fail_msg("'%s' is missing in\n%s", wanted[i], text);
  free(text);
  free_bench(&bench);
}

static void test_names(void **state) {
  (void)state;
  static const char *const labels[][2] = {{"K+", "K"},     {"SO4 2-", "SO4_2"},
                                          {"Fe3+", "Fe3"}, {"HPO4 2-", "HPO4_2"},
                                          {"+", "_"},      {"terminals.right.potential", "terminals_right_potential"}};
  for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
    char name[64] = "a";
    sb_archive_append_name(name, sizeof name, labels[i][0]);
    assert_string_equal(name + 1, labels[i][1]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_profiles),
      cmocka_unit_test(test_links),
      cmocka_unit_test(test_numbers_and_labels),
      cmocka_unit_test(test_only_wanted_profiles),
      cmocka_unit_test(test_resolved_deck),
      cmocka_unit_test(test_full_disk),
      cmocka_unit_test(test_unwritable),
      cmocka_unit_test(test_info),
      cmocka_unit_test(test_names),
  };
  return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
