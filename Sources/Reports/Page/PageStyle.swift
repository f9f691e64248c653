/// The style sheet of every page: one scale of type, colours that hold in light, in the dark and for the colour-blind
/// (each line is named where it ends), and charts that come in the width of the window.
enum PageStyle {
    static let sheet = light + dark + text + parts + charts + media

    /// Each against its background at least 4.5 : 1 (WCAG 2.2 level AA).
    private static let light = """
        :root{color-scheme:light dark;--paper:#fff;--ink:#1b2026;--muted:#57616c;--grid:#e3e7eb;--axis:#9aa4ae;
        --panel:#f5f7f9;--good:#1a6b37;--bad:#b3261e;--warn:#855300;--login:#0b57a4;--due:#b1440b;--tls:#00706a;
        --sasl:#7a3aa0;--net:#4c6780;--step:#7f5c00;--fifth:#a0306a;--own:#1b2026;--band:#eef1f4;
        --h0:#dcE9f5;--h1:#b3d1ea;--h2:#74abd6;--h3:#2f7fbd;--h4:#0a4a8a}
        """

    private static let darkColors = """
        --paper:#12161b;--ink:#e9edf1;--muted:#a3aeb9;--grid:#29313a;--axis:#5e6a76;--panel:#1a2027;--good:#6fd08c;
        --bad:#ff8a80;--warn:#f0bf55;--login:#7db8ff;--due:#ff9e70;--tls:#4fc9bb;--sasl:#cf9ff0;--net:#a0b6cb;
        --step:#e0b64d;--fifth:#f08fbd;--own:#e9edf1;--band:#1e252d;
        --h0:#17293b;--h1:#1d4468;--h2:#2b6ba3;--h3:#5c9fdb;--h4:#c5e1ff
        """

    private static let dark = "@media screen and (prefers-color-scheme:dark){:root{\(darkColors)}}"

    private static let text = """
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",
        Roboto,"Noto Sans","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
        main,header,footer{max-width:1072px;margin:0 auto;padding:0 16px}
        h1{font-size:28px;line-height:1.25;margin:4px 0 8px;font-weight:650}
        h2{font-size:20px;line-height:1.3;margin:48px 0 4px;font-weight:650}
        h3{font-size:16px;margin:24px 0 4px;font-weight:650}
        p{margin:0 0 12px;max-width:72ch}
        .lead{color:var(--muted);margin-bottom:12px}
        small,.small{font-size:13px;color:var(--muted)}
        header{padding-top:28px}
        footer{padding-top:40px;padding-bottom:32px}
        a{color:var(--login)}
        code,pre{font:13px/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
        pre{background:var(--panel);padding:12px 16px;border-radius:6px;overflow-x:auto;overflow-wrap:normal}
        """

    private static let parts = """
        .verdict{border-left:6px solid var(--axis);padding:2px 0 2px 16px;margin:12px 0 20px}
        .verdict.good{border-color:var(--good)}.verdict.bad{border-color:var(--bad)}.verdict.warn{border-color:var(--warn)}
        .good h1{color:var(--good)}.bad h1{color:var(--bad)}.warn h1{color:var(--warn)}
        .verdict p:last-child,.verdict ul:last-child{margin-bottom:0}
        .rules{list-style:none;padding:0;margin:8px 0 0}.rules li{margin:2px 0}
        .rules b{display:inline-block;width:1.4em;font-weight:700}
        .yes b{color:var(--good)}.no b{color:var(--bad)}
        dl.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:1px;margin:20px 0;
        border:1px solid var(--grid);border-radius:8px;overflow:hidden}
        dl.figures div{box-shadow:0 0 0 1px var(--grid);padding:12px 14px}
        dl.figures dt{font-size:13px;color:var(--muted)}
        dl.figures dd{margin:0;font-size:22px;line-height:1.3;font-weight:600}
        dl.figures dd small{display:block;font-weight:400}
        dl.facts{display:grid;grid-template-columns:minmax(90px,max-content) 1fr;gap:4px 20px;margin:8px 0 16px}
        dl.facts dt{color:var(--muted)}dl.facts dd{margin:0}
        ul.words{padding-left:20px;margin:8px 0;max-width:78ch}ul.words li{margin:4px 0}
        figure{margin:16px 0 8px}
        details{margin:2px 0 12px}
        summary{font-size:13px;color:var(--muted);cursor:pointer;padding:4px 0}
        details.more>summary{font-size:16px;color:var(--ink)}.scroll{overflow-x:auto}
        table{border-collapse:collapse;font-size:14px}
        th,td{text-align:right;padding:4px 12px 4px 0;border-bottom:1px solid var(--grid);white-space:nowrap}
        th{font-weight:600;color:var(--muted)}
        th:first-child,td:first-child,td.word,th.word{text-align:left}
        ol.failures{list-style:none;margin:8px 0;padding:0}
        ol.failures li{display:grid;grid-template-columns:minmax(4ch,max-content) 1fr;gap:0 14px;padding:8px 0;
        border-top:1px solid var(--grid)}
        ol.failures b{text-align:right}ol.failures span{display:block}
        """

