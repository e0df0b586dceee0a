/**
 * Style of the page of a night. Kinds differ by pattern and shape, not by colour alone, so that the
 * page can be read in print and in black and white.
 */
export const nightStyle = `
:root { color-scheme: light; }
body { margin: 0; padding: 1rem; background: #fff; color: #1b1f24;
  font: 15px/1.45 system-ui, sans-serif; }
h1 { margin: 0 0 .25rem; font-size: 1.35rem; }
h2 { margin: 1.75rem 0 .4rem; font-size: 1.1rem; }
p { margin: .25rem 0; }
a { color: #0b4f8a; }
.note { padding: .5rem .75rem; border: 2px solid #8a4b00; background: #fff6e9; }
.key { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .75rem 0; padding: 0;
  list-style: none; font-size: .87rem; }
.key svg { width: 34px; height: 14px; vertical-align: -2px; margin-right: .35rem; }
.lane { display: block; width: 100%; overflow: hidden; border-top: 1px solid #57606a; }
.defs { position: absolute; }
.lane text { font: 12.5px system-ui, sans-serif; fill: #1b1f24; paint-order: stroke;
  stroke: #fff; stroke-width: 3px; }
.now { stroke: #0b4f8a; stroke-width: 1.5; stroke-dasharray: 5 3; }
.axis { display: block; width: 100%; height: 18px; overflow: visible; }
.axis text { font: 11.5px system-ui, sans-serif; fill: #3b434b; }
.tick { stroke: #c9d0d6; stroke-width: 1; }
.band { stroke: #8a4b00; stroke-width: 1; }
.run, .job { stroke: #1b1f24; stroke-width: 1; }
.run-SUCCEEDED { fill: #1a7f4b; }
.run-RUNNING { fill: #2b6cb0; }
.run-PENDING, .run-REQUESTED { fill: #fff; }
.run-FAILED { fill: url(#crossed); }
.job-ran { fill: #5b6570; }
.job-failed { fill: url(#crossed); }
.job-waits { fill: url(#hatched); stroke-dasharray: 3 2; }
.link { stroke: #1b1f24; stroke-width: 1.2; fill: none; }
.accepted { fill: #fff; stroke: #1b1f24; stroke-width: 1.5; }
.shown { fill: #1b1f24; }
.parked { fill: #c1121f; stroke: #1b1f24; stroke-width: 1; }
.parked-text { font-weight: bold; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0;
  border-bottom: 1px solid #c9d0d6; overflow-wrap: anywhere; }
thead th { border-bottom: 2px solid #57606a; }
th, td:not(:last-child) { white-space: nowrap; }
.is-parked { color: #a10d19; font-weight: 600; }
details > summary { cursor: pointer; padding: .3rem 0; }
summary:focus-visible, a:focus-visible { outline: 3px solid #0b4f8a; outline-offset: 2px; }
@media (max-width: 640px) {
  body { padding: .5rem; }
  thead { position: absolute; clip-path: inset(50%); }
  tbody tr { display: block; padding: .35rem 0; border-bottom: 1px solid #57606a; }
  tbody th, tbody td { display: block; border: 0; padding: 0; white-space: normal; }
  td[data-label]::before { content: attr(data-label) ": "; color: #3b434b; }
}
@media print {
  body { padding: 0; font-size: 11px; }
  .lane, table, tr { break-inside: avoid; }
  * { print-color-adjust: exact; }
}
`;
