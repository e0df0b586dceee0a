import type { Io, Output } from '../../cli/io.ts';
import { run } from '../../cli/run.ts';
import { createSystemClock, type Emulator } from '../../emulator/index.ts';

/** The result of a command line. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The files that it wrote. */
  readonly written: ReadonlyMap<string, string>;
}

/** The simulated environment of a command line. */
export interface CliEnvironment {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
  /** @default - the clock of this host */
  readonly now?: Date;
  /** Called after each write, with the whole output so far. */
  readonly onStdout?: (text: string) => void;
  readonly onStderr?: (text: string) => void;
  readonly isTTY?: boolean;
  /** Columns of the terminal. */
  readonly columns?: number;
  /** Rows of the terminal. */
  readonly rows?: number;
  /** Receives written files, for tests that read them before the command has ended. */
  readonly written?: Map<string, string>;
}

/** Runs a command line in memory. Only the network is real. */
export async function runCli(
  argv: readonly string[],
  environment: CliEnvironment = {},
): Promise<CliResult> {
  const { files = {}, env = {}, stdin = '', isTTY = false, written = new Map() } = environment;
  const out: string[] = [];
  const err: string[] = [];
  const toOutput = (texts: string[], onWrite?: (text: string) => void): Output => ({
    isTTY,
    columns: environment.columns,
    rows: environment.rows,
    write: (text) => {
      texts.push(text);
      onWrite?.(texts.join(''));
    },
  });
  const io: Io = {
    stdout: toOutput(out, environment.onStdout),
    stderr: toOutput(err, environment.onStderr),
    readStdin: async () => stdin,
    env,
    clock: createSystemClock(() => environment.now?.getTime() ?? Date.now()),
    signal: environment.signal ?? new AbortController().signal,
    readText: (path) => files[path] ?? missing(),
    writeText: (path, text) => void written.set(path, text),
    writeTemporary: async (name, text) => {
      written.set(`/temporary/${name}`, text);
      return { path: `/temporary/${name}`, [Symbol.asyncDispose]: async () => undefined };
    },
  };
  const code = await run(argv, io);
  return { code, stdout: out.join(''), stderr: err.join(''), written };
}

function missing(): never {
  throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
}

/** The environment with which commands connect to an embedded AutoSys. */
export function environmentFor(
  emulator: Pick<Emulator, 'url' | 'user' | 'password' | 'certificateAuthority'>,
  { files = {}, env = {}, ...environment }: CliEnvironment = {},
): CliEnvironment {
  return {
    ...environment,
    files: { 'ca.pem': emulator.certificateAuthority, ...files },
    env: {
      AUTOSYS_URL: emulator.url,
      AUTOSYS_USER: emulator.user,
      AUTOSYS_PASSWORD: emulator.password,
      AUTOSYS_CA: 'ca.pem',
      ...env,
    },
  };
}

/** A route file with one instance and two routes. */
export const bridgeYaml = `instances:
  ACE:
    endpoints: [https://autosys.example.com:9443]
    secret: autosys/ACE/bridge
routes:
  - name: settlement
    from: { stateMachine: settlement }
    global: AWS_SETTLEMENT
  - name: risk
    from: { jobQueue: night, jobName: risk-eod }
    global: AWS_RISK
    job: RISK_IN_AWS
`;
