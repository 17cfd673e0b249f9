import Coffer
import Glibc

/// What `stat` says of an object.
extension stat {
    /// Whether it is a regular file.
    var isFile: Bool { st_mode & S_IFMT == S_IFREG }
    /// Whether it is a directory.
    var isDirectory: Bool { st_mode & S_IFMT == S_IFDIR }
    /// Whether it is a symbolic link.
    var isLink: Bool { st_mode & S_IFMT == S_IFLNK }

    /// When it was last written.
    var lastModified: Timestamp { Timestamp(seconds: Int64(st_mtim.tv_sec), nanoseconds: Int32(st_mtim.tv_nsec)) }

    /// The ETag: inode, size and time of the last change to the nanosecond.
    ///
    /// A write of ours is a new inode with a time of its own, read from the clock and not from the kernel's ticks, so
    /// that an inode number that is used again does not bring an old ETag back. A change in place by another program
    /// changes the time. A rename, a chmod or a hard link changes none of the three.
    var etag: ETag { ETag(etagText) }

    /// The text of the ETag; also the name of the object's metadata file, if it has one.
    var etagText: String {
        String(unsafeUninitializedCapacity: 52) { buffer in
            var count = hex(UInt64(st_ino), into: buffer, at: 0)
            buffer[count] = UInt8(ascii: "-")
            count = hex(UInt64(bitPattern: Int64(st_size)), into: buffer, at: count + 1)
            buffer[count] = UInt8(ascii: "-")
            let time = Int64(st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(st_mtim.tv_nsec)
            return hex(UInt64(bitPattern: time), into: buffer, at: count + 1)
        }
    }

    /// Whether both are the same bytes of the same file, as far as can be seen.
    func isSame(as other: stat) -> Bool {
        st_ino == other.st_ino && st_dev == other.st_dev && st_size == other.st_size
            && st_mtim.tv_sec == other.st_mtim.tv_sec && st_mtim.tv_nsec == other.st_mtim.tv_nsec
    }

    /// The object's record.
    func info(_ key: Key, _ metadata: ObjectMetadata = ObjectMetadata()) -> ObjectInfo {
        ObjectInfo(
            key: key, size: Int64(st_size), etag: etag, lastModified: lastModified, metadata: metadata)
    }
}

/// Writes a number in base 16 without leading zeros; at most 16 digits.
private func hex(_ value: UInt64, into buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
    let digits = max(1, (64 - value.leadingZeroBitCount + 3) / 4)
    var rest = value
    for index in stride(from: start + digits - 1, through: start, by: -1) {
        let digit = UInt8(truncatingIfNeeded: rest & 15)
        buffer[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        rest >>= 4
    }
    return start + digits
}
