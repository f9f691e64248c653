/// The live page: what stands in a browser while a run goes on. Its parts are replaced by events; without scripts it is
/// loaded again every few seconds.
public enum LiveDocument {
    /// The parts, each by the name of its event and the id of its element.
    public static let nowPart = "now"
    public static let reportPart = "report"
    /// After this event nothing follows.
    public static let endEvent = "end"
    public static let stylePath = "/live.css"
    public static let scriptPath = "/live.js"
    public static let eventsPath = "/events"

    public static let style = PageStyle.sheet

    /// - Parameters:
    ///   - now: as ``LiveNow`` has it.
    ///   - report: the charts, as ``ReportPage/main(of:)`` has them.
    public static func html(name: String, now: String, report: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(Markup.escaped(name)), live</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="\(stylePath)">
        <script src="\(scriptPath)" defer></script>
        <noscript><meta http-equiv="refresh" content="5"></noscript>
        </head>
        <body>
        \(PageDocument.patterns)
        <header>
        <p class="small" id="state" role="status">As it stood when it was loaded.</p>
        <div id="\(nowPart)">\(now)</div>
        </header>
        <main id="\(reportPart)">\(report)</main>
        <footer><p class="small">Drawn by muster while the run goes on. <a href="/metrics">Metrics</a> for Prometheus.</p></footer>
        </body>
        </html>

        """
    }

    /// Puts each part in the place of the last one. Tables that somebody opened stay open.
    public static let script = """
        'use strict';
        const events = new EventSource('\(eventsPath)');
        const say = words => { document.getElementById('state').textContent = words; };
        for (const part of ['\(nowPart)', '\(reportPart)']) {
          events.addEventListener(part, event => {
            const place = document.getElementById(part);
            const isOpen = Array.from(place.querySelectorAll('details'), details => details.open);
            place.innerHTML = event.data;
            say('Live.');
            place.querySelectorAll('details').forEach((details, index) => { details.open = isOpen[index] || false; });
          });
        }
        events.addEventListener('error', () => say('No connection: what stands here is no longer live.'));
        events.addEventListener('\(endEvent)', () => { events.close(); say('As it stood at the end.'); });

        """
}
