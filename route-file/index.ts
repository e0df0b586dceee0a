export {
  type NamedSecret,
  type NamedSpan,
  type RouteFile,
  RouteFileError,
  readRouteFile,
} from './read.ts';
export { toJsonSchema } from './schema.ts';
