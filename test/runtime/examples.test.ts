import { describe, expect, test } from 'vitest';
import { findProfileFaults } from '../../autosys/client/profile-faults.ts';
import { referencesOf } from '../../autosys/condition/index.ts';
import { parseJil, readJobStatement } from '../../autosys/jil/index.ts';
import { createRouteIndex } from '../../lambda/routing/routes.ts';
import { toMatchedRoutes } from '../../lambda/routing/target-routes.ts';
import { translate } from '../../lambda/routing/translate.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import { readRouteFile } from '../../route-file/index.ts';
import { exampleEvents, readProject } from './test-system.ts';

/** The day after the example night. */
const readAt = new Date('2026-11-20T12:00:00Z');

const jil = { name: 'examples/jobs.jil', text: readProject('examples/jobs.jil') };
const routeFile = { name: 'examples/bridge.yaml', text: readProject('examples/bridge.yaml') };

const { statements, warnings } = parseJil(jil);
const jobs = statements.map((statement) => readJobStatement(statement, jil));
const routes = readRouteFile(routeFile, () => undefined, findProfileFaults);

describe('the example of launches', () => {
  const file = { name: 'examples/launch.yaml', text: readProject('examples/launch.yaml') };
  const { config, warnings } = readRouteFile(file, () => undefined, findProfileFaults);

  test('is a route file without a fault or a warning', () => {
    expect(warnings).toEqual([]);
    expect(config.routes).toEqual([]);
    expect(config.targets.map(({ name }) => name)).toEqual(['settlement', 'fx-rates', 'risk-eod']);
    expect(config.callers.map(({ name, targets }) => [name, targets])).toEqual([
      ['agents', ['risk-eod', 'settlement']],
      ['desk', ['fx-rates']],
    ]);
  });

  test('matches the events of its targets', () => {
    const index = createRouteIndex(toMatchedRoutes(config));

    const matchedBy = exampleEvents.flatMap((event) => {
      const reading = readWorkloadEvent(event, readAt);
      return reading.kind === 'event' ? translate(reading.event, index).matchedBy : [];
    });

    expect(new Set(matchedBy.map(({ name }) => name))).toEqual(
      new Set(['target:settlement', 'target:fx-rates', 'target:risk-eod']),
    );
  });
});

describe('the example night', () => {
  test('is JIL without a problem or a warning', () => {
    expect(warnings).toEqual([]);
    expect(jobs.flatMap(({ problems }) => problems)).toEqual([]);
    expect(jobs.length).toBeGreaterThan(5);
  });

  test('has a route file without a fault or a warning', () => {
    expect(routes.warnings).toEqual([]);
    expect(routes.config.routes.length).toBeGreaterThan(3);
  });

  test('has events that can be read in the documented shapes', () => {
    expect(exampleEvents.map((event) => readWorkloadEvent(event, readAt).kind)).toEqual(
      exampleEvents.map(() => 'event'),
    );
  });

  test('translates each event to valid effects, and only for jobs that exist', () => {
    const index = createRouteIndex(routes.config.routes);
    const names: readonly string[] = jobs.map(({ job }) => job.name);

    const effects = exampleEvents.flatMap((event) => {
      const reading = readWorkloadEvent(event, readAt);
      const translation = reading.kind === 'event' ? translate(reading.event, index) : reading;
      return translation.kind === 'effects' ? translation.effects : [];
    });

    expect(effects.filter(({ kind }) => kind !== 'effect')).toEqual([]);
    const meant = effects.flatMap((effect) =>
      effect.kind === 'effect' && 'job' in effect.event ? [effect.event.job] : [],
    );
    expect(meant.filter((job) => !names.includes(String(job)))).toEqual([]);
  });

  test('waits only for global variables that a route or a group sets', () => {
    const waitedFor = jobs.flatMap(({ job }) =>
      job.condition ? referencesOf(job.condition).globalVariables : [],
    );
    const { routes: all, groups = [] } = routes.config;
    const templates = [...all, ...groups].flatMap(({ actions }) => Object.values(actions).flat());
    const set = templates.map(({ fields }) => fields['globalVariable']?.join(''));

    expect(waitedFor).toContain('AWS_CALCULATIONS');
    expect(waitedFor.filter((name) => !set.includes(name))).toEqual([]);
  });
});
