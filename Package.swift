// swift-tools-version: 6.3
import PackageDescription

// Coffer itself uses no unsafe flags, so that a package can depend on it. What the shared library needs beyond
// this (the Swift runtime inside it, a version script, a SONAME) is passed by scripts/build-library.
let package = Package(
    name: "coffer",
    products: [
        .library(name: "Coffer", targets: ["Coffer"]),
        .library(name: "MemoryDriver", targets: ["MemoryDriver"]),
        .library(name: "FileSystemDriver", targets: ["FileSystemDriver"]),
        .library(name: "S3Driver", targets: ["S3Driver"]),
        .library(name: "CofferTesting", targets: ["CofferTesting"]),
        .library(name: "CofferC", type: .dynamic, targets: ["CofferC"]),
        .executable(name: "coffer", targets: ["CofferTool"]),
    ],
    targets: [
        // C: module maps, types and declarations, nothing else.
        .target(name: "CCofferSupport"),
        .target(name: "CCofferTypes"),
        // Checksums by the processor's own instructions, which Swift cannot spell.
        .target(name: "CChecksums"),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CTLS", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSockets"),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        // The contract.
        .target(name: "Coffer", dependencies: ["CCofferSupport"]),
        // Drivers and what they stand on.
        .target(name: "MemoryDriver", dependencies: ["Coffer"]),
        .target(name: "FileSystemDriver", dependencies: ["Coffer", "CCofferSupport"]),
        .target(name: "HTTPTransport", dependencies: ["Coffer", "CCurl", "CSockets", "CTLS"]),
        .target(
            name: "S3Driver",
            dependencies: ["Coffer", "CCofferSupport", "HTTPTransport", "CChecksums", "COpenSSL", "CExpat"]),
        // The front ends.
        .target(
            name: "CofferC", dependencies: ["Coffer", "CCofferTypes", "MemoryDriver", "FileSystemDriver", "S3Driver"],
            exclude: ["libcoffer.map"]),
        .executableTarget(
            name: "CofferTool", dependencies: ["Coffer", "MemoryDriver", "FileSystemDriver", "S3Driver"]),
        // The conformance suite, for whoever writes a driver.
        .target(name: "CofferTesting", dependencies: ["Coffer"]),
        // Tests.
        .testTarget(name: "CofferTests", dependencies: ["Coffer", "MemoryDriver", "CofferTesting"]),
        .testTarget(name: "MemoryDriverTests", dependencies: ["MemoryDriver", "CofferTesting"]),
        .testTarget(
            name: "FileSystemDriverTests",
            dependencies: ["FileSystemDriver", "MemoryDriver", "CofferTesting", "FileSystemCrashWorker"]),
        // Writes and is killed; the file-system driver's crash tests start it.
        .executableTarget(
            name: "FileSystemCrashWorker", dependencies: ["FileSystemDriver"], path: "Tests/FileSystemCrashWorker"),
        // A server on 127.0.0.1 that does what a test says, byte by byte.
        .target(name: "Loopback", dependencies: ["CSockets", "CTLS"], path: "Tests/Loopback"),
        .testTarget(name: "HTTPTransportTests", dependencies: ["HTTPTransport", "Loopback", "CSockets", "CTLS"]),
        .testTarget(
            name: "S3DriverTests", dependencies: ["S3Driver", "CChecksums", "CofferTesting", "Loopback"],
            exclude: ["Vectors", "Oracle"]),
        .testTarget(name: "CofferToolTests", dependencies: ["CofferTool", "Coffer"]),
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["CofferTesting", "MemoryDriver", "FileSystemDriver", "S3Driver"]),
    ],
    swiftLanguageModes: [.v6]
)

// In what makes up the library, an asynchronous function runs where its caller does unless it says otherwise: a look at
// the executor at each call costs as much as the rest of a call to the memory driver. The public verbs say otherwise
// (`@concurrent`): nobody's actor is kept busy with copying and signing.
let library = ["Coffer", "MemoryDriver", "FileSystemDriver", "HTTPTransport", "S3Driver", "CofferC"]
for target in package.targets where library.contains(target.name) {
    target.swiftSettings = [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
}
