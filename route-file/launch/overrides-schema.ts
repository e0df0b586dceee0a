import * as z from 'zod';
import { duration, wholeNumberShape } from '../quantities.ts';
import { formatFault, leaf, list, mapping } from '../shapes.ts';

/**
 * A name of an environment variable. Names that begin with AWS_BATCH are reserved (Batch API
 * reference, ContainerOverrides).
 */
const variablePattern = /^(?!AWS_BATCH)[A-Za-z_][A-Za-z0-9_.-]{0,254}$/;

const vcpus = z
  .number({ error: ({ input }) => refuseVcpus(input) })
  .refine((count) => isVcpus(count), { error: ({ input }) => refuseVcpus(input) })
  .meta({
    description:
      'vCPUs of the container: a whole number; on Fargate also 0.25 and 0.5. Default: those of the job definition.',
  });

/** Whole numbers on EC2; Fargate also has 0.25 and 0.5 (Batch API reference, ResourceRequirement). */
function isVcpus(count: number): boolean {
  return [0.25, 0.5].includes(count) || (Number.isInteger(count) && count >= 1 && count <= 1_024);
}

function refuseVcpus(input: unknown): string {
  const found = typeof input === 'number' ? String(input) : input;
  return formatFault('vcpus', found, '0.25, 0.5, or a whole number from 1 to 1024');
}

/** The schema of what a launch target changes in its job definition. */
export const overridesSchema = mapping(
  {
    what: 'overrides',
    description: 'Batch only: what a run changes in its job definition. Default: nothing.',
    hints: {
      retries: 'unknown key "retries" in overrides; did you mean attempts?',
      parameters: 'unknown key "parameters" in overrides; move them to input of the target',
    },
  },
  {
    command: list(
      'command',
      leaf({
        what: 'command',
        allowed: 'a text that is not empty',
        description: 'One word of the command. A template.',
        pattern: /./s,
      }),
    )
      .meta({ description: 'The command of the container, one item for each word, as templates.' })
      .optional(),
    environment: z
      .record(
        // compileOverrides checks the name, because zod does not check the value of an invalid key.
        z.string().meta({
          description: 'Name of an environment variable.',
          pattern: variablePattern.source,
        }),
        leaf({
          what: 'environment',
          allowed: 'a text',
          description: 'Value of the environment variable. A template.',
        }),
        {
          error: ({ input }) =>
            formatFault('environment', input, 'a mapping from variable to value'),
        },
      )
      .meta({ description: 'Environment variables of the container, as templates.' })
      .optional(),
    vcpus: vcpus.optional(),
    memory: wholeNumberShape({
      what: 'memory',
      min: 4,
      max: 33_554_432,
      description: 'Memory of the container in MiB. Default: that of the job definition.',
    }).optional(),
    attempts: wholeNumberShape({
      what: 'attempts',
      min: 1,
      max: 10,
      description: 'Number of attempts. Default: that of the job definition.',
    }).optional(),
    timeout: duration({
      what: 'timeout',
      min: '60s',
      max: '80d',
      examples: '90m or 12h',
      description: 'Time limit of each attempt. Default: that of the job definition.',
    }).optional(),
  },
);

/** Returns the fault of a name of an environment variable, or `undefined`. */
export function findVariableFault(name: string): string | undefined {
  if (variablePattern.test(name)) return undefined;
  const reason = name.startsWith('AWS_BATCH')
    ? '; names that begin with AWS_BATCH are reserved for AWS Batch'
    : '';
  return `${formatFault('environment', name, 'letters, digits and _ . -, the first a letter or _')}${reason}`;
}
