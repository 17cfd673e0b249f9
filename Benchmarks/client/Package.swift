// swift-tools-version: 6.3
import PackageDescription

// The benchmark's client: Coffer behind the contract that every peer in ../peers follows.
let package = Package(
    name: "coffer-bench",
    dependencies: [.package(name: "coffer", path: "../..")],
    targets: [
        .systemLibrary(name: "CHash", pkgConfig: "libcrypto"),
        .executableTarget(
            name: "coffer-bench",
            dependencies: [
                "CHash",
                .product(name: "Coffer", package: "coffer"),
                .product(name: "S3Driver", package: "coffer"),
                .product(name: "FileSystemDriver", package: "coffer"),
                .product(name: "MemoryDriver", package: "coffer"),
            ],
            path: "Sources/CofferBench"),
    ],
    swiftLanguageModes: [.v6]
)
