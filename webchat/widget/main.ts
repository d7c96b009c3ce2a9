/** The chat itself, loaded by `embed.ts` when the visitor wants it: puts a panel into the shadow root of `<foyer-chat>`. */
import type { WorkgroupView } from "../../protocol/visitor-api.ts";
import { Chat, type ChatSettings } from "./chat.ts";
import { Panel } from "./elements/panel.ts";
import { createFrame } from "./frame.ts";
import { isRightToLeft } from "./texts.ts";
import { createTitle } from "./title.ts";
import type { Mode } from "./views/ui.ts";

/** What `embed.ts` hands over. */
export type MountOptions = ChatSettings & {
  root: ShadowRoot;
  /** A `Mode`; anything else is "launcher". */
  mode: string;
  view: WorkgroupView | null | undefined;
  /** `#rrggbb` */
  accent: string;
  /** The launcher; out of the page in the other modes. */
  button: HTMLElement;
};

/** What `embed.ts` may do with it. */
export type Mounted = { toggle(): void; destroy(): void };

/**
 * Draws the panel; closed at first in mode "launcher". To load the code, to draw, and to show are three tasks: in between
 * the page may answer its reader.
 */
export async function mount(options: MountOptions): Promise<Mounted> {
  await pause();
  const { root, view, lang, button } = options;
  const badge = document.createElement("b");
  button.append(badge);
  const mode: Mode = options.mode === "inline" || options.mode === "page" ? options.mode : "launcher";
  const identity = (): string => root.host.getAttribute("identity") ?? "";
  const chat = new Chat(options, view, identity());
  const identified = new MutationObserver(() => chat.identify(identity()));
  identified.observe(root.host, { attributeFilter: ["identity"] });
  const panel = new Panel(chat, mode, close);
  if (root.host.getAttribute("accent"))
    void import("./paint.ts").then(({ paint }) => paint(panel.element, options.accent));
  const frame = createFrame(root, panel.element, mode, close);
  const title = createTitle();
  let open = mode !== "launcher";

  const look = (): void => chat.setFront(open && !document.hidden && document.hasFocus());
  chat.subscribe(() => {
    const { unread } = chat;
    panel.update();
    badge.textContent = unread ? chat.say("launcher.unread", { count: unread }) : "";
    title.show(unread, mode === "page" ? chat.state.view?.title : undefined);
  });
  for (const event of watched) addEventListener(event, look, true);
  if (mode === "page") Object.assign(document.documentElement, { lang, dir: isRightToLeft(lang) ? "rtl" : "ltr" });
  const page = createOpenMark(options);

  function show(focus: boolean): void {
    open = true;
    page.set(true);
    button.ariaExpanded = "true";
    frame.show();
    chat.opened(true);
    look();
    panel.draw();
    if (focus) panel.focusStart();
  }
  function close(): void {
    open = false;
    page.set(false);
    button.ariaExpanded = "false";
    frame.hide();
    look();
    button.focus();
  }
  // A block or a page of its own is open from the start; but nobody asked for the focus to move.
  if (mode !== "launcher") chat.opened(false);
  else {
    chat.resume();
    // Open on the page before: open here, but the focus belongs to the page.
    if (page.get()) show(false);
  }
  look();
  await pause();
  return {
    toggle: () => (open ? close() : show(true)),
    destroy() {
      for (const event of watched) removeEventListener(event, look, true);
      identified.disconnect();
      chat.stop();
      frame.remove();
      title.show(0);
    },
  };
}

const pause = (): Promise<unknown> => new Promise((done) => setTimeout(done));

const watched = ["focus", "blur", "visibilitychange", "pointermove", "keydown"];

/** Whether the panel was open in this tab: it is again on the next page of the site. */
function createOpenMark({ base, workgroup }: MountOptions) {
  const name = `foyer:${base}:${workgroup}:open`;
  const attempt = <T>(what: () => T): T | undefined => {
    try {
      return what();
    } catch {
      return undefined; // Storage is blocked: then each page begins with the launcher.
    }
  };
  return {
    get: () => attempt(() => sessionStorage.getItem(name)) === "1",
    set: (open: boolean) => attempt(() => sessionStorage.setItem(name, open ? "1" : "0")),
  };
}
