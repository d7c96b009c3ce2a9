/** Where the panel stands: a box over the page, the whole screen of a phone, a block, or a page of its own. */
import { frameStyle } from "./styles/frame.ts";
import type { Mode } from "./views/ui.ts";

export type Frame = {
  show(): void;
  hide(): void;
  remove(): void;
};

/** On these screens the open panel is the whole screen. */
const SMALL = "(max-width: 480px), (max-height: 420px)";

/** Puts `panel` into `root`. In mode "launcher" it is hidden until shown. @param close what Escape means */
export function createFrame(root: ShadowRoot, panel: HTMLElement, mode: Mode, close: () => void): Frame {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(frameStyle);
  root.adoptedStyleSheets.push(sheet);
  if (mode !== "launcher") {
    const none = (): void => undefined;
    root.append(panel);
    return { show: none, hide: none, remove: () => panel.remove() };
  }
  // A native dialog: on a phone it is modal, above everything, and the page behind cannot be reached.
  const dialog = document.createElement("dialog");
  dialog.append(panel);
  root.append(dialog);
  const small = matchMedia(SMALL);
  const page = document.documentElement;
  let overflow = "";

  function show(): void {
    if (dialog.open) return;
    if (small.matches) {
      dialog.showModal();
      overflow = page.style.overflow;
      page.style.overflow = "hidden";
      follow();
    } else dialog.show();
  }
  function hide(): void {
    if (!dialog.open) return;
    if (dialog.matches(":modal")) page.style.overflow = overflow;
    dialog.close();
  }
  /** The box follows what the keyboard leaves of the screen. */
  function follow(): void {
    const seen = visualViewport;
    if (!seen || !dialog.matches(":modal")) return;
    dialog.style.height = `${seen.height}px`;
    dialog.style.top = `${seen.offsetTop}px`;
  }
  /** From box to whole screen and back, as when a phone is turned. */
  function turned(): void {
    if (!dialog.open) return;
    hide();
    dialog.removeAttribute("style");
    show();
  }
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault(); // A modal dialog would close by itself, and forget the rest.
    close();
  });
  small.addEventListener("change", turned);
  visualViewport?.addEventListener("resize", follow);
  visualViewport?.addEventListener("scroll", follow);
  return {
    show,
    hide,
    remove() {
      small.removeEventListener("change", turned);
      visualViewport?.removeEventListener("resize", follow);
      visualViewport?.removeEventListener("scroll", follow);
      hide();
      dialog.remove();
    },
  };
}
