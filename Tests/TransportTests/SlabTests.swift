import Testing

@testable import Transport

@Suite("A slab")
struct SlabTests {
    @Test("keeps what was put into it, however far it grows, and gives it back when it goes")
    func grows() {
        final class Witness {}
        weak var first: Witness?
        do {
            let slab = Slab<(Int, Witness)>()
            for number in 0..<5_000 { slab.append((number, Witness())) }
            first = slab[0].1
            for index in slab.indices { slab[index].0 *= 2 }
            #expect(slab.count == 5_000)
            #expect(slab.indices.allSatisfy { slab[$0].0 == $0 * 2 })
            #expect(first != nil)
        }
        #expect(first == nil)
    }
}
