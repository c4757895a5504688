/* What a screen reader and the keyboard gain with a script: the focus goes to what a form says is wrong, and the fields of
   CKAN's own forms are tied to their errors and labels. */
(function () {
  "use strict";

  function described(field, id) {
    const ids = (field.getAttribute("aria-describedby") || "").split(" ").filter(Boolean);
    if (!ids.includes(id)) field.setAttribute("aria-describedby", [...ids, id].join(" "));
    field.setAttribute("aria-invalid", "true");
  }

  // CKAN tells an error beside its field, without saying to a program which field that is.
  function tie(group, n) {
    const field = group.querySelector("input:not([type=hidden]), select, textarea");
    const told = group.querySelector(".error-block");
    if (!field || !told) return;
    told.id = told.id || `ms-told-${n}`;
    field.id = field.id || `ms-field-${n}`;
    described(field, told.id);
  }

  // Each line of CKAN's summary becomes a link to its field.
  function lead(line) {
    const groups = [...document.querySelectorAll(".form-group.error")];
    const name = line.dataset.fieldLabel;
    const text = line.textContent.trim();
    const group = groups.find((one) => {
      const label = one.querySelector("label");
      return label && name && label.textContent.replace("*", "").trim() === name;
    }) || groups.find((one) => text.endsWith(one.querySelector(".error-block")?.textContent.trim() || "\n"));
    const field = group && group.querySelector("input:not([type=hidden]), select, textarea");
    if (!field) return;
    const link = document.createElement("a");
    link.href = `#${field.id}`;
    link.append(...line.childNodes);
    line.append(link);
  }

  document.querySelectorAll(".form-group.error").forEach(tie);
  document.querySelectorAll(".error-explanation li[data-field-label]").forEach(lead);
  const wrong = document.querySelector(".ms-problems, .error-explanation");
  if (wrong) {
    wrong.setAttribute("tabindex", "-1");
    wrong.focus();
    // An address with a place in the page takes the focus away once more when all has been read.
    window.addEventListener("load", () => window.setTimeout(() => {
      if (document.activeElement === document.body) wrong.focus();
    }));
  }

  // Boxes that CKAN's script makes of lists and inputs take the name of the label whose field they hide.
  function nameBoxes() {
    document.querySelectorAll(".select2-container").forEach((box) => {
      const field = box.previousElementSibling;
      const label = (field && field.id && document.querySelector(`label[for="${CSS.escape(field.id)}"]`)) ||
        box.closest(".form-group")?.querySelector("label");
      const name = (label ? label.textContent : field && field.getAttribute("aria-label")) || "";
      if (!name.trim()) return;
      box.querySelectorAll("[role=combobox], [role=searchbox], .select2-selection, .select2-search__field").forEach((one) => {
        one.setAttribute("aria-label", name.replace("*", "").trim());
        one.removeAttribute("aria-labelledby");
        if (one.localName === "textarea") one.removeAttribute("role");
      });
    });
  }
  window.addEventListener("load", () => {
    window.setTimeout(nameBoxes);
    // The boxes are made anew when their size changes or something is chosen.
    const forms = document.querySelectorAll("form");
    const watch = new MutationObserver(nameBoxes);
    forms.forEach((form) => form.querySelector("[data-module=autocomplete], .select2-container") && watch.observe(form, { childList: true, subtree: true }));
  });
})();
