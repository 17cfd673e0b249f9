#include "CCofferSupport.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define COFFER_THREAD_SANITIZER 1
#endif
#endif

#ifdef COFFER_THREAD_SANITIZER
// Source: compiler-rt, tsan/rtl/tsan_interface.h.
extern void __tsan_acquire(void *address);
extern void __tsan_release(void *address);

void coffer_sanitizer_release(uintptr_t address) { __tsan_release((void *)address); }
void coffer_sanitizer_acquire(uintptr_t address) { __tsan_acquire((void *)address); }
#else
void coffer_sanitizer_release(uintptr_t address) { (void)address; }
void coffer_sanitizer_acquire(uintptr_t address) { (void)address; }
#endif
