#define SB_COMPLEX
#include "solve/chain/residual.c" // NOLINT(bugprone-suspicious-include)
