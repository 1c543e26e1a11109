/** The file that `age -i` reads, in the form that age-keygen writes. */

/** identity: "AGE-SECRET-KEY-1..."; recipient: "age1..."; at: when it was made. */
export function identityFile(identity: string, recipient: string, at: Date): string {
  return `# created: ${at.toISOString().replace(/\.\d{3}Z$/, "Z")}\n# public key: ${recipient}\n${identity}\n`;
}
