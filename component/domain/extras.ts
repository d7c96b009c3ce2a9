/** What a workgroup tells those who ask, and does nothing with itself: settings that only Fastpath's clients know. */

/** Where a visitor is sent while nobody is there (reference 3.8): exactly one of three. */
export type OfflineAction =
  | { kind: "page"; url: string }
  | { kind: "room"; room: string }
  | { kind: "mail"; address: string; subject: string; text: string };

export type Extras = {
  offline?: OfflineAction;
  /** Pictures of the visitor's client by key (reference 3.9), in Base64. */
  images: Readonly<Record<string, string>>;
  /** In Base64; both or none (reference 3.10). */
  sounds?: { incoming: string; outgoing: string };
  /** Addresses of places to search; empty: there is none (reference 4.20). */
  search: { forums: string; kb: string };
  /** Names and values for agents' clients (reference 4.20). */
  properties: Readonly<Record<string, string>>;
};

export const NO_EXTRAS: Extras = { images: {}, search: { forums: "", kb: "" }, properties: {} };

/** How a workgroup's transcripts look when they are mailed; who they are from is the operator's business. */
export type TranscriptMail = {
  /** The name beside the operator's address; empty: the workgroup's title. */
  fromName: string;
  subject: string;
  /** What stands above the transcript. */
  text: string;
  /** Where a copy of each transcript goes when a talk has ended. */
  copies: readonly string[];
};
