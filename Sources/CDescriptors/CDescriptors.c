#include "CDescriptors.h"

#include <fcntl.h>
#include <unistd.h>

void muster_hold_standard_descriptors(void) {
    int descriptor;
    do descriptor = open("/dev/null", O_RDWR);
    while (descriptor >= 0 && descriptor <= STDERR_FILENO);
    if (descriptor > STDERR_FILENO) close(descriptor);
}
