// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: unsafe code must say so, and a warning is an error, so that
/// what CI refuses a developer's own build refuses too.
let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A room of the house (`Docs/Architecture.md`); `uses` are the arrows that leave it.
func room(_ name: String, uses: [String]) -> Target {
    .target(name: name, dependencies: uses.map { .byName(name: $0) }, swiftSettings: settings)
}

/// A system library: a module map and a shim header, imported by one Swift room only.
func library(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// The tests of one room.
func tests(_ name: String, uses: [String]) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: uses.map { .byName(name: $0) },
        swiftSettings: [.treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny")])
}

let package = Package(
    name: "Tallystick",

    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        library("CArchive", pkgConfig: "libarchive", apt: "libarchive-dev"),
        library("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        library("CDeflate", pkgConfig: "zlib", apt: "zlib1g-dev"),
        library("CLzma", pkgConfig: "liblzma", apt: "liblzma-dev"),
        library("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
        .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"])]),
        .target(name: "CKernels"),
        .target(name: "CLauncher"),

        // The ground floor.
        room("Bytes", uses: []),
        room("Findings", uses: ["Bytes"]),

        // Digests and keys.
        room("LibCrypto", uses: ["Bytes", "CCrypto"]),
        room("Hashing", uses: ["Bytes", "CKernels", "LibCrypto"]),

        // What bytes mean.

        // Whether two sides tally.

        // Who says so, and whom to believe.
    ],
    swiftLanguageModes: [.v6]
)
