import { findMissingMembers, type GroupRecord } from '../../lambda/groups/group-row.ts';
import { describeAwaitedRun } from '../../lambda/request/wait/describe-wait.ts';
import { shorten } from '../../lambda/workload/shorten.ts';
import { commandPrefix } from '../command-prefix.ts';
import { describeEffect, toLastChangedAt } from '../ledger/describe.ts';
import { describeGroupLine } from '../ledger/describe-group.ts';
import type { FoundRequestRow } from '../ledger/find.ts';
import type { ToTimeFormat } from '../ledger/times.ts';
import type { Paint } from '../render.ts';
import { describeOpenLaunch } from './describe-launch.ts';
import { describeOpenRun } from './describe-open-run.ts';
import { describeEntryWait } from './describe-wait.ts';
import type { InstanceState, TonightFacts, TonightSection } from './tonight-facts.ts';

/** How texts are made. */
export interface TonightFormat {
  readonly paint: Paint;
  readonly toTimeFormat: ToTimeFormat;
}

/** The screen, one line for each fact. Pure. */
export function describeTonight(facts: TonightFacts, format: TonightFormat): readonly string[] {
  const { nowMs, instances, waiting, parked, runs, launches, requests, groups } = facts;
  const { paint, toTimeFormat } = format;
  const hasMany = instances.length > 1;
  const of = (instance: string) => (hasMany ? `${instance}  ` : '');
  const section = <Item>(
    title: string,
    read: TonightSection<Item>,
    toLine: (item: Item) => string,
  ) => describeSection(title, read, { toLine, paint });
  return [
    `${paint('bold', 'tonight')} at ${toTimeFormat().short(nowMs)}`,
    ...instances.flatMap((one) => describeInstance(one, format)),
    ...section('effects that wait', waiting, (stored) => {
      const time = toTimeFormat(stored.entry.to);
      const seen = time.shortAgo(stored.entry.cause.seenMs);
      return `${of(stored.entry.to)}${seen}  ${paint('bold', describeEffect(stored.entry))}  ${describeEntryWait(stored, time)}`;
    }),
    ...section('parked effects', parked, ({ entry }) => {
      const at = toTimeFormat(entry.to).shortAgo(toLastChangedAt(entry).getTime());
      const { code = '', reason = '' } = entry.parked ?? {};
      return `${of(entry.to)}${at}  ${paint('bold', describeEffect(entry))}  ${paint('red', code)}: ${shorten(reason)}`;
    }),
    ...(parked.items.length > 0 ? [`  what to do: ${commandPrefix} parked`] : []),
    ...section('runs in AWS that have not ended', runs, (open) => {
      const [instance, ...others] = open.run.instances ?? [];
      const time = toTimeFormat(others.length === 0 ? instance : undefined);
      return `${open.slow.length > 0 ? `${paint('yellow', 'SLOW')}  ` : ''}${describeOpenRun(open, time)}`;
    }),
    ...section('launches that the sweep checks', launches, ({ launch }) => {
      const { identity } = launch;
      const time = toTimeFormat(identity.kind === 'jobTry' ? identity.instance : undefined);
      return describeOpenLaunch(launch, time);
    }),
    ...section('requests of AWS processes that wait for a job', requests, (one) =>
      describeRequestLine(one, format, of(one.request.instance)),
    ),
    ...section('groups whose day is open', groups, (record) => describeGroup(record, paint)),
  ];
}

function describeInstance(
  { instance, outages, nextTryMs, unread }: InstanceState,
  { paint, toTimeFormat }: TonightFormat,
): readonly string[] {
  const time = toTimeFormat(instance);
  const name = paint('bold', instance);
  if (unread.length > 0)
    return unread.map((reason) => `${name}  ${paint('red', 'not read')}: ${reason}`);
  if (outages.length === 0) {
    return [
      `${name}  ${paint('green', 'no outage')}: circuit breaker closed, no window, logins allowed`,
    ];
  }
  return outages.map(({ outage, fromMs, untilMs, reason }) => {
    const next = outage === 'maintenance' ? undefined : nextTryMs;
    const ends = untilMs === undefined ? '' : `, until ${time.short(untilMs)}`;
    const retry = next === undefined ? '' : `, next try ${time.short(next)}`;
    return `${name}  ${paint('red', outageNames[outage])} since ${time.shortAgo(fromMs)}${ends}${retry}: ${shorten(reason)}`;
  });
}

const outageNames: Readonly<Record<InstanceState['outages'][number]['outage'], string>> = {
  circuitBreaker: 'circuit breaker open',
  login: 'logins suspended',
  maintenance: 'maintenance window',
};

function describeSection<Item>(
  title: string,
  { items, count, isCut, unread }: TonightSection<Item>,
  { toLine, paint }: { readonly toLine: (item: Item) => string; readonly paint: Paint },
): readonly string[] {
  const total = isCut ? `at least ${count}` : String(count);
  const isUnread = unread.length > 0 && count === 0;
  const left = count - items.length;
  return [
    // Empty parts are together, so that a quiet night is short.
    ...(items.length + unread.length > 0 ? [''] : []),
    `${paint('bold', title)}: ${isUnread ? 'not known' : total}`,
    ...items.map((item) => `  ${toLine(item)}`),
    ...(left > 0 ? [`  and ${left} more; --limit N prints more of them`] : []),
    ...[...new Set(unread)].map((reason) => `  ${paint('red', 'not read')}: ${reason}`),
  ];
}

function describeRequestLine(
  { request }: FoundRequestRow,
  { paint, toTimeFormat }: TonightFormat,
  prefix: string,
): string {
  const { instance, action, subject, entry, receivedMs, wait } = request;
  const time = toTimeFormat(instance);
  const what = paint('bold', `${action} ${subject}`);
  const until = wait
    ? `waits for ${describeAwaitedRun(wait)}, until ${time.short(wait.untilMs)}`
    : 'its effect is not decided';
  return `${prefix}${time.shortAgo(receivedMs)}  ${what}, entry ${entry} of requests  ${until}`;
}

/** At most this many names of members that are missing. */
const maxMissing = 5;

function describeGroup(record: GroupRecord, paint: Paint): string {
  const missing = findMissingMembers(record);
  const failed = record.members.filter(({ version }) => version.status === 'FAILED');
  const names = missing.slice(0, maxMissing).join(', ');
  const more = missing.length > maxMissing ? ` and ${missing.length - maxMissing} more` : '';
  return [
    `${record.name}  ${describeGroupLine(record, paint)}`,
    ...(missing.length > 0 ? [`no event of ${names}${more}`] : []),
    ...(failed.length > 0 ? [`failed: ${failed.map(({ name }) => name).join(', ')}`] : []),
  ].join('; ');
}
