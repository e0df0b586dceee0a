import type { AssemblyStack } from '../assembly.ts';
import { type JsonObject, objectAt, TemplateError, textAt } from '../template-error.ts';
import type { TemplateValues } from '../template-values.ts';
import type { FunctionTarget } from './definition.ts';

/** A resource with resolved properties. */
export interface ResolvedResource {
  readonly logicalId: string;
  readonly properties: JsonObject;
}

/** The resources of one stack with resolved values, for the readers of its REST APIs. */
export class RestTemplate {
  readonly #stack: AssemblyStack;
  readonly #values: TemplateValues;

  constructor(stack: AssemblyStack, values: TemplateValues) {
    this.#stack = stack;
    this.#values = values;
  }

  /** Stack name and logical id. */
  idOf(logicalId: string): string {
    return `${this.#stack.name}/${logicalId}`;
  }

  /** The value of `Ref`. */
  refOf(logicalId: string): string {
    return textAt(this.#values.resolve({ Ref: logicalId }, logicalId), logicalId);
  }

  /** The value of `Fn::GetAtt`. */
  attributeOf(logicalId: string, attribute: string): string {
    const resolved = this.#values.resolve({ 'Fn::GetAtt': [logicalId, attribute] }, logicalId);
    return textAt(resolved, `${logicalId}.${attribute}`);
  }

  /** Every resource of a type; with an API, only those that belong to it. */
  resources(type: string, apiId?: string): readonly ResolvedResource[] {
    return this.#logicalIds(type).flatMap((logicalId) => {
      const properties = this.#stack.resources[logicalId]?.properties ?? {};
      if (apiId !== undefined && this.#text(properties['RestApiId'], logicalId) !== apiId) {
        return [];
      }
      const resolved = this.#values.resolve(properties, logicalId);
      return [{ logicalId, properties: objectAt(resolved, logicalId) }];
    });
  }

  /** A property of every resource of a type, before the others are resolved. */
  property(type: string, name: string): readonly (readonly [logicalId: string, value: unknown])[] {
    return this.#logicalIds(type).map((logicalId) => {
      const value = this.#stack.resources[logicalId]?.properties[name];
      return [logicalId, this.#values.resolve(value, `${logicalId}, ${name}`)];
    });
  }

  /** All properties of one resource, resolved. */
  resolved(logicalId: string): JsonObject {
    const properties = this.#stack.resources[logicalId]?.properties ?? {};
    return objectAt(this.#values.resolve(properties, logicalId), logicalId);
  }

  /** The resource of a type that a resolved reference means. @throws {TemplateError} */
  find(type: string, ref: unknown, where: string): string {
    const logicalId = this.#logicalIds(type).find((one) => this.refOf(one) === ref);
    if (logicalId !== undefined) return logicalId;
    throw new TemplateError(where, {
      found: ref === undefined ? 'nothing' : JSON.stringify(ref),
      allowed: `${type} of the same template`,
    });
  }

  /** The function with a name or an ARN. @throws {TemplateError} */
  findFunction(nameOrArn: unknown, where: string): FunctionTarget {
    const identity = textAt(nameOrArn, where);
    const logicalId = this.#values.findByIdentity(identity, 'AWS::Lambda::Function');
    if (logicalId === undefined) {
      throw new TemplateError(where, { found: identity, allowed: 'a function of the template' });
    }
    return { functionId: this.idOf(logicalId), functionArn: this.#values.arnOf(logicalId) };
  }

  /** The function of an integration's or authorizer's URI. @throws {TemplateError} */
  findFunctionOfUri(uri: unknown, where: string): FunctionTarget {
    const text = textAt(uri, where);
    const [, arn] = /:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(text) ?? [];
    if (arn !== undefined) return this.findFunction(arn, where);
    throw new TemplateError(where, { found: text, allowed: 'the invocations of a function' });
  }

  #logicalIds(type: string): readonly string[] {
    const { resources } = this.#stack;
    return Object.keys(resources).filter((logicalId) => resources[logicalId]?.type === type);
  }

  #text(value: unknown, where: string): string {
    return textAt(this.#values.resolve(value, where), where);
  }
}
