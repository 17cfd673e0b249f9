#include "CCofferSupport.h"

static __thread int may_block __attribute__((tls_model("initial-exec")));

int coffer_support_may_block(void) { return may_block; }

int coffer_support_set_may_block(int may) {
    int old = may_block;
    may_block = may;
    return old;
}
