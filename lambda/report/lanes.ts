/** Runs work side by side, but one after the other wherever two pieces share a lane. */
export interface Lanes {
  /** Starts when every earlier piece in any of these lanes has ended; lanes are taken at once, in calling order. */
  run<Result>(lanes: readonly string[], work: () => Promise<Result>): Promise<Result>;
}

/** Binds the lanes of one sandbox; a lane that is empty is forgotten. */
export function createLanes(): Lanes {
  const lastByLane = new Map<string, Promise<unknown>>();
  return {
    run: (lanes, work) => {
      const before = Promise.all(lanes.map((lane) => lastByLane.get(lane)));
      const result = before.then(work);
      const ended = result.catch(() => undefined);
      for (const lane of lanes) lastByLane.set(lane, ended);
      void ended.then(() => {
        for (const lane of lanes) {
          if (lastByLane.get(lane) === ended) lastByLane.delete(lane);
        }
      });
      return result;
    },
  };
}
