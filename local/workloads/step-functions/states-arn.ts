import { readArnParts } from '../arns.ts';
import { ServiceRefusal } from '../refusal.ts';

/**
 * Reads an ARN of Step Functions.
 *
 * @returns what follows the resource type: the name, and further parts after colons
 * @throws {ServiceRefusal} `InvalidArn` for another form or another resource type. The texts for a
 * wrong prefix and a wrong type are those of AWS.
 */
export function readStatesArn(arn: string, type: 'stateMachine' | 'execution' | 'mapRun'): string {
  const parts = readArnParts(arn);
  if (parts === undefined || !/^\d{12}$/.test(parts.account)) {
    throw refuseArn(arn.startsWith('arn:') ? arn : `Invalid ARN prefix: ${arn}`);
  }
  if (parts.service !== 'states') throw refuseArn(arn);
  const [, found = '', rest = ''] = /^([^:]*):?(.*)$/s.exec(parts.resource) ?? [];
  if (found !== type) throw refuseArn(`Resource type not valid in this context: ${found}`);
  const segments = rest.split(':');
  const [least, most] = type === 'stateMachine' ? [1, 2] : [2, 2];
  const isComplete = segments.every((segment) => segment !== '');
  if (!isComplete || segments.length < least || segments.length > most) throw refuseArn(arn);
  return rest;
}

function refuseArn(what: string): ServiceRefusal {
  return new ServiceRefusal('InvalidArn', `Invalid Arn: '${what}'`);
}
