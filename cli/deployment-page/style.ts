/** Colours by outcome, shapes by operation: nothing is said by a colour alone. Both modes have a contrast of 3:1 or more for every mark. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --quiet: #59636e; --back: #fff; --panel: #f6f8fa; --line: #d1d9e0; --link: #0969da;
  --complete: #1a7f37; --failed: #cf222e; --cancelled: #9a6700; --unfinished: #6e7781; --call: #0550ae; --look: #57606a; --rollback: #fff1d6;
  --outage: #ffd7d9; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --quiet: #9aa4ae; --back: #0d1117; --panel: #161b22; --line: #30363d;
  --link: #58a6ff; --complete: #3fb950; --failed: #ff7b72; --cancelled: #d29922; --unfinished: #8b949e; --call: #79c0ff; --look: #9aa4ae;
  --rollback: #3a2c10; --outage: #4c1f22; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; color: var(--text); background: var(--back); margin: 0 auto; padding: 1.5rem;
  max-width: 1200px; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
h3 { margin: 2rem 0 0; font-size: 1.05rem; } h4 { margin: .8rem 0 .2rem; font-size: .85rem; color: var(--quiet); font-weight: 600; }
a { color: var(--link); } p { margin: .4rem 0; }
pre { background: var(--panel); padding: 1rem; overflow-x: auto; font-size: 13px; overflow-wrap: normal; }
.outcome { margin: 0 0 .5rem; color: var(--quiet); font-size: .9rem; } .good { color: var(--complete); font-weight: 600; } .bad { color: var(--failed); font-weight: 600; }
nav ol { padding-left: 1.4rem; margin: .3rem 0; }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: .6rem .9rem; background: var(--panel); border-radius: 6px; list-style: none; font-size: .85rem; }
.key svg { width: 30px; height: 16px; vertical-align: -3px; margin-right: .35rem; overflow: visible; }
.row { display: grid; grid-template-columns: minmax(0, 19rem) minmax(0, 1fr); gap: 0 .8rem; align-items: stretch; }
.row:hover { background: var(--panel); }
.label { font-size: .8rem; line-height: 1.2; color: var(--quiet); text-align: right; padding: .15rem 0; } .ours .label { color: var(--text); font-weight: 600; }
.label small { display: block; font-weight: 400; font-size: .7rem; color: var(--quiet); }
.cell { display: flex; align-items: center; background: repeating-linear-gradient(to right, var(--line) 0 1px, transparent 1px var(--step)); }
.track { display: block; width: 100%; height: 18px; overflow: visible; }
.ours .track { height: 32px; }
.axis .cell { background: none; } .axis text { font-size: 11px; fill: var(--quiet); }
.complete { fill: var(--complete); stroke: var(--complete); } .failed { fill: var(--failed); stroke: var(--failed); }
.cancelled, .skipped { fill: var(--cancelled); stroke: var(--cancelled); } .unfinished { fill: var(--unfinished); stroke: var(--unfinished); }
.bar.delete, .sample.delete { fill-opacity: .12; } .bar.update, .sample.update { fill-opacity: .45; }
.call { fill: var(--back); stroke: var(--call); stroke-width: 2; } .look { stroke: var(--look); stroke-width: 1.5; }
.call.refused, .look.refused, .answer.refused { stroke: var(--failed); } .answer { fill: var(--complete); stroke: none; } .answer.refused { fill: var(--failed); }
.fault { stroke: var(--failed); stroke-width: 2.5; fill: none; } .rollback { fill: var(--rollback); } .outage { fill: var(--outage); }
details { font-size: .85rem; margin-top: .5rem; } summary { cursor: pointer; color: var(--link); }
.table { overflow-x: auto; } table { border-collapse: collapse; } th, td { text-align: left; padding: .15rem .8rem .15rem 0; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
td { white-space: nowrap; } td.result { white-space: normal; min-width: 14rem; }
@media (max-width: 700px) { body { padding: .8rem; } pre { white-space: pre-wrap; } .row { grid-template-columns: minmax(0, 1fr); } .label { text-align: left; } .label small { display: inline; margin-left: .4rem; } .axis .label { display: none; } }
@media print { .row { break-inside: avoid; } }`;

/** The shapes of the marks, around 0,0; `<use>` puts them at a time. */
export const SHAPES = `<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs>
<circle id="call" r="4"/><path id="look" d="M0-4V4"/><path id="fault" d="M-4-4 4 4M-4 4 4-4"/><path id="answer" d="M0 0-5-8H5Z"/>
</defs></svg>`;
