#include "discretize/ledger.h"

#include <math.h>
#include <stdlib.h>

#include "base/constants.h"
#include "discretize/links.h"
#include "discretize/measure_electrode.h"
#include "discretize/membrane.h"
#include "discretize/sheath.h"
#include "discretize/terminal.h"

/* Running account of one sum that should be the same on all links; its mean is weighted by the links' noise. */
typedef struct {
  double weighted, weight, low, high, noise;
} Account;

static const Account nothing_yet = {.low = INFINITY, .high = -INFINITY};

static void account_add(Account *account, double value, double noise) {
  const double weight = 1.0 / (noise * noise + 1e-300);
  account->weighted += weight * value;
  account->weight += weight;
  account->low = fmin(account->low, value);
  account->high = fmax(account->high, value);
  account->noise = fmax(account->noise, noise);
}

/* Largest deviation from the mean; 0 where nothing was added. */
static double account_spread(const Account *account) {
  if (account->weight == 0.0)
    return 0.0;
  const double mean = account->weighted / account->weight;
  return fmax(fmax(account->high - mean, mean - account->low), 0.0);
}

/* Entropy that the mechanisms of a membrane produce, W/m2/K; one that works on the ions is driven from elsewhere, which
   is not accounted for. */
static double membrane_dissipation(const SbChain *chain, const double *u, double time, int link) {
  double sum = 0.0;
  for (int m = 0; m < sb_chain_membrane(chain, link)->mechanism_count; m++)
    sum += fmax(0.0, sb_mechanism_dissipation(chain, u, time, link, m));
  return sum / chain->problem->temperature;
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

/* Fluxes and currents of evaluated links. */
static void account_links(const SbChain *chain, const double *u, const SbLinks *links, Account *current, Account *flux,
                          SbLedger *ledger) {
  const SbProblem *problem = chain->problem;
  for (int j = links->first; j < links->first + links->count; j++) {
    const double area = chain->mesh->area[j], noise = area * sb_links_noise(chain, links, j);
    double magnitude = 0.0;
    account_add(current, area * sb_links_ionic_current(chain, links, j), noise);
    if (sb_chain_membrane(chain, j))
      ledger->entropy_membranes += area * membrane_dissipation(chain, u, links->time, j);
    else
      ledger->entropy_solutions += area * dissipation(chain, links, j);
    for (int s = 0; s < problem->species_count; s++) {
      const double J = area * links->flux[s][j - links->first];
      magnitude += SB_FARADAY * fabs(problem->species[s].charge * J);
      ledger->flux_largest[s] = fmax(ledger->flux_largest[s], fabs(J));
      const double z = fmax(1.0, abs(problem->species[s].charge));
      if (problem->regions[chain->mesh->interval[j]].partition[s] > 0.0)
        account_add(&flux[s], J, noise / SB_FARADAY / z);
    }
    ledger->current_scale = fmax(ledger->current_scale, magnitude);
  }
}

SbLedger sb_ledger(const SbChain *chain, const double *u, const SbMoment *moment) {
  SbLedger ledger = {.charge = 0.0};
  const SbProblem *problem = chain->problem;
  const int count = chain->nodes - 1;
  Account current = nothing_yet, flux[SB_MAX_SPECIES];
  SbLinks links;
  for (int s = 0; s < problem->species_count; s++)
    flux[s] = nothing_yet;
  for (int begin = 0; begin < count; begin += SB_TILE) {
    sb_links_eval(chain, u, moment->time, begin, begin + SB_TILE < count ? SB_TILE : count - begin, true, &links);
    account_links(chain, u, &links, &current, flux, &ledger);
  }
  for (int j = 0; j < chain->nodes && problem->cable; j++)
    ledger.entropy_membranes += sb_sheath_dissipation(chain, u, moment->time, j) / problem->temperature;
  for (int side = 0; side < 2; side++)
    ledger.entropy_electrodes += sb_electrode_dissipation(chain, u, (SbSide)side) / problem->temperature;
  ledger.entropy_production = ledger.entropy_solutions + ledger.entropy_membranes + ledger.entropy_electrodes;
  ledger.current_noise = current.noise;
  ledger.current_spread = moment->steady ? account_spread(&current) : 0.0;
  for (int s = 0; s < problem->species_count; s++) {
    ledger.flux_noise[s] = flux[s].noise;
    ledger.flux_spread[s] = moment->steady ? account_spread(&flux[s]) : 0.0;
  }
  if (problem->field->displacement)
    charges(chain, u, &ledger);
  else
    for (int p = 0; p < problem->pool_count; p++)
      ledger.amount[problem->pools[p].species] += sb_chain_amount(chain, u, &problem->pools[p]);
  return ledger;
}
