import Testing

@testable import ResultFiles

@Suite("comma-separated values")
struct CSVTests {
    private func written(_ fill: (inout CSVBuffer) -> Void) -> String {
        var buffer = CSVBuffer()
        fill(&buffer)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    @Test(
        "text is quoted where RFC 4180 asks for it",
        arguments: [
            ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\nlines", "\"two\nlines\""), ("ümlaut", "ümlaut"), ("\r", "\"\r\""), ("\"", "\"\"\"\""),
        ])
    func quoting(text: String, expected: String) {
        #expect(written { $0.text(text) } == expected)
        let table = CSVTable(Array("h,i\n\(expected),x\n".utf8), path: "")
        #expect(table.rows == [[text, "x"]])
    }

    @Test(
        "a time has up to three decimals and no zeros behind them",
        arguments: [
            (0.0, "0"), (1.0, "1"), (0.001, "0.001"), (812.5, "812.5"), (1234.56, "1234.56"), (0.0004, "0"),
            (3_601_330_077.695, "3601330077.695"), (1.0006, "1.001"), (-2.5, "-2.5"), (.infinity, "inf"),
        ])
    func thousandths(value: Double, expected: String) {
        #expect(written { $0.thousandths(value) } == expected)
    }

    @Test("what is not known is an empty field")
    func empty() {
        let row = written {
            $0.thousandths(nil)
            $0.integer(Int?.none)
            $0.text("")
            $0.integer(-7)
            $0.endRow()
        }
        #expect(row == ",,,-7\n")
    }

    @Test("shares have up to nine decimals")
    func shares() {
        #expect(written { $0.share(7, of: 7) } == "1")
        #expect(written { $0.share(1, of: 3) } == "0.333333333")
        #expect(written { $0.share(5, of: 100) } == "0.05")
    }

    @Test("every nanosecond comes back from its text")
    func nanoseconds() {
        var nanoseconds: UInt64 = 1
        while nanoseconds < 3_601_000_000_000 {
            let text = written { $0.thousandths(ofThousand: nanoseconds) }
            #expect(text == written { $0.thousandths(Double(nanoseconds) / 1000) })
            #expect(Double(text).map { UInt64(($0 * 1000).rounded()) } == nanoseconds)
            nanoseconds = nanoseconds * 3 + 7
        }
    }

    @Test("carriage returns of another program's file are read over")
    func carriageReturns() {
        #expect(CSVTable(Array("a,b\r\n1,2\r\n".utf8), path: "").rows == [["1", "2"]])
    }
}

@Suite("wall time")
struct WallTimeTests {
    @Test(
        "a moment is spelled in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00Z", "19700101T000000Z"), (951_782_400, "2000-02-29T00:00:00Z", "20000229T000000Z"),
            (1_772_388_245, "2026-03-01T18:04:05Z", "20260301T180405Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z", "21000228T235959Z"),
            (-1, "1969-12-31T23:59:59Z", "19691231T235959Z"),
        ])
    func spelling(seconds: Int, iso: String, compact: String) {
        #expect(WallTime(secondsSince1970: seconds).iso8601 == iso)
        #expect(WallTime(secondsSince1970: seconds).compact == compact)
    }
}
