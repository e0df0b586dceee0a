import type { AutosysEventKind } from '../event.ts';
import type {
  GlobalVariableRead,
  JilRead,
  JobRead,
  RequestTemplate,
  SuccessRule,
  WireProfile,
} from './profile.ts';
import { checkProfile, ProfileError } from './profile-check.ts';

/** What a site says instead of one entry: some of its parts, or that AutoSys has no such request. */
export type Override<Template extends RequestTemplate> =
  | Partial<Omit<Template, 'evidence'>>
  | 'none';

/** What a site changes in a profile; everything it does not name stays. */
export interface ProfileOverrides {
  readonly basePath?: string;
  readonly success?: SuccessRule;
  readonly events?: Readonly<Partial<Record<AutosysEventKind, Override<RequestTemplate>>>>;
  /** The whole list. */
  readonly readJob?: readonly Omit<JobRead, 'evidence'>[];
  readonly readGlobalVariable?: Override<GlobalVariableRead>;
  /** The whole list; `none` where this release tells of no events. */
  readonly readJobEvents?: readonly Omit<RequestTemplate, 'evidence'>[] | 'none';
  readonly readJil?: Override<JilRead>;
  readonly loadJil?: Override<RequestTemplate>;
  readonly runCommand?: Override<RequestTemplate>;
}

/**
 * Puts a site's entries over those of a profile, single parts over single parts.
 *
 * @throws {ProfileError} with every fault of the result, such as a SET_GLOBAL that no longer says its value
 */
export function overrideProfile(profile: WireProfile, overrides: ProfileOverrides): WireProfile {
  const overridden = applyOverrides(profile, overrides);
  const faults = checkProfile(overridden);
  if (faults.length > 0) throw new ProfileError(faults);
  return overridden;
}

/** As {@link overrideProfile}, its result not yet checked. */
export function applyOverrides(profile: WireProfile, overrides: ProfileOverrides): WireProfile {
  const { readGlobalVariable, readJobEvents, readJil, loadJil, runCommand, ...kept } = profile;
  const post = { method: 'POST', path: '' } as const;
  return {
    ...kept,
    name: Object.keys(overrides).length === 0 ? profile.name : `${profile.name} with overrides`,
    basePath: overrides.basePath ?? profile.basePath,
    success: overrides.success ?? profile.success,
    events: mergeEvents(profile.events, overrides.events ?? {}),
    readJob: overrides.readJob?.map((read) => ({ ...read, evidence: 'site' })) ?? profile.readJob,
    ...optional(
      'readGlobalVariable',
      merge<GlobalVariableRead>(
        readGlobalVariable,
        { ...post, reads: 'stdOut' },
        overrides.readGlobalVariable,
      ),
    ),
    ...optional('readJobEvents', replaceList(readJobEvents, overrides.readJobEvents)),
    ...optional(
      'readJil',
      merge<JilRead>(readJil, { method: 'GET', path: '', reads: 'text' }, overrides.readJil),
    ),
    ...optional('loadJil', merge<RequestTemplate>(loadJil, post, overrides.loadJil)),
    ...optional('runCommand', merge<RequestTemplate>(runCommand, post, overrides.runCommand)),
  };
}

function replaceList(
  existing: readonly RequestTemplate[] | undefined,
  override: ProfileOverrides['readJobEvents'],
): readonly RequestTemplate[] | undefined {
  if (override === 'none') return undefined;
  return override?.map((read) => ({ ...read, evidence: 'site' as const })) ?? existing;
}

function mergeEvents(
  events: WireProfile['events'],
  overrides: NonNullable<ProfileOverrides['events']>,
): WireProfile['events'] {
  const changed = new Map(Object.entries(events));
  for (const [kind, override] of Object.entries(overrides)) {
    const merged = merge(changed.get(kind), { method: 'POST', path: '' }, override);
    if (merged === undefined) changed.delete(kind);
    else changed.set(kind, merged);
  }
  return Object.fromEntries(changed);
}

/** @param fresh what an entry begins with that the profile did not have; its empty path is a fault until one is given */
function merge<Template extends RequestTemplate>(
  existing: Template | undefined,
  fresh: Omit<Template, 'evidence'>,
  override: Override<Template> | undefined,
): Template | undefined {
  if (override === undefined) return existing;
  if (override === 'none') return undefined;
  const { body, ...merged } = { ...fresh, ...existing, ...override } as Template;
  // A GET has no body: that of the entry it replaces goes with the method.
  const kept = merged.method === 'GET' && override.body === undefined ? undefined : body;
  return { ...merged, ...(kept && { body: kept }), evidence: 'site' } as Template;
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}
