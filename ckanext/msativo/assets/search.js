/* What the search box offers while one types: a combobox with a list, as the ARIA practices describe it. Without a script
   the form leads to the page of results. */
(function () {
  "use strict";
  const WAIT = 150;
  let boxes = 0;

  function suggesting(form) {
    const input = form.querySelector("input[name=q]");
    const list = document.createElement("ul");
    const said = document.createElement("span");
    let results = [];
    let at = -1;
    let turn = 0;
    let timer = 0;

    list.id = "ms-suggestions-" + ++boxes;
    list.className = "ms-suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.dataset.msLabel);
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    form.append(list, said);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    function mark(index) {
      at = index;
      [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
      if (at < 0) { input.removeAttribute("aria-activedescendant"); return; }
      input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    }

    function show(open) {
      list.hidden = !open;
      input.setAttribute("aria-expanded", String(open));
      if (!open) mark(-1);
    }

    function option(found, index) {
      const item = document.createElement("li");
      const note = document.createElement("small");
      item.id = list.id + "-" + index;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      note.textContent = found.note ? found.kind + " · " + found.note : found.kind;
      item.append(found.title, " ", note);
      // Before the box loses its focus.
      item.addEventListener("pointerdown", (event) => event.preventDefault());
      item.addEventListener("click", () => location.assign(found.url));
      item.addEventListener("pointermove", () => at !== index && mark(index));
      return item;
    }

    async function ask() {
      const mine = ++turn;
      const q = input.value.trim();
      let found = [];
      if (q) {
        try {
          const answer = await fetch(form.dataset.msSuggest + "?" + new URLSearchParams({ q }));
          if (answer.ok) found = (await answer.json()).results;
        } catch { /* Without an answer the form still searches. */ }
      }
      if (mine !== turn) return;
      results = found;
      list.replaceChildren(...results.map(option));
      said.textContent = q ? form.dataset.msFound.replace("{n}", results.length) : "";
      show(results.length > 0 && document.activeElement === input);
      mark(-1);
    }

    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
    input.addEventListener("blur", () => show(false));
    input.addEventListener("focus", () => { if (results.length) show(true); });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !list.hidden) { event.preventDefault(); show(false); return; }
      if (event.key === "Enter" && at >= 0) { event.preventDefault(); location.assign(results[at].url); return; }
      if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || !results.length) return;
      event.preventDefault();
      if (list.hidden) show(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      // Past either end the text itself is chosen again.
      const next = at + step;
      mark(next >= results.length ? -1 : next < -1 ? results.length - 1 : next);
    });
  }

  document.querySelectorAll("form[data-ms-suggest]").forEach(suggesting);

  // An open menu closes with Escape, and when one leaves it.
  document.querySelectorAll(".ms-header details").forEach((menu) => {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  });
})();
