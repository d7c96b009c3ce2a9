/** What a workgroup hands out when it is asked, checked: canned answers, pictures, sounds, and where else to turn. */
import { isEmailAddress } from "../protocol/email.ts";
import { isJid } from "../protocol/jid.ts";
import { MOST_BYTES, sizeOf } from "../protocol/size.ts";
import { buildMacros } from "../protocol/workgroup/macros.ts";
import { type Section, shown } from "./config-section.ts";
import { type Extras, NO_EXTRAS, type OfflineAction, type TranscriptMail } from "./domain/extras.ts";
import { type Macro, type MacroGroup, macroMistake } from "./domain/macros.ts";
import type { WorkgroupSettings } from "./domain/model.ts";

const MOST_ANSWERS = 500;
/** In Base64. All pictures travel in one answer, and so do both sounds. */
const MOST_OF_ALL = 190_000;
/** The names Fastpath's clients know (reference 3.9). */
const PICTURES = [
  ...["agenttyping", "end", "logo", "main", "offline", "online", "poweredby", "secure", "sendemail", "sendmessage"],
];

/** Only what was written is there. */
export function readExtras(
  workgroup: Section,
  title: string,
): Pick<WorkgroupSettings, "macros" | "extras" | "transcriptMail"> {
  const macros = readCanned(workgroup, title);
  const extras = readAsked(workgroup);
  const transcriptMail = workgroup.has("transcript_mail") ? readTranscriptMail(workgroup) : undefined;
  return { ...(macros && { macros }), ...(extras && { extras }), ...(transcriptMail && { transcriptMail }) };
}

/** `{ { title = "Hello", text = "…" }, { group = "Billing", answers = { … } } }`; `url` or `image` in the place of `text`. */
function readCanned(workgroup: Section, title: string): MacroGroup | undefined {
  const list = workgroup.list("canned", MOST_ANSWERS);
  if (list === undefined || list.length === 0) return undefined;
  const root = readGroup(workgroup, list, workgroup.at("canned"), title, 1);
  const mistake = macroMistake(root) ?? (sizeOf(buildMacros(root)) > MOST_BYTES ? "They are too large." : undefined);
  if (mistake !== undefined) workgroup.mistake(workgroup.at("canned"), mistake);
  return root;
}

function readGroup(workgroup: Section, list: unknown[], place: string, title: string, depth: number): MacroGroup {
  const macros: Macro[] = [];
  const groups: MacroGroup[] = [];
  for (const [i, value] of list.entries()) {
    const entry = workgroup.child(value, `${place}[${i + 1}]`);
    if (!entry.has("group")) macros.push(readMacro(entry));
    else if (depth > 20) entry.mistake(entry.place, "lies in too many groups");
    else groups.push(readSubgroup(entry, depth));
    entry.refuseUnknown();
  }
  return { title, macros, groups };
}

function readSubgroup(entry: Section, depth: number): MacroGroup {
  const title = entry.text("group", "", { most: 200, empty: false });
  const answers = entry.list("answers", MOST_ANSWERS) ?? [];
  if (!entry.has("answers")) entry.mistake(entry.at("answers"), "is missing");
  return readGroup(entry, answers, entry.at("answers"), title === "" ? "?" : title, depth + 1);
}

const KINDS = ["text", "url", "image"] as const;

