import { createHash } from 'node:crypto';
import { createNightClock } from '../clock.ts';
import { describeGroupDay } from '../group-day.ts';
import { bandNames, type Night, type NightJob, type NightLane, type NightRun } from '../night.ts';
import { type Drawing, drawJobs, drawLane } from './draw-lane.ts';
import { type Markup, markup } from './markup.ts';
import { createNightScale } from './scale.ts';
import { nightStyle } from './style.ts';

/** Jobs of a lane that are visible at first. The others are in a part that the reader opens. */
const mostOpen = 12;

/**
 * Formats a night as one self-contained HTML page: no script, no request, and a content security policy
 * that allows only its own style. Pure.
 */
export function formatNightPage(night: Night): string {
  const clock = createNightClock(night);
  const drawing = { night, clock, scale: createNightScale(night) };
  const hash = createHash('sha256').update(nightStyle).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const title = `Night of ${night.instance}, ${clock.toDateTime(night.fromMs)}`;
  // The style is a constant of this software, not data.
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>STYLE</style>
</head>
<body>
${patterns}
<main>
<h1>Night of ${night.instance}</h1>
<p>${clock.toDateTime(night.fromMs)} to ${clock.toDateTime(night.untilMs)} (${night.timezone}). State of ${clock.toDateTime(night.madeMs)}.</p>
${formatNotes(night)}
${formatParked(drawing)}
${legend}
${formatBands(drawing)}
${drawAxis(drawing)}
${night.lanes.map((lane) => formatLane(lane, drawing))}
${formatObserved(drawing)}
</main>
</body>
</html>
`;
  return page.text.replace('STYLE', () => nightStyle);
}

function formatNotes({ isCut, unread, leftOut, lanes }: Night): readonly Markup[] {
  const notes = [
    isCut && 'The ledger has more rows in this time than this page shows; choose a shorter time.',
    leftOut &&
      `This page is too long for the whole night. Left out: ${leftOut.lanes} variables or jobs of the bridge, ${leftOut.runs} runs, ${leftOut.jobs} jobs that wait.`,
    unread !== undefined && `The jobs of AutoSys could not be read: ${unread}`,
    lanes.length === 0 && 'The bridge has set nothing in AutoSys in this time.',
  ];
  return notes.flatMap((note) => (note ? [markup`<p class="note">${note}</p>`] : []));
}

function formatParked({ night, clock }: Drawing): Markup | undefined {
  const parked = night.lanes.flatMap(({ runs }) =>
    runs.flatMap(({ name, marks }) =>
      marks.flatMap((mark) => (mark.parked ? [{ ...mark.parked, effect: mark.effect, name }] : [])),
    ),
  );
  if (parked.length === 0) return undefined;
  const items = parked.map(
    ({ effect, name, atMs, reason }) =>
      markup`<li><span class="is-parked">${effect}</span> of ${name}, ${clock.toTime(atMs)}: ${reason}</li>`,
  );
  return markup`<h2>Parked: a person must decide</h2><ul>${items}</ul>`;
}

function formatObserved({ night: { observed = [] }, clock }: Drawing): Markup | undefined {
  if (observed.length === 0) return undefined;
  const items = observed.map(
    ({ receivedMs, effect, route, run }) =>
      markup`<li>${clock.toTime(receivedMs)} ${effect}, route ${route}, ${run}</li>`,
  );
  return markup`<h2>Observed only, nothing was sent</h2><ul>${items}</ul>`;
}

function formatBands({ night, clock }: Drawing): Markup | undefined {
  if (night.bands.length === 0) return undefined;
  const items = night.bands.map(({ kind, fromMs, untilMs, reason }) => {
    const end = untilMs === undefined ? 'now' : clock.toTime(untilMs);
    return markup`<li>${bandNames[kind]}, ${clock.toTime(fromMs)} to ${end}: ${reason}</li>`;
  });
  return markup`<h2>Times without events to AutoSys</h2><ul>${items}</ul>`;
}

function drawAxis({ night, scale, clock }: Drawing): Markup {
  // At most twelve labels, so that they do not overlap.
  const every = Math.max(1, Math.ceil((clock.ticks.length - 1) / 12));
  const labels = clock.ticks
    .filter((_, index) => index % every === 0)
    // A label at the right end would be cut off.
    .filter((ms) => night.untilMs - ms > (night.untilMs - night.fromMs) / 25)
    .map((ms) => markup`<text x="${scale.toPercent(ms)}" y="13">${clock.toTime(ms)}</text>`);
  return markup`<svg class="axis" role="img" aria-label="Time, ${clock.toTime(night.fromMs)} to ${clock.toTime(night.untilMs)}">${labels}</svg>`;
}

const laneKinds: Readonly<Record<NightLane['kind'], string>> = {
  global: 'global variable',
  job: 'job',
  group: 'group',
};

function formatLane(lane: NightLane, drawing: Drawing): Markup {
  const open = lane.jobs.slice(0, mostOpen);
  const more = lane.jobs.slice(mostOpen);
  return markup`<section>
<h2>${lane.name} <small>(${laneKinds[lane.kind]})</small></h2>
${drawLane(lane, open, drawing)}
${lane.runs.map(formatMembers)}
${more.length > 0 ? formatMore(lane.name, more, drawing) : undefined}
${open.length > 0 ? formatTable(`Jobs that wait for ${lane.name}`, open, drawing) : undefined}
</section>
`;
}

/** The members of a group as text, because names take more room than a bar has. */
function formatMembers({ name, group }: NightRun): Markup | undefined {
  return group && markup`<p data-group-members="${name}">${name}: ${describeGroupDay(group)}</p>`;
}

function formatMore(name: string, jobs: readonly NightJob[], drawing: Drawing): Markup {
  const waiting = jobs.filter(({ startedMs }) => startedMs === undefined).length;
  const started = jobs.length - waiting;
  return markup`<details><summary>${jobs.length} more jobs that wait for ${name}: ${started} started, ${waiting} not</summary>
${drawJobs(name, jobs, drawing)}
${formatTable(`More jobs that wait for ${name}`, jobs, drawing)}
</details>`;
}

function formatTable(caption: string, jobs: readonly NightJob[], { clock }: Drawing): Markup {
  const rows = jobs.map(({ name, status, startedMs, endedMs, why }) => {
    const started = startedMs === undefined ? '–' : clock.toTime(startedMs);
    const ended = endedMs === undefined ? '–' : clock.toTime(endedMs);
    return markup`<tr><th scope="row">${name}</th><td data-label="Status">${status}</td><td data-label="Started">${started}</td><td data-label="Ended">${ended}</td><td data-label="Why" data-why="${name}">${why}</td></tr>
`;
  });
  return markup`<table><caption>${caption}</caption>
<thead><tr><th scope="col">Job</th><th scope="col">Status</th><th scope="col">Started</th><th scope="col">Ended</th><th scope="col">Why</th></tr></thead>
<tbody>
${rows}</tbody></table>`;
}

/** Patterns of the bars, so that they differ without colour. */
const patterns = markup`<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>
<pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/><rect width="2" height="6" fill="#5b6570"/></pattern>
<pattern id="crossed" width="7" height="7" patternUnits="userSpaceOnUse"><rect width="7" height="7" fill="#f6d5d2"/><path d="M0 0L7 7M7 0L0 7" stroke="#a10d19" stroke-width="1.6"/></pattern>
<pattern id="away" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="#fdeed9"/><path d="M0 4H8" stroke="#8a4b00" stroke-width="1"/></pattern>
<pattern id="window" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="#eef1f4"/><path d="M4 0V8" stroke="#57606a" stroke-width="1"/></pattern>
<pattern id="login" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="#fbe3ee"/><circle cx="4" cy="4" r="1.6" fill="#7a1550"/></pattern>
</defs></svg>`;

const legend = markup`<ul class="key" aria-label="Key">
<li><svg aria-hidden="true"><rect class="run run-RUNNING" width="32" height="12" y="1" x="1"/></svg>running in AWS</li>
<li><svg aria-hidden="true"><rect class="run run-SUCCEEDED" width="32" height="12" y="1" x="1"/></svg>succeeded in AWS</li>
<li><svg aria-hidden="true"><rect class="run run-FAILED" width="32" height="12" y="1" x="1"/></svg>failed</li>
<li><svg aria-hidden="true"><circle class="accepted" cx="17" cy="7" r="4.5"/></svg>accepted by AutoSys</li>
<li><svg aria-hidden="true"><path class="shown" d="M17 1L22 7L17 13L12 7Z"/></svg>shown by AutoSys</li>
<li><svg aria-hidden="true"><path class="parked" d="M11 1H23V13H11Z"/></svg>parked</li>
<li><svg aria-hidden="true"><rect class="job job-waits" width="32" height="10" y="2" x="1"/></svg>job waits</li>
<li><svg aria-hidden="true"><rect class="job job-ran" width="32" height="12" y="1" x="1"/></svg>job runs or has run</li>
<li><svg aria-hidden="true"><rect width="32" height="12" y="1" x="1" class="band" fill="url(#away)"/></svg>AutoSys away</li>
<li><svg aria-hidden="true"><rect width="32" height="12" y="1" x="1" class="band" fill="url(#window)"/></svg>maintenance window</li>
<li><svg aria-hidden="true"><rect width="32" height="12" y="1" x="1" class="band" fill="url(#login)"/></svg>login suspended</li>
</ul>`;
