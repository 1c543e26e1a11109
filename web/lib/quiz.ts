/** The two words that a person types back from their paper. */
import { randomBytes } from "./bytes";

/** Two different places among `count`, in order. */
export function twoPlaces(count: number, random: (n: number) => Uint8Array = randomBytes): [number, number] {
  const [x = 0, y = 0] = random(2);
  const first = x % count;
  const step = 1 + (y % (count - 1));
  const second = (first + step) % count;
  return first < second ? [first, second] : [second, first];
}

/** Whether what was typed is the word, whatever its case and the spaces around it. */
export function isSameWord(typed: string, word: string): boolean {
  return word !== "" && typed.trim().toLowerCase() === word;
}
