import Glibc
import LoadPlan
import TestSupport
import Testing
import Transport

@testable import Engine

@Suite("Processes of this machine")
struct ProcessTests {
    private func address(_ port: UInt16) throws -> SocketAddress {
        try #require(SocketAddress(literal: "127.0.0.1", port: port))
    }

    @Test("who listens on a port is found, and is this process")
    func owner() throws {
        let server = try ScriptedServer([.hearTheEnd])
        #expect(try ListeningProcess.find(address(server.port)) == getpid())
    }

    @Test("nobody is found where nobody listens, and the reason names the port")
    func nobody() throws {
        let port = try FreePort.take()
        let error = #expect(throws: ListeningProcess.NotFound.self) { try ListeningProcess.find(address(port)) }
        #expect(error?.reason.contains("\(port)") == true)
    }

    @Test("a server's open connections are counted, that of a client that is gone too, until the server closes it")
    func connections() async throws {
        let server = try await ServeProcess(["--tls", "none"])
        func count() -> Int? { SocketTable.openConnections(of: server.process.pid, port: server.port) }
        try await awaitCondition("nobody was connected") { count() == 0 }
        do {
            let client = try LoopbackConnection(port: server.port)
            #expect(count() == 1)
            try await server.process.freeze()
            withExtendedLifetime(client) {}
        }
        #expect(count() == 1)
        server.process.signal(SIGCONT)
        try await awaitCondition("the server closed it") { count() == 0 }
        #expect(SocketTable.openConnections(of: server.process.pid, port: try FreePort.take()) == nil)
        try await server.stop()
    }

    @Test("a tree has the figures of its children, and the processor time of those that ended")
    func tree() async throws {
        let shell = try ChildProcess(
            "sh", ["-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done & wait; sleep 600 & wait"])
        try await awaitCondition("the shell's first child had ended and its second ran") {
            ProcessReader.readTree(shell.pid).threads == 2 && ProcessReader.readTree(shell.pid).cpu ?? 0 > 20_000
        }
        let alone = ProcessReader.read(shell.pid)
        let tree = ProcessReader.readTree(shell.pid)
        #expect(try #require(tree.cpu) > (try #require(alone.cpu)))
        #expect(try #require(tree.residentBytes) > (try #require(alone.residentBytes)))
        try await shell.kill()
    }

    @Test("a tree's busy thread is told from the others")
    func threads() async throws {
        let shell = try ChildProcess("sh", ["-c", "sh -c 'while :; do :; done' & wait"])
        try await awaitCondition("the child was busy") {
            ProcessReader.threads(ofTree: shell.pid).values.contains { $0 > 50_000 }
        }
        let threads = ProcessReader.threads(ofTree: shell.pid)
        #expect(threads.count == 2 && (threads[shell.pid] ?? .max) < (threads.values.max() ?? 0))
        try await shell.kill()
    }

    @Test("a process that is not there has no figures")
    func gone() { #expect(ProcessReader.readTree(Int32.max) == ProcessReader.Figures()) }
}
