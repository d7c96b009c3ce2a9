/** Scenes of the agent's workspace: states made by the same actions that the real thing makes. Runs in the browser. */
import type { Action, ChatFacts, SeenChange, SeenLine, SeenOccupant } from "../../agent-ui/state/actions.ts";
import { initialState, type Offer, type State } from "../../agent-ui/state/model.ts";
import { reduce } from "../../agent-ui/state/reduce.ts";

const SUPPORT = "support@workgroup.localhost";
const SALES = "sales@workgroup.localhost";
/** A working day at twenty past two, whatever the clock says. */
const NOW = new Date(2026, 4, 12, 14, 20, 0).getTime();
const ago = (seconds: number): number => NOW - seconds * 1000;

const run = (state: State, ...actions: Action[]): State => actions.reduce(reduce, state);
const service: SeenOccupant = { nick: "Support", occupantId: "service", owner: true, self: false };
const me: SeenOccupant = { nick: "Anna", occupantId: "anna", owner: false, self: true };
const person = (nick: string): SeenOccupant => ({ nick, occupantId: nick, owner: false, self: false });
const roomOf = (id: string): string => `${id}@conference.localhost`;

let lines = 0;
/** A line `seconds` ago; by the agent when nobody is named. */
function said(by: string | null, text: string, seconds: number, more: Partial<SeenLine> = {}): SeenLine {
  lines += 1;
  const nick = by ?? "Anna";
  return {
    stanzaId: `a${lines}`,
    key: `k${lines}`,
    nick,
    occupantId: by ?? "anna",
    text,
    at: ago(seconds),
    service: null,
    ...more,
  };
}
const asked = (name: string, text: string, seconds: number): SeenLine =>
  said("Support", text, seconds, { occupantId: "service", service: { kind: "question", name, text } });

type Talk = {
  id: string;
  name: string;
  question: string;
  begun: number;
  here?: boolean;
  lines: SeenLine[];
  workgroup?: string;
  more?: Record<string, string[]>;
};

function chat({ id, name, question, begun, here = true, lines: list, workgroup = SUPPORT, more = {} }: Talk): Action[] {
  const room = roomOf(id);
  const facts: ChatFacts = {
    room,
    session: id,
    workgroup,
    visitor: `${id}@webchat.localhost/web`,
    userId: `${id}@webchat.localhost`,
    metadata: { username: [name], question: [question], ...more },
    startedAt: ago(begun),
  };
  const seats = [service, me, ...(here ? [person(name)] : [])];
  return [
    { type: "chat-opened", facts, draft: "", unsent: [], activate: false },
    { type: "seat-taken", room, at: ago(begun), occupants: seats },
    { type: "lines-arrived", room, lines: list },
    { type: "caught-up", room },
  ];
}

const offer = (
  id: string,
  name: string,
  question: string,
  secondsGone: number,
  more: Record<string, string[]> = {},
): Action => {
  const given: Omit<Offer, "phase"> = {
    id,
    session: id,
    workgroup: SUPPORT,
    visitor: `${id}@webchat.localhost/web`,
    userId: `${id}@webchat.localhost`,
    metadata: { username: [name], question: [question], ...more },
    arrivedAt: ago(secondsGone),
    timeoutS: 20,
  };
  return { type: "offer-received", offer: given };
};

const page = {
  email: ["john.carver@example.org"],
  order: ["4411"],
  url: ["https://shop.example.org/account/orders/4411"],
  title: ["Order 4411 · Harbour Outfitters"],
  referer: ["https://www.google.com/"],
  language: ["en-GB"],
  timeZone: ["Europe/London"],
};

const signedOut = (): State => initialState(NOW);
const idle = (): State =>
  run(
    initialState(NOW),
    { type: "sign-in-started" },
    { type: "signed-in", jid: "anna@localhost", name: "Anna", workgroups: [SUPPORT, SALES] },
    {
      type: "workgroup-told",
      jid: SUPPORT,
      facts: {
        title: "Support",
        labels: { username: "Name", order: "Order number" },
        colleagues: ["Ben"],
        reach: "ready",
      },
    },
    { type: "workgroup-told", jid: SALES, facts: { title: "Sales", reach: "ready" } },
    { type: "status-set", status: { show: "available", maxChats: 4 } },
  );

