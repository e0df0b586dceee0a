import { autosysEventKinds, isAutosysEventKind } from '../event.ts';
import { isBuiltInProfileName, wireProfiles } from './built-in-profiles.ts';
import type { SuccessRule, WireProfile } from './profile.ts';
import { checkProfile, ProfileError, type ProfileFault } from './profile-check.ts';
import { applyOverrides, type ProfileOverrides } from './profile-override.ts';

/**
 * Parses a profile of a configuration: a built-in name, or `{ extends: name }` with overrides.
 *
 * An entry has some of `method`, `path`, `body`, `success` and, for reads, `reads`. The word `none`
 * means that AutoSys has no such request. `undefined` is the profile `standard`.
 *
 * @throws {ProfileError} with all faults
 */
export function parseProfile(value: unknown): WireProfile {
  if (value === undefined) return wireProfiles.standard;
  // A test checks the built-in profiles. A check here would slow down every cold start.
  if (typeof value === 'string' && isBuiltInProfileName(value)) return wireProfiles[value];
  const reader = new ProfileReader();
  const profile = typeof value === 'string' ? reader.base([], value) : reader.overridden(value);
  const faults = [...reader.faults, ...checkProfile(profile)];
  if (faults.length > 0) throw new ProfileError(faults);
  return profile;
}

type Path = ProfileFault['path'];
type Part = Readonly<Record<string, unknown>>;

interface Entry<Reads extends string> {
  method?: 'GET' | 'POST';
  path?: string;
  body?: Readonly<Record<string, string>>;
  success?: SuccessRule;
  reads?: Reads;
}

const entryNames = ['method', 'path', 'body', 'success', 'reads'];
const profileNames = [
  'extends',
  'basePath',
  'success',
  'events',
  'readJob',
  'readGlobalVariable',
  'readJobEvents',
  'readJil',
  'loadJil',
  'runCommand',
];

/** Reads plain objects. An invalid part is added to the faults and omitted. */
class ProfileReader {
  readonly faults: ProfileFault[] = [];

