/* Transients against the reference cases, each within its own tolerance. */
#include "shared_values.h"

static CaseCheck *in_time(const Case *item) {
  return item->transients;
}

int main(void) {
  return values_main("transient values", in_time);
}
