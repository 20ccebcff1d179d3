/* saltbridge run: from deck to answer. */
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/timing.h"
#include "output/progress.h"
#include "output/report.h"
#include "output/report_timing.h"
#include "protocol/commands.h"
#include "protocol/load.h"
#include "protocol/session.h"
#include "solve/interrupt.h"
#include "solve/petsc_timing.h"

static const char usage[] = "saltbridge run DECK [-o OUT.h5] [--json] [--profile] [-- PETSC OPTIONS]";

typedef struct {
  const char *deck, *output;
  bool json, profile;
  int petsc_count; /* PETSc's own arguments */
  char **petsc;
} Options;

static SbStatus parse(int argc, char **argv, Options *options) {
  static char *none[] = {NULL};
  options->petsc = none;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--") == 0) {
      options->petsc_count = argc - i - 1;
      options->petsc = argv + i + 1;
      break;
    }
    if (strcmp(argv[i], "--json") == 0)
      options->json = true;
    else if (strcmp(argv[i], "--profile") == 0)
      options->profile = true;
    else if (strcmp(argv[i], "-o") == 0 && i + 1 < argc)
      options->output = argv[++i];
    else if (strcmp(argv[i], "-o") == 0) {
      fprintf(stderr, "saltbridge: -o takes the name of the output file: -o OUT.h5\n");
      return SB_USAGE;
    } else if (argv[i][0] == '-' || options->deck) {
      fprintf(stderr, "saltbridge: run does not take '%s' (usage: %s)\n", argv[i], usage);
      return SB_USAGE;
    } else
      options->deck = argv[i];
  }
  if (options->deck)
    return SB_OK;
  fprintf(stderr, "saltbridge: run takes a deck: %s\n", usage);
  return SB_USAGE;
}

/* DECK's base name with .h5, in the current folder. */
static char *default_output(const char *deck) {
  const char *slash = strrchr(deck, '/'), *name = slash ? slash + 1 : deck, *dot = strrchr(name, '.');
  const size_t length = dot && dot != name ? (size_t)(dot - name) : strlen(name);
  const size_t size = length + sizeof ".h5";
  char *path = sb_calloc(size, 1);
  snprintf(path, size, "%.*s.h5", (int)length, name);
  return path;
}

/* Without a launcher there is nobody to talk to: looking for network fabrics would take half a second, and a session
   folder would be shared, and taken away, by whichever runs of the same user happen at the same time. Nor is there
   anything to bind: asking every device of the machine what it is takes another 15 ms. Of the ways to talk to several,
   only those stay that Open MPI cannot start without. What the user has set stays as it is. */
static void quicken_single_process(void) {
  static const char *const launchers[] = {"OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMIX_RANK", "SLURM_PROCID"};
  for (size_t i = 0; i < sizeof launchers / sizeof *launchers; i++)
    if (getenv(launchers[i]))
      return;
  static const char *const settings[][2] = {{"OMPI_MCA_pml", "ob1"},
                                            {"OMPI_MCA_btl", "self"},
                                            {"OMPI_MCA_coll", "basic,self,libnbc"},
                                            {"OMPI_MCA_ess_singleton_isolated", "1"},
                                            {"OMPI_MCA_orte_create_session_dirs", "0"},
                                            {"HWLOC_COMPONENTS", "no_os,stop"},
                                            {"HWLOC_PLUGINS_PATH", ""}};
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
    setenv(settings[i][0], settings[i][1], 0);
}

static PetscErrorCode Initialize(const Options *options, const SbDeck *deck) {
  int argc = options->petsc_count + 1;
  char **argv = sb_calloc((size_t)argc + 1, sizeof *argv);
  static char name[] = "saltbridge";
  argv[0] = name;
  for (int i = 0; i < options->petsc_count; i++)
    argv[i + 1] = options->petsc[i];
  quicken_single_process();
  PetscErrorCode error = PetscOptionsSetValue(NULL, "-no_signal_handler", "true");
  for (int i = 0; i < deck->petsc.count && !error; i++) {
    char *key = sb_calloc(strlen(deck->petsc.names[i]) + 2, 1);
    sprintf(key, "%s%s", deck->petsc.names[i][0] == '-' ? "" : "-", deck->petsc.names[i]);
    error = PetscOptionsSetValue(NULL, key, deck->petsc.values[i]);
    free(key);
  }
  char **arguments = argv;
  sb_timing_begin(SB_PART_STARTUP);
  if (!error)
    error = PetscInitialize(&argc, &arguments, NULL, NULL);
  sb_timing_end(SB_PART_STARTUP, 0);
  free(argv);
  return error;
}

