// What Swift cannot spell: the bounds of the linker section that holds driver registrations, thread-local flags,
// and libc macros. Declarations and one-line functions only.
#ifndef COFFER_SUPPORT_H
#define COFFER_SUPPORT_H

#include "CofferFileSystem.h"

#include <pthread.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>

// Nothing of this is for others than Swift code in the same program or library.
#pragma GCC visibility push(hidden)

/// A registration entry: a driver module places a pointer to a function of this type in the section `coffer_drivers`.
typedef void (*coffer_registration)(void);

// The linker makes these symbols for a section whose name is a C identifier; weak, for a program without drivers.
extern const coffer_registration __start_coffer_drivers[] __attribute__((weak, visibility("hidden")));
extern const coffer_registration __stop_coffer_drivers[] __attribute__((weak, visibility("hidden")));

static inline const coffer_registration *coffer_support_registrations_begin(void) { return __start_coffer_drivers; }
static inline const coffer_registration *coffer_support_registrations_end(void) { return __stop_coffer_drivers; }

/// Non-zero while the current thread belongs to a caller who may be blocked (a call through the C ABI, a pool thread).
int coffer_support_may_block(void);
/// Sets the flag of `coffer_support_may_block` for the current thread and returns the old value.
int coffer_support_set_may_block(int may);

/// Tells the thread sanitizer that what this thread did happens before what follows an acquire of the same address.
void coffer_sanitizer_release(uintptr_t address);
/// The other side of `coffer_sanitizer_release`. Both do nothing in a build without that sanitizer.
void coffer_sanitizer_acquire(uintptr_t address);

/// The corresponding system call is `pipe2(O_CLOEXEC)`. Returns 0, or -1 and `errno`.
int coffer_support_pipe(int ends[2]);
/// The corresponding call is `posix_spawn_file_actions_addclosefrom_np` (glibc 2.34). Returns 0 or an error's number.
int coffer_support_close_from(posix_spawn_file_actions_t *actions, int first);

#pragma GCC visibility pop

#endif
