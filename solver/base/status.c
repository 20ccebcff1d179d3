#include "base/status.h"

const char *sb_status_text(SbStatus status) {
  static const struct {
    SbStatus status;
    const char *text;
  } list[] = {
#define SB_STATUS_ENTRY(name, code, text) {SB_##name, text},
      SB_STATUS_LIST(SB_STATUS_ENTRY)
#undef SB_STATUS_ENTRY
  };
  for (unsigned i = 0; i < sizeof list / sizeof list[0]; i++) {
    if (list[i].status == status) {
      return list[i].text;
    }
  }
  return "unknown status";
}
