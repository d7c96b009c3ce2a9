/** What elements report: the agent's wishes as named events. Elements decide nothing themselves. */
import type { Panel, Place, Status } from "../state/model.ts";

export type Intents = {
  "sign-in": { address: string; password: string };
  "sign-out": Record<string, never>;
  "status-change": Status;
  "offer-answer": { id: string; accepted: boolean };
  /** null goes back to the list. */
  "chat-select": { room: string | null };
  "chat-end": { room: string };
  "chat-close": { room: string };
  "line-say": { room: string; text: string };
  "line-retry": { room: string; key: string };
  "file-send": { room: string; files: readonly File[] };
  /** A file that was not sent is tried again; one is stopped or put away. */
  "file-again": { room: string; key: string };
  "file-drop": { room: string; key: string };
  /** An own line comes into the composer, by its key; null: the draft comes back. */
  "line-edit": { room: string; line: string | null };
  /** An own line is taken back, by its stanza id. */
  "line-retract": { room: string; of: string };
  "draft-change": { room: string; text: string };
  "typing-change": { room: string; composing: boolean };
  "place-select": { place: Place };
  "panel-select": { panel: Panel };
  "earlier-load": { room: string };
  "transcript-load": { room: string; session: string };
  "message-handled": { id: string };
  "sound-change": { on: boolean };
  "notices-ask": Record<string, never>;
  /** Try the link now. */
  "link-try": Record<string, never>;
};

/** Reports a wish from an element upwards, through every shadow root. */
export function report<K extends keyof Intents>(from: EventTarget, name: K, detail: Intents[K]): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

/** Listens to every wish that arrives at `target`. */
export function onIntents(target: EventTarget, handlers: { [K in keyof Intents]: (detail: Intents[K]) => void }): void {
  const listen = <K extends keyof Intents>(name: K): void =>
    target.addEventListener(name, (event) => {
      if (event instanceof CustomEvent) handlers[name](event.detail);
    });
  for (const name of Object.keys(handlers)) if (isIntent(name, handlers)) listen(name);
}

const isIntent = (name: string, handlers: object): name is keyof Intents => name in handlers;
