import { type NamedSecret, RouteFileError } from '../../route-file/index.ts';
import { defineCommand } from '../command.ts';
import { readConfig } from '../config.ts';
import { CommandLineError, exitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import type { CheckedSecrets } from '../validate/check-secrets.ts';
import { printContent } from '../validate/print-content.ts';
import { printFaults } from '../validate/print-faults.ts';

/**
 * `validate`: checks the route file as synth does, and its secrets as the functions do. Prints
 * every fault with its location, or the content of a valid file.
 */
export const validate = defineCommand({
  name: 'validate',
  summary: 'checks a route file, and prints every fault with its location',
  options: {
    secrets: {
      type: 'boolean',
      about: 'also read and check the secrets that the file names, as the functions do',
    },
  },
  positionals: { value: 'FILE', about: 'route file, such as bridge.yaml; - for stdin' },
  notes: [
    'If the file is invalid, each fault is printed on stderr as FILE:LINE:COLUMN with its line, and the command ends with 1. With --json the faults are printed as data on stdout.',
    'With --secrets each secret is read once, in the account and Region of your environment (AWS_REGION, AWS_PROFILE). Use those of the stack. This needs secretsmanager:GetSecretValue, and kms:Decrypt if the secret has its own key. The content of a secret is never printed.',
    'A secret that is missing, denied or invalid is a fault of the line that names it. If Secrets Manager could not be reached and the file has no fault, the command ends with 3.',
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
    const file = await readOrReject(io, path);
    const checked = options.secrets ? await checkSecretsOf(file.secrets, io) : undefined;
    const fileFaults = file instanceof RouteFileError ? file.problems : [];
    const { source } = file;
    const faults = [...fileFaults, ...(checked?.faults ?? [])];
    if (file instanceof RouteFileError || faults.length + (checked?.unread.length ?? 0) > 0) {
      printFaults({ source, faults, unread: checked?.unread }, io, json);
      return faults.length > 0 ? exitCodes.rejected : exitCodes.unknown;
    }
    const warnings = [...file.warnings, ...(checked?.warnings ?? [])];
    printContent({ file: { ...file, warnings }, secrets: checked && file.secrets }, io, json);
    return exitCodes.done;
  },
});

/** Loads the AWS SDK, which takes longer than the check of a file, only with --secrets. */
async function checkSecretsOf(secrets: readonly NamedSecret[], io: Io): Promise<CheckedSecrets> {
  const { checkSecrets } = await import('../validate/check-secrets.ts');
  return checkSecrets(secrets, io);
}

/**
 * Reads the route file, or returns the error with its faults. Both list the secrets of the file.
 */
async function readOrReject(io: Io, path: string) {
  try {
    return await readConfig(io, path);
  } catch (error) {
    if (error instanceof RouteFileError) return error;
    throw error;
  }
}
