/** Data forms (XEP-0004), as the field uses them: a form asked, a form answered. */
import { NS_DATA_FORM } from "./ns.ts";
import { badRequest } from "./stanza-error.ts";
import { attr, children, childText, type Element, xml } from "./xml.ts";

export const FIELD_TYPES = [
  "text-single",
  "text-multi",
  "text-private",
  "boolean",
  "list-single",
  "list-multi",
  "hidden",
  "jid-single",
  "jid-multi",
  "fixed",
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export type FieldOption = { label: string; value: string };
/** One question of a form. `options` only for the list types; `values` are what is filled in beforehand. */
export type FormField = {
  var: string;
  type: FieldType;
  label: string;
  required: boolean;
  options: FieldOption[];
  values: string[];
};
export type DataForm = { title: string; instructions: string; fields: FormField[] };
/** What was answered, by variable. Several values for the multi types. */
export type FormAnswers = Record<string, string[]>;

export function buildForm(form: DataForm, type: "form" | "result" = "form"): Element {
  return xml(
    "x",
    { xmlns: NS_DATA_FORM, type },
    form.title !== "" && xml("title", {}, form.title),
    form.instructions !== "" && xml("instructions", {}, form.instructions),
    ...form.fields.map(buildField),
  );
}

function buildField(field: FormField): Element {
  return xml(
    "field",
    { var: field.var, type: field.type, label: field.label === "" ? undefined : field.label },
    field.required && xml("required"),
    ...field.values.map((value) => xml("value", {}, value)),
    ...field.options.map((option) => xml("option", { label: option.label }, xml("value", {}, option.value))),
  );
}

/** @throws StanzaError `bad-request` when a field has no `var` or an unknown type. */
export function parseForm(x: Element): DataForm {
  return {
    title: childText(x, "title") ?? "",
    instructions: childText(x, "instructions") ?? "",
    fields: children(x, "field", NS_DATA_FORM).map(parseField),
  };
}

function parseField(field: Element): FormField {
  const type = attr(field, "type") ?? "text-single";
  if (!isFieldType(type)) throw badRequest(`a form field has the unknown type "${type}"`);
  const name = attr(field, "var");
  if (name === undefined && type !== "fixed") throw badRequest("a form field has no 'var'");
  return {
    var: name ?? "",
    type,
    label: attr(field, "label") ?? "",
    required: field.getChild("required", NS_DATA_FORM) !== undefined,
    options: children(field, "option", NS_DATA_FORM).map((option) => {
      const value = childText(option, "value") ?? "";
      return { label: attr(option, "label") ?? value, value };
    }),
    values: children(field, "value", NS_DATA_FORM).map((value) => value.text()),
  };
}

function isFieldType(type: string): type is FieldType {
  return (FIELD_TYPES as readonly string[]).includes(type);
}

/** A submitted form. `FORM_TYPE` (XEP-0068) is given when it is not empty. */
export function buildAnswers(answers: FormAnswers, formType = ""): Element {
  const fields = Object.entries(answers).map(([name, values]) =>
    xml("field", { var: name }, ...values.map((value) => xml("value", {}, value))),
  );
  const hidden = formType !== "" && xml("field", { var: "FORM_TYPE", type: "hidden" }, xml("value", {}, formType));
  return xml("x", { xmlns: NS_DATA_FORM, type: "submit" }, hidden, ...fields);
}

/** The answers of a `submit` or `result` form; fields without `var` are passed over, as XEP-0004 §3.2 allows. */
export function parseAnswers(x: Element): FormAnswers {
  // No prototype: a field called "__proto__" is a field like any other.
  const answers: FormAnswers = Object.create(null);
  for (const field of children(x, "field", NS_DATA_FORM)) {
    const name = attr(field, "var");
    if (name !== undefined) answers[name] = children(field, "value", NS_DATA_FORM).map((value) => value.text());
  }
  return answers;
}
