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

/** The override of one entry: some of its parts, or `none` if AutoSys has no such request. */
export type Override<Template extends RequestTemplate> =
  | Partial<Omit<Template, 'evidence'>>
  | 'none';

/** The changes of a site to a profile. Entries that it does not name are kept. */
export interface ProfileOverrides {
  readonly basePath?: string;
  readonly success?: SuccessRule;
  readonly events?: Readonly<Partial<Record<AutosysEventKind, Override<RequestTemplate>>>>;
  /** The whole list. */
  readonly readJob?: readonly Omit<JobRead, 'evidence'>[];
  readonly readGlobalVariable?: Override<GlobalVariableRead>;
  /** The whole list, or `none` if this release cannot list events. */
  readonly readJobEvents?: readonly Omit<RequestTemplate, 'evidence'>[] | 'none';
  readonly readJil?: Override<JilRead>;
  readonly loadJil?: Override<RequestTemplate>;
  readonly runCommand?: Override<RequestTemplate>;
}

/**
 * Replaces the given parts of the entries of a profile.
 *
 * @throws {ProfileError} with all faults of the result, such as a SET_GLOBAL without its value
 */
export function overrideProfile(profile: WireProfile, overrides: ProfileOverrides): WireProfile {
  const overridden = applyOverrides(profile, overrides);
  const faults = checkProfile(overridden);
  if (faults.length > 0) throw new ProfileError(faults);
  return overridden;
}

/** As {@link overrideProfile}, without a check of the result. */
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

/** @param fresh the initial parts of a new entry. Its empty path is a fault unless one is given. */
function merge<Template extends RequestTemplate>(
  existing: Template | undefined,
  fresh: Omit<Template, 'evidence'>,
  override: Override<Template> | undefined,
): Template | undefined {
  if (override === undefined) return existing;
  if (override === 'none') return undefined;
  const { body, ...merged } = { ...fresh, ...existing, ...override } as Template;
  // A GET has no body, so the body of the replaced entry is removed too.
  const kept = merged.method === 'GET' && override.body === undefined ? undefined : body;
  return { ...merged, ...(kept && { body: kept }), evidence: 'site' } as Template;
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}
