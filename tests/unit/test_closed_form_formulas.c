/* The formulas behind the closed forms, as numbers: against the reference cases, limits with exact answers, and values
   from SciPy (solve_bvp, brentq) where neither covers a case. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "closed_forms/closed_forms.h"
#include "closed_forms/formulas/donnan.h"
#include "closed_forms/formulas/ghk.h"
#include "closed_forms/formulas/gouy_chapman.h"
#include "closed_forms/formulas/henderson.h"
#include "closed_forms/formulas/planck.h"
#include "closed_forms/formulas/root.h"
#include "reference_values.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const double warm = SB_GAS_CONSTANT * 298.15 / SB_FARADAY; /* V_T at 25 degC, V */

static void check(const char *what, double found, double expected, double tolerance) {
  if (!(fabs(found - expected) <= tolerance))
    fail_msg("%s: %.17g, expected %.17g, off by %.2g > %.2g", what, found, expected, found - expected, tolerance);
}

static void nernst_meets_reference(void **state) {
  (void)state;
  const char *const names[] = {"nernst_frog_20C", "nernst_mammal_37C", "nernst_squid_20C", "nernst_squid_37C"};
  for (size_t k = 0; k < COUNT(names); k++) {
    Reference reference = reference_open(names[k]);
    int charge[REFERENCE_MOST] = {0};
    double in[REFERENCE_MOST] = {0}, out[REFERENCE_MOST] = {0}, expected[REFERENCE_MOST] = {0};
    const int n = reference_charges(&reference, charge);
    reference_input(&reference, "c_in_mol_per_m3", in);
    reference_input(&reference, "c_out_mol_per_m3", out);
    assert_int_equal(reference_expected(&reference, "E_i", expected), n);
    for (int i = 0; i < n; i++) {
      /* in minus out is right minus left with the inside on the right */
      const double found = sb_nernst_potential(reference_thermal_voltage(&reference), charge[i], out[i], in[i]);
      check(names[k], found, expected[i], 1e-12);
    }
    reference_close(&reference);
  }
}

static void nernst_knows_its_limits(void **state) {
  (void)state;
  assert_true(sb_nernst_potential(warm, 1, 10.0, 0.0) == INFINITY);
  assert_true(sb_nernst_potential(warm, -1, 10.0, 0.0) == -INFINITY);
  assert_true(sb_nernst_potential(warm, 1, 0.0, 10.0) == -INFINITY);
  assert_true(isnan(sb_nernst_potential(warm, 0, 10.0, 1.0)));
  assert_true(isnan(sb_nernst_potential(warm, 1, 0.0, 0.0)));
}

static void ghk_meets_reference(void **state) {
  (void)state;
  const struct {
    const char *name, *permeability, *inside, *outside;
  } cases[] = {{"ghk_squid_37C", "permeability_m_per_s", "c_in_mol_per_m3", "c_out_mol_per_m3"},
               {"ghk_squid_6p3C", "permeability_m_per_s", "c_in_mol_per_m3", "c_out_mol_per_m3"},
               {"ghk_squid_peak_AP", "permeability_m_per_s", "c_in_mol_per_m3", "c_out_mol_per_m3"},
               {"pnp_thin_squidlike", "D_m2_per_s", "c_left_in_mol_per_m3", "c_right_out_mol_per_m3"},
               {"pnp_thin_unequal", "D_m2_per_s", "c_left_in_mol_per_m3", "c_right_out_mol_per_m3"},
               {"pnp_resolved_squid", "D_membrane_m2_per_s", "c_left_in_mol_per_m3", "c_right_out_mol_per_m3"}};
  for (size_t k = 0; k < COUNT(cases); k++) {
    Reference reference = reference_open(cases[k].name);
    int charge[REFERENCE_MOST] = {0};
    double p[REFERENCE_MOST] = {0}, in[REFERENCE_MOST] = {0}, out[REFERENCE_MOST] = {0}, expected[REFERENCE_MOST] = {0};
    const int n = reference_charges(&reference, charge);
    reference_input(&reference, cases[k].permeability, p);
    reference_input(&reference, cases[k].inside, in);
    reference_input(&reference, cases[k].outside, out);
    reference_expected(&reference, "GHK", expected);
    check(cases[k].name, sb_ghk_potential(n, charge, p, out, in, reference_thermal_voltage(&reference)), expected[0],
          1e-13);
    reference_close(&reference);
  }
}

