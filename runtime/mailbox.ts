/** One owner, one inbox: events are handled in the order they were posted, never two batches at once. */

export type Mailbox<E> = {
  /** How many events wait or are being handled. */
  readonly depth: number;
  /** Puts an event at the end. Never throws, never waits. */
  post(event: E): void;
  /** Resolves when nothing waits and nothing is being handled. */
  idle(): Promise<void>;
};

/**
 * Creates a mailbox. `handleBatch` gets everything that waits, in order, and is not called again before it has settled;
 * what is posted meanwhile forms the next batch. To try a batch again the handler simply does not return: nothing overtakes it.
 * A batch whose handler rejects is over, and goes to `onFailure`.
 */
export function createMailbox<E>(
  handleBatch: (events: E[]) => Promise<void>,
  onFailure: (error: unknown) => void = warn,
): Mailbox<E> {
  let waiting: E[] = [];
  let handled = 0;
  let work: Promise<void> | undefined;

  async function handleAll(): Promise<void> {
    // One tick later, so that what is posted together is handled together.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      handled = batch.length;
      try {
        await handleBatch(batch);
      } catch (error) {
        onFailure(error);
      } finally {
        handled = 0;
      }
    }
    work = undefined;
  }

  return {
    get depth() {
      return waiting.length + handled;
    },
    post(event) {
      waiting.push(event);
      work ??= handleAll();
    },
    async idle() {
      while (work) await work;
    },
  };
}

const warn = (error: unknown): void => process.emitWarning(error instanceof Error ? error : String(error));
