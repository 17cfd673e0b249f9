#include "crc.h"

#include <pthread.h>
#include <string.h>

// Tables, multipliers and the arithmetic of polynomials over one bit, reflected: the lowest bit of a number is the
// highest power.

static struct crc_tables all[3];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/// a times x, modulo the polynomial.
static uint64_t times_x(const struct crc_tables *t, uint64_t a) { return (a >> 1) ^ (a & 1 ? t->polynomial : 0); }

/// The number one.
static uint64_t one(const struct crc_tables *t) { return 1ull << (t->width - 1); }

/// a times b, modulo the polynomial.
static uint64_t times(const struct crc_tables *t, uint64_t a, uint64_t b) {
    uint64_t product = 0;
    for (uint64_t bit = one(t); bit != 0; bit >>= 1) {
        if (a & bit) product ^= b;
        b = times_x(t, b);
    }
    return product;
}

/// x to the power n, modulo the polynomial.
static uint64_t power(const struct crc_tables *t, uint64_t n) {
    uint64_t result = one(t), square = one(t) >> 1;
    for (; n != 0; n >>= 1) {
        if (n & 1) result = times(t, result, square);
        square = times(t, square, square);
    }
    return result;
}

static void fill(struct crc_tables *t, int width, uint64_t polynomial) {
    t->width = width;
    t->polynomial = polynomial;
    for (unsigned byte = 0; byte < 256; byte++) {
        uint64_t value = byte;
        for (int bit = 0; bit < 8; bit++) value = times_x(t, value);
        t->slice[0][byte] = value;
    }
    for (unsigned byte = 0; byte < 256; byte++)
        for (int k = 1; k < 8; k++) {
            const uint64_t before = t->slice[k - 1][byte];
            t->slice[k][byte] = (before >> 8) ^ t->slice[0][before & 0xff];
        }
    // A product of two reflected numbers of 64 bits comes out multiplied by x: hence the - 1. The low half of a block
    // has the higher powers.
    static const unsigned distances[FOLD_COUNT] = {1, 4, 8, 16};
    for (int k = 0; k < FOLD_COUNT; k++) {
        const unsigned bits = distances[k] * 128;
        t->fold[k][0] = power(t, bits + 64 - 1) << (64 - width);
        t->fold[k][1] = power(t, bits - 1) << (64 - width);
    }
}

static void fill_all(void) {
    fill(&all[COFFER_CRC32], 32, 0xedb88320u);
    fill(&all[COFFER_CRC32C], 32, 0x82f63b78u);
    fill(&all[COFFER_CRC64NVME], 64, 0x9a6c9329ac4bc9b5ull);
}

const struct crc_tables *coffer_crc_tables(int kind) {
    pthread_once(&once, fill_all);
    return &all[kind >= 0 && kind < 3 ? kind : 0];
}

uint64_t coffer_crc_by_tables(const struct crc_tables *t, uint64_t state, const unsigned char *p, size_t n) {
    for (; n >= 8; n -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        // What is left of a check of 32 bits is shifted out by the first four bytes.
        word ^= state;
        state = t->slice[7][word & 0xff] ^ t->slice[6][word >> 8 & 0xff] ^ t->slice[5][word >> 16 & 0xff] ^
                t->slice[4][word >> 24 & 0xff] ^ t->slice[3][word >> 32 & 0xff] ^ t->slice[2][word >> 40 & 0xff] ^
                t->slice[1][word >> 48 & 0xff] ^ t->slice[0][word >> 56];
    }
    for (; n > 0; n--, p++) state = (state >> 8) ^ t->slice[0][(state ^ *p) & 0xff];
    return state;
}

uint64_t coffer_crc_combine(int kind, uint64_t first, uint64_t second, uint64_t second_size) {
    const struct crc_tables *t = coffer_crc_tables(kind);
    if (second_size == 0) return first;
    // x to the power of eight times the size: squared three times, for the product may not fit.
    uint64_t shift = power(t, second_size);
    for (int i = 0; i < 3; i++) shift = times(t, shift, shift);
    return times(t, first, shift) ^ second;
}
