/** The workspace with scenes instead of a server: `foyerShow(name)` shows one. Loaded by a page of `agent-demo.ts`. */
import type { AgentApp } from "../../agent-ui/elements/agent-app.ts";
import "../../agent-ui/elements/agent-app.ts";
import { onIntents } from "../../agent-ui/elements/intents.ts";
import { createStore, inBursts, type Store } from "../../agent-ui/state/store.ts";
import { tokenText } from "../../design/tokens.ts";
import { scenes } from "./agent-scenes.ts";

declare global {
  var foyerShow: (name: string) => Promise<void>;
  var foyerStore: Store;
}

const tokens = new CSSStyleSheet();
tokens.replaceSync(`${tokenText("root")} :root { font-family: var(--font); background: var(--ground); }`);
document.adoptedStyleSheets = [tokens];
let app: AgentApp | undefined;

globalThis.foyerShow = async (name) => {
  const scene = scenes[name];
  if (!scene) throw new Error(`there is no scene "${name}"`);
  app?.remove();
  app = document.createElement("agent-app");
  const store = createStore(scene());
  const shown = app;
  globalThis.foyerStore = store;
  shown.state = store.state;
  shown.domain = "example.org";
  shown.mayAskNotices = true;
  inBursts(store, (state) => (shown.state = state), requestAnimationFrame);
  const ignore = (): void => undefined;
  onIntents(shown, {
    "sign-in": ignore,
    "sign-out": () => store.dispatch({ type: "signed-out", problem: null }),
    "status-change": (status) => store.dispatch({ type: "status-set", status }),
    "offer-answer": ({ id, accepted }) => store.dispatch({ type: "offer-answering", id, accepted }),
    "chat-select": ({ room }) => store.dispatch({ type: "chat-selected", room }),
    "chat-end": ({ room }) =>
      store.dispatch({ type: "chat-ended", room, at: store.state.now, end: { by: "agent", name: "Anna" } }),
    "chat-close": ({ room }) => store.dispatch({ type: "chat-closed", room }),
    "line-say": ({ room, text }) =>
      store.dispatch({ type: "line-written", room, at: store.state.now, key: text, text }),
    "line-retry": ignore,
    "file-send": ({ room, files }) => {
      for (const { name } of files) {
        store.dispatch({ type: "upload-told", room, upload: { key: name, name, part: 0.4, failed: null } });
      }
    },
    "file-again": ignore,
    "file-drop": ({ room, key }) => store.dispatch({ type: "upload-gone", room, key }),
    "line-edit": ({ room, line }) => store.dispatch({ type: "line-edited", room, line }),
    "line-retract": ({ room, of }) =>
      store.dispatch({ type: "line-retracted", room, at: store.state.now, key: `take back ${of}`, of }),
    "draft-change": ({ room, text }) => store.dispatch({ type: "draft-changed", room, text }),
    "typing-change": ignore,
    "place-select": ({ place }) => store.dispatch({ type: "place-selected", place }),
    "panel-select": ({ panel }) => store.dispatch({ type: "panel-selected", panel }),
    "earlier-load": ignore,
    "transcript-load": ({ session }) =>
      store.dispatch({
        type: "transcript-told",
        session,
        entries: {
          phase: "ready",
          value: [
            { kind: "joined", nick: "Ben", at: store.state.now - 86_400_000 },
            { kind: "line", nick: "Ben", text: "Hello John, what can I do?", at: store.state.now - 86_390_000 },
            {
              kind: "line",
              nick: "John Carver",
              text: "The last invoice shows the old address, see https://example.org/i/77",
              at: store.state.now - 86_360_000,
            },
            {
              kind: "line",
              nick: "Ben",
              text: "I have corrected it and sent it again.",
              at: store.state.now - 86_300_000,
            },
            { kind: "left", nick: "John Carver", at: store.state.now - 86_200_000 },
          ],
        },
      }),
    "message-handled": ({ id }) => store.dispatch({ type: "message-handled", id }),
    "sound-change": ({ on }) => (shown.sound = on),
    "notices-ask": ignore,
    "link-try": ignore,
  });
  document.body.append(shown);
  await shown.updateComplete;
};
