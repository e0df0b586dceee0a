import type { AutosysInstance } from '../../autosys/names.ts';
import { toLocal } from '../../autosys/wall-clock.ts';
import type { FailedCall } from '../aws/lookup.ts';
import { ConfigError } from '../errors.ts';
import type { SearchableTable } from '../ledger/table.ts';
import type { NightConfig } from '../routing/night-config.ts';
import { readSpan } from '../span/read-span.ts';
import { buildNight } from './build-night.ts';
import type { ListNightJobs } from './list-jobs.ts';
import type { Night } from './night.ts';
import { readNightSpan } from './night-span.ts';
import type { NightTelemetry } from './night-telemetry.ts';
import { formatNightPage } from './page/format-night-page.ts';
import { formatWithin } from './page/limit-night.ts';

/** Maximum number of rows of the ledger that one page reads. The page says if there are more. */
const maxRows = 10_000;

/** A page as the bucket has it. */
export interface NightPage {
  /** Such as `ACE/2026-11-30.html`. */
  readonly key: string;
  readonly html: string;
}

/** Stores a page. Never rejects. */
export type PutNightPage = (
  page: NightPage,
  signal: AbortSignal,
) => Promise<{ readonly kind: 'done' } | FailedCall>;

export interface WriteNightPagesDeps {
  readonly night: Pick<NightConfig, 'instances' | 'since'>;
  readonly timezoneOf: (instance: AutosysInstance) => string;
  readonly table: SearchableTable;
  readonly listJobs: ListNightJobs;
  readonly putPage: PutNightPage;
  readonly now: () => Date;
  readonly newLeaseId: () => string;
  readonly telemetry: NightTelemetry;
}

/** Limits of one pass. */
export interface NightPassLimits {
  /** After this instant no read of AutoSys starts, in epoch milliseconds. */
  readonly readUntilMs: number;
  /** Ends the reads of AutoSys, so that time is left to write the page. */
  readonly readSignal: AbortSignal;
  readonly signal: AbortSignal;
}

/** Name of the page of the present night. */
const presentName = 'now';

/**
 * Creates one pass: the page of the present night of each instance, once under the date on which the
 * night began and once under `now`. Instances do not depend on each other.
 *
 * Without AutoSys, the page shows what the ledger knows. Without the ledger, no page is written: the
 * previous one stays, with its time. Never rejects.
 */
export function createWriteNightPages(deps: WriteNightPagesDeps) {
  const { night, telemetry } = deps;

  return async function writeNightPages(limits: NightPassLimits): Promise<void> {
    await Promise.all(
      night.instances.map((instance) =>
        writePage(instance, limits).catch((error: unknown) => telemetry.failed(instance, error)),
      ),
    );
  };

  async function writePage(instance: AutosysInstance, limits: NightPassLimits): Promise<void> {
    const made = await makeNight(instance, limits);
    const html = formatWithin(made, formatNightPage);
    const names = [toDateName(made), presentName];
    for (const name of names) {
      const key = toPageKey(instance, name);
      const put = await deps.putPage({ key, html }, limits.signal);
      if (put.kind !== 'done') {
        telemetry.refused(instance, { key, reason: `${put.kind}: ${put.reason}` });
        return;
      }
    }
    telemetry.written(instance, {
      key: toPageKey(instance, toDateName(made)),
      bytes: Buffer.byteLength(html),
      lanes: made.lanes.length,
      ...(made.unread !== undefined && { unread: made.unread }),
    });
  }

  async function makeNight(
    instance: AutosysInstance,
    { readUntilMs, readSignal }: NightPassLimits,
  ): Promise<Night> {
    const limits = { leaseOwner: deps.newLeaseId(), untilMs: readUntilMs, signal: readSignal };
    // First, because a failure may open the circuit breaker, which the rows then show.
    const jobs = await deps.listJobs(instance, limits);
    const now = deps.now();
    const timezone = deps.timezoneOf(instance);
    const span = readNightSpan({ since: night.since, until: undefined, timezone, now });
    if (typeof span === 'string') throw new ConfigError([span]);
    const rows = await readSpan(deps.table, { instance, ...span, maxRows }, now);
    return buildNight({
      ...{ instance, timezone, span: rows, jobs },
      fromMs: span.from.getTime(),
      untilMs: span.until.getTime(),
      madeMs: now.getTime(),
    });
  }
}

/** Name of an object in the bucket. */
function toPageKey(instance: AutosysInstance, name: string): string {
  return `${instance}/${name}.html`;
}

/** Local date on which a night began, such as `2026-11-30`. */
function toDateName({ fromMs, timezone }: Pick<Night, 'fromMs' | 'timezone'>): string {
  const { year, month, day } = toLocal(new Date(fromMs), timezone);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${year}-${pad(month)}-${pad(day)}`;
}