const waitingInSupport: Action = {
  type: "waiting-told",
  workgroup: SUPPORT,
  waiting: [
    {
      request: "w1",
      name: "Dana Whitfield",
      question: "My router is offline since this morning and the lamp blinks red",
      joinedAt: ago(96),
      offered: true,
    },
    {
      request: "w2",
      name: "Okonkwo",
      question: "Can I change the delivery address of an order that has been sent already?",
      joinedAt: ago(61),
      offered: false,
    },
    { request: "w3", name: "", question: "", joinedAt: ago(14), offered: false },
  ],
};

const john = chat({
  id: "john",
  name: "John Carver",
  question: "Where is my order 4411? It should have come on Friday.",
  begun: 372,
  more: page,
  lines: [
    asked("John Carver", "Where is my order 4411? It should have come on Friday.", 372),
    said(null, "Hello John, let me look at the order for you.", 340),
    said("John Carver", "Thanks!", 325),
    said("John Carver", "I have waited at home for two days now.", 310),
    said(
      null,
      "I am sorry about that. I see that the carrier tried on Friday at 9:12 and left a card with the neighbour at number 14.",
      250,
    ),
    said(
      null,
      "You can also choose a new day here: https://carrier.example.org/redeliver?parcel=00340434161094015902",
      238,
    ),
    said("John Carver", "There is no card, and number 14 is an empty house …", 120),
    said(
      "John Carver",
      "Can you send it to the pick-up point at the station instead? I pass there every day on the way to work and it would be much easier for everybody.",
      95,
    ),
    said(null, "Of course. One moment, I am changing it.", 42),
  ],
});
const bea = chat({
  id: "bea",
  name: "Bea Lindqvist",
  question: "Invoice for March",
  begun: 840,
  lines: [
    asked("Bea Lindqvist", "Invoice for March", 840),
    said(null, "Here it is.", 400),
    said("Bea Lindqvist", "and now?", 131),
  ],
});
const yuki = chat({
  id: "yuki",
  name: "Yuki",
  question: "Wrong size",
  begun: 200,
  workgroup: SALES,
  lines: [asked("Yuki", "Wrong size", 200), said(null, "Which size do you need?", 120), said("Yuki", "38, please", 70)],
});
const omar = chat({
  id: "omar",
  name: "عمر الفاروق",
  question: "أين طلبي؟",
  begun: 500,
  lines: [
    asked("عمر الفاروق", "أين طلبي؟", 500),
    said("عمر الفاروق", "مرحبا، متى يصل الطلب رقم 5512؟", 33),
    said("عمر الفاروق", "شكرا لكم", 21),
  ],
});
const gone = chat({
  id: "gone",
  name: "Konstantin Wassiljewitsch von Hohenzollern-Sigmaringen",
  question: "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung",
  begun: 1900,
  here: false,
  lines: [said(null, "Are you still there?", 900)],
});
const closed: Action[] = [
  ...chat({
    id: "mia",
    name: "Mia",
    question: "Thanks",
    begun: 2400,
    here: true,
    lines: [asked("Mia", "Thanks", 2400), said(null, "Have a good day.", 1900), said("Mia", "You too!", 1890)],
  }),
  { type: "chat-ended", room: roomOf("mia"), at: ago(1880), end: { by: "visitor", name: "Mia" } },
];

const many = (): Action[] =>
  Array.from({ length: 36 }, (_, i) =>
    chat({
      id: `c${i}`,
      name: `Visitor number ${i + 1}`,
      question: "A question",
      begun: 900 + i * 10,
      lines: [said(`Visitor number ${i + 1}`, `Line of visitor ${i + 1}`, 5 + i * 7)],
    }),
  ).flat();
const long = (): Action => {
  const list = Array.from({ length: 2000 }, (_, i) =>
    said(i % 3 === 0 ? null : "John Carver", `Line ${i + 1}: ${"word ".repeat(1 + (i % 17))}`, 20_000 - i * 9),
  );
  return { type: "lines-arrived", room: roomOf("john"), lines: list };
};

