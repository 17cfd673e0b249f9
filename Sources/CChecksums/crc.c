#include "crc.h"

// Which engine computes a check.

static int best(int kind, size_t size) {
#if defined(__x86_64__)
    (void)kind;
    // Below this the wide registers do not pay.
    if (size >= 1024 && coffer_crc_cpu_folds512()) return COFFER_CRC_FOLD512;
    if (size >= 64 && coffer_crc_cpu_folds128()) return COFFER_CRC_FOLD128;
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
    (void)size;
    if (kind != COFFER_CRC64NVME) return COFFER_CRC_INSTRUCTION;
#else
    (void)kind;
    (void)size;
#endif
    return COFFER_CRC_TABLES;
}

int coffer_crc_has(int kind, int engine) {
    switch (engine) {
    case COFFER_CRC_BEST:
    case COFFER_CRC_TABLES: return 1;
#if defined(__x86_64__)
    case COFFER_CRC_FOLD128: return coffer_crc_cpu_folds128();
    case COFFER_CRC_FOLD512: return coffer_crc_cpu_folds512();
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
    case COFFER_CRC_INSTRUCTION: return kind != COFFER_CRC64NVME;
#endif
    default: (void)kind; return 0;
    }
}

uint64_t coffer_crc_update_by(int kind, int engine, uint64_t crc, const void *data, size_t size) {
    if (size == 0) return crc;
    const struct crc_tables *t = coffer_crc_tables(kind);
    const uint64_t ones = t->width == 64 ? ~0ull : 0xffffffffull;
    const unsigned char *p = data;
    uint64_t state = crc ^ ones;
    if (engine == COFFER_CRC_BEST) engine = best(kind, size);
    switch (engine) {
#if defined(__x86_64__)
    case COFFER_CRC_FOLD128: state = coffer_crc_by_fold128(t, state, p, size); break;
    case COFFER_CRC_FOLD512: state = coffer_crc_by_fold512(t, state, p, size); break;
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
    case COFFER_CRC_INSTRUCTION: state = coffer_crc_by_instruction(kind, state, p, size); break;
#endif
    default: state = coffer_crc_by_tables(t, state, p, size);
    }
    return state ^ ones;
}

uint64_t coffer_crc_update(int kind, uint64_t crc, const void *data, size_t size) {
    return coffer_crc_update_by(kind, COFFER_CRC_BEST, crc, data, size);
}
