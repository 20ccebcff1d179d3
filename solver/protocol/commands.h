/* The commands of the program. Each takes its arguments (argv[0] is the command) and returns the exit status, with
   messages on stderr. */
#ifndef SB_PROTOCOL_COMMANDS_H
#define SB_PROTOCOL_COMMANDS_H

#include "base/status.h"

SbStatus sb_command_run(int argc, char **argv);
SbStatus sb_command_check(int argc, char **argv);
SbStatus sb_command_manual(int argc, char **argv);
SbStatus sb_command_ions(int argc, char **argv);
SbStatus sb_command_info(int argc, char **argv);

#endif
