import { type EndpointRoute, endpoints } from './endpoints.ts';
import { type EmulatedProfile, emulatedProfiles } from './wire.ts';

/** The endpoint for a method and path, in the enabled wire profiles. */
export type EndpointMatch =
  | { readonly kind: 'endpoint'; readonly endpoint: EndpointRoute; readonly name: string }
  | { readonly kind: 'otherMethod'; readonly allow: string }
  /**
   * Only a wire profile that is not enabled has this endpoint. A release without that profile has
   * none.
   */
  | { readonly kind: 'otherProfile'; readonly profiles: readonly EmulatedProfile[] }
  | { readonly kind: 'unknown' };

/** The base path of each wire profile (docs/autosys.md, wire profiles). */
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
 * If one wire profile is enabled, its endpoints exist only under its own base path. If several are
 * enabled, every endpoint exists under the base paths of all of them, so that a client that mixes
 * them is served.
 *
 * @param method - HEAD is looked up as GET; OPTIONS is answered with the allowed methods
 */
export function findEndpoint(
  method: string,
  segments: readonly string[],
  enabled: ReadonlySet<EmulatedProfile>,
): EndpointMatch {
  const matches = matchesAt(segments, enabled);
  const effectiveMethod = method === 'HEAD' ? 'GET' : method;
  const match = matches.find(({ endpoint }) => endpoint.method === effectiveMethod);
  if (match) return { kind: 'endpoint', ...match };
  if (matches.length > 0) return { kind: 'otherMethod', allow: toAllow(matches) };
  const inOtherProfiles = matchesAt(segments, new Set(emulatedProfiles));
  if (inOtherProfiles.length === 0) return { kind: 'unknown' };
  const profiles = new Set(inOtherProfiles.flatMap(({ endpoint }) => endpoint.profiles));
  return { kind: 'otherProfile', profiles: [...profiles] };
}

interface Match {
  readonly endpoint: EndpointRoute;
  readonly name: string;
}

function matchesAt(
  segments: readonly string[],
  enabled: ReadonlySet<EmulatedProfile>,
): readonly Match[] {
  const bases = new Set([...enabled].map((profile) => baseByProfile[profile]));
  const rests = [...bases].flatMap((base) => {
    const heads = base.split('/').filter((head) => head !== '');
    return heads.every((head, at) => head === segments[at]) ? [segments.slice(heads.length)] : [];
  });
  return endpoints
    .filter(({ profiles }) => profiles.some((profile) => enabled.has(profile)))
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
