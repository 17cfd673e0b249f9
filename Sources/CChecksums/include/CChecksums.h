// Cyclic redundancy checks at the speed of memory: carry-less multiplication where the processor has it, found out at
// run time; tables elsewhere.
#ifndef COFFER_CHECKSUMS_H
#define COFFER_CHECKSUMS_H

#include <stddef.h>
#include <stdint.h>

// Nothing of this is for others than code in the same program or library.
#pragma GCC visibility push(hidden)

/// The checks that there are. All are bit-reflected, begin with all ones and end inverted.
enum coffer_crc {
    /// CRC-32/ISO-HDLC, as in zlib and Ethernet: polynomial 04C11DB7.
    COFFER_CRC32 = 0,
    /// CRC-32/ISCSI: polynomial 1EDC6F41. Source: RFC 3720, section 12.1.
    COFFER_CRC32C = 1,
    /// CRC-64/NVME: polynomial AD93D23594C93659. Source: NVM Express NVM Command Set specification, section 5.2.1.3.4.
    COFFER_CRC64NVME = 2
};

/// What the bytes are computed with.
enum coffer_crc_engine {
    /// The best that the processor has.
    COFFER_CRC_BEST = 0,
    /// Tables.
    COFFER_CRC_TABLES = 1,
    /// The processor's own instruction for this check (ARMv8).
    COFFER_CRC_INSTRUCTION = 2,
    /// Carry-less multiplication of 128 bits (PCLMULQDQ).
    COFFER_CRC_FOLD128 = 3,
    /// Carry-less multiplication of 512 bits (VPCLMULQDQ with AVX-512).
    COFFER_CRC_FOLD512 = 4
};

/// The check of bytes that follow others.
///
/// @param kind Which check: one of `coffer_crc`.
/// @param crc The check of the bytes before; 0 for none.
/// @param data The bytes; not looked at if `size` is 0.
/// @param size Their number.
uint64_t coffer_crc_update(int kind, uint64_t crc, const void *data, size_t size);

/// The check of two pieces that follow each other, from the checks of each.
///
/// @param kind Which check.
/// @param first The check of the first piece.
/// @param second The check of the second piece.
/// @param second_size The number of bytes of the second piece.
uint64_t coffer_crc_combine(int kind, uint64_t first, uint64_t second, uint64_t second_size);

/// Whether this processor (and build) has an engine for a check.
int coffer_crc_has(int kind, int engine);

/// As `coffer_crc_update`, by one engine, which the processor must have: for tests.
uint64_t coffer_crc_update_by(int kind, int engine, uint64_t crc, const void *data, size_t size);

#pragma GCC visibility pop

#endif
