import type { Selector, WorkloadNames } from '../lambda/routing/origin.ts';
import { say } from './shapes.ts';

interface SubjectRule {
  readonly what: string;
  /** A plain name, as the service's API reference allows it. */
  readonly name: RegExp;
  /** A name with `*` in it. */
  readonly glob: RegExp;
  readonly arn?: { readonly pattern: RegExp; readonly example: string };
}

/** Partitions are aws, aws-cn, aws-us-gov, aws-iso, aws-iso-b and their like. */
const arnOf = (resource: string) =>
  new RegExp(
    `^arn:aws(?:-[a-z]+)*:(?:${resource.replace('@', ':[a-z]{2,4}(?:-[a-z]+)+-\\d+:\\d{12}:')})$`,
  );

const batchName = '[A-Za-z0-9][A-Za-z0-9_-]{0,127}';
const batchGlob = /^[A-Za-z0-9_*-]+$/;

/** How each thing of AWS may be named: Step Functions and Batch API references (documented). */
const subjectRules: Readonly<Record<WorkloadNames, SubjectRule>> = {
  stateMachine: {
    what: 'stateMachine',
    name: /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u,
    glob: /^[^\s<>{}[\]?"#%\\^|~`$&,;/\p{Cc}]+$/u,
    arn: {
      pattern: arnOf('states@stateMachine:[^\\s*:/]{1,80}(?::[A-Za-z0-9_.-]+)?'),
      example: 'arn:aws:states:eu-west-1:111122223333:stateMachine:NAME',
    },
  },
  jobQueue: {
    what: 'jobQueue',
    name: new RegExp(`^${batchName}$`),
    glob: batchGlob,
    arn: {
      pattern: arnOf(`batch@job-queue/${batchName}`),
      example: 'arn:aws:batch:eu-west-1:111122223333:job-queue/NAME',
    },
  },
  jobDefinition: {
    what: 'jobDefinition',
    name: new RegExp(`^${batchName}(?::\\d+)?$`),
    glob: batchGlob,
    arn: {
      pattern: arnOf(`batch@job-definition/${batchName}(?::\\d+)?`),
      example: 'arn:aws:batch:eu-west-1:111122223333:job-definition/NAME:7',
    },
  },
  batchJobName: { what: 'jobName', name: new RegExp(`^${batchName}$`), glob: batchGlob },
};

/** Reads how a route names something: what begins with `arn:` is an ARN, what has a `*` is a glob. */
export function toSelector(text: string): Selector {
  if (text.startsWith('arn:')) return { by: 'arn', text };
  return { by: text.includes('*') ? 'glob' : 'name', text };
}

/** What is wrong with a selector's text, if anything is. */
export function checkSelector(subject: WorkloadNames, text: string): string | undefined {
  const { what, name, glob, arn } = subjectRules[subject];
  const { by } = toSelector(text);
  if (by === 'arn') {
    if (arn === undefined) return say(what, text, 'a name, or a name with *; it has no ARN');
    if (arn.pattern.test(text)) return undefined;
    const hint = text.includes('*') ? '; only a name may have a *' : '';
    return say(what, text, `an ARN such as ${arn.example}${hint}`);
  }
  if ((by === 'glob' ? glob : name).test(text)) return undefined;
  const hint = text.includes('?') ? '; * is the only wildcard' : '';
  const remedy = subject === 'stateMachine' ? remedyForMachine(text) : undefined;
  const allowed = `a name, a name with *${arn === undefined ? '' : ', or an ARN'}`;
  return say(what, text, `${allowed}${remedy ?? hint}`);
}

function remedyForMachine(text: string): string | undefined {
  // The ARN of a Distributed Map's child has the label of the map behind a slash.
  if (text.includes('/')) {
    return '; name the state machine alone, and hear the children of its Distributed Maps with mapChildren: only, or include';
  }
  return text.includes(':') ? '; name a version or alias by its ARN, or as NAME:*' : undefined;
}

/** Region and account that an ARN names, so that they can be held against the ones beside it. */
export function toLocation({ by, text }: Selector) {
  const [, , , region = '', account = ''] = text.split(':');
  return by === 'arn' ? { region, account } : undefined;
}
