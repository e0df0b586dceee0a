import { dirname, isAbsolute, join } from 'node:path';
import { NameError } from '../autosys/errors.ts';
import { type AutosysInstance, nameRules, parseAutosysInstance } from '../autosys/names.ts';
import { findPemFault } from '../lambda/login/pem.ts';
import type { AuthoritySecret, InstanceConfig } from '../lambda/routing/routes.ts';
import type { Faults } from './faults.ts';
import { instanceSchema } from './instance-schema.ts';
import { isMapping } from './located.ts';
import { compileMaintenance } from './maintenance.ts';
import { readDuration } from './quantities.ts';
import { formatFault } from './shapes.ts';

/** The environment of the route file: other files, and the check of profiles. */
export interface RouteFileContext {
  /** Path of the route file. Paths in the file are relative to it. */
  readonly fileName: string;
  readonly readText: (path: string) => string | undefined;
  /** Returns the faults of a wire profile as texts. Without it, profiles are not checked. */
  readonly checkProfile: ((value: unknown) => readonly string[]) | undefined;
}

/** Compiles the valid instances. Instances with faults that zod has reported are omitted. */
export function compileInstances(
  raw: unknown,
  faults: Faults,
  context: RouteFileContext,
): readonly InstanceConfig[] {
  if (!isMapping(raw)) return [];
  return Object.entries(raw).flatMap(([key, value]) => {
    const path = ['instances', key];
    const name = toInstance(key);
    if (name === undefined) {
      const { what, allowed } = nameRules.autosysInstance;
      faults.atKey(path, formatFault(what, key, allowed));
    }
    const raw = isMapping(value) ? value : {};
    const refuse = (key: string) => (fault: string) =>
      faults.at([...path, key], `${key}: ${fault}`);
    // Checked even if the instance has other faults, so that all faults are reported at once.
    const certificateAuthority = readAuthority(raw['ca'], context, refuse('ca'));
    const profile = readProfile(raw['profile'], context, refuse('profile'));
    const given = instanceSchema.safeParse(value).data;
    const { timezone = 'UTC' } = given ?? {};
    // Read even if the instance has other faults, so that the windows are compared with the
    // deadline of the file.
    const deadlineMs = readDuration(String(raw['deadline'] ?? '4d')) ?? Number.POSITIVE_INFINITY;
    const maintenance = compileMaintenance(raw['maintenance'], { timezone, deadlineMs }, faults, [
      ...path,
      'maintenance',
    ]);
    if (name === undefined || given === undefined) return [];
    return [
      {
        name,
        endpoints: given.endpoints,
        secret: given.secret,
        ...(certificateAuthority !== undefined && { certificateAuthority }),
        ...(typeof given.ca === 'object' && { authoritySecret: toAuthoritySecret(given.ca) }),
        profile,
        timezone,
        confirmWithinMs: readDuration(given.confirmWithin ?? '10s') ?? 0,
        deadlineMs,
        oldEvents: given.oldEvents ?? 'park',
        drainPerSecond: given.drainRate ?? 20,
        requestsUnderWay: given.requestsUnderWay ?? 2,
        // The only valid value that is not a duration is `never`.
        rereadForMs: readDuration(given.rereadFor ?? '6h') ?? 0,
        ...(given.canaryGlobal !== undefined && { canaryGlobal: given.canaryGlobal }),
        maintenance,
      },
    ];
  });
}

type Refuse = (fault: string) => void;

function readAuthority(ca: unknown, context: RouteFileContext, refuse: Refuse) {
  if (typeof ca !== 'string' || ca === '') return undefined;
  const read = readPem(ca, context);
  if (typeof read === 'string') return read;
  refuse(read.fault);
  return undefined;
}

function readProfile(
  profile: unknown = 'standard',
  { checkProfile }: RouteFileContext,
  refuse: Refuse,
) {
  // The schema has rejected any other type.
  if (typeof profile !== 'string' && !isMapping(profile)) return 'standard';
  for (const fault of checkProfile?.(profile) ?? []) refuse(fault);
  return profile;
}

/** Returns the instance name, or `undefined` for an invalid name. */
export function toInstance(text: string): AutosysInstance | undefined {
  try {
    return parseAutosysInstance(text);
  } catch (error) {
    if (error instanceof NameError) return undefined;
    throw error;
  }
}

/**
 * Returns the text of a CA file, or its fault. A fault never shows the content, which may be a
 * private key.
 */
function readPem(ca: string, { fileName, readText }: RouteFileContext) {
  const path = isAbsolute(ca) ? ca : join(dirname(fileName), ca);
  const text = readText(path);
  const allowed = 'allowed: a PEM file with certificates; its path is relative to the route file';
  if (text === undefined) return { fault: `found no file ${path}, ${allowed}` };
  const fault = findPemFault(text);
  if (fault === undefined) return text;
  const advice = fault.advice === undefined ? '' : `; ${fault.advice}`;
  return { fault: `found ${fault.found} in ${path}, ${allowed}${advice}` };
}

function toAuthoritySecret({
  secret,
  key,
}: {
  secret: string;
  key?: string | undefined;
}): AuthoritySecret {
  return { secret, ...(key !== undefined && { key }) };
}
