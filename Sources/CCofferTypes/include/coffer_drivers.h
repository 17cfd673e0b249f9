#ifndef COFFER_TYPES_DRIVERS_H
#define COFFER_TYPES_DRIVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What values a setting takes: values of coffer_setting.kind. */
enum {
    /** Any text. */
    COFFER_SETTING_STRING = 0,
    /** A whole number from `minimum` to `maximum`. */
    COFFER_SETTING_INTEGER = 1,
    /** `true`, `false`, `1`, `0`, `yes`, `no`, `on` or `off`. */
    COFFER_SETTING_BOOLEAN = 2,
    /** A number with `ms`, `s`, `m` or `h`; without a unit: seconds. */
    COFFER_SETTING_DURATION = 3,
    /** A number of bytes, with or without `KiB`, `MiB`, `GiB`, `TiB`, `KB`, `MB`, `GB`, `TB`. */
    COFFER_SETTING_SIZE = 4,
    /** One of `choices`. */
    COFFER_SETTING_CHOICE = 5
};

/** One setting of a driver. */
typedef struct coffer_setting {
    /** The size of this struct in bytes. */
    size_t struct_size;
    /** The name, in snake_case. */
    const char *name;
    /** One sentence that says what it does. */
    const char *summary;
    /** The value that counts if none is given; NULL for none. */
    const char *default_value;
    /** What values it takes: COFFER_SETTING_STRING, ... */
    int32_t kind;
    /** Whether a store cannot be opened without it. */
    bool is_required;
    /** Whether its value must never be shown. */
    bool is_secret;
    /** The least value of an integer. */
    int64_t minimum;
    /** The greatest value of an integer. */
    int64_t maximum;
    /** The words of a choice. */
    const char *const *choices;
    /** The number of choices. */
    size_t choice_count;
    /** Environment variables that give it, in order, after `COFFER_<DRIVER>_<NAME>`. */
    const char *const *environment;
    /** The number of environment variables. */
    size_t environment_count;
} coffer_setting;

/** A driver that is linked in or was registered. */
typedef struct coffer_driver {
    /** The size of this struct in bytes. */
    size_t struct_size;
    /** The name: also the scheme of its URLs. */
    const char *name;
    /** One sentence that says what it stores in. */
    const char *summary;
    /** The setting that the host of a URL gives; NULL if there must be none. */
    const char *host_setting;
    /** The setting that the path of a URL gives; NULL if there must be none. */
    const char *path_setting;
    /** Its settings. */
    const coffer_setting *const *settings;
    /** The number of settings. */
    size_t setting_count;
} coffer_driver;

/** All drivers. Freed by coffer_drivers_free(). */
typedef struct coffer_drivers {
    /** The size of this struct in bytes. */
    size_t struct_size;
    /** The drivers, sorted by name. */
    const coffer_driver *const *drivers;
    /** The number of drivers. */
    size_t driver_count;
} coffer_drivers;

#endif
