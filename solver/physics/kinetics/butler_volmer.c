/* Butler-Volmer kinetics: both partial currents are exponential in the potential. Two ways to give the one constant:
   a rate constant, which holds at the standard state, or an exchange current density, which holds at a composition of
   the deck. */
#include <math.h>
#include <stddef.h>

#include "base/constants.h"
#include "physics/couple.h"
#include "physics/kinetics.h"

/* Where the larger partial current is more than this it goes on with its logarithm, and the other one in proportion.
   The ions of a solution of 1 mol/L hit a surface at sqrt(RT/(2 pi M)) F c, some 1e10 A/m2: no reaction is as fast,
   whatever the exponential says, and what is faster still cannot be told from diffusion within double precision. */
static const double fastest = 1e17; /* A/m2 */

typedef struct {
  double rate_constant; /* m/s */
} RateConstantParams;

typedef struct {
  double exchange_current;      /* A/m2 */
  const char *reference;        /* name of a region; NULL: the one next to the electrode */
  double equilibrium_potential; /* V; NAN: not given */
} ExchangeCurrentParams;

static SbPartialCurrents butler_volmer(double size, const SbKineticsState *state, double potential) {
  const double f = 1.0 / state->thermal_voltage, drop = potential - state->zero;
  const double by_anodic = state->anodic_transfer * f, by_cathodic = -state->cathodic_transfer * f;
  const double steeper = by_anodic * drop > by_cathodic * drop ? by_anodic : by_cathodic;
  const double beyond = fmax(0.0, steeper * drop - log(fastest / size));
  const double growth = 1.0 + log1p(beyond), lost = steeper * (1.0 - 1.0 / ((1.0 + beyond) * growth));
  SbPartialCurrents out;
  out.anodic = size * exp(by_anodic * drop - beyond) * growth;
  out.cathodic = size * exp(by_cathodic * drop - beyond) * growth;
  out.d_anodic = out.anodic * (by_anodic - lost);
  out.d_cathodic = out.cathodic * (by_cathodic - lost);
  return out;
}

/* ---- rate_constant ---- */

static const SbField rate_constant_fields[] = {{.key = "",
                                                .type = SB_TYPE_QUANTITY,
                                                .offset = offsetof(RateConstantParams, rate_constant),
                                                .dimension = SB_DIMENSION_VELOCITY,
                                                .range = {.rule = SB_POSITIVE},
                                                .flags = SB_FIELD_REQUIRED,
                                                .doc = "Standard rate constant k0."},
                                               {0}};

static SbKineticsReference rate_constant_reference(const void *params) {
  (void)params;
  return (SbKineticsReference){.refers = false, .equilibrium_potential = NAN};
}

static SbPartialCurrents rate_constant_eval(const void *params, const SbKineticsState *state, double potential) {
  const RateConstantParams *own = params;
  const double size = state->electrons * SB_FARADAY * own->rate_constant * sb_standard_concentration;
  return butler_volmer(size, state, potential);
}

const SbKinetics sb_kinetics_rate_constant = {
    .schema = {.name = "rate_constant",
               .doc = "Butler-Volmer kinetics from a standard rate constant: i = n F k0 [c_R e^(a_a f (E - E0)) - c_O "
                      "e^(-a_c f (E - E0))], f = F/RT. Of a couple that is not of first order, every concentration "
                      "counts by the standard one of 1 mol/L, and what is not dissolved counts as 1.",
               .reference = "Bard & Faulkner, Electrochemical Methods, 2nd ed., eq 3.3.11",
               .example = "- {name: iron, oxidised: Fe3+, reduced: Fe2+, electrons: 1, standard_potential: 0.771 V, "
                          "rate_constant: 1e-5 m/s, transfer: {anodic: 0.5, cathodic: 0.5}}",
               .size = sizeof(RateConstantParams),
               .fields = rate_constant_fields},
    .reference = rate_constant_reference,
    .eval = rate_constant_eval,
};

/* ---- exchange_current ---- */

static const SbField exchange_current_fields[] = {
    {.key = "",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(ExchangeCurrentParams, exchange_current),
     .dimension = SB_DIMENSION_CURRENT_DENSITY,
     .range = {.rule = SB_POSITIVE},
     .flags = SB_FIELD_REQUIRED,
     .doc = "Exchange current density i0 at the reference composition."},
    {.key = "reference",
     .type = SB_TYPE_TEXT,
     .offset = offsetof(ExchangeCurrentParams, reference),
     .flags = SB_FIELD_BESIDE,
     .doc = "The region whose fill is the composition that the exchange current holds at; the one next to the "
            "electrode where nothing is said."},
    {.key = "equilibrium_potential",
     .type = SB_TYPE_QUANTITY,
     .offset = offsetof(ExchangeCurrentParams, equilibrium_potential),
     .dimension = SB_DIMENSION_POTENTIAL,
     .flags = SB_FIELD_BESIDE,
     .doc = "Equilibrium potential at the reference composition, in place of `standard_potential`."},
    {0}};

static SbKineticsReference exchange_current_reference(const void *params) {
  const ExchangeCurrentParams *own = params;
  return (SbKineticsReference){
      .refers = true, .region = own->reference, .equilibrium_potential = own->equilibrium_potential};
}

static SbPartialCurrents exchange_current_eval(const void *params, const SbKineticsState *state, double potential) {
  const ExchangeCurrentParams *own = params;
  return butler_volmer(own->exchange_current, state, potential);
}

const SbKinetics sb_kinetics_exchange_current = {
    .schema = {.name = "exchange_current",
               .doc = "Butler-Volmer kinetics from an exchange current density: i = i0 [(c_R/c_R*) e^(a_a f (E - Eeq)) "
                      "- (c_O/c_O*) e^(-a_c f (E - Eeq))], f = F/RT, where * is the reference composition and Eeq the "
                      "equilibrium potential there.",
               .reference = "Bard & Faulkner, Electrochemical Methods, 2nd ed., section 3.4",
               .example = "- {name: zinc, oxidised: Zn2+, reduced: {}, electrons: 2, standard_potential: -0.762 V, "
                          "exchange_current: 0.1 A/m2, transfer: {anodic: 1, cathodic: 1}}",
               .size = sizeof(ExchangeCurrentParams),
               .fields = exchange_current_fields},
    .reference = exchange_current_reference,
    .eval = exchange_current_eval,
};
