import { parseDocument } from 'yaml';
import { type Problem, type Source, SourceError, type Span } from '../autosys/source.ts';
import { toGroupRoutes } from '../lambda/routing/groups.ts';
import type { BridgeConfig } from '../lambda/routing/routes.ts';
import { compileAccounts } from './accounts.ts';
import { findCutValues } from './comment-warnings.ts';
import { warnOfEndpoints } from './endpoint-warnings.ts';
import { Faults } from './faults.ts';
import { compileFileGroups } from './groups/index.ts';
import { compileInstances, type RouteFileContext } from './instances.ts';
import { addIssues } from './issues.ts';
import { compileLaunch } from './launch/index.ts';
import { refuseSharedMirrors } from './launch/mirrors.ts';
import { isMapping, type Located, locate } from './located.ts';
import {
  findMentions,
  type Mention,
  refusePartitions,
  refuseScatteredCallers,
  refuseScatteredTargets,
} from './mentions.ts';
import { compileNight } from './night/compile-night.ts';
import { warnOfLiveFindings } from './observed-conflicts.ts';
import { findOverlaps } from './overlaps.ts';
import { redact } from './redact.ts';
import { compileFileRequests } from './requests/index.ts';
import { compileRoutes } from './routes.ts';
import { refuseNoRoutes, routeFileSchema } from './schema.ts';
import { refuseScratch } from './scratch.ts';
import { type CallerSecret, findSecrets, type InstanceSecret } from './secrets.ts';
import { refuseDifferentLimits, refuseSharedLogins } from './shared-secrets.ts';
import { checkSharedTargets } from './shared-targets.ts';

/**
 * An invalid route file. Lists every fault with line, column and a code frame. Passwords are
 * masked.
 */
export class RouteFileError extends SourceError {
  override readonly name = 'RouteFileError';
  /** The secrets that the file names. They are known although the file is invalid. */
  readonly secrets: readonly NamedSecret[];

  constructor(source: Source, problems: readonly Problem[], secrets: readonly NamedSecret[] = []) {
    super(source, problems);
    this.secrets = secrets;
  }
}

/** A valid route file. */
export interface RouteFile {
  /**
   * The text as messages may quote it. Passwords are masked; every other character keeps its
   * position.
   */
  readonly source: Source;
  readonly config: BridgeConfig;
  /** Valid content that is probably a mistake. `describeProblem` formats a warning. */
  readonly warnings: readonly Problem[];
  /**
   * Every AWS account, Region and partition that the file names. They are compared with the
   * location of the stack.
   */
  readonly location: readonly NamedSpan[];
  /** Every secret that the functions read, in the order of the file. */
  readonly secrets: readonly NamedSecret[];
}

/** An AWS location that the file names, and its position in the file. */
export type NamedSpan = Omit<Mention, 'path'> & Span;

/** A secret of Secrets Manager, and its position in the file. */
export type NamedSecret = (InstanceSecret | CallerSecret) & Span;

/**
 * Reads and compiles the route file. The result is plain JSON.
 *
 * @param readText returns the text of another file that the route file names, or `undefined` if it
 * does not exist
 * @param checkProfile returns the faults of a wire profile as texts; without it, profiles are not
 * checked
 * @throws {RouteFileError} lists every fault
 */
export function readRouteFile(
  source: Source,
  readText: (path: string) => string | undefined,
  checkProfile?: (value: unknown) => readonly string[],
): RouteFile {
  const document = parseDocument(source.text, {
    merge: true,
    prettyErrors: false,
    // Tags such as !!binary and !!set would produce values that JSON does not have.
    resolveKnownTags: false,
    schema: 'core',
    version: '1.2',
  });
  const shown = redact(source, document);
  const { root, problems } = locate(document, source.text);
  const yaml = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    start: pos[0],
    end: Math.max(pos[1], pos[0] + 1),
    message: describeYamlFault(code, message),
  }));
  const faults = new Faults(root, source);
  faults.add([...yaml, ...problems]);
  // Values of an invalid YAML text are unreliable. A duplicate key does not affect the other
  // values.
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) {
    throw new RouteFileError(shown, faults.problems);
  }

  const value = withoutExtensions(root);
  addIssues(faults, routeFileSchema.safeParse(value).error?.issues ?? []);
  const file = isMapping(value) ? value : {};
  if (isMapping(value)) refuseNoRoutes(file, faults);
  const warnings = new Faults(root, source);
  const context = { fileName: source.name, readText, checkProfile };
  const { config, mentions } = compileFile(file, context, { faults, warnings });
  if (config.routes.some(({ observe }) => observe)) {
    const live = { faults: new Faults(root, source), warnings: new Faults(root, source) };
    compileFile(file, context, live, true);
    warnOfLiveFindings({ faults, warnings }, live);
  }
  warnings.add(findCutValues(root, source));
  const mentioned = findSecrets(file);
  refuseSharedLogins(mentioned, faults);
  const secrets = mentioned.map(({ path, ...named }) => ({ ...named, ...faults.spanOf(path) }));
  if (faults.problems.length > 0) throw new RouteFileError(shown, faults.problems, secrets);
  return {
    source: shown,
    config,
    warnings: warnings.problems,
    location: mentions.map(({ path, ...mention }) => ({ ...mention, ...faults.spanOf(path) })),
    secrets,
  };
}

/**
 * Compiles the valid parts of the file, and checks what the schema cannot.
 *
 * @param isLive whether observed routes are checked as live ones
 */
function compileFile(
  file: Readonly<Record<string, unknown>>,
  context: RouteFileContext,
  findings: { readonly faults: Faults; readonly warnings: Faults },
  isLive = false,
): { readonly config: BridgeConfig; readonly mentions: readonly Mention[] } {
  const { faults, warnings } = findings;
  const instances = compileInstances(file['instances'], faults, context);
  refuseDifferentLimits(instances, faults);
  const names = isMapping(file['instances']) ? Object.keys(file['instances']) : [];
  const all = compileRoutes(file['routes'], names, faults);
  const routes = all.map(({ route }) => route);
  // An observed route sends nothing, so it conflicts with no other route.
  const placed = all.filter(({ route }) => isLive || route.observe === undefined);
  const { targets, callers } = compileLaunch(file, findings);
  const mentions = findMentions(file);
  refusePartitions(mentions, faults);
  refuseScatteredTargets(mentions, faults);
  refuseScatteredCallers(mentions, faults);
  const groups = compileFileGroups(file, { placed, targets, instances }, findings);
  const matched = [...routes, ...toGroupRoutes(groups)];
  const accounts = compileAccounts(file['accounts'], { routes: matched, mentions }, findings);
  findOverlaps(placed, findings);
  checkSharedTargets(placed, findings);
  warnOfEndpoints(file['instances'], warnings);
  refuseScratch(placed, instances, faults);
  refuseSharedMirrors(targets, { placed, instances }, faults);
  const requests = compileFileRequests(file, { placed, groups, targets, instances }, findings);
  const night = compileNight(file['night'], names, faults);
  const metricPerRoute = file['metricPerRoute'] !== false;
  return {
    config: {
      ...{ instances, routes, ...(groups.length > 0 && { groups }) },
      ...{ targets, callers, requests, ...(night && { night }), accounts, metricPerRoute },
    },
    mentions,
  };
}

/** Removes the keys that begin with `x-`. They only hold anchors. */
function withoutExtensions({ value }: Located): unknown {
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-')));
}

function describeYamlFault(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'duplicate key; remove one';
  if (code === 'TAG_RESOLVE_FAILED') return `${message}; allowed: values without a tag`;
  return `invalid YAML: ${message}`;
}
