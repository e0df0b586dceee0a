import { partitions } from '../../lambda/routing/partition.ts';
import { formatFault } from '../shapes.ts';

/** What the role of a caller may be, for messages and editors. */
export const roleAllowed =
  'the ARN of an IAM role, such as arn:aws:iam::111122223333:role/NAME, with its path if it has one';

/** What the state machine of a caller may be, for messages and editors. */
export const callerMachineAllowed =
  'the ARN of a state machine, such as arn:aws:states:eu-west-1:111122223333:stateMachine:NAME';

const noWildcards = 'a wildcard would admit roles that the file does not show, so name each one';

/**
 * Checks the ARN of a role that may invoke the alias of an entry. Returns the fault with advice, or
 * `undefined`.
 *
 * IAM compares `aws:PrincipalArn`, which is the ARN of the role with its path, also when a session
 * of the role calls (IAM User Guide, documented). So the ARN of a session matches nothing.
 */
export function findRoleFault(what: string, text: string): string | undefined {
  const advice = adviseRole(text);
  return advice === undefined
    ? undefined
    : formatFault(what, text, `${roleAllowed}${advice === '' ? '' : `; ${advice}`}`);
}

/** Returns advice for an invalid ARN, an empty text without any, and `undefined` for a valid ARN. */
function adviseRole(text: string): string | undefined {
  const [prefix, partition = '', service = '', region = '', account = '', ...rest] =
    text.split(':');
  const resource = rest.join(':');
  if (/[*?]/.test(text)) return noWildcards;
  if (/^\d{12}$/.test(text) || resource === 'root') {
    return 'the root of an account stands for every principal in it, so name the role';
  }
  if (text.endsWith('.amazonaws.com')) {
    return 'a service is not a caller, so name the role that it uses';
  }
  if (prefix !== 'arn') return '';
  if (service === 'states') {
    return 'Lambda sees only the role of its executions, so name the role beside the state machine, as in { stateMachine: ARN, role: ARN }';
  }
  if (service === 'lambda') {
    return 'Lambda sees only the execution role of a function, so name that role';
  }
  const [kind = '', name = ''] = resource.split('/');
  if (service === 'sts' && kind === 'assumed-role') {
    return `an assumed role is a session of role ${name}, so write arn:${partition}:iam::${account}:role/${name}, with its path if it has one`;
  }
  if (service !== 'iam') return '';
  return adviseIam({ partition, region, account, kind, resource });
}

function adviseIam(arn: {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly kind: string;
  readonly resource: string;
}): string | undefined {
  if (arn.kind === 'user') {
    return 'a user has keys that do not expire, so let it assume a role, and name that role';
  }
  if (arn.kind === 'instance-profile') return 'name the role of the instance profile';
  if (arn.kind !== 'role') return '';
  if (!partitions.includes(arn.partition)) {
    return `the partition is one of ${partitions.join(', ')}`;
  }
  if (arn.region !== '') return 'the ARN of a role has no Region';
  if (!/^\d{12}$/.test(arn.account)) return 'the account has twelve digits';
  // IAM API reference, CreateRole: path and name (documented).
  return /^role\/(?:[\x21-\x7e]{1,510}\/)?[\w+=,.@-]{1,64}$/.test(arn.resource)
    ? undefined
    : 'the name has at most 64 letters, digits and _ + = , . @ -; a path ends with /';
}

/**
 * Checks the ARN of a state machine whose executions may invoke the alias of an entry. Returns the
 * fault with advice, or `undefined`.
 *
 * The ARN of an execution has the name of its state machine and neither alias nor version.
 */
export function findCallerMachineFault(text: string): string | undefined {
  const advice = adviseMachine(text);
  return advice === undefined
    ? undefined
    : formatFault(
        'stateMachine',
        text,
        `${callerMachineAllowed}${advice === '' ? '' : `; ${advice}`}`,
      );
}

function adviseMachine(text: string): string | undefined {
  const [prefix, partition = '', service, region = '', account = '', kind, name = '', ...rest] =
    text.split(':');
  if (/[*?]/.test(text)) return 'a wildcard is not allowed, so name each state machine';
  if (prefix !== 'arn') return 'a name alone shows neither account nor Region';
  if (service !== 'states') return '';
  if (kind === 'execution' || kind === 'express') {
    return 'an execution is one run, so name its state machine';
  }
  if (kind !== 'stateMachine') return '';
  if (!partitions.includes(partition)) return `the partition is one of ${partitions.join(', ')}`;
  if (!/^[a-z]{2,4}(?:-[a-z]+)+-\d+$/.test(region)) return 'found no valid Region';
  if (!/^\d{12}$/.test(account)) return 'the account has twelve digits';
  if (rest.length > 0) {
    return `leave :${rest.join(':')} out, because the ARN of an execution shows no alias or version`;
  }
  // Step Functions API reference, CreateStateMachine: name (documented).
  return /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u.test(name)
    ? undefined
    : 'the name of a state machine has at most 80 characters and no slash';
}
