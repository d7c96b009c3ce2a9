/**
 * The JSON between a visitor's page and the gateway: some HTTP requests and one WebSocket (`/socket`).
 * Frames are checked here once, by hand: this file is in the widget's bundle, where every kilobyte counts.
 */

// ---- What a page may ask before anybody acts: GET /workgroups/<name>[?lang=xx], cacheable for some seconds ----

export type Availability = "open" | "no-agents" | "closed";
/** A question of the workgroup's form, as a page needs it. */
export type FieldView = {
  name: string;
  type: "text-single" | "text-multi" | "text-private" | "boolean" | "list-single" | "list-multi" | "hidden";
  label: string;
  required: boolean;
  options: { label: string; value: string }[];
  values: string[];
};
export type WorkgroupView = {
  /** Local part of the workgroup's address; what `data-workgroup` names. */
  name: string;
  title: string;
  description: string;
  availability: Availability;
  /** Expected wait in seconds; null when nothing is known yet. */
  waitS: number | null;
  form: { title: string; instructions: string; fields: FieldView[] };
  /** What the administrator overrides of the catalogue of texts, by key. */
  texts: Record<string, string>;
  /** The largest file that can be sent. */
  maxFileBytes?: number;
};

// ---- The conversation as the page knows it ----

/** Who speaks. `self` is the visitor of this page, `service` the workgroup itself. */
export type Speaker = { kind: "self" | "agent" | "service"; name: string };
/**
 * One archived line of the room. `id` is its place in the room's one order (XEP-0359); `key` is the sender's, on own lines.
 * `service` names what the workgroup says by it, so that a page can say it in its reader's language (`text` is the English).
 */
export type LineView = {
  id: string;
  key?: string;
  from: Speaker;
  text: string;
  at: number;
  service?: "question" | "requeued";
  /** On agents' lines: whose it is, for the room's whole life and whatever the name; and the sender's own id of it. */
  by?: string;
  ref?: string;
  /** The line is a file that was sent, and its text the address. */
  file?: FileView;
  /** The text is not the first one; the id of the change that brought it, or "" when nobody needs it any more. */
  edited?: string;
  /** It was taken back: there is no text any more. */
  gone?: true;
};
/** A file at the gateway: `path` is below its own address, `size` in bytes. Type and size as far as they are known. */
export type FileView = { path: string; name: string; type?: string; size?: number };
/**
 * What became of an earlier line: the one with the `id`, `ref`, `key` or last `edited` that is `of`. It counts only when
 * that line is of the same speaker (`from.kind` and `by`); a new text for a line that is not there is a line by itself.
 * `read` and `delivered` go up to that line, and come from agents. `id` and `key` are the change's own, as a line's.
 */
export type LineChange = Pick<LineView, "id" | "key" | "from" | "by" | "text" | "at"> & {
  change: "edited" | "gone" | "read" | "delivered";
  of: string;
};
export type EndedBy = { kind: "visitor" | "agent" | "service"; name: string };
/** Where a visit stands. `question` is what the form asked about, empty when it did not. `position` counts from 1, the next one. */
export type VisitState =
  | { phase: "idle" }
  | { phase: "waiting"; position: number | null; waitS: number | null; question: string; since: number }
  | { phase: "talking"; session: string; agents: string[]; question: string; since: number }
  | { phase: "ended"; session: string; by: EndedBy; question: string; at: number }
  /** Out of the queue without a talk: nobody took the request in time, the workgroup closed, or the visitor was away too long. */
  | { phase: "unserved"; reason: "nobody-took-it" | "closed" | "away"; question: string };

// ---- Frames from the page ----

/** Where the visitor is, for the agent to see. All of it is the page's word, never a verified fact. */
export type PageInfo = { url: string; title: string; referrer: string; language: string; timeZone: string };

