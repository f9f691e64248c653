import Foundation
import LoadPlan
import ScenarioFile
import Testing

@Suite struct ScenarioFolderTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Scenarios")

    static var files: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".yml") }.sorted()
    }

    @Test("the quickstart is among the scenarios that come with the tool")
    func quickstart() throws {
        #expect(Self.files.contains("quickstart.yml"))
        let plan = try ScenarioReader.read(file: Self.folder.path + "/quickstart.yml", defaultSeed: 1).plan
        let summary = PlanSummary(plan)
        #expect(plan.target.address == .embedded)
        #expect(try #require(summary.logins).mean >= 5000)
        #expect(summary.duration < .seconds(60))
    }

    @Test("every scenario that comes with the tool is accepted, without a warning", arguments: files)
    func accepted(file: String) throws {
        let scenario = try ScenarioReader.read(file: Self.folder.path + "/" + file, defaultSeed: 1)
        #expect(scenario.plan.name + ".yml" == file)
        #expect(scenario.warnings.isEmpty)
    }
}
