#define SB_COMPLEX
#include "solve/chain/section.c" // NOLINT(bugprone-suspicious-include)
