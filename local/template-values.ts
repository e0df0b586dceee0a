import type { AssemblyStack, Resource } from './assembly.ts';
import { findQualifierIdentity } from './lambda/qualifier-identity.ts';
import { findRestIdentity } from './rest/rest-identities.ts';
import { secretArn } from './secret-arn.ts';
import { isJsonObject, listAt, TemplateError, textAt } from './template-error.ts';

/** Account and Region in which a stack would be deployed. */
export interface TemplateLocation {
  readonly account: string;
  readonly region: string;
}

/** The values of a resource for `Ref` and `Fn::GetAtt`. */
interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Resolves the intrinsic functions of one template, for the supported resource types.
 *
 * Supported: Ref, Fn::GetAtt, Fn::Join, Fn::Sub, Fn::Select, Fn::Split, the pseudo parameters and
 * parameters with a default.
 */
export class TemplateValues {
  readonly #stack: AssemblyStack;
  readonly #location: TemplateLocation;

  constructor(stack: AssemblyStack, location: TemplateLocation) {
    this.#stack = stack;
    this.#location = location;
  }

  /**
   * The name of a resource: its own, or one from stack name and logical id, as in CloudFormation.
   */
  nameOf(logicalId: string): string {
    const resource = this.#resource(logicalId, logicalId);
    const property = nameProperties[resource.type];
    const given = property === undefined ? undefined : resource.properties[property];
    return given === undefined
      ? `${this.#stack.name}-${logicalId}`.slice(0, 64)
      : textAt(this.resolve(given, logicalId), `${logicalId}, ${property}`);
  }

  /** The ARN of a resource of a supported type. @throws {TemplateError} */
  arnOf(logicalId: string): string {
    return this.#attribute(logicalId, 'Arn', logicalId);
  }

  /** The logical id of a resource with this name or ARN. */
  findByIdentity(text: string, type: string): string | undefined {
    return Object.keys(this.#stack.resources).find((logicalId) => {
      if (this.#stack.resources[logicalId]?.type !== type) return false;
      return [this.nameOf(logicalId), this.arnOf(logicalId)].includes(text);
    });
  }

  /**
   * Resolves a value to any depth. @throws {TemplateError} for an unsupported function or resource
   */
  resolve(value: unknown, where: string): unknown {
    if (Array.isArray(value)) return value.map((one) => this.resolve(one, where));
    if (!isJsonObject(value)) return value;
    const [name, ...more] = Object.keys(value);
    if (name !== undefined && more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) {
      return this.#apply(name, value[name], where);
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, this.resolve(inner, `${where}.${key}`)]),
    );
  }

  #apply(name: string, operand: unknown, where: string): unknown {
    const text = (value: unknown) => textAt(this.resolve(value, where), where);
    const texts = (value: unknown) => listAt(this.resolve(value, where), where).map(text);
    switch (name) {
      case 'Ref':
        return this.#ref(textAt(operand, where), where);
      case 'Fn::GetAtt': {
        const [logicalId, attribute] =
          typeof operand === 'string' ? splitOnce(operand) : listAt(operand, where);
        return this.#attribute(textAt(logicalId, where), textAt(attribute, where), where);
      }
      case 'Fn::Join': {
        const [separator, parts] = listAt(operand, where);
        return texts(parts).join(text(separator));
      }
      case 'Fn::Split': {
        const [separator, whole] = listAt(operand, where);
        return text(whole).split(text(separator));
      }
      case 'Fn::Select': {
        const [index, list] = listAt(operand, where);
        return texts(list)[Number(index)];
      }
      case 'Fn::Sub':
        return this.#substitute(operand, where);
      default:
        throw new TemplateError(where, {
          found: name,
          allowed: 'Ref, Fn::GetAtt, Fn::Join, Fn::Sub, Fn::Select, Fn::Split',
        });
    }
  }

  #substitute(operand: unknown, where: string): string {
    const [template, variables] = Array.isArray(operand) ? operand : [operand];
    const own = isJsonObject(variables) ? variables : {};
    return textAt(template, where).replace(
      /\$\{(!?)([^}]+)\}/g,
      (_, literal: string, name: string) => {
        if (literal) return `\${${name}}`;
        if (Object.hasOwn(own, name)) return textAt(this.resolve(own[name], where), where);
        const [logicalId, attribute] = splitOnce(name);
        return attribute === undefined
          ? this.#ref(name, where)
          : this.#attribute(logicalId, attribute, where);
      },
    );
  }

  #ref(name: string, where: string): string {
    const { account, region } = this.#location;
    const stackName = this.#stack.name;
    const pseudo: Readonly<Record<string, string>> = {
      'AWS::AccountId': account,
      'AWS::Partition': 'aws',
      'AWS::Region': region,
      'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/local`,
      'AWS::StackName': stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    };
    const known = Object.hasOwn(pseudo, name) ? pseudo[name] : undefined;
    if (known !== undefined) return known;
    const parameter = this.#stack.parameters[name];
    if (isJsonObject(parameter)) return textAt(parameter['Default'], `${where}, parameter ${name}`);
    return this.#identity(name, where).ref;
  }

  #attribute(logicalId: string, attribute: string, where: string): string {
    const { attributes } = this.#identity(logicalId, where);
    const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
    if (value !== undefined) return value;
    const allowed = Object.keys(attributes).join(', ');
    throw new TemplateError(where, { found: `${logicalId}.${attribute}`, allowed });
  }

  #identity(logicalId: string, where: string): Identity {
    const { type } = this.#resource(logicalId, where);
    const identify = Object.hasOwn(identities, type) ? identities[type] : undefined;
    if (identify) return identify(this.nameOf(logicalId), this.#location);
    const resolve = (value: unknown, at: string) => this.resolve(value, at);
    const template = { stack: this.#stack, location: this.#location, resolve };
    const qualifier = findQualifierIdentity(logicalId, template);
    if (qualifier) return qualifier;
    const id = `${this.#stack.name}/${logicalId}`;
    const identity = findRestIdentity(type, { id, name: this.nameOf(logicalId) });
    if (identity) return identity;
    throw new TemplateError(where, {
      found: `a reference to ${logicalId}, ${type}`,
      allowed: `references to ${Object.keys(identities).join(', ')}`,
    });
  }

  #resource(logicalId: string, where: string): Resource {
    const { resources } = this.#stack;
    const resource = Object.hasOwn(resources, logicalId) ? resources[logicalId] : undefined;
    if (resource) return resource;
    const found = `a reference to ${logicalId}`;
    throw new TemplateError(where, { found, allowed: 'logical ids of the same template' });
  }
}

