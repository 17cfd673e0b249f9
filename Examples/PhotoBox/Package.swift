// swift-tools-version: 6.3
import PackageDescription

// An application of its own: it depends on Coffer as any other package would. `PhotoIndex` knows the contract only;
// the program links the drivers that it wants to offer, the tests the memory driver and nothing else.
let package = Package(
    name: "PhotoBox",
    products: [.executable(name: "photobox", targets: ["PhotoTool"])],
    dependencies: [.package(name: "coffer", path: "../..")],
    targets: [
        .target(name: "PhotoIndex", dependencies: [.product(name: "Coffer", package: "coffer")]),
        .executableTarget(
            name: "PhotoTool",
            dependencies: [
                "PhotoIndex",
                .product(name: "FileSystemDriver", package: "coffer"),
                .product(name: "MemoryDriver", package: "coffer"),
                .product(name: "S3Driver", package: "coffer"),
            ]),
        .testTarget(
            name: "PhotoIndexTests",
            dependencies: ["PhotoIndex", .product(name: "MemoryDriver", package: "coffer")]),
    ],
    swiftLanguageModes: [.v6]
)
