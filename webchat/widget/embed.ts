/**
 * The loader, two kilobytes: `<script src="/embed.js" data-workgroup="support" async></script>` draws the button
 * "Chat with us" and fetches the chat itself when the visitor turns to it. Defines `<foyer-chat>` for blocks and pages too.
 * No library, no cookie, nothing stored; one cacheable question about the workgroup.
 */
import { defaultAccent, onAccent } from "../../design/accent.ts";
import type { WorkgroupView } from "../../protocol/visitor-api.ts";
import type { Mounted, MountOptions } from "./main.ts";
import { launcherStyle } from "./styles/launcher.ts";
import { fetchWorkgroup } from "./workgroup.ts";

/** Where the chat itself lies, from here; put in by the build. */
declare const MAIN: string;
/** The texts of the button by key, taken from the catalogue by the build. */
declare const ENGLISH: Record<string, string>;
declare const OTHERS: Record<string, Record<string, string>>;
declare global {
  interface Window {
    /** What the page may do with its launcher. `destroy` removes every trace. */
    Foyer?: {
      destroy(): void;
      /** The site's signed word (JWT) on who the visitor is; without one: nobody in particular. */
      identify(jwt?: string): void;
    };
  }
}

const script = document.currentScript;
const base = new URL(".", script && "src" in script ? script.src : location.href).href;
const load = (): Promise<{ mount(options: MountOptions): Promise<Mounted> }> => import(/* @vite-ignore */ base + MAIN);

/** Attributes: `workgroup`, `mode` (launcher, inline, page), `lang`, `accent` (`#rrggbb`), `position` (left, right), `identity` (JWT). */
class FoyerChat extends HTMLElement {
  root = this.attachShadow({ mode: "open" });
  declare chat?: Promise<Mounted>;

  async connectedCallback(): Promise<void> {
    const { root } = this;
    if (root.adoptedStyleSheets[0]) return; // Moved about by the page: all is there already.
    const get = (name: string): string => this.getAttribute(name) ?? "";
    const mode = get("mode") || "launcher";
    // A page of its own has no language but its reader's.
    const page = mode === "page" ? new URLSearchParams(location.search).get("lang") : document.documentElement.lang;
    const lang = get("lang") || page || navigator.language;
    const workgroup = get("workgroup") || decodeURIComponent(location.pathname.split("/")[2] ?? "");
    const accent = get("accent") || defaultAccent;
    this.style.setProperty("--foyer-accent", accent);
    this.style.setProperty("--foyer-on-accent", onAccent(accent));
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(launcherStyle);
    root.adoptedStyleSheets = [sheet];

    const view = await fetchWorkgroup(base, workgroup, lang);
    if (!this.isConnected) return;
    const button = launcher(lang, view);
    const mount = async (): Promise<Mounted> => {
      this.chat ??= load().then((main) => main.mount({ base, workgroup, lang, mode, view, accent, root, button }));
      // Did not load: the next press tries again.
      this.chat.catch(() => delete this.chat);
      return this.chat;
    };
    if (mode !== "launcher") return void mount();
    if (!view) {
      // A button that leads nowhere is worse than none.
      root.adoptedStyleSheets = [];
      return addEventListener("online", () => this.connectedCallback(), { once: true });
    }
    button.onpointerenter = button.onfocus = load;
    button.onclick = async () => (await mount()).toggle();
    root.append(button);
    if (hadChat(workgroup)) mount();
  }

  async disconnectedCallback(): Promise<void> {
    const chat = await this.chat;
    if (this.isConnected) return; // Only moved about by the page.
    this.root.replaceChildren();
    this.root.adoptedStyleSheets = [];
    chat?.destroy();
    delete this.chat;
  }
}

/** The button, which tells the truth: whether somebody is there, and how long it may take. */
function launcher(lang: string, view: WorkgroupView | null | undefined): HTMLButtonElement {
  const { availability, waitS, texts } = view ?? {};
  const words = { ...(OTHERS[lang.slice(0, 2)] ?? ENGLISH), ...texts };
  const minutes = Math.round((waitS ?? 0) / 60);
  const key = availability !== "open" ? `availability.${availability}` : minutes ? "launcher.wait" : "";
  const button = document.createElement("button");
  const note = document.createElement("small");
  note.append((words[key] ?? "").replace("{count}", `${minutes}`));
  button.dir = "auto";
  button.ariaExpanded = "false";
  button.append(words["launcher.label"] ?? "", " ", note);
  return button;
}

/** A conversation of an earlier page goes on by itself; one that has ended is shown again where it was open. */
function hadChat(workgroup: string): boolean {
  try {
    return /"had":true/.test(localStorage.getItem(`foyer:${base}:${workgroup}`) ?? "");
  } catch {
    return false; // Storage is blocked: then there is nothing to go on with.
  }
}

if (!customElements.get("foyer-chat")) customElements.define("foyer-chat", FoyerChat);

const settings = script?.dataset;
if (settings?.workgroup && !window.Foyer) {
  const host = document.createElement("foyer-chat");
  for (const name in settings) host.setAttribute(name, settings[name] ?? "");
  window.Foyer = {
    destroy() {
      host.remove();
      delete window.Foyer;
    },
    identify: (jwt = "") => host.setAttribute("identity", jwt),
  };
  // Beside the body, not in it: pages that swap their body leave it alone.
  document.documentElement.append(host);
}
