// swift-tools-version: 6.0
import PackageDescription

let package = Package(name: "notch", targets: [.executableTarget(name: "notch")])
