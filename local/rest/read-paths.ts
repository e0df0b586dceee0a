import { TemplateError, textAt } from '../template-error.ts';
import { refuseUnknown } from './known-properties.ts';
import type { RestTemplate } from './rest-template.ts';

/** Parts that API Gateway accepts; `{name}` and `{name+}` are variables. */
const partPattern = /^(?:\{[\w.:-]+\+?\}|[\w.:-]+)$/;

/**
 * The path of every resource of an API, by the resource's id.
 *
 * @throws {TemplateError} for a part or a combination of parts that API Gateway refuses
 */
export function readPaths(template: RestTemplate, apiLogicalId: string) {
  const apiId = template.refOf(apiLogicalId);
  const rootId = template.attributeOf(apiLogicalId, 'RootResourceId');
  const parts = template.resources('AWS::ApiGateway::Resource', apiId).map((resource) => {
    const { logicalId, properties } = resource;
    refuseUnknown(logicalId, properties, ['ParentId', 'PathPart', 'RestApiId']);
    const part = textAt(properties['PathPart'], `${logicalId}, PathPart`);
    if (!partPattern.test(part)) {
      const allowed = 'letters, digits, "_", ".", ":" and "-", or {name} or {name+}';
      throw new TemplateError(`${logicalId}, PathPart`, { found: part, allowed });
    }
    return {
      logicalId,
      id: template.refOf(logicalId),
      parentId: textAt(properties['ParentId'], `${logicalId}, ParentId`),
      part,
    };
  });
  checkSiblings(parts);
  const paths = new Map([[rootId, '/']]);
  const toPath = (id: string, where: string): string => {
    const known = paths.get(id);
    if (known !== undefined) return known;
    const found = parts.find((one) => one.id === id);
    if (!found)
      throw new TemplateError(where, { found: id, allowed: 'a resource of the same API' });
    const path = `${toPath(found.parentId, found.logicalId).replace(/\/$/, '')}/${found.part}`;
    paths.set(id, path);
    return path;
  };
  for (const { id, logicalId } of parts) toPath(id, logicalId);
  return paths as ReadonlyMap<string, string>;
}

interface Part {
  readonly logicalId: string;
  readonly id: string;
  readonly parentId: string;
  readonly part: string;
}

/** API Gateway refuses two equal parts, two variables and any child of a greedy variable. */
function checkSiblings(parts: readonly Part[]): void {
  for (const [at, { logicalId, parentId, part }] of parts.entries()) {
    const earlier = parts.slice(0, at).filter((one) => one.parentId === parentId);
    const isVariable = (one: string) => one.startsWith('{');
    const other = earlier.find(
      (one) => one.part === part || (isVariable(one.part) && isVariable(part)),
    );
    if (other) {
      const found = `${part} beside ${other.part} of ${other.logicalId}`;
      const allowed = 'different parts, at most one of them a variable';
      throw new TemplateError(`${logicalId}, PathPart`, { found, allowed });
    }
    if (part.endsWith('+}') && parts.some((one) => one.parentId === idOf(parts, logicalId))) {
      const found = `children of ${part}`;
      throw new TemplateError(logicalId, { found, allowed: 'a greedy variable without children' });
    }
  }
}

const idOf = (parts: readonly Part[], logicalId: string) =>
  parts.find((one) => one.logicalId === logicalId)?.id;
