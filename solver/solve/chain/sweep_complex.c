#define SB_COMPLEX
#include "solve/chain/sweep.c" // NOLINT(bugprone-suspicious-include)
