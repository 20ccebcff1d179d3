#include "setting.h"

#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "discretize/start.h"
#include "kernel.h"

enum { ROWS = SB_MAX_LOCAL * 3 * SB_MAX_LOCAL, PIECE = 4096 };

double setting_heap(void) {
  const struct mallinfo2 heap = mallinfo2();
  return (double)(heap.uordblks + heap.hblkhd);
}

/* ---- the cell
 * -------------------------------------------------------------------------------------------------------- */
/* KCl in both baths, ten times as much in one; the other ions at a twentieth of it, balanced by chloride. */
static void write_deck(int species, int cells, char *text, size_t size) {
  static const struct {
    const char *name;
    int charge;
  } ions[MOST_SPECIES] = {{"K+", 1},   {"Cl-", -1}, {"Na+", 1},  {"Ca2+", 2}, {"H+", 1},
                          {"Mg2+", 2}, {"Li+", 1},  {"Br-", -1}, {"I-", -1}};
  char names[128] = "K+, Cl-", others[256] = "";
  int chloride = 100;
  for (int s = 2; s < species; s++) {
    snprintf(names + strlen(names), sizeof names - strlen(names), ", %s", ions[s].name);
    snprintf(others + strlen(others), sizeof others - strlen(others), ", %s: 5 mM", ions[s].name);
    chloride += 5 * ions[s].charge;
  }
  snprintf(text, size,
           "saltbridge: 1\nspecies: [%s]\ndomain:\n"
           "  - {region: strong, width: 100 nm, fill: {K+: 100 mM, Cl-: %d mM%s}}\n"
           "  - {region: membrane, width: 100 nm, fixed_charge: -100 mM}\n"
           "  - {region: weak, width: 100 nm, fill: {K+: 10 mM, Cl-: %d mM%s}}\n"
           "terminals: {left: {reservoir: strong}, right: {reservoir: weak, current: 0 A/m2}}\n"
           "mesh: {cells: %d}\nprotocol: [steady]\n",
           names, chloride, others, chloride - 90, others, cells);
}

/* The start of a steady solve with waves on it, so that nothing is zero or the same in all cells. */
static void make_state(const SbChain *chain, double *u) {
  sb_state_guess(chain, u);
  for (int j = 0; j < chain->nodes; j++) {
    const SbPattern *pattern = sb_chain_pattern(chain, j);
    const double phase = 40.0 * j / chain->nodes;
    for (int i = 0; i < pattern->size; i++) {
      double *value = &u[chain->offset[j] + i];
      if (i == pattern->potential || i == pattern->terminal)
        *value += chain->problem->thermal_voltage * sin(phase);
      else
        *value *= 1.0 + 0.2 * cos(phase + i);
    }
  }
}

Setting *setting_create(int species, int cells) {
  Setting *setting = bench_alloc(1, sizeof *setting);
  char text[2048];
  setting->species = species;
  setting->cells = cells;
  write_deck(species, cells, text, sizeof text);
  if (sb_deck_read_text("deck", text, strlen(text), &setting->deck, &setting->diagnostics) == SB_OK)
    setting->problem = sb_problem_create(setting->deck, setting->diagnostics);
  if (!setting->problem) {
    sb_diagnostics_print(setting->diagnostics, stderr);
    bench_fail("not a good deck");
  }
  setting->mesh = sb_given_mesh(setting->problem, 0);
  setting->chain = setting->mesh ? sb_chain_create(setting->problem, setting->mesh) : NULL;
  const double before = setting_heap();
  setting->matrix = setting->chain ? sb_matrix_create(setting->chain, 0, setting->chain->nodes, true) : NULL;
  if (!setting->matrix)
    bench_fail("no memory for a chain of %d cells", cells);
  setting->matrix_bytes = setting_heap() - before;
  setting->u = bench_alloc((size_t)setting->chain->unknowns, sizeof(double));
  setting->f = bench_alloc((size_t)setting->chain->unknowns, sizeof(double));
  setting->evaluation = (SbEvaluation){.time = -1.0, .share = 1.0};
  make_state(setting->chain, setting->u);
  sb_assemble(setting->chain, &setting->evaluation, setting->u, 0, setting->chain->nodes, setting->f, setting->matrix);
  return setting;
}

void setting_destroy(Setting **setting) {
  free((*setting)->u);
  free((*setting)->f);
  sb_matrix_destroy(&(*setting)->matrix);
  sb_chain_destroy(&(*setting)->chain);
  sb_mesh_destroy(&(*setting)->mesh);
  sb_problem_destroy(&(*setting)->problem);
  sb_diagnostics_destroy(&(*setting)->diagnostics);
  sb_deck_destroy(&(*setting)->deck);
  free(*setting);
  *setting = NULL;
}

