/** What an agent can say: made from the table of commands, which is handed in. */
import type { TextKey } from "../texts/index.ts";
import type { Command, CommandName } from "./command.ts";

export const helpOf = (name: CommandName): TextKey => `cmd.${name}.help`;
export const titleOf = (name: CommandName): TextKey => `cmd.${name}.title`;
export const wordsOf = (name: CommandName): TextKey => `cmd.${name}.words`;

export function helpCommand(all: () => readonly Command[]): Command {
  return {
    name: "help",
    args: [],
    async run({ say, workgroup }) {
      const lines = all()
        .map(({ name }) => say(helpOf(name)))
        .filter((line) => line !== "");
      return {
        text: [say("help.head", { workgroup: workgroup.committed.settings.title }), ...lines, say("help.tail")].join(
          "\n",
        ),
      };
    },
  };
}
