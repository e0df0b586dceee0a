import type * as z from 'zod';
import {
  type BatchOverrides,
  findLaunchPlaceholders,
  type LaunchTarget,
} from '../../lambda/routing/targets.ts';
import type { Faults, Path } from '../faults.ts';
import { isMapping } from '../located.ts';
import { readDuration } from '../quantities.ts';
import { formatFault } from '../shapes.ts';
import { checkExitCodes } from './exit-codes.ts';
import { readLaunchInput, refuseLargeRequest, toLaunchInput } from './input.ts';
import { findVariableFault } from './overrides-schema.ts';
import {
  launchNameAllowed,
  launchNamePattern,
  launchTargetSchema,
  paramNameAllowed,
  paramNamePattern,
} from './target-schema.ts';
import { checkLaunchTexts, findLaunchTexts, warnOfUnusedParams } from './templates.ts';
import {
  checkLaunchWorkload,
  toBatchJobWorkload,
  toExecutionWorkload,
  toLaunchKind,
} from './workload.ts';

type RawTarget = Readonly<Record<string, unknown>>;
type Given = z.output<typeof launchTargetSchema>;

/** Faults and warnings of the file. */
export interface LaunchFindings {
  readonly faults: Faults;
  readonly warnings: Faults;
}

/** Compiles the valid targets. Targets with faults that zod has reported are omitted. */
export function compileLaunchTargets(
  raw: unknown,
  findings: LaunchFindings,
): readonly LaunchTarget[] {
  if (!isMapping(raw)) return [];
  return Object.entries(raw).flatMap(([name, value]) => {
    const path = ['targets', name];
    if (!launchNamePattern.test(name)) {
      findings.faults.atKey(path, formatFault('target', name, launchNameAllowed));
    }
    if (!isMapping(value)) return [];
    // Checked even if the target has other faults, so that all faults are reported at once.
    checkLaunchWorkload(value, path, findings.faults);
    checkTexts(value, path, findings);
    checkOverrides(value, path, findings);
    checkMirrorShape(value['mirror'], [...path, 'mirror'], findings.faults);
    refuseRedriveOfBatch(value, path, findings.faults);
    warnOfWideChildren(value['children'], [...path, 'children'], findings.warnings);
    const kind = toLaunchKind(value);
    if (kind === undefined) return [];
    checkExitCodes(value['exitCodes'], { kind, path: [...path, 'exitCodes'] }, findings);
    const given = launchTargetSchema.safeParse(value).data;
    if (given === undefined) return [];
    refuseLargeRequest({ ...given, kind }, path, findings.faults);
    return toLaunchTarget(name, given) ?? [];
  });
}

function checkTexts(raw: RawTarget, path: Path, { faults, warnings }: LaunchFindings): void {
  const params = isMapping(raw['params']) ? Object.keys(raw['params']) : [];
  for (const name of params.filter((one) => !paramNamePattern.test(one))) {
    faults.atKey([...path, 'params', name], formatFault('params', name, paramNameAllowed));
  }
  const texts = [
    ...readLaunchInput(raw['input'], {
      path: [...path, 'input'],
      kind: toLaunchKind(raw),
      faults,
      warnings,
    }),
    ...findLaunchTexts(raw, path),
  ];
  checkLaunchTexts(texts, params, faults);
  // With the input of the caller, a parameter may be for the caller's own check only.
  if (raw['input'] !== 'given') warnOfUnusedParams(params, texts, path, warnings);
}

function checkOverrides(raw: RawTarget, path: Path, { faults }: LaunchFindings): void {
  const { array, dependsOn, overrides } = raw;
  if (typeof array === 'string' && isFixed(array)) {
    faults.at(
      [...path, 'array'],
      `array: found the text ${JSON.stringify(array)} without a field, allowed: a template such as "\${param.n}"; write a number without quotes`,
    );
  }
  for (const [at, text] of (Array.isArray(dependsOn) ? dependsOn : []).entries()) {
    if (typeof text !== 'string' || !isFixed(text)) continue;
    faults.at(
      [...path, 'dependsOn', at],
      `dependsOn: found ${JSON.stringify(text)} without a field, allowed: a template such as "\${param.after}", because each Batch job has a new id`,
    );
  }
  if (!isMapping(overrides)) return;
  const { environment, timeout } = overrides;
  for (const name of isMapping(environment) ? Object.keys(environment) : []) {
    const fault = findVariableFault(name);
    if (fault !== undefined) faults.atKey([...path, 'overrides', 'environment', name], fault);
  }
  const timeoutMs = typeof timeout === 'string' ? readDuration(timeout) : undefined;
  if (timeoutMs !== undefined && timeoutMs % 1_000 !== 0) {
    faults.at([...path, 'overrides', 'timeout'], formatFault('timeout', timeout, 'whole seconds'));
  }
}

