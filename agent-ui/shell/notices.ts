/** Desktop notices, only after the agent allowed them by a button of ours, and only while the window is not in front. */

export type NoticePermission = "granted" | "denied" | "default" | "unsupported";
export type Notices = {
  readonly permission: NoticePermission;
  /** Asks the browser; call it in a gesture. */
  ask(): Promise<NoticePermission>;
  /** `tag` names it, so that it can be taken back and is never there twice. */
  show(notice: { tag: string; title: string; body: string; onClick(): void }): void;
  close(tag: string): void;
};

export function createNotices(): Notices {
  const shown = new Map<string, Notification>();
  const supported = "Notification" in globalThis;
  return {
    get permission() {
      return supported ? Notification.permission : "unsupported";
    },
    async ask() {
      return supported ? await Notification.requestPermission() : "unsupported";
    },
    show({ tag, title, body, onClick }) {
      if (!supported || Notification.permission !== "granted") return;
      try {
        const notice = new Notification(title, { body, tag, requireInteraction: tag.startsWith("offer:") });
        notice.onclick = () => {
          window.focus();
          notice.close();
          onClick();
        };
        notice.onclose = () => shown.delete(tag);
        shown.set(tag, notice);
      } catch {
        // Phones allow notices from a service worker only; there the sound must do.
      }
    },
    close(tag) {
      shown.get(tag)?.close();
      shown.delete(tag);
    },
  };
}