/** The property that contains the name of a resource, by type. */
const nameProperties: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::Model': 'Name',
  'AWS::ApiGateway::Stage': 'StageName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::SQS::Queue': 'QueueName',
};

/** CloudFormation's resource reference, "Return values" of each type. */
const identities: Readonly<Record<string, (name: string, location: TemplateLocation) => Identity>> =
  {
    'AWS::DynamoDB::GlobalTable': (name, location) => table(name, location),
    'AWS::DynamoDB::Table': (name, location) => table(name, location),
    'AWS::Events::EventBus': (name, location) =>
      named(name, arn(location, 'events', `event-bus/${name}`)),
    'AWS::Events::Rule': (name, location) => named(name, arn(location, 'events', `rule/${name}`)),
    'AWS::IAM::Role': (name, location) =>
      named(name, `arn:aws:iam::${location.account}:role/${name}`),
    'AWS::KMS::Key': (name, location) => named(name, arn(location, 'kms', `key/${name}`)),
    'AWS::Lambda::Function': (name, location) =>
      named(name, arn(location, 'lambda', `function:${name}`)),
    'AWS::Logs::LogGroup': (name, location) =>
      named(name, arn(location, 'logs', `log-group:${name}:*`)),
    'AWS::Scheduler::Schedule': (name, location) =>
      named(name, arn(location, 'scheduler', `schedule/default/${name}`)),
    'AWS::SecretsManager::Secret': (name, location) => {
      const ref = secretArn(name, location);
      return { ref, attributes: { Id: ref } };
    },
    'AWS::SNS::Topic': (name, location) => {
      const ref = arn(location, 'sns', name);
      return { ref, attributes: { TopicArn: ref, TopicName: name } };
    },
    'AWS::SQS::Queue': (name, location) => {
      const ref = `https://sqs.${location.region}.amazonaws.com/${location.account}/${name}`;
      return {
        ref,
        attributes: { Arn: arn(location, 'sqs', name), QueueName: name, QueueUrl: ref },
      };
    },
  };

const named = (name: string, resourceArn: string): Identity => ({
  ref: name,
  attributes: { Arn: resourceArn },
});

const table = (name: string, location: TemplateLocation): Identity =>
  named(name, arn(location, 'dynamodb', `table/${name}`));

const arn = ({ account, region }: TemplateLocation, service: string, rest: string): string =>
  `arn:aws:${service}:${region}:${account}:${rest}`;

/** `Queue.Arn` → `Queue`, `Arn`. */
function splitOnce(text: string): readonly [string, string | undefined] {
  const dot = text.indexOf('.');
  return dot === -1 ? [text, undefined] : [text.slice(0, dot), text.slice(dot + 1)];
}
