/** What every part of the panel is drawn from. */
import type { Chat } from "../chat.ts";
import type { Format } from "../format.ts";
import type { ScreenName } from "../screen.ts";
import type { ChatState } from "../state.ts";
import type { Say } from "../texts.ts";

/** `launcher` floats over a page, `inline` is a block of it, `page` fills it. */
export type Mode = "launcher" | "inline" | "page";

export type Ui = {
  chat: Chat;
  state: ChatState;
  screen: ScreenName;
  say: Say;
  format: Format;
  mode: Mode;
  minimise(): void;
};
