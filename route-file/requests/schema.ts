import { mappingByName } from '../shapes.ts';
import { entryNamePattern, requestEntrySchema } from './entry-schema.ts';

/** The key of requests at the top of the route file. */
export const requestsShape = {
  requests: mappingByName('requests', requestEntrySchema, {
    pattern: entryNamePattern,
    key: 'Name of an entry, which is an alias of the request function.',
    allowed: 'a mapping of entry names, such as ledger-team',
  })
    .meta({
      description: 'What AWS processes may ask of AutoSys, and who may, by name. Default: nothing.',
    })
    .optional(),
};
