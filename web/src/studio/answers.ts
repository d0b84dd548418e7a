/** Answers to an upload's questions, as the form holds them and as the API wants them. */

import type { Candidate, Question } from "./upload";

/** What a person has chosen: by question, and for the mapping by column. */
export interface Choices {
  readonly [code: string]: string | readonly string[] | Readonly<Record<string, string>>;
}

/** The value that a candidate of `question` stands for. */
export function valueOf(question: Question, candidate: Candidate): string {
  const value = candidate[question.code];
  return typeof value === "string" ? value : "";
}

/** The values a person can choose among, each once, the best first. */
export function optionsOf(question: Question): readonly string[] {
  const values = question.candidates.map((one) => valueOf(question, one));
  return [...new Set(values.filter((value) => value !== ""))];
}

/** The mapping that is suggested: field by column. */
export function suggestedMapping(question: Question): Record<string, string> {
  const pairs: [string, string][] = [];
  for (const one of question.candidates) {
    if (typeof one.column === "string" && one.column !== "" && typeof one.field === "string") {
      pairs.push([one.column, one.field]);
    }
  }
  return Object.fromEntries(pairs);
}

/** Whether every question has an answer. */
export function isComplete(questions: readonly Question[], choices: Choices): boolean {
  return questions.every((question) => {
    const chosen = choices[question.code];
    if (typeof chosen === "string" || Array.isArray(chosen)) return chosen.length > 0;
    return chosen !== undefined;
  });
}

/** The choices as the API takes them: several layers of a file go under a name of their own. */
export function asAnswer(choices: Choices): Record<string, unknown> {
  const { source_layer: layers, ...others } = choices;
  return layers === undefined ? others : { ...others, source_layers: layers };
}
