/** One chat on one page: holds the state, and carries out what follows from it on socket, storage, sound and clock. */
import { html } from "lit/html.js";
import type { ClientFrame, RefusalCode, ServerFrame, WorkgroupView } from "../../protocol/visitor-api.ts";
import { createLink, type Link } from "./api.ts";
import type { Files } from "./files/files.ts";
import { answersOf, checkForm, checkMessage } from "./form.ts";
import { claimsOf } from "./identity.ts";
import { mintKey, pageInfo } from "./page.ts";
import { type Action, dueLines, dueWants, reduce } from "./reduce.ts";
import { type ChatState, initialState, isLive, unreadCount } from "./state.ts";
import { type ChatStorage, createStorage, keepChanges, restored } from "./storage.ts";
import { en, type Texts } from "./texts/en.ts";
import { createSay, loadTexts, type Say } from "./texts.ts";
import { fetchWorkgroup } from "./workgroup.ts";

/** `base` is the address of the gateway, with a slash at its end. */
export type ChatSettings = { base: string; workgroup: string; lang: string };

/** Refusals of a hello that another hello would meet again. */
const HOPELESS: RefusalCode[] = ["unknown-workgroup", "origin-not-allowed", "bad-identity"];
const TICK_MS = 1_000;
/** "Is typing" is said again after this long, and taken back after as long without a key. */
const TYPING_MS = 4_000;
/** An archive that is not read by now is asked for anew. */
const CATCH_UP_MS = 15_000;
/** An older answer about the workgroup is asked for anew when the panel opens. */
const VIEW_MS = 20_000;
/** Without a sign of life for so long nobody sits at the page. */
const IDLE_MS = 60_000;

export class Chat {
  readonly settings: ChatSettings;
  state: ChatState = initialState;
  texts: Texts = en;
  /** Sending and showing files, once it is loaded. */
  files: Files | undefined;
  #storage: ChatStorage;
  #link: Link;
  #listeners = new Set<() => void>();
  #stops: (() => void)[] = [];
  #front = false;
  #viewAt = 0;
  /** The visitor turned to the chat: from now on the workgroup may be asked again. */
  #acted = false;
  #typingAt = 0;
  #typingTimer: ReturnType<typeof setTimeout> | undefined;
  #greetedAt = 0;
  #activeAt = 0;
  #loading: Promise<void> | undefined;
  /** The last line when agents were told how far the visitor has read. */
  #toldSeen: string;

  /** The site's word on who the visitor is, a JWT; empty when it has none. */
  #identity: string;

