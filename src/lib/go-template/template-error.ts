/** What is wrong with a template, or with evaluating it; thrown and caught in this folder only. */
export class TemplateError extends Error {}

/** Ends the reading of a template at a line, in the form in which Go names the place. */
export const failAt = (line: number, message: string): never => {
  throw new TemplateError(`template: :${line}: ${message}`);
};
