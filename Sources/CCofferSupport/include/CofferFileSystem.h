// System calls of Linux that Swift's Glibc module does not offer: declarations, and one-line functions in file_system.c.
#ifndef COFFER_FILE_SYSTEM_H
#define COFFER_FILE_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

// Nothing of this leaves libcoffer.so.
#pragma GCC visibility push(hidden)

// The kernel's numbers, which libc's headers hide or do not have. Source: linux/openat2.h, linux/fs.h, fcntl.h.
static const int COFFER_O_PATH = 010000000;
static const uint64_t COFFER_RESOLVE_NO_MAGICLINKS = 0x02;
static const uint64_t COFFER_RESOLVE_NO_SYMLINKS = 0x04;
static const uint64_t COFFER_RESOLVE_BENEATH = 0x08;
static const uint32_t COFFER_RENAME_NOREPLACE = 1;
static const uint32_t COFFER_RENAME_EXCHANGE = 2;

// How `coffer_fs_lock_byte` locks.
static const int COFFER_LOCK_SHARED = 0;
static const int COFFER_LOCK_EXCLUSIVE = 1;
static const int COFFER_LOCK_RELEASE = 2;

/// The corresponding system call is `openat2` (Linux 5.6). Returns a descriptor, or -1 and `errno`.
int coffer_fs_openat2(int directory, const char *path, int flags, uint32_t mode, uint64_t resolve);
/// The corresponding system call is `openat`. Returns a descriptor, or -1 and `errno`.
int coffer_fs_openat(int directory, const char *path, int flags, uint32_t mode);
/// The corresponding system call is `renameat2`. Returns 0, or -1 and `errno`.
int coffer_fs_rename(int from, const char *old_name, int to, const char *new_name, uint32_t flags);
/// The corresponding system call is `getdents64`. Returns bytes written, 0 at the end, or -1 and `errno`.
long coffer_fs_getdents(int directory, void *buffer, size_t size);
/// The corresponding system call is `fcntl(F_OFD_SETLKW)` on one byte; waits. Returns 0, or -1 and `errno`.
int coffer_fs_lock_byte(int file, int how, int64_t offset);
/// The corresponding system call is `ioctl(FICLONE)`: shares the whole file's blocks. Returns 0, or -1 and `errno`.
int coffer_fs_clone(int target, int source);
/// The corresponding system call is `copy_file_range`. Returns bytes copied, or -1 and `errno`.
long coffer_fs_copy_range(int source, int64_t *source_offset, int target, size_t count);
/// The corresponding call is `fgetxattr`. Returns the value's size, or -1 and `errno`.
long coffer_fs_get_attribute(int file, const char *name, void *value, size_t size);
/// The corresponding call is `fsetxattr`. Returns 0, or -1 and `errno`.
int coffer_fs_set_attribute(int file, const char *name, const void *value, size_t size);

#pragma GCC visibility pop

#endif
