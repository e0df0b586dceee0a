/** A folder or a file of the source, and what it may import. */
export interface Folder {
  /**
   * Path from the top of the repository; a folder ends in `/`. The longest path that matches a file
   * applies.
   */
  readonly path: string;
  /** Contents, for docs/architecture.md. @default - no row in that table */
  readonly purpose?: string;
  /** Folders and files that it may import, besides itself. `all` for every folder. */
  readonly folders: readonly string[] | 'all';
  /**
   * Packages that it may import, with all of their paths. `all` for every package. @default - none
   */
  readonly packages?: readonly string[] | 'all';
  /** Modules of Node.js that it may import. `all` for every module. @default - none */
  readonly node?: readonly string[] | 'all';
}

/**
 * Imports allowed in every folder of `lambda/`: names of AutoSys, the contract, errors and
 * policies.
 */
const ground = [
  'autosys/',
  'lambda/contract.ts',
  'lambda/errors.ts',
  'lambda/login-errors.ts',
  'lambda/policies.ts',
] as const;
/** Imports allowed in the file of one SDK client. */
const awsGround = [
  ...ground,
  'lambda/aws/client-timeouts.ts',
  'lambda/aws/failure-reason.ts',
  'lambda/aws/lookup.ts',
  'lambda/aws/secret-json.ts',
  'lambda/aws/secret-login.ts',
] as const;
/** The folders of pure decisions. */
const decisions = [...ground, 'lambda/workload/', 'lambda/routing/', 'lambda/ledger/'] as const;
/** Imports shared by report, sweep and canary. */
const stages = [
  ...decisions,
  'lambda/circuit-breaker/',
  'lambda/delivery/evidence/',
  'lambda/aws/lookup.ts',
  'lambda/aws/secret-login.ts',
  'lambda/login/',
  'lambda/delivery/',
  'lambda/telemetry/',
  'lambda/config.ts',
] as const;

/**
 * The import rules of folders. test/law/folders.test.ts enforces them for every import, including
 * type imports. They are printed in docs/architecture.md.
 */
