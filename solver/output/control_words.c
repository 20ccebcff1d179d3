#include "output/control_words.h"

#include <stdio.h>
#include <string.h>

#include "base/units.h"

/* What the value of a control is called: "200 mV", or the waveform's name. */
static void value_words(const SbTerminal *terminal, char *buffer, size_t size) {
  const SbField *field = &terminal->control->schema.fields[0];
  const SbVariant *waveform = (const SbVariant *)(const void *)((const char *)terminal->control_params + field->offset);
  const bool varies = field->type == SB_TYPE_WAVEFORM && strcmp(waveform->schema->name, "constant") != 0;
  if (varies)
    snprintf(buffer, size, "%s", waveform->schema->name);
  else
    sb_units_print(buffer, size, terminal->control->setpoint(terminal->control_params, 0.0), field->dimension, 6);
}

/* Whether a sweep varies the control of this end. */
static bool is_swept(const SbStepResult *step, SbSide side, const char *control) {
  char path[128];
  snprintf(path, sizeof path, "terminals.%s.%s", side == SB_LEFT ? "left" : "right", control);
  return step->coordinate_name && strncmp(step->coordinate_name, path, strlen(path)) == 0;
}

void sb_control_words(const SbStepResult *step, SbSide side, char *buffer, size_t size) {
  const SbTerminal *terminal = &step->problem->terminals[side];
  char value[64];
  if (!terminal->kind->carries_current) {
    snprintf(buffer, size, "%s", terminal->kind->schema.name);
  } else if (!terminal->control) {
    snprintf(buffer, size, "potential 0 V");
  } else {
    value_words(terminal, value, sizeof value);
    snprintf(buffer, size, "%s %s", terminal->control->schema.name,
             is_swept(step, side, terminal->control->schema.name) ? "swept" : value);
  }
}

bool sb_controls_change(const SbRun *run) {
  const SbDeck *deck = run->problem->deck;
  for (int i = 0; i < deck->protocol.count; i++)
    if (sb_deck_changes_controls(deck, i))
      return true;
  return false;
}
