/** One page from its opening to its end: hello first, then what it does, each kind at its rate. */
import type { ClientFrame } from "../../protocol/visitor-api.ts";
import { takeOne, waitS } from "../../runtime/buckets.ts";
import type { Attached, Hello, Page, PageAction } from "../domain/page.ts";
import type { Refused } from "../domain/refusal.ts";
import { type Doing, HELLOS, type Limits, MOST_WAITING_LINES } from "../http/limits.ts";
import { type Asking, mayEmbed } from "../http/origins.ts";
import { AGAIN_S, NOT_FOR_THIS_PAGE, refuse, tooFast, UNAVAILABLE } from "../http/refusals.ts";
import type { Place, Rounds } from "../http/rounds.ts";
import type { PageOwner, PageSocket } from "../http/socket.ts";
import type { Tokens } from "../http/token.ts";
import type { FindWorkgroup } from "./workgroups.ts";

export type PageSessionDeps = {
  tokens: Tokens;
  limits: Limits;
  /** Gives a page to its visit. */
  open(page: Page, hello: Hello): Promise<Attached | Refused>;
  find: FindWorkgroup;
  newVisitId(): string;
  /** Who the site says the visitor is, by its JWT; or why that is not believed. */
  identify(workgroup: string, jwt: string): Promise<Identified | Refused>;
  /** The visit of somebody whom the site knows. */
  visitIdOf(workgroup: string, subject: string): string;
  /** Whether a visit waits or talks just now. */
  isLive(visit: string): boolean;
  /** In ms, of a clock that never goes back. */
  now(): number;
  onFailure(error: unknown): void;
  helloMs: number;
  /** Who gives open pages their new tokens. */
  renewals: Rounds<PageSession>;
};

export type Identified = { subject: string; name: string };

type SayFrame = Extract<ClientFrame, { kind: "say" }>;
type HelloFrame = Extract<ClientFrame, { kind: "hello" }>;

/** Whose page it is: what its tokens say, and whose limits count. */
type Holder = Parameters<Tokens["issue"]>[0] & { address: string };

export class PageSession implements PageOwner {
  readonly #deps: PageSessionDeps;
  /** What the socket's request said of the page it is from; not needed any more once it was welcomed. */
  #asking: Asking | null;
  /** When its bucket of hellos is full again. */
  #hellosAt = 0;
  #holder: Holder | null = null;
  #page: PageSocket | null = null;
  #attached: Attached | null = null;
  #greeting = false;
  #ended = false;
  #helloTimer: NodeJS.Timeout | undefined;
  /** Said, and waiting for their turn. */
  #lines: SayFrame[] | undefined;
  #lineTimer: NodeJS.Timeout | undefined;
  #renewing: Place<PageSession> | undefined;

  constructor(asking: Asking, deps: PageSessionDeps) {
    this.#asking = asking;
    this.#deps = deps;
  }