export const folders: readonly Folder[] = [
  {
    path: 'autosys/',
    purpose:
      'the language of AutoSys: names, statuses, events, conditions, JIL, the text of sendevent and autorep',
    folders: [],
  },
  {
    path: 'autosys/client/',
    purpose: 'AEWS over HTTPS: wire profiles, requests, replies, retries',
    folders: ['autosys/'],
    packages: ['got'],
    node: ['buffer', 'crypto', 'http', 'https', 'net', 'process', 'tls', 'zlib'],
  },
  {
    path: 'event-pattern/',
    purpose: 'EventBridge patterns: parse, match, complexity and quotas',
    folders: [],
    node: ['net'],
  },
  {
    path: 'route-file/',
    purpose:
      '`bridge.yaml`: read, check, compile to `bridge.json`; `launch/`: its targets and callers; `requests/`: what AWS processes may ask; `rules/`: the EventBridge patterns of its routes and targets. Not part of any bundle',
    folders: [
      ...ground,
      'event-pattern/',
      'lambda/workload/',
      'lambda/routing/',
      'lambda/circuit-breaker/',
      'lambda/login/',
    ],
    packages: ['yaml', 'zod'],
    node: ['fs', 'path'],
  },
  {
    path: 'lambda/contract.ts',
    purpose: 'names shared by stack, functions and local host',
    folders: [],
  },
  { path: 'lambda/policies.ts', purpose: 'retry, lease and deadline settings', folders: [] },
  {
    path: 'lambda/errors.ts',
    purpose: 'errors of the bridge, and the disposition of each',
    folders: ['autosys/'],
  },
  {
    path: 'lambda/login-errors.ts',
    purpose: 'errors about secrets and logins',
    folders: ['autosys/', 'lambda/errors.ts'],
  },
  {
    path: 'lambda/config.ts',
    purpose: 'reads `bridge.json`',
    folders: [...ground, 'lambda/routing/'],
  },
  {
    path: 'lambda/workload/',
    purpose:
      'events of AWS: `WorkloadEvent`, its version; `read/` parses one from an EventBridge event',
    folders: ground,
    packages: ['zod'],
    node: ['crypto'],
  },
  {
    path: 'lambda/routing/',
    purpose: 'route matching, templates, and the requested effects',
    folders: [...ground, 'event-pattern/', 'lambda/workload/'],
  },
  {
    path: 'lambda/ledger/',
    purpose: 'pure decisions on ledger entries and runs, and their rows',
    folders: [...ground, 'lambda/workload/', 'lambda/routing/'],
    packages: ['zod'],
  },
  {
    path: 'lambda/ledger/store/',
    purpose: 'the ledger table in DynamoDB and in memory',
    folders: [
      ...ground,
      'lambda/ledger/',
      'lambda/aws/client-timeouts.ts',
      'lambda/aws/failure-reason.ts',
    ],
    packages: ['zod'],
  },
  {
    path: 'lambda/ledger/store/dynamo-table.ts',
    folders: [
      ...ground,
      'lambda/ledger/',
      'lambda/ledger/store/',
      'lambda/aws/client-timeouts.ts',
      'lambda/aws/failure-reason.ts',
    ],
    packages: ['@aws-sdk/client-dynamodb'],
    node: ['https'],
  },
  {
    path: 'lambda/circuit-breaker/',
    purpose:
      'one circuit breaker per AutoSys instance, shared through the ledger table; maintenance windows',
    folders: decisions,
  },
  {
    path: 'lambda/aws/',
    purpose:
      'one file per AWS SDK client: Secrets Manager, Step Functions, Batch, STS, CloudWatch Logs, S3, IAM, CloudFormation',
    folders: ground,
    node: ['https'],
  },
  {
    path: 'lambda/aws/credentials.ts',
    folders: awsGround,
    packages: ['@aws-sdk/client-secrets-manager'],
    node: ['https'],
  },
  {
    path: 'lambda/aws/step-functions.ts',
    folders: awsGround,
    packages: ['@aws-sdk/client-sfn'],
  },
  {
    path: 'lambda/aws/start-execution.ts',
    folders: [...awsGround, 'lambda/aws/start-result.ts'],
    packages: ['@aws-sdk/client-sfn'],
  },
  {
    path: 'lambda/aws/redrive-execution.ts',
    folders: [...awsGround, 'lambda/aws/start-result.ts'],
    packages: ['@aws-sdk/client-sfn'],
  },
  {
    path: 'lambda/aws/read-revisions.ts',
    folders: awsGround,
    packages: ['@aws-sdk/client-sfn'],
  },
  {
    path: 'lambda/aws/stop-execution.ts',
    folders: [...awsGround, 'lambda/aws/stop-result.ts'],
    packages: ['@aws-sdk/client-sfn'],
  },
  {
    path: 'lambda/aws/stop-job.ts',
    folders: [...awsGround, 'lambda/aws/stop-result.ts'],
    packages: ['@aws-sdk/client-batch'],
  },
  {
    path: 'lambda/aws/batch.ts',
    folders: awsGround,
    packages: ['@aws-sdk/client-batch'],
  },
  {
    path: 'lambda/aws/read-history.ts',
    folders: [...awsGround, 'lambda/aws/log-results.ts'],
    packages: ['@aws-sdk/client-sfn'],
  },
  {
    path: 'lambda/aws/read-job-logs.ts',
    folders: [...awsGround, 'lambda/aws/log-results.ts'],
    packages: ['@aws-sdk/client-batch'],
  },
  {
    path: 'lambda/aws/read-map-children.ts',
    folders: [...awsGround, 'lambda/aws/log-results.ts'],
    packages: ['@aws-sdk/client-sfn'],
  },
  {
    path: 'lambda/aws/read-log.ts',
    folders: [...awsGround, 'lambda/aws/log-results.ts'],
    packages: ['@aws-sdk/client-cloudwatch-logs'],
  },
  {
    path: 'lambda/aws/submit-job.ts',
    folders: [...awsGround, 'lambda/aws/start-result.ts'],
    packages: ['@aws-sdk/client-batch'],
  },
  {
    path: 'lambda/aws/find-jobs.ts',
    folders: awsGround,
    packages: ['@aws-sdk/client-batch'],
  },
  {
    path: 'lambda/aws/send-task.ts',
    folders: [...awsGround, 'lambda/aws/task-answer.ts'],
    packages: ['@aws-sdk/client-sfn'],
  },
  {
    path: 'lambda/aws/put-page.ts',
    folders: awsGround,
    packages: ['@aws-sdk/client-s3'],
  },
  {
    path: 'lambda/aws/source-roles.ts',
    folders: awsGround,
    packages: ['@aws-sdk/client-sts'],
  },
  {
    path: 'lambda/aws/caller-identity.ts',
    folders: awsGround,
    packages: ['@aws-sdk/client-sts'],
    node: ['https'],
  },
  {
    path: 'lambda/aws/describe-state-machine.ts',
    folders: [...awsGround, 'lambda/aws/live-clients.ts'],
    packages: ['@aws-sdk/client-sfn'],
  },
  {
    path: 'lambda/aws/describe-batch.ts',
    folders: [...awsGround, 'lambda/aws/live-clients.ts'],
    packages: ['@aws-sdk/client-batch'],
  },
  {
    path: 'lambda/aws/describe-secret.ts',
    folders: [...awsGround, 'lambda/aws/live-clients.ts'],
    packages: ['@aws-sdk/client-secrets-manager'],
  },
  {
    path: 'lambda/aws/simulate-policy.ts',
    folders: [...awsGround, 'lambda/aws/live-clients.ts'],
    packages: ['@aws-sdk/client-iam'],
  },
  {
    path: 'lambda/aws/describe-stack.ts',
    folders: [...awsGround, 'lambda/aws/live-clients.ts'],
    packages: ['@aws-sdk/client-cloudformation'],
  },
  {
    path: 'lambda/aws/describe-table.ts',
    folders: [...awsGround, 'lambda/aws/live-clients.ts'],
    packages: ['@aws-sdk/client-dynamodb'],
  },
  {
    path: 'lambda/aws/read-canary-log.ts',
    folders: [...awsGround, 'lambda/aws/live-clients.ts'],
    packages: ['@aws-sdk/client-cloudwatch-logs'],
  },
  {
    path: 'lambda/aws/bucket-region.ts',
    folders: awsGround,
    packages: ['@aws-sdk/client-s3'],
    node: ['https'],
  },
  {
    path: 'lambda/aws/invoke-sweep.ts',
    folders: awsGround,
    packages: ['@aws-sdk/client-lambda'],
    node: ['https'],
  },
  {
    path: 'lambda/login/',
    purpose: 'logins: secret versions, rotation, rejected logins, CA certificates',
    folders: [...decisions, 'lambda/aws/secret-login.ts', 'lambda/aws/secret-json.ts'],
    node: ['async_hooks', 'crypto', 'timers/promises'],
  },
  {
    path: 'lambda/delivery/evidence/',
    purpose: 'evidence in AutoSys that an event took effect',
    folders: decisions,
  },
  {
    path: 'lambda/delivery/',
    purpose:
      'claims an entry, sends its event, reads the effect back, records the outcome; the drain',
    folders: [
      ...decisions,
      'lambda/circuit-breaker/',
      'lambda/delivery/evidence/',
      'lambda/login/',
    ],
    node: ['async_hooks', 'timers/promises'],
  },
  {
    path: 'lambda/telemetry/',
    purpose: 'log lines and metrics',
    folders: [...decisions, 'lambda/circuit-breaker/', 'lambda/login/', 'lambda/delivery/'],
  },
  {
    path: 'lambda/telemetry/metrics-port.ts',
    folders: [...decisions, 'lambda/telemetry/'],
    packages: ['@aws-lambda-powertools/metrics'],
  },
  {
    path: 'lambda/launch/',
    purpose:
      'the launch API: starts AWS work for AutoSys, its status, stop, restart, mirrors and logs',
    folders: [
      ...stages,
      'lambda/aws/log-results.ts',
      'lambda/aws/start-result.ts',
      'lambda/aws/stop-result.ts',
    ],
    packages: ['zod'],
    node: ['crypto', 'querystring'],
  },
  {
    path: 'lambda/request/',
    purpose: 'requests of AWS processes to AutoSys: checks, the key, effects, reads',
    folders: [...stages, 'lambda/aws/task-answer.ts'],
    packages: ['zod'],
    node: ['util'],
  },
  {
    path: 'lambda/span/',
    purpose:
      'reads what the ledger has on an instance in a time span: runs, effects, groups, launches, requests, outages',
    folders: [...stages, 'lambda/launch/', 'lambda/request/', 'lambda/groups/'],
  },
  {
    path: 'lambda/groups/',
    purpose: 'groups of workloads: the state of a group on a business day, and its row',
    folders: decisions,
  },
  {
    path: 'lambda/night/',
    purpose:
      'the page of a night: what ran in AWS, what AutoSys was sent, which jobs waited for it',
    folders: [...stages, 'lambda/request/', 'lambda/span/', 'lambda/groups/'],
    node: ['crypto'],
  },
  {
    path: 'lambda/report/',
    purpose: 'processing of one queue message: read, translate, claim, send, confirm, record',
    folders: [...stages, 'lambda/groups/'],
    packages: ['aws-lambda'],
  },
  {
    path: 'lambda/sweep/',
    purpose:
      'scheduled work: sends due entries, looks up open runs in AWS, reads values back again, opens the days of groups',
    folders: [...stages, 'lambda/groups/'],
  },
  {
    path: 'lambda/canary/',
    purpose:
      'tests the path to AutoSys, from the host name to a value read back; `doctor` uses it too',
    folders: stages,
  },
  {
    path: 'lambda/functions/',
    purpose: 'entry file of each function, and the composition root',
    folders: [
      'lambda/aws/',
      'lambda/ledger/store/dynamo-table.ts',
      ...stages,
      'autosys/client/',
      'lambda/groups/',
      'lambda/launch/',
      'lambda/report/',
      'lambda/request/',
      'lambda/sweep/',
      'lambda/canary/',
      'lambda/night/',
    ],
    packages: ['@middy/core', '@aws-lambda-powertools/logger', 'aws-lambda'],
    node: ['crypto', 'fs', 'timers/promises'],
  },
  {
    path: 'release/',
    purpose: 'the files of a release, their checksums, and the digest of the sources',
    folders: ['cli/build-agent.ts', 'cli/build-cli.ts', 'cli/build-direct.ts', 'package/pack.ts'],
    node: ['crypto', 'fs', 'path'],
  },
  {
    path: 'release/source-digest.ts',
    folders: [],
    node: ['crypto', 'fs', 'path'],
  },
  {
    path: 'infra/',
    purpose: 'CDK: the constructs `AutosysBridge` and `BridgeSource`, and the app',
    folders: [
      'release/source-digest.ts',
      'autosys/source.ts',
      'autosys/suggest.ts',
      'autosys/client/profile-faults.ts',
      'lambda/contract.ts',
      'lambda/launch/api.ts',
      'lambda/launch/endpoints.ts',
      'lambda/launch/text-answer.ts',
      'event-pattern/',
      'infra/requests/',
      'route-file/',
      'lambda/routing/',
      'lambda/workload/',
    ],
    packages: ['aws-cdk-lib', 'constructs', 'esbuild', 'zod'],
    node: ['crypto', 'fs', 'net', 'path', 'url'],
  },
  {
    path: 'infra/requests/',
    purpose:
      'the request function with its aliases and their policies, the wait function, and the states of Step Functions that ask AutoSys',
    folders: [
      'infra/',
      'autosys/names.ts',
      'autosys/suggest.ts',
      'lambda/contract.ts',
      'lambda/request/result.ts',
      'lambda/routing/',
    ],
    packages: ['aws-cdk-lib', 'constructs'],
  },
  {
    path: 'infra/template-package/',
    purpose:
      'the hand-over without CDK: templates with parameters, archives of the functions, a Terraform module',
    folders: ['infra/', 'lambda/routing/', 'route-file/'],
    packages: ['aws-cdk-lib'],
    node: ['crypto', 'fs', 'path', 'zlib'],
  },
  {
    path: 'infra/bundle-stubs/',
    purpose: 'small modules that the bundler substitutes for parts that the functions never use',
    folders: [],
    node: ['fs', 'util'],
  },
  {
    path: 'emulator/',
    purpose: 'the embedded AutoSys: AEWS over HTTPS; `engine/`: scheduler, boxes, starting, ending',
    folders: ['autosys/'],
    packages: ['@peculiar/x509'],
    node: 'all',
  },
  {
    path: 'local/',
    purpose:
      'the embedded AWS on one machine: bus, queue, tables, and the deployed bundles under the runtime client of AWS',
    folders: ['lambda/contract.ts', 'event-pattern/'],
    packages: ['dynalite'],
    node: 'all',
  },
  {
    path: 'cli/agent/',
    purpose: 'the command on agents: `run`, `stop`, `restart`, `log`, `whois`; bundled alone',
    folders: [
      'lambda/launch/api.ts',
      'lambda/launch/json-position.ts',
      'autosys/backoff.ts',
      'autosys/suggest.ts',
      'cli/command.ts',
      'cli/command-prefix.ts',
      'cli/direct-file.ts',
      'cli/escape-text.ts',
      'cli/help-layout.ts',
      'cli/no-proxy.ts',
      'cli/parse-options.ts',
    ],
    node: 'all',
  },
  {
    path: 'cli/direct/',
    purpose:
      '`run --direct`: calls AWS with the credentials of the host, without the launch API; a second bundle, with the SDK',
    folders: [
      'autosys/',
      'lambda/aws/',
      'lambda/contract.ts',
      'lambda/policies.ts',
      'lambda/workload/',
      'lambda/routing/',
      'lambda/ledger/',
      'lambda/launch/',
      'lambda/sweep/recovered-event.ts',
      'route-file/',
      'cli/agent/',
      'cli/command-prefix.ts',
      'cli/direct-file.ts',
      'cli/no-proxy.ts',
    ],
    packages: [
      '@aws-sdk/client-batch',
      '@aws-sdk/client-cloudwatch-logs',
      '@aws-sdk/client-sfn',
      '@aws-sdk/client-sts',
    ],
    node: 'all',
  },
  {
    path: 'cli/build-direct.ts',
    folders: ['cli/direct-file.ts', 'cli/program-build.ts'],
    packages: ['esbuild'],
    node: ['fs', 'path', 'zlib'],
  },
  {
    path: 'cli/build-agent.ts',
    folders: ['cli/command-prefix.ts', 'cli/program-build.ts'],
    packages: ['esbuild'],
    node: ['fs', 'path'],
  },
  {
    path: 'cli/build-cli.ts',
    folders: ['cli/clone-commands.ts', 'cli/command.ts', 'cli/program-build.ts'],
    packages: ['esbuild'],
    node: ['fs', 'path', 'url'],
  },
  {
    path: 'cli/program-build.ts',
    folders: ['release/source-digest.ts', 'package.json'],
    node: ['path'],
  },
  {
    path: 'cli/',
    purpose: 'the command `autosys-bridge`',
    folders: [
      ...stages,
      'lambda/aws/',
      'lambda/ledger/store/',
      'autosys/client/',
      'emulator/',
      'local/',
      'route-file/',
      'lambda/canary/',
      'lambda/groups/',
      'lambda/launch/',
      'lambda/request/',
      'lambda/span/',
      'lambda/night/',
      'cli/agent/',
      'cli/direct/',
      'infra/template-package/',
    ],
    node: 'all',
  },
  {
    path: 'package/',
    purpose: 'builds the package for CDK apps of other projects (`npm run build:package`)',
    folders: [
      'cli/build-cli.ts',
      'infra/bundle-options.ts',
      'infra/function-names.ts',
      'package.json',
    ],
    packages: ['esbuild'],
    node: ['child_process', 'crypto', 'fs', 'os', 'path', 'util'],
  },
  {
    path: 'bench/',
    purpose: 'benchmarks, with [figures](benchmarks.md); only its tests import it',
    folders: 'all',
    packages: 'all',
    node: 'all',
  },
];

