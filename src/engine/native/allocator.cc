// How the C library hands out memory to tensors.
#include "addon.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace sulam {

// A training step frees some hundred large tensors and asks for as many again. By default glibc returns each of them
// to the kernel, which clears every page once more on the next step: measured at 15 % of a step's CPU time. Here
// memory stays with the process, so that it grows to the largest step and then stays flat.
void tuneAllocator() {
#ifdef __GLIBC__
  ::mallopt(M_MMAP_MAX, 0);
  ::mallopt(M_TRIM_THRESHOLD, -1);
  ::mallopt(M_TOP_PAD, 64 << 20);
#endif
}

}  // namespace sulam
