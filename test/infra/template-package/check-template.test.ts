import { describe, expect, test } from 'vitest';
import { formatTemplate, templateLimits } from '../../../infra/template-package/check-template.ts';

const many = (count: number, value: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`Name${at}`, value]));
const queue = { Type: 'AWS::SQS::Queue' };

describe('the text of a template', () => {
  test('has lines, and the figures that CloudFormation limits', () => {
    const { text, ...figures } = formatTemplate('a.json', {
      Parameters: { CodeBucket: { Type: 'String' } },
      Resources: { One: queue },
    });

    expect(text).toContain('\n "Resources": {\n  "One": {');
    expect(figures).toEqual({
      ...{ bytes: Buffer.byteLength(text), resources: 1, parameters: ['CodeBucket'] },
      capability: 'CAPABILITY_IAM',
    });
  });

  test('has no lines if only that keeps it below the limit', () => {
    const Resources = { One: { ...queue, Metadata: Array.from({ length: 300_000 }, () => 1) } };

    const { text, bytes } = formatTemplate('a.json', { Resources });

    expect(text).not.toContain('\n');
    expect(bytes).toBeLessThan(templateLimits.bytes);
  });

  test.for([
    { name: 'RoleName', capability: 'CAPABILITY_NAMED_IAM' },
    { name: 'ManagedPolicyName', capability: 'CAPABILITY_NAMED_IAM' },
    { name: 'Description', capability: 'CAPABILITY_IAM' },
  ])('needs $capability for a property $name', ({ name, capability }) => {
    const Resources = { Role: { Type: 'AWS::IAM::Role', Properties: { [name]: 'x' } } };

    expect(formatTemplate('a.json', { Resources }).capability).toBe(capability);
  });

  test.for([
    { what: '500 resources', template: { Resources: many(500, queue) } },
    { what: '200 parameters', template: { Parameters: many(200, {}), Resources: {} } },
    { what: '200 outputs', template: { Outputs: many(200, {}), Resources: {} } },
  ])('accepts $what', ({ template }) => {
    expect(formatTemplate('a.json', template).bytes).toBeGreaterThan(0);
  });

  test.for([
    {
      template: { Resources: many(501, queue) },
      says: 'a.json: found 501 resources, allowed: 500, the quota of CloudFormation; ',
    },
    {
      template: { Parameters: many(201, {}), Resources: {} },
      says: 'a.json: found 201 parameters, allowed: 200',
    },
    {
      template: { Outputs: many(201, {}), Resources: {} },
      says: 'a.json: found 201 outputs, allowed: 200',
    },
    {
      // Letters of two bytes: CloudFormation counts bytes.
      template: { Resources: { One: { ...queue, Metadata: 'ö'.repeat(500_001) } } },
      says: 'bytes, allowed: 1000000',
    },
  ])('rejects a template: $says', ({ template, says }) => {
    expect(() => formatTemplate('a.json', template)).toThrow(says);
  });

  test('rejects a template with every fault', () => {
    const template = { Resources: many(501, queue), Outputs: many(201, {}) };

    expect(() => formatTemplate('a.json', template)).toThrow(/501 resources[\s\S]*201 outputs/);
  });
});
