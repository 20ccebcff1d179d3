#define SB_COMPLEX
#include "solve/chain/section_fill.c" // NOLINT(bugprone-suspicious-include)
