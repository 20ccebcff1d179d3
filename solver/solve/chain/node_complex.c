#define SB_COMPLEX
#include "solve/chain/node.c" // NOLINT(bugprone-suspicious-include)
