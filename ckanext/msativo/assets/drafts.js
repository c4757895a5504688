/* What was typed into a form and not sent is kept in this browser, by person and form, and brought back with a word about
   it. Gone after it was sent, after a week, and with the logout. */
(function () {
  "use strict";

  const PREFIX = "ms-draft:", SENT = "ms-sent", WEEK = 7 * 864e5;
  let store, left = false;
  try { store = localStorage; store.setItem(SENT, ""); store.removeItem(SENT); } catch { return; }
  const forms = [...document.querySelectorAll("form[data-ms-draft]")];
  const key = (form) => PREFIX + form.dataset.msDraft;
  const version = (form) => (form.elements.versao ? form.elements.versao.value : "");
  const kept = () => Object.keys(store).filter((name) => name.startsWith(PREFIX));
  const read = (name) => { try { return JSON.parse(store.getItem(name)); } catch { return null; } };
  const time = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

  const ticks = (field) => field.type === "checkbox" || field.type === "radio";
  const nameOf = (field) => (ticks(field) ? `${field.name}=${field.value}` : field.name);

  function fields(form) {
    return [...form.elements].filter((one) => one.name && !/^(hidden|file|password|submit|button)$/.test(one.type)
      && one.localName !== "fieldset");
  }
  const values = (form) => Object.fromEntries(fields(form).map((one) => [nameOf(one), ticks(one) ? one.checked : one.value]));
  const differ = (a, b) => Object.keys(a).some((name) => (a[name] || "") !== (b[name] || ""));

  function put(form, wanted) {
    const add = form.querySelector("[data-ms-rows] + button");
    const there = () => new Set(fields(form).map(nameOf));
    const rows = Object.keys(wanted).filter((name) => /^e-\d+-/.test(name) && wanted[name]);
    for (let n = 0; add && n < 60 && rows.some((name) => !there().has(name)); n++) add.click();
    for (const one of fields(form)) {
      const name = nameOf(one);
      if (name in wanted) one[ticks(one) ? "checked" : "value"] = wanted[name];
    }
  }

  function notice(form, text, label, act) {
    const box = document.createElement("div"), said = document.createElement("p"), button = document.createElement("button");
    box.className = "ms-restored";
    box.setAttribute("role", "status");
    said.textContent = text;
    Object.assign(button, { type: "button", className: "ms-button", textContent: label });
    button.addEventListener("click", () => { act(); box.remove(); });
    box.append(said, button);
    form.prepend(box);
  }

  function onForm(form) {
    const words = form.dataset;
    let before = values(form), timer = 0;
    const keep = () => {
      if (left) return undefined;
      const now = values(form);
      if (!differ(now, before)) return store.removeItem(key(form));
      try { store.setItem(key(form), JSON.stringify({ at: Date.now(), versao: version(form), values: now })); } catch { /* full */ }
    };
    const found = read(key(form));
    if (found && differ(found.values, before)) {
      const said = (text) => text.replace("{time}", time(found.at));
      const use = () => { put(form, found.values); form.dispatchEvent(new Event("input", { bubbles: true })); };
      if (found.versao === version(form)) {
        const old = before;
        use();
        notice(form, said(words.msRestored), words.msDiscard, () => { put(form, old); keep(); form.dispatchEvent(new Event("input")); });
      } else notice(form, said(words.msOlder), words.msUse, use);
    }
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(keep, 400); });
    addEventListener("pagehide", keep);
    // The portal has it now, but for the fields named in `except`; `key`: what the form is about from now on.
    form.addEventListener("ms:saved", ({ detail }) => {
      clearTimeout(timer);
      store.removeItem(key(form));
      if (detail.key) words.msDraft = `${words.msDraft.split(":")[0]}:${detail.key}`;
      before = Object.fromEntries(Object.entries(values(form)).filter(([name]) => !detail.except.includes(name)));
      keep();
    });
    form.addEventListener("submit", () => { keep(); sessionStorage.setItem(SENT, key(form)); });
  }

  const sent = sessionStorage.getItem(SENT);
  if (sent && !forms.some((form) => key(form) === sent)) {
    if (document.querySelector(".flash-messages .alert-success")) store.removeItem(sent);
    sessionStorage.removeItem(SENT);
  }
  const person = forms[0] && key(forms[0]).split(":")[1];
  for (const name of kept()) {
    const one = read(name);
    if (!one || Date.now() - one.at > WEEK || (person && name.split(":")[1] !== person)) store.removeItem(name);
  }
  document.addEventListener("submit", (event) => {
    if (!/\/user\/_?logout/.test(event.target.action)) return;
    left = true;
    kept().forEach((name) => store.removeItem(name));
  });
  forms.forEach(onForm);
})();
