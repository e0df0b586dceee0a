import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

const channel = 'http.client.request.start';

/** Counts the HTTP requests of this process to one server, by the function that sends them. */
export class SentRequests<Caller extends string> implements Disposable {
  readonly #callers = new AsyncLocalStorage<Caller>();
  readonly #counts = new Map<Caller, number>();
  readonly #onRequest: (message: unknown) => void;

  /** @param url of the server */
  constructor(url: string) {
    const { port } = new URL(url);
    this.#onRequest = (message) => {
      const { request } = message as { readonly request: ClientRequest };
      const caller = this.#callers.getStore();
      if (caller === undefined) return;
      if (String(request.getHeader('host')).split(':').at(-1) !== port) return;
      this.#counts.set(caller, (this.#counts.get(caller) ?? 0) + 1);
    };
    subscribe(channel, this.#onRequest);
  }

  /** Counts the requests of this work, and of all that it begins, for a caller. */
  during<Answer>(caller: Caller, work: () => Answer): Answer {
    return this.#callers.run(caller, work);
  }

  /** Number of requests of a caller since the last call. */
  take(caller: Caller): number {
    const count = this.#counts.get(caller) ?? 0;
    this.#counts.delete(caller);
    return count;
  }

  [Symbol.dispose](): void {
    unsubscribe(channel, this.#onRequest);
  }
}
