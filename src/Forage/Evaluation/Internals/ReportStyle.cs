namespace Forage.Evaluation.Internals;

/// <summary>The style sheet of reports: colours by custom property, so that dark is a second set of values and nothing else.</summary>
internal static class ReportStyle
{
    public const string Sheet = """
        :root{--page:#fbfaf7;--card:#fff;--ink:#1d2327;--soft:#59626a;--faint:#8a939b;--rule:#e4e1d9;--grid:#ece9e1;--accent:#1f6b4f;--tint:#eaf3ee;
        --good:#1f6b4f;--warn:#9a6400;--bad:#a8322a;--good-bg:#eaf3ee;--warn-bg:#fbf2dd;--bad-bg:#faeae8;--note-bg:#f1f0ec;--mark:#7b868e;--truth:#b5531c;
        --s1:#1f6b4f;--s2:#c2571a;--s3:#2f6fb3;--s4:#8a4fa0;--s5:#a98307;--s6:#b23a5e}
        @media (prefers-color-scheme:dark){:root{--page:#14181a;--card:#1b2023;--ink:#e6e9ea;--soft:#a5afb5;--faint:#7d878e;--rule:#2d3438;--grid:#262d31;--accent:#67c29c;--tint:#1d2f28;
        --good:#67c29c;--warn:#e0b252;--bad:#ee8a80;--good-bg:#1b2c25;--warn-bg:#2e2716;--bad-bg:#331f1d;--note-bg:#20272a;--mark:#8d989f;--truth:#f0975f;
        --s1:#67c29c;--s2:#f0975f;--s3:#79b0ea;--s4:#c79adb;--s5:#d8bb52;--s6:#ee8aa9}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--page);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:lining-nums}
        main{max-width:56rem;margin:0 auto;padding:3.5rem 1.5rem 4rem}
        .brand{margin:0 0 .5rem;color:var(--accent);font-size:.8rem;font-weight:600;letter-spacing:.09em;text-transform:uppercase}
        h1{margin:0;font-size:2.1rem;line-height:1.18;font-weight:680;letter-spacing:-.018em;text-wrap:balance}
        .lead{margin:1rem 0 0;font-size:1.16rem;line-height:1.55;color:var(--soft);text-wrap:pretty}
        .lead strong{color:var(--ink)}
        header{margin-bottom:2.2rem}
        h2{margin:3rem 0 .7rem;font-size:1.28rem;line-height:1.3;font-weight:650;letter-spacing:-.008em}
        p{margin:.7rem 0;max-width:44rem}
        code{font:.88em ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;background:var(--note-bg);padding:.1em .32em;border-radius:4px;overflow-wrap:anywhere}
        .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.6rem,1fr));gap:.75rem;margin:1.6rem 0}
        .figure{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:.9rem .95rem .85rem;display:flex;flex-direction:column;min-width:0}
        .figure .what{color:var(--soft);font-size:.86rem;line-height:1.35}
        .figure .value{font-size:1.85rem;line-height:1.25;font-weight:640;letter-spacing:-.02em;margin-top:.25rem;font-variant-numeric:tabular-nums}
        .figure .note{color:var(--soft);font-size:.86rem;line-height:1.4;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
        .figure.good .value{color:var(--good)}.figure.warn .value{color:var(--warn)}.figure.bad .value{color:var(--bad)}
        .callout{margin:1.3rem 0;padding:.85rem 1.1rem;border-radius:8px;border-left:4px solid var(--mark);background:var(--note-bg)}
        .callout p{margin:.2rem 0 0}
        .callout.good{border-color:var(--good);background:var(--good-bg)}.callout.warn{border-color:var(--warn);background:var(--warn-bg)}.callout.bad{border-color:var(--bad);background:var(--bad-bg)}
        .callout.good>strong{color:var(--good)}.callout.warn>strong{color:var(--warn)}.callout.bad>strong{color:var(--bad)}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;margin:1rem 0;font-size:.9rem;line-height:1.4}
        caption{caption-side:top;text-align:left;color:var(--soft);padding-bottom:.5rem}
        th{text-align:left;font-weight:600;color:var(--soft);font-size:.85rem;border-bottom:1.5px solid var(--mark);padding:.4rem .5rem;vertical-align:bottom}
        td{padding:.42rem .5rem;border-bottom:1px solid var(--rule);vertical-align:top}
        .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}th.n{white-space:normal}td:first-child{min-width:11.5rem}
        tr.strong td{background:var(--tint);font-weight:620}
        tr.good td{background:var(--good-bg)}tr.warn td{background:var(--warn-bg)}tr.bad td{background:var(--bad-bg)}
        tr.good td:last-child{color:var(--good)}tr.warn td:last-child{color:var(--warn)}tr.bad td:last-child,tr.bad td:first-child{color:var(--bad)}
        figure{margin:1.6rem 0;padding:1.1rem 1.1rem .8rem;background:var(--card);border:1px solid var(--rule);border-radius:10px}
        figcaption{font-weight:620;margin-bottom:.7rem;line-height:1.35}
        .caption,.empty{color:var(--soft);font-size:.88rem;line-height:1.5;margin:.4rem 0 .2rem}
        .diamond{color:var(--truth)}
        .legend{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:-.2rem 0 .6rem;font-size:.88rem;color:var(--soft)}
        .legend span::before{content:"";display:inline-block;width:1.1rem;height:.22rem;border-radius:2px;background:var(--c);vertical-align:.22rem;margin-right:.45rem}
        .s1{--c:var(--s1)}.s2{--c:var(--s2)}.s3{--c:var(--s3)}.s4{--c:var(--s4)}.s5{--c:var(--s5)}.s6{--c:var(--s6)}.guide{--c:var(--soft)}
        svg{display:block;width:100%;min-width:34rem;height:auto;font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        svg text{fill:var(--ink);font-variant-numeric:tabular-nums}
        svg .tick{fill:var(--soft);font-size:12px}svg .axis{fill:var(--soft);font-size:12.5px}svg .number{fill:var(--soft);font-size:12.5px}
        svg .mid{text-anchor:middle}svg .end{text-anchor:end}svg text.strong{font-weight:650;fill:var(--ink)}
        svg .grid{stroke:var(--grid);stroke-width:1}svg .base{stroke:var(--mark);stroke-width:1}
        svg .reference{stroke:var(--soft);stroke-width:1.3;stroke-dasharray:4 4}svg .reference-label{fill:var(--soft);font-size:12px}
        svg .whisker{stroke:var(--mark);stroke-width:1.8;stroke-linecap:round}svg .whisker.strong{stroke:var(--accent);stroke-width:2.4}
        svg .dot{fill:var(--mark);stroke:var(--card);stroke-width:1.5}svg .dot.strong{fill:var(--accent)}
        svg .truth{fill:var(--truth);stroke:var(--card);stroke-width:1.2}svg .highlight{fill:var(--tint)}
        svg .line{fill:none;stroke:var(--c);stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}svg .line.guide{stroke-width:1.4;stroke-dasharray:5 4}svg .band{fill:var(--c);opacity:.15}
        svg .point{fill:var(--c);stroke:var(--card);stroke-width:1.2}
        svg .bar.plus{fill:var(--s1);opacity:.72}svg .bar.minus{fill:var(--s2);opacity:.72}svg .bar.strong{opacity:1}
        footer{margin-top:3.5rem;padding-top:.2rem;border-top:1px solid var(--rule);color:var(--soft);font-size:.9rem}
        footer h2{margin:1.2rem 0 .6rem;font-size:1rem;color:var(--ink)}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1.2rem;margin:0}
        dt{color:var(--faint)}dd{margin:0;min-width:0}
        .hash{font-size:.78em}
        @media (max-width:36rem){main{padding:2rem 1rem}h1{font-size:1.65rem}dl{grid-template-columns:1fr;gap:.1rem}dd{margin-bottom:.5rem}}
        @media print{body{background:#fff}main{max-width:none;padding:0}figure,.figure,.callout{break-inside:avoid}}
        """;
}
