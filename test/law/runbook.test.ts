import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { BridgeSourceStack } from '../../infra/bridge-source-stack.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';
import { aRoute } from '../support/routes.ts';

const runbook = readFileSync('docs/runbook.md', 'utf8');
const pages = runbook.split(/^## /m).slice(1);
const headings = pages.map((page) => page.slice(0, page.indexOf('\n')));

/** Returns the heading of an alarm: its name without prefix and instance. */
function toHeading(alarmName: string): string {
  return alarmName.replace(/^AutosysBridge-/, '').replace(/-ACE$/, '');
}

/** Returns the alarms of the bridge, then those of a source in another account or Region. */
function alarmsOf(): readonly { AlarmName: string; AlarmDescription: string }[] {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  // A source has alarms on its rules, and only rules for routes of its own account.
  const from = { ...aRoute().from, accounts: ['444455556666'] };
  const config = { ...aBridgeConfig(), routes: [aRoute(), aRoute({ name: 'other', from })] };
  const busArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/AutosysBridge';
  const stacks = [
    new BridgeStack(app, 'Bridge', () => ({ config })),
    new BridgeSourceStack(app, 'Source', () => ({ config, busArn })),
  ];
  return stacks.flatMap((stack) =>
    Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties,
    ),
  );
}

describe('the runbook', () => {
  test('has exactly one page per alarm of the templates, in order', () => {
    expect(headings).toEqual(alarmsOf().map(({ AlarmName }) => toHeading(AlarmName)));
  });

  test('is at the link in the alarm descriptions', () => {
    for (const { AlarmName, AlarmDescription } of alarmsOf()) {
      expect(AlarmDescription).toMatch(
        new RegExp(`Runbook: docs/runbook\\.md#${toHeading(AlarmName).toLowerCase()}$`),
      );
    }
  });

  test.for(pages.map((page, at) => ({ heading: headings[at], page })))(
    'gives description, investigation and resolution of $heading',
    ({ page }) => {
      const parts = [...page.matchAll(/^\*\*(\w+)\.\*\* \S/gm)].map(([, part]) => part);

      expect(parts).toEqual(['Description', 'Investigation', 'Resolution']);
    },
  );
});
