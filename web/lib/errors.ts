/** The one kind of error that islands show: a stable code, a sentence, a hint. */

export class VicinageError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, sentence: string, hint = "") {
    super(sentence);
    this.name = "VicinageError";
    this.code = code;
    this.hint = hint;
  }
}
