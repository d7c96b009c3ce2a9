import { describe, expect, it } from "vitest";
import { createAlerts } from "../../agent-ui/shell/alerts.ts";
import { readConfig } from "../../agent-ui/shell/config.ts";
import { createKeeper } from "../../agent-ui/shell/kept.ts";
import type { Action } from "../../agent-ui/state/actions.ts";
import type { State } from "../../agent-ui/state/model.ts";
import { createStore } from "../../agent-ui/state/store.ts";
import { arrived, JOHN, line, offer, ROOM, signedIn, talking } from "./support/state.ts";

/** What would ring, stand on the desktop and in the tab. */
function alerted(start: State) {
  const told: string[] = [];
  const store = createStore(start);
  store.subscribe(
    createAlerts({
      sound: {
        muted: false,
        allow: () => undefined,
        ring: (ms) => told.push(`ring ${ms}`),
        stopRinging: () => told.push("silence"),
        tap: () => told.push("tap"),
      },
      notices: {
        permission: "granted",
        ask: async () => "granted",
        show: ({ tag, title, body }) => told.push(`notice ${tag}: ${title}: ${body}`),
        close: (tag) => told.push(`close ${tag}`),
      },
      badge: { show: ({ count, calling }) => told.push(`badge ${count} ${calling ?? "-"}`) },
      openChat: () => undefined,
    }),
  );
  return { told, dispatch: (...actions: Action[]) => actions.forEach(store.dispatch) };
}

const behind: Action = { type: "focus-changed", focused: false };

describe("an offer", () => {
  const received: Action = { type: "offer-received", offer: offer({ arrivedAt: 0 }) };

  it("rings for its time and stands in the tab; on the desktop only when the window is not in front", () => {
    const front = alerted(signedIn());
    front.dispatch(received);
    expect(front.told).toEqual(["ring 20000", "badge 1 John"]);
    const back = alerted(signedIn());
    back.dispatch(behind, received);
    expect(back.told).toEqual([
      "ring 20000",
      "notice offer:s1: John asks for a chat: My router is offline",
      "badge 1 John",
    ]);
  });

  it("is silent everywhere as soon as it is answered, here or elsewhere", () => {
    for (const end of [
      { type: "offer-answering", id: "s1", accepted: true },
      { type: "offer-gone", id: "s1", why: "", at: 0 },
    ] satisfies Action[]) {
      const { told, dispatch } = alerted(signedIn());
      dispatch(received);
      told.length = 0;
      dispatch(end);
      expect(told).toEqual(["silence", "close offer:s1", "badge 0 -"]);
    }
  });
});

describe("a visitor's line", () => {
  const says = arrived(line(JOHN, "Hello?", 3));

  it("sounds once when it is not before the agent's eyes, and tells the desktop when the window is not", () => {
    const elsewhere = alerted(talking());
    elsewhere.dispatch(says);
    expect(elsewhere.told).toEqual(["tap", "badge 1 -"]);
    const back = alerted(talking());
    back.dispatch({ type: "chat-selected", room: ROOM }, behind, says);
    expect(back.told).toEqual(["tap", `notice chat:${ROOM}: John: Hello?`, "badge 1 -"]);
  });

  it("makes no noise in the chat that lies open, and none while a chat is only being read up", () => {
    const open = alerted(talking());
    open.dispatch({ type: "chat-selected", room: ROOM }, says);
    expect(open.told).toEqual([]);
    const reading = alerted(talking());
    reading.dispatch({ type: "seat-lost", room: ROOM }, says);
    expect(reading.told).toEqual(["badge 1 -"]);
  });
});

describe("what the tab keeps", () => {
  function storage(): Storage {
    const items = new Map<string, string>();
    const kept = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem(key: string, value: string) {
        items.set(key, value);
        Object.defineProperty(kept, key, { value, enumerable: true, configurable: true });
      },
      removeItem(key: string) {
        items.delete(key);
        Reflect.deleteProperty(kept, key);
      },
      clear: () => items.clear(),
      key: () => null,
      get length() {
        return items.size;
      },
    };
    for (const name of Object.keys(kept)) Object.defineProperty(kept, name, { enumerable: false });
    return kept;
  }

  function kept() {
    const area = storage();
    const keeper = createKeeper(area);
    const store = createStore(talking());
    store.subscribe((state, before) => keeper.save(state, before));
    return { area, keeper, store };
  }

  it("is the draft and what was not confirmed, and nothing else", () => {
    const { area, keeper, store } = kept();
    store.dispatch(arrived(line(JOHN, "a secret", 3)));
    expect(area.length).toBe(0);
    store.dispatch({ type: "line-written", room: ROOM, at: 5, key: "k5", text: "on its way" });
    store.dispatch({ type: "draft-changed", room: ROOM, text: "half" });
    const unsent = [{ key: "k5", text: "on its way", at: 5, state: "pending" }];
    expect(createKeeper(area).of(ROOM)).toEqual({ draft: "half", unsent });
    expect(keeper.of("other@x")).toEqual({ draft: "", unsent: [] });
  });

  it("goes when the chat has ended, is put away, or the agent signs out", () => {
    for (const end of [
      { type: "chat-ended", room: ROOM, at: 1, end: { by: "visitor", name: "" } },
      { type: "chat-closed", room: ROOM },
    ] satisfies Action[]) {
      const { area, store } = kept();
      store.dispatch({ type: "draft-changed", room: ROOM, text: "half" });
      expect(area.length).toBe(1);
      store.dispatch(end);
      expect(area.length).toBe(0);
    }
    const { area, keeper, store } = kept();
    store.dispatch({ type: "draft-changed", room: ROOM, text: "half" });
    keeper.wipe();
    expect(area.length).toBe(0);
  });

  it("is passed over when somebody else wrote it, or the browser keeps nothing", () => {
    const { area, keeper } = kept();
    for (const text of ["no json", "null", '{"draft":7,"unsent":"x"}', '{"unsent":[{"key":1},null]}']) {
      area.setItem(`foyer.chat.${ROOM}`, text);
      expect(keeper.of(ROOM)).toEqual({ draft: "", unsent: [] });
    }
    expect(createKeeper(undefined).of(ROOM)).toEqual({ draft: "", unsent: [] });
  });
});

describe("the page's settings", () => {
  it("are taken when they are whole, and named when they are not", () => {
    const files = { files: "http://localhost/", maxFileBytes: 20 };
    const whole = {
      domain: "localhost",
      websocket: "ws://localhost/x",
      workgroupService: "workgroup.localhost",
      ...files,
    };
    expect(readConfig({ ...whole, more: 1 })).toEqual(whole);
    expect(() => readConfig({ ...whole, websocket: 7 })).toThrow('"websocket"');
    expect(() => readConfig(null)).toThrow('"domain"');
  });
});
