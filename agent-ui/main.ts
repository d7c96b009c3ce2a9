/** Puts the workspace together: page, state, link to the server, and what rings. */
import { tokenText } from "../design/tokens.ts";
import "./elements/agent-app.ts";
import { splitJid } from "../protocol/jid.ts";
import { onIntents } from "./elements/intents.ts";
import { createAlerts } from "./shell/alerts.ts";
import { createBadge } from "./shell/badge.ts";
import { type AgentConfig, fetchConfig } from "./shell/config.ts";
import { createKeeper, tabStorage } from "./shell/kept.ts";
import { createNotices } from "./shell/notices.ts";
import { loadPreferences, savePreferences } from "./shell/preferences.ts";
import { createSound } from "./shell/sound.ts";
import { initialState } from "./state/model.ts";
import { isUploading } from "./state/select.ts";
import { createStore, inBursts } from "./state/store.ts";
import { createDesk, type Desk } from "./xmpp/desk.ts";
import { createSession } from "./xmpp/session.ts";

const tokens = new CSSStyleSheet();
tokens.replaceSync(`${tokenText("root")} :root { font-family: var(--font); background: var(--ground); }`);
document.adoptedStyleSheets = [tokens];

const preferences = loadPreferences();
const sound = createSound(!preferences.sound);
const notices = createNotices();
const keeper = createKeeper(tabStorage());
const start = initialState(Date.now());
const store = createStore({ ...start, status: { ...start.status, maxChats: preferences.maxChats } });
let config: AgentConfig | undefined;
let desk: Desk | undefined;

const app = document.querySelector("agent-app");
if (!app) throw new Error("the page has no <agent-app>");
app.state = store.state;
app.sound = preferences.sound;
app.mayAskNotices = notices.permission === "default";

const openChat = (room: string): void => store.dispatch({ type: "chat-selected", room });
const alerts = createAlerts({ sound, notices, badge: createBadge(document), openChat });
store.subscribe((state, before) => {
  alerts(state, before);
  keeper.save(state, before);
  desk?.looked();
});
inBursts(store, (state) => (app.state = state), requestAnimationFrame);

const isInFront = (): boolean => document.visibilityState === "visible" && document.hasFocus();
const lookAgain = (): void => store.dispatch({ type: "focus-changed", focused: isInFront() });
lookAgain();
for (const name of ["focus", "blur"] as const) window.addEventListener(name, lookAgain);
document.addEventListener("visibilitychange", () => {
  lookAgain();
  if (document.visibilityState === "visible") desk?.probe();
});
window.addEventListener("online", () => desk?.probe());
window.addEventListener("beforeunload", (event) => {
  // It would be gone without a word: the browser asks first.
  if (isUploading(store.state)) event.preventDefault();
});
window.addEventListener("pagehide", (event) => {
  if (!event.persisted) desk?.leave();
});
window.addEventListener("pageshow", (event) => event.persisted && desk?.probe());
setInterval(() => {
  if (store.state.connection.phase !== "signed-out") store.dispatch({ type: "tick", at: Date.now() });
}, 1000);

function signIn({ address, password }: { address: string; password: string }): void {
  sound.allow();
  const { local, domain, resource } = splitJid(address.trim().toLowerCase());
  const fits = config && resource === "" && (local === "" ? domain !== "" : domain === config.domain);
  if (!config || !fits) return store.dispatch({ type: "signed-out", problem: "bad-address" });
  const { websocket, workgroupService, files: base, maxFileBytes: maxBytes } = config;
  // "anna" alone means anna on this server.
  const username = local === "" ? domain : local;
  store.dispatch({ type: "tick", at: Date.now() });
  desk = createDesk({
    service: workgroupService,
    connect: (of) => createSession({ websocket, domain: config?.domain ?? "", username, password, ...of }),
    dispatch: store.dispatch,
    state: () => store.state,
    now: Date.now,
    kept: keeper.of,
    files: { base, maxBytes },
  });
}

onIntents(app, {
  "sign-in": signIn,
  "sign-out": () => {
    keeper.wipe();
    void desk?.signOut();
    keeper.wipe();
    desk = undefined;
  },
  "status-change": (status) => {
    preferences.maxChats = status.maxChats;
    savePreferences(preferences);
    desk?.setStatus(status);
  },
  "offer-answer": ({ id, accepted }) => desk?.answerOffer(id, accepted),
  "chat-select": ({ room }) => store.dispatch({ type: "chat-selected", room }),
  "chat-end": ({ room }) => desk?.endChat(room),
  "chat-close": ({ room }) => desk?.closeChat(room),
  "line-say": ({ room, text }) => desk?.say(room, text),
  "line-retry": ({ room, key }) => desk?.retry(room, key),
  "file-send": ({ room, files }) => desk?.sendFiles(room, files),
  "file-again": ({ room, key }) => desk?.retryFile(room, key),
  "file-drop": ({ room, key }) => desk?.dropFile(room, key),
  "line-edit": ({ room, line }) => store.dispatch({ type: "line-edited", room, line }),
  "line-retract": ({ room, of }) => desk?.retract(room, of),
  "draft-change": ({ room, text }) => store.dispatch({ type: "draft-changed", room, text }),
  "typing-change": ({ room, composing }) => desk?.typing(room, composing),
  "place-select": ({ place }) => {
    // "Chats" is also the way back to the list where only one page fits.
    if (place === "chats" && store.state.place === "chats") store.dispatch({ type: "chat-selected", room: null });
    else store.dispatch({ type: "place-selected", place });
  },
  "panel-select": ({ panel }) => store.dispatch({ type: "panel-selected", panel }),
  "earlier-load": ({ room }) => desk?.loadEarlier(room),
  "transcript-load": ({ room, session }) => desk?.loadTranscript(room, session),
  "message-handled": ({ id }) => desk?.markHandled(id),
  "sound-change": ({ on }) => {
    sound.allow();
    sound.muted = !on;
    app.sound = on;
    preferences.sound = on;
    savePreferences(preferences);
    if (on) sound.tap();
  },
  "notices-ask": () => void notices.ask().then((permission) => (app.mayAskNotices = permission === "default")),
  "link-try": () => desk?.probe(),
});

try {
  config = await fetchConfig();
  app.domain = config.domain;
} catch (error) {
  app.failure = `This page could not learn its settings: ${error instanceof Error ? error.message : "no answer"}. Reload it in a moment.`;
}
