export { type NamedPlace, type RouteFile, RouteFileError, readRouteFile } from './read.ts';
export { toJsonSchema } from './schema.ts';
