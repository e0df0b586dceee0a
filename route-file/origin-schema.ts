import type { WorkloadNames } from '../lambda/routing/origin.ts';
import { checkSelector } from './selector.ts';
import { leaf, mapping, oneOf, oneOrMore } from './shapes.ts';

const parts = ['ignore', 'only', 'include'] as const;

const selector = (subject: WorkloadNames, what: string, description: string) =>
  leaf({
    what,
    allowed: 'a name, a name with *, or an ARN',
    description,
    check: (text) => checkSelector(subject, text),
  });

/** An AWS account as the file names it. */
export const accountSchema = leaf({
  what: 'account',
  allowed: 'twelve digits',
  description: 'An AWS account: twelve digits in quotes.',
  pattern: /^\d{12}$/,
});

const region = leaf({
  what: 'region',
  allowed: 'an AWS Region such as eu-west-1',
  description: 'An AWS Region, such as eu-west-1.',
  pattern: /^[a-z]{2,4}(?:-[a-z]+)+-\d+$/,
});

/** Where a route's events come from: a state machine, or Batch jobs by queue, definition or name. */
export const originSchema = mapping(
  { what: 'from', description: 'What this route hears: a state machine, or Batch jobs.' },
  {
    stateMachine: selector(
      'stateMachine',
      'stateMachine',
      'A state machine: its name, a name with *, or its ARN (with a version or alias, or without for any).',
    ).optional(),
    mapChildren: oneOf(
      'mapChildren',
      parts,
      'Whether children of Distributed Maps are heard. Default: ignore.',
    ).optional(),
    jobQueue: selector(
      'jobQueue',
      'jobQueue',
      'A Batch job queue: its name, a name with *, or its ARN.',
    ).optional(),
    jobDefinition: selector(
      'jobDefinition',
      'jobDefinition',
      'A Batch job definition: its name, name:revision, a name with *, or its ARN.',
    ).optional(),
    jobName: selector(
      'batchJobName',
      'jobName',
      'The name of a Batch job, or a name with *.',
    ).optional(),
    arrayChildren: oneOf(
      'arrayChildren',
      parts,
      'Whether the children of array jobs are heard. Default: ignore.',
    ).optional(),
    nodes: oneOf(
      'nodes',
      parts,
      'Whether the nodes of multi-node jobs are heard. Default: ignore.',
    ).optional(),
    account: oneOrMore('account', accountSchema)
      .meta({
        description:
          "Only these AWS accounts: one, or a list. Default: that of an ARN named here, else the stack's own.",
      })
      .optional(),
    region: oneOrMore('region', region)
      .meta({
        description:
          "Only these AWS Regions: one, or a list. Default: that of an ARN named here, else the stack's own.",
      })
      .optional(),
  },
).meta({
  anyOf: ['stateMachine', 'jobQueue', 'jobDefinition', 'jobName'].map((key) => ({
    required: [key],
  })),
});
