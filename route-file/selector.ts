import type { Selector, WorkloadNames } from '../lambda/routing/origin.ts';
import { formatFault } from './shapes.ts';

interface SubjectRule {
  readonly what: string;
  /** A plain name, as in the API reference of the service. */
  readonly name: RegExp;
  /** A name that contains `*`. */
  readonly glob: RegExp;
  readonly arn?: { readonly pattern: RegExp; readonly example: string };
}

/** Partitions are aws, aws-cn, aws-us-gov, aws-iso, aws-iso-b and others of this form. */
const arnOf = (resource: string) =>
  new RegExp(
    `^arn:aws(?:-[a-z]+)*:(?:${resource.replace('@', ':[a-z]{2,4}(?:-[a-z]+)+-\\d+:\\d{12}:')})$`,
  );

const batchName = '[A-Za-z0-9][A-Za-z0-9_-]{0,127}';
const batchGlob = /^[A-Za-z0-9_*-]+$/;

/** Valid names of each AWS resource: Step Functions and Batch API references (documented). */
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

/**
 * Converts a text to a selector. A text that begins with `arn:` is an ARN; one that contains `*` is
 * a glob.
 */
export function toSelector(text: string): Selector {
  if (text.startsWith('arn:')) return { by: 'arn', text };
  return { by: text.includes('*') ? 'glob' : 'name', text };
}

/** Checks the text of a selector. Returns the fault, or `undefined`. */
export function checkSelector(subject: WorkloadNames, text: string): string | undefined {
  const { what, name, glob, arn } = subjectRules[subject];
  const { by } = toSelector(text);
  if (by === 'arn') {
    if (arn === undefined)
      return formatFault(what, text, 'a name, or a name with *; Batch job names have no ARN');
    if (arn.pattern.test(text)) return undefined;
    const hint = text.includes('*') ? '; * is allowed in a name only' : '';
    return formatFault(what, text, `an ARN such as ${arn.example}${hint}`);
  }
  if ((by === 'glob' ? glob : name).test(text)) return undefined;
  const hint = text.includes('?') ? '; * is the only wildcard' : '';
  const remedy = subject === 'stateMachine' ? remedyForMachine(text) : undefined;
  const allowed = `a name, a name with *${arn === undefined ? '' : ', or an ARN'}`;
  return formatFault(what, text, `${allowed}${remedy ?? hint}`);
}

function remedyForMachine(text: string): string | undefined {
  // The ARN of a child of a Distributed Map contains the label of the map after a slash.
  if (text.includes('/')) {
    return '; use the name of the state machine only, and mapChildren: only or include to match the children of its Distributed Maps';
  }
  return text.includes(':')
    ? '; use the ARN of a version or alias, or NAME:* for all of them'
    : undefined;
}

/** Checks a name in the `except` of a selector. Returns the fault, or `undefined`. */
export function checkException(subject: WorkloadNames, text: string): string | undefined {
  const { name } = subjectRules[subject];
  // No colon: an exception covers every version and alias of a state machine.
  const glob = subject === 'stateMachine' ? /^[^:]+$/ : batchGlob;
  const isValid = text.includes('*')
    ? glob.test(text) && subjectRules[subject].glob.test(text)
    : name.test(text);
  const revision = subject === 'jobDefinition' ? ', NAME:REVISION' : '';
  return isValid ? undefined : formatFault('except', text, `a name${revision}, or a name with *`);
}

/** Returns Region and account of an ARN, for comparison with the keys `region` and `account`. */
export function toLocation({ by, text }: Selector) {
  const [, , , region = '', account = ''] = text.split(':');
  return by === 'arn' ? { region, account } : undefined;
}

/** The AWS resources that a launch target names. */
export type LaunchSubject = Exclude<WorkloadNames, 'batchJobName'>;

/** What the name of each resource in a launch target may be, for messages and editors. */
export const launchNames: Readonly<Record<LaunchSubject, string>> = {
  stateMachine: 'a name, NAME:ALIAS, NAME:VERSION, or an ARN',
  jobQueue: 'a name or an ARN',
  jobDefinition: 'a name, NAME:REVISION, or an ARN',
};

/**
 * Checks the name of a resource in a launch target, which is exactly one: a name with its
 * qualifier or revision, or an ARN. Returns the fault, or `undefined`.
 */
export function checkLaunchName(subject: LaunchSubject, text: string): string | undefined {
  const { what, name, arn } = subjectRules[subject];
  if (text.startsWith('arn:')) {
    if (arn === undefined || arn.pattern.test(text)) return undefined;
    return formatFault(what, text, `an ARN such as ${arn.example}${adviseOne(text)}`);
  }
  const [, bare = text] =
    subject === 'stateMachine' ? (/^([^:]*):[A-Za-z0-9_.-]{1,80}$/.exec(text) ?? []) : [];
  return name.test(bare)
    ? undefined
    : formatFault(what, text, `${launchNames[subject]}${adviseOne(text)}`);
}

function adviseOne(text: string): string {
  return /[*?]/.test(text) ? '; a target starts one workload, so wildcards are not allowed' : '';
}

const childAllowed =
  'a name without version or revision, or the beginning of a name with * at its end';

/**
 * Checks the name of a resource whose runs a stop may end. Returns the fault, or `undefined`.
 *
 * @param key the list in the file
 */
export function checkChildName(
  key: string,
  subject: 'stateMachine' | 'jobQueue',
  text: string,
): string | undefined {
  const bare = text.replace(/\*$/, '');
  const isValid = text === '*' || subjectRules[subject].name.test(bare);
  return isValid ? undefined : formatFault(key, text, childAllowed);
}
