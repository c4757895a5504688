/* The queue by keyboard. The keys work only while the focus is in the list, or in the line that leads from one review to
   the next; never in a field. */
(function () {
  "use strict";

  const quiet = (event) => event.ctrlKey || event.metaKey || event.altKey
    || event.target.matches("input:not([type=checkbox]), select, textarea");

  function onQueue(list) {
    const go = [...list.querySelectorAll("[data-ms-go]")];
    document.querySelectorAll("[data-ms-keys]").forEach((line) => { line.hidden = false; });
    list.addEventListener("keydown", (event) => {
      if (quiet(event)) return;
      const row = event.target.closest("tr");
      const at = go.findIndex((link) => link.closest("tr") === row);
      const step = { j: 1, k: -1 }[event.key];
      if (step) {
        event.preventDefault();
        const to = at < 0 ? go[0] : go[Math.min(Math.max(at + step, 0), go.length - 1)];
        to.focus();
        to.closest("tr").scrollIntoView({ block: "nearest" });
      }
      const box = event.key === "x" && row && row.querySelector("input[type=checkbox]");
      if (box) { event.preventDefault(); box.checked = !box.checked; }
    });
  }

  function onReview(nav) {
    nav.querySelectorAll("[data-ms-keys]").forEach((line) => { line.hidden = false; });
    nav.addEventListener("keydown", (event) => {
      const link = !quiet(event) && nav.querySelector({ j: "a[rel=next]", k: "a[rel=prev]" }[event.key] || "none");
      if (link) { event.preventDefault(); link.click(); }
    });
  }

  document.querySelectorAll("[data-ms-queue]").forEach(onQueue);
  document.querySelectorAll("[data-ms-queue-nav]").forEach(onReview);
})();
