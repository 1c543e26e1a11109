/** Trust policies: which logs, which witnesses, how many of them. Source: c2sp.org/tlog-policy. */
import { bytesToHex, fromBase64 } from "./bytes";
import { VicinageError } from "./errors";
import { COSIGNATURE_V1, ED25519, MLDSA44, parseVKey, verifiedAt, type Note, type VKey } from "./note";

const MAX_LINES = 512;

interface Group {
  readonly k: number;
  readonly members: readonly string[];
}

/** quorum: the name of a witness or group, or "none". */
export interface Policy {
  readonly logs: readonly VKey[];
  readonly witnesses: ReadonlyMap<string, VKey>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly quorum: string;
}

/** A tree head: the log's name, its number of entries, its root hash. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** A checkpoint that met the policy; cosignedAt: earliest cosignature in POSIX seconds, or null. */
export interface Checked {
  readonly checkpoint: Checkpoint;
  readonly witnesses: readonly string[];
  readonly cosignedAt: number | null;
}

/** The policy in a file. Throws VicinageError policy-format. */
export function parsePolicy(text: string): Policy {
  const lines = text.split("\n");
  if (lines.length > MAX_LINES) throw broken(`has more than ${MAX_LINES} lines`);
  const parser = new Parser();
  for (const line of lines) {
    const words = line.split(/[ \t]+/).filter((word) => word !== "");
    if (words[0] === undefined || words[0].startsWith("#")) continue;
    parser.line(words[0], words.slice(1));
  }
  return parser.policy();
}

class Parser {
  private readonly logs: VKey[] = [];
  private readonly witnesses = new Map<string, VKey>();
  private readonly groups = new Map<string, Group>();
  private readonly used = new Set<string>();
  private quorum: string | undefined;

  line(kind: string, words: string[]): void {
    if (kind === "log" && words.length >= 1 && words.length <= 2) this.log(words[0] ?? "");
    else if (kind === "witness" && words.length >= 2 && words.length <= 3) this.witness(words[0] ?? "", words[1] ?? "");
    else if (kind === "group" && words.length >= 3) this.group(words[0] ?? "", words[1] ?? "", words.slice(2));
    else if (kind === "quorum" && words.length === 1 && this.quorum === undefined) this.quorum = words[0];
    else throw broken(`has a line it should not have: "${[kind, ...words].join(" ").slice(0, 60)}"`);
  }

  policy(): Policy {
    if (this.quorum === undefined || (this.quorum !== "none" && !this.isDefined(this.quorum))) {
      throw broken("names no quorum that it defines");
    }
    return { logs: this.logs, witnesses: this.witnesses, groups: this.groups, quorum: this.quorum };
  }

  private log(text: string): void {
    const key = parseVKey(text);
    if (key.type !== ED25519 && key.type !== MLDSA44) throw broken(`uses the key of ${key.name} for a log`);
    if (hasKey(this.logs, key)) throw broken("lists a log key twice");
    this.logs.push(key);
  }

  private witness(name: string, text: string): void {
    const key = parseVKey(text);
    if (key.type !== COSIGNATURE_V1 && key.type !== MLDSA44) throw broken(`uses the key of ${key.name} for a witness`);
    if (hasKey([...this.witnesses.values()], key)) throw broken("lists a witness key twice");
    this.define(name);
    this.witnesses.set(name, key);
  }

  private group(name: string, rule: string, members: string[]): void {
    for (const member of members) {
      if (!this.isDefined(member) || this.used.has(member)) throw broken(`uses "${member}" twice, or undefined`);
      this.used.add(member);
    }
    const k = rule === "all" ? members.length : rule === "any" ? 1 : /^[1-9][0-9]*$/.test(rule) ? Number(rule) : 0;
    if (k < 1 || k > members.length) throw broken(`wants "${rule}" of ${members.length}`);
    this.define(name);
    this.groups.set(name, { k, members });
  }

  private define(name: string): void {
    if (name === "none" || this.isDefined(name)) throw broken(`defines "${name}" twice, or the reserved name none`);
  }

  private isDefined(name: string): boolean {
    return this.witnesses.has(name) || this.groups.has(name);
  }
}

function hasKey(keys: readonly VKey[], key: VKey): boolean {
  return keys.some((known) => bytesToHex(known.key) === bytesToHex(key.key));
}

/** The checkpoint that a log of the policy signed and its quorum cosigned. Throws VicinageError policy-... */
export function checkNote(policy: Policy, note: Note): Checked {
  const checkpoint = parseCheckpoint(note.text);
  const signed = policy.logs.some((key) => key.name === checkpoint.origin && verifiedAt(key, note) !== null);
  if (!signed) {
    throw new VicinageError("policy-log", `The checkpoint of "${checkpoint.origin}" is not signed by a log of the policy.`);
  }
  const times = new Map<string, number>();
  for (const [name, key] of policy.witnesses) {
    const at = verifiedAt(key, note);
    if (at !== null) times.set(name, at);
  }
  if (!hasQuorum(policy, policy.quorum, times)) {
    const seen = [...times.keys()].join(", ") || "no witness";
    throw new VicinageError("policy-quorum", `The checkpoint is cosigned by ${seen}; the policy demands more.`);
  }
  const cosignedAt = times.size > 0 ? Math.min(...times.values()) : null;
  return { checkpoint, witnesses: [...times.keys()], cosignedAt };
}

function hasQuorum(policy: Policy, name: string, seen: ReadonlyMap<string, number>): boolean {
  if (name === "none") return true;
  const group = policy.groups.get(name);
  if (!group) return seen.has(name);
  return group.members.filter((member) => hasQuorum(policy, member, seen)).length >= group.k;
}

/** The tree head in a note's text. Throws VicinageError checkpoint-format. */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split("\n");
  const [origin = "", size = "", root = ""] = lines;
  const isWhole = lines.pop() === "" && lines.length >= 3 && lines.every((line) => line !== "");
  if (!isWhole || !/^(0|[1-9][0-9]{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw new VicinageError("checkpoint-format", "A checkpoint should have the lines origin, size, root.");
  }
  const hash = fromBase64(root);
  if (hash.length !== 32) throw new VicinageError("checkpoint-format", "A root hash should have 32 bytes.");
  return { origin, size: Number(size), root: hash };
}

function broken(what: string): VicinageError {
  return new VicinageError("policy-format", `The policy ${what}.`, "See c2sp.org/tlog-policy.");
}
