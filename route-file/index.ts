export {
  type NamedPlace,
  type NamedSecret,
  type RouteFile,
  RouteFileError,
  readRouteFile,
} from './read.ts';
export { toJsonSchema } from './schema.ts';