  overridden(value: unknown): WireProfile {
    const part = this.#part([], value, profileNames);
    const base = part['extends'] === undefined ? 'standard' : part['extends'];
    return applyOverrides(this.base(['extends'], base), this.#overrides(part));
  }

  base(path: Path, value: unknown): WireProfile {
    if (typeof value === 'string' && isBuiltInProfileName(value)) return wireProfiles[value];
    this.#fault(path, value, `one of ${Object.keys(wireProfiles).join(', ')}`);
    return wireProfiles.standard;
  }

  #overrides(part: Part): ProfileOverrides {
    const found = {
      basePath: this.#text(['basePath'], part['basePath']),
      success: this.#success(['success'], part['success']),
      events: this.#events(part['events']),
      readJob: this.#readJob(part['readJob']),
      readGlobalVariable: this.#entry(['readGlobalVariable'], part['readGlobalVariable'], [
        'stdOut',
        'text',
        'json',
      ]),
      readJobEvents: this.#readJobEvents(part['readJobEvents']),
      readJil: this.#entry(['readJil'], part['readJil'], ['text', 'stdOut']),
      loadJil: this.#entry(['loadJil'], part['loadJil'], []),
      runCommand: this.#entry(['runCommand'], part['runCommand'], []),
    };
    return withoutUndefined(found);
  }

  #events(value: unknown): ProfileOverrides['events'] | undefined {
    if (value === undefined) return undefined;
    const entries = Object.entries(this.#part(['events'], value, autosysEventKinds));
    return Object.fromEntries(
      entries.flatMap(([kind, entry]) => {
        const override = this.#entry(['events', kind], entry, []);
        return override === undefined || !isAutosysEventKind(kind) ? [] : [[kind, override]];
      }),
    );
  }

  #readJob(value: unknown): ProfileOverrides['readJob'] | undefined {
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) {
      this.#fault(['readJob'], value, 'a list of requests');
      return undefined;
    }
    return value.flatMap((item: unknown, index) => {
      const entry = this.#entry(['readJob', index], item, ['json', 'summary']);
      if (entry === undefined || entry === 'none') return [];
      return [{ method: 'GET' as const, path: '', reads: 'json' as const, ...entry }];
    });
  }

  #readJobEvents(value: unknown): ProfileOverrides['readJobEvents'] | undefined {
    if (value === undefined || value === 'none') return value;
    if (!Array.isArray(value)) {
      this.#fault(['readJobEvents'], value, 'the word none or a list of requests');
      return undefined;
    }
    return value.flatMap((item: unknown, index) => {
      const entry = this.#entry(['readJobEvents', index], item, []);
      if (entry === undefined || entry === 'none') return [];
      return [{ method: 'POST' as const, path: '', ...entry }];
    });
  }

  #entry<Reads extends string>(
    path: Path,
    value: unknown,
    reads: readonly Reads[],
  ): Entry<Reads> | 'none' | undefined {
    if (value === undefined) return undefined;
    if (value === 'none') return 'none';
    const names = reads.length === 0 ? entryNames.slice(0, -1) : entryNames;
    const part = this.#part(path, value, names, 'the word none or an object');
    return withoutUndefined({
      method: this.#word([...path, 'method'], part['method'], ['GET', 'POST'] as const),
      path: this.#text([...path, 'path'], part['path']),
      body: this.#body([...path, 'body'], part['body']),
      success: this.#success([...path, 'success'], part['success']),
      reads: this.#word([...path, 'reads'], part['reads'], reads),
    });
  }

  #body(path: Path, value: unknown): Readonly<Record<string, string>> | undefined {
    if (value === undefined) return undefined;
    if (!isObject(value)) {
      this.#fault(path, value, 'an object of templates');
      return undefined;
    }
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, template]) => {
        const text = this.#text([...path, name], template ?? null);
        return text === undefined ? [] : [[name, text]];
      }),
    );
  }

  #success(path: Path, value: unknown): SuccessRule | undefined {
    if (value === undefined) return undefined;
    const part = this.#part(path, value, ['kind', 'contains']);
    const kind = this.#word([...path, 'kind'], part['kind'] ?? null, ['status', 'text', 'stdOut']);
    if (kind === 'status' || kind === 'stdOut') return { kind };
    if (kind === undefined) return undefined;
    const contains = this.#text([...path, 'contains'], part['contains'] ?? null);
    return contains === undefined ? undefined : { kind: 'text', contains };
  }

  #part(path: Path, value: unknown, allowed: readonly string[], expected = 'an object'): Part {
    if (!isObject(value)) {
      this.#fault(path, value, expected);
      return {};
    }
    for (const name of Object.keys(value).filter((found) => !allowed.includes(found))) {
      const message = `found an unknown name, allowed: ${allowed.join(', ')}`;
      this.faults.push({ path: [...path, name], message });
    }
    return Object.fromEntries(Object.entries(value).filter(([name]) => allowed.includes(name)));
  }

  #text(path: Path, value: unknown): string | undefined {
    if (typeof value === 'string' && value !== '') return value;
    if (value !== undefined) this.#fault(path, value, 'text');
    return undefined;
  }

  #word<Word extends string>(path: Path, value: unknown, words: readonly Word[]): Word | undefined {
    const word = words.find((known) => known === value);
    if (word === undefined && value !== undefined) this.#fault(path, value, words.join(' or '));
    return word;
  }

  #fault(path: Path, value: unknown, expected: string): void {
    const found =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? JSON.stringify(value)
        : describeKind(value);
    this.faults.push({ path, message: `found ${found}, expected ${expected}` });
  }
}

function isObject(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describeKind(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : 'an object';
}

type Present<Shape> = { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> };

function withoutUndefined<Shape extends object>(shape: Shape): Present<Shape> {
  const entries = Object.entries(shape).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Present<Shape>;
}
