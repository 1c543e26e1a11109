/**
 * The household key in this browser. Its text lies in IndexedDB under an AES-GCM key that the browser
 * never gives out; one record per household, found by its recipient. Spec: docs/threat-model.md.
 */
import { VicinageError } from "./errors";
import { householdText, parseHousehold, type Household } from "./household";

const DATABASE = "vicinage";
const STORE = "households";

interface StoredHousehold {
  readonly recipient: string;
  readonly key: CryptoKey;
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
}

/** Keeps the household in this browser, replacing what was kept for the same recipient. */
export async function keep(household: Household): Promise<void> {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(householdText(household));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, text);
  const record: StoredHousehold = { recipient: household.recipient, key, nonce, sealed };
  await inStore("readwrite", (store) => store.put(record));
}

/** The household with this recipient, or null when this browser does not have it. */
export async function find(recipient: string): Promise<Household | null> {
  const record = (await inStore("readonly", (store) => store.get(recipient))) as StoredHousehold | undefined;
  if (!record) return null;
  try {
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: record.nonce }, record.key, record.sealed);
    return await parseHousehold(new TextDecoder().decode(text));
  } catch {
    throw new VicinageError(
      "keystore-damaged",
      "The household key kept in this browser does not open.",
      "Bring it again with your ten words.",
    );
  }
}

/** Removes the household with this recipient from this browser. */
export async function forget(recipient: string): Promise<void> {
  await inStore("readwrite", (store) => store.delete(recipient));
}

async function inStore(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  const database = await open();
  try {
    return await new Promise<unknown>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        resolve(request.result);
      };
      transaction.onabort = transaction.onerror = () => {
        reject(refused());
      };
    });
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE, { keyPath: "recipient" });
    };
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(refused());
    };
  });
}

function refused(): VicinageError {
  return new VicinageError(
    "keystore-refused",
    "This browser does not let the page keep a key.",
    "Leave private browsing, or allow this site to store data.",
  );
}
