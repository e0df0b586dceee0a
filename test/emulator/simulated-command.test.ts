import { describe, expect, test } from 'vitest';
import { planCommand, substitute } from '../../emulator/simulated-command.ts';

describe('planCommand', () => {
  test.for([
    { command: 'sleep 5', durationMs: 5000, exitCode: 0 },
    { command: '/bin/sleep 0.5', durationMs: 500, exitCode: 0 },
    { command: 'exit 3', durationMs: 0, exitCode: 3 },
    { command: 'true', durationMs: 0, exitCode: 0 },
    { command: 'false', durationMs: 0, exitCode: 1 },
    { command: "sh -c 'sleep 2; exit 3'", durationMs: 2000, exitCode: 3 },
    { command: '/bin/bash -c "sleep 2 && false"', durationMs: 2000, exitCode: 1 },
    { command: 'false && sleep 9', durationMs: 0, exitCode: 1 },
    { command: 'false; true', durationMs: 0, exitCode: 0 },
    { command: 'exit 4; sleep 9', durationMs: 0, exitCode: 4 },
    { command: '/opt/etl/load.sh --all', durationMs: 1000, exitCode: 0 },
    { command: '', durationMs: 1000, exitCode: 0 },
  ])('simulates "$command" in $durationMs ms with $exitCode', ({ command, ...plan }) => {
    expect(planCommand(command)).toEqual(plan);
  });
});

describe('substitute', () => {
  const values: Readonly<Record<string, string>> = { DAY: 'Monday', 'LOAD.DIR': '/load' };

  test.for([
    { command: 'run $$DAY', after: 'run Monday' },
    { command: 'ls $$(LOAD.DIR)/in', after: 'ls /load/in' },
    { command: 'ls $${LOAD.DIR}/in', after: 'ls /load/in' },
    { command: 'echo $DAY', after: 'echo $DAY' },
    { command: 'run $$NOTHING now', after: 'run  now' },
  ])('substitutes "$command" to "$after"', ({ command, after }) => {
    expect(substitute(command, (name) => values[name])).toBe(after);
  });
});
