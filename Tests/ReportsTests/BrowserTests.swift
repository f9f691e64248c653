import Foundation
import ResultFiles
import TestSupport
import Testing

@testable import Reports

/// The pages in a real headless Chromium.
@Suite("pages in a browser", .serialized)
struct BrowserTests {
    private struct Page {
        var name: String
        var path: String
    }

    private static func pages(in folder: TemporaryDirectory) throws -> [Page] {
        let finished = SampleRun.finished(1)
        var unreached = SampleRun()
        unreached.append(intervals: 30, failures: 2, slowConnects: 3)
        let empty = SampleRun()
        let (before, after) = (finished.stored, SampleRun.finished(seed: 2).stored)
        let compared = ComparedRuns(before, after, tolerance: 0.05, seed: 1)
        let pages = [
            ("finished", finished.page.html), ("running", unreached.page.html),
            ("empty", empty.page.html), ("experiment", SampleExperiment.make().page.html),
            ("soak", ReportPage(SampleSoak.stored).html),
            ("compare", ComparisonPage(compared, before: before, after: after).html),
        ]
        return try pages.map { Page(name: $0.0, path: try folder.write($0.1, to: "\($0.0).html")) }
    }

    @Test("at any width, in light and dark: no error, no overflow, marks within axes, text that can be read")
    func shown() async throws {
        let folder = try TemporaryDirectory()
        let browser = try await Browser()
        for page in try Self.pages(in: folder) {
            for width in [360, 720, 1440] {
                for isDark in [false, true] {
                    try await browser.open(page.path, width: width, isDark: isDark)
                    let place = "\(page.name), \(width) px, \(isDark ? "dark" : "light")"
                    let problems = try await browser.run(Self.problems)
                    #expect(problems.isEmpty, "\(place): \(problems.prefix(5))")
                    #expect(try await browser.run("return [document.title]")[0] != "", "\(place)")
                    let charts = try await browser.run("return [...document.querySelectorAll('figure')].map(f => 'x')")
                    #expect(charts.count >= (page.name == "empty" ? 0 : 3), "\(place)")
                }
            }
        }
        #expect(try await browser.console() == [])
        try await browser.close()
    }

    @Test("without scripts the page is the same, for it has none; on paper the wide charts are shown in light colours")
    func paper() async throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(SampleRun.finished().page.html, to: "page.html")
        let browser = try await Browser()
        try await browser.open(path, width: 700, isDark: true)
        try await browser.print()
        let shown = try await browser.run(
            """
            const visible = s => [...document.querySelectorAll('svg.' + s)].some(e => e.getBoundingClientRect().width > 0);
            return [String(visible('wide')), String(visible('narrow')), getComputedStyle(document.body).backgroundColor];
            """)
        #expect(shown == ["true", "false", "rgb(255, 255, 255)"])
        try await browser.close()
    }

    @Test("the eye that looks at the pages sees what is wrong")
    func eye() async throws {
        let folder = try TemporaryDirectory()
        let html = PageDocument.html(
            title: "wrong",
            Markup {
                $0.raw("<p style=\"color:#999\">pale</p><h2 style=\"white-space:nowrap\">")
                $0.raw(String(repeating: "endless", count: 40))
                $0.raw(
                    "</h2><figure><svg viewBox=\"0 0 100 100\"><title>chart</title><line class=\"axis\" x2=\"90\" y2=\"90\"/>"
                )
                $0.raw(
                    "<text x=\"90\" y=\"50\">leaves</text><text x=\"20\" y=\"50\">one</text><text x=\"22\" y=\"50\">two</text>"
                )
                $0.raw("<circle cx=\"300\" cy=\"5\" r=\"3\"/></svg></figure>")
            })
        let path = try folder.write(html, to: "page.html")
        let browser = try await Browser()
        try await browser.open(path, width: 400, isDark: false)
        let problems = try await browser.run(Self.problems).joined(separator: "\n")
        for words in [
            "wide", "overflows: H2", "contrast 2.8: pale", "outside: leaves", "one over two", "leaves the axes",
        ] {
            #expect(problems.contains(words), "\(words) in \(problems)")
        }
        try await browser.close()
    }

    /// A script that names what a reader would stumble over.
    private static let problems = """
        for (const d of document.querySelectorAll('details')) d.open = true;
        const found = [];
        const root = document.documentElement;
        if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} of ${root.clientWidth} wide`);
        for (const e of document.querySelectorAll('h1,h2,h3,p,li,dd,dt,summary,figure'))
            if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display != 'inline')
                found.push(`overflows: ${e.tagName} ${e.textContent.slice(0, 60)}`);

        const luminance = c => c.map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
        const rgb = text => text.match(/[0-9.]+/g).slice(0, 3).map(Number);
        const contrast = (a, b) => {
            const [x, y] = [luminance(rgb(a)), luminance(rgb(b))].sort((p, q) => q - p);
            return (x + .05) / (y + .05);
        };
        const paper = getComputedStyle(document.body).backgroundColor;
        for (const e of document.querySelectorAll('h1,h2,h3,p,li,dd,dt,small,summary,td,th,text:not(.on-fill)')) {
            const style = getComputedStyle(e);
            const ratio = contrast(e.tagName == 'text' ? style.fill : style.color, paper);
            if (ratio < 4.5) found.push(`contrast ${ratio.toFixed(1)}: ${e.textContent.slice(0, 40)}`);
        }

        const inside = (b, x0, y0, x1, y1, slack) =>
            b.x >= x0 - slack && b.y >= y0 - slack && b.x + b.width <= x1 + slack && b.y + b.height <= y1 + slack;
        for (const svg of document.querySelectorAll('figure svg')) {
            if (svg.getBoundingClientRect().width == 0) continue;
            const name = svg.querySelector('title').textContent;
            const view = svg.viewBox.baseVal;
            const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBBox()]);
            for (const [text, b] of texts)
                if (!inside(b, 0, 0, view.width, view.height, 1)) found.push(`${name}: outside: ${text}`);
            for (let i = 0; i < texts.length; i++)
                for (let j = i + 1; j < texts.length; j++) {
                    const [a, b] = [texts[i][1], texts[j][1]];
                    const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
                    const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
                    if (across > 1 && down > 4) found.push(`${name}: ${texts[i][0]} over ${texts[j][0]}`);
                }
            const axes = [...svg.querySelectorAll('.axis,.grid,.reference')].map(e => e.getBBox());
            const marks = [...svg.querySelectorAll('path,rect.fill,circle,.whisker')].map(e => e.getBBox());
            if (marks.length == 0 || axes.length == 0) { found.push(`${name}: no marks`); continue; }
            const [x0, y0] = [Math.min(...axes.map(a => a.x)), Math.min(...axes.map(a => a.y))];
            const [x1, y1] = [Math.max(...axes.map(a => a.x + a.width)), Math.max(...axes.map(a => a.y + a.height))];
            for (const m of marks)
                if (!inside(m, x0, y0, x1, y1, 22)) found.push(`${name}: a mark at ${m.x},${m.y} leaves the axes`);
        }
        return found;
        """
}
