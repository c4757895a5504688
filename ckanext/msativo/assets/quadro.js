/* The heat table: what is pointed at is said in a line, taken from the table itself; a cell leads to its indicator. */
(function () {
  "use strict";

  const box = document.querySelector("[data-ms-quadro]");
  const now = document.querySelector("[data-ms-quadro-now]");
  if (!box || !now) return;
  const table = box.querySelector("table");
  const heads = table.tHead.rows[1].cells;
  const byRank = table.classList.contains("is-posicao");
  let pointed = null;

  const isCell = (node) => Boolean(node) && node.nodeName === "TD" && node.className !== "";
  const rowHead = (cell) => cell.parentElement.cells[0];
  // The heads before the indicators' span both rows of heads, so they are missing in the second.
  const columnHead = (cell) => heads[cell.cellIndex - (cell.parentElement.cells.length - heads.length)];

  function address(cell) {
    const slug = rowHead(cell).querySelector("a").getAttribute("href").split("/").pop();
    return `${columnHead(cell).dataset.msName}?municipio=${slug}#porque`;
  }

  function part(tag, text) {
    const made = document.createElement(tag);
    made.textContent = text;
    return made;
  }

  function describe(cell) {
    const head = columnHead(cell);
    const hidden = cell.querySelector("i").textContent;
    const shown = cell.textContent.slice(hidden.length).trim();
    const [state, ...rest] = hidden.split(", ");
    const other = rest.join(", ");
    const parts = [part("b", rowHead(cell).textContent), part("span", head.title)];
    if (other) {
      const [value, rank] = byRank ? [other, shown] : [shown, other];
      const said = now.dataset.msRank.replace("{rank}", parseInt(rank, 10)).replace("{n}", head.dataset.msN);
      parts.push(part("b", value), part("span", `· ${said} ·`));
    }
    const see = part("a", now.dataset.msSee);
    see.href = address(cell);
    now.replaceChildren(...parts, part("b", state), see);
  }

  function point(cell) {
    if (pointed === cell) return;
    if (pointed) [pointed, columnHead(pointed)].forEach((one) => one.classList.remove("is-pointed"));
    pointed = cell;
    [cell, columnHead(cell)].forEach((one) => one.classList.add("is-pointed"));
    describe(cell);
  }

  function go(cell) {
    if (!isCell(cell)) return;
    const before = table.querySelector("td[tabindex]");
    if (before) before.removeAttribute("tabindex");
    cell.tabIndex = -1;
    cell.focus();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    point(cell);
  }

  const first = () => table.querySelector("tbody td[class]");
  const beside = (cell, rows, columns) => {
    const row = table.tBodies[0].rows[cell.parentElement.sectionRowIndex + rows];
    return row && row.cells[cell.cellIndex + columns];
  };
  const KEYS = {
    ArrowLeft: (cell) => beside(cell, 0, -1),
    ArrowRight: (cell) => beside(cell, 0, 1),
    ArrowUp: (cell) => beside(cell, -1, 0),
    ArrowDown: (cell) => beside(cell, 1, 0),
    Home: (cell) => cell.parentElement.querySelector("td[class]"),
    End: (cell) => cell.parentElement.lastElementChild,
  };

  box.addEventListener("keydown", (event) => {
    if (event.target === box && event.key === "Enter") {
      event.preventDefault();
      go(pointed || first());
    } else if (isCell(event.target)) {
      if (event.key === "Escape") box.focus();
      else if (event.key === "Enter") location.assign(address(event.target));
      else if (KEYS[event.key]) {
        event.preventDefault();
        go(KEYS[event.key](event.target));
      }
    }
  });
  table.addEventListener("pointerover", (event) => {
    const cell = event.target.closest("td");
    if (event.pointerType !== "touch" && isCell(cell)) point(cell);
  });
  // A finger reads first and then follows: the second tap, or the link in the line.
  let touched = false;
  table.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("td");
    if (!isCell(cell)) return;
    if (touched && pointed !== cell) point(cell);
    else if (event.ctrlKey || event.metaKey) window.open(address(cell));
    else location.assign(address(cell));
  });
  box.classList.add("is-live");
  now.textContent = matchMedia("(hover: none)").matches ? now.dataset.msTouch : now.dataset.msKeys;
})();
