import { expect, test } from 'vitest';
import { faultsOf } from './files.ts';

const file = (instance: string, global: string) => `instances:
  ACE: { endpoints: [https://ace.example.com:9443], secret: autosys/ACE${instance} }
  PRD: { endpoints: [https://prd.example.com:9443], secret: autosys/PRD, canaryGlobal: OF_PRD }
routes:
  - { name: one, from: { stateMachine: one }, to: ACE, global: ${global} }
`;

test.for([
  { instance: '', global: 'AWS_BRIDGE_CANARY' },
  { instance: ', canaryGlobal: AWS_ONE', global: 'AWS_ONE' },
])('rejects a route that sets $global, which the canary overwrites', ({ instance, global }) => {
  expect(faultsOf(file(instance, global))).toEqual([
    `5:13 this route sets ${global}, the scratch variable that the canary of ACE sets to the current time; use another name, or change canaryGlobal of the instance`,
  ]);
});

test.for([
  { instance: ', canaryGlobal: AWS_ONE', global: 'AWS_BRIDGE_CANARY' },
  { instance: '', global: 'OF_PRD' },
  { instance: '', global: 'AWS_ONE' },
])('allows a route to set $global if the canary sets another variable', ({ instance, global }) => {
  expect(faultsOf(file(instance, global))).toEqual([]);
});
