import Foundation
import LibXML2
import LoadPlan
import TestSupport
import Testing

@testable import Provisioning

@Suite("Files for a server's own importer")
struct ImportFileTests {
    private let folder: TemporaryDirectory
    private let accounts = Accounts(
        source: .list([
            .init(username: "juliet", password: "a<b&'c\"\\"), .init(username: "röméo", password: "pw"),
        ]))

    init() throws { folder = try TemporaryDirectory() }

    private func written(_ format: ImportFormat, _ accounts: Accounts? = nil) throws -> [UInt8] {
        let path = folder.path("accounts")
        try ImportFile.write(accounts ?? self.accounts, as: format, to: path)
        return Array(try #require(FileManager.default.contents(atPath: path)))
    }

    private func children(of node: XMLDocument.Node) -> [String: String] {
        Dictionary(uniqueKeysWithValues: node.children.map { ($0.localName, $0.text) })
    }

    /// The plugin's schema asks for exactly these elements, in any order.
    @Test("Openfire's importer finds every element that its schema asks for")
    func openfire() throws {
        let root = try #require(try XMLDocument(written(.openfire(domain: "example.org"))).root)
        #expect(root.localName == "Openfire" && root.namespace.isEmpty)
        #expect(root.children.map(\.localName) == ["User", "User"])
        #expect(
            children(of: root.children[0]) == [
                "Username": "juliet", "Password": "a<b&'c\"\\", "Email": "juliet@example.org", "Name": "juliet",
                "CreationDate": "0", "ModifiedDate": "0", "Roster": "",
            ])
        #expect(children(of: root.children[1])["Username"] == "röméo")
    }

    @Test("ejabberd's importer finds the format of XEP-0227")
    func ejabberd() throws {
        let root = try #require(try XMLDocument(written(.ejabberd(domain: "example.org"))).root)
        #expect(root.localName == "server-data" && root.namespace == "urn:xmpp:pie:0")
        let host = try #require(root.children.first)
        #expect(host.localName == "host" && host.attributes.map(\.value) == ["example.org"])
        #expect(host.children.map(\.localName) == ["user", "user"])
        let attributes = host.children[0].attributes.map { "\($0.localName)=\($0.value)" }
        #expect(attributes.sorted() == ["name=juliet", "password=a<b&'c\"\\"])
    }

    @Test("Prosody's console finds one command for each account, its strings quoted for Lua")
    func prosody() throws {
        let text = String(decoding: try written(.prosody(domain: "example.org")), as: UTF8.self)
        #expect(
            text == #"""
                user:create("juliet@example.org", "a<b&'c\"\\")
                user:create("röméo@example.org", "pw")

                """#)
    }

    @Test("only its owner may read it")
    func permissions() throws {
        _ = try written(.prosody(domain: "example.org"))
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("accounts"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("a file that is there is left as it is, and named")
    func exclusive() throws {
        let path = try folder.write("precious", to: "accounts")
        let failure = #expect(throws: ImportFile.Failure.self) {
            try ImportFile.write(accounts, as: .prosody(domain: "localhost"), to: path)
        }
        #expect(failure?.description == "\(path): there is a file already, and it is not overwritten")
        #expect(folder.text(of: "accounts") == "precious")
    }

    @Test("a folder that is not there is named")
    func missing() throws {
        let failure = #expect(throws: ImportFile.Failure.self) {
            try ImportFile.write(accounts, as: .prosody(domain: "localhost"), to: folder.path("no/accounts"))
        }
        #expect(failure?.description.hasSuffix("no/accounts: No such file or directory") == true)
    }

    @Test("a pattern's accounts are all there")
    func pattern() throws {
        let accounts = Accounts(source: .pattern("u{n}", count: 20_000, password: "pw"))
        let root = try #require(try XMLDocument(written(.ejabberd(domain: "localhost"), accounts)).root)
        #expect(root.children.first?.children.count == 20_000)
    }
}