  serve(page: PageSocket): void {
    this.#page = page;
    this.#helloTimer = setTimeout(() => {
      if (!this.#attached) page.dismiss();
    }, this.#deps.helloMs);
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#helloTimer);
    clearTimeout(this.#lineTimer);
    this.#renewing?.delete(this);
    this.#attached?.detach();
    this.#attached = null;
  }

  /** Gives the page a new token. For the rounds. */
  renew(): void {
    if (this.#holder === null) return;
    this.#deps.tokens
      .issue(this.#holder)
      .then((token) => this.#page?.send({ kind: "token", token }), this.#deps.onFailure);
  }

  take(frame: ClientFrame): void {
    const page = this.#page;
    if (!page || this.#ended || frame.kind === "ping") return;
    if (frame.kind === "hello") return this.#takeHello(page, frame);
    if (!this.#attached) return page.send(refuse("bad-frame", "the first frame must be hello", keyOf(frame)));
    if (frame.kind === "say") return this.#takeLine(page, this.#attached, frame);
    const againS = this.#deps.limits.take(DOING[frame.kind], this.#holder ?? {});
    if (againS === 0) return this.#attached.act(frame);
    // Nobody misses one of these.
    if (frame.kind !== "typing" && frame.kind !== "seen") page.send(tooFast(againS, keyOf(frame)));
  }

  /** Lines wait rather than being refused: a line that is refused and comes again has lost its place. */
  #takeLine(page: PageSocket, attached: Attached, line: SayFrame): void {
    this.#lines ??= [];
    if (this.#lines.length >= MOST_WAITING_LINES) return page.send(tooFast(AGAIN_S, { key: line.key }));
    this.#lines.push(line);
    if (this.#lines.length === 1) this.#sayLines(attached, this.#lines);
  }

  #sayLines(attached: Attached, lines: SayFrame[]): void {
    for (let next = lines[0]; next; next = lines[0]) {
      const againS = this.#deps.limits.take("lines", this.#holder ?? {});
      if (againS > 0) {
        this.#lineTimer = setTimeout(() => this.#sayLines(attached, lines), againS * 1000);
        return;
      }
      attached.act(next);
      lines.shift();
    }
  }

  #takeHello(page: PageSocket, frame: HelloFrame): void {
    if (this.#attached || this.#greeting) return page.send(refuse("bad-frame", "hello was said already"));
    const now = this.#deps.now();
    const againS = waitS(HELLOS, this.#hellosAt, now);
    if (againS > 0) return page.send(tooFast(againS));
    this.#hellosAt = takeOne(HELLOS, this.#hellosAt, now);
    this.#greeting = true;
    this.#greet(page, frame)
      .then(
        (answer) => this.#welcomed(page, answer),
        (error: unknown) => {
          this.#deps.onFailure(error);
          page.send(UNAVAILABLE);
        },
      )
      .finally(() => {
        this.#greeting = false;
      });
  }

  #welcomed(page: PageSocket, answer: Attached | Refused): void {
    if ("kind" in answer) return page.send(answer);
    clearTimeout(this.#helloTimer);
    this.#helloTimer = undefined;
    this.#asking = null;
    if (this.#ended) return answer.detach();
    this.#attached = answer;
    this.#renewing = this.#deps.renewals.join(this);
  }

  async #greet(
    page: PageSocket,
    { workgroup: asked, token, identity, session, after }: HelloFrame,
  ): Promise<Attached | Refused> {
    const { find, identify } = this.#deps;
    const workgroup = asked.toLowerCase();
    const found = await find(workgroup, "");
    if (!found.found && found.why === "unreachable") return UNAVAILABLE;
    if (found.found && (this.#asking === null || !mayEmbed(this.#asking, found.origins)))
      return refuse("origin-not-allowed", NOT_FOR_THIS_PAGE);
    // A workgroup that was taken out is not to be found any more, and its talks go on.
    if (!found.found && token === undefined) return refuse("unknown-workgroup", "There is no such workgroup");
    const known = identity === undefined ? null : await identify(workgroup, identity);
    if (known && "kind" in known) return known;
    const place = await this.#placeOf(workgroup, token, known);
    if (place === null) return refuse("bad-token", "This token is not good here");
    const said = identity === undefined || known === null ? undefined : { jwt: identity, name: known.name };
    return this.#open(page, { ...place, workgroup, session, after, identity: said });
  }

  /**
   * The visit that a page belongs to: that of the person whom its site names; else the one its token names. Who is not named
   * by the site does not get into a named person's visit, whatever the token. Who signs in while a talk goes on keeps it.
   */
  async #placeOf(workgroup: string, token: string | undefined, known: Identified | null): Promise<Belonging | null> {
    const { tokens, newVisitId, visitIdOf, isLive } = this.#deps;
    const claims = token === undefined ? null : await tokens.verify(token, workgroup);
    if (known) {
      const going = claims && !claims.isIdentified && isLive(claims.visit) ? claims : null;
      return { ...(going ?? { visit: visitIdOf(workgroup, known.subject), isIdentified: true }), isNew: false };
    }
    if (token === undefined) return { visit: newVisitId(), isIdentified: false, isNew: true };
    return claims && !claims.isIdentified ? { ...claims, isNew: false } : null;
  }

  async #open(page: PageSocket, hello: Omit<Hello, "token" | "address">): Promise<Attached | Refused> {
    const { tokens, limits, open } = this.#deps;
    const { visit, workgroup, isIdentified } = hello;
    const { address } = page;
    // The address was counted when the socket opened.
    const againS = limits.take("connections", { visit, workgroup });
    if (againS > 0) return tooFast(againS);
    this.#holder = { visit, workgroup, isIdentified, address };
    return open(page, { ...hello, address, token: await tokens.issue(this.#holder) });
  }
}

type Belonging = Pick<Hello, "visit" | "isIdentified" | "isNew">;

const DOING: Record<Exclude<PageAction["kind"], "say">, Doing> = {
  join: "joins",
  cancel: "acts",
  end: "acts",
  typing: "typing",
  seen: "typing",
  "leave-message": "messages",
};

const keyOf = (frame: PageAction): { key?: string } => ("key" in frame ? { key: frame.key } : {});
