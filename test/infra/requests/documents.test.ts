import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DefinitionBody, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { expect, test } from 'vitest';
import { toAliasPolicy } from '../../../infra/requests/alias-policy.ts';
import { AutosysRequests } from '../../../infra/requests/autosys-requests.ts';
import { blocksOf } from '../../support/documents.ts';
import { callerRole } from '../../support/request-entries.ts';
import { LedgerStack } from './example-stack.ts';

const page = 'docs/requests.md';
const aliasArn = 'arn:aws:lambda:eu-west-1:111122223333:function:NAME:ledger-team';
const env = { account: '111122223333', region: 'eu-west-1' };
const documents = blocksOf(page, 'json').map(({ text }) => JSON.parse(text));

/** The definitions on the page, in their order. */
const [ofJsonPath, ofJsonata] = documents.filter((one) => 'States' in one);

/** The definition of the only state machine of a stack. */
function definitionOf(stack: Stack) {
  const [machine] = Object.values(
    Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'),
  );
  const given = machine?.['Properties'].DefinitionString;
  const parts: readonly unknown[] = typeof given === 'string' ? [given] : given['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'aws')).join(''));
}

test('the example is the code that is compiled and synthesized here', () => {
  const [shown] = blocksOf(page, 'ts').map(({ text }) => text);
  const source = readFileSync(join(import.meta.dirname, 'example-stack.ts'), 'utf8');

  expect(shown?.trim()).toBe(
    source.replace('../../../infra/index.ts', 'autosys-aws-bridge').trim(),
  );
});

test('the definition in JSONPath is that of the example', () => {
  const definition = definitionOf(new LedgerStack(new App(), 'Ledger', aliasArn, { env }));

  expect(ofJsonPath).toEqual(definition);
});

test('the state in JSONata is that of the CDK', () => {
  const stack = new Stack(new App(), 'Theirs', { env });
  const load = AutosysRequests.fromAliasArn(aliasArn).runAutosysJob(stack, 'Load', {
    job: '{% $states.input.job %}',
    timeout: Duration.hours(4),
    outputs: '{% $states.result.exitCode %}',
  });
  const definitionBody = DefinitionBody.fromChainable(load);
  new StateMachine(stack, 'Machine', { definitionBody, queryLanguage: QueryLanguage.JSONATA });

  const { Next: _, ...shown } = ofJsonata.States.Load;
  const { End: __, ...rendered } = definitionOf(stack).States.Load;
  expect(shown).toEqual(rendered);
});

test('the policy is that of an alias', () => {
  expect(documents).toContainEqual(toAliasPolicy({ roles: [callerRole] }, aliasArn));
});
