#include "crc.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>
#include <string.h>

// Folding: the message is a polynomial, and a block of it is moved over the blocks that follow by multiplying it with
// a power of x modulo the check's polynomial. Source: Gopal et al., "Fast CRC computation for generic polynomials using
// PCLMULQDQ instruction", Intel 2009; reflected here, with the last 16 bytes by tables.

#define FOLDING __attribute__((target("sse2,pclmul")))
#define WIDE __attribute__((target("avx512f,avx512vl,avx512dq,vpclmulqdq,pclmul")))

static unsigned long long enabled_state(void) {
    unsigned low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (unsigned long long)high << 32 | low;
}

static int detect(void) {
    unsigned a, b, c, d;
    int result = 1;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return result;
    if (c & bit_PCLMUL) result |= 2;
    // The system must keep the registers: OSXSAVE, and the bits of XMM, YMM and ZMM.
    if (!(c & bit_OSXSAVE) || (enabled_state() & 0xe6) != 0xe6) return result;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return result;
    const unsigned wanted = 1u << 16 | 1u << 17 | 1u << 31;  // AVX512F, DQ, VL
    if ((b & wanted) == wanted && c & 1u << 10) result |= 4;  // VPCLMULQDQ
    return result;
}

static int processor(void) {
    // Every thread finds the same.
    static int known;
    int value = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (value == 0) {
        value = detect();
        __atomic_store_n(&known, value, __ATOMIC_RELAXED);
    }
    return value;
}

int coffer_crc_cpu_folds128(void) { return (processor() & 2) != 0; }
int coffer_crc_cpu_folds512(void) { return (processor() & 6) == 6; }

FOLDING static inline __m128i load(const unsigned char *p) { return _mm_loadu_si128((const __m128i *)p); }

/// Moves a block over a distance and adds what is there.
FOLDING static inline __m128i fold(__m128i x, __m128i k, __m128i next) {
    const __m128i low = _mm_clmulepi64_si128(x, k, 0x00);
    const __m128i high = _mm_clmulepi64_si128(x, k, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

FOLDING static inline __m128i multipliers(const struct crc_tables *t, int distance) {
    return load((const unsigned char *)t->fold[distance]);
}

/// From the last block to the check, the rest of the bytes included.
FOLDING static uint64_t finish(const struct crc_tables *t, __m128i x, const unsigned char *p, size_t n) {
    const __m128i k = multipliers(t, FOLD_1);
    for (; n >= 16; n -= 16, p += 16) x = fold(x, k, load(p));
    unsigned char last[16];
    _mm_storeu_si128((__m128i *)last, x);
    return coffer_crc_by_tables(t, coffer_crc_by_tables(t, 0, last, 16), p, n);
}

FOLDING uint64_t coffer_crc_by_fold128(const struct crc_tables *t, uint64_t state, const unsigned char *p, size_t n) {
    if (n < 64) return coffer_crc_by_tables(t, state, p, n);
    const __m128i start = _mm_set_epi64x(0, (long long)state);
    const __m128i k1 = multipliers(t, FOLD_1), k4 = multipliers(t, FOLD_4), k8 = multipliers(t, FOLD_8);
    if (n < 256) {
        __m128i x0 = _mm_xor_si128(load(p), start), x1 = load(p + 16), x2 = load(p + 32), x3 = load(p + 48);
        for (p += 64, n -= 64; n >= 64; p += 64, n -= 64) {
            x0 = fold(x0, k4, load(p));
            x1 = fold(x1, k4, load(p + 16));
            x2 = fold(x2, k4, load(p + 32));
            x3 = fold(x3, k4, load(p + 48));
        }
        return finish(t, fold(fold(fold(x0, k1, x1), k1, x2), k1, x3), p, n);
    }
    __m128i x[8];
    for (int i = 0; i < 8; i++) x[i] = load(p + 16 * i);
    x[0] = _mm_xor_si128(x[0], start);
    for (p += 128, n -= 128; n >= 128; p += 128, n -= 128) {
#pragma GCC unroll 8
        for (int i = 0; i < 8; i++) x[i] = fold(x[i], k8, load(p + 16 * i));
    }
    __m128i sum = x[0];
    for (int i = 1; i < 8; i++) sum = fold(sum, k1, x[i]);
    return finish(t, sum, p, n);
}

WIDE static inline __m512i fold_wide(__m512i x, __m512i k, __m512i next) {
    const __m512i low = _mm512_clmulepi64_epi128(x, k, 0x00);
    const __m512i high = _mm512_clmulepi64_epi128(x, k, 0x11);
    return _mm512_ternarylogic_epi64(low, high, next, 0x96);
}

WIDE static inline __m512i load_wide(const unsigned char *p) { return _mm512_loadu_si512((const void *)p); }

WIDE static inline __m512i spread(const struct crc_tables *t, int distance) {
    return _mm512_broadcast_i64x2(_mm_loadu_si128((const __m128i *)t->fold[distance]));
}

WIDE uint64_t coffer_crc_by_fold512(const struct crc_tables *t, uint64_t state, const unsigned char *p, size_t n) {
    if (n < 512) return coffer_crc_by_fold128(t, state, p, n);
    const __m512i k4 = spread(t, FOLD_4), k16 = spread(t, FOLD_16);
    const __m512i start = _mm512_zextsi128_si512(_mm_set_epi64x(0, (long long)state));
    __m512i x0 = _mm512_xor_si512(load_wide(p), start), x1 = load_wide(p + 64);
    __m512i x2 = load_wide(p + 128), x3 = load_wide(p + 192);
    for (p += 256, n -= 256; n >= 256; p += 256, n -= 256) {
        x0 = fold_wide(x0, k16, load_wide(p));
        x1 = fold_wide(x1, k16, load_wide(p + 64));
        x2 = fold_wide(x2, k16, load_wide(p + 128));
        x3 = fold_wide(x3, k16, load_wide(p + 192));
    }
    x0 = fold_wide(fold_wide(fold_wide(x0, k4, x1), k4, x2), k4, x3);
    for (; n >= 64; p += 64, n -= 64) x0 = fold_wide(x0, k4, load_wide(p));
    unsigned char lanes[64];
    _mm512_storeu_si512((void *)lanes, x0);
    const __m128i k1 = multipliers(t, FOLD_1);
    __m128i sum = load(lanes);
    for (int i = 1; i < 4; i++) sum = fold(sum, k1, load(lanes + 16 * i));
    return finish(t, sum, p, n);
}

#endif
