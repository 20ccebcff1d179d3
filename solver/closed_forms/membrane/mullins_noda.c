/* An electrogenic pump of two ions whose leaks it makes up for. */
#include "closed_forms/formulas/mullins_noda.h"

#include <math.h>

#include "closed_forms/membrane_forms.h"

/* The pump's two ions and their proportion. */
typedef struct {
  int taken_in, put_out; /* species */
  double ratio;          /* of the one put out to the one taken in */
} Exchange;

/* Finds the two ions of a pump that takes one in and puts another of the same charge out, and nothing else. */
static bool exchange_of(const SbMembraneFaces *faces, const SbMechanism *pump, Exchange *exchange) {
  double in = 0.0, out = 0.0;
  exchange->taken_in = exchange->put_out = -1;
  for (int s = 0; pump->kind->stoichiometry && s < faces->site.species_count; s++) {
    const double moved = pump->kind->stoichiometry(pump->params, s);
    int *place = moved > 0.0 ? &exchange->put_out : &exchange->taken_in;
    if (moved == 0.0)
      continue;
    if (*place >= 0)
      return false;
    *place = s;
    *(moved > 0.0 ? &out : &in) = fabs(moved);
  }
  if (exchange->taken_in < 0 || exchange->put_out < 0)
    return false;
  exchange->ratio = out / in;
  const int charge = faces->site.species[exchange->taken_in].charge;
  return charge != 0 && charge == faces->site.species[exchange->put_out].charge;
}

/* There is one mechanism with a rate of its own, such a pump, and its ions leak through a constant field. */
static bool find(const SbMembraneFaces *faces, Exchange *exchange) {
  const SbMechanism *pump = NULL;
  for (int m = 0; m < faces->membrane->mechanism_count; m++) {
    if (!sb_faces_drives(faces, m))
      continue;
    if (pump)
      return false;
    pump = &faces->membrane->mechanisms[m];
  }
  return pump && exchange_of(faces, pump, exchange) && sb_faces_only_permeates(faces, exchange->taken_in) &&
         sb_faces_only_permeates(faces, exchange->put_out);
}

static bool applies(const SbMembraneFaces *faces) {
  Exchange exchange;
  return find(faces, &exchange);
}

static SbPumpedIon ion(const SbMembraneFaces *faces, int species) {
  return (SbPumpedIon){sb_faces_permeability(faces, species), faces->site.inside[species],
                       faces->site.outside[species]};
}

static double value(const SbMembraneFaces *faces) {
  Exchange exchange;
  if (!find(faces, &exchange))
    return NAN;
  const SbPumpedIon taken_in = ion(faces, exchange.taken_in), put_out = ion(faces, exchange.put_out);
  return sb_mullins_noda_potential(exchange.ratio, &taken_in, &put_out, faces->site.species[exchange.taken_in].charge,
                                   faces->site.thermal_voltage);
}

const SbMembraneForm sb_membrane_form_mullins_noda = {
    .name = "mullins-noda",
    .title = "Mullins-Noda",
    .doc = "A pump exchanges two ions and each leaks back, through a constant field, as fast as it is pumped. Other "
           "ions do not enter: in such a steady state they carry no current.",
    .reference = "Mullins & Noda 1963, J. Gen. Physiol. 47, 117",
    .said_of = SB_SAID_OF_BALANCE,
    .applies = applies,
    .value = value,
};