/* Ends PETSc; rank 0 prints the profile if there is to be one, with what ending took. */
static PetscErrorCode finalize(bool profile) {
  struct rusage usage_of_process;
  getrusage(RUSAGE_SELF, &usage_of_process);
  const SbTimings mine = sb_timing_now();
  SbTimings slowest = mine;
  double whole = 0.0, memory = 1024.0 * (double)usage_of_process.ru_maxrss;
  PetscMPIInt rank = 0, ranks = 1;
  sb_timing_log_end();
  PetscErrorCode error = PETSC_SUCCESS;
  if (profile) {
    MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
    MPI_Comm_size(PETSC_COMM_WORLD, &ranks);
    error = SbTimingSlowest(&slowest, &whole, &memory);
  }
  sb_timing_begin(SB_PART_STARTUP);
  const PetscErrorCode final_error = PetscFinalize();
  sb_timing_end(SB_PART_STARTUP, 0);
  if (profile && rank == 0 && !error) {
    const double ending = sb_timing_now().seconds[SB_PART_STARTUP] - mine.seconds[SB_PART_STARTUP];
    slowest.seconds[SB_PART_STARTUP] += ending;
    slowest.calls[SB_PART_STARTUP]++;
    sb_report_timing(&slowest, whole + ending, ranks, memory, stderr);
  }
  return error ? error : final_error;
}

static char *joined(const Options *options) {
  size_t size = 1;
  for (int i = 0; i < options->petsc_count; i++)
    size += strlen(options->petsc[i]) + 1;
  char *text = sb_calloc(size, 1);
  for (size_t i = 0, at = 0; i < (size_t)options->petsc_count; i++)
    at += (size_t)snprintf(text + at, size - at, "%s%s", i > 0 ? " " : "", options->petsc[i]);
  return text;
}

/* Prints the answer on rank 0; SB_MISSED if an expectation is. */
static SbStatus report(const SbSession *session, const Options *options) {
  SbStatus status = SB_OK;
  sb_timing_begin(SB_PART_ANSWER);
  SbFinding *findings = sb_findings_create(session->run);
  for (int i = 0; i < session->deck->expect.count; i++)
    if (!findings[i].met)
      status = SB_MISSED;
  sb_progress_clear();
  if (options->json)
    sb_report_json(session->run, findings, stdout);
  else
    sb_report_text(session->run, findings, stdout);
  for (int i = 0; i < session->run->step_count; i++)
    if (session->run->steps[i].failure.message)
      fprintf(stderr, "saltbridge: step %d (%s): %s\n", i + 1, session->run->steps[i].name,
              session->run->steps[i].failure.message);
  free(findings);
  sb_timing_end(SB_PART_ANSWER, 0);
  return status;
}

static bool found_anything(const SbRun *run) {
  for (int i = 0; i < run->step_count; i++)
    if (run->steps[i].frame_count > 0)
      return true;
  return false;
}

