import type { Statement } from '../../autosys/jil/index.ts';
import { type Emulator, findUnknownTimezones } from '../../emulator/index.ts';
import { checkJil } from '../check-jil.ts';
import { defineCommand } from '../command.ts';
import { type EmulatorAccess, printAccess } from '../emulate/access.ts';
import { executeNote } from '../emulate/execute.ts';
import { printChange, toChangeDocument } from '../emulate/print-change.ts';
import { faultNames } from '../emulate/read-fault.ts';
import { type EmulateOptions, emulateOptions, readEmulateSettings } from '../emulate/settings.ts';
import { startEmulation } from '../emulate/start.ts';
import { exitCodes } from '../exit-code.ts';
import { readSource, writeFile } from '../files.ts';
import type { Io, TemporaryFile } from '../io.ts';
import { createPaint, printJson, printLines, printNotes } from '../render.ts';

/** `emulate`: runs the embedded AutoSys as a server until SIGINT or SIGTERM. */
export const emulate = defineCommand({
  name: 'emulate',
  summary: 'runs an embedded AutoSys with AEWS over HTTPS until it is stopped',
  options: emulateOptions,
  positionals: { value: '[FILE…]', about: 'JIL files, as with --jil' },
  notes: [
    'Prints its address, login and example commands on stderr, then one line on stdout for each change. With --json the first line on stdout is {"url", "user", "password", "caFile", "executes"}, and each further line is one change. Ends with 0 on SIGINT or SIGTERM.',
    `Faults: ${faultNames.join(', ')}. Examples: --fault reset-after-accept@event/, --fault respond=503:3, --fault never-answer:always.`,
    executeNote,
  ],
  examples: [
    'emulate --jil night.jil',
    'emulate --jil night.jil --port 0 --ca-out ca.pem --json',
    'emulate --fault accept-and-lose@event/:2',
    'emulate --jil night.jil --execute agent-1 --kill-target shell',
  ],
  run: async ({ options: given, positionals, json, io }) => {
    const settings = readEmulateSettings(given, io);
    const paths = [...given.jil, ...positionals];
    const sources = await Promise.all(paths.map((path) => readSource(io, path)));
    const findWarnings = (statements: readonly Statement[]) =>
      findUnknownTimezones(statements, settings.timezone ?? 'UTC');
    for (const source of sources) checkJil(source, { io, json, findWarnings });
    await using emulator = await startEmulation({ ...settings, jil: sources }, given.port, {
      io,
      json,
    });
    await using caFile = await writeCertificate(emulator, given['ca-out'], io);
    printEmulatorAccess(emulator, { caFile: caFile.path, given, json, io });
    using _listener = printChanges(emulator, json, io);
    await waitUntilStopped(io);
    if (!json) printLines(io.stderr, ['stopped']);
    return exitCodes.done;
  },
});

async function writeCertificate(
  { certificateAuthority }: Emulator,
  path: string | undefined,
  io: Io,
): Promise<TemporaryFile> {
  if (path === undefined) return io.writeTemporary('ca.pem', certificateAuthority);
  writeFile(io, path, certificateAuthority);
  return { path, [Symbol.asyncDispose]: async () => undefined };
}

function printEmulatorAccess(
  emulator: Emulator,
  {
    caFile,
    given,
    json,
    io,
  }: {
    readonly caFile: string;
    readonly given: EmulateOptions;
    readonly json: boolean;
    readonly io: Io;
  },
): void {
  const { user, password } = emulator;
  // Clients cannot connect to the address that means all interfaces.
  const url = emulator.url.replace(/\/\/(0\.0\.0\.0|\[::\])/, '//localhost');
  const file = given['password-file'];
  const access: EmulatorAccess = {
    url,
    user,
    ...(file === undefined && { password }),
    caFile,
    ...(given.execute.length > 0 && { executes: given.execute }),
  };
  if (json) printJson(io.stdout, access);
  else printLines(io.stderr, printAccess(emulator, access, { password, file }));
  printNotes(io, describeUnusedMachines(emulator, given.execute), json);
}

/** A machine without a job may be misspelt; its jobs may also be loaded later. */
function describeUnusedMachines(
  { instance }: Emulator,
  machines: readonly string[],
): readonly string[] {
  const used = new Set<string | undefined>(instance.jobs().map(({ job }) => job.machine));
  return machines
    .filter((machine) => !used.has(machine))
    .map((machine) => `--execute ${machine}: no job runs on this machine yet`);
}

function printChanges({ instance }: Emulator, json: boolean, io: Io): Disposable {
  const paint = createPaint(io.stdout, io.env);
  return instance.onChange((change) => {
    if (json) printJson(io.stdout, toChangeDocument(change));
    else printLines(io.stdout, [printChange(change, instance.timezone, paint)]);
  });
}

function waitUntilStopped({ signal }: Io): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
