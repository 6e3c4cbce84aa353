// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the tool does not depend on what measures it. It runs the release
// binary beside its peers, as a user would; only the SHA-256 kernels are measured in process, beside
// libcrypto.
let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "Tallystick", path: "..")],
    targets: [
        .executableTarget(
            name: "Bench",
            dependencies: [
                .product(name: "CCrypto", package: "Tallystick"),
                .product(name: "Hashing", package: "Tallystick"),
            ],
            swiftSettings: [.treatAllWarnings(as: .error)])
    ],
    swiftLanguageModes: [.v6]
)
