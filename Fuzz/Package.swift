// swift-tools-version: 6.2
import PackageDescription

// The fuzzer's own package: it is built with libFuzzer and the address sanitizer, by Fuzz/run.
let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "muster", path: "..")],
    targets: [
        .executableTarget(
            name: "Fuzz", dependencies: [.product(name: "FuzzTargets", package: "muster")],
            swiftSettings: [.treatAllWarnings(as: .error)])
    ],
    swiftLanguageModes: [.v6]
)
