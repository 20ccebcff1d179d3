/* Splits every species' presence into pools, and says what a steady state keeps of the closed ones. No terminal
   supplies these: the amount of a species that nothing converts is kept by itself. A couple turns one into another, so
   that only sums are kept (of Fe3+ and Fe2+, say), one less than there are species; the balance of the last says that
   the couple is at rest. Where its electrode is alone and lets no current pass, the couple has turned over nothing when
   all is done, and again every amount is kept by itself. */
#include "problem/pools.h"

#include <math.h>

#include "problem/membranes.h"

static const char *const side_names[] = {"left", "right"};

static bool crosses(const SbProblem *problem, SbSide side, int species) {
  const SbTerminal *terminal = &problem->terminals[side];
  return terminal->kind->exchanges && terminal->boundary.permeable[species];
}

/* Whether couples at one end at least, and ions or couples at the other, let a steady current pass. */
static bool carries_by_couples(const SbProblem *problem) {
  bool passes[2];
  for (int side = 0; side < 2; side++) {
    passes[side] = sb_problem_reacts(problem, (SbSide)side);
    for (int s = 0; s < problem->species_count; s++)
      passes[side] = passes[side] || (problem->species[s].charge != 0 && crosses(problem, (SbSide)side, s));
  }
  return passes[SB_LEFT] && passes[SB_RIGHT] &&
         (sb_problem_reacts(problem, SB_LEFT) || sb_problem_reacts(problem, SB_RIGHT));
}

/* Whether a membrane along x lets the species out of the pool. */
static bool leaves_sideways(const SbProblem *problem, const SbPool *pool) {
  for (int r = pool->first; r <= pool->last; r++) {
    const SbMembrane *sheath = problem->regions[r].sheath;
    if (sheath && sb_membrane_carries(sheath, pool->species))
      return true;
  }
  return false;
}

/* Splits every species' presence into runs of neighbouring regions. */
static void find_pools(SbProblem *problem) {
  const int last_region = problem->region_count - 1;
  const size_t most = (size_t)problem->species_count * (size_t)problem->region_count;
  problem->pools = sb_arena_alloc(problem->arena, most, sizeof *problem->pools);
  for (int s = 0; s < problem->species_count; s++) {
    for (int r = 0; r <= last_region; r++) {
      if (problem->regions[r].partition[s] <= 0.0)
        continue;
      SbPool pool = {.species = s, .first = r, .last = r};
      while (pool.last < last_region && problem->regions[pool.last + 1].partition[s] > 0.0)
        pool.last++;
      pool.closed = !(pool.first == 0 && crosses(problem, SB_LEFT, s)) &&
                    !(pool.last == last_region && crosses(problem, SB_RIGHT, s)) && !leaves_sideways(problem, &pool);
      for (int k = pool.first; k <= pool.last; k++)
        pool.filled = pool.filled || (problem->regions[k].fill && problem->regions[k].fill[s].count > 0);
      problem->pools[problem->pool_count++] = pool;
      r = pool.last;
    }
  }
}

/* Whether ions or couples let a steady current pass from end to end. */
static bool is_blocked(const SbProblem *problem) {
  const int last_region = problem->region_count - 1;
  for (int p = 0; p < problem->pool_count; p++) {
    const SbPool *pool = &problem->pools[p];
    if (pool->first == 0 && pool->last == last_region && problem->species[pool->species].charge != 0 &&
        crosses(problem, SB_LEFT, pool->species) && crosses(problem, SB_RIGHT, pool->species))
      return false;
  }
  return !carries_by_couples(problem);
}

/* ---- what couples do to closed pools
 * -------------------------------------------------------------------------------------------- */
typedef struct {
  SbSide side;
  const SbCouple *couple;
} Reaction;

/* What an oxidation by the couple makes of a closed pool beside its electrode; 0 of others. */
static double made(const SbProblem *problem, const Reaction *reaction, const SbPool *pool) {
  const bool beside = reaction->side == SB_LEFT ? pool->first == 0 : pool->last == problem->region_count - 1;
  return pool->closed && beside ? sb_couple_yield(reaction->couple, pool->species) : 0.0;
}

static const SbPool *first_made(const SbProblem *problem, const Reaction *reaction) {
  for (int p = 0; p < problem->pool_count; p++)
    if (made(problem, reaction, &problem->pools[p]) != 0.0)
      return &problem->pools[p];
  return NULL;
}

