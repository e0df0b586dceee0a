import { printDate } from '../../autosys/autorep/index.ts';
import { explainCondition } from '../../autosys/condition/index.ts';
import { hasTimes, nextTick } from '../../autosys/schedule.ts';
import { isActive } from '../../autosys/status.ts';
import type { JobRecord } from '../record.ts';
import type { State } from '../state.ts';
import { obstaclesOf } from './obstacles.ts';

/** The reasons why a job does not run now, and what would start it, one per line. */
export function whyWaiting(state: State, name: string, now: Date): string {
  const record = state.job(name);
  if (!record) return `${name} is not defined`;
  const { job, status } = record;
  if (isActive(status)) return `${name} does not wait, it is ${status}`;
  const obstacles = obstaclesOf(state, record, now);
  const reasons = obstacles.flatMap(({ kind, text }) => [
    text,
    ...(kind === 'condition' ? atomsOf(state, record, now) : []),
    ...(kind === 'date' ? nextStart(state, record, now) : []),
  ]);
  if (obstacles.length > 0) return [`${name} is ${status} and waits:`, ...reasons].join('\n');
  const wakes = job.condition
    ? 'an event on a job or global variable of its condition, or STARTJOB'
    : 'STARTJOB';
  return `${name} is ${status}; nothing prevents its start, it waits for ${wakes}`;
}

function atomsOf(state: State, record: JobRecord, now: Date): readonly string[] {
  const { condition } = record.job;
  if (!condition) return [];
  return explainCondition(condition, state.factsFor(record, now)).map(
    ({ text, holds, because }) => `  ${text} is ${holds}: ${because}`,
  );
}

function nextStart(state: State, { job }: JobRecord, now: Date): readonly string[] {
  const zone = job.timezone ?? state.timezone;
  if (!job.schedule || !hasTimes(job.schedule)) return [];
  const tick = nextTick(job.schedule, now, zone);
  return [
    tick
      ? `  its next start time is ${printDate(tick, zone)} ${zone}`
      : '  it has no next start time',
  ];
}
