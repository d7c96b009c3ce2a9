/** Everything the workgroup service can do, in the order of the protocol reference. A feature not named here does nothing. */
import { agentPresence } from "./agent-presence.ts";
import { agentRoster } from "./agent-roster.ts";
import { agentWorkgroups } from "./agent-workgroups.ts";
import { chatHistory } from "./chat-history.ts";
import { chatMessages } from "./chat-messages.ts";
import { configuration } from "./configuration.ts";
import type { Feature } from "./deps.ts";
import { discovery } from "./discovery.ts";
import { joinQueue } from "./join-queue.ts";
import { macros } from "./macros.ts";
import { messages } from "./messages.ts";
import { notes } from "./notes.ts";
import { handover } from "./handover.ts";
import { offerAnswers } from "./offers.ts";
import { sessions } from "./sessions.ts";
import { transcripts } from "./transcripts.ts";
import { monitor } from "./monitor.ts";
import { unreachable } from "./unreachable.ts";
import { occupants } from "./occupants.ts";
import { visitorDialogue } from "./visitor-dialogue.ts";
import { visits } from "./visits.ts";
import { workgroupForm } from "./workgroup-form.ts";

export const features: readonly Feature[] = [
  configuration,
  discovery,
  workgroupForm,
  joinQueue,
  visits,
  agentPresence,
  agentWorkgroups,
  agentRoster,
  offerAnswers,
  sessions,
  chatHistory,
  notes,
  transcripts,
  macros,
  messages,
  chatMessages,
  visitorDialogue,
  unreachable,
];
  handover,
  monitor,
  occupants,