static void ghk_takes_any_valence(void **state) {
  (void)state;
  const int charge[] = {1, 2, -1};
  const double p[] = {1e-8, 3e-8, 2e-9}, left[] = {140, 1e-4, 10}, right[] = {5, 2, 150};
  const double body = SB_GAS_CONSTANT * 310.15 / SB_FARADAY;
  check("K+, Ca2+, Cl-", sb_ghk_potential(3, charge, p, left, right, body), 0.04854677382680721, 1e-15);
  check("the other way round", sb_ghk_potential(3, charge, p, right, left, body), -0.04854677382680721, 1e-15);
  check("Ca2+ alone", sb_ghk_potential(1, charge + 1, p, left + 1, right + 1, body), body / 2 * log(1e-4 / 2), 1e-15);
  const double none[] = {0, 0, 150}, some[] = {140, 2, 0};
  assert_true(
      isnan(sb_ghk_potential(2, charge, p, some, none, body))); /* all cations on one side: no zero of the current */
}

static void junctions_meet_reference(void **state) {
  (void)state;
  const char *const names[] = {"ljp_HCl0p1_KCl0p01",
                               "ljp_HCl_0p1_0p01",
                               "ljp_HCl_KCl_0p1",
                               "ljp_K2SO4_NaCl",
                               "ljp_KCl3p5_HCl0p1",
                               "ljp_NaCl_KCl_0p1",
                               "ljp_physiological_pipette",
                               "ljpcalc_AxoBits_KGlu_20C",
                               "ljpcalc_Harper_HCl",
                               "ljpcalc_Harper_NaCl",
                               "ljpcalc_JPCalcWin_p10_25C",
                               "ljpcalc_JPCalcWin_p7_20C",
                               "ljpcalc_NgBarry_KCl_LiCl_Ca",
                               "ljpcalc_NgBarry_NaCl_KCl_50",
                               "ljpcalc_NgBarry_NaCl_MgCl2_100",
                               "ljpcalc_Zn_K_Cl"};
  for (size_t k = 0; k < COUNT(names); k++) {
    Reference reference = reference_open(names[k]);
    int charge[REFERENCE_MOST] = {0};
    double d[REFERENCE_MOST] = {0}, left[REFERENCE_MOST] = {0}, right[REFERENCE_MOST] = {0},
           henderson[REFERENCE_MOST] = {0}, planck[REFERENCE_MOST] = {0};
    const int n = reference_charges(&reference, charge);
    const double unit = reference_thermal_voltage(&reference);
    reference_input(&reference, "D_m2_per_s", d);
    reference_input(&reference, "c_left_mol_per_m3", left);
    reference_input(&reference, "c_right_mol_per_m3", right);
    reference_expected(&reference, "Henderson", henderson);
    reference_expected(&reference, "Planck", planck);
    check(names[k], sb_henderson_potential(n, charge, d, left, right, unit), henderson[0], 2e-13);
    check(names[k], sb_planck_potential(n, charge, d, left, right, unit), planck[0], 2e-13);
    check(names[k], sb_planck_potential(n, charge, d, right, left, unit), -planck[0], 2e-13);
    reference_close(&reference);
  }
}

/* One salt: -(D+ - D-)/(z+ D+ - z- D-) ln(c_R/c_L) in thermal voltages, exact for both. */
static void one_salt_is_exact_over_nine_decades(void **state) {
  (void)state;
  const int charge[] = {2, -1};
  const double d[] = {0.792e-9, 2.032e-9};
  for (int decade = -6; decade <= 3; decade++) {
    const double c = pow(10.0, decade), left[] = {10, 20}, right[] = {10 * c, 20 * c};
    const double exact = -warm * (d[0] - d[1]) / (2 * d[0] + d[1]) * log(c);
    check("Planck, CaCl2", sb_planck_potential(2, charge, d, left, right, warm), exact, 1e-12);
    check("Henderson, CaCl2", sb_henderson_potential(2, charge, d, left, right, warm), exact, 1e-13);
  }
}

