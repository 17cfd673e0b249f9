// What the files of this target share.
#ifndef COFFER_CRC_INTERNAL_H
#define COFFER_CRC_INTERNAL_H

#include "CChecksums.h"

#pragma GCC visibility push(hidden)

/// Distances, in 128-bit blocks, over which folding moves its remainder.
enum { FOLD_1 = 0, FOLD_4 = 1, FOLD_8 = 2, FOLD_16 = 3, FOLD_COUNT = 4 };

/// All that is computed beforehand for one check.
struct crc_tables {
    /// `slice[k][b]`: the remainder of the byte b followed by k zero bytes.
    uint64_t slice[8][256];
    /// For each distance: the multipliers of the low and of the high half of a block.
    uint64_t fold[FOLD_COUNT][2];
    /// The polynomial, reflected, without its highest power.
    uint64_t polynomial;
    /// The number of bits, 32 or 64.
    int width;
};

/// The tables of a check; computed on the first call.
const struct crc_tables *coffer_crc_tables(int kind);

/// Goes on with tables. `state` is the inverted check, as between the beginning and the end.
uint64_t coffer_crc_by_tables(const struct crc_tables *t, uint64_t state, const unsigned char *p, size_t n);

#if defined(__x86_64__)
/// Whether there is PCLMULQDQ; whether there is VPCLMULQDQ on registers of 512 bits, which the system keeps.
int coffer_crc_cpu_folds128(void);
int coffer_crc_cpu_folds512(void);
uint64_t coffer_crc_by_fold128(const struct crc_tables *t, uint64_t state, const unsigned char *p, size_t n);
uint64_t coffer_crc_by_fold512(const struct crc_tables *t, uint64_t state, const unsigned char *p, size_t n);
#endif

#if defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
/// By the processor's instruction; for the checks of 32 bits.
uint64_t coffer_crc_by_instruction(int kind, uint64_t state, const unsigned char *p, size_t n);
#endif

#pragma GCC visibility pop

#endif
