// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the tool does not depend on what measures it. It runs the release
// binary beside its peers, as a user would.
let package = Package(
    name: "Benchmarks",
    targets: [
        .executableTarget(
            name: "Bench", swiftSettings: [.treatAllWarnings(as: .error)])
    ],
    swiftLanguageModes: [.v6]
)
