// Holds standard input, output and error, before anything else of the program runs.
#ifndef MUSTER_CDESCRIPTORS_H
#define MUSTER_CDESCRIPTORS_H

/// Opens /dev/null at those of the descriptors 0 to 2 that are closed, so that no file of ours is taken for one of them.
/// Runs by itself when the program is loaded: linking this module is enough.
void muster_hold_standard_descriptors(void) __attribute__((constructor));

#endif
