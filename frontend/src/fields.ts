// The fields of a form: which hold words of somebody, and what tells one form from another.

export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Hidden fields that differ each time a form is drawn. */
export const PASSING = ["csrfmiddlewaretoken", "once_key", "version"];
const NOT_TYPED = ["hidden", "checkbox", "radio", "file", "password", "submit", "button", "range", "color"];

export function fieldsOf(part: Element): Field[] {
  return [...part.querySelectorAll<Field>("input, textarea, select")];
}

const isTicked = (field: Field): field is HTMLInputElement =>
  field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type);

/** Is there something in it that was not there when the page came: words, a choice, a tick, a chosen file? */
export function isChanged(field: Field): boolean {
  if (field instanceof HTMLSelectElement) {
    const usual = [...field.options].findIndex((one) => one.defaultSelected);
    return field.selectedIndex !== Math.max(usual, 0);
  }
  if (field.type === "hidden") return false;
  if (field instanceof HTMLInputElement && field.type === "file") return (field.files?.length ?? 0) > 0;
  if (isTicked(field)) return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

/** Somebody has typed in it, which they would have to do again. */
export function isTyped(field: Field): boolean {
  return !(field instanceof HTMLSelectElement) && !NOT_TYPED.includes(field.type) && isChanged(field);
}

/** What may be kept of it: never a password, a file or what is the page's own. */
export function isKept(field: Field): boolean {
  return !!field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type);
}

export function valueOf(field: Field): string {
  if (isTicked(field)) return field.checked ? "1" : "";
  if (field instanceof HTMLSelectElement && field.multiple)
    return JSON.stringify([...field.selectedOptions].map((one) => one.value));
  return field.value;
}

/** True when it held something else. */
export function setValue(field: Field, value: string): boolean {
  if (valueOf(field) === value) return false;
  if (isTicked(field)) field.checked = value === "1";
  else if (field instanceof HTMLSelectElement && field.multiple) {
    const chosen = JSON.parse(value) as string[];
    for (const one of field.options) one.selected = chosen.includes(one.value);
  } else field.value = value;
  return true;
}

/** What tells it from other forms of the same address: which document it brings, which case it means. */
export function purposeOf(form: HTMLFormElement): string {
  const fields = form.querySelectorAll<HTMLInputElement>("input[type=hidden]");
  const lasting = [...fields].filter((field) => field.name && !PASSING.includes(field.name));
  return JSON.stringify(lasting.map((field) => [field.name, field.value]));
}
