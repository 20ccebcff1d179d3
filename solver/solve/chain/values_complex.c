#define SB_COMPLEX
#include "solve/chain/values.c" // NOLINT(bugprone-suspicious-include)
