/** What the socket of a page and the visit behind it know of each other. */
import type { ClientFrame, ServerFrame } from "../../protocol/visitor-api.ts";

/** One open page (a tab) of a visit, as the visit sees it. */
export type Page = {
  /** False once its socket is gone. */
  readonly open: boolean;
  send(frame: ServerFrame): void;
  /** Resolves when a slow page has taken most of what was sent, or is gone: a long history must not drown it. */
  drained(): Promise<void>;
};

/** What a page may do once it was welcomed. */
export type PageAction = Exclude<ClientFrame, { kind: "hello" | "ping" }>;

/** A page's handle on its visit. Answers go out as frames; nothing here throws. */
export type Attached = {
  act(action: PageAction): void;
  /** The page is gone. */
  detach(): void;
};

/** Who says hello: a visit minted for the occasion, or one that a token named. `token` is the one to welcome it with. */
export type Hello = {
  visit: string;
  isNew: boolean;
  workgroup: string;
  /** What its limits go by; not to be logged. */
  address: string;
  token: string;
  /** What the page brought to say who its visitor is, and the name in it; undefined when it brought nothing. */
  identity: { jwt: string; name: string } | undefined;
  /** The visit is that identity's own, and joins as nobody else. */
  isIdentified: boolean;
  session: string | undefined;
  after: string | undefined;
};
