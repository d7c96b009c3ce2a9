import { describe, expect, it } from "vitest";
import { formatDateTime, formatStamp, parseDateTime, parseStamp } from "../../protocol/datetime.ts";

const AT = Date.UTC(2026, 0, 5, 10, 0, 7, 250);

describe("an instant as XEP-0082 has it", () => {
  it("is written with milliseconds in UTC and read back", () => {
    expect(formatDateTime(AT)).toBe("2026-01-05T10:00:07.250Z");
    expect(parseDateTime(formatDateTime(AT))).toBe(AT);
  });
  it.each([
    ["2026-01-05T10:00:07Z", AT - 250],
    ["2026-01-05T12:00:07.250+02:00", AT],
    ["2026-01-05T10:00:07.250123Z", AT],
    ["2026-13-05T10:00:07Z", null],
    ["2026-01-05", null],
    ["2026-01-05T10:00:07", null],
    ["20260105T10:00:07", null],
    ["", null],
  ])("reads %j as %j", (text, at) => expect(parseDateTime(text)).toBe(at));
});

describe("an instant as Fastpath has it", () => {
  it("is written in UTC without zone and read back, to the second", () => {
    expect(formatStamp(AT)).toBe("20260105T10:00:07");
    expect(parseStamp("20260105T10:00:07")).toBe(AT - 250);
  });
  it.each(["2026-01-05T10:00:07Z", "20260105T10:00:07Z", "20261305T10:00:07", "", "x"])("does not read %j", (text) => {
    expect(parseStamp(text)).toBeNull();
  });
});