/* Reactions that touch closed pools; returns their number. */
static int closed_reactions(const SbProblem *problem, Reaction *reactions, int room) {
  int count = 0;
  for (int side = 0; side < 2; side++) {
    const SbBoundaryParams *boundary = &problem->terminals[side].boundary;
    for (int k = 0; k < boundary->couple_count && count < room; k++) {
      reactions[count] = (Reaction){(SbSide)side, &boundary->couples[k]};
      count += first_made(problem, &reactions[count]) != NULL;
    }
  }
  return count;
}

/* Whether both do the same to all closed pools, but for a factor. */
static bool same_turnover(const SbProblem *problem, const Reaction *a, const Reaction *b) {
  static const double rounding = 1e-12;
  const SbPool *first = first_made(problem, a);
  for (int p = 0; p < problem->pool_count; p++) {
    const SbPool *pool = &problem->pools[p];
    const double one = made(problem, a, pool) * made(problem, b, first),
                 other = made(problem, b, pool) * made(problem, a, first);
    if (fabs(one - other) > rounding * (fabs(one) + fabs(other)))
      return false;
  }
  return made(problem, b, first) != 0.0;
}

/* The end whose control sets the current through the only electrode that turns closed pools over; -1: none does, so
   that the couple comes to rest where it may. */
static int held_by(const SbProblem *problem, SbSide side) {
  if (sb_problem_reacts(problem, (SbSide)(1 - side)))
    return -1; /* what one electrode makes the other can take */
  for (int end = 0; end < 2; end++) {
    const SbTerminal *terminal = &problem->terminals[end], *other = &problem->terminals[1 - end];
    /* a wall opposite lets the support's current pass, but not that of ions */
    const bool sets = terminal->control == &sb_control_current;
    if (sets && (other->kind->carries_current || !problem->field->potential))
      return end;
  }
  return -1;
}

enum { MOST_REACTIONS = 64 };

static void find_kept(SbProblem *problem) {
  Reaction reactions[MOST_REACTIONS];
  const int count = closed_reactions(problem, reactions, MOST_REACTIONS);
  for (int p = 0; p < problem->pool_count; p++) {
    problem->pools[p].kept = problem->pools[p].closed;
    problem->pools[p].partner = -1;
  }
  if (count == 0 || held_by(problem, reactions[0].side) >= 0)
    return;
  const SbPool *partner = first_made(problem, &reactions[0]);
  for (int p = 0; p < problem->pool_count; p++) {
    SbPool *pool = &problem->pools[p];
    const double own = made(problem, &reactions[0], pool);
    if (own == 0.0)
      continue;
    pool->kept = pool != partner;
    pool->partner = pool->kept ? (int)(partner - problem->pools) : -1;
    pool->share = -own / made(problem, &reactions[0], partner);
  }
}

void sb_pools_resolve(SbProblem *problem) {
  find_pools(problem);
  find_kept(problem);
  problem->blocked = is_blocked(problem);
}

/* ---- checks --------------------------------------------------------------------------------------------------------
 */
static void refuse(const SbProblem *problem, const Reaction *reaction, SbDiagnostics *diagnostics) {
  const SbTerminalDeck *end = reaction->side == SB_LEFT ? &problem->ends.left : &problem->ends.right;
  for (int p = 0; p < problem->pool_count; p++)
    if (made(problem, reaction, &problem->pools[p]) != 0.0)
      sb_error(diagnostics, end->boundary.mark,
               "%s reacts at the %s electrode, and no reservoir supplies it or takes it away: there is no steady state "
               "before it is used up. Use a transient step, or give the other end a reservoir",
               problem->species[problem->pools[p].species].name, side_names[reaction->side]);
}

void sb_pools_check(const SbProblem *problem, SbDiagnostics *diagnostics) {
  Reaction reactions[MOST_REACTIONS];
  const int count = closed_reactions(problem, reactions, MOST_REACTIONS);
  if (count == 0 || !sb_problem_becomes_steady(problem))
    return;
  bool alone = true; /* one reaction, whichever electrode it goes on at */
  for (int i = 1; i < count; i++)
    alone = alone && same_turnover(problem, &reactions[0], &reactions[i]);
  const int holder = held_by(problem, reactions[0].side);
  const SbTerminal *terminal = holder < 0 ? NULL : &problem->terminals[holder];
  const double current = terminal ? terminal->control->setpoint(terminal->control_params, -1.0) : 0.0;
  for (int i = 0; i < count && (!alone || current != 0.0); i++)
    refuse(problem, &reactions[i], diagnostics);
}
