// What a character has to say about itself: name, licence of the picture, and why the face may be used.

import { h } from "../core/dom";
import { field, filePicker } from "../core/fields";
import { nameFrom, PORTRAIT_TYPES } from "../core/files";
import { consentField } from "./consent";

const LICENSES = ["CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "MIT", "All rights reserved"];

export interface EnrolForm {
  element: HTMLFormElement;
  data(): FormData;
}

export function enrolForm(portrait: File, firstShots: File[], send: () => void): EnrolForm {
  const shots = [...firstShots];
  const name = h("input", { type: "text", required: true, maxlength: 80, value: nameFrom(portrait), autocomplete: "off" });
  const license = h("input", { type: "text", required: true, maxlength: 120, list: "licenses", placeholder: "CC0-1.0, CC-BY-4.0 …", autocomplete: "off" });
  const author = h("input", { type: "text", maxlength: 120, autocomplete: "off" });
  const consent = consentField();
  const shotText = h("span", { class: "help" }, shotCount(shots));
  const addShots = (files: File[]): void => {
    shots.push(...files);
    shotText.textContent = shotCount(shots);
  };
  const element = h(
    "form",
    {
      class: "form",
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        send();
      },
    },
    field("Name", name),
    field("Who made the picture", author, "Painter or photographer; leave it empty if you do not know."),
    field("Licence of the picture", license, "What its maker allows. CC0 means: everything, without asking."),
    h("datalist", { id: "licenses" }, ...LICENSES.map((value) => h("option", { value }))),
    consent.element,
    h(
      "fieldset",
      { class: "plain" },
      h("legend", {}, "More photos of this face ", h("small", {}, "optional")),
      h("div", { class: "row" }, filePicker("Add photos", PORTRAIT_TYPES, addShots, true, "quiet"), shotText),
    ),
    h("div", { class: "row end" }, h("button", { type: "submit", class: "primary" }, "Make the character")),
  );

  function data(): FormData {
    const form = new FormData();
    form.append("portrait", portrait);
    for (const shot of shots) form.append("shot", shot);
    form.append("name", name.value.trim());
    form.append("license", license.value.trim());
    consent.tell(form);
    if (author.value.trim()) form.append("author", author.value.trim());
    return form;
  }
  return { element, data };
}

function shotCount(shots: File[]): string {
  if (shots.length === 0) return "Other angles make it look more like the person.";
  return shots.length === 1 ? "1 photo" : `${shots.length} photos`;
}
