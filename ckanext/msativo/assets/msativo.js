/* What the pages gain with a script. Without it every link and form still works. */
(function () {
  "use strict";

  // -- the map: say what is pointed at, and let the arrow keys walk -------------------------------------------------
  function describe(map, link) {
    const now = map.querySelector("[data-ms-now]");
    const text = link.querySelector("title").textContent;
    const colon = text.indexOf(":");
    const name = document.createElement("b");
    name.textContent = text.slice(0, colon);
    now.replaceChildren(name, " ", text.slice(colon + 1).trim());
  }

  function shapes(map) {
    return [...map.querySelectorAll(".ms-map a")];
  }

  // One shape is in the tab order; the arrows go to the nearest one in their direction.
  function rove(map, link) {
    shapes(map).forEach((other) => other.setAttribute("tabindex", other === link ? "0" : "-1"));
  }

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function next(map, link, [dx, dy]) {
    let best = null;
    let least = Infinity;
    shapes(map).forEach((other) => {
      const x = other.dataset.x - link.dataset.x;
      const y = other.dataset.y - link.dataset.y;
      const along = x * dx + y * dy;
      if (other === link || along <= 0) return;
      const aside = Math.abs(x * dy - y * dx);
      const far = along + 2 * aside;
      if (far < least) [best, least] = [other, far];
    });
    return best;
  }

  function onMap(map) {
    const first = map.querySelector(".ms-map a.is-selected") || map.querySelector(".ms-map a");
    if (!first) return;
    rove(map, first);
    const initial = [...map.querySelector("[data-ms-now]").childNodes];
    const point = (event) => {
      const link = event.target.closest(".ms-map a");
      if (link) describe(map, link);
    };
    map.addEventListener("pointerover", point);
    map.addEventListener("focusin", point);
    map.querySelector(".ms-map").addEventListener("pointerleave", () => {
      if (!map.contains(document.activeElement)) map.querySelector("[data-ms-now]").replaceChildren(...initial);
    });
    map.addEventListener("keydown", (event) => {
      const link = event.target.closest(".ms-map a");
      if (!link || !ARROWS[event.key]) return;
      event.preventDefault();
      const to = next(map, link, ARROWS[event.key]);
      if (!to) return;
      rove(map, to);
      to.focus();
    });
  }

  // -- choosing a municipality: the reason changes beside the map, without a new page ------------------------------
  let asked = 0;

  async function choose(href, push) {
    const turn = ++asked;
    document.querySelector(".ms-why").setAttribute("aria-busy", "true");
    let page;
    try {
      const answer = await fetch(href);
      if (!answer.ok) throw new Error(answer.status);
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      location.assign(href);
      return;
    }
    if (turn !== asked) return;
    const focused = document.activeElement.closest(".ms-map a") ? document.activeElement.getAttribute("data-ms-code") : null;
    for (const selector of ["#aba", ".ms-side"]) {
      const old = document.querySelector(selector);
      const fresh = page.querySelector(selector);
      if (!old || !fresh) { location.assign(href); return; }
      old.replaceWith(document.adoptNode(fresh));
    }
    if (push) history.pushState({ msativo: true }, "", href.split("#")[0]);
    begin(document.querySelector("#aba"));
    const again = focused && document.querySelector(`.ms-map a[data-ms-code="${focused}"]`);
    if (again) { rove(again.closest("[data-ms-map]"), again); again.focus({ preventScroll: true }); }
  }

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a[data-ms-select], [data-ms-map] .ms-map a");
    if (!link || !document.querySelector(".ms-why")) return;
    event.preventDefault();
    choose(link.getAttribute("href"), true);
  });
  window.addEventListener("popstate", () => {
    if (document.querySelector(".ms-why")) choose(location.href, false);
  });

  // -- the year: a slider over the years there are, in the place of the list ----------------------------------------
  function onYears(form) {
    const list = form.querySelector("select");
    const slider = document.createElement("input");
    const shown = document.createElement("output");
    const names = [...list.options].map((option) => option.text);
    Object.assign(slider, { type: "range", min: 0, max: names.length - 1, step: 1, id: "ms-ano-slider" });
    slider.value = list.selectedIndex;
    const show = () => {
      shown.textContent = names[slider.value];
      slider.setAttribute("aria-valuetext", names[slider.value]);
      list.selectedIndex = slider.value;
    };
    show();
    slider.addEventListener("input", show);
    slider.addEventListener("change", () => form.requestSubmit());
    form.querySelector("label").htmlFor = slider.id;
    form.querySelector("button").hidden = true;
    list.hidden = true;
    const first = document.createElement("span");
    first.textContent = names[0];
    first.className = "ms-muted";
    list.before(first, slider, shown);
  }

  function begin(root) {
    root.querySelectorAll("[data-ms-map]").forEach(onMap);
    root.querySelectorAll("form[data-ms-years]").forEach(onYears);
    root.querySelectorAll("select[data-ms-submit]").forEach((list) => {
      list.addEventListener("change", () => list.form.requestSubmit());
    });
  }
  begin(document);
})();
