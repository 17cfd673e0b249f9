#define _GNU_SOURCE
#include "CofferFileSystem.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef FICLONE
#define FICLONE _IOW(0x94, 9, int)
#endif

int coffer_fs_openat2(int directory, const char *path, int flags, uint32_t mode, uint64_t resolve) {
    struct { uint64_t flags, mode, resolve; } how = {(uint64_t)(uint32_t)flags, mode, resolve};
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

int coffer_fs_openat(int directory, const char *path, int flags, uint32_t mode) {
    return openat(directory, path, flags, mode);
}

int coffer_fs_rename(int from, const char *old_name, int to, const char *new_name, uint32_t flags) {
    return (int)syscall(SYS_renameat2, from, old_name, to, new_name, flags);
}

long coffer_fs_getdents(int directory, void *buffer, size_t size) {
    return syscall(SYS_getdents64, directory, buffer, size);
}

int coffer_fs_lock_byte(int file, int how, int64_t offset) {
    static const short types[] = {F_RDLCK, F_WRLCK, F_UNLCK};
    struct flock lock = {.l_type = types[how], .l_whence = SEEK_SET, .l_start = offset, .l_len = 1};
    return fcntl(file, F_OFD_SETLKW, &lock);
}

int coffer_fs_clone(int target, int source) { return ioctl(target, FICLONE, source); }

long coffer_fs_copy_range(int source, int64_t *source_offset, int target, size_t count) {
    return copy_file_range(source, source_offset, target, 0, count, 0);
}

long coffer_fs_get_attribute(int file, const char *name, void *value, size_t size) {
    return fgetxattr(file, name, value, size);
}

int coffer_fs_set_attribute(int file, const char *name, const void *value, size_t size) {
    return fsetxattr(file, name, value, size, 0);
}
