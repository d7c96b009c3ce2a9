/**
 * What a command is. There is one table of them (`table.ts`); what agents write in words (`hear.ts`) and the ad-hoc commands
 * with their forms (`forms.ts`) are both made from it.
 */
import type { TextKey } from "../texts/index.ts";
import type { Asker, Reply } from "./asker.ts";

/** What was said or chosen for the arguments so far, by name. */
export type Values = Readonly<Record<string, string>>;

/** One thing that may be chosen: by its number in the list, or by one of its names. `value` is what a form sends back. */
export type Choice = { value: string; label: string; names: readonly string[] };

export type Argument = {
  name: string;
  /** What a form calls it, and what is asked for in words. */
  label: TextKey;
  /** `choice`: one of a list; `line` and `text`: words, of one or several lines. */
  kind: "choice" | "line" | "text";
  /** When there is but one choice it is taken without a word. */
  sole?: boolean;
  /** Left out it stays so; otherwise it is asked for. */
  optional?: boolean;
  /** Arguments that must be known before this one can be asked for. */
  after?: readonly string[];
  /**
   * What may be chosen, in a fixed order. `text`: what was said for it; null when nothing was; absent in a form.
   */
  choices?(asker: Asker, given: Values, text?: string | null): readonly Choice[] | Promise<readonly Choice[]>;
  /** Numbers mean something only once the list was shown. */
  byName?: boolean;
  /** Said when there is nothing to choose from. */
  none?: TextKey;
  /** What is wrong with words, as a sentence; null: nothing. May also take a text that is no choice, such as an address. */
  mistake?(asker: Asker, text: string): string | null;
  /** A text that is none of the choices but may be a value as it stands. */
  takes?(text: string): boolean;
};

export type Command = {
  name: CommandName;
  args: readonly Argument[];
  /** Whether it makes sense for this agent just now: only then it is listed as an ad-hoc command. */
  may?(asker: Asker): boolean;
  /** What is asked once more, since it cannot be undone. */
  confirm?(asker: Asker, values: Values): string;
  /** What follows the command's word, as values by argument, or at once the reply. Without it all goes to the first argument. */
  read?(rest: string, asker: Asker): Read | Promise<Read>;
  run(asker: Asker, values: Values): Promise<Reply>;
};

/** What a text after a command's word says: values in words by argument, or what is to be replied without more ado. */
export type Read = { said: Values } | { reply: Reply };

/** Every command there is. `cmd.<name>.words`, `.title` and `.help` are its texts. */
export type CommandName = CommandText extends `cmd.${infer Name}.help` ? Name : never;
type CommandText = Extract<TextKey, `cmd.${string}.help`>;
