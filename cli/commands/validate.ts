import { RouteFileError } from '../../route-file/index.ts';
import { defineCommand } from '../command.ts';
import { readConfig } from '../config.ts';
import { CommandLineError, exitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { checkSecrets } from '../validate/check-secrets.ts';
import { printContent } from '../validate/print-content.ts';
import { printFaults } from '../validate/print-faults.ts';

/** Checks the route file as synth does, and its secrets as the functions do: every fault with its place, or what the file says. */
export const validate = defineCommand({
  name: 'validate',
  summary: 'checks a route file, and says every fault with its place',
  options: {
    secrets: {
      type: 'boolean',
      about:
        "reads the secrets that the file names as the functions will, and says what is wrong with them; Region and login come from AWS's own environment",
    },
  },
  positionals: { value: 'FILE', about: 'the route file such as bridge.yaml; - for stdin' },
  notes: [
    'A file that is wrong is described on stderr as FILE:LINE:COLUMN with the line itself, and ends with 1. With --json the faults are data, on stdout.',
    'With --secrets each secret is asked for once, in the account and Region of your environment (AWS_REGION, AWS_PROFILE), which should be those of the stack; it takes secretsmanager:GetSecretValue, and kms:Decrypt where the secret has a key of its own. Nothing of a secret is shown. A secret that is missing, closed to you or wrong is a fault of the line that names it; where Secrets Manager could not be asked and nothing else is wrong, it ends with 3.',
  ],
  examples: [
    'validate bridge.yaml',
    'validate bridge.yaml --json',
    'validate bridge.yaml --secrets',
  ],
  run: async ({ options, positionals, json, io }) => {
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) {
      const found = path === undefined ? 'none' : `${positionals.length}`;
      throw new CommandLineError('validate', [`expected one FILE, found ${found}`]);
    }
    const file = await readOrRefuse(io, path);
    const checked = options.secrets ? await checkSecrets(file.secrets, io) : undefined;
    const refused = file instanceof RouteFileError ? file.problems : [];
    const { source } = file;
    const faults = [...refused, ...(checked?.faults ?? [])];
    if (file instanceof RouteFileError || faults.length + (checked?.unread.length ?? 0) > 0) {
      printFaults({ source, faults, unread: checked?.unread }, io, json);
      return faults.length > 0 ? exitCodes.refused : exitCodes.unknown;
    }
    const warnings = [...file.warnings, ...(checked?.doubts ?? [])];
    printContent({ file: { ...file, warnings }, secrets: checked && file.secrets }, io, json);
    return exitCodes.done;
  },
});

/** What the file says, or every fault of it; both name its secrets. */
async function readOrRefuse(io: Io, path: string) {
  try {
    return await readConfig(io, path);
  } catch (error) {
    if (error instanceof RouteFileError) return error;
    throw error;
  }
}