    /// What the classes of a drawing look like.
    private static let charts = """
        svg{display:block;width:100%;height:auto;overflow:visible}
        svg text{fill:var(--ink);font-family:inherit}
        svg.wide text{font-size:13px}svg.narrow text{font-size:12px}
        svg .muted{fill:var(--muted)}svg .strong{font-weight:600}
        svg .on-fill{fill:var(--paper);font-weight:600}
        .grid{stroke:var(--grid)}.axis{stroke:var(--axis)}.leader{stroke:var(--axis)}
        .dotted{stroke-dasharray:1 4}.stage{stroke:var(--axis);stroke-dasharray:2 3}
        .reference{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 3}
        .line{fill:none;stroke:var(--c);stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
        .line.login,.line.due,.line.plain{stroke-width:2.5}
        .whisker{stroke:var(--c);stroke-width:3;stroke-linecap:round;opacity:.55}
        .fill{fill:var(--c)}.part{opacity:.6}
        svg text.named{fill:var(--c)}
        .own{fill:var(--own);opacity:.55}
        .shade{fill:url(#shade)}.shade-line{stroke:var(--warn);stroke-width:2;opacity:.32}
        .band{fill:var(--band)}
        .login{--c:var(--login)}.due{--c:var(--due)}.tls{--c:var(--tls)}.sasl{--c:var(--sasl)}
        .net{--c:var(--net)}.step{--c:var(--step)}.fifth{--c:var(--fifth)}.bad{--c:var(--bad)}.good{--c:var(--good)}
        .first{--c:var(--login)}.second{--c:var(--due)}.plain{--c:var(--ink)}.quiet{--c:var(--muted)}
        .heat0{fill:var(--h0)}.heat1{fill:var(--h1)}.heat2{fill:var(--h2)}.heat3{fill:var(--h3)}.heat4{fill:var(--h4)}
        .key{display:flex;flex-wrap:wrap;gap:4px 14px;font-size:13px;color:var(--muted);margin:4px 0 0;max-width:none}
        .key svg{display:inline-block;width:14px;height:14px;vertical-align:-2px;margin-right:5px}
        .hidden{position:absolute;width:0;height:0;overflow:hidden}
        """

    private static let media = """
        @media screen and (min-width:840px){svg.narrow{display:none}}
        @media screen and (max-width:839px){svg.wide{display:none}svg.narrow{max-width:560px}
        h1{font-size:24px}h2{margin-top:36px}dl.figures{grid-template-columns:repeat(2,1fr)}
        dl.facts{grid-template-columns:1fr;gap:0}dl.facts dd{margin-bottom:8px}}
        @media print{svg.narrow{display:none}body{font-size:12px}main,header,footer{max-width:none;padding:0}
        figure,dl.figures,.verdict,dl.facts{break-inside:avoid}h2,h3,.lead{break-after:avoid}
        dl.figures{grid-template-columns:repeat(3,1fr)}details:not([open]){display:none}
        *{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
        """
}
