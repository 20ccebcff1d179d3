#include "discretize/ledger.h"

#include <math.h>
#include <stdlib.h>

#include "base/constants.h"
#include "discretize/links.h"
#include "discretize/terminal.h"

/* Running account of one sum that should be the same on all links. */
typedef struct {
  double weighted, weight;
} Mean;

static void mean_add(Mean *mean, double value, double noise) {
  const double weight = 1.0 / (noise * noise + 1e-300);
  mean->weighted += weight * value;
  mean->weight += weight;
}

static double dissipation(const SbChain *chain, const SbLinks *links, int link) {
  double sum = 0.0;
  const int i = link - links->first;
  for (int s = 0; s < chain->problem->species_count; s++) {
    const double a = links->left[s][i], b = links->right[s][i];
    if (a > 0.0 && b > 0.0)
      sum += links->flux[s][i] * (log(a / b) - links->drift[s][i]);
  }
  return SB_GAS_CONSTANT * sum;
}

static void charges(const SbChain *chain, const double *u, SbLedger *ledger) {
  const SbProblem *problem = chain->problem;
  for (int p = 0; p < problem->pool_count; p++) {
    const SbPool *pool = &problem->pools[p];
    const double amount = sb_chain_amount(chain, u, pool), z = problem->species[pool->species].charge;
    ledger->amount[pool->species] += amount;
    ledger->charge += SB_FARADAY * z * amount;
    ledger->charge_scale += SB_FARADAY * fabs(z * amount);
  }
  for (int j = 0; j < chain->nodes - 1; j++) {
    const double volume = chain->mesh->volume_right[j] + chain->mesh->volume_left[j + 1];
    const double charge = SB_FARADAY * volume * problem->regions[chain->mesh->interval[j]].fixed_charge;
    ledger->charge += charge;
    ledger->charge_scale += fabs(charge);
  }
  for (int side = 0; side < 2; side++) {
    const double area = side == SB_LEFT ? sb_mesh_left_area(chain->mesh) : 1.0;
    const double charge = area * sb_terminal_charge(chain, u, (SbSide)side);
    ledger->charge += charge;
    ledger->charge_scale += fabs(charge);
  }
}

SbLedger sb_ledger(const SbChain *chain, const double *u, const SbMoment *moment) {
  SbLedger ledger = {.charge = 0.0};
  const SbProblem *problem = chain->problem;
  const int count = chain->nodes - 1, species = problem->species_count;
  Mean current = {0}, flux[SB_MAX_SPECIES] = {{0}};
  SbLinks links;
  /* first pass: the means, weighted by the links' noise; second: the deviations from them */
  for (int pass = 0; pass < 2; pass++) {
    for (int begin = 0; begin < count; begin += SB_TILE) {
      const int end = begin + SB_TILE < count ? begin + SB_TILE : count;
      sb_links_eval(chain, u, begin, end - begin, true, &links);
      for (int j = begin; j < end; j++) {
        const double area = chain->mesh->area[j], i = area * sb_links_ionic_current(chain, &links, j);
        const double noise = area * sb_links_noise(chain, &links, j);
        if (pass == 0) {
          mean_add(&current, i, noise);
          ledger.entropy_production += area * dissipation(chain, &links, j);
        } else {
          ledger.current_spread = fmax(ledger.current_spread, fabs(i - current.weighted / current.weight));
          ledger.current_noise = fmax(ledger.current_noise, noise);
        }
        double magnitude = 0.0;
        for (int s = 0; s < species; s++) {
          const double J = area * links.flux[s][j - begin];
          magnitude += SB_FARADAY * fabs(problem->species[s].charge * J);
          ledger.flux_largest[s] = fmax(ledger.flux_largest[s], fabs(J));
          const double z = abs(problem->species[s].charge) > 0 ? abs(problem->species[s].charge) : 1.0;
          if (problem->regions[chain->mesh->interval[j]].partition[s] <= 0.0)
            continue;
          if (pass == 0)
            mean_add(&flux[s], J, noise / SB_FARADAY / z);
          else {
            ledger.flux_spread[s] = fmax(ledger.flux_spread[s], fabs(J - flux[s].weighted / flux[s].weight));
            ledger.flux_noise[s] = fmax(ledger.flux_noise[s], noise / SB_FARADAY / z);
          }
        }
        ledger.current_scale = fmax(ledger.current_scale, magnitude);
      }
    }
  }
  if (!moment->steady) {
    ledger.current_spread = 0.0;
    for (int s = 0; s < species; s++)
      ledger.flux_spread[s] = 0.0;
  }
  if (problem->field->displacement)
    charges(chain, u, &ledger);
  else
    for (int p = 0; p < problem->pool_count; p++)
      ledger.amount[problem->pools[p].species] += sb_chain_amount(chain, u, &problem->pools[p]);
  return ledger;
}
