// bpmn-js speaks English; the words of ours that the server gives replace them where there are any.
import { design } from "./design";

function translate(template: string, replacements: Record<string, string> = {}): string {
  const text = design.words[`bpmn ${template}`] ?? template;
  return text.replace(/{([^}]+)}/g, (_all, key: string) => replacements[key] ?? `{${key}}`);
}

export const translateModule = { translate: ["value", translate] };