/* Planck's own equation for HCl at c_left | KCl at c_right, with phi in thermal voltages; zero at the junction
 * potential. */
static double planck_equation(double phi, const double *d, double left, double right) {
  const double xi = exp(phi), ratio = log(right / left);
  return (xi * d[1] * right - d[0] * left) * (ratio + phi) - d[2] * (ratio - phi) * (xi * right - left);
}

static void univalent_junctions_obey_plancks_equation(void **state) {
  (void)state;
  const int charge[] = {1, 1, -1};
  const double d[] = {9.311e-9, 1.957e-9, 2.032e-9}, step = 1e-6;
  for (int decade = -7; decade <= 7; decade++) {
    const double near = 100, far = 170 * pow(10.0, decade), left[] = {near, 0, near}, right[] = {0, far, far};
    const double phi = sb_planck_potential(3, charge, d, left, right, 1.0);
    const double slope =
        (planck_equation(phi + step, d, near, far) - planck_equation(phi - step, d, near, far)) / step / 2;
    check("distance from the root", planck_equation(phi, d, near, far) / slope, 0.0, 1e-13);
  }
}

static void junctions_without_answer(void **state) {
  (void)state;
  const int charge[] = {1, -1};
  const double d[] = {2e-9, 1e-9}, some[] = {10, 10}, none[] = {0, 0};
  check("equal sides", sb_planck_potential(2, charge, d, some, some, warm), 0.0, 1e-17);
  check("equal sides", sb_henderson_potential(2, charge, d, some, some, warm), 0.0, 1e-17);
  assert_true(isnan(sb_planck_potential(2, charge, d, some, none, warm)));
  assert_true(isnan(sb_planck_potential(2, charge, d, none, some, warm)));
  assert_true(isnan(sb_henderson_potential(2, charge, d, some, none, warm)));
}

static void donnan_meets_reference(void **state) {
  (void)state;
  Reference reference = reference_open("donnan_multi");
  int charge[REFERENCE_MOST] = {0};
  double c[REFERENCE_MOST] = {0}, x[REFERENCE_MOST] = {0}, expected[REFERENCE_MOST] = {0}, one[REFERENCE_MOST] = {0};
  const int n = reference_charges(&reference, charge);
  for (int i = 0; i < n; i++)
    one[i] = 1.0;
  reference_input(&reference, "c_bath_mol_per_m3", c);
  reference_input(&reference, "fixed_charge_mol_per_m3", x);
  reference_expected(&reference, "phi_gel", expected);
  check("gel", sb_donnan_potential(n, charge, one, c, x[0], reference_thermal_voltage(&reference)), expected[0], 1e-13);
  reference_close(&reference);

  /* one salt with partition coefficients: k+ e^-u - k- e^u + X/c = 0 */
  const int salt[] = {1, -1};
  const double k[] = {0.5, 0.02}, bath[] = {100, 100};
  const double square = k[0] * k[1], exact = asinh(30.0 / (2 * 100 * sqrt(square))) + 0.5 * log(k[0] / k[1]);
  check("with partition", sb_donnan_potential(2, salt, k, bath, 30.0, warm), warm * exact, 1e-16);
  check("5 M against 1 uM", sb_donnan_potential(2, salt, one, (const double[]){1e-3, 1e-3}, -5e3, warm),
        -warm * asinh(2.5e6), 1e-15);
  assert_true(isnan(sb_donnan_potential(1, salt, one, bath, 30.0, warm))); /* no anion to balance it */
}