const select = (id: string): Action => ({ type: "chat-selected", room: roomOf(id) });
const desk = (): State => run(idle(), waitingInSupport, ...john, ...bea, ...yuki, ...omar, ...gone, ...closed);
const dana = offer(
  "dana",
  "Dana Whitfield",
  "My router is offline since this morning and the lamp blinks red. I have tried to restart it twice.",
  6,
  { ...page, email: ["dana@example.net"] },
);
const eli = offer("eli", "Eli", "", 15);
/** A colleague would like to hand a chat over, and another one asks by name for help. */
const handedOver = (): Action[] => {
  const [first, second] = [
    offer("dana", "Dana Whitfield", "My invoice of May is wrong", 4),
    offer("lou", "Lou", "", 2),
  ];
  const owner = "billing@workgroup.localhost";
  const reason = "She has paid twice, and only billing can see why. The order is 4411.";
  const asks = { inviter: "ben@localhost/desk", owner };
  return [first, second].map((action, n) => {
    if (action.type !== "offer-received") return action;
    const askedBy =
      n === 0
        ? ({ kind: "transfer", reason, room: null, ...asks } as const)
        : ({ kind: "invite", reason: "", room: roomOf("lou"), ...asks } as const);
    return { ...action, offer: { ...action.offer, askedBy } };
  });
};
const typing: Action = { type: "typing-told", room: roomOf("john"), at: NOW, nick: "John Carver", composing: true };
const transcripts: Action = {
  type: "earlier-told",
  userId: "john@webchat.localhost",
  list: {
    phase: "ready",
    value: [
      {
        session: "t1",
        joinedAt: ago(86_400 * 3),
        leftAt: ago(86_400 * 3 - 640),
        agents: [{ jid: "ben@localhost", joinedAt: 0, leftAt: 0 }],
      },
      {
        session: "t2",
        joinedAt: ago(86_400 * 40),
        leftAt: ago(86_400 * 40 - 200),
        agents: [
          { jid: "anna@localhost", joinedAt: 0, leftAt: 0 },
          { jid: "ben@localhost", joinedAt: 0, leftAt: 0 },
        ],
      },
    ],
  },
};
const left = (id: string, name: string, text: string, seconds: number): Action => ({
  type: "message-told",
  message: { id, workgroup: SUPPORT, name, email: `${id}@example.org`, text, leftAt: ago(seconds), handledBy: "" },
});
const leftMessages = [
  left(
    "m1",
    "Ruth Adeyemi",
    "I was waiting for the plumber part I ordered (order 3391).\n\nCould you tell me when it will be in the shop? I can come by on Saturday.",
    5400,
  ),
  left(
    "m2",
    "Jürgen",
    "Bitte um Rückruf wegen der Rechnung. Details: https://example.org/rechnung/2026/04/0098",
    90_000,
  ),
];

/** Lines of both sides that were corrected and taken back, and the last own one seen. */
function changes(): Action[] {
  const wrong = said("John Carver", "My card ends with 4411 1111 …", 30);
  const price = said(null, "It costs nothing extra, 0 £.", 28);
  const other = said(null, "Dear Mrs Whitfield, your router …", 26);
  const done = said(null, "Done.", 20);
  const change = (by: SeenLine, what: SeenChange["change"], of: SeenLine, seconds: number): SeenChange => {
    const { stanzaId, key, nick, occupantId, at } = {
      ...said(null, "", seconds),
      nick: by.nick,
      occupantId: by.occupantId,
    };
    return { stanzaId, key, nick, occupantId, at, change: what, of: of.stanzaId ?? "" };
  };
  const list = [
    wrong,
    price,
    other,
    said(null, "It costs nothing extra.", 18, { replaces: price.key ?? "" }),
    change(other, "retracted", other, 17),
    change(wrong, "retracted", wrong, 16),
    done,
    change(wrong, "read", done, 10),
  ];
  return [{ type: "lines-arrived", room: roomOf("john"), lines: list }];
}

