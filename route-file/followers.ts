import { type SettableStatus, settableStatuses } from '../autosys/event.ts';
import { usualMirror } from '../lambda/routing/mirror.ts';
import type { Template } from '../lambda/routing/template.ts';
import type { WorkloadStatus } from '../lambda/workload/workload.ts';
import type { Path } from './faults.ts';
import { isMapping } from './located.ts';
import type { NameUse, RouteAction, RouteReader } from './route-reader.ts';
import { templateTargets } from './template-check.ts';

/**
 * Statuses on which a global variable is set by default.
 *
 * RUNNING overwrites the SUCCEEDED of the previous run. For Batch, PENDING does too, because an
 * array parent never runs: it goes from PENDING to its end (Batch user guide, documented).
 */
const usualStatuses: ReadonlySet<WorkloadStatus> = new Set([
  'PENDING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
]);

/** Compiles a global variable that follows the workload: a name, or a mapping with values. */
export function compileGlobal(
  item: unknown,
  path: Path,
  reader: RouteReader,
): readonly RouteAction[] {
  const usual = reader.statuses.filter((status) => usualStatuses.has(status));
  const values = new Map<WorkloadStatus, Template>();
  if (!isMapping(item) || !('values' in item)) {
    for (const status of usual) values.set(status, [status]);
  } else if (isMapping(item['values'])) {
    let rest: Template | undefined;
    const named = Object.keys(item['values']);
    for (const [word, text] of Object.entries(item['values'])) {
      const at = [...path, 'values', word];
      const status = word === 'default' ? word : reader.readStatus(word, at, 'default');
      if (typeof text !== 'string') continue;
      const on = status === 'default' ? usual.filter((one) => !named.includes(one)) : [status];
      const use = { target: templateTargets.value, on: on.filter((one) => one !== undefined) };
      const value = reader.readTemplate(text, at, use);
      if (status === 'default') rest = value;
      else if (status !== undefined) values.set(status, value);
    }
    for (const status of usual) {
      if (rest !== undefined && !values.has(status)) values.set(status, rest);
    }
  }
  const target = templateTargets.globalVariable;
  const use = { target, on: [...values.keys()], isShared: true };
  const globalVariable = readName(item, path, reader, use);
  if (globalVariable === undefined) return [];
  return [...values].map(([on, value]) => ({
    on,
    event: { kind: 'SET_GLOBAL', fields: { globalVariable, value } },
  }));
}

/**
 * Compiles a job whose status follows the workload: a name, or a mapping with the statuses that
 * differ.
 */
export function compileMirror(
  item: unknown,
  path: Path,
  reader: RouteReader,
): readonly RouteAction[] {
  const mirror = new Map<WorkloadStatus, SettableStatus>();
  for (const status of reader.statuses) {
    const usual = usualMirror[status];
    if (usual !== undefined) mirror.set(status, usual);
  }
  const statuses = isMapping(item) && isMapping(item['statuses']) ? item['statuses'] : {};
  for (const [word, shown] of Object.entries(statuses)) {
    const status = reader.readStatus(word, [...path, 'statuses', word]);
    const settable = settableStatuses.find((known) => known === shown);
    if (status === undefined) continue;
    if (shown === 'none') mirror.delete(status);
    else if (settable !== undefined) mirror.set(status, settable);
  }
  if (mirror.size === 0) {
    reader.refuse(
      [...path, 'statuses'],
      'job: every status is none, so no event is sent; remove the job',
    );
  }
  const use = { target: templateTargets.job, on: [...mirror.keys()], isShared: true };
  const job = readName(item, path, reader, use);
  if (job === undefined) return [];
  return [...mirror].map(([on, status]) => ({
    on,
    event: { kind: 'CHANGE_STATUS', fields: { job, status: [status] } },
  }));
}

function readName(
  item: unknown,
  path: Path,
  reader: RouteReader,
  use: NameUse,
): Template | undefined {
  if (typeof item === 'string') return reader.readName(item, path, use);
  const name = isMapping(item) ? item['name'] : undefined;
  return typeof name === 'string' ? reader.readName(name, [...path, 'name'], use) : undefined;
}
