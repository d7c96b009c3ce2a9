/** The form of a workgroup as a data form. */
import type { DataForm, FormField } from "../../protocol/data-form.ts";
import type { FieldSetting, WorkgroupSettings } from "../domain/model.ts";

export function formOf({ form: { title, instructions, fields } }: WorkgroupSettings): DataForm {
  return { title, instructions, fields: fields.map(toField) };
}

// single types have at most one value, and a boolean always has one.
function toField(field: FieldSetting): FormField {
  const preset = field.type === "boolean" && field.value === "" ? "false" : field.value;
  const values = preset === "" ? [] : [preset];
  return {
    var: field.name,
    type: field.type,
    label: field.label,
    required: field.required,
    options: field.options,
    values,
  };
}