/* On rank 0: prints the answer, gives the file its final name, says what went wrong. Returns the exit status. */
static SbStatus finish(SbSession *session, const Options *options, const char *output, SbStatus outcome) {
  SbStatus found = SB_OK;
  const bool opened = session->archive;
  const bool empty = outcome == SB_STOPPED && !found_anything(session->run);
  if (opened && !empty)
    found = report(session, options);
  if (outcome == SB_OK)
    outcome = found;
  if (fflush(stdout) != 0) {
    perror("saltbridge: cannot write the answer");
    __fpurge(stdout); /* or PETSc stumbles over it at the end */
    outcome = SB_IO;
  }
  sb_timing_begin(SB_PART_ARCHIVE);
  const bool stored =
      opened && sb_archive_close(&session->archive, session->archive_status == SB_OK && !empty) == SB_OK;
  sb_timing_end(SB_PART_ARCHIVE, 0);
  if (!stored) {
    fprintf(stderr, "saltbridge: %s\n", sb_archive_message(NULL));
    outcome = SB_IO;
  } else if (empty) {
    fprintf(stderr, "saltbridge: stopped by a signal before anything was found; no file was written\n");
  } else if (outcome == SB_STOPPED) {
    fprintf(stderr, "saltbridge: stopped by a signal; what was found until then is in %s\n", output);
  }
  return outcome;
}

/* Between PetscInitialize and PetscFinalize. */
static PetscErrorCode Solve(SbDeck *deck, const SbProblem *problem, const Options *options, const char *output,
                            SbStatus *status) {
  PetscFunctionBeginUser;
  SbSession session = {.deck = deck, .problem = problem, .run = sb_run_create(problem)};
  PetscMPIInt rank;
  PetscLogDouble begin, end;
  PetscCallMPI(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  PetscCall(PetscTime(&begin));
  PetscCall(SbTimingLogBegin());
  sb_progress_enable(rank == 0 && isatty(STDERR_FILENO));
  /* sb_interrupt only sets a flag. NOLINTBEGIN(bugprone-signal-handler) */
  signal(SIGINT, sb_interrupt);
  signal(SIGTERM, sb_interrupt);
  /* NOLINTEND(bugprone-signal-handler) */
  signal(SIGXFSZ, SIG_IGN); /* the archive reports a file that may not grow like a full disk */
  if (rank == 0) {
    sb_timing_begin(SB_PART_ARCHIVE);
    char *text = joined(options);
    session.archive_status = sb_archive_open(output, problem, text, &session.archive);
    free(text);
    if (session.archive) {
      char version[64];
      snprintf(version, sizeof version, "%d.%d.%d", PETSC_VERSION_MAJOR, PETSC_VERSION_MINOR, PETSC_VERSION_SUBMINOR);
      sb_archive_note(session.archive, "petsc_version", version);
    }
    sb_timing_end(SB_PART_ARCHIVE, 0);
  }
  int opened = session.archive_status;
  PetscCallMPI(MPI_Bcast(&opened, 1, MPI_INT, 0, PETSC_COMM_WORLD));
  SbStatus outcome = (SbStatus)opened;
  if (outcome == SB_OK)
    PetscCall(SbSessionRun(&session, &outcome));
  PetscCall(PetscTime(&end));
  session.run->wall_time = end - begin;
  int code = rank == 0 ? (int)finish(&session, options, output, outcome) : (int)outcome;
  PetscCallMPI(MPI_Bcast(&code, 1, MPI_INT, 0, PETSC_COMM_WORLD));
  *status = (SbStatus)code;
  PetscCall(SbSessionDestroy(&session));
  PetscFunctionReturn(PETSC_SUCCESS);
}

SbStatus sb_command_run(int argc, char **argv) {
  Options options = {0};
  SbStatus status = parse(argc, argv, &options);
  if (status != SB_OK)
    return status;
  SbLoaded loaded;
  const char *rank = getenv("OMPI_COMM_WORLD_RANK"); /* under a launcher one voice is enough */
  sb_timing_begin(SB_PART_DECK);
  status = sb_load(options.deck, rank && strcmp(rank, "0") != 0, &loaded);
  sb_timing_end(SB_PART_DECK, 0);
  if (status == SB_OK) {
    char *output = options.output ? NULL : default_output(options.deck);
    if (Initialize(&options, loaded.deck))
      status = SB_INTERNAL;
    else {
      if (Solve(loaded.deck, loaded.problem, &options, output ? output : options.output, &status))
        status = SB_INTERNAL;
      if (finalize(options.profile && status != SB_INTERNAL))
        status = SB_INTERNAL;
    }
    free(output);
  }
  sb_unload(&loaded);
  return status;
}
