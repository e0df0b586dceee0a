import { describe, expect, test } from 'vitest';
import { allowsGlobal, allowsJob } from '../../../lambda/routing/request-names.ts';

describe('the names that an entry of requests allows', () => {
  test.for([
    { patterns: ['LOAD_*'], name: 'LOAD_LEDGER', allowed: true },
    { patterns: ['LOAD_*'], name: 'LOAD_', allowed: true },
    { patterns: ['LOAD_*'], name: 'load_ledger', allowed: false },
    { patterns: ['LOAD_*'], name: 'PRELOAD_X', allowed: false },
    { patterns: ['A', '*_EOD'], name: 'FX_EOD', allowed: true },
    { patterns: ['A', '*_EOD'], name: 'A', allowed: true },
    { patterns: ['A', '*_EOD'], name: 'AB', allowed: false },
    { patterns: ['A.B'], name: 'AxB', allowed: false },
    { patterns: ['*'], name: 'ANY', allowed: true },
    { patterns: [], name: 'ANY', allowed: false },
  ])('$patterns and $name: $allowed', ({ patterns, name, allowed }) => {
    expect(allowsJob({ jobs: patterns }, name)).toBe(allowed);
    expect(allowsGlobal({ globals: patterns }, name)).toBe(allowed);
  });
});
