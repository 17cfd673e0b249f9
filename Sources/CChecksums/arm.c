#include "crc.h"

#if defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)

#include <arm_acle.h>
#include <string.h>

// The instructions of ARMv8.1: three streams at a time, because one result takes three cycles and each cycle can begin
// another. The pieces are put together by multiplication.

enum { PIECE = 8192 };

static uint32_t word(int kind, uint32_t state, const unsigned char *p) {
    uint64_t value;
    memcpy(&value, p, 8);
    return kind == COFFER_CRC32C ? __crc32cd(state, value) : __crc32d(state, value);
}

uint64_t coffer_crc_by_instruction(int kind, uint64_t state, const unsigned char *p, size_t n) {
    uint32_t a = (uint32_t)state;
    for (; n >= 3 * PIECE; p += 3 * PIECE, n -= 3 * PIECE) {
        uint32_t b = 0, c = 0;
        for (size_t i = 0; i < PIECE; i += 8) {
            a = word(kind, a, p + i);
            b = word(kind, b, p + PIECE + i);
            c = word(kind, c, p + 2 * PIECE + i);
        }
        a = (uint32_t)coffer_crc_combine(kind, coffer_crc_combine(kind, a, b, PIECE), c, PIECE);
    }
    for (; n >= 8; p += 8, n -= 8) a = word(kind, a, p);
    for (; n > 0; p++, n--) a = kind == COFFER_CRC32C ? __crc32cb(a, *p) : __crc32b(a, *p);
    return a;
}

#endif
