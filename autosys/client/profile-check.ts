import { type AutosysEventKind, autosysEventKinds } from '../event.ts';
import type { ProfileField, RequestTemplate, WireProfile } from './profile.ts';
import { fieldsNamedIn } from './request.ts';

/** One fault in a profile, and its position. */
export interface ProfileFault {
  /** Such as `['events', 'SET_GLOBAL', 'path']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** An invalid wire profile, with all faults. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
  readonly code = 'AUTOSYS_PROFILE';
  readonly disposition = 'reject';
  readonly faults: readonly ProfileFault[];

  constructor(faults: readonly ProfileFault[]) {
    super(
      `wire profile: ${faults.map(({ path, message }) => `${path.join('.') || '(root)'}: ${message}`).join('; ')}`,
    );
    this.faults = faults;
  }
}

interface Fields {
  /** Fields that the request must contain. */
  readonly needed: readonly ProfileField[];
  readonly optional: readonly ProfileField[];
}

const jobAlone: Fields = { needed: ['job'], optional: ['comment'] };
const machineAlone: Fields = { needed: ['machine'], optional: ['comment'] };

const otherFields: Readonly<Partial<Record<AutosysEventKind, Fields>>> = {
  KILLJOB: { needed: ['job'], optional: ['signals', 'comment'] },
  SEND_SIGNAL: { needed: ['job', 'signals'], optional: ['comment'] },
  CHANGE_STATUS: { needed: ['job', 'status'], optional: ['comment'] },
  CHANGE_PRIORITY: { needed: ['job', 'priority'], optional: ['comment'] },
  REPLY_RESPONSE: { needed: ['job', 'response'], optional: ['comment'] },
  COMMENT: { needed: ['job', 'comment'], optional: [] },
  ALARM: { needed: ['alarm'], optional: ['job', 'comment'] },
  SET_GLOBAL: { needed: ['globalVariable', 'value'], optional: ['comment'] },
  MACH_OFFLINE: machineAlone,
  MACH_ONLINE: machineAlone,
  STOP_DEMON: { needed: [], optional: ['comment'] },
};

/** Finds all faults of a profile: unknown fields, missing fields, invalid addresses. */
export function checkProfile(profile: WireProfile): readonly ProfileFault[] {
  const faults: ProfileFault[] = [];
  if (!/^(\/[^/?#{}\s]+)+$/.test(profile.basePath)) {
    const message = `found ${JSON.stringify(profile.basePath)}, expected a path such as /AEWS`;
    faults.push({ path: ['basePath'], message });
  }
  for (const kind of autosysEventKinds) {
    const template = profile.events[kind];
    if (template === undefined) continue;
    faults.push(...checkTemplate(['events', kind], template, otherFields[kind] ?? jobAlone));
  }
  profile.readJob.forEach((read, index) => {
    faults.push(...checkTemplate(['readJob', index], read, ofJob));
  });
  profile.readJobEvents?.forEach((read, index) => {
    faults.push(...checkTemplate(['readJobEvents', index], read, ofJob));
  });
  const { readGlobalVariable, readJil, loadJil, runCommand } = profile;
  if (readGlobalVariable) {
    faults.push(...checkTemplate(['readGlobalVariable'], readGlobalVariable, ofGlobalVariable));
  }
  if (readJil) faults.push(...checkTemplate(['readJil'], readJil, ofJob));
  if (loadJil) faults.push(...checkTemplate(['loadJil'], loadJil, ofNothing));
  if (runCommand) faults.push(...checkTemplate(['runCommand'], runCommand, ofCommand));
  return faults;
}

const ofJob: Fields = { needed: ['job'], optional: [] };
const ofGlobalVariable: Fields = { needed: ['globalVariable'], optional: [] };
const ofNothing: Fields = { needed: [], optional: [] };
const ofCommand: Fields = { needed: ['command'], optional: [] };

function checkTemplate(
  at: readonly (string | number)[],
  { method, path, body }: RequestTemplate,
  fields: Fields,
): readonly ProfileFault[] {
  const faults: ProfileFault[] = [];
  if (!/^[^/\s#][^\s#]*$/.test(path) || path.includes('://') || path.includes('..')) {
    const message = `found ${JSON.stringify(path)}, expected a path under the base path such as event/start-job`;
    faults.push({ path: [...at, 'path'], message });
  }
  if (method === 'GET' && body !== undefined) {
    faults.push({ path: [...at, 'body'], message: 'found a body, expected none for GET' });
  }

  const isEvent = at[0] === 'events';
  const allowed = [...fields.needed, ...fields.optional, ...(isEvent ? ['command'] : [])];
  const templates: readonly (readonly [readonly (string | number)[], string])[] = [
    [[...at, 'path'], path],
    ...Object.entries(body ?? {}).map(([name, text]) => [[...at, 'body', name], text] as const),
  ];
  for (const [position, text] of templates) {
    for (const name of fieldsNamedIn(text).filter((field) => !allowed.includes(field))) {
      const list = allowed.length === 0 ? 'none' : allowed.map((field) => `{${field}}`).join(' ');
      faults.push({ path: position, message: `found {${name}}, allowed here: ${list}` });
    }
  }

  const used = templates.flatMap(([, text]) => fieldsNamedIn(text));
  const missing = fields.needed.filter((field) => !used.includes(field));
  if (missing.length > 0 && !(isEvent && used.includes('command'))) {
    const message = `missing ${missing.map((field) => `{${field}}`).join(' and ')} in path or body`;
    faults.push({ path: at, message });
  }
  return faults;
}
