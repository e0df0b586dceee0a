import {
  listAt,
  numberAt,
  objectAt,
  refuseSetting,
  TemplateError,
  textAt,
} from '../template-error.ts';
import type { MethodThrottle, RestStage } from './definition.ts';
import { flagAt, refuseUnknown, textsAt } from './known-properties.ts';
import type { ResolvedResource, RestTemplate } from './rest-template.ts';

const known = [
  'AccessLogSetting',
  'CacheClusterEnabled',
  'DeploymentId',
  'Description',
  'DocumentationVersion',
  'MethodSettings',
  'RestApiId',
  'StageName',
  'Tags',
  'TracingEnabled',
  'Variables',
];
const knownSettings = [
  'CachingEnabled',
  'DataTraceEnabled',
  'HttpMethod',
  'LoggingLevel',
  'MetricsEnabled',
  'ResourcePath',
  'ThrottlingBurstLimit',
  'ThrottlingRateLimit',
];

/**
 * The stages of an API.
 *
 * @throws {TemplateError} for settings that API Gateway refuses or that are not emulated, and for
 * an API without a stage
 */
export function readStages(template: RestTemplate, apiLogicalId: string): readonly RestStage[] {
  const apiId = template.refOf(apiLogicalId);
  for (const { logicalId, properties } of template.resources(
    'AWS::ApiGateway::Deployment',
    apiId,
  )) {
    refuseUnknown(logicalId, properties, ['Description', 'RestApiId']);
  }
  const stages = template
    .resources('AWS::ApiGateway::Stage', apiId)
    .map((resource) => readStage(template, resource));
  if (stages.length > 0) return stages;
  throw new TemplateError(apiLogicalId, { found: 'no stage', allowed: 'at least one stage' });
}

function readStage(template: RestTemplate, { logicalId, properties }: ResolvedResource): RestStage {
  refuseUnknown(logicalId, properties, known);
  const name = textAt(properties['StageName'], `${logicalId}, StageName`);
  if (!/^[\w-]{1,128}$/.test(name)) {
    const allowed = '1 to 128 letters, digits, "-" and "_"';
    throw new TemplateError(`${logicalId}, StageName`, { found: name, allowed });
  }
  refuseSetting(
    flagAt(properties['CacheClusterEnabled'], `${logicalId}, CacheClusterEnabled`),
    `${logicalId}, CacheClusterEnabled`,
    'stages without a cache',
  );
  const deploymentId = textAt(properties['DeploymentId'], `${logicalId}, DeploymentId`);
  template.find('AWS::ApiGateway::Deployment', deploymentId, `${logicalId}, DeploymentId`);
  const format = readLogFormat(properties['AccessLogSetting'], `${logicalId}, AccessLogSetting`);
  const variables = objectAt(properties['Variables'], `${logicalId}, Variables`);
  return {
    name,
    deploymentId,
    variables: textsAt(variables, `${logicalId}, Variables`),
    throttles: listAt(properties['MethodSettings'], `${logicalId}, MethodSettings`).flatMap(
      (setting, at) => readThrottle(setting, `${logicalId}, MethodSettings[${at}]`),
    ),
    ...(format === undefined ? {} : { accessLogFormat: format }),
  };
}

function readLogFormat(value: unknown, where: string): string | undefined {
  if (value === undefined) return undefined;
  const setting = objectAt(value, where);
  refuseUnknown(where, setting, ['DestinationArn', 'Format']);
  const format = textAt(setting['Format'], `${where}.Format`);
  if (/\$context\.(?:requestId|extendedRequestId)\b/.test(format)) return format;
  throw new TemplateError(`${where}.Format`, {
    found: 'a format without a request id',
    allowed: 'a format with $context.requestId or $context.extendedRequestId',
  });
}

function readThrottle(value: unknown, where: string): readonly MethodThrottle[] {
  const setting = objectAt(value, where);
  refuseUnknown(where, setting, knownSettings);
  refuseSetting(
    flagAt(setting['CachingEnabled'], `${where}.CachingEnabled`),
    `${where}.CachingEnabled`,
    'methods without a cache',
  );
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = setting;
  if (rate === undefined && burst === undefined) return [];
  return [
    {
      resourcePath: toResourcePath(textAt(setting['ResourcePath'], `${where}.ResourcePath`)),
      httpMethod: textAt(setting['HttpMethod'], `${where}.HttpMethod`),
      ratePerSecond: countAt(rate, `${where}.ThrottlingRateLimit`),
      burst: countAt(burst, `${where}.ThrottlingBurstLimit`),
    },
  ];
}

function countAt(value: unknown, where: string): number {
  const count = numberAt(value, where);
  if (count >= 0) return count;
  throw new TemplateError(where, { found: String(count), allowed: '0 or more, both or neither' });
}

/** CloudFormation writes a path as `/~1v1~1runs`, and all paths as `/*`. */
function toResourcePath(text: string): string {
  if (text === '/*' || text === '*') return '*';
  return text.replace(/^\/(?=~1)/, '').replaceAll('~1', '/');
}
