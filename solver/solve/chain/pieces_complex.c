#define SB_COMPLEX
#include "solve/chain/pieces.c" // NOLINT(bugprone-suspicious-include)
