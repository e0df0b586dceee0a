import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { acceptPattern, matchesPattern } from '../../event-pattern/index.ts';
import { BridgeStack } from '../../infra/bridge-stack.ts';
import { type BridgeConfig, createRouteIndex } from '../../lambda/routing/routes.ts';
import { translate } from '../../lambda/routing/translate.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import { readRouteFile } from '../../route-file/index.ts';
import { catalogueRoutes, eventCatalogue } from '../support/event-catalogue.ts';

/** Account and Region of the events of the catalogue. */
const home = { account: '111122223333', region: 'eu-west-1' };

const examples = join(import.meta.dirname, '../../examples');

import { readAt } from '../support/builders.ts';

function compile(text: string): BridgeConfig {
  return readRouteFile({ name: 'bridge.yaml', text }, () => undefined).config;
}

/** Returns a function: true if a rule of the synthesized stack matches an event. */
function toMatcher(config: BridgeConfig): (event: unknown) => boolean {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const template = Template.fromStack(
    new BridgeStack(app, 'Bridge', () => ({ config }), { env: home }),
  );
  const patterns = Object.values(template.findResources('AWS::Events::Rule')).flatMap(
    ({ Properties: { EventPattern } }) => (EventPattern ? [acceptPattern(EventPattern)] : []),
  );
  return (event) => patterns.some((pattern) => matchesPattern(pattern, event));
}

/** Returns a function: the routes that act on an event, and whether any route matches it. */
function toReader(config: BridgeConfig) {
  const index = createRouteIndex(config.routes, home);
  return (event: unknown) => {
    const reading = readWorkloadEvent(event, readAt);
    if (reading.kind !== 'event') return { told: [], isMatchedByRoute: false, begins: false };
    const translation = translate(reading.event, index);
    const effects = translation.kind === 'effects' ? translation.effects : [];
    return {
      told: effects.map(({ route }) => route),
      isMatchedByRoute: translation.matchedBy.length > 0,
      begins: reading.event.kind === 'execution' && reading.event.status === 'RUNNING',
    };
  };
}

describe('each documented event shape', () => {
  const config = compile(catalogueRoutes);
  const read = toReader(config);
  let isMatched: ReturnType<typeof toMatcher>;

  beforeAll(() => {
    isMatched = toMatcher(config);
  });

  test.for(eventCatalogue)('$shape is handled by $told', ({ event, told }) => {
    expect(read(event).told).toEqual(told);
  });

  test.for(eventCatalogue)(
    '$shape reaches the queue only if a route needs it',
    ({ event, told, begins = false }) => {
      expect(isMatched(event)).toBe(told.length > 0 || begins);
    },
  );
});

describe('the example', () => {
  const config = compile(readFileSync(join(examples, 'bridge.yaml'), 'utf8'));
  const events: readonly { readonly id: string }[] = JSON.parse(
    readFileSync(join(examples, 'events.json'), 'utf8'),
  );
  const read = toReader(config);
  let isMatched: ReturnType<typeof toMatcher>;

  beforeAll(() => {
    isMatched = toMatcher(config);
  });

  test.for(events)('event $id reaches the queue only if a route needs it', (event) => {
    const { told, isMatchedByRoute, begins } = read(event);

    expect(isMatched(event)).toBe(told.length > 0 || (isMatchedByRoute && begins));
  });

  test.for(eventCatalogue)(
    '$shape also reaches the queue only if a route needs it',
    ({ event }) => {
      const { told, isMatchedByRoute, begins } = read(event);

      expect(isMatched(event)).toBe(told.length > 0 || (isMatchedByRoute && begins));
    },
  );
});
