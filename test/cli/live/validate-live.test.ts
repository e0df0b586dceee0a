import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LiveRow } from '../../../cli/live/live-row.ts';
import { type EmbeddedLive, embedLive } from './embedded-live.ts';

const jil = `insert_job: LOAD  job_type: CMD  machine: host1  command: true
  condition: v(AWS_SETTLEMENT) = "SUCCEEDED"
insert_job: REPORT  job_type: CMD  machine: host1  command: echo $$AWS_RISK`;

const yaml = `instances:
  ACE: { endpoints: [AEWS], secret: autosys/ACE, ca: ca.pem }
routes:
  - { name: settlement, from: { stateMachine: settlement }, global: AWS_SETTLEMENT }
  - { name: risk, from: { jobQueue: night, jobDefinition: risk, jobName: risk-eod }, global: AWS_RISK }
`;

let live: EmbeddedLive;

beforeEach(async () => {
  live = await embedLive(jil);
  live.workloads.define({ stateMachine: 'settlement' });
  live.workloads.define({ jobQueue: 'night' });
  live.workloads.define({ jobDefinition: 'risk' });
});

afterEach(async () => {
  expect(live.workloads.unknownRequests).toEqual([]);
  expect(live.secrets.unknownRequests).toEqual([]);
  expect(live.iam.server.unknownRequests).toEqual([]);
  expect(live.stacks.server.unknownRequests).toEqual([]);
  await live[Symbol.asyncDispose]();
});

describe('validate --live', () => {
  test('prints', async () => {
    const r = await live.validate(yaml, [
      '--live',
      '--stack',
      'AutosysBridge',
      '--unmatched-days',
      '2',
    ]);
    console.log(r.code, r.stdout, r.stderr);
    expect(r.code).toBe(0);
  });
});
