/** A pattern and the complexity that the engine of AWS computes for it. */
export interface ComplexityRow {
  readonly when: string;
  readonly complexity: number;
  readonly pattern: unknown;
}

/**
 * Patterns and their complexity.
 *
 * Every row was measured with the engine of AWS, software.amazon.event.ruler:event-ruler 2.1.0 and
 * 1.8.1 (Maven Central): a Machine with one rule, then Machine.evaluateComplexity. Both versions
 * give the same results, except that 1.8.1 does not count fields after a field that must be absent.
 *
 * In addition, 240,000 generated patterns were compared with 2.1.0; `complexity.sample.json`
 * contains some of them. Two differed. For one the search stopped early, far above the limit in
 * both. The other counts 8 here and 9 in the engine: alternatives of `$or` have the same wildcard
 * before different fields.
 */
export const complexityRows: readonly ComplexityRow[] = [
  {
    when: 'exact values, prefixes and suffixes',
    complexity: 0,
    pattern: {
      a: [
        'x',
        { prefix: 'a' },
        { suffix: 'b' },
        { 'equals-ignore-case': 'c' },
        { 'anything-but': ['d', 'e'] },
        { 'anything-but': { prefix: 'f' } },
      ],
    },
  },
  {
    when: 'public: four file extensions, accepted by AWS',
    complexity: 8,
    pattern: {
      a: [
        { wildcard: '*.csv' },
        { wildcard: '*.txt' },
        { wildcard: '*.xml' },
        { wildcard: '*.pdf' },
      ],
    },
  },
  {
    when: 'public: two endings in one directory, accepted by AWS',
    complexity: 8,
    pattern: { a: [{ wildcard: '*/docs/*.csv' }, { wildcard: '*/docs/*.txt' }] },
  },
  {
    when: 'public: three stacks, accepted by AWS',
    complexity: 9,
    pattern: {
      a: [
        { wildcard: '*:stack/alpha/*' },
        { wildcard: '*:stack/beta/*' },
        { wildcard: '*:stack/gamma/*' },
      ],
    },
  },
  {
    when: 'public: four stacks, rejected by AWS',
    complexity: 12,
    pattern: {
      a: [
        { wildcard: '*:stack/alpha/*' },
        { wildcard: '*:stack/beta/*' },
        { wildcard: '*:stack/gamma/*' },
        { wildcard: '*:stack/delta/*' },
      ],
    },
  },
  {
    when: 'public: four endings in one directory, rejected by AWS',
    complexity: 16,
    pattern: {
      a: [
        { wildcard: '*/docs/*.csv' },
        { wildcard: '*/docs/*.txt' },
        { wildcard: '*/docs/*.xml' },
        { wildcard: '*/docs/*.pdf' },
      ],
    },
  },
  {
    when: '1 state machine(s) by suffix and infix',
    complexity: 4,
    pattern: {
      detail: {
        stateMachineArn: [
          { suffix: ':stateMachine:settlement' },
          { wildcard: '*:stateMachine:settlement:*' },
        ],
      },
    },
  },
  {
    when: '2 state machine(s) by suffix and infix',
    complexity: 8,
    pattern: {
      detail: {
        stateMachineArn: [
          { suffix: ':stateMachine:settlement' },
          { wildcard: '*:stateMachine:settlement:*' },
          { suffix: ':stateMachine:fx-rates' },
          { wildcard: '*:stateMachine:fx-rates:*' },
        ],
      },
    },
  },
  {
    when: '3 state machine(s) by suffix and infix',
    complexity: 12,
    pattern: {
      detail: {
        stateMachineArn: [
          { suffix: ':stateMachine:settlement' },
          { wildcard: '*:stateMachine:settlement:*' },
          { suffix: ':stateMachine:fx-rates' },
          { wildcard: '*:stateMachine:fx-rates:*' },
          { suffix: ':stateMachine:risk' },
          { wildcard: '*:stateMachine:risk:*' },
        ],
      },
    },
  },
  {
    when: '1 state machine(s) by trailing asterisk',
    complexity: 4,
    pattern: { detail: { stateMachineArn: [{ wildcard: '*:stateMachine:settlement-*' }] } },
  },
  {
    when: '2 state machine(s) by trailing asterisk',
    complexity: 8,
    pattern: {
      detail: {
        stateMachineArn: [
          { wildcard: '*:stateMachine:settlement-*' },
          { wildcard: '*:stateMachine:fx-rates-*' },
        ],
      },
    },
  },
  {
    when: '3 state machine(s) by trailing asterisk',
    complexity: 12,
    pattern: {
      detail: {
        stateMachineArn: [
          { wildcard: '*:stateMachine:settlement-*' },
          { wildcard: '*:stateMachine:fx-rates-*' },
          { wildcard: '*:stateMachine:risk-*' },
        ],
      },
    },
  },
  {
    when: '1 job definition(s) by name',
    complexity: 4,
    pattern: { detail: { jobDefinition: [{ wildcard: '*:job-definition/settlement:*' }] } },
  },
  {
    when: '2 job definition(s) by name',
    complexity: 7,
    pattern: {
      detail: {
        jobDefinition: [
          { wildcard: '*:job-definition/settlement:*' },
          { wildcard: '*:job-definition/fx-rates:*' },
        ],
      },
    },
  },
  {
    when: '3 job definition(s) by name',
    complexity: 10,
    pattern: {
      detail: {
        jobDefinition: [
          { wildcard: '*:job-definition/settlement:*' },
          { wildcard: '*:job-definition/fx-rates:*' },
          { wildcard: '*:job-definition/risk:*' },
        ],
      },
    },
  },
  {
    when: '4 job definition(s) by name',
    complexity: 13,
    pattern: {
      detail: {
        jobDefinition: [
          { wildcard: '*:job-definition/settlement:*' },
          { wildcard: '*:job-definition/fx-rates:*' },
          { wildcard: '*:job-definition/risk:*' },
          { wildcard: '*:job-definition/close:*' },
        ],
      },
    },
  },
  {
    when: '1 job queue(s) by trailing asterisk',
    complexity: 3,
    pattern: { detail: { jobQueue: [{ wildcard: '*:job-queue/settlement-*' }] } },
  },
  {
    when: '2 job queue(s) by trailing asterisk',
    complexity: 6,
    pattern: {
      detail: {
        jobQueue: [
          { wildcard: '*:job-queue/settlement-*' },
          { wildcard: '*:job-queue/fx-rates-*' },
        ],
      },
    },
  },
  {
    when: '3 job queue(s) by trailing asterisk',
    complexity: 9,
    pattern: {
      detail: {
        jobQueue: [
          { wildcard: '*:job-queue/settlement-*' },
          { wildcard: '*:job-queue/fx-rates-*' },
          { wildcard: '*:job-queue/risk-*' },
        ],
      },
    },
  },
  {
    when: '4 job queue(s) by trailing asterisk',
    complexity: 12,
    pattern: {
      detail: {
        jobQueue: [
          { wildcard: '*:job-queue/settlement-*' },
          { wildcard: '*:job-queue/fx-rates-*' },
          { wildcard: '*:job-queue/risk-*' },
          { wildcard: '*:job-queue/close-*' },
        ],
      },
    },
  },
  {
    when: 'a state machine by its ending, anywhere',
    complexity: 9,
    pattern: {
      a: [{ wildcard: '*:stateMachine:*-daily' }, { wildcard: '*:stateMachine:*-daily:*' }],
    },
  },
  {
    when: 'a state machine by its middle, anywhere',
    complexity: 5,
    pattern: { a: [{ wildcard: '*:stateMachine:*x*' }] },
  },
  {
    when: 'a state machine by a piece between hyphens, qualified too',
    complexity: 12,
    pattern: { a: [{ wildcard: '*:stateMachine:*-x-*' }, { wildcard: '*:stateMachine:*-x-*:*' }] },
  },
  {
    when: 'any qualified state machine',
    complexity: 6,
    pattern: { a: [{ wildcard: '*:stateMachine:*:*' }] },
  },
  {
    when: 'without the children of a Distributed Map',
    complexity: 3,
    pattern: { a: [{ 'anything-but': { wildcard: '*/*' } }] },
  },
  {
    when: 'without the parts of Batch jobs',
    complexity: 4,
    pattern: { a: [{ 'anything-but': { wildcard: ['*:*', '*#*'] } }] },
  },
  {
    when: 'the same, in the other order',
    complexity: 4,
    pattern: { a: [{ 'anything-but': { wildcard: ['*#*', '*:*'] } }] },
  },
  {
    when: 'one asterisk inside an ARN',
    complexity: 2,
    pattern: {
      a: [{ wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:prod-*-daily' }],
    },
  },
  {
    when: 'two asterisks inside an ARN',
    complexity: 2,
    pattern: {
      a: [
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:prod-*-daily' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:test-*-daily' },
      ],
    },
  },
  {
    when: 'one asterisk inside an ARN, qualified too',
    complexity: 5,
    pattern: {
      a: [
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:prod-*-daily' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:prod-*-daily:*' },
      ],
    },
  },
  {
    when: '1 ARN(s) with a trailing asterisk',
    complexity: 2,
    pattern: {
      a: [{ wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:settlement-*' }],
    },
  },
  {
    when: '10 ARN(s) with a trailing asterisk',
    complexity: 10,
    pattern: {
      a: [
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:settlement-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:fx-rates-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:risk-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:close-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:n4-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:n5-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:n6-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:n7-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:n8-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:n9-*' },
      ],
    },
  },
  {
    when: '11 ARN(s) with a trailing asterisk',
    complexity: 11,
    pattern: {
      a: [
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:settlement-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:fx-rates-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:risk-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:close-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:n4-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:n5-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:n6-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:n7-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:n8-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:n9-*' },
        { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:n10-*' },
      ],
    },
  },
  { when: 'only an asterisk', complexity: 2, pattern: { a: [{ wildcard: '*' }] } },
  { when: 'a wildcard without an asterisk', complexity: 1, pattern: { a: [{ wildcard: 'abc' }] } },
  { when: 'an escaped asterisk', complexity: 2, pattern: { a: [{ wildcard: 'a\\*b*' }] } },
  {
    when: 'wildcards with the same beginning before the asterisk',
    complexity: 6,
    pattern: { a: [{ wildcard: 'ab*c' }, { wildcard: 'ab*d' }, { wildcard: 'ab*e' }] },
  },
  {
    when: 'wildcards with the same letter after the asterisk',
    complexity: 6,
    pattern: { a: [{ wildcard: '*ab' }, { wildcard: '*abc' }, { wildcard: '*abcd' }] },
  },
  {
    when: 'wildcards with the same sign after the asterisk',
    complexity: 7,
    pattern: { a: [{ wildcard: '*:/' }, { wildcard: '*:/-' }, { wildcard: '*:/-:' }] },
  },
  {
    when: 'one list with the same letters after the asterisk',
    complexity: 4,
    pattern: { a: [{ 'anything-but': { wildcard: ['*ab', '*abc', '*abcd'] } }] },
  },
  {
    when: 'one list with the same signs after the asterisk',
    complexity: 3,
    pattern: { a: [{ 'anything-but': { wildcard: ['*:/', '*:/-', '*:/-:'] } }] },
  },
  {
    when: 'the same wildcard twice',
    complexity: 5,
    pattern: { a: [{ wildcard: '*ab*' }, { wildcard: '*ab*' }] },
  },
  { when: 'a repeated piece', complexity: 6, pattern: { a: [{ wildcard: '*aaaa*' }] } },
  {
    when: 'a quote inside a value',
    complexity: 4,
    pattern: { a: [{ 'anything-but': { wildcard: ['*', '*"1*'] } }] },
  },
  {
    when: 'letters of more than one byte',
    complexity: 7,
    pattern: { a: [{ wildcard: '*é*É*' }, { wildcard: '*ß' }] },
  },
  {
    when: 'a wildcard and a text that is not case-sensitive',
    complexity: 4,
    pattern: { a: [{ 'equals-ignore-case': 'abc' }, { wildcard: 'ab*' }, { wildcard: '*BC' }] },
  },
  {
    when: 'two fields: the higher one is the result',
    complexity: 7,
    pattern: { a: [{ wildcard: '*x*' }], b: [{ wildcard: '*x*y*' }, { wildcard: '*z*' }] },
  },
  {
    when: 'a field inside another',
    complexity: 4,
    pattern: { d: { e: { f: [{ wildcard: '*x*y*' }] } }, g: [{ wildcard: '*' }] },
  },
  {
    when: 'a wildcard after a field that must be absent',
    complexity: 5,
    pattern: { a: [{ exists: false }], b: [{ wildcard: '*x*y*z*' }] },
  },
  {
    when: 'alternatives on one field are added',
    complexity: 9,
    pattern: {
      $or: [
        { a: [{ wildcard: '*x*' }] },
        { a: [{ wildcard: '*y*' }] },
        { a: [{ wildcard: '*z*' }] },
      ],
    },
  },
  {
    when: 'alternatives on different fields are not added',
    complexity: 3,
    pattern: {
      $or: [
        { a: [{ wildcard: '*x*' }] },
        { b: [{ wildcard: '*y*' }] },
        { c: [{ wildcard: '*z*' }] },
      ],
    },
  },
  {
    when: 'alternatives after the same value are added',
    complexity: 6,
    pattern: { a: ['1'], $or: [{ b: [{ wildcard: '*x*' }] }, { b: [{ wildcard: '*y*' }] }] },
  },
  {
    when: 'alternatives after different values are not added',
    complexity: 3,
    pattern: {
      $or: [
        { a: ['1'], b: [{ wildcard: '*x*' }] },
        { a: ['2'], b: [{ wildcard: '*y*' }] },
      ],
    },
  },
  {
    when: 'alternatives after values that overlap are added',
    complexity: 6,
    pattern: {
      $or: [
        { a: ['1', '2'], b: [{ wildcard: '*x*' }] },
        { a: ['2', '3'], b: [{ wildcard: '*y*' }] },
      ],
    },
  },
  {
    when: 'an alternative with the same wildcard again',
    complexity: 6,
    pattern: {
      $or: [
        { a: [{ wildcard: '*:*' }], b: ['1'] },
        { a: [{ wildcard: '*:*' }, { wildcard: '*/*' }], b: ['2'] },
      ],
    },
  },
  {
    when: 'the qualified fields of an execution',
    complexity: 5,
    pattern: {
      detail: {
        executionArn: [{ 'anything-but': { wildcard: '*/*' } }],
        $or: [
          {
            stateMachineArn: [
              { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:*-daily' },
              { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:*-daily:*' },
            ],
          },
          {
            stateMachineVersionArn: [
              { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:*-daily' },
              { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:*-daily:*' },
            ],
          },
          {
            stateMachineAliasArn: [
              { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:*-daily' },
              { wildcard: 'arn:aws:states:eu-central-1:111122223333:stateMachine:*-daily:*' },
            ],
          },
        ],
      },
    },
  },
  {
    when: '3 job names with asterisks on both sides',
    complexity: 10,
    pattern: {
      a: [{ wildcard: '*-settlement-*' }, { wildcard: '*-fx-rates-*' }, { wildcard: '*-risk-*' }],
    },
  },
  {
    when: '4 job names with asterisks on both sides',
    complexity: 13,
    pattern: {
      a: [
        { wildcard: '*-settlement-*' },
        { wildcard: '*-fx-rates-*' },
        { wildcard: '*-risk-*' },
        { wildcard: '*-close-*' },
      ],
    },
  },
];