/** The folder whose rules apply to a file; `undefined` if no folder matches. */
export function findFolder(file: string, all: readonly Folder[] = folders): Folder | undefined {
  return all
    .filter(({ path }) => (path.endsWith('/') ? file.startsWith(path) : file === path))
    .toSorted((one, other) => other.path.length - one.path.length)[0];
}

/** The folder whose rules apply to a path; a subfolder with its own row is its own parent. */
export function toParent(path: string): string {
  if (path.endsWith('/')) return path;
  return (
    findFolder(
      path,
      folders.filter((one) => one.path.endsWith('/')),
    )?.path ?? path
  );
}

/** An import in a file: of another file of the repository, or of a package. */
export interface Import {
  readonly file: string;
  /**
   * A path from the top of the repository, or the specifier of a package import, such as `node:fs`.
   */
  readonly target: string;
  readonly isPackage: boolean;
}

/** The reason why an import is not allowed; `undefined` if it is allowed. */
export function describeBreach({ file, target, isPackage }: Import): string | undefined {
  const folder = findFolder(file);
  if (folder === undefined) return `${file}: no folder of docs/folders.ts matches it`;
  const { path, packages = [], node = [] } = folder;
  const toBreach = (allowed: readonly string[]) =>
    `${file}: found an import of ${target}, allowed in ${path}: ${allowed.join(', ') || 'none'}`;
  if (target.startsWith('node:')) {
    return node === 'all' || node.includes(target.slice(5)) ? undefined : toBreach(node);
  }
  if (isPackage) {
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target;
    return packages === 'all' || packages.includes(name) ? undefined : toBreach(packages);
  }
  const other = findFolder(target)?.path ?? target;
  const parent = toParent(other);
  // A subfolder with its own row counts as another folder.
  if (folder.folders === 'all' || [other, parent].includes(path)) return undefined;
  const isAllowed = [target, other, parent].some((one) => folder.folders.includes(one));
  return isAllowed ? undefined : toBreach(folder.folders);
}
