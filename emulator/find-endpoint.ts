import { type EndpointRoute, endpoints } from './endpoints.ts';
import { type EmulatedProfile, emulatedProfiles } from './wire.ts';

/** What stands at an address, in the dialects that are spoken. */
export type EndpointMatch =
  | { readonly kind: 'endpoint'; readonly endpoint: EndpointRoute; readonly name: string }
  | { readonly kind: 'otherMethod'; readonly allow: string }
  /** Another dialect has it: a release that does not speak it has nothing there. */
  | { readonly kind: 'otherProfile'; readonly profiles: readonly EmulatedProfile[] }
  | { readonly kind: 'unknown' };

/** Where each dialect begins (docs/autosys.md, wire profiles). */
const baseByProfile: Readonly<Record<EmulatedProfile, string>> = {
  standard: '/AEWS/',
  'api-prefix': '/AEWS/api/',
  'api-job-field': '/AEWS/api/',
  'single-event': '/AEWS/',
  'single-event-str': '/AEWS/',
  'command-run': '/AEWS/',
};

/**
 * Finds the endpoint for a request.
 *
 * Spoken alone, a dialect stands strictly under its own base path; where several are spoken each stands under the base
 * paths of all, so that a client that mixes them is served.
 *
 * @param method - HEAD is looked up as GET, OPTIONS is answered with what is allowed
 */
export function findEndpoint(
  method: string,
  segments: readonly string[],
  spoken: ReadonlySet<EmulatedProfile>,
): EndpointMatch {
  const there = matchesAt(segments, spoken);
  const wanted = method === 'HEAD' ? 'GET' : method;
  const match = there.find(({ endpoint }) => endpoint.method === wanted);
  if (match) return { kind: 'endpoint', ...match };
  if (there.length > 0) return { kind: 'otherMethod', allow: toAllow(there) };
  const elsewhere = matchesAt(segments, new Set(emulatedProfiles));
  if (elsewhere.length === 0) return { kind: 'unknown' };
  const profiles = new Set(elsewhere.flatMap(({ endpoint }) => endpoint.profiles));
  return { kind: 'otherProfile', profiles: [...profiles] };
}

interface Match {
  readonly endpoint: EndpointRoute;
  readonly name: string;
}

function matchesAt(
  segments: readonly string[],
  spoken: ReadonlySet<EmulatedProfile>,
): readonly Match[] {
  const bases = new Set([...spoken].map((profile) => baseByProfile[profile]));
  const rests = [...bases].flatMap((base) => {
    const heads = base.split('/').filter((head) => head !== '');
    return heads.every((head, at) => head === segments[at]) ? [segments.slice(heads.length)] : [];
  });
  return endpoints
    .filter(({ profiles }) => profiles.some((profile) => spoken.has(profile)))
    .flatMap((endpoint) => rests.flatMap((rest) => matchOf(endpoint, rest)));
}

function matchOf(endpoint: EndpointRoute, rest: readonly string[]): readonly Match[] {
  const pattern = endpoint.path.split('/');
  if (pattern.length !== rest.length) return [];
  const fits = pattern.every((part, at) => part === '{name}' || part === rest[at]);
  return fits ? [{ endpoint, name: rest[pattern.indexOf('{name}')] ?? '' }] : [];
}

function toAllow(matches: readonly Match[]): string {
  const methods = new Set<string>(matches.map(({ endpoint }) => endpoint.method));
  return [...methods, ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}
