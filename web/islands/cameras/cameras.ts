/**
 * The household's cameras with their sealed names and places opened, and adding one: only its cell and the
 * sealed label are sent. The pairing code is made here and shown once. Page data: none.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import * as api from "../../lib/api";
import { makeId, randomBytes, toBase64, utf8ToBytes } from "../../lib/bytes";
import { VicinageError } from "../../lib/errors";
import * as here from "../../lib/here";
import type { Household } from "../../lib/household";
import { island, partOf, typed, type Island } from "../../lib/island";
import type { Place } from "../../lib/match";
import { sealBytes } from "../../lib/seal";
import { cellOf, pairingCode, parsePlace } from "./pairing";

island("cameras", async (page) => {
  try {
    const household = await here.household();
    await list(page, household);
    takeNew(page, household);
    page.part("listing").hidden = page.part("add").hidden = false;
    void pickOnMap(page);
  } catch (error) {
    const isKeyless = error instanceof VicinageError && ["no-household", "no-key-here"].includes(error.code);
    if (!isKeyless) throw error;
    page.part("no-key").hidden = false;
  } finally {
    page.part("loading").hidden = true;
  }
});

async function list(page: Island, household: Household): Promise<void> {
  const cameras = [...(await here.openCameras(household.identity)).values()];
  const items = cameras.map((camera) => {
    const item = page.copy("camera");
    item.dataset["camera"] = camera.id;
    partOf(item, "name", HTMLElement).textContent = camera.name;
    partOf(item, "place", HTMLElement).textContent = page.word("place", { lat: camera.lat, lon: camera.lon });
    partOf(item, "cell", HTMLElement).textContent = page.word("cell", { cell: camera.cell });
    return item;
  });
  page.part("list").replaceChildren(...items);
  page.part("none").hidden = items.length > 0;
}

function takeNew(page: Island, household: Household): void {
  page.onSubmit("add", async (form) => {
    const place = parsePlace(typed(form, "lat"), typed(form, "lon"));
    const command = await add(household, typed(form, "name"), place);
    page.part("command", HTMLTextAreaElement).value = command;
    page.part("pairing").hidden = false;
    page.part("pairing").querySelector("h2")?.focus();
    form.reset();
    await list(page, household);
  });
  page.onClick("copy", async () => {
    const text = page.part("command", HTMLTextAreaElement);
    text.select();
    const copied = await navigator.clipboard.writeText(text.value).then(() => true, () => false);
    page.part("copied").textContent = page.word(copied ? "copied" : "copy-yourself");
  });
  page.onClick("done", () => {
    page.part("command", HTMLTextAreaElement).value = "";
    page.part("pairing").hidden = true;
    return Promise.resolve();
  });
}

/** Registers the camera and answers the command that pairs its hub. */
async function add(household: Household, name: string, place: Place): Promise<string> {
  const camera = makeId();
  const seed = randomBytes(32);
  const label = { v: 1, name, lat: place.lat, lon: place.lon, hub: toBase64(ed25519.getPublicKey(seed)) };
  const sealed = await sealBytes(utf8ToBytes(JSON.stringify(label)), [household.recipient]);
  const cell = cellOf(place);
  const { hub_token: token } = await api.postCamera({ id: camera, cell, label_b64: toBase64(sealed) });
  const server = location.origin;
  const code = pairingCode({ ...place, server, token, camera, name, cell, recipients: [household.recipient], seed });
  return `vicinage hub pair ${code} --source rtsp://ADDRESS-OF-YOUR-CAMERA`;
}

/** The map fills the two number fields; they can be typed just as well. */
async function pickOnMap(page: Island): Promise<void> {
  const form = page.part("add", HTMLFormElement);
  const field = (name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement;
  const { AreaMap } = await import("../../lib/map");
  const map = await AreaMap.make(page.part("map"), (place) => {
    field("lat").value = place.lat.toFixed(6);
    field("lon").value = place.lon.toFixed(6);
    map.draw([place]);
  });
  form.addEventListener("change", () => {
    try {
      const place = parsePlace(field("lat").value, field("lon").value);
      map.draw([place]);
      map.fit([place]);
    } catch {
      map.draw([]);
    }
  });
  form.addEventListener("reset", () => {
    map.draw([]);
  });
}
