/* Evidence from a phone: files go one by one as soon as they are chosen, texts are kept every few seconds, and a lost
   connection loses nothing: what could not be sent waits, and is sent when the connection is back. */
(function () {
  "use strict";

  const form = document.querySelector("form[data-ms-evidence]");
  if (!form) return;
  const words = form.dataset;
  const status = form.querySelector("[data-ms-kept]");
  const list = form.querySelector("[data-ms-sending]");
  const pattern = form.querySelector("template[data-ms-sent]");
  const EVERY = 3000, LONGEST = 30000, TEXTS = ["descricao", "data", "lugar", "quantidade", "link"];
  const waiting = new Set();
  let id = words.msId || "", target = words.msFiles || "";
  let dirty = false, timer = 0, again = 0, pause = 2000, tail = Promise.resolve(), stopped = false, leaving = false;

  const say = (text, wrong) => { status.textContent = text; status.classList.toggle("is-wrong", Boolean(wrong)); };
  const after = (job) => (tail = tail.then(job, job));
  const field = (name) => form.elements[name];

  // -- one request ----------------------------------------------------------------------------------------------------
  class Lost extends Error {}
  class Refused extends Error {
    constructor(code, text) { super(text); this.code = code; }
  }

  function post(url, data, progress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", url);
      request.timeout = 120000;
      if (progress) request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
      request.onerror = request.ontimeout = request.onabort = () => reject(new Lost());
      request.onload = () => {
        let body = null;
        try { body = JSON.parse(request.responseText); } catch { /* a page */ }
        if (request.status >= 502) reject(new Lost());
        else if (body && request.status === 200) resolve(body);
        else reject(new Refused(body ? request.status : 0, body ? body.erro : ""));
      };
      request.send(data);
    });
  }

  // The token of a form that was open for long is out of date; the page itself has a fresh one.
  async function renewed() {
    let page;
    try { page = await (await fetch(location.href, { cache: "no-store" })).text(); } catch { throw new Lost(); }
    const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("form[data-ms-evidence] [name=_csrf_token]");
    if (fresh) field("_csrf_token").value = fresh.value;
    return Boolean(fresh);
  }

  async function send(url, fill, progress) {
    const data = () => {
      const made = new FormData();
      made.append("_csrf_token", field("_csrf_token").value);
      if (id) { made.append("id", id); made.append("versao", field("versao").value); }
      fill(made);
      return made;
    };
    let answer;
    try { answer = await post(url, data(), progress); } catch (error) {
      if (error.code !== 0 || !(await renewed())) throw error.code === 0 ? new Refused(0, words.msLogin) : error;
      answer = await post(url, data(), progress);
    }
    took(answer);
    return answer;
  }

  // From the first answer on the page is the draft's own: a reload finds it again.
  function took(answer) {
    if (!field("versao")) form.prepend(Object.assign(document.createElement("input"), { type: "hidden", name: "versao" }));
    field("versao").value = answer.versao;
    pause = 2000;
    if (id) return;
    id = answer.id;
    target = answer.arquivos;
    form.action = answer.editar;
    history.replaceState(history.state, "", answer.editar);
  }

  // -- texts ------------------------------------------------------------------------------------------------------------
  function fill(data) {
    TEXTS.forEach((name) => field(name) && data.append(name, field(name).value));
    data.append("publicavel", field("publicavel").checked ? "1" : "");
    data.append("entrega", field("entrega").value);
  }

  async function keep() {
    clearTimeout(timer);
    if (stopped || leaving || !dirty) return;
    dirty = false;
    try {
      const answer = await send(words.msKeep, fill);
      const wrong = Object.entries(answer.problemas).map(([name, text]) => `${label(name)}: ${text}`);
      if (!dirty) saved({ except: Object.keys(answer.problemas), key: `evidencia-${id}` });
      say([words.msSaved.replace("{time}", answer.hora), ...(wrong.length ? [words.msExcept, ...wrong] : [])].join(" "), wrong.length);
    } catch (error) { dirty = true; failed(error); }
  }

  const saved = (detail) => form.dispatchEvent(new CustomEvent("ms:saved", { detail }));
  const label = (name) => { const found = form.querySelector(`label[for="f-${name}"]`); return found ? found.textContent : name; };

  function failed(error) {
    if (error instanceof Lost) { say(words.msOffline, true); later(); return; }
    stopped = error.code === 409 || error.code === 0 || error.code === 403;
    say(error.message || words.msFailed, true);
  }

  function later() {
    clearTimeout(again);
    again = setTimeout(resume, pause);
    pause = Math.min(pause * 2, LONGEST);
  }

  function resume() {
    clearTimeout(again);
    waiting.forEach((entry) => entry.idle && enqueue(entry));
    if (dirty) after(keep);
  }

  // -- files ------------------------------------------------------------------------------------------------------------
  function line(file) {
    const row = document.createElement("li"), name = document.createElement("span"), bar = document.createElement("progress");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "ms-button", textContent: words.msAgain, hidden: true });
    name.textContent = file.name;
    Object.assign(bar, { max: 100, value: 0 });
    bar.setAttribute("aria-label", file.name);
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    row.append(name, said, bar, button);
    list.append(row);
    return { file, row, bar, button, said, idle: true };
  }

  function show(entry, text, css) {
    entry.said.textContent = text;
    entry.said.className = css || "";
  }

  function enqueue(entry) {
    entry.idle = false;
    entry.button.hidden = true;
    show(entry, words.msWaits);
    waiting.add(entry);
    after(() => upload(entry));
  }

  async function upload(entry) {
    try {
      if (!id) { dirty = true; await keep(); if (!id) throw stopped ? new Refused(0, status.textContent) : new Lost(); }
      show(entry, words.msGoing);
      const answer = await send(target, (data) => data.append("upload", entry.file, entry.file.name), (part) => { entry.bar.value = Math.round(95 * part); });
      done(entry, answer.arquivo);
    } catch (error) {
      entry.idle = true;
      entry.button.hidden = false;
      entry.bar.value = 0;
      if (error instanceof Lost) { show(entry, words.msHeld, "is-wrong"); later(); return; }
      waiting.delete(entry);
      if (error.code === 0 || error.code === 403 || error.code === 409) failed(error);
      show(entry, error.message || words.msFailed, "is-wrong");
    }
  }

  function done(entry, kept) {
    waiting.delete(entry);
    entry.bar.remove();
    entry.button.remove();
    show(entry, words.msThere, "is-done");
    const take = pattern.content.cloneNode(true);
    take.querySelector("input").value = kept.id;
    entry.row.append(take);
  }

  function chosen(input) {
    for (const file of input.files) {
      const entry = line(file);
      entry.button.addEventListener("click", () => enqueue(entry));
      if (file.size > Number(words.msMax)) { show(entry, words.msLarge, "is-wrong"); entry.bar.remove(); entry.button.remove(); } else enqueue(entry);
    }
    input.value = "";
  }

  // -- what happens -------------------------------------------------------------------------------------------------------
  form.querySelectorAll("input[type=file]").forEach((input) => input.addEventListener("change", () => chosen(input)));
  form.addEventListener("input", (event) => {
    if (event.target.type === "file" || event.target.name === "remover") return;
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(() => after(keep), EVERY);
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden && dirty) after(keep); });
  addEventListener("online", () => { pause = 2000; resume(); });
  addEventListener("offline", () => say(words.msOffline, true));
  addEventListener("beforeunload", (event) => { if (!leaving && waiting.size) event.preventDefault(); });

  // The button waits for what is on its way; what is kept by then is not sent twice.
  form.addEventListener("submit", (event) => {
    if (leaving) return;
    event.preventDefault();
    const button = event.submitter;
    clearTimeout(timer);
    if (waiting.size) { say(words.msFinish, true); resume(); }
    after(() => {
      if (waiting.size) return;
      if (!navigator.onLine) { say(words.msOffline, true); return; }
      leaving = true;
      // Within the event itself a form is not sent a second time.
      setTimeout(() => form.requestSubmit(button));
    });
  });
})();
