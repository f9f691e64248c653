import Glibc
import Testing

@testable import Engine

@Suite("a server that is a JVM")
struct JavaTests {
    private static let heaps: [(String, UInt64)] = [
        (
            """
            5986:
             garbage-first heap   total 65536K, used 8803K [0x00000000fc000000, 0x0000000100000000)
              region size 1024K, 6 young (6144K), 1 survivors (1024K)
            """, 8803
        ),
        (
            """
            6402:
             PSYoungGen      total 18944K, used 14773K [0x00000000feb00000, 0x0000000100000000, 0x0000000100000000)
              eden space 16384K, 90% used [0x00000000feb00000,0x00000000ff96d6b8,0x00000000ffb00000)
              to   space 2560K, 0% used [0x00000000ffb00000,0x00000000ffb00000,0x00000000ffd80000)
             ParOldGen       total 44032K, used 27K [0x00000000fc000000, 0x00000000feb00000, 0x00000000feb00000)
              object space 44032K, 0% used [0x00000000fc000000,0x00000000fc000000,0x00000000feb00000)
            """, 14800
        ),
        ("6561:\n ZHeap           used 14M, capacity 64M, max capacity 64M\n", 14 * 1024),
        ("Shenandoah Heap\n 65536K max, 65536K soft max, 65536K committed, 14464K used\n 256 x 256K regions", 14464),
    ]

    @Test("what jcmd says of the heap is understood, whatever the collector", arguments: heaps)
    func heap(text: String, kibibytes: UInt64) {
        let metaspace = """

             Metaspace       used 8904K, committed 9088K, reserved 1114112K
              class space    used 1062K, committed 1152K, reserved 1048576K
            """
        #expect(JavaHeap.used(in: text + metaspace) == kibibytes << 10)
    }

    @Test("what is no answer has no figure")
    func noHeap() {
        #expect(JavaHeap.used(in: "com.sun.tools.attach.AttachNotSupportedException") == nil)
        #expect(JavaHeap.afterCollection(getpid()) == nil)
    }

    @Test(
        "the maximum heap is what the last option says, or a quarter of the memory",
        arguments: [
            ("java -Xmx512m -jar openfire.jar", 512 << 20), ("java -Xmx1G -XX:MaxHeapSize=2g x", 2 << 30),
            ("java -Xms64m x", 1 << 30), ("java -Xmx65536k x", 64 << 20), ("java -Xmx1048576 x", 1 << 20),
        ] as [(String, UInt64)])
    func maximum(line: String, bytes: UInt64) {
        let arguments = JavaArguments(arguments: line.split(separator: " "))
        #expect(arguments.maximumHeap(memory: 4 << 30) == bytes)
    }

    @Test("this process has limits, and is no JVM")
    func limits() {
        let limits = ProcessLimits(getpid())
        #expect((limits.memory ?? 0) > 1 << 20 && (limits.descriptors ?? 0) > 0 && limits.heap == nil)
    }
}
