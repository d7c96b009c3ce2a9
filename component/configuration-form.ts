/** The questions a workgroup asks before a visitor waits, checked (fastpath reference 3.1). */
import { isEmptyList, isTable, type Section, shown } from "./config-section.ts";
import { cleanMetadata } from "./domain/metadata.ts";
import type { FieldSetting, WorkgroupSettings } from "./domain/model.ts";

const TYPES = ["text-single", "text-multi", "text-private", "boolean", "list-single", "list-multi", "hidden"] as const;

const question = (name: string, label: string): FieldSetting => ({
  name,
  label,
  type: "text-single",
  required: true,
  options: [],
  value: "",
});

/** What is asked when nothing is configured: the form every Fastpath client knows. */
const DEFAULT_FIELDS = [
  question("username", "Name"),
  question("email", "Email address"),
  question("question", "Question"),
];

/** `{ title, instructions, fields }`; without `fields` the three usual ones, with an empty list none. */
export function readForm(form: Section): WorkgroupSettings["form"] {
  const title = form.text("title", "", { most: 200 });
  const instructions = form.text("instructions", "", { most: 1_000, lines: true });
  const list = form.list("fields", 50);
  const fields = list?.map((value, i) => readField(form, value, `${form.at("fields")}[${i + 1}]`)) ?? DEFAULT_FIELDS;
  for (const [i, field] of fields.entries()) {
    const first = fields.findIndex((one) => one.name === field.name);
    if (first < i && field.name !== "") {
      form.mistake(`${form.at("fields")}[${i + 1}].name`, `is "${field.name}", as that of fields[${first + 1}] is`);
    }
  }
  form.refuseUnknown();
  return { title, instructions, fields };
}

function readField(form: Section, value: unknown, place: string): FieldSetting {
  const field = form.child(value, place);
  const name = field.text("name", "", { most: 100, empty: false });
  if ((isTable(value) || isEmptyList(value)) && !field.has("name")) field.mistake(field.at("name"), "is missing");
  else if (name !== "") checkName(field, name);
  const type = field.choice("type", TYPES, "text-single");
  const setting: FieldSetting = {
    name,
    label: field.text("label", name, { most: 500, empty: false }),
    type,
    required: field.flag("required", false),
    options: readOptions(field, type),
    value: readValue(field, type),
  };
  checkValue(field, setting);
  field.refuseUnknown();
  return setting;
}

function checkName(field: Section, name: string): void {
  if (!/^[A-Za-z][\w.-]*$/.test(name)) {
    field.mistake(
      field.at("name"),
      `must be letters, digits, "_", "-" and ".", and begin with a letter, not ${shown(name)}`,
    );
    return;
  }
  // What the service would drop from an answer can never be answered.
  if (!Object.hasOwn(cleanMetadata({}, { [name]: ["x"] }), name)) {
    field.mistake(field.at("name"), `must not be ${shown(name)}, which the service keeps for itself`);
  }
}

/** `{ label, value }`, or simply a text that is both. R-20: only lists may have options, and a list needs them. */
function readOptions(field: Section, type: FieldSetting["type"]): FieldSetting["options"] {
  const place = field.at("options");
  const list = field.list("options", 200);
  const isList = type === "list-single" || type === "list-multi";
  if (!isList) {
    if (list !== undefined && list.length > 0) field.mistake(place, `are only for "list-single" and "list-multi"`);
    return [];
  }
  if (list === undefined || list.length === 0) {
    if (list !== undefined || !field.has("options"))
      field.mistake(place, `must name what can be chosen in a "${type}"`);
    return [];
  }
  const options = list.map((one, i) => readOption(field, one, `${place}[${i + 1}]`));
  const values = new Set<string>();
  for (const { value } of options) {
    if (values.has(value)) field.mistake(place, `has the value ${shown(value)} more than once`);
    values.add(value);
  }
  return options;
}

function readOption(field: Section, one: unknown, place: string): { label: string; value: string } {
  const rules = { most: 500, empty: false };
  if (typeof one === "string") {
    const text = field.checkedText(one, place, "", rules);
    return { label: text, value: text };
  }
  if (!isTable(one)) {
    field.mistake(place, `must be a text or { label = "...", value = "..." }, not ${shown(one)}`);
    return { label: "", value: place };
  }
  const option = field.child(one, place);
  const label = option.text("label", "", rules);
  const value = option.text("value", label, rules);
  if (!option.has("label") && !option.has("value")) option.mistake(place, 'needs a "label" or a "value"');
  option.refuseUnknown();
  return { label: label === "" ? value : label, value };
}

/** What is filled in beforehand. A checkbox takes Lua's true and false, and always has a value. */
function readValue(field: Section, type: FieldSetting["type"]): string {
  if (type !== "boolean") return field.text("value", "", { most: 4_000, lines: type === "text-multi" });
  return field.flag("value", false) ? "true" : "false";
}

function checkValue(field: Section, { type, value, options }: FieldSetting): void {
  const isList = type === "list-single" || type === "list-multi";
  if (!isList || value === "" || options.some((one) => one.value === value)) return;
  field.mistake(field.at("value"), `must be the value of one of the options, not ${shown(value)}`);
}
