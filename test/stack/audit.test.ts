import { describe, expect, it } from "vitest";
import { judge } from "../../stack/audit.ts";

/** As npm 7 and later print it. */
const printed = (severities: Record<string, string>): string =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: Object.fromEntries(
      Object.entries(severities).map(([name, severity]) => [
        name,
        { name, severity, isDirect: true, via: [], effects: [], range: "<1.2.3", nodes: [], fixAvailable: true },
      ]),
    ),
    metadata: {
      vulnerabilities: {
        ...{ info: 0, low: 0, moderate: 0, high: 0, critical: 0 },
        ...Object.fromEntries(Object.values(severities).map((one) => [one, 1])),
        total: Object.keys(severities).length,
      },
      dependencies: { prod: 1, dev: 0, total: 1 },
    },
  });

describe("packages that are shipped", () => {
  it.each([
    ["nothing is known of them", {}],
    ["what is known is not grave", { a: "low", b: "moderate" }],
  ])("pass when %s", (_, severities) => {
    expect(judge(printed(severities))).toEqual({ outcome: "ok", text: "" });
  });

  it("fail with a grave one, by name", () => {
    const text = "b <1.2.3 (high)\nc <1.2.3 (critical)";
    expect(judge(printed({ a: "low", b: "high", c: "critical" }))).toEqual({ outcome: "failed", text });
  });

  it.each([
    ["no answer at all", "", ""],
    ["no network", '{"error":{"code":"ENOTFOUND"}}', ""],
    ["a registry that has no such question", '{"message":"405 Method Not Allowed","statusCode":405}', " (405)"],
    ["something else", '{"vulnerabilities":[]}', ""],
  ])("are not failed by %s, and it is said", (_, output, why) => {
    expect(judge(output)).toEqual({ outcome: "not known", text: `the registry does not say${why}` });
  });
});
