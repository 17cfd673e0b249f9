"""Computes checksums of random bytes, one JSON object a line: CRC-32 by zlib, digests by hashlib, the others bit by bit
from their polynomials.

usage: checksum_oracle.py [--seed N]
"""
import base64
import hashlib
import json
import random
import sys
import zlib


def bitwise(data, width, polynomial):
    state = (1 << width) - 1
    for byte in data:
        state ^= byte
        for _ in range(8):
            state = (state >> 1) ^ (polynomial if state & 1 else 0)
    return (state ^ ((1 << width) - 1)).to_bytes(width // 8, "big")


def reflect(value, width):
    return int(f"{value:0{width}b}"[::-1], 2)


CRC32C = reflect(0x1EDC6F41, 32)
CRC64NVME = reflect(0xAD93D23594C93659, 64)


def main():
    seed = int(sys.argv[2]) if sys.argv[1:2] == ["--seed"] else random.randrange(1 << 32)
    source = random.Random(seed)
    print(json.dumps({"seed": seed}))
    sizes = list(range(0, 70)) + [source.randrange(70, 3000) for _ in range(100)] + [4096, 16384]
    for size in sizes:
        data = source.randbytes(size)
        values = {
            "crc32": zlib.crc32(data).to_bytes(4, "big"),
            "crc32c": bitwise(data, 32, CRC32C),
            "crc64nvme": bitwise(data, 64, CRC64NVME),
            "sha256": hashlib.sha256(data).digest(),
            "sha1": hashlib.sha1(data).digest(),
        }
        print(json.dumps({
            "data": data.hex(),
            "sums": {name: base64.b64encode(value).decode() for name, value in values.items()},
        }))


main()