/* ---- checks
 * ---------------------------------------------------------------------------------------------------------- */
static double share(double error, double size) {
  return error == 0.0 ? 0.0 : error / size;
}

/* Differences in the rows of one node; wanted, g: taken node by node. */
static double node_error(const Setting *setting, int node, const SbMatrix *matrix, const SbMatrix *wanted,
                         const double *f, const double *g) {
  const SbChain *chain = setting->chain;
  const int first = chain->offset[node], left = node > 0 ? chain->offset[node - 1] : 0;
  double rows[ROWS], wanted_rows[ROWS], worst = 0.0;
  const int width = sb_matrix_node(wanted, node, wanted_rows);
  if (matrix)
    sb_matrix_node(matrix, node, rows);
  for (int i = 0; i < chain->offset[node + 1] - first; i++) {
    double terms = 0.0, largest = 0.0, difference = 0.0;
    for (int c = 0; c < width; c++) {
      const double value = wanted_rows[i * width + c];
      terms += fabs(value * setting->u[left + c]);
      largest = bench_larger(largest, fabs(value));
      if (matrix)
        difference = bench_larger(difference, fabs(rows[i * width + c] - value));
    }
    worst = bench_larger(worst, share(fabs(f[first + i] - g[first + i]), terms));
    worst = bench_larger(worst, share(difference, largest));
  }
  return worst;
}

double setting_assembly_error(const Setting *setting, const double *f, const SbMatrix *matrix) {
  const SbChain *chain = setting->chain;
  double *g = bench_alloc((size_t)chain->unknowns, sizeof *g), worst = 0.0;
  for (int begin = 0; begin < chain->nodes; begin += PIECE) {
    const int end = begin + PIECE < chain->nodes ? begin + PIECE : chain->nodes;
    SbMatrix *wanted = sb_matrix_create(chain, begin, end, false);
    if (!wanted)
      bench_fail("no memory for a matrix of %d nodes", end - begin);
    sb_assemble(chain, &setting->evaluation, setting->u, begin, end, g, wanted);
    for (int node = begin; node < end; node++)
      worst = bench_larger(worst, node_error(setting, node, matrix, wanted, f, g));
    sb_matrix_destroy(&wanted);
  }
  free(g);
  return worst;
}

/* One system for all checks: the rows of node after node are added to A x and |A| |x|. */
static double backward_error(const Setting *setting, const SbMatrix *mass, double frequency, bool transposed,
                             const double complex *b, const double complex *x) {
  const SbChain *chain = setting->chain;
  const size_t unknowns = (size_t)chain->unknowns;
  double complex *sum = bench_alloc(unknowns, sizeof *sum);
  double *size = bench_alloc(unknowns, sizeof *size), rows[ROWS], mass_rows[ROWS], worst = 0.0;
  for (int node = 0; node < chain->nodes; node++) {
    const int width = sb_matrix_node(setting->matrix, node, rows), left = node > 0 ? chain->offset[node - 1] : 0;
    if (mass)
      sb_matrix_node(mass, node, mass_rows);
    for (int row = chain->offset[node], k = 0; row < chain->offset[node + 1]; row++)
      for (int column = left; column < left + width; column++, k++) {
        const double complex value = rows[k] + (mass ? I * frequency * mass_rows[k] : 0.0);
        const int to = transposed ? column : row, from = transposed ? row : column;
        sum[to] += value * x[from];
        size[to] += cabs(value) * cabs(x[from]);
      }
  }
  for (size_t i = 0; i < unknowns; i++)
    worst = bench_larger(worst, share(cabs(b[i] - sum[i]), size[i] + cabs(b[i])));
  free(sum);
  free(size);
  return worst;
}

double setting_backward_error(const Setting *setting, bool transposed, const double *b, const double *x) {
  const size_t unknowns = (size_t)setting->chain->unknowns;
  double complex *both = bench_alloc(2 * unknowns, sizeof *both);
  for (size_t i = 0; i < unknowns; i++) {
    both[i] = b[i];
    both[unknowns + i] = x[i];
  }
  const double error = backward_error(setting, NULL, 0.0, transposed, both, both + unknowns);
  free(both);
  return error;
}

double setting_complex_error(const Setting *setting, const SbMatrix *mass, double frequency, const double complex *b,
                             const double complex *x) {
  return backward_error(setting, mass, frequency, false, b, x);
}
