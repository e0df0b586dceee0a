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
import { say } from './shapes.ts';

/** What lies outside the route file. */
export interface RouteFileContext {
  /** The name of the route file; other files are named relative to it. */
  readonly fileName: string;
  readonly readText: (path: string) => string | undefined;
  /** What is wrong with a wire profile, in words; without it profiles are taken as they are. */
  readonly checkProfile: ((value: unknown) => readonly string[]) | undefined;
}

/** Compiles the instances that read; what zod has found wrong is left out in silence. */
export function compileInstances(
  raw: unknown,
  faults: Faults,
  surroundings: RouteFileContext,
): readonly InstanceConfig[] {
  if (!isMapping(raw)) return [];
  return Object.entries(raw).flatMap(([key, value]) => {
    const path = ['instances', key];
    const name = toInstance(key);
    if (name === undefined) {
      const { what, allowed } = nameRules.autosysInstance;
      faults.atKey(path, say(what, key, allowed));
    }
    const raw = isMapping(value) ? value : {};
    const refuse = (key: string) => (fault: string) =>
      faults.at([...path, key], `${key}: ${fault}`);
    // Looked at whatever else is wrong with the instance, so that all faults are told at once.
    const certificateAuthority = readAuthority(raw['ca'], surroundings, refuse('ca'));
    const profile = readProfile(raw['profile'], surroundings, refuse('profile'));
    const given = instanceSchema.safeParse(value).data;
    const { timezone = 'UTC' } = given ?? {};
    // Read whatever else is wrong, so that no window is held against a deadline nobody wrote.
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
        // What is lawful and no duration is `never`.
        rereadForMs: readDuration(given.rereadFor ?? '6h') ?? 0,
        ...(given.canaryGlobal !== undefined && { canaryGlobal: given.canaryGlobal }),
        maintenance,
      },
    ];
  });
}

type Refuse = (fault: string) => void;

function readAuthority(ca: unknown, surroundings: RouteFileContext, refuse: Refuse) {
  if (typeof ca !== 'string' || ca === '') return undefined;
  const read = readPem(ca, surroundings);
  if (typeof read === 'string') return read;
  refuse(read.fault);
  return undefined;
}

function readProfile(
  profile: unknown = 'standard',
  { checkProfile }: RouteFileContext,
  refuse: Refuse,
) {
  // What is neither a name nor a mapping was refused by the schema.
  if (typeof profile !== 'string' && !isMapping(profile)) return 'standard';
  for (const fault of checkProfile?.(profile) ?? []) refuse(fault);
  return profile;
}

/** The name, or `undefined` where it is none. */
export function toInstance(text: string): AutosysInstance | undefined {
  try {
    return parseAutosysInstance(text);
  } catch (error) {
    if (error instanceof NameError) return undefined;
    throw error;
  }
}

/** The text of a CA file, or what is wrong with it; never what is in it, which may be a private key. */
function readPem(ca: string, { fileName, readText }: RouteFileContext) {
  const path = isAbsolute(ca) ? ca : join(dirname(fileName), ca);
  const text = readText(path);
  const allowed = 'allowed: a PEM file of certificates, named relative to the route file';
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
