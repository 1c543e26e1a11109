/** The id of an rfa in what a person pastes: the id alone, or the address of its page or JSON. */
import { VicinageError } from "../../lib/errors";

/** Throws VicinageError rfa-id. */
export function rfaIdIn(typed: string): string {
  const [, id] = /(?:^|\/rfas\/)([a-z2-7]{16})(?:\/|\.json)?(?:[?#].*)?$/.exec(typed.trim()) ?? [];
  if (id === undefined) throw new VicinageError("rfa-id", "This is not the id or address of a request.");
  return id;
}