function checkMirrorShape(raw: unknown, path: Path, faults: Faults): void {
  if (!isMapping(raw)) return;
  const given = ['global', 'job'].filter((key) => raw[key] !== undefined);
  if (given.length === 1) return;
  const found = given.length === 0 ? 'neither' : 'both';
  faults.at(path, `mirror: found ${found}, allowed: either global or job`);
}

/** AWS Batch cannot continue a job (API reference, documented). */
function refuseRedriveOfBatch(raw: RawTarget, path: Path, faults: Faults): void {
  if (raw['onRetry'] !== 'redrive' || toLaunchKind(raw) !== 'batchJob') return;
  faults.at(
    [...path, 'onRetry'],
    'onRetry: found redrive in a target of AWS Batch, allowed: restart; AWS Batch cannot continue a job',
  );
}

function isFixed(text: string): boolean {
  return findLaunchPlaceholders(text).length === 0;
}

function warnOfWideChildren(raw: unknown, path: Path, warnings: Faults): void {
  if (!isMapping(raw)) return;
  for (const [key, names] of Object.entries(raw)) {
    const at = Array.isArray(names) ? names.indexOf('*') : -1;
    if (at === -1) continue;
    warnings.at(
      [...path, key, at],
      `${key}: a stop may end runs of every name in the account and Region; list the names, or a beginning such as risk-*`,
    );
  }
}

/** @returns `undefined` if the names of its workload are incomplete */
function toLaunchTarget(name: string, given: Given): LaunchTarget | undefined {
  const { stateMachine, jobQueue, jobDefinition, array, dependsOn = [] } = given;
  const base = {
    name,
    input: toLaunchInput(given.input),
    params: given.params ?? {},
    endsWithinMs: readDuration(given.endsWithin ?? '1h') ?? 0,
    onKill: given.onKill ?? 'stop',
    exitCodes: given.exitCodes ?? {},
    children: {
      stateMachines: given.children?.stateMachines ?? [],
      jobQueues: given.children?.jobQueues ?? [],
      jobDefinitions: given.children?.jobDefinitions ?? [],
    },
    ...(given.maxRunning !== undefined && { maxRunning: given.maxRunning }),
    enabled: given.enabled ?? true,
    ...toMirror(given.mirror),
    ...(given.onRetry === 'redrive' && { onRetry: given.onRetry }),
  };
  if (stateMachine !== undefined) return { ...base, ...toExecutionWorkload(stateMachine) };
  if (jobQueue === undefined || jobDefinition === undefined) return undefined;
  return {
    ...base,
    ...toBatchJobWorkload({ jobQueue, jobDefinition }),
    ...(array !== undefined && { arraySize: array }),
    overrides: toOverrides(given.overrides ?? {}),
    dependsOn,
  };
}

function toMirror(given: Given['mirror']): Pick<LaunchTarget, 'mirror'> {
  const { global, job } = given ?? {};
  if (global !== undefined) return { mirror: { kind: 'global', name: global } };
  return job === undefined ? {} : { mirror: { kind: 'job', name: job } };
}

function toOverrides({
  command,
  environment,
  vcpus,
  memory,
  attempts,
  timeout,
}: NonNullable<Given['overrides']>): BatchOverrides {
  return {
    ...(command !== undefined && { command }),
    ...(environment !== undefined && { environment }),
    ...(vcpus !== undefined && { vcpus }),
    ...(memory !== undefined && { memory }),
    ...(attempts !== undefined && { attempts }),
    ...(timeout !== undefined && { timeoutSeconds: (readDuration(timeout) ?? 0) / 1_000 }),
  };
}
