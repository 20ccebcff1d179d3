#define SB_COMPLEX
#include "solve/chain/dense.c" // NOLINT(bugprone-suspicious-include)
