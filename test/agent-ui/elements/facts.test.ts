import { describe, expect, it } from "vitest";
import { enteredFacts } from "../../../agent-ui/elements/facts.ts";

describe("what is known of a visitor", () => {
  const metadata = {
    username: ["Dana Hart"],
    email: ["dana@shop.example"],
    subject: ["customer-7"],
    question: ["Why?"],
  };
  const marks = (verified?: string[]) =>
    enteredFacts(metadata, { question: "How can we help?" }, verified).map((one) => [one.label, one.verified]);

  it("is told apart: what the site vouches for, and what the visitor says", () => {
    expect(marks(["username", "subject"])).toEqual([
      ["Name", true],
      ["E-mail", false],
      ["Account", true],
      ["How can we help?", false],
    ]);
  });

  it("is the visitor's word when nothing is vouched for, whatever it is called", () => {
    expect(marks().every(([, verified]) => verified === false)).toBe(true);
  });
});
