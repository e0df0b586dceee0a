import type { NightClock } from '../clock.ts';
import type { Night, NightGroup, NightJob, NightLane, NightMark, NightRun } from '../night.ts';
import { toReleaseMs } from '../release.ts';
import { type Markup, markup } from './markup.ts';
import type { NightScale } from './scale.ts';

/** Height of the row of one run or job, in pixels: a line of text above a bar. */
const rowHeight = 40;
const barTop = 18;
const barHeight = 14;

/** What every drawing of a night needs. */
export interface Drawing {
  readonly night: Night;
  readonly scale: NightScale;
  readonly clock: NightClock;
}

/** The lane of one variable or job: its runs in AWS, and below them the jobs that wait for it. */
export function drawLane(lane: NightLane, jobs: readonly NightJob[], drawing: Drawing): Markup {
  const runs = lane.runs.map((run, index) => drawRun(run, index * rowHeight, drawing));
  const jobsTop = lane.runs.length * rowHeight;
  const rows = jobs.map((job, index) => drawJob(job, jobsTop + index * rowHeight, drawing));
  const links = jobs.map((job, index) => {
    const toY = jobsTop + index * rowHeight + barTop + barHeight / 2;
    return drawLink(job, { fromY: findMarkY(lane, job), toY }, drawing);
  });
  const label = `${lane.name}: ${describeRuns(lane.runs)}, ${jobs.length} jobs that wait for it`;
  return drawRows(label, (lane.runs.length + jobs.length) * rowHeight, drawing, [
    runs,
    rows,
    links,
  ]);
}

function describeRuns(runs: readonly NightRun[]): string {
  const days = runs.filter(({ group }) => group !== undefined).length;
  const inAws = runs.length - days;
  return [
    ...(inAws > 0 || days === 0 ? [`${inAws} runs in AWS`] : []),
    ...(days > 0 ? [`${days} days of a group`] : []),
  ].join(', ');
}

/** Jobs alone, in a part of the page that is closed at first. */
export function drawJobs(name: string, jobs: readonly NightJob[], drawing: Drawing): Markup {
  const rows = jobs.map((job, index) => drawJob(job, index * rowHeight, drawing));
  const links = jobs.map((job, index) => {
    const toY = index * rowHeight + barTop + barHeight / 2;
    return drawLink(job, { fromY: 0, toY }, drawing);
  });
  const label = `${jobs.length} more jobs that wait for ${name}`;
  return drawRows(label, jobs.length * rowHeight, drawing, [rows, links]);
}

function drawRows(
  label: string,
  height: number,
  { night, scale, clock }: Drawing,
  content: readonly (readonly (Markup | undefined)[])[],
): Markup {
  const bands = night.bands.map(({ fromMs, untilMs = night.madeMs, kind }) => {
    const span = scale.toSpan(fromMs, untilMs);
    return (
      span &&
      markup`<rect class="band" data-band="${kind}" x="${span.x}" width="${span.width}" y="0" height="${height}" fill="url(#${kind})"/>`
    );
  });
  const ticks = clock.ticks.map((ms) => {
    const x = scale.toPercent(ms);
    return markup`<line class="tick" x1="${x}" x2="${x}" y1="0" y2="${height}"/>`;
  });
  const x = scale.toPercent(night.madeMs);
  const now =
    night.madeMs < night.untilMs
      ? markup`<line class="now" x1="${x}" x2="${x}" y1="0" y2="${height}"><title>state of ${clock.toTime(night.madeMs)}</title></line>`
      : undefined;
  return markup`<svg class="lane" role="img" aria-label="${label}" height="${height}">${ticks}${bands}${now}${content.flat()}</svg>`;
}

function drawRun(run: NightRun, y: number, drawing: Drawing): Markup {
  if (run.group) return drawGroupDay(run, run.group, { y, drawing });
  const { night, scale, clock } = drawing;
  const { name, status, startedMs, endedMs } = run;
  const span = scale.toSpan(startedMs, endedMs ?? night.madeMs);
  const end = endedMs === undefined ? 'still active' : clock.toTime(endedMs);
  const title = `${name}: ${status}, ${clock.toTime(startedMs)} to ${end}`;
  const bar =
    span &&
    markup`<rect class="run run-${status}" data-run="${name}" x="${span.x}" width="${span.width}" y="${y + barTop}" height="${barHeight}"><title>${title}</title></rect>`;
  const marks = run.marks.map((mark) => drawMark(mark, y + barTop + barHeight / 2, drawing));
  return markup`<text x="2" y="${y + 13}">${name} · ${status} · AWS</text>${bar}${marks}`;
}

