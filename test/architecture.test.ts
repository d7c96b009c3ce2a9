import { describe, expect, it } from "vitest";
import { breaches, importsOf, sources } from "./support/import-table.ts";

describe("who may import whom", () => {
  it("is kept by every file", async () => {
    const all = [...(await sources())].flatMap(([file, source]) => breaches(file, source));
    expect(all).toEqual([]);
  });

  it("covers every part that there is", async () => {
    const parts = new Set([...(await sources()).keys()].map((file) => file.split("/")[0]));
    expect([...parts].sort()).toEqual([
      "agent-ui",
      "component",
      "design",
      "migrations",
      "protocol",
      "runtime",
      "stack",
      "webchat",
    ]);
  });
});

describe("a breach of the table", () => {
  it("is found where one part reaches into another", () => {
    const source = 'import { step } from "../../component/domain/step.ts";\n';
    expect(breaches("webchat/xmpp/queue-user.ts", source)).toEqual([
      "webchat/xmpp/queue-user.ts: webchat/xmpp may not import component/domain/step.ts",
    ]);
  });

  it("is found where a domain takes more than types, or a library", () => {
    const source = 'import { bareJid } from "../../protocol/jid.ts";\nimport { randomUUID } from "node:crypto";\n';
    expect(breaches("component/domain/step.ts", source)).toEqual([
      "component/domain/step.ts: component/domain may not import values of protocol/jid.ts",
      "component/domain/step.ts: component/domain may not import node",
    ]);
  });

  it("is found where a feature imports a feature, though their list may", () => {
    expect(breaches("component/features/ping.ts", 'import { disco } from "./disco.ts";')).toHaveLength(1);
    expect(breaches("component/features/index.ts", 'import { disco } from "./disco.ts";')).toEqual([]);
  });

  it("is found in a dynamic import, a re-export, and an import for its effect alone", () => {
    const source = 'const x = await import("koa");\nexport { a } from "ws";\nimport "pg";\n';
    expect(breaches("protocol/jid.ts", source).map((line) => line.split(" ").at(-1))).toEqual(["ws", "pg", "koa"]);
  });

  it("is a file that no rule speaks of", () => {
    expect(breaches("attic/old.ts", "")).toEqual(["attic/old.ts: no rule says what it may import"]);
  });
});

describe("reading import lines", () => {
  it("tells types from values, over several lines too", () => {
    const source = [
      'import type { A } from "./a.ts";',
      'import { type B, type C } from "./b.ts";',
      "import {",
      "  type D,",
      "  d,",
      '} from "./d.ts";',
      'export type { E } from "./e.ts";',
    ].join("\n");
    expect(importsOf("x/y.ts", source)).toEqual([
      { target: "x/a.ts", typeOnly: true },
      { target: "x/b.ts", typeOnly: true },
      { target: "x/d.ts", typeOnly: false },
      { target: "x/e.ts", typeOnly: true },
    ]);
  });

  it("passes over comments", () => {
    expect(importsOf("x/y.ts", '// import "koa";\n/* import { a } from "pg"; */\n')).toEqual([]);
  });
});
