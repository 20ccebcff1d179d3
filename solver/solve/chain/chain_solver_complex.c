#define SB_COMPLEX
#include "solve/chain/chain_solver.c" // NOLINT(bugprone-suspicious-include)