static void teorell_meyer_sievers_meets_reference(void **state) {
  (void)state;
  const char *const names[] = {"mem_KCl_X-100mM_100nm", "mem_KCl_X-1M_100nm", "mem_KCl_X-1M_slowmem"};
  for (size_t k = 0; k < COUNT(names); k++) {
    Reference reference = reference_open(names[k]);
    const double one[] = {1.0, 1.0}, unit = reference_thermal_voltage(&reference);
    int charge[REFERENCE_MOST] = {0};
    double d[REFERENCE_MOST] = {0}, x[REFERENCE_MOST] = {0}, left[REFERENCE_MOST] = {0}, right[REFERENCE_MOST] = {0},
           expected[REFERENCE_MOST] = {0};
    reference_charges(&reference, charge);
    reference_input(&reference, "D_membrane_m2_per_s", d);
    reference_input(&reference, "fixed_charge_mol_per_m3", x);
    reference_input(&reference, "c_left_mol_per_m3", left);
    const int points = reference_input(&reference, "c_right_mol_per_m3", right);
    assert_int_equal(reference_expected(&reference, "TMS", expected), points);
    for (int i = 0; i < points; i++) {
      const double near[] = {left[0], left[0]}, far[] = {right[i], right[i]};
      const double found = sb_teorell_meyer_sievers_potential(2, charge, d, one, near, far, x[0], unit);
      check(names[k], found, expected[i], 1e-12); /* the concentrations are written with twelve digits */
    }
    reference_close(&reference);
  }
}

static void teorell_meyer_sievers_takes_any_valence(void **state) {
  (void)state;
  const int charge[] = {1, 2, -1};
  const double d[] = {1.957e-9, 0.792e-9, 2.032e-9}, one[] = {1, 1, 1}, k[] = {1, 0.5, 0.8};
  const double kcl[] = {100, 0, 100}, cacl2[] = {0, 20, 40}, left[] = {100, 5, 110}, right[] = {10, 20, 50};
  check("KCl | CaCl2", sb_teorell_meyer_sievers_potential(3, charge, d, one, kcl, cacl2, -80.0, warm),
        0.011698415245866407, 1e-14);
  check("with partition", sb_teorell_meyer_sievers_potential(3, charge, d, k, left, right, 60.0, warm),
        -0.004981823534640748, 1e-14);
  check("without charge", sb_teorell_meyer_sievers_potential(3, charge, d, one, left, right, 0.0, warm),
        sb_planck_potential(3, charge, d, left, right, warm), 1e-15);
}

static void gouy_chapman_meets_reference(void **state) {
  (void)state;
  const char *const names[] = {"gc_1to1_0p1M_100mV", "gc_1to1_1mM_-200mV", "gc_2to1_CaCl2_+80mV", "gc_2to1_CaCl2_-80mV",
                               "gc_3to1_LaCl3_-60mV"};
  for (size_t k = 0; k < COUNT(names); k++) {
    Reference reference = reference_open(names[k]);
    int charge[REFERENCE_MOST] = {0};
    double c[REFERENCE_MOST] = {0}, eps[REFERENCE_MOST] = {0}, phi[REFERENCE_MOST] = {0},
           expected[REFERENCE_MOST] = {0};
    int n = reference_charges(&reference, charge);
    reference_input(&reference, "c_bulk_mol_per_m3", c);
    if (n == 1) { /* written as a z:z salt */
      charge[1] = -charge[0];
      c[1] = c[0];
      n = 2;
    }
    reference_input(&reference, "eps_r", eps);
    reference_input(&reference, "surface_potential_V", phi);
    reference_expected(&reference, "surface charge", expected);
    const SbBulkSolution solution = {n, charge, c, eps[0] * SB_VACUUM_PERMITTIVITY,
                                     reference_thermal_voltage(&reference)};
    check(names[k], sb_grahame_charge(&solution, phi[0]), expected[0], 1e-11 * fabs(expected[0]));
    check("and back", sb_grahame_potential(&solution, sb_grahame_charge(&solution, phi[0])), phi[0], 1e-15);
    reference_close(&reference);
  }
}

