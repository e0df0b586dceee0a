import { selectorSchema } from './selector-schema.ts';
import { leaf, mapping, oneOf, oneOrMore } from './shapes.ts';

const parts = ['ignore', 'only', 'include'] as const;

/** The schema of an AWS account. */
export const accountSchema = leaf({
  what: 'account',
  allowed: 'twelve digits',
  description: 'An AWS account id: twelve digits in quotes.',
  pattern: /^\d{12}$/,
});

/** The schema of an AWS Region. */
export const regionSchema = leaf({
  what: 'region',
  allowed: 'an AWS Region such as eu-west-1',
  description: 'An AWS Region, such as eu-west-1.',
  pattern: /^[a-z]{2,4}(?:-[a-z]+)+-\d+$/,
});

/**
 * The schema of the workloads that a route matches: a state machine, or Batch jobs by queue,
 * definition or name.
 */
export const originSchema = mapping(
  {
    what: 'from',
    description: 'The workloads that this route matches: a state machine, or Batch jobs.',
  },
  {
    stateMachine: selectorSchema(
      'stateMachine',
      'stateMachine',
      'A state machine: its name, a name with *, or its ARN. An ARN without version or alias matches all of them.',
    ).optional(),
    mapChildren: oneOf(
      'mapChildren',
      parts,
      'Whether the route matches children of Distributed Maps. only: it matches no other executions. Default: ignore.',
    ).optional(),
    jobQueue: selectorSchema(
      'jobQueue',
      'jobQueue',
      'A Batch job queue: its name, a name with *, or its ARN.',
    ).optional(),
    jobDefinition: selectorSchema(
      'jobDefinition',
      'jobDefinition',
      'A Batch job definition: its name, name:revision, a name with *, or its ARN.',
    ).optional(),
    jobName: selectorSchema(
      'batchJobName',
      'jobName',
      'The name of a Batch job, or a name with *.',
    ).optional(),
    arrayChildren: oneOf(
      'arrayChildren',
      parts,
      'Whether the route matches children of array jobs. only: it matches no other jobs. Default: ignore.',
    ).optional(),
    nodes: oneOf(
      'nodes',
      parts,
      'Whether the route matches nodes of multi-node jobs. only: it matches no other jobs. Default: ignore.',
    ).optional(),
    account: oneOrMore('account', accountSchema)
      .meta({
        description:
          'AWS accounts of the workloads: one or a list. Default: the account of an ARN in from, otherwise the account of the stack.',
      })
      .optional(),
    region: oneOrMore('region', regionSchema)
      .meta({
        description:
          'AWS Regions of the workloads: one or a list. Default: the Region of an ARN in from, otherwise the Region of the stack.',
      })
      .optional(),
  },
).meta({
  anyOf: ['stateMachine', 'jobQueue', 'jobDefinition', 'jobName'].map((key) => ({
    required: [key],
  })),
});
