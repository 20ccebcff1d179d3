/* Steady states and closed forms against the reference cases, each within its own tolerance. */
#include "shared_values.h"

static CaseCheck *steady(const Case *item) {
  return item->check;
}

int main(void) {
  return values_main("steady values", steady);
}
