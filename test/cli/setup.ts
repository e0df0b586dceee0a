import type { Io, Output } from '../../cli/io.ts';
import { run } from '../../cli/run.ts';
import { createSystemClock, type Emulator } from '../../emulator/index.ts';

/** What a command line left behind. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Files it wrote. */
  readonly written: ReadonlyMap<string, string>;
}

/** The world of a command line. */
export interface World {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
  /** @default the clock of this host */
  readonly now?: Date;
  /** Told of all that was written so far, each time. */
  readonly onStdout?: (text: string) => void;
  readonly onStderr?: (text: string) => void;
  readonly isTTY?: boolean;
  /** Where written files go, for who looks before the command has ended. */
  readonly written?: Map<string, string>;
}

/** Carries out a command line in memory; only the network is real. */
export async function runCli(argv: readonly string[], world: World = {}): Promise<Ran> {
  const { files = {}, env = {}, stdin = '', isTTY = false, written = new Map() } = world;
  const out: string[] = [];
  const err: string[] = [];
  const toOutput = (texts: string[], told?: (text: string) => void): Output => ({
    isTTY,
    write: (text) => {
      texts.push(text);
      told?.(texts.join(''));
    },
  });
  const io: Io = {
    stdout: toOutput(out, world.onStdout),
    stderr: toOutput(err, world.onStderr),
    readStdin: async () => stdin,
    env,
    clock: createSystemClock(() => world.now?.getTime() ?? Date.now()),
    signal: world.signal ?? new AbortController().signal,
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

/** The world in which an embedded AutoSys is reached. */
export function reach(
  emulator: Pick<Emulator, 'url' | 'user' | 'password' | 'certificateAuthority'>,
  { files = {}, env = {}, ...world }: World = {},
): World {
  return {
    ...world,
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
