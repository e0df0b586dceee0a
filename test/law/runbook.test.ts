import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { BridgeSourceStack } from '../../infra/bridge-source-stack.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import { aBridgeConfig } from '../support/bridge-config.ts';
import { anExecutionTarget } from '../support/launch-targets.ts';
import { aNightConfig } from '../support/night-config.ts';
import { aRequestEntry } from '../support/request-entries.ts';
import { aRoute } from '../support/routes.ts';

const runbook = readFileSync('docs/runbook.md', 'utf8');
const [top = '', ...pages] = runbook.split(/^## /m);
/** Pages without an alarm, by what an operator sees. */
const symptoms = ['A job has not started', 'A job started twice', 'The night stands still'];
const allHeadings = pages.map((page) => page.slice(0, page.indexOf('\n')));
const headings = allHeadings.filter((heading) => !symptoms.includes(heading));

/** The cells of the rows of the table at the top: alarm, meaning, urgency, first command. */
const tableRows = top
  .split('\n')
  .filter((line) => line.startsWith('| ['))
  .map((line) => line.replaceAll(/^\| | \|$/g, '').split(' | '));
/** The rows of the table of symptoms: symptom, first command. */
const symptomRows = tableRows.filter((row) => row.length === 2);
const rows = tableRows.filter((row) => row.length !== 2);

/** The heading of an alarm: its name without the prefix and without the instance. */
function toHeading(alarmName: string): string {
  return alarmName.replace(/^AutosysBridge-/, '').replace(/-ACE$/, '');
}

/** The alarms of the bridge, then those of a source in another account or Region. */
function alarmsOf(): readonly { AlarmName: string; AlarmDescription: string }[] {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  // A source has alarms on its rules, and rules for routes of its own account only.
  const from = { ...aRoute().from, accounts: ['444455556666'] };
  const routes = [aRoute(), aRoute({ name: 'other', from })];
  const targets = [anExecutionTarget()];
  const night = aNightConfig();
  const config = { ...aBridgeConfig(), routes, targets, requests: [aRequestEntry()], night };
  const launchApi = { vpcEndpointIds: ['vpce-0a1b2c3d'] };
  const busArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/AutosysBridge';
  const stacks = [
    new BridgeStack(app, 'Bridge', () => ({ config, launchApi })),
    new BridgeSourceStack(app, 'Source', () => ({ config, busArn })),
  ];
  return stacks.flatMap((stack) =>
    Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties,
    ),
  );
}

describe('the runbook', () => {
  test('has one page for each alarm of the templates, in their order, and no other', () => {
    expect(headings).toEqual(alarmsOf().map(({ AlarmName }) => toHeading(AlarmName)));
  });

  test('begins with the pages of symptoms, and a table with a link to each', () => {
    expect(allHeadings.slice(0, symptoms.length)).toEqual(symptoms);
    expect(symptomRows.map(([symptom]) => symptom)).toEqual(
      symptoms.map((one) => `[${one}](#${one.toLowerCase().replaceAll(' ', '-')})`),
    );
    for (const [, command] of symptomRows) expect(command).toMatch(/^`autosys-bridge .+`$/);
  });

  test('is where the alarms say it is', () => {
    for (const { AlarmName, AlarmDescription } of alarmsOf()) {
      expect(AlarmDescription).toMatch(
        new RegExp(`Runbook: docs/runbook\\.md#${toHeading(AlarmName).toLowerCase()}$`),
      );
    }
  });

  test('begins with a table that has a row for each page, in their order, with a link to it', () => {
    expect(rows.map(([alarm]) => alarm)).toEqual(
      headings.map((heading) => `[${heading}](#${heading.toLowerCase()})`),
    );
  });

  test.for(rows)('gives %s a meaning, an urgency and a first command', (row) => {
    const [, meaning, urgency, command] = row;

    expect(row).toHaveLength(4);
    expect(meaning).toMatch(/\S/);
    expect(['now', 'this hour', 'working day']).toContain(urgency);
    expect(command).toMatch(/^`[^`]+`$/);
  });

  test.for(pages.map((page, at) => ({ heading: allHeadings[at], page })))(
    'has a description, an investigation and a resolution for $heading',
    ({ page }) => {
      const parts = [...page.matchAll(/^\*\*(\w+)\.\*\* \S/gm)].map(([, part]) => part);

      expect(parts).toEqual(['Description', 'Investigation', 'Resolution']);
    },
  );
});
