/** Every command an agent can give, in the order of the help. */
import { cannedCommands } from "./canned.ts";
import type { Command } from "./command.ts";
import { deskCommands } from "./desk.ts";
import { helpCommand } from "./help.ts";
import { lookingBackCommands } from "./looking-back.ts";
import { talkCommands } from "./talk.ts";

export const commands: readonly Command[] = [
  ...deskCommands,
  ...cannedCommands,
  ...talkCommands,
  ...lookingBackCommands,
  helpCommand(() => commands),
];