export type ClientFrame =
  /**
   * Always the first frame. `token` names an earlier visit; `identity` is the site's signed word (JWT) on who the visitor is;
   * `after` is the id of the last line the page holds of `session`.
   */
  | { kind: "hello"; workgroup: string; token?: string; identity?: string; session?: string; after?: string }
  | { kind: "join"; fields: Record<string, string[]>; page: PageInfo }
  /** Leaves the queue. */
  | { kind: "cancel" }
  /**
   * A line. The page mints `key` once for it and repeats it until the line is settled. With `of`, the key of an own line,
   * it is a new text for that line; without a text, that line is taken back, and `of` is its id. With `file`, the ticket
   * of a file that was sent, it is that file.
   */
  | { kind: "say"; key: string; text: string; of?: string; file?: string }
  /** The visitor has everything up to this line of an agent before the eyes. */
  | { kind: "seen"; id: string }
  | { kind: "typing"; active: boolean }
  /** Ends the conversation for good. */
  | { kind: "end" }
  | { kind: "leave-message"; key: string; name: string; email: string; text: string }
  | { kind: "ping" };

// ---- Frames to the page ----

export type RefusalCode =
  | "bad-frame"
  | "bad-token"
  | "unknown-workgroup"
  | "closed"
  | "already-waiting"
  /** As many wait as may. */
  | "queue-full"
  /** The page is none of those the workgroup names. */
  | "origin-not-allowed"
  /** Who the site says the visitor is could not be confirmed. */
  | "bad-identity"
  | "form-incomplete"
  | "not-in-session"
  /** The talk is over, or about to be: nothing more can be said in it. */
  | "ended"
  | "too-long"
  | "too-fast"
  | "unavailable";

export type ServerFrame =
  /** Answer to `hello`: a token to keep for the next one, and where the visit stands. Lines after `after` follow as one `lines` frame. */
  | { kind: "welcome"; token: string; state: VisitState }
  /** A newer token to keep instead. Older ones are refused some time after a newer one was used. */
  | { kind: "token"; token: string }
  | { kind: "state"; state: VisitState }
  /**
   * Lines in room order. `catchUp` marks the answer to a hello: with `complete: true` own pending keys that are not among
   * the lines shown are not stored and must be said again. `reset` means: drop what is shown, these are from the beginning.
   * `changes` come after the lines.
   */
  | {
      kind: "lines";
      session: string;
      lines: LineView[];
      changes?: LineChange[];
      catchUp: boolean;
      complete: boolean;
      reset: boolean;
    }
  | { kind: "typing"; name: string; active: boolean }
  | { kind: "joined"; name: string; at: number }
  | { kind: "left"; name: string; at: number }
  /** A message left for later is stored. */
  | { kind: "message-stored"; key: string }
  /**
   * Something was refused. `key` names the line or message it was about, `fields` the form fields with what is wrong.
   * `again` in seconds says when to try again. After `bad-token` the page forgets its token and says hello anew.
   */
  | { kind: "refused"; code: RefusalCode; text: string; key?: string; fields?: Record<string, string>; againS?: number }
  | { kind: "pong" };

/** Longest line, in UTF-16 units. */
export const MAX_LINE = 8_000;
/** Longest answer to one question of the form, in UTF-16 units. */
export const MAX_ANSWER = 4_000;
/** Longest id of a line, in UTF-16 units. */
const MAX_ID = 200;
/** Longest ticket of a file, in UTF-16 units. */
const MAX_TICKET = 4_000;
/** Largest frame, in bytes; larger ones close the socket with code 1009. */
export const MAX_FRAME_BYTES = 65_536;

/** A frame that is not what this file says. Its message names the place. */
export class FrameError extends Error {
  override name = "FrameError";
}

/**
 * Reads a frame from a page.
 * @throws FrameError saying what is wrong and where
 */