/** Files of both sides, one on its way, and one that was not sent. */
function files(): Action[] {
  const room = roomOf("john");
  const lamp = { path: "/files/slot-0001/lamp.png", name: "lamp.png", type: "image/png", size: 48_213 };
  const manual = {
    path: "/files/slot-0002/m.pdf",
    name: "Bedienungsanleitung_Tischleuchte_final.pdf",
    size: 2_900_000,
  };
  const list = [
    said("John Carver", "https://chat.example.org/files/slot-0001/lamp.png", 30, { file: lamp }),
    said(null, "https://chat.example.org/files/slot-0002/m.pdf", 20, { file: manual }),
  ];
  const failed = { words: "it is 24 MB; the limit is 20 MB", hopeless: true };
  return [
    { type: "lines-arrived", room, lines: list },
    { type: "upload-told", room, upload: { key: "u1", name: "Wiring diagram.pdf", part: 0.4, failed: null } },
    { type: "upload-told", room, upload: { key: "u2", name: "video.png", part: 0, failed } },
    {
      type: "upload-told",
      room,
      upload: { key: "u3", name: "a.png", part: 0, failed: { words: "the server cannot be reached just now" } },
    },
  ];
}

/** Every scene by its name. */
export const scenes: Record<string, () => State> = {
  "sign-in": signedOut,
  "sign-in-refused": () => run(signedOut(), { type: "signed-out", problem: "not-authorized" }),
  "signing-in": () => run(signedOut(), { type: "sign-in-started" }),
  idle,
  offer: () => run(idle(), waitingInSupport, dana),
  "handed-over": () =>
    run(desk(), select("john"), ...handedOver(), {
      type: "chat-ended",
      room: roomOf("john"),
      at: NOW,
      end: { by: "handover", name: "" },
    }),
  offers: () =>
    run(desk(), select("john"), dana, eli, { type: "offer-gone", id: "eli", why: "Ben took this chat.", at: NOW }),
  talking: () =>
    run(desk(), select("john"), typing, { type: "draft-changed", room: roomOf("yuki"), text: "We have 38 in" }),
  writing: () =>
    run(
      desk(),
      select("john"),
      {
        type: "draft-changed",
        room: roomOf("john"),
        text: "It is done. The parcel will be at the pick-up point\nfrom tomorrow at ten.",
      },
      { type: "line-written", room: roomOf("bea"), at: ago(3), key: "u0", text: "…" },
      { type: "occupant-left", room: roomOf("john"), at: ago(20), nick: "John Carver", lost: true },
      { type: "occupant-came", room: roomOf("john"), at: ago(9), occupant: person("John Carver") },
    ),
  changed: () => run(desk(), select("john"), ...changes()),
  files: () => run(desk(), select("john"), ...files()),
  editing: () => {
    const state = run(desk(), select("john"), ...changes());
    const line = state.chats.get(roomOf("john"))?.lines.findLast((one) => one.kind === "said" && one.text === "Done.");
    return run(state, { type: "line-edited", room: roomOf("john"), line: line?.kind === "said" ? line.key : null });
  },
  offline: () =>
    run(
      desk(),
      select("john"),
      { type: "line-written", room: roomOf("john"), at: ago(14), key: "u1", text: "It is done." },
      { type: "line-failed", room: roomOf("john"), key: "u1" },
      {
        type: "line-written",
        room: roomOf("john"),
        at: ago(4),
        key: "u2",
        text: "The parcel will be at the pick-up point from tomorrow at ten.",
      },
      { type: "link-lost", at: ago(12) },
      { type: "link-retry", retryAt: NOW + 7000 },
    ),
  "service-away": () => run(desk(), select("bea"), { type: "workgroup-told", jid: SALES, facts: { reach: "away" } }),
  ended: () => run(desk(), select("mia")),
  earlier: () => run(desk(), select("john"), { type: "panel-selected", panel: "earlier" }, transcripts),
  queue: () => run(desk(), { type: "place-selected", place: "queue" }),
  "queue-empty": () => run(idle(), { type: "place-selected", place: "queue" }),
  messages: () => run(desk(), ...leftMessages, { type: "place-selected", place: "messages" }),
  "messages-empty": () => run(idle(), { type: "place-selected", place: "messages" }),
  hard: () => run(desk(), select("gone")),
  rtl: () => run(desk(), select("omar")),
  many: () => run(desk(), ...many(), long(), select("john")),
};