static void stern_meets_reference(void **state) {
  (void)state;
  Reference reference = reference_open("gcs_0p1M_20uF");
  const int charge[] = {1, -1};
  double c[REFERENCE_MOST] = {0}, eps[REFERENCE_MOST] = {0}, capacitance[REFERENCE_MOST] = {0},
         metal[REFERENCE_MOST] = {0}, expected[REFERENCE_MOST] = {0};
  reference_input(&reference, "c_bulk_mol_per_m3", c);
  c[1] = c[0];
  reference_input(&reference, "eps_r", eps);
  reference_input(&reference, "stern_capacitance_F_per_m2", capacitance);
  const int points = reference_input(&reference, "electrode_potential_V", metal);
  assert_int_equal(reference_expected(&reference, "sigma", expected), points);
  const SbBulkSolution solution = {2, charge, c, eps[0] * SB_VACUUM_PERMITTIVITY,
                                   reference_thermal_voltage(&reference)};
  for (int i = 0; i < points; i++)
    check("Stern", sb_stern_charge(&solution, capacitance[0], metal[i]), expected[i], 1e-11 * fabs(expected[i]));
  reference_close(&reference);
}

/* At a small potential the charge is eps kappa phi; a naive sum of exponentials loses it. */
static void double_layer_is_linear_at_small_potential(void **state) {
  (void)state;
  const int charge[] = {2, 1, -1};
  const double c[] = {3, 7, 13}, eps = 78.4 * SB_VACUUM_PERMITTIVITY;
  const SbBulkSolution solution = {3, charge, c, eps, warm};
  const double capacitance = sqrt(eps * SB_FARADAY * (4 * 3 + 7 + 13) / warm);
  for (int decade = -12; decade <= -6; decade++) {
    const double phi = pow(10.0, decade);
    check("sigma/phi", sb_grahame_charge(&solution, -phi) / -phi / capacitance, 1.0, 1e-13 + phi / warm);
  }
  check("no charge", sb_grahame_charge(&solution, 0.0), 0.0, 0.0);
  check("and back", sb_grahame_potential(&solution, -capacitance * 1e-9), -1e-9, 1e-16);
}

static double cube(const void *context, double u, double *slope) {
  const double *shift = context;
  *slope = -3 * (u - *shift) * (u - *shift);
  return -pow(u - *shift, 3);
}

/* flat on both sides: an unguarded Newton step leaves for infinity */
static double step_down(const void *context, double u, double *slope) {
  const double *shift = context;
  *slope = -1 / (1 + (u - *shift) * (u - *shift));
  return -atan(u - *shift);
}

static double plateau(const void *context, double u, double *slope) {
  (void)context;
  *slope = -exp(-u);
  return exp(-u);
}

static void roots_are_found_or_refused(void **state) {
  (void)state;
  const double shifts[] = {-700.0, -0.3, 0.0, 1.0, 250.0};
  for (size_t i = 0; i < COUNT(shifts); i++) {
    check("simple root", sb_decreasing_root(step_down, &shifts[i]), shifts[i], 1e-13 * (1 + fabs(shifts[i])));
    check("triple root", sb_decreasing_root(cube, &shifts[i]), shifts[i], 1e-5 * (1 + fabs(shifts[i])));
  }
  assert_true(isnan(sb_decreasing_root(plateau, NULL)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nernst_meets_reference),
      cmocka_unit_test(nernst_knows_its_limits),
      cmocka_unit_test(ghk_meets_reference),
      cmocka_unit_test(ghk_takes_any_valence),
      cmocka_unit_test(junctions_meet_reference),
      cmocka_unit_test(one_salt_is_exact_over_nine_decades),
      cmocka_unit_test(univalent_junctions_obey_plancks_equation),
      cmocka_unit_test(junctions_without_answer),
      cmocka_unit_test(donnan_meets_reference),
      cmocka_unit_test(teorell_meyer_sievers_meets_reference),
      cmocka_unit_test(teorell_meyer_sievers_takes_any_valence),
      cmocka_unit_test(gouy_chapman_meets_reference),
      cmocka_unit_test(stern_meets_reference),
      cmocka_unit_test(double_layer_is_linear_at_small_potential),
      cmocka_unit_test(roots_are_found_or_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
