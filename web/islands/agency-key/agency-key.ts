/**
 * Makes the agency's age identity in the officer's browser, offers it as a file, and publishes the public
 * half once the officer says the file is safe. Page data: {"recipient": "age1..." | null}, unused so far.
 */
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import * as api from "../../lib/api";
import { island, offer } from "../../lib/island";
import { identityFile } from "./identity-file";

island("agency-key", (page) => {
  const kept = page.part("kept", HTMLInputElement);
  const publish = page.part("publish", HTMLButtonElement);
  let recipient: string | undefined;
  page.onClick("make", async () => {
    const identity = await generateX25519Identity();
    recipient = await identityToRecipient(identity);
    offer(page.part("file", HTMLAnchorElement), "agency-identity.txt", [identityFile(identity, recipient, new Date())], "text/plain");
    page.part("recipient").textContent = recipient;
    page.show(["made"], ["start", "made", "published"]);
  });
  kept.addEventListener("change", () => {
    publish.disabled = !kept.checked;
  });
  page.onClick("publish", async () => {
    if (recipient === undefined) return;
    await api.postAgencyKey(recipient);
    page.show(["published"], ["start", "made", "published"]);
    page.part("published").focus();
  });
  return Promise.resolve();
});
