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

/// The tests of one room; `snapshots` are folders of texts that tests read, and nothing is built
/// of.
func tests(_ name: String, uses: [String], snapshots: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: uses.map { .byName(name: $0) },
        exclude: snapshots,
        swiftSettings: [.treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny")])
}

let package = Package(
    name: "Tallystick",
    products: [
        .executable(name: "tally", targets: ["tally"]),
        // For `Benchmarks/`, which measures the kernels in process, beside libcrypto; nobody else
        // is promised anything of these.
        .library(name: "Hashing", targets: ["Hashing"]),
        .library(name: "CCrypto", targets: ["CCrypto"]),
    ],
    // Exact, so that a release can be built again to the same bytes (`tally.toml`).
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
    ],
    targets: [
        library("CArchive", pkgConfig: "libarchive", apt: "libarchive-dev"),
        library("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        library("CDeflate", pkgConfig: "zlib", apt: "zlib1g-dev"),
        library("CIsal", pkgConfig: "libisal", apt: "libisal-dev"),
        library("CLz4", pkgConfig: "liblz4", apt: "liblz4-dev"),
        library("CLzma", pkgConfig: "liblzma", apt: "liblzma-dev"),
        library("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
        .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"])]),
        .target(name: "CKernels"),
        .target(name: "CLauncher"),

        // The ground floor.
        room("Bytes", uses: []),
        room("Findings", uses: ["Bytes"]),

        // What people write: policies, recipes.
        .target(
            name: "TOML",
            dependencies: ["Bytes", .product(name: "TOMLKit", package: "TOMLKit")],
            swiftSettings: settings),

        // Digests and keys.
        room("LibCrypto", uses: ["Bytes", "CCrypto"]),
        room("Hashing", uses: ["Bytes", "CKernels", "LibCrypto"]),
        .target(
            name: "PostQuantum",
            dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),
        room("Signing", uses: ["Bytes", "LibCrypto", "PostQuantum"]),

        // Other programs.
        room("Programs", uses: ["Bytes", "CLauncher"]),

        // What bytes mean.
        room("Anatomy", uses: ["Bytes"]),
        room(
            "Codecs",
            uses: ["Bytes", "CBzip2", "CDeflate", "CIsal", "CLz4", "CLzma", "CZstd"]),
        room("Archives", uses: ["Bytes", "CArchive", "CLauncher"]),
        room("Formats", uses: ["Anatomy", "Archives", "Bytes", "Codecs", "Hashing", "LibCrypto"]),

        // Whether two sides tally.
        room("NormalForm", uses: ["Anatomy", "Bytes", "Hashing"]),
        room("Comparison", uses: ["Anatomy", "Bytes", "Findings", "Hashing", "NormalForm"]),
        room("Reporting", uses: ["Bytes", "Findings"]),

        // Who says so, and whom to believe.
        room("Attestation", uses: ["Bytes", "Findings", "Signing"]),
        room(
            "Trust", uses: ["Attestation", "Bytes", "Findings", "Hashing", "Signing", "TOML"]),

        // Building again from what was declared.
        room(
            "Rebuild",
            uses: [
                "Anatomy", "Archives", "Bytes", "CLauncher", "Codecs", "Comparison", "Findings",
                "Hashing", "Programs", "Signing", "TOML",
            ]),

        // The command line: argument types and wiring.
        .executableTarget(
            name: "tally",
            dependencies: [
                "Anatomy", "Archives", "Attestation", "Bytes", "CLauncher", "Comparison",
                "Findings", "Formats",
                "Hashing", "NormalForm", "Programs", "Rebuild", "Reporting", "Signing", "Trust",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Tally", swiftSettings: settings),

        // What tests are made of. It encodes with the same libraries that the codecs decode with.
        room(
            "TestSupport",
            uses: ["Bytes", "CBzip2", "CDeflate", "CLz4", "CLzma", "CZstd", "Hashing"]),

        tests("TestSupport", uses: ["Bytes", "TestSupport"]),
        tests("Bytes", uses: ["Bytes", "TestSupport"]),
        tests("Programs", uses: ["Bytes", "Programs", "TestSupport"]),
        tests("Anatomy", uses: ["Anatomy", "Bytes", "TestSupport"]),
        tests("Codecs", uses: ["Bytes", "Codecs", "TestSupport"]),
        tests("Archives", uses: ["Archives", "Bytes"]),
        tests("Hashing", uses: ["Bytes", "Hashing", "TestSupport"]),
        tests("Formats", uses: ["Anatomy", "Bytes", "Formats", "TestSupport"]),
        tests(
            "NormalForm",
            uses: ["Anatomy", "Bytes", "Formats", "Hashing", "NormalForm", "TestSupport"]),
        tests(
            "Comparison",
            uses: [
                "Anatomy", "Bytes", "Comparison", "Findings", "Formats", "Hashing", "NormalForm",
                "TestSupport",
            ]),
        tests(
            "Reporting", uses: ["Bytes", "Findings", "Hashing", "Reporting", "TestSupport"],
            snapshots: ["Snapshots"]),
        tests("LibCrypto", uses: ["Bytes", "LibCrypto"]),
        tests("Signing", uses: ["Bytes", "LibCrypto", "Signing", "TestSupport"]),
        tests("Attestation", uses: ["Attestation", "Bytes", "Findings", "Hashing", "Signing"]),
        tests(
            "Trust",
            uses: [
                "Attestation", "Bytes", "Findings", "Hashing", "Signing", "TestSupport", "Trust",
            ]),
        tests(
            "Rebuild",
            uses: [
                "Archives", "Bytes", "Findings", "Hashing", "Programs", "Rebuild", "TestSupport",
            ]),
    ],
    swiftLanguageModes: [.v6]
)

// The fuzzer's own `main` takes the place of any other, so its target is there only when
// `Tests/fuzz/run.sh` builds it.
if Context.environment["TALLY_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "Anatomy", "Attestation", "Bytes", "Comparison", "Findings", "Formats", "Hashing",
                "LibCrypto", "NormalForm", "Reporting", "Signing", "TestSupport", "Trust",
            ],
            path: "Tests/fuzz", exclude: ["run.sh"],
            swiftSettings: [
                .treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny"),
            ]
        ))
}
