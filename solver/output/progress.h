/* A progress line on stderr: only on a terminal, at most a few times a second, wiped when something else is printed. */
#ifndef SB_OUTPUT_PROGRESS_H
#define SB_OUTPUT_PROGRESS_H

#include <stdbool.h>

/* Switches the line off or on; it is on from the start where stderr is a terminal. All but rank 0 switch it off. */
void sb_progress_enable(bool enabled);

/* Shows what is being done and how far it is: done out of total; total <= 0: no share is known. */
void sb_progress(const char *what, double done, double total);

/* Wipes the line; to be called before anything else goes to the terminal. */
void sb_progress_clear(void);

#endif
