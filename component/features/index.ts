/** Everything the workgroup service can do, in the order of the protocol reference. A feature not named here does nothing. */
import { adHoc } from "./ad-hoc.ts";
import { administration } from "./administration.ts";
import { agentInfo } from "./agent-info.ts";
import { agentPresence } from "./agent-presence.ts";
import { agentRoster } from "./agent-roster.ts";
import { agentWorkgroups } from "./agent-workgroups.ts";
import { chatHistory } from "./chat-history.ts";
import { chatMessages } from "./chat-messages.ts";
import { chatSettings } from "./chat-settings.ts";
import { configuration } from "./configuration.ts";
import { deadParts } from "./dead-parts.ts";
import type { Feature } from "./deps.ts";
import { discovery } from "./discovery.ts";
import { handover } from "./handover.ts";
import { joinQueue } from "./join-queue.ts";
import { macros } from "./macros.ts";
import { mail } from "./mail.ts";
import { messages } from "./messages.ts";
import { monitor } from "./monitor.ts";
import { notes } from "./notes.ts";
import { occupants } from "./occupants.ts";
import { offerAnswers } from "./offers.ts";
import { offlineSettings } from "./offline-settings.ts";
import { searchSettings } from "./search-settings.ts";
import { sessions } from "./sessions.ts";
import { soundSettings } from "./sound-settings.ts";
import { transcriptSearch } from "./transcript-search.ts";
import { transcripts } from "./transcripts.ts";
import { unreachable } from "./unreachable.ts";
import { visitorDialogue } from "./visitor-dialogue.ts";
import { visits } from "./visits.ts";
import { workgroupForm } from "./workgroup-form.ts";
import { workgroupProperties } from "./workgroup-properties.ts";

export const features: readonly Feature[] = [
  configuration,
  discovery,
  administration,
  workgroupForm,
  joinQueue,
  visits,
  offlineSettings,
  chatSettings,
  soundSettings,
  workgroupProperties,
  mail,
  deadParts,
  agentPresence,
  agentWorkgroups,
  agentRoster,
  agentInfo,
  offerAnswers,
  handover,
  monitor,
  occupants,
  sessions,
  chatHistory,
  notes,
  transcripts,
  transcriptSearch,
  macros,
  searchSettings,
  messages,
  chatMessages,
  adHoc,
  visitorDialogue,
  unreachable,
];
