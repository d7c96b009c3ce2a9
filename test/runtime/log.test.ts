import { describe, expect, it } from "vitest";
import { createLog, type LogLevel } from "../../runtime/log.ts";

function logged(level: LogLevel = "debug", secrets: string[] = []) {
  const text: string[] = [];
  const log = createLog({ name: "webchat", level, secrets, write: (line) => void text.push(line) });
  return { log, text, lines: () => text.map((line): Record<string, unknown> => JSON.parse(line)) };
}

describe("a line of the log", () => {
  it("has a phrase, its fields, and those of the log it is written to", () => {
    const { log, lines } = logged();
    log.with({ workgroup: "support" }).info("offer sent", { offer: "o1" });
    expect(lines()).toEqual([
      {
        level: "info",
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        name: "webchat",
        workgroup: "support",
        offer: "o1",
        msg: "offer sent",
      },
    ]);
  });

  it("is left out below the level", () => {
    const { log, lines } = logged("warn");
    log.debug("a");
    log.info("b");
    log.warn("c");
    log.error("d");
    expect(lines().map(({ msg }) => msg)).toEqual(["c", "d"]);
  });

  it("hides what people wrote and what opens doors, by the name of the field", () => {
    const { log, text } = logged();
    log.info("x", {
      token: "marker",
      body: "marker",
      visit: { answers: { name: "marker" }, page: { text: "marker" } },
    });
    expect(text.join()).not.toContain("marker");
    expect(text.join()).toContain("[hidden]");
  });

  it("strikes out a secret wherever it stands", () => {
    const { log, text, lines } = logged("debug", ['the "secret" value', "abc"]);
    log.error('wrong: the "secret" value', { error: new Error('postgres://me:the "secret" value@host'), word: "abc" });
    expect(text.join()).not.toContain('secret\\" value');
    expect(lines()[0]).toMatchObject({ msg: "wrong: [secret]", word: "abc" });
  });

  it("tells an error with its cause and none of its other properties", () => {
    const { log, lines, text } = logged();
    const error = Object.assign(new Error("outer", { cause: new TypeError("inner") }), {
      element: "<body>marker</body>",
    });
    log.error("failed", { error });
    expect(lines()[0]).toMatchObject({
      error: { name: "Error", message: "outer", cause: { name: "TypeError", message: "inner" } },
    });
    expect(text.join()).not.toContain("marker");
  });
});
