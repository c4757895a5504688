/* One more blank row in a table of fields. Without it the form has three, and keeping it gives three more. */
(function () {
  "use strict";

  function onRows(box) {
    const blank = [...box.querySelectorAll("[data-ms-blank]")].pop();
    if (!blank) return;
    const pattern = blank.cloneNode(true);
    const add = document.createElement("button");
    Object.assign(add, { type: "button", className: "ms-button", textContent: box.dataset.msAdd });
    add.addEventListener("click", () => {
      const rows = box.querySelectorAll("fieldset");
      const row = pattern.cloneNode(true);
      const old = /^e-\d+-/;
      for (const part of row.querySelectorAll("[id], [name], [for]")) {
        for (const name of ["id", "name", "for"]) {
          const value = part.getAttribute(name);
          if (value) part.setAttribute(name, value.replace(old, `e-${rows.length}-`));
        }
      }
      rows[rows.length - 1].after(row);
      row.querySelector("input:not([type=hidden])").focus();
    });
    box.after(add);
  }
  document.querySelectorAll("[data-ms-rows]").forEach(onRows);
})();