export function parseClientFrame(data: string): ClientFrame {
  const frame = parseObject(data);
  const kind = frame.kind;
  switch (kind) {
    case "hello":
      return {
        kind,
        workgroup: text(frame, "workgroup", 100),
        token: optionalText(frame, "token", 2_000),
        identity: optionalText(frame, "identity", 4_000),
        session: optionalText(frame, "session", 100),
        after: optionalText(frame, "after", MAX_ID),
      };
    case "join":
      return { kind, fields: fields(frame.fields), page: page(frame.page) };
    case "say":
      return {
        kind,
        key: key(frame),
        text: text(frame, "text", MAX_LINE),
        of: optionalText(frame, "of", MAX_ID),
        file: optionalText(frame, "file", MAX_TICKET),
      };
    case "seen":
      return { kind, id: text(frame, "id", MAX_ID) };
    case "typing":
      return { kind, active: frame.active === true };
    case "leave-message":
      return {
        kind,
        key: key(frame),
        name: text(frame, "name", 200),
        email: text(frame, "email", 320),
        text: text(frame, "text", MAX_LINE),
      };
    case "cancel":
    case "end":
    case "ping":
      return { kind };
    default:
      // Only a text is said back: writing out a deep nesting would overflow the stack.
      throw new FrameError(
        `"kind" is ${typeof kind === "string" ? `"${kind.slice(0, 40)}"` : "no text"}, which no frame is`,
      );
  }
}

/**
 * Reads a frame from the gateway: its kind, and the presence of what a page cannot do without.
 * The page trusts its own gateway for the rest of the shape.
 * @throws FrameError for a kind this page does not know, as from a newer gateway; the page passes over it
 */
export function parseServerFrame(data: string): ServerFrame {
  let frame: unknown;
  try {
    frame = JSON.parse(data);
  } catch {
    // No frame either.
  }
  if (!isObject(frame) || !isServerFrame(frame)) throw new FrameError("not a frame this page knows");
  return frame;
}

function isServerFrame(frame: Loose): frame is Loose & ServerFrame {
  switch (frame.kind) {
    case "welcome":
    case "state":
      return isObject(frame.state);
    case "lines":
      return Array.isArray(frame.lines) && frame.lines.every((line) => isObject(line) && isObject(line.from));
    case "token":
      return typeof frame.token === "string";
    case "typing":
    case "joined":
    case "left":
      return typeof frame.name === "string";
    default:
      return frame.kind === "message-stored" || frame.kind === "refused" || frame.kind === "pong";
  }
}

type Loose = Record<string, unknown>;

function isObject(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseObject(data: string): Loose {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new FrameError("a frame must be JSON");
  }
  if (!isObject(value)) throw new FrameError("a frame must be a JSON object");
  return value;
}

function text(frame: Loose, name: string, most: number): string {
  const value = frame[name];
  if (typeof value !== "string") throw new FrameError(`"${name}" must be a text`);
  if (value.length > most) throw new FrameError(`"${name}" is longer than ${most} characters`);
  return value;
}

function optionalText(frame: Loose, name: string, most: number): string | undefined {
  return frame[name] === undefined ? undefined : text(frame, name, most);
}

function key(frame: Loose): string {
  const value = text(frame, "key", 64);
  if (!/^[\w-]{8,64}$/.test(value)) throw new FrameError('"key" must be 8 to 64 letters, digits, "-" or "_"');
  return value;
}

function fields(value: unknown): Record<string, string[]> {
  if (!isObject(value)) throw new FrameError('"fields" must be an object');
  const entries = Object.entries(value);
  if (entries.length > 50) throw new FrameError('"fields" has more than 50 entries');
  // No prototype: a field called "__proto__" is a field like any other.
  const result: Record<string, string[]> = Object.create(null);
  for (const [name, values] of entries) {
    if (name.length > 100) throw new FrameError('"fields" has a name longer than 100 characters');
    if (!Array.isArray(values) || values.length > 50)
      throw new FrameError(`field "${name}" must be a list of at most 50 texts`);
    result[name] = values.map((one) => {
      if (typeof one !== "string") throw new FrameError(`field "${name}" must be a list of texts`);
      if (one.length > MAX_ANSWER) throw new FrameError(`field "${name}" is longer than ${MAX_ANSWER} characters`);
      return one;
    });
  }
  return result;
}

function page(value: unknown): PageInfo {
  const info = isObject(value) ? value : {};
  const short = (name: string, most: number): string => {
    const one = info[name];
    return typeof one === "string" ? one.slice(0, most) : "";
  };
  return {
    url: short("url", 2_000),
    title: short("title", 300),
    referrer: short("referrer", 2_000),
    language: short("language", 35),
    timeZone: short("timeZone", 60),
  };
}