function readMacro(entry: Section): Macro {
  const title = entry.text("title", "", { most: 200, empty: false });
  if (!entry.has("title")) entry.mistake(entry.at("title"), "is missing");
  const given = KINDS.filter((kind) => entry.has(kind));
  if (given.length !== 1) entry.mistake(entry.place, 'needs exactly one of "text", "url" and "image"');
  const kind = given[0] ?? "text";
  const response = entry.text(kind, "", { most: 10_000, lines: true, empty: false });
  if (kind !== "text" && response !== "" && !isWebAddress(response)) {
    entry.mistake(entry.at(kind), `must be an address like "https://shop.example/prices", not ${shown(response)}`);
  }
  const description = entry.text("description", "", { most: 1_000, lines: true });
  return { title: title === "" ? "?" : title, description, response, kind };
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

const ASKED = ["offline", "images", "sounds", "search", "client_settings"];

function readAsked(workgroup: Section): Extras | undefined {
  const written = ASKED.some((name) => workgroup.has(name));
  const offline = readOffline(workgroup.section("offline"));
  const images = readImages(workgroup.section("images"));
  const sounds = readSounds(workgroup.section("sounds"));
  const search = readSearch(workgroup.section("search"));
  const properties = readProperties(workgroup.section("client_settings"));
  if (!written) return undefined;
  return { ...NO_EXTRAS, ...(offline && { offline }), images, ...(sounds && { sounds }), search, properties };
}

/** One of `page`, `room`, and `email` with `subject` and `text`. */
function readOffline(offline: Section): OfflineAction | undefined {
  const ways = ["page", "room", "email"].filter((name) => offline.has(name));
  if (ways.length > 1) offline.mistake(offline.place, `has ${ways.join(" and ")}, and only one of them can be`);
  const [way] = ways;
  const page = offline.text("page", "", { most: 1_000, empty: false });
  const room = offline.text("room", "", { most: 1_000, empty: false });
  const address = offline.text("email", "", { most: 254, empty: false });
  const subject = offline.text("subject", "", { most: 200 });
  const text = offline.text("text", "", { most: 2_000, lines: true });
  if (way === undefined && offline.names().length > 0) {
    offline.mistake(offline.place, 'needs one of "page", "room" and "email"');
  }
  offline.refuseUnknown();
  if (way === "page") {
    if (page !== "" && !isWebAddress(page)) offline.mistake(offline.at("page"), "must be an address of the web");
    return { kind: "page", url: page };
  }
  if (way === "room") {
    if (room !== "" && !(isJid(room) && /^[^@/]+@[^@/]+$/.test(room))) {
      offline.mistake(offline.at("room"), "must be the address of a room");
    }
    return { kind: "room", room: room.toLowerCase() };
  }
  if (way === "email") {
    if (address !== "" && !isEmailAddress(address)) offline.mistake(offline.at("email"), "must be an e-mail address");
    return { kind: "mail", address, subject, text };
  }
  return undefined;
}

function readImages(images: Section): Extras["images"] {
  const entries = PICTURES.filter((name) => images.has(name)).map((name) => [name, readData(images, name)] as const);
  images.refuseUnknown(PICTURES);
  if (entries.reduce((sum, [, data]) => sum + data.length, 0) > MOST_OF_ALL) {
    images.mistake(images.place, "are too large together; all of them may have 140 kB");
  }
  return Object.fromEntries(entries);
}

function readSounds(sounds: Section): Extras["sounds"] {
  const [incoming, outgoing] = [readData(sounds, "incoming"), readData(sounds, "outgoing")];
  if (sounds.has("incoming") !== sounds.has("outgoing")) {
    sounds.mistake(sounds.place, 'needs both, "incoming" and "outgoing"');
  }
  if (incoming.length + outgoing.length > MOST_OF_ALL) {
    sounds.mistake(sounds.place, "are too large together; both may have 140 kB");
  }
  sounds.refuseUnknown();
  return incoming === "" || outgoing === "" ? undefined : { incoming, outgoing };
}

/** What the module read from a file, in Base64. */
function readData(section: Section, name: string): string {
  const data = section.text(name, "", { most: MOST_OF_ALL, empty: false });
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(data)) {
    section.mistake(section.at(name), "is no file that could be read");
    return "";
  }
  return data;
}

function readSearch(search: Section): Extras["search"] {
  const read = (name: string): string => {
    const address = search.text(name, "", { most: 1_000, empty: false });
    if (address !== "" && !isWebAddress(address)) search.mistake(search.at(name), "must be an address of the web");
    return address;
  };
  const found = { forums: read("forums"), kb: read("kb") };
  search.refuseUnknown();
  return found;
}

function readProperties(properties: Section): Extras["properties"] {
  const names = properties.names();
  if (names.length > 100) properties.mistake(properties.place, "has more than 100 entries");
  const entries = names.slice(0, 100).map((name) => {
    if (name.length > 100) properties.mistake(properties.at(name), "has too long a name");
    return [name, properties.text(name, "", { most: 1_000, lines: true })] as const;
  });
  return Object.fromEntries(entries);
}

function readTranscriptMail(workgroup: Section): TranscriptMail {
  const mail = workgroup.section("transcript_mail");
  const copies = (mail.list("copies", 10) ?? []).flatMap((value, i) => {
    if (typeof value === "string" && isEmailAddress(value)) return value;
    mail.mistake(`${mail.at("copies")}[${i + 1}]`, `must be an e-mail address, not ${shown(value)}`);
    return [];
  });
  const settings: TranscriptMail = {
    fromName: mail.text("from_name", "", { most: 100 }),
    subject: mail.text("subject", "", { most: 200 }),
    text: mail.text("text", "", { most: 2_000, lines: true }),
    copies,
  };
  mail.refuseUnknown();
  return settings;
}
