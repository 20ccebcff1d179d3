/* The list of waveforms, expanded from waveforms.def, and the two questions a control asks of one. */
#include "model/waveform.h"

#define SB_WAVEFORM(id) extern const SbWaveformKind sb_waveform_##id;
#include "model/waveforms.def"
#undef SB_WAVEFORM

#define SB_WAVEFORM(id) &sb_waveform_##id,
static const SbWaveformKind *const waveform_kinds[] = {
#include "model/waveforms.def"
};
#undef SB_WAVEFORM

#define SB_WAVEFORM(id) &sb_waveform_##id.schema,
const SbSchema *const sb_waveform_schemas[] = {
#include "model/waveforms.def"
    NULL};
#undef SB_WAVEFORM

double sb_waveform_value(const SbVariant *waveform, double t) {
  return waveform_kinds[waveform->index]->value(waveform->params, t);
}

double sb_waveform_next_break(const SbVariant *waveform, double t) {
  return waveform_kinds[waveform->index]->next_break(waveform->params, t);
}
