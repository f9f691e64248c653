import Testing

@testable import Reports

@Suite("charts")
struct ChartTests {
    @Test("a linear scale meets its ends, and values beyond stand at them")
    func linear() {
        let scale = Scale(.linear, 0...10, from: 100, to: 0)
        #expect([0, 5, 10, 12, -1].map(scale.callAsFunction) == [100, 50, 0, 0, 100])
    }

    @Test("on the logarithmic scale equal factors take equal room")
    func logarithmic() {
        let scale = Scale(.logarithmic, 1...1000, from: 0, to: 300)
        #expect([1, 10, 100, 1000].map { scale($0).rounded() } == [0, 100, 200, 300])
    }

    @Test("on the percentile scale each further nine takes the same room")
    func percentile() {
        let scale = Scale(.percentile, 0...0.999, from: 0, to: 300)
        #expect([0, 0.9, 0.99, 0.999].map { scale($0).rounded() } == [0, 100, 200, 300])
    }

    @Test("a domain without extent is no division by nothing")
    func point() {
        #expect(Scale(.linear, 5...5, from: 7, to: 90)(5) == 7)
    }

    @Test(
        "ticks are round, begin at 0 and reach over the greatest value",
        arguments: [
            (0.7, ["0", "0.2", "0.4", "0.6", "0.8"]), (3, ["0", "1", "2", "3"]), (147, ["0", "50", "100", "150"]),
            (6100, ["0", "2,000", "4,000", "6,000", "8,000"]), (0, ["0", "1"]),
        ] as [(Double, [String])])
    func linearTicks(greatest: Double, labels: [String]) {
        let ticks = Ticks.linear(upTo: max(greatest, 0.001), about: 4, label: Format.round)
        #expect(greatest == 0 ? ticks.first?.label == "0" : ticks.map(\.label) == labels, "\(ticks.map(\.label))")
        #expect((ticks.last?.value ?? 0) >= greatest)
    }

    @Test("latencies have powers of ten, and steps between where there are few")
    func latencyTicks() {
        #expect(
            Ticks.latency(80...9_000_000).map(\.label) == ["10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s"])
        #expect(Ticks.latency(2000...8000).map(\.label) == ["1 ms", "2 ms", "5 ms", "10 ms"])
        #expect(Ticks.latency(1000...1000).count > 1)
    }

    @Test(
        "time is told in the unit that fits its steps",
        arguments: [
            (47, ["0", "10 s", "20 s", "30 s", "40 s"]), (300, ["0", "1 min", "2 min", "3 min", "4 min", "5 min"]),
            (28_800, ["0", "2 h", "4 h", "6 h", "8 h"]), (150, ["0", "30 s", "60 s", "90 s", "2:00", "2:30"]),
        ] as [(Double, [String])])
    func timeTicks(end: Double, labels: [String]) {
        #expect(Ticks.time(upTo: end, about: 6).map(\.label) == labels)
    }

    @Test("memory is counted in powers of two")
    func byteTicks() {
        #expect(
            Ticks.bytes(upTo: 230_000_000, about: 4).map(\.label) == ["0", "64 MiB", "128 MiB", "192 MiB", "256 MiB"])
    }

    @Test("percentiles go as far as the values can tell")
    func percentileTicks() {
        #expect(Ticks.percentiles(of: 1000).map(\.label) == ["0", "50 %", "90 %", "99 %", "99.9 %"])
        #expect(Ticks.percentiles(of: 1).last?.label == "99 %")
    }

    @Test("labels move apart, in their order, and stay where there is room")
    func labels() {
        #expect(EndLabels.spread([10, 50], apart: 12, top: 0, bottom: 100) == [10, 50])
        let crowded = EndLabels.spread([40, 41, 42, 99], apart: 12, top: 0, bottom: 100)
        #expect(zip(crowded, crowded.dropFirst()).allSatisfy { $1 - $0 >= 12 })
        #expect(crowded.allSatisfy { (0...100).contains($0) })
    }

    @Test("a line is broken where there is no value, and a value alone is a dot")
    func gaps() {
        let scale = Scale(.linear, 0...10, from: 0, to: 10)
        let line = Line([(0, 1), (1, 2), (2, nil), (3, 4), (4, nil)], style: "")
        #expect(line.data(scale, scale) == "M0,1L1,2M3,4h0")
        #expect(line.last?.y == 4)
    }

    @Test("what is written into a drawing is escaped")
    func escaping() {
        var canvas = Canvas(.wide, height: 10)
        canvas.text("<a & \"b\">", 0, 0)
        let svg = canvas.svg(id: "x", title: "<t>", description: "d & e").source
        #expect(svg.contains("&lt;a &amp; &quot;b&quot;&gt;"))
        #expect(svg.contains("<title id=\"x-t\">&lt;t&gt;</title><desc id=\"x-d\">d &amp; e</desc>"))
        #expect(svg.contains("role=\"img\" aria-labelledby=\"x-t x-d\""))
    }

    @Test("text that would leave the drawing is moved into it, text too long is cut")
    func texts() {
        var canvas = Canvas(.narrow, height: 10)
        canvas.text("at the edge", 339, 5)
        #expect(!canvas.markup.source.contains("x=\"339\""))
        #expect(TextWidth.cut("a long label", size: 12, to: 40).hasSuffix("…"))
        #expect(TextWidth.cut("short", size: 12, to: 60) == "short")
    }

    @Test("each step of a waterfall begins where the one before ended")
    func waterfall() {
        let bars = Waterfall.Panel(
            caption: "p50",
            rows: [
                .init(name: "connect", style: "net", start: 0, length: 10_000),
                .init(name: "sasl", style: "sasl", start: 10_000, length: .infinity),
            ])
        for layout in Layout.allCases {
            let source = Waterfall(panels: [bars]).canvas(layout).markup.source
            #expect(source.contains("10.0 ms") && source.contains("not reached"))
        }
    }

    @Test("a cell of the heat map is the darker, the larger its share of the moment")
    func heat() {
        let latencies = BlockLatencies(
            milliseconds: Array(repeating: 5.0, count: 60) + Array(repeating: 80.0, count: 4))
        let map = HeatMap(columns: [.init(span: 0...1, latencies: latencies)], lines: [])
        var canvas = Canvas(.wide, height: 200)
        map.draw(
            on: &canvas, in: PlotArea(left: 60, right: 900, top: 10, bottom: 180),
            Scale(.linear, 0...1, from: 60, to: 900))
        for level in ["heat4", "heat2"] { #expect(canvas.markup.source.contains("class=\"\(level)\"")) }
        #expect(!canvas.markup.source.contains("class=\"heat0\""))
    }

    @Test("of ratios the ticks are the same on both sides of 1")
    func ratios() {
        #expect(
            Ticks.ratios(0.9...1.4, label: Format.factor).map(\.label) == [
                "0.67", "0.8", "0.91", "1", "1.1", "1.25", "1.5",
            ])
    }
}