  constructor(settings: ChatSettings, view?: WorkgroupView | null, identity = "") {
    this.settings = settings;
    this.#identity = identity;
    const { base, workgroup, lang } = settings;
    this.#storage = createStorage(`foyer:${base}:${workgroup}`, Date.now);
    this.#own();
    this.#toldSeen = this.state.seen;
    this.#link = createLink(`${base.replace(/^http/, "ws")}socket`, {
      hello: () => this.#hello(),
      onFrame: (frame) => this.#onFrame(frame),
      onConnecting: () => this.dispatch({ type: "link", link: "connecting" }),
      // A page that was never welcomed is on its way back into a chat, or into one: it does not wait as an idle one may.
      isLive: () => isLive(this.state) || !this.state.epoch || this.state.wants.length > 0,
    });
    this.#take(view);
    const clock = setInterval(() => this.#tick(), TICK_MS);
    this.#stops.push(() => clearInterval(clock));
    this.#stops.push(this.#storage.onChange(() => this.#onOtherTab()));
    loadTexts(lang).then((texts) => {
      this.texts = texts;
      this.redraw();
    });
  }

  get say(): Say {
    return createSay(this.texts, this.state.view?.texts ?? {});
  }
  get unread(): number {
    return unreadCount(this.state);
  }
  get muted(): boolean {
    return this.#storage.read().muted === true;
  }

  subscribe(listener: () => void): void {
    this.#listeners.add(listener);
  }

  stop(): void {
    this.#link.stop();
    for (const stop of this.#stops) stop();
    this.#listeners.clear();
    clearTimeout(this.#typingTimer);
  }

  /** The site's word on who the visitor is. Another person sees nothing of what was here. */
  identify(jwt: string): void {
    const before = claimsOf(this.#identity).subject;
    this.#identity = jwt;
    if (claimsOf(jwt).subject === before) return;
    this.#link.stop();
    this.state = initialState;
    this.#own();
    this.resume();
    this.refresh();
  }

  /** Takes up what this browser keeps, if it is this visitor's. A chat of nobody's goes on while somebody signs in. */
  #own(): void {
    const { subject = "", live } = this.#storage.read();
    const mine = claimsOf(this.#identity).subject;
    if (subject !== mine && (subject || !live)) this.#storage.forget(mine);
    this.state = reduce(this.state, { type: "restored", saved: restored(this.#storage) });
  }

  /** A conversation of an earlier page goes on by itself. */
  resume(): void {
    if (this.#storage.read().live) this.#link.start();
  }

  /** The panel is open: the conversation of an earlier page is taken up. @param acted by the visitor, that is */
  opened(acted: boolean): void {
    // Whom the site names may have a chat that was begun in another browser.
    if (this.#storage.read().had || (acted && this.#identity)) this.#link.start();
    this.#acted ||= acted;
    this.#freshen();
  }

  /** What is shown of the workgroup may be old by now. */
  #freshen(): void {
    if (Date.now() - this.#viewAt > VIEW_MS) this.refresh();
  }

  async refresh(): Promise<void> {
    this.#viewAt = Date.now();
    const { base, workgroup, lang } = this.settings;
    this.#take(await fetchWorkgroup(base, workgroup, lang));
  }

  /** Whether the visitor has the conversation before the eyes. */
  setFront(front: boolean): void {
    if (front && !this.#front) this.#freshen();
    this.#front = front;
    this.#activeAt = Date.now();
    if (front) this.dispatch({ type: "seen" });
    this.#tellSeen();
  }

  /** Agents are told, once, that the newest line was seen; not by a page that nobody sits at. */
  #tellSeen(): void {
    const { lines, link, caughtUp, visit } = this.state;
    const isSeen = this.#front && Date.now() - this.#activeAt < IDLE_MS;
    if (!isSeen || link !== "on" || !caughtUp || visit.phase !== "talking") return;
    if (!unreadCount({ lines, seen: this.#toldSeen })) return;
    this.#toldSeen = lines.at(-1)?.id ?? "";
    this.#link.send({ kind: "seen", id: lines.findLast((line) => line.from.kind === "agent")?.id ?? "" });
  }

  mute(muted: boolean): void {
    this.#storage.write({ muted });
    this.redraw();
  }

  /** Checks the form and joins the queue. False when something is missing; `mistakes` says what. */
  join(): boolean {
    const fields = this.state.view?.form.fields ?? [];
    const mistakes = checkForm(fields, this.state.answers, this.say);
    this.dispatch({ type: "mistakes", mistakes });
    if (Object.keys(mistakes).length) return false;
    this.dispatch({ type: "join", fields: answersOf(fields, this.state.answers), page: pageInfo() });
    this.#link.start();
    return true;
  }

  /** Leaves the queue, or does not enter it after all. */
  cancel(): void {
    this.dispatch({ type: "cancel" });
    if (this.state.wants.length || this.state.visit.phase !== "idle" || this.state.epoch) return;
    // It was never reached, and now nothing is wanted of it.
    this.#link.stop();
    this.dispatch({ type: "link", link: "off" });
  }

  /** Checks the message for later and has it stored. False when something is missing. */
  leaveMessage(): boolean {
    const mistakes = checkMessage(this.state.message, this.say);
    this.dispatch({ type: "mistakes", mistakes });
    if (Object.keys(mistakes).length) return false;
    this.dispatch({ type: "leave-message", key: mintKey() });
    this.#link.start();
    return true;
  }

  /** Says what is in the box; with a text, that. Without any, the line in the box is taken back. A file's text is its name. */
  send(text = this.state.draft.trim(), file?: string): void {
    if (!text && !this.state.editing) return;
    this.#typing(false);
    this.dispatch({ type: "say", key: mintKey(), text, at: Date.now(), file });
  }

  write(text: string): void {
    this.dispatch({ type: "draft", text });
    this.#typing(text !== "");
  }

  dispatch(action: Action): void {
    const before = this.state;
    this.state = reduce(before, action);
    if (this.state === before) return;
    keepChanges(this.#storage, before, this.state);
    // Whoever talks may send files; nobody else needs what that takes.
    if (this.state.session)
      this.#loading ??= import("./files/files.ts").then(
        ({ createFiles }) => {
          this.files = createFiles(this, this.#storage, html, createSay);
          this.redraw();
        },
        () => (this.#loading = undefined), // Offline: with the next change.
      );
    this.#flush();
    this.redraw();
  }

  redraw(): void {
    for (const listener of this.#listeners) listener();
  }

  #take(view: WorkgroupView | null | undefined): void {
    this.#viewAt = Date.now();
    this.dispatch({ type: "view", view: view && this.#asked(view) });
  }

  /** What the site has said of its visitor is not asked again. */
  #asked(view: WorkgroupView): WorkgroupView {
    const { name, email } = claimsOf(this.#identity);
    const known: Record<string, string> = { username: name, email };
    return { ...view, form: { ...view.form, fields: view.form.fields.filter((field) => !known[field.name]) } };
  }

  #hello(): ClientFrame {
    const { session, lines } = this.state;
    // The newest token: another tab may have got one meanwhile.
    const { token } = this.#storage.read();
    const after = lines.at(-1)?.id;
    const identity = this.#identity || undefined;
    return { kind: "hello", workgroup: this.settings.workgroup, token, identity, ...(after && { session, after }) };
  }

  #onFrame(frame: ServerFrame): void {
    if (frame.kind === "welcome") {
      this.#greetedAt = Date.now();
      this.#storage.write({ token: frame.token });
    }
    if (frame.kind === "token") return this.#storage.write({ token: frame.token });
    if (frame.kind === "refused") {
      if (frame.code === "bad-token") {
        const { subject } = claimsOf(this.#identity);
        this.#storage.write({ token: undefined, had: false, live: false, subject });
        return this.#link.retry();
      }
      if (this.state.link !== "on" && HOPELESS.includes(frame.code)) {
        this.#link.stop();
        this.dispatch({ type: "link", link: "off" });
      }
      // Not even greeted: the gateway itself cannot get through just now. What is wanted stays wanted.
      else if (this.state.link !== "on") return this.#link.retry();
      if (frame.code === "closed") this.refresh();
    }
    const had = this.unread;
    this.dispatch({ type: "frame", frame });
    this.#tellSeen();
    if (this.#front) this.dispatch({ type: "seen" });
    else if (this.unread > had) this.#ring();
  }

  /** Gives out what is due on this connection. */
  #flush(): void {
    const lines = dueLines(this.state);
    const wants = dueWants(this.state);
    if (!lines.length && !wants.length) return;
    const frames: ClientFrame[] = [
      ...lines.map(({ key, text, of, file }): ClientFrame => ({ kind: "say", key, text, of, file })),
      // After the lines: nothing can be said behind an "end".
      ...wants.map((want) => want.frame),
    ];
    // What does not go out now is due again with the next welcome; marking it first keeps this from going round in circles.
    this.dispatch({ type: "sent", keys: lines.map((line) => line.key), at: Date.now() });
    for (const frame of frames) this.#link.send(frame);
  }

  #onOtherTab(): void {
    const { draft = "", answers = {}, seen = "", live, dismissed = "" } = this.#storage.read();
    this.state = { ...this.state, [this.state.editing ? "kept" : "draft"]: draft, answers, seen, dismissed };
    if (live) this.#link.start();
    this.redraw();
  }

  #tick(): void {
    this.dispatch({ type: "tick", at: Date.now() });
    const { link, caughtUp, view, visit } = this.state;
    // Who looks at "nobody is free" is told when somebody is; but a form that is being filled in stays.
    if (this.#acted && this.#front && visit.phase === "idle" && view?.availability !== "open") this.#freshen();
    if (link === "on" && !caughtUp && Date.now() - this.#greetedAt > CATCH_UP_MS) this.#link.retry();
  }

  #typing(active: boolean): void {
    clearTimeout(this.#typingTimer);
    if (active) this.#typingTimer = setTimeout(() => this.#typing(false), TYPING_MS);
    const due = active ? Date.now() - this.#typingAt > TYPING_MS : this.#typingAt > 0;
    if (!due || this.state.link !== "on" || this.state.visit.phase !== "talking") return;
    this.#typingAt = active ? Date.now() : 0;
    this.#link.send({ kind: "typing", active });
  }

  /** One sound for one line, however many tabs show it. */
  #ring(): void {
    const last = this.state.lines.at(-1)?.id ?? "";
    const { muted, rung } = this.#storage.read();
    if (muted || rung === last) return;
    this.#storage.write({ rung: last });
    // Few need it, and nobody before the first line.
    import("./sound.ts").then(({ playTone }) => playTone()).catch(() => undefined);
  }
}