/** The day of a group: a bar for each of its states. */
function drawGroupDay(
  { name, status, marks }: NightRun,
  group: NightGroup,
  { y, drawing }: { readonly y: number; readonly drawing: Drawing },
): Markup {
  const { night, scale, clock } = drawing;
  const bars = group.states.map(({ status: state, fromMs, untilMs }) => {
    const span = scale.toSpan(fromMs, untilMs ?? night.madeMs);
    return (
      span &&
      markup`<rect class="run run-${state}" data-group="${name}" data-state="${state}" x="${span.x}" width="${span.width}" y="${y + barTop}" height="${barHeight}"><title>${name}: ${state} since ${clock.toTime(fromMs)}</title></rect>`
    );
  });
  const drawn = marks.map((mark) => drawMark(mark, y + barTop + barHeight / 2, drawing));
  return markup`<text x="2" y="${y + 13}">${name} · ${status} · ${group.succeeded} of ${group.expect} succeeded</text>${bars}${drawn}`;
}

/** A circle where AutoSys accepted the effect, a diamond where it showed it, a square if it is parked. */
function drawMark(
  { effect, acceptedMs = 0, shownMs = 0, parked }: NightMark,
  y: number,
  { night, scale, clock }: Drawing,
): Markup {
  // Marks before the night would stand at its left edge.
  const accepted =
    acceptedMs >= night.fromMs &&
    markup`<circle class="accepted" cx="${scale.toPercent(acceptedMs)}" cy="${y}" r="4.5"><title>${effect}: accepted by AutoSys ${clock.toTime(acceptedMs)}</title></circle>`;
  const shown =
    shownMs >= night.fromMs &&
    markup`<svg class="mark" data-shown="${effect}" x="${scale.toPercent(shownMs)}" y="${y}" overflow="visible"><path class="shown" d="M0-6L5 0L0 6L-5 0Z"><title>${effect}: shown by AutoSys ${clock.toTime(shownMs)}</title></path></svg>`;
  const isParked =
    parked !== undefined &&
    markup`<svg class="mark" data-parked="${effect}" x="${scale.toPercent(parked.atMs)}" y="${y}" overflow="visible"><path class="parked" d="M-6-7H6V7H-6Z"><title>${effect}: parked ${clock.toTime(parked.atMs)}, ${parked.reason}</title></path><path d="M-1-5H1V2H-1ZM-1 3H1V5H-1Z" fill="#fff"/></svg>`;
  return markup`${accepted || undefined}${shown || undefined}${isParked || undefined}`;
}

function drawJob(job: NightJob, y: number, { night, scale, clock }: Drawing): Markup {
  const { name, status, why, waitsMs, startedMs, endedMs } = job;
  const waits = waitsMs === undefined ? undefined : scale.toSpan(waitsMs, endOfWait(job, night));
  const ran =
    startedMs === undefined ? undefined : scale.toSpan(startedMs, endedMs ?? night.madeMs);
  const kind = status === 'FAILURE' || status === 'TERMINATED' ? 'job-failed' : 'job-ran';
  const top = y + barTop;
  const waitBar =
    waits &&
    markup`<rect class="job job-waits" data-waits="${name}" x="${waits.x}" width="${waits.width}" y="${top + 2}" height="${barHeight - 4}"><title>${name} waits</title></rect>`;
  const runBar =
    ran &&
    markup`<rect class="job ${kind}" data-job="${name}" x="${ran.x}" width="${ran.width}" y="${top}" height="${barHeight}"><title>${name}: ${status}, started ${clock.toTime(startedMs ?? 0)}</title></rect>`;
  return markup`<text x="2" y="${y + 13}">${name} · ${status} · ${why}</text>${waitBar}${runBar}`;
}

/** A job that waits for its next run waits until now. */
function endOfWait({ waitsMs = 0, startedMs }: NightJob, { madeMs }: Night): number {
  return startedMs === undefined || startedMs < waitsMs ? madeMs : startedMs;
}

/** The line from the change of the lane to the start of the job that it let start. */
function drawLink(
  { name, startedMs, releasedMs }: NightJob,
  { fromY, toY }: { readonly fromY: number; readonly toY: number },
  { night, scale }: Drawing,
): Markup | undefined {
  if (startedMs === undefined || releasedMs === undefined) return undefined;
  // A change before the night is not drawn.
  if (releasedMs < night.fromMs) return undefined;
  const [x1, x2] = [scale.toPercent(releasedMs), scale.toPercent(startedMs)];
  return markup`<line class="link" data-link="${name}" x1="${x1}" y1="${fromY}" x2="${x2}" y2="${toY}"/>`;
}

/** Where the change that let a job start is drawn. */
function findMarkY({ runs }: NightLane, { releasedMs }: NightJob): number {
  const row = runs.findIndex(({ marks }) => marks.some((mark) => toReleaseMs(mark) === releasedMs));
  return Math.max(0, row) * rowHeight + barTop + barHeight / 2;
}
