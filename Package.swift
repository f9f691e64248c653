// swift-tools-version: 6.2
import PackageDescription

/// The rules that every target keeps: imports are private unless they show in an interface, a warning is an error.
let common: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
]

/// The product marks its unsafe code as well; tests may feed raw memory as they like. Its lanes confine their state to
/// one queue each: debug builds and every test check exclusive access, the release build saves a tenth of its own
/// processor time by not doing it again (`Benchmarks/run`).
let strict =
    common + [
        .strictMemorySafety(),
        .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
    ]

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)", swiftSettings: common)
}

let package = Package(
    name: "muster",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "muster", targets: ["Command"]),
        .library(name: "FuzzTargets", targets: ["FuzzTargets"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        // C, each behind one Swift module
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CDescriptors"),
        .target(name: "CEpoll"),
        .target(name: "CResolv", linkerSettings: [.linkedLibrary("resolv")]),

        // From the ground up: a module may import only what stands above it
        module("Domains", []),
        module("OpenSSL", ["COpenSSL", "Domains"]),
        module("LibXML2", ["CLibXML2"]),
        module("Zlib", ["CZlib"]),
        module("XMLStream", []),
        module("LoadPlan", ["Domains"]),
        module("Metrics", [.product(name: "Histogram", package: "hdrhistogram-swift")]),
        module("SASL", ["OpenSSL", "Domains"]),
        module("XMPP", ["XMLStream", "SASL", "Domains"]),
        module("Transport", ["OpenSSL", "Domains", "Zlib", "CEpoll", "CResolv"]),
        module("ScenarioFile", ["LoadPlan", "Domains", "LibXML2", .product(name: "Yams", package: "Yams")]),
        module("Provisioning", ["LoadPlan", "Metrics"]),
        module("ResultFiles", ["Metrics", "Zlib"]),
        module("Reports", ["ResultFiles", "Metrics"]),
        module("Engine", ["Transport", "XMPP", "XMLStream", "SASL", "LoadPlan", "Domains", "Metrics", "LibXML2"]),
        module("EmbeddedServer", ["Transport", "XMPP", "XMLStream", "SASL"]),
        module("LivePage", [.product(name: "FlyingSocks", package: "FlyingFox")]),
        .executableTarget(
            name: "Command",
            dependencies: [
                "LivePage", "Reports", "ResultFiles", "ScenarioFile", "Provisioning", "Engine", "EmbeddedServer",
                "Transport", "XMPP", "SASL", "XMLStream", "LoadPlan", "Metrics", "OpenSSL", "Domains", "CDescriptors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        // What is fed with bytes of anybody's making, by Fuzz/run and by the tests
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Reports", "ResultFiles", "Metrics", "ScenarioFile", "Transport", "XMPP", "SASL", "XMLStream",
                "LoadPlan",
                "LibXML2", "LivePage",
            ],
            path: "Fuzz/Targets", swiftSettings: common),

        // Tests: one folder a module, then the product as its users see it
        .target(name: "TestSupport", path: "Tests/Support", swiftSettings: common),
        .target(
            name: "ResultSupport", dependencies: ["ResultFiles"], path: "Tests/ResultSupport", swiftSettings: common),
        tests("XMLStreamTests", ["XMLStream", "LibXML2", "LoadPlan"]),
        tests("DomainsTests", ["Domains"]),
        tests("OpenSSLTests", ["OpenSSL", "Domains"]),
        tests("LibXML2Tests", ["LibXML2"]),
        tests("ZlibTests", ["Zlib"]),
        tests("LoadPlanTests", ["LoadPlan", "Domains"]),
        tests("MetricsTests", ["Metrics", "LoadPlan"]),
        tests("SASLTests", ["SASL", "OpenSSL", "LoadPlan"]),
        tests("XMPPTests", ["XMPP", "SASL", "XMLStream", "LibXML2"]),
        tests("TransportTests", ["Transport", "OpenSSL", "Zlib", "LoadPlan"]),
        tests("ScenarioFileTests", ["ScenarioFile", "LoadPlan", "Domains", "Metrics"]),
        tests("ProvisioningTests", ["Provisioning", "LoadPlan", "Metrics", "LibXML2"]),
        tests("ResultFilesTests", ["ResultFiles", "Metrics", "ResultSupport"]),
        tests("ReportsTests", ["Reports", "ResultFiles", "Metrics", "SASL"]),
        tests("LivePageTests", ["LivePage"]),
        tests("EmbeddedServerTests", ["EmbeddedServer", "Transport", "XMPP", "SASL"]),
        tests(
            "EngineTests",
            ["Engine", "EmbeddedServer", "Transport", "XMPP", "SASL", "LoadPlan", "Domains", "Metrics", "Zlib"]),
        tests("FuzzTests", ["FuzzTargets", "LoadPlan"]),
        tests("InteropTests", ["Command", "ResultFiles", "ResultSupport"]),
        tests("CommandTests", ["Command", "Reports", "ResultFiles", "ResultSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
