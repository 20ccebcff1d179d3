#define SB_COMPLEX
#include "solve/chain/section_scalar.c" // NOLINT(bugprone-suspicious-include)
