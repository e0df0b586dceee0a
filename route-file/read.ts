import { parseDocument } from 'yaml';
import { type Problem, type Source, SourceError, type Span } from '../autosys/source.ts';
import type { BridgeConfig } from '../lambda/routing/routes.ts';
import { compileAccounts } from './accounts.ts';
import { findCutValues } from './comment-warnings.ts';
import { warnOfEndpoints } from './endpoint-warnings.ts';
import { Faults } from './faults.ts';
import { compileInstances } from './instances.ts';
import { addIssues } from './issues.ts';
import { isMapping, type Located, locate } from './located.ts';
import { findMentions, type Mention, refusePartitions } from './mentions.ts';
import { findOverlaps } from './overlaps.ts';
import { redact } from './redact.ts';
import { compileRoutes } from './routes.ts';
import { routeFileSchema } from './schema.ts';
import { refuseScratch } from './scratch.ts';
import { findSecrets, type SecretMention } from './secrets.ts';
import { refuseDifferentLimits } from './shared-secrets.ts';
import { checkSharedTargets } from './shared-targets.ts';

/** A route file that does not read: every fault with line, column and a code frame, passwords starred out. */
export class RouteFileError extends SourceError {
  override readonly name = 'RouteFileError';
  /** The secrets that the file names all the same. */
  readonly secrets: readonly NamedSecret[];

  constructor(source: Source, problems: readonly Problem[], secrets: readonly NamedSecret[] = []) {
    super(source, problems);
    this.secrets = secrets;
  }
}

/** A route file that reads. */
export interface RouteFile {
  /** The text as messages may quote it, passwords starred out, every letter in its place. */
  readonly source: Source;
  readonly config: BridgeConfig;
  /** Lawful, yet hardly meant; `describeProblem` shows them. */
  readonly warnings: readonly Problem[];
  /** Every place of AWS that the file names, to be held against the one where the bridge is to stand. */
  readonly location: readonly NamedSpan[];
  /** Every secret that the functions will read, in the order of the file. */
  readonly secrets: readonly NamedSecret[];
}

/** A place of AWS as the file names it, with where it does. */
export type NamedSpan = Omit<Mention, 'path'> & Span;

/** A secret of Secrets Manager with where the file names it. */
export type NamedSecret = Omit<SecretMention, 'path'> & Span;

/**
 * Reads and compiles the route file; the result is plain JSON.
 *
 * @param readText the text of another file the route file names, or `undefined` where there is none
 * @param checkProfile what is wrong with a wire profile, in words; without it profiles are taken as they are
 * @throws {RouteFileError} with every fault at once
 */
export function readRouteFile(
  source: Source,
  readText: (path: string) => string | undefined,
  checkProfile?: (value: unknown) => readonly string[],
): RouteFile {
  const document = parseDocument(source.text, {
    merge: true,
    prettyErrors: false,
    // !!binary, !!set and their like would become things that are no JSON.
    resolveKnownTags: false,
    schema: 'core',
    version: '1.2',
  });
  const shown = redact(source, document);
  const { root, problems } = locate(document, source.text);
  const yaml = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    start: pos[0],
    end: Math.max(pos[1], pos[0] + 1),
    message: sayYamlFault(code, message),
  }));
  const faults = new Faults(root, source);
  faults.add([...yaml, ...problems]);
  // What is no YAML reads as something nobody wrote; a key that stands twice does no such harm.
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) {
    throw new RouteFileError(shown, faults.problems);
  }

  const value = withoutExtensions(root);
  addIssues(faults, routeFileSchema.safeParse(value).error?.issues ?? []);
  const file = isMapping(value) ? value : {};
  const surroundings = { fileName: source.name, readText, checkProfile };
  const instances = compileInstances(file['instances'], faults, surroundings);
  refuseDifferentLimits(instances, faults);
  const names = isMapping(file['instances']) ? Object.keys(file['instances']) : [];
  const placed = compileRoutes(file['routes'], names, faults);
  const routes = placed.map(({ route }) => route);
  const mentions = findMentions(file);
  refusePartitions(mentions, faults);
  const warnings = new Faults(root, source);
  const accounts = compileAccounts(file['accounts'], { routes, mentions }, { faults, warnings });
  findOverlaps(placed, { faults, warnings });
  checkSharedTargets(placed, { faults, warnings });
  warnOfEndpoints(file['instances'], warnings);
  warnings.add(findCutValues(root, source));
  refuseScratch(placed, instances, faults);
  const secrets = findSecrets(file).map(({ path, ...named }) => {
    return { ...named, ...faults.spanOf(path) };
  });
  if (faults.problems.length > 0) throw new RouteFileError(shown, faults.problems, secrets);
  const metricPerRoute = file['metricPerRoute'] !== false;
  return {
    source: shown,
    config: { instances, routes, accounts, metricPerRoute },
    warnings: warnings.problems,
    location: mentions.map(({ path, ...mention }) => ({ ...mention, ...faults.spanOf(path) })),
    secrets,
  };
}

/** Keys that begin with `x-` hold what anchors are put on, and say nothing themselves. */
function withoutExtensions({ value }: Located): unknown {
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-')));
}

function sayYamlFault(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'this key stands here for the second time; keep one of them';
  if (code === 'TAG_RESOLVE_FAILED') return `${message}; allowed: values without a tag`;
  return `not YAML: ${message}`;
}
