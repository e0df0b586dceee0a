import { describe, expect, test } from 'vitest';
import { PatternError } from '../../event-pattern/index.ts';
import { Bus, RuleQuotaError } from '../../local/bus.ts';
import { ManualLocalClock } from '../../local/clock.ts';
import { EnvelopeError } from '../../local/envelope.ts';

const event = Object.freeze({
  version: '0',
  id: '315c1398-40ff-a850-213b-158f73e60175',
  'detail-type': 'Step Functions Execution Status Change',
  source: 'aws.states',
  account: '111122223333',
  time: '2026-01-15T02:13:00Z',
  region: 'us-east-1',
  resources: ['arn:aws:states:us-east-1:111122223333:execution:etl:run-1'],
  detail: { status: 'SUCCEEDED' },
});

function createBus() {
  const clock = new ManualLocalClock(Date.UTC(2026, 0, 15, 2, 13, 0, 750));
  const bus = new Bus({ account: '111122223333', region: 'us-east-1', clock });
  const delivered: string[] = [];
  const target = { id: 'Target0', deliver: (text: string) => void delivered.push(text) };
  return { bus, delivered, target };
}

describe('the bus', () => {
  test('delivers an event unchanged to the rule that matches, and returns its name', () => {
    const { bus, delivered, target } = createBus();
    bus.putRule({ name: 'states', pattern: { source: ['aws.states'] }, targets: [target] });
    bus.putRule({ name: 'batch', pattern: { source: ['aws.batch'] }, targets: [target] });

    const placement = bus.put(event);

    expect(placement.matched).toEqual(['states']);
    expect(delivered.map((text) => JSON.parse(text))).toEqual([event]);
  });

  test('delivers to each rule that matches and to each of its targets', () => {
    const { bus, delivered, target } = createBus();
    bus.putRule({ name: 'one', pattern: { source: ['aws.states'] }, targets: [target, target] });
    bus.putRule({ name: 'two', pattern: { account: ['111122223333'] }, targets: [target] });

    const placement = bus.put(event);

    expect(placement.matched).toEqual(['one', 'two']);
    expect(delivered).toHaveLength(3);
  });

  test('returns no rules when no rule matches', () => {
    const { bus } = createBus();

    const placement = bus.put(event);

    expect(placement.matched).toEqual([]);
  });

  test.for([
    {
      when: 'is too complex',
      pattern: { a: ['a', 'b', 'c'].map((x) => ({ wildcard: `*-${x}-*x*` })) },
    },
    { when: 'is too long', pattern: { a: ['x'.repeat(2_100)] } },
  ])('refuses a rule whose pattern $when', ({ pattern }) => {
    const { bus, target } = createBus();

    const put = () => bus.putRule({ name: 'one', pattern, targets: [target] });

    expect(put).toThrow(PatternError);
  });

  test('refuses the rule after the three hundredth, and still replaces one', () => {
    const { bus, target } = createBus();
    const put = (at: number) =>
      bus.putRule({ name: `rule ${at}`, pattern: { a: [at] }, targets: [target] });
    for (let at = 0; at < 300; at += 1) put(at);

    expect(() => put(0)).not.toThrow();
    expect(() => put(300)).toThrow(RuleQuotaError);
  });

  test('replaces a rule of the same name', () => {
    const { bus, target } = createBus();
    bus.putRule({ name: 'one', pattern: { source: ['aws.states'] }, targets: [target] });
    bus.putRule({ name: 'one', pattern: { source: ['aws.batch'] }, targets: [target] });

    const placement = bus.put(event);

    expect(placement.matched).toEqual([]);
  });

  test('fills in what PutEvents does', () => {
    const { bus } = createBus();

    const placement = bus.put({ source: 'my.app', 'detail-type': 'Done', detail: {} });

    expect(placement.event).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      source: 'my.app',
      'detail-type': 'Done',
      account: '111122223333',
      region: 'us-east-1',
      time: '2026-01-15T02:13:00Z',
      resources: [],
      detail: {},
    });
  });

  test('accepts an event replayed by an archive', () => {
    const { bus } = createBus();

    const placement = bus.put({ ...event, 'replay-name': 'again' });

    expect(placement.event['replay-name']).toBe('again');
  });

  test.for([
    { field: 'version', value: '1' },
    { field: 'id', value: '' },
    { field: 'detail-type', value: undefined },
    { field: 'source', value: '' },
    { field: 'account', value: 111122223333 },
    { field: 'time', value: '2026-01-15T02:13:00.750Z' },
    { field: 'time', value: '2026-13-45T02:13:00Z' },
    { field: 'region', value: 'Virginia' },
    { field: 'resources', value: 'arn' },
    { field: 'detail', value: '{"status":"SUCCEEDED"}' },
    { field: 'detail', value: undefined },
    { field: 'detailType', value: 'x' },
  ])('refuses $value as $field', ({ field, value }) => {
    const { bus } = createBus();

    const put = () => bus.put({ ...event, [field]: value });

    expect(put).toThrow(EnvelopeError);
    expect(put).toThrow(`field "${field}"`);
  });

  test('refuses a value that is not an event, without showing its detail', () => {
    const { bus } = createBus();

    const put = () => bus.put({ ...event, detail: ['s3cret'] });

    expect(put).toThrow('found an array');
    expect(put).not.toThrow('s3cret');
  });

  test('refuses a rule whose pattern EventBridge would refuse', () => {
    const { bus } = createBus();

    const put = () => bus.putRule({ name: 'bad', pattern: { source: 'aws.states' }, targets: [] });

    expect(put).toThrow('event pattern at source');
  });
});
